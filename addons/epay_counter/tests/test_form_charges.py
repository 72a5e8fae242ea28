"""The providers' own routes that charge a card for their form, over HTTP.

What is noted when an answer is lost outlives the request only outside of a test's
transaction: `tests/test_faults.py` sees to that.
"""

from unittest.mock import patch
from urllib.parse import urlsplit

import requests

from odoo import http
from odoo.tests import JsonRpcException, tagged

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

from .common import http_answer
from .pages_common import PagesCase
from .real_providers_common import LOGS, RealProviderBuilders
from .test_real_providers import Authorize


class FormChargeCase(RealProviderBuilders, PagesCase):
    def attempted(self):
        """A deal whose customer has the provider's form open in our browser; its
        transaction.
        """
        self.mute(*LOGS, "odoo.http")
        tx = self.attempt(self.authorizing())
        self.session[PaymentPostProcessing.MONITORED_TX_ID_KEY] = tx.id
        http.root.session_store.save(self.session)
        return tx

    def become_a_stranger(self):
        """From here on requests come from a browser that didn't make the attempt."""
        self.authenticate(None, None)

    def assertUntouched(self, tx):
        """Nobody asked the provider, and the customer may go on."""
        [operation] = tx.epay_session_id.operation_ids
        self.assertEqual((tx.state, operation.state), ("draft", "requested"))
        self.assertFalse(operation.called_at)
        self.assertFalse(tx.epay_session_id.in_doubt)


@tagged("post_install", "-at_install")
class TestAuthorizeCharges(FormChargeCase):
    code = "authorize"
    keys = {
        "authorize_login": "login",
        "authorize_transaction_key": "key",
        "authorize_signature_key": "00000000",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.available_currency_ids = cls.env.ref("base.EUR")

    def setUp(self):
        super().setUp()
        self.far = Authorize()
        self.startPatcher(patch("requests.post", self.far.post))

    def press_pay(self, tx):
        token = payment_utils.generate_access_token(
            tx.reference, tx.partner_id.id, env=self.env
        )
        return self.make_jsonrpc_request(
            "/payment/authorize/payment",
            {
                "reference": tx.reference,
                "partner_id": tx.partner_id.id,
                "access_token": token,
                "opaque_data": {"dataValue": "abc"},
            },
        )

    def test_a_charge_is_an_act_like_others(self):
        tx = self.attempted()
        self.press_pay(tx)
        self.assertEqual(tx.epay_session_id.state, "authorized")
        self.assertTrue(tx.epay_session_id.operation_ids.called_at)

    def test_a_lost_answer_is_told_as_doubt_and_not_as_failure(self):
        tx = self.attempted()
        self.far.lose("answer")
        with self.assertRaises(JsonRpcException) as caught:
            self.press_pay(tx)
        self.assertIn("InDoubt", str(caught.exception))

    def test_another_browser_does_not_charge(self):
        tx = self.attempted()
        self.become_a_stranger()
        with self.assertRaises(JsonRpcException) as caught:
            self.press_pay(tx)
        self.assertIn("WrongState", str(caught.exception))
        self.assertFalse(self.far.calls)
        self.assertUntouched(tx)

    def test_junk_of_another_browser_leaves_the_deal_alone(self):
        tx = self.attempted()
        self.become_a_stranger()
        with self.assertRaises(JsonRpcException) as caught:
            self.send_junk(tx)
        self.assertIn("WrongState", str(caught.exception))
        self.assertUntouched(tx)

    def test_junk_of_the_own_browser_is_no_doubt(self):
        tx = self.attempted()
        with self.assertRaises(JsonRpcException) as caught:
            self.send_junk(tx)
        self.assertIn("TypeError", str(caught.exception))
        self.assertFalse(tx.epay_session_id.in_doubt)
        self.press_pay(tx)
        self.assertEqual(tx.epay_session_id.state, "authorized")

    def send_junk(self, tx):
        """The route without what it needs."""
        return self.make_jsonrpc_request(
            "/payment/authorize/payment", {"reference": tx.reference}
        )

    def test_an_attempt_that_was_given_up_is_not_charged(self):
        tx = self.attempted()
        self.as_clerk(tx.epay_session_id).cancel()
        with self.assertRaises(JsonRpcException) as caught:
            self.press_pay(tx)
        self.assertIn("WrongState", str(caught.exception))
        self.assertFalse(self.far.calls)


# Adyen wants the customer to go to the bank's page first.
REDIRECTED = (
    '{"pspReference": "PSP1", "resultCode": "RedirectShopper",'
    ' "action": {"type": "redirect"}}'
)


@tagged("post_install", "-at_install")
class TestAdyenCharges(FormChargeCase):
    code = "adyen"
    keys = {
        "adyen_merchant_account": "Shop",
        "adyen_api_key": "key",
        "adyen_client_key": "client",
        "adyen_hmac_key": "12345678",
        "adyen_api_url_prefix": "prefix",
    }

    def setUp(self):
        super().setUp()
        self.far = self.startPatcher(
            patch("requests.request", return_value=http_answer(body=REDIRECTED))
        )

    def press_pay(self, tx):
        """The form hands the card in; the address to which the bank's page will send
        the browser back.
        """
        paid = (8078, tx.currency_id.id, tx.partner_id.id)
        token = payment_utils.generate_access_token(tx.reference, *paid, env=self.env)
        self.make_jsonrpc_request(
            "/payment/adyen/payments",
            {
                "provider_id": tx.provider_id.id,
                "reference": tx.reference,
                "converted_amount": paid[0],
                "currency_id": paid[1],
                "partner_id": paid[2],
                "payment_method": {"type": "scheme"},
                "access_token": token,
            },
        )
        url = urlsplit(self.far.call_args.kwargs["json"]["returnUrl"])
        self.far.reset_mock()
        return f"{url.path}?{url.query}"

    def assertLedBack(self, response):
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith("/epay/back"))

    def test_who_comes_back_while_the_answer_is_lost_gets_to_the_visit(self):
        tx = self.attempted()
        self.far.side_effect = requests.exceptions.ReadTimeout("lost")
        path = "/payment/adyen/return?redirectResult=x&merchantReference="
        response = self.get(path + tx.reference)
        self.assertEqual(self.far.call_count, 1)
        self.assertLedBack(response)

    def test_who_comes_back_without_the_session_is_known_by_our_signature(self):
        tx = self.attempted()
        path = self.press_pay(tx)
        self.become_a_stranger()
        response = self.url_open(
            path,
            data={"redirectResult": "x"},
            method="POST",
            allow_redirects=False,
        )
        self.assertEqual(self.far.call_count, 1)
        self.assertTrue(response.headers["Location"].endswith("/payment/status"))

    def test_a_guessed_reference_brings_nobody_back(self):
        tx = self.attempted()
        self.become_a_stranger()
        path = f"/payment/adyen/return?merchantReference={tx.reference}"
        for junk in ("", "&redirectResult=x", "&epay_return=%E9", "&epay_return=0"):
            with self.subTest(junk):
                self.assertLedBack(self.get(path + junk))
                self.assertFalse(self.far.called)
                self.assertUntouched(tx)

    def test_a_way_back_without_a_result_is_no_doubt(self):
        tx = self.attempted()
        path = self.press_pay(tx)
        self.assertEqual(self.get(path).status_code, 500)
        self.assertFalse(self.far.called)
        self.assertFalse(tx.epay_session_id.in_doubt)
        self.assertFalse(tx.epay_session_id.operation_ids._is_charging())
