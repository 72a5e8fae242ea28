import hashlib
import hmac
import time

from werkzeug.exceptions import Forbidden

from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.logging import get_payment_logger

from .. import const

_logger = get_payment_logger(__name__)


class StandinController(http.Controller):
    _pay_url = "/payment/standin/pay"
    _return_url = "/payment/standin/return"
    _webhook_url = "/payment/standin/webhook"

    @http.route(_pay_url, type="jsonrpc", auth="public")
    def standin_pay(self, reference, card="ok"):
        """Hand the customer's choice of a card to the card company.

        :param str reference: The reference of the transaction.
        :param str card: ok, declined or pending.
        """
        tx_sudo = self._find({"reference": reference})
        if tx_sudo.state != "draft" or tx_sudo.provider_id.standin_flow != "server":
            raise ValidationError(request.env._("This payment was already made."))
        payment = tx_sudo._standin_create_payment(card=card)
        tx_sudo._process("standin", payment)

    @http.route(_return_url, type="http", methods=["GET"], auth="public")
    def standin_return(self, **data):
        """Ask the card company how the payment went, then show the status."""
        tx_sudo = self._find(data)
        try:
            payment = tx_sudo and tx_sudo._standin_fetch()
        except ValidationError:
            _logger.error("Failed to process the return from the stand-in.")
        else:
            if payment:
                tx_sudo._process("standin", payment)
        return request.redirect("/payment/status")

    @http.route(
        _webhook_url,
        type="http",
        methods=["POST"],
        auth="public",
        csrf=False,
        save_session=False,
    )
    def standin_webhook(self):
        """Process what the card company tells of its own accord."""
        payment_data = request.get_json_data()["data"]["object"]
        tx_sudo = self._find(payment_data)
        source_sudo = tx_sudo or self._find_refunded(payment_data)
        if source_sudo:
            self._verify_signature(source_sudo)
            try:
                tx_sudo = tx_sudo or self._make_refund(source_sudo, payment_data)
                tx_sudo._process("standin", payment_data)
            except ValidationError:  # acknowledged, or it would come for ever
                _logger.exception("Unable to process the payment data.")
        return request.make_json_response("")

    @staticmethod
    def _find(payment_data):
        transactions = request.env["payment.transaction"].sudo()
        if not payment_data.get("reference"):
            return transactions
        return transactions._search_by_reference("standin", payment_data)

    @classmethod
    def _find_refunded(cls, payment_data):
        """Return what a refund by hand, at the card company, gives back."""
        if payment_data["object"] != "refund" or payment_data["reference"]:
            return request.env["payment.transaction"].sudo()
        return cls._find({"reference": payment_data["payment_reference"]})

    @staticmethod
    def _make_refund(source_sudo, payment_data):
        """Return the transaction of a refund by hand, made once."""
        known = source_sudo.child_transaction_ids.filtered(
            lambda tx: tx.provider_reference == payment_data["id"]
        )
        amount = payment_utils.to_major_currency_units(
            payment_data["amount"], source_sudo.currency_id
        )
        return known or source_sudo._create_child_transaction(amount, is_refund=True)

    @staticmethod
    def _verify_signature(tx_sudo):
        """Check that the card company sent it, and not long ago.

        :raise Forbidden: If the signature is missing, too old or wrong.
        """
        header = request.httprequest.headers.get(const.SIGNATURE_HEADER, "")
        entries = dict(entry.partition("=")[::2] for entry in header.split(","))
        moment, signature = entries.get("t", ""), entries.get("v1", "")
        if not moment.isdigit() or time.time() - int(moment) > const.SIGNATURE_AGE:
            _logger.warning("Received a notification with a missing or old signature.")
            raise Forbidden()
        body = f"{moment}.".encode() + request.httprequest.get_data()
        secret = tx_sudo.provider_id.standin_webhook_secret or ""
        expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, expected):
            _logger.warning("Received a notification with a wrong signature.")
            raise Forbidden()
