from odoo import models


class AccountPayment(models.Model):
    """Payments of deals."""

    _inherit = "account.payment"

    def _compute_amount_available_for_refund(self):
        """Odoo's own refund button must not give back what returns gave back, or are
        giving back: it counts refunds of the same transaction only, and with manual
        capture the payment is the capture's.
        """
        result = super()._compute_amount_available_for_refund()
        for payment in self.filtered("amount_available_for_refund"):
            paid = payment.payment_transaction_id.sudo()
            deal = paid.epay_session_id
            if deal and deal.live_transaction_id in (paid, paid.source_transaction_id):
                payment.amount_available_for_refund = min(
                    payment.amount_available_for_refund, deal._left_to_return()
                )
        return result
