from odoo import fields, models


class EpayStore(models.Model):
    """Where the cash that clerks bring back is booked."""

    _inherit = "epay.store"

    cash_journal_id = fields.Many2one(
        "account.journal",
        "Cash Journal of Routes",
        check_company=True,
        domain=[("type", "=", "cash")],
        help="Cash that is taken at doors is booked here. Empty: the company's first "
        "cash journal.",
    )

    def _cash_journal(self):
        """The journal for cash at doors, or an empty recordset. Called with sudo."""
        self.ensure_one()
        return self.cash_journal_id or self.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", self.company_id.id)], limit=1
        )
