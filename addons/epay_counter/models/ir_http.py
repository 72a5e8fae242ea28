from functools import partial

from odoo import models
from odoo.http import request

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

from ..exceptions import EpayRefusal, WrongState

# Routes of Odoo's provider modules in which our server charges what the customer has
# entered in the provider's form, and the parameter with the transaction's reference.
_CHARGING_ROUTES = {
    "/payment/adyen/payments": "reference",
    "/payment/adyen/payments/details": "reference",
    "/payment/adyen/return": "merchantReference",
    "/payment/authorize/payment": "reference",
    "/payment/mercado_pago/payments": "reference",
    "/payment/paypal/complete_order": "reference",
    "/payment/xendit/payment": "reference",
}
# Those to which the bank's page sends the browser back, by an address that we signed
# (`payment.transaction._epay_sign_return`): the browser may leave its session behind.
_SIGNED_RETURNS = {"/payment/adyen/return"}


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _epay_charging_routes(cls):
        """Routes of provider modules that charge for a form: a hook.

        An add-on whose provider has such a route adds it here, so that a lost answer is
        noticed and nothing is charged twice.

        :return: {path: name of the parameter with the transaction's reference}
        :rtype: dict
        """
        return _CHARGING_ROUTES

    @classmethod
    def _dispatch(cls, endpoint):
        """Have a deal's charge by a provider's own route written down first."""
        dispatch = super()._dispatch
        tx_sudo = cls._epay_charged_transaction()
        if not tx_sudo:
            return dispatch(endpoint)
        try:
            cls._epay_check_browser(tx_sudo)
            return tx_sudo._epay_charge_by_form(partial(dispatch, endpoint))
        except EpayRefusal:
            if request.dispatcher.routing_type != "http":
                raise
            # A browser on its way back: its own page says where the payment is.
            return request.redirect("/epay/back")

    @classmethod
    def _epay_check_browser(cls, tx_sudo):
        """Refuse a browser that didn't make the attempt, before anything is claimed:
        references can be guessed.

        Routes that the provider's form fetches from our page come with the session in
        which the attempt was made. Other ways back than the signed ones (an add-on's)
        are let through: whatever fails before it was sent leaves no doubt.

        :raise WrongState:
        """
        watched = request.session.get(PaymentPostProcessing.MONITORED_TX_ID_KEY)
        if watched == tx_sudo.id:
            return
        if cls._epay_path() in _SIGNED_RETURNS:
            allowed = tx_sudo._epay_is_signed_return(request.params)
        else:
            allowed = request.dispatcher.routing_type == "http"
        if not allowed:
            raise WrongState(
                tx_sudo.env._("The payment has moved on. Go back to see where it is.")
            )

    @classmethod
    def _epay_path(cls):
        return request.httprequest.path.rstrip("/")

    @classmethod
    def _epay_charged_transaction(cls):
        """The deal's transaction that this request is about to charge, sudo, if any."""
        name = cls._epay_charging_routes().get(cls._epay_path())
        reference = request.params.get(name) if name else None
        if not isinstance(reference, str):
            return None
        return (
            request.env["payment.transaction"]
            .sudo()
            .search([("reference", "=", reference), ("epay_session_id", "!=", False)])
        )
