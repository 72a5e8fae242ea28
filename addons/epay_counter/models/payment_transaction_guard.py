from odoo import api, models

from ..exceptions import MethodNotOffered
from ..guards import keep_own, without_defaults


class PaymentTransaction(models.Model):
    """Payments that belong to no deal stay away from counter copies, and nobody but our
    own code says what belongs to a deal.

    Everybody in accounting may make and write transactions (`account_payment`): by RPC
    also those that say that a deal's customer has paid.
    """

    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse a payment elsewhere with a provider that is only for counters, and one
        that somebody else than our own code makes for a deal.

        Odoo's public payment routes take whatever provider the browser names. What
        follows from a payment that is there already (a capture, a refund) is let
        through: the provider may be only for counters since a short while.

        :raise MethodNotOffered:
        :raise AccessError: fields that link it to a deal were given
        :raise WrongState: it was to follow from a deal's payment
        """
        keep_own(self, vals_list, self._epay_own_fields())
        # Also where Odoo makes the transaction with sudo.
        plain = without_defaults(self, self._epay_own_fields())
        transactions = super(PaymentTransaction, plain).create(vals_list)
        transactions = transactions.with_env(self.env)
        transactions._epay_check_source()
        if transactions.sudo().filtered(lambda tx: tx._epay_is_misplaced()):
            raise MethodNotOffered(
                self.env._("This payment method is only offered at counters.")
            )
        return transactions

    def write(self, vals):
        """Refuse what only our own code (it has sudo) and the engine write.

        :raise AccessError: fields that link to a deal; on a deal's payment also those
            that the provider decides (Odoo's forms show them as read-only)
        :raise WrongState: it was to follow from a deal's payment
        """
        keep_own(self, [vals], self._epay_own_fields())
        if not self.env.su and self.sudo().epay_session_id:
            fixed = {name for name, field in self._fields.items() if field.readonly}
            keep_own(self, [vals], fixed)
        done = super().write(vals)
        if "source_transaction_id" in vals:
            self._epay_check_source()
        return done

    def _epay_own_fields(self):
        """The fields that only our own code sets."""
        return {name for name in self._fields if name.startswith("epay_")}

    def _epay_check_source(self):
        """Refuse a capture, void or refund of a deal's payment that nobody made.

        :raise WrongState:
        """
        if not self.env.su:
            for source in self.sudo().source_transaction_id:
                source._epay_refuse_by_hand()

    def _epay_is_misplaced(self):
        """Whether a provider for counters takes a payment of something else."""
        of_deal = self.epay_session_id or self.source_transaction_id
        return self.provider_id.epay_only and not of_deal
