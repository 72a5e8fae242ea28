from odoo import fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """Money of a deal that went back, also when it was refunded elsewhere: in the
    provider's own dashboard, or with Odoo's button on the payment.
    """

    _inherit = "epay.session"

    returned_amount = fields.Monetary(
        "Given Back",
        readonly=True,
        copy=False,
        help="What the customer got back of the captured amount.",
    )

    _returned_positive = models.Constraint(
        "CHECK(returned_amount >= 0)", "What was given back can't be below zero."
    )

    def _follow(self):
        """Also note what was given back."""
        operations = super()._follow()
        self._follow_returns()
        return operations

    def _follow_returns(self):
        """Bring what was given back in line with the refunds of the deal's payment."""
        for refund in self.transaction_ids.filtered("epay_maybe_id"):
            refund._epay_sort_out()
        self._note_foreign_refunds()
        values = self._return_values()
        if any(self[name] != value for name, value in values.items()):
            self._write_machine(values)

    def _note_foreign_refunds(self):
        """A row of the history for each refund that no act of ours made, and one more
        if it failed after all.
        """
        done = (
            self.live_transaction_id._epay_done_refunds()
            - self._own_operations().child_id
        )
        noted = self.transaction_ids.filtered("epay_noted")
        for refund in done - noted:
            self._note(
                _lt(
                    "Refund %(reference)s of %(amount)s was made outside the counter.",
                    reference=refund.reference,
                    amount=self.currency_id._epay_in_text(-refund.amount),
                )
            )
        for refund in noted - done:
            self._note(
                _lt(
                    "Refund %(reference)s was not made after all. See to it at the "
                    "provider.",
                    reference=refund.reference,
                )
            )
        (done - noted).epay_noted = True
        (noted - done).epay_noted = False

    def _foreign_refund(self, amount):
        """A refund of this amount that is done, made elsewhere, and no act of ours."""
        done = self.live_transaction_id._epay_done_refunds()
        return (done - self._own_operations().child_id).filtered(
            lambda tx: not self.currency_id.compare_amounts(-tx.amount, amount)
        )[:1]

    def _note(self, why):
        self._append_event(self.state, self.state, why)

    def _return_values(self):
        """The fields that say how much went back, and how much is not to be given back
        once more: what went back or is on its way there.
        """
        round_to, taken = self.currency_id.round, self.captured_amount
        returned, gone = round_to(self._sum_returned()), round_to(self._sum_gone())
        within = min(returned, taken)
        full = not self.currency_id.compare_amounts(within, taken)
        return {
            "returned_amount": returned,
            # Others may give back more than was taken; our own acts never come so far
            # (`_require_within_taken`).
            "refund_reserved": min(gone, taken),
            "return_state": ("full" if full else "part") if within else "none",
        }

    def _sum_returned(self):
        """How much went back; a hook of those that have other ways than refunds."""
        return self.live_transaction_id._epay_returned_amount()

    def _sum_gone(self):
        """How much went back or is on its way, even if that is more than was taken; a
        hook likewise.
        """
        return self.live_transaction_id._epay_gone_amount()

    def _own_operations(self):
        """The acts of this deal: a hook of those that have deals of their own."""
        return self.operation_ids
