from odoo import api, models

from ..exceptions import MethodNotOffered


class PaymentTransaction(models.Model):
    """Payments that belong to no deal stay away from counter copies."""

    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse a payment elsewhere with a provider that is only for counters.

        Odoo's public payment routes take whatever provider the browser names. What
        follows from a payment that is there already (a capture, a refund) is let
        through: the provider may be only for counters since a short while.

        :raise MethodNotOffered:
        """
        transactions = super().create(vals_list)
        if transactions.sudo().filtered(lambda tx: tx._epay_is_misplaced()):
            raise MethodNotOffered(
                self.env._("This payment method is only offered at counters.")
            )
        return transactions

    def _epay_is_misplaced(self):
        """Whether a provider for counters takes a payment of something else."""
        of_deal = self.epay_session_id or self.source_transaction_id
        return self.provider_id.epay_only and not of_deal
