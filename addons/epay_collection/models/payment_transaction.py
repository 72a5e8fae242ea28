from odoo import models
from odoo.tools.translate import LazyTranslate

from odoo.addons.epay_counter.reasons import in_english

_lt = LazyTranslate(__name__)

_ENDED = _lt("It was paid another way.")
_DONE = _lt("It was paid in cash at the door.")


class PaymentTransaction(models.Model):
    """Payments of collections, and Odoo's promises to pay on delivery."""

    _inherit = "payment.transaction"

    def _create_payment(self, **extra_create_values):
        """What is collected pays the debt of the line's customer, whoever holds the
        phone.
        """
        deal = (self.source_transaction_id or self).epay_session_id
        debtor = deal.collection_line_id.partner_id.commercial_partner_id
        if debtor:
            extra_create_values.setdefault("partner_id", debtor.id)
        return super()._create_payment(**extra_create_values)

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
