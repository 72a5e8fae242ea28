from odoo import Command, models
from odoo.tools.translate import LazyTranslate

from ..exceptions import BookingBlocked

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """The payment of a return: the refund's, which pays the credit note, or none, where
    the sale's own payment was voided.
    """

    _inherit = "epay.session"

    def _pay_credit_note(self, refund, credit):
        """Odoo's own post-processing makes the refund's payment and reconciles it with
        the credit note (`account_payment/models/payment_transaction.py`). A refund that
        was made elsewhere may have its payment already.
        """
        refund = refund.with_context(epay_booking=True)
        refund.invoice_ids = [Command.set(credit.ids)]
        if refund.payment_id.state == "canceled":
            refund.payment_id = False
        if refund.payment_id:
            self._reconcile_open(credit | refund.payment_id.move_id)
        else:
            refund._post_process()

    def _undo_payment(self, credit):
        """A voided payment never reaches the bank: it is cancelled, and the credit note
        pays the invoice in its place.
        """
        source = self.origin_id.live_transaction_id
        payments = (source | source.child_transaction_ids).payment_id
        payments.filtered(lambda payment: payment.state != "canceled").action_cancel()
        self._reconcile_open(credit | self.origin_id.invoice_id)

    def _reconcile_open(self, moves):
        """Reconcile what of these entries is still open with each other."""
        moves.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        ).reconcile()

    def _require_credit_paid(self, credit):
        """Refuse to end with a credit note that is open.

        :raise BookingBlocked:
        """
        if credit.payment_state not in ("paid", "in_payment", "reversed"):
            raise BookingBlocked(
                _lt(
                    "Credit note %(credit)s could not be paid with the refund. Check "
                    "the provider's payment journal, then go on with the return again.",
                    credit=credit.name,
                )
            )
