from odoo import models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.payment import utils as payment_utils

from ..const import WAY_REFUND

_lt = LazyTranslate(__name__)


class PaymentTransaction(models.Model):
    """Asking card companies whether a payment can be given back, where Odoo's modules
    know a request for its present state.
    """

    _inherit = "payment.transaction"

    # === STRIPE === # docs.stripe.com/api/payment_intents/retrieve, …/charges/object

    def _epay_ask_stripe_return(self, session):
        """What Stripe says: only authorized, disputed, refunded there already."""
        intent = self._send_api_request(
            "GET",
            f"payment_intents/{self.provider_reference}",
            data={"expand[]": "latest_charge"},
        )
        if intent.get("status") == "requires_capture":
            return self._epay_void_or_not(session)
        charge = intent.get("latest_charge") or {}
        if intent.get("status") != "succeeded" or not isinstance(charge, dict):
            return self._epay_not_paid()
        if charge.get("disputed"):
            return self._epay_disputed()
        left = (charge.get("amount_captured") or 0) - (
            charge.get("amount_refunded") or 0
        )
        return self._epay_compare_left(session, self._epay_stripe_major(left))

    def _epay_stripe_major(self, minor):
        from odoo.addons.payment_stripe import const as stripe_const

        return payment_utils.to_major_currency_units(
            minor,
            self.currency_id,
            arbitrary_decimal_number=stripe_const.CURRENCY_DECIMALS.get(
                self.currency_id.name
            ),
        )

    # === AUTHORIZE.NET === # developer.authorize.net, getTransactionDetailsRequest

    def _epay_ask_authorize_return(self, session):
        """What Authorize.Net says: until the night's settlement a payment is voided,
        then refunded.
        """
        from odoo.addons.payment_authorize import const as authorize_const
        from odoo.addons.payment_authorize.models.authorize_request import AuthorizeAPI

        details = AuthorizeAPI(self.provider_id).get_transaction_details(
            self.provider_reference
        )
        if "err_code" in details:
            raise UserError(details.get("err_msg") or details["err_code"])
        status = details.get("transaction", {}).get("transactionStatus")
        mapping = authorize_const.TRANSACTION_STATUS_MAPPING
        if status in mapping["authorized"]:
            return self._epay_void_or_not(session)
        if status in mapping["captured"]:
            return {"way": WAY_REFUND, "why": False, "next": False}
        if status in (*mapping["voided"], *mapping["refunded"]):
            return self._epay_compare_left(session, 0.0)
        return self._epay_not_paid()

    # === WHAT IS SAID OF IT === #

    def _epay_compare_left(self, session, left):
        """Not possible when less is left at the provider than shall go back."""
        if session.currency_id.compare_amounts(session.amount, left) <= 0:
            return None
        return {
            "way": False,
            "why": _lt(
                "Part of it was given back at %(provider)s already: %(left)s is left.",
                provider=self.provider_id.name,
                left=session.currency_id._epay_in_text(left),
            ),
            "next": _lt("Look at the payment at the provider."),
        }

    def _epay_not_paid(self):
        return {
            "way": False,
            "why": _lt(
                "%(provider)s does not have this payment as paid.",
                provider=self.provider_id.name,
            ),
            "next": _lt("Look at the payment at the provider."),
        }

    def _epay_disputed(self):
        return {
            "way": False,
            "why": _lt("The customer's bank is disputing this payment."),
            "next": _lt(
                "Answer the dispute at the provider; it decides about the money."
            ),
        }
