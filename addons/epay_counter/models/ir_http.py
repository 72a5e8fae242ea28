from functools import partial

from odoo import models
from odoo.http import request

from ..exceptions import EpayRefusal

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
        request.update_context(epay_charging=True)
        try:
            return tx_sudo._epay_charge_by_form(partial(dispatch, endpoint))
        except EpayRefusal:
            if request.httprequest.method != "GET":
                raise
            # A browser on its way back: its own page says where the payment is.
            return request.redirect("/epay/back")

    @classmethod
    def _epay_charged_transaction(cls):
        """The deal's transaction that this request is about to charge, sudo, if any."""
        name = cls._epay_charging_routes().get(request.httprequest.path.rstrip("/"))
        reference = request.params.get(name) if name else None
        if not isinstance(reference, str):
            return None
        return (
            request.env["payment.transaction"]
            .sudo()
            .search([("reference", "=", reference), ("epay_session_id", "!=", False)])
        )
