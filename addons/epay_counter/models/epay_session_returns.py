from odoo import fields, models


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
        self._note_foreign_refunds()
        returned = -sum(self._done_refunds().mapped("amount"))
        if self.currency_id.compare_amounts(returned, self.returned_amount):
            self._write_machine(self._return_values(returned))

    def _note_foreign_refunds(self):
        """A row of the history for each refund that no act of ours made, and one more
        if it failed after all.
        """
        done = self._done_refunds() - self.operation_ids.child_id
        noted = self.transaction_ids.filtered("epay_noted")
        for refund in done - noted:
            self._note(
                self.env._(
                    "Refund %(reference)s of %(amount)s was made outside the counter.",
                    reference=refund.reference,
                    amount=self.currency_id.format(-refund.amount),
                )
            )
        for refund in noted - done:
            self._note(
                self.env._(
                    "Refund %(reference)s was not made after all. See to it at the "
                    "provider.",
                    reference=refund.reference,
                )
            )
        (done - noted).epay_noted = True
        (noted - done).epay_noted = False

    def _note(self, why):
        self._append_event(self.state, self.state, why)

    def _return_values(self, returned):
        """The fields that say how much went back."""
        within = min(returned, self.captured_amount)
        full = not self.currency_id.compare_amounts(within, self.captured_amount)
        state = ("full" if full else "part") if within else "none"
        return {
            "returned_amount": returned,
            # An act of ours that is under way keeps what it reserved.
            "refund_reserved": max(within, self._reserved_by_acts()),
            "return_state": state,
        }

    def _reserved_by_acts(self):
        """What refunds of ours have reserved and not yet given back: a hook of the
        acts that return a part of a deal.
        """
        return 0.0

    def _done_refunds(self):
        """Refunds of the payment that paid the deal, or of its capture."""
        live = self.live_transaction_id
        return self.transaction_ids.filtered(
            lambda tx: (
                tx.operation == "refund"
                and tx.state == "done"
                and live
                and live
                in (
                    tx.source_transaction_id,
                    tx.source_transaction_id.source_transaction_id,
                )
            )
        )
