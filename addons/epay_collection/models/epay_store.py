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
        "cash journal; a new one is made where there is none.",
    )

    def _cash_journal(self):
        """The journal for cash at doors. Called with sudo.

        :return: `account.journal`; empty when the company has no chart of accounts
        """
        self.ensure_one()
        journals = self.env["account.journal"]
        found = self.cash_journal_id or journals.search(
            [("type", "=", "cash"), ("company_id", "=", self.company_id.id)], limit=1
        )
        if not found and self.company_id.chart_template:
            found = journals.create(
                {
                    "name": self.env._("Cash"),
                    "type": "cash",
                    "company_id": self.company_id.id,
                }
            )
        return found
