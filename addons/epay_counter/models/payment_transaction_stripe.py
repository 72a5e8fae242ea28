from odoo import models


class PaymentTransaction(models.Model):
    """Asking Stripe for the present state of a payment (API: retrieve a
    PaymentIntent).
    """

    _inherit = "payment.transaction"

    def _get_processing_values(self):
        """Keep the id of the payment that the form is for, so that it can be asked
        about even when the phone never comes back.

        Stripe's module only learns it from the return page or the webhook.
        """
        values = super()._get_processing_values()
        if self.provider_code == "stripe" and self.epay_session_id:
            intent_id = (values.get("client_secret") or "").partition("_secret_")[0]
            self.provider_reference = self.provider_reference or intent_id or False
        return values

    def _epay_fetch_stripe(self):
        """Payment data of this transaction as Stripe has it, or None when it has no id
        yet.

        A creation whose answer was lost has no id here; repeating it with the same key
        gives the first result (`_epay_is_idempotent`).
        """
        from odoo.addons.payment_stripe.controllers.main import StripeController

        source = self.source_transaction_id or self
        if not source.provider_reference or self.operation == "refund":
            return None
        intent = source._send_api_request(
            "GET",
            f"payment_intents/{source.provider_reference}",
            # As Odoo's return route: a card can only be saved from the whole object.
            data={"expand[]": "payment_method"},
        )
        if not self._epay_stripe_answers(intent):
            return None
        data = {"reference": self.reference}
        StripeController._include_payment_intent_in_payment_data(intent, data)
        return data

    def _epay_stripe_answers(self, intent):
        """Whether the intent's status tells the end of *this* transaction.

        Of a capture child `requires_capture` only says that it has not happened yet.
        """
        if self.source_transaction_id:
            return intent.get("status") in ("succeeded", "canceled")
        return intent.get("status") not in ("requires_payment_method", "processing")
