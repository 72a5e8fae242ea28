import json
import time

from odoo.tests import HttpCase, JsonRpcException, mute_logger, tagged

from ..controllers.main import StandinController
from .common import StandinCommon

from standin.webhooks import SIGNATURE_HEADER, make_event, sign  # isort: skip

LOGGER = "odoo.addons.payment_standin.controllers.main"


@tagged("post_install", "-at_install")
class TestRoutes(StandinCommon, HttpCase):
    """What comes in from the card company and from the customer's browser."""

    def _notify(self, view, secret="whsec_standin", age=0, signed=True):
        """Post an event as the card company does; return the answer's status."""
        body = json.dumps(make_event(view)).encode()
        headers = {"Content-Type": "application/json"}
        if signed:
            headers[SIGNATURE_HEADER] = sign(secret, body, int(time.time()) - age)
        url = StandinController._webhook_url
        return self.url_open(url, data=body, headers=headers).status_code

    def _view(self, tx):
        return self.cards.books.view(self.cards.books.record(tx.provider_reference))

    def test_webhook(self):
        tx = self._tx()
        tx._get_processing_values()
        self._press(tx, "pay")
        for _time in range(2):
            self.assertEqual(self._notify(self._view(tx)), 200)
            self.assertEqual(tx.state, "authorized")

    @mute_logger(LOGGER)
    def test_webhook_with_a_bad_signature(self):
        tx = self._tx()
        tx._get_processing_values()
        self._press(tx, "pay")
        view = self._view(tx)
        self.assertEqual(self._notify(view, secret="wrong"), 403)
        self.assertEqual(self._notify(view, signed=False), 403)
        self.assertEqual(self._notify(view, age=3600), 403)
        self.assertEqual(tx.state, "draft")

    def test_webhook_of_an_unknown_transaction(self):
        tx = self._charged()
        view = {**self._view(tx), "reference": "unknown"}
        self.assertEqual(self._notify(view), 200)

    def test_webhook_settles_a_pending_void(self):
        tx = self._charged()
        self.cards.fault("pending", act="void")
        child = tx._void()
        self.assertEqual(child.state, "pending")
        view = self.cards.settle_pending(child.provider_reference)
        self.assertEqual(self._notify(view), 200)
        self.assertEqual((child.state, tx.state), ("cancel", "cancel"))

    def test_refund_in_the_dashboard(self):
        tx = self._charged()
        tx._capture()
        view = self.cards.dashboard(tx.provider_reference, "refund", 500)
        for _time in range(2):
            self.assertEqual(self._notify(view), 200)
        refund = tx.child_transaction_ids.filtered(lambda t: t.operation == "refund")
        self.assertEqual((len(refund), refund.amount, refund.state), (1, -5, "done"))

    def test_capture_in_the_dashboard(self):
        tx = self._charged()
        self.cards.dashboard(tx.provider_reference, "capture")
        self.assertEqual(self._notify(self._view(tx)), 200)
        self.assertEqual(tx.state, "done")

    def test_return(self):
        tx = self._tx()
        tx._get_processing_values()
        self._press(tx, "pay")
        url = f"{StandinController._return_url}?reference={tx.reference}"
        answer = self.url_open(url, allow_redirects=False)
        self.assertTrue(answer.headers["Location"].endswith("/payment/status"))
        self.assertEqual(tx.state, "authorized")
        url = f"{StandinController._return_url}?reference=unknown"
        self.assertEqual(self.url_open(url, allow_redirects=False).status_code, 303)

    def test_card_handed_in_by_the_server(self):
        provider = self._make(flow="server")
        for card, state in (
            ("ok", "authorized"),
            ("declined", "error"),
            ("pending", "pending"),
        ):
            tx = self._tx("direct", provider=provider, reference=f"server-{card}")
            self.assertNotIn("confirm_url", tx._get_processing_values())
            params = {"reference": tx.reference, "card": card}
            self.make_jsonrpc_request(StandinController._pay_url, params)
            self.assertEqual(tx.state, state)
            with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
                self.make_jsonrpc_request(StandinController._pay_url, params)
