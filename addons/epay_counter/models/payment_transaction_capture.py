from odoo import models

from ..const import OP_REFUND, OP_VOID, OPEN_OPERATION_STATES, SETTLED
from ..exceptions import InDoubt, NotRefundable, WrongState


class PaymentTransaction(models.Model):
    """What was really taken of a payment, also where somebody captured a part of it in
    the provider's own pages.
    """

    _inherit = "payment.transaction"

    # === ONLY THE DEAL CAPTURES AND VOIDS, NOBODY REFUNDS BESIDE IT === #

    def _capture(self, amount_to_capture=None):
        """Refuse Odoo's own button and wizard on a deal's payment.

        The acts of a deal don't come by here: they are written down before
        (`epay.operation._send`).

        :raise WrongState: the payment is a deal's
        """
        self._epay_refuse_by_hand()
        return super()._capture(amount_to_capture=amount_to_capture)

    def _void(self, amount_to_void=None):
        """Refuse it likewise, but for late money that a person has to see to.

        :raise WrongState: the payment is a deal's
        """
        if not self.epay_stuck:
            self._epay_refuse_by_hand()
        return super()._void(amount_to_void=amount_to_void)

    def _refund(self, amount_to_refund=None):
        """Refuse a refund by Odoo's button while ours of the same payment is open, or
        a return's: it would be the same money, sent twice. Also one of more than is
        left.

        A message of the provider about our refund means our child
        (`_create_child_transaction`); a refund by hand never does.

        :raise InDoubt: nobody knows yet what became of our refund
        :raise NotRefundable: returns, or others, have given it back
        """
        if not self.epay_session_id:
            return super()._refund(amount_to_refund=amount_to_refund)
        # What was committed a moment ago counts, not what this request has read.
        amount = amount_to_refund or self.amount
        self._epay_own(lambda tx: tx._epay_refuse_second_refund(amount))
        own = self.with_context(epay_own_child=True)
        return super(PaymentTransaction, own)._refund(amount_to_refund=amount_to_refund)

    def _epay_refuse_second_refund(self, amount):
        """Under the deal's lock; `amount` is positive, in the payment's currency.

        :raise InDoubt: :raise NotRefundable: as `_refund` says
        """
        session = self.epay_session_id._lock()
        session._follow_returns()
        paid = self.source_transaction_id or self
        same_money = paid | paid.child_transaction_ids
        under_way = session._own_operations().filtered(
            lambda op: (
                op.kind in (OP_REFUND, OP_VOID)
                and op.state in OPEN_OPERATION_STATES
                and op.transaction_id in same_money
            )
        )
        if under_way:
            raise InDoubt(
                self.env._(
                    "%(provider)s is giving this money back already. Please wait for "
                    "its answer.",
                    provider=self.provider_id.name,
                )
            )
        left = paid._epay_left_of(session)
        if self.currency_id.compare_amounts(amount, left) > 0:
            raise NotRefundable(session._too_much_text(left))

    def _epay_left_of(self, session):
        """What of this payment can still be given back: of the one that paid a settled
        deal, also not what its returns have voided.
        """
        left = self._epay_returnable_amount()
        if self == session.live_transaction_id and session.state == SETTLED:
            return min(left, session._left_to_return())
        return left

    def _epay_refuse_by_hand(self):
        if self.epay_session_id:
            raise WrongState(
                self.env._(
                    "This payment belongs to deal %(number)s. Settle or drop the deal "
                    "at its counter.",
                    number=self.epay_session_id.name,
                )
            )

    # === HOW MUCH === #

    def _epay_parts(self):
        """Captures of this payment that are done, where they are less than all of it.

        The source's state is the truth, not the child's (odoo/odoo#259223): `done`
        means all, unless a rest was voided beside the parts
        (`payment.transaction._update_source_transaction_state`).
        """
        own = self.child_transaction_ids.filtered(
            lambda tx: tx.operation == self.operation
        )
        has_voids = "cancel" in own.mapped("state")
        if self.state == "done" and not has_voids:
            return self.browse()
        return own.filtered(lambda tx: tx.state == "done")

    def _epay_captured_amount(self):
        """How much the provider has taken: the one place that counts it."""
        parts = self._epay_parts()
        if parts:
            return self.currency_id.round(sum(parts.mapped("amount")))
        return self.amount if self.state == "done" else 0.0

    def _epay_uncaptured_amount(self):
        """What is only authorized yet."""
        return self.currency_id.round(self.amount - self._epay_captured_amount())
