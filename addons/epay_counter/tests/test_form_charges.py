"""The providers' own routes that charge a card for their form, over HTTP.

What is noted when an answer is lost outlives the request only outside of a test's
transaction: `tests/test_faults.py` sees to that.
"""

from unittest.mock import patch

import requests

from odoo.tests import JsonRpcException, tagged

from odoo.addons.payment import utils as payment_utils

from .pages_common import PagesCase
from .real_providers_common import LOGS, RealProviderBuilders
from .test_real_providers import Authorize


class FormChargeCase(RealProviderBuilders, PagesCase):
    def attempted(self):
        """A deal whose customer has the provider's form open; its transaction."""
        self.mute(*LOGS, "odoo.http")
        return self.attempt(self.authorizing())


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

    def test_an_attempt_that_was_given_up_is_not_charged(self):
        tx = self.attempted()
        self.as_clerk(tx.epay_session_id).cancel()
        with self.assertRaises(JsonRpcException) as caught:
            self.press_pay(tx)
        self.assertIn("WrongState", str(caught.exception))
        self.assertFalse(self.far.calls)


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

    def test_who_comes_back_while_the_answer_is_lost_gets_to_the_visit(self):
        tx = self.attempted()
        lost = requests.exceptions.ReadTimeout("lost")
        path = "/payment/adyen/return?redirectResult=x&merchantReference="
        with patch("requests.request", side_effect=lost) as asked:
            response = self.get(path + tx.reference)
        self.assertEqual(asked.call_count, 1)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith("/epay/back"))
