from odoo import models
from odoo.tools.translate import LazyTranslate

from odoo.addons.epay_counter.reasons import in_english

_lt = LazyTranslate(__name__)

# Money of a payment in these states is not to be collected once more.
_PAID = ("authorized", "done")
_ENDED = _lt("It was paid another way.")
_DONE = _lt("It was paid in cash at the door.")


class PaymentTransaction(models.Model):
    """Payments of collections, and Odoo's promises to pay on delivery."""

    _inherit = "payment.transaction"

    def _create_payment(self, **extra_create_values):
        """What is collected pays the debt of who got the bill, whoever holds the
        phone.
        """
        source = self.source_transaction_id or self
        line, invoices = source.epay_session_id.collection_line_id, source.invoice_ids
        if not line:
            return super()._create_payment(**extra_create_values)
        extra_create_values.setdefault("partner_id", line._debtor(invoices).id)
        shared = line._shared_with_others(invoices)
        if self.amount <= 0 or shared in (invoices.browse(), invoices):
            return super()._create_payment(**extra_create_values)
        # Odoo pays all at once, the oldest first.
        source.invoice_ids = invoices - shared
        payment = super()._create_payment(**extra_create_values)
        source.invoice_ids = invoices
        payment.invoice_ids = invoices
        payment._epay_pay(shared)
        return payment

    def _epay_online(self):
        """Those by which something was paid outside of counters that has paid no
        invoice yet: it is not to be collected once more.
        """
        return self.filtered(
            lambda tx: (
                tx.state in _PAID
                and not tx.epay_session_id
                and not tx.source_transaction_id
                and tx._epay_open_money() > 0
            )
        )

    def _epay_open_money(self):
        """What of it has paid no invoice yet, in its own currency."""
        payments = (self | self.child_transaction_ids).payment_id
        if self.state == "authorized" or not payments:
            return self.amount
        items = payments.move_id.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        loose = payments.filtered(lambda payment: not payment.invoice_ids)
        credit = -sum(items.mapped("amount_residual_currency"))
        waiting = sum(map(type(loose)._epay_amount, loose._epay_lacking_entry()))
        return max(self.currency_id.round(credit + waiting), 0.0)

    def _epay_end_promise(self, cash_payment=None):
        """End this pending cash-on-delivery transaction; nothing is due any more.

        :param cash_payment: the posted cash payment of all of it; without, the money
            came by another way
        """
        if cash_payment:
            # Said to be processed first: otherwise a second payment would be made.
            self.write({"payment_id": cash_payment.id, "is_post_processed": True})
            self._set_done(state_message=in_english(_DONE))
            self.is_post_processed = True
        else:
            self._set_canceled(state_message=in_english(_ENDED))
