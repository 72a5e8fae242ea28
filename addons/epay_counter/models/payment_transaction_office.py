from odoo import fields, models


class PaymentTransaction(models.Model):
    """What the back office has on a transaction: the way to its deal."""

    _inherit = "payment.transaction"

    epay_noted = fields.Boolean(
        readonly=True,
        copy=False,
        help="A refund made elsewhere that the deal's history tells of.",
    )
    epay_day_close_id = fields.Many2one(
        "epay.day.close",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The day close in which the refund was counted, once.",
    )
    epay_session_count = fields.Integer(compute="_compute_epay_session_count")

    _epay_refunds = models.Index(
        "(last_state_change) WHERE operation = 'refund' AND epay_session_id IS NOT NULL"
    )
    # The job looks for late money every minute (`epay.session._with_stray_money`).
    _epay_attempts = models.Index(
        "(last_state_change) WHERE source_transaction_id IS NULL"
        " AND epay_session_id IS NOT NULL"
    )

    def _compute_epay_session_count(self):
        seen = self.epay_session_id._filtered_access("read")
        for transaction in self:
            transaction.epay_session_count = int(transaction.epay_session_id in seen)

    def action_epay_open_session(self):
        """The deal that it paid (smart button)."""
        return self.epay_session_id._office_action()
