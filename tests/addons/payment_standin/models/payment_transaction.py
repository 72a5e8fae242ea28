from werkzeug.urls import url_encode

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools.urls import urljoin

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.logging import get_payment_logger

from .. import const
from ..controllers.main import StandinController

_logger = get_payment_logger(__name__)


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    # Before the payment

    def _get_specific_processing_values(self, processing_values):
        """Override of `payment`: the browser hands the card in with a secret."""
        if (
            self.provider_code != "standin"
            or self.operation != "online_direct"
            or self.provider_id.standin_flow != "direct"
        ):
            return super()._get_specific_processing_values(processing_values)
        try:
            payment = self._standin_create_payment()
        except ValidationError as error:
            self._set_error(str(error))
            return {}
        self.provider_reference = payment["id"]
        url = urljoin(self.provider_id.standin_url, f"payments/{payment['id']}/confirm")
        return {
            "confirm_url": url,
            "client_secret": payment["client_secret"],
            "return_url": self._standin_return_url(),
        }

    def _get_specific_rendering_values(self, processing_values):
        """Override of `payment`: the payment page's address."""
        if self.provider_code != "standin":
            return super()._get_specific_rendering_values(processing_values)
        try:
            payment = self._standin_create_payment()
        except ValidationError as error:
            self._set_error(str(error))
            return {}
        self.provider_reference = payment["id"]
        return {"api_url": payment["pay_url"]}

    def _standin_return_url(self):
        path = f"{StandinController._return_url}?"
        query = url_encode({"reference": self.reference})
        return urljoin(self.provider_id.get_base_url(), path + query)

    # Requests

    def _standin_create_payment(self, **values):
        """Make the payment at the card company; return its payment data."""
        manual = self.provider_id.capture_manually
        base_url = self.provider_id.get_base_url()
        return self._send_api_request(
            "POST",
            "payments",
            json={
                "reference": self.reference,
                "amount": self._standin_amount(),
                "currency": self.currency_id.name,
                "capture": "manual" if manual else "automatic",
                "method": self.payment_method_code,
                "save": self.tokenize,
                "customer": str(self.partner_id.id),
                "metadata": self._standin_metadata(),
                "return_url": self._standin_return_url(),
                "webhook_url": urljoin(base_url, StandinController._webhook_url),
                **values,
            },
            idempotency_key=payment_utils.generate_idempotency_key(
                self, scope="payments"
            ),
        )

    def _standin_metadata(self):
        condition = self.epay_session_id.condition_id
        passed = condition and self.provider_id.standin_conditions
        return {"condition": condition.code} if passed else {}

    def _standin_amount(self):
        return payment_utils.to_minor_currency_units(abs(self.amount), self.currency_id)

    def _send_payment_request(self):
        """Override of `payment` to charge a saved card."""
        if self.provider_code != "standin":
            return super()._send_payment_request()
        token = self.token_id.provider_ref
        self._process("standin", self._standin_create_payment(token=token))

    def _send_capture_request(self):
        """Override of `payment` to capture what is held."""
        if self.provider_code != "standin":
            return super()._send_capture_request()
        self._process("standin", self._standin_act("capture"))

    def _send_void_request(self):
        """Override of `payment` to let go of what is held."""
        if self.provider_code != "standin":
            return super()._send_void_request()
        self._process("standin", self._standin_act("void"))

    def _send_refund_request(self):
        """Override of `payment` to give money back."""
        if self.provider_code != "standin":
            return super()._send_refund_request()
        self._process("standin", self._standin_act("refund"))

    def _standin_act(self, kind):
        payment_id = self._standin_root().provider_reference
        return self._send_api_request(
            "POST",
            f"payments/{payment_id}/{kind}",
            json={"reference": self.reference, "amount": self._standin_amount()},
        )

    def _standin_root(self):
        """Return the transaction of the payment that this one acts on."""
        root = self
        while root.source_transaction_id:
            root = root.source_transaction_id
        return root

    # Asking

    def _epay_fetch_payment_data(self):
        """Override of `epay_counter`: what the card company knows of it.

        :return: Payment data, as `_process` takes them; {} if it knows nothing, None
            if it can't be asked.
        :rtype: dict|None
        """
        self.ensure_one()
        if self.provider_code != "standin":
            return super()._epay_fetch_payment_data()
        if not self.provider_id.standin_askable:
            return None
        return self._standin_fetch()

    def _epay_names_refunds(self):
        """Override of `epay_counter`: the card company tells our reference."""
        return self.provider_code == "standin" or super()._epay_names_refunds()

    def _standin_fetch(self):
        """Return what the card company knows of it, {} if nothing."""
        root = self._standin_root()
        answer = root._send_api_request(
            "GET", "payments", params={"reference": root.reference}
        )
        payment = root._standin_pick(answer["payments"])
        return payment if self == root else self._standin_pick(payment.get("acts", []))

    def _standin_pick(self, records):
        """Return the payment or act that is this transaction, {} if none is."""
        if self.provider_reference:
            own = [r for r in records if r["id"] == self.provider_reference]
        else:
            own = [r for r in records if r["reference"] == self.reference]
        return max(own, key=lambda r: const.WEIGHT.get(r["state"], 1), default={})

    # Processing

    @api.model
    def _extract_reference(self, provider_code, payment_data):
        """Override of `payment` to extract the reference from the payment data."""
        if provider_code != "standin":
            return super()._extract_reference(provider_code, payment_data)
        return payment_data.get("reference")

    def _extract_amount_data(self, payment_data):
        """Override of `payment` to extract the amount and currency."""
        if self.provider_code != "standin":
            return super()._extract_amount_data(payment_data)
        amount = payment_utils.to_major_currency_units(
            payment_data.get("amount", 0), self.currency_id
        )
        return {"amount": amount, "currency_code": payment_data.get("currency")}

    def _apply_updates(self, payment_data):
        """Override of `payment` to update the transaction based on the payment data."""
        if self.provider_code != "standin":
            return super()._apply_updates(payment_data)
        self.provider_reference = payment_data["id"]
        self._standin_set_brand(payment_data.get("brand"))
        states = const.STATES.get(payment_data.get("object"), {})
        state = states.get(payment_data.get("state"))
        if not state:
            _logger.warning("Unknown state for transaction %s.", self.reference)
            self._set_error(self.env._("Received data with an unknown state."))
        elif state == "error":
            reason = payment_data.get("reason")
            self._set_error(const.REASONS.get(reason, reason or ""))
        else:
            self._standin_set_state(state)

    def _standin_set_state(self, state):
        if state == "pending":
            self._set_pending()
        elif state == "authorized":
            self._set_authorized()
        elif state == "cancel":
            self._set_canceled()
        elif state == "done":
            self._set_done()
            if self.operation == "refund":
                # No customer's browser will post-process a refund.
                self.env.ref("payment.cron_post_process_payment_tx")._trigger()

    def _standin_set_brand(self, brand):
        """Name the card's brand instead of "card", as providers do."""
        if brand and self.payment_method_code == "card":
            method = self.env["payment.method"]._get_from_code(brand)
            self.payment_method_id = method or self.payment_method_id

    def _extract_token_values(self, payment_data):
        """Override of `payment` to extract the saved card."""
        if self.provider_code != "standin":
            return super()._extract_token_values(payment_data)
        saved = payment_data.get("saved")
        if not saved:
            return {}
        return {"provider_ref": saved["id"], "payment_details": saved["last4"]}
