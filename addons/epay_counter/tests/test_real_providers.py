"""Odoo's own modules of payment companies, driven through our acts.

Only the network is replaced: by a small company at the other end that keeps what it was
asked and answers as the company's documentation (and those modules' own tests) say.
"""

import json as jsonlib
from collections import namedtuple
from itertools import count
from unittest import SkipTest
from unittest.mock import patch
from urllib.parse import urlparse

import requests

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OPERATION_LOGS, EpayCase
from .pages_common import PagesCase

LOGS = (
    *OPERATION_LOGS,
    "odoo.addons.payment.models.payment_transaction",
    "odoo.addons.payment_adyen.models.payment_transaction",
)

Call = namedtuple("Call", "method path body key")


def response(content, status=200):
    """What a company's server sends."""
    answer = requests.Response()
    answer.status_code = status
    answer._content = jsonlib.dumps(content).encode()
    return answer


class Company:
    """A payment company; `requests.request` and `requests.post` are patched by it."""

    def __init__(self):
        self.calls = []
        self._by_key = {}
        self._lost = None

    def lose(self, what):
        """The next `request`, or the `answer` to it, gets lost on its way."""
        self._lost = what

    def request(
        self, method, url, params=None, data=None, json=None, headers=None, **kwargs
    ):
        headers = {name.lower(): value for name, value in (headers or {}).items()}
        key = headers.get("idempotency-key")
        body = params or data or json or {}
        call = Call(method, urlparse(url).path, body, key)
        self.calls.append(call)
        lost, self._lost = self._lost, None
        if lost == "request":
            raise requests.exceptions.ReadTimeout("lost")
        if not key or key not in self._by_key:
            self._by_key[key] = self.answer(call)
        if lost == "answer":
            raise requests.exceptions.ReadTimeout("lost")
        return response(self._by_key[key])

    def post(self, url, data=None, **kwargs):
        return self.request("POST", url, data=jsonlib.loads(data))

    def answer(self, call):
        """The literal content of the answer."""
        raise NotImplementedError

    def asked(self, ending):
        """The calls whose path ends like this."""
        return [call for call in self.calls if call.path.endswith(ending)]


class RealProviderBuilders:
    """Makes a real provider the only one of the store."""

    code = None
    keys = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.code:
            cls.require_module(cls.code)
            cls.provider = cls.make_real_provider(cls.code, **cls.keys)
            cls.store.provider_ids = cls.provider

    @classmethod
    def require_module(cls, code):
        name = f"payment_{code}"
        if cls.env["ir.module.module"]._get(name).state != "installed":
            raise SkipTest(f"The module {name} is not installed in this database.")

    @classmethod
    def make_real_provider(cls, code, **values):
        """A provider of ours with keys, cards and manual capture."""
        cls.card = cls.env.ref("payment.payment_method_card")
        provider = cls.env.ref(f"payment.payment_provider_{code}").copy(
            {"company_id": cls.company.id}
        )
        provider.write(
            {
                "name": f"Test {code}",
                "state": "test",
                "is_published": True,
                "allow_tokenization": True,
                "capture_manually": True,
                "payment_method_ids": [Command.set(cls.card.ids)],
                **values,
            }
        )
        (cls.card | cls.card.brand_ids).active = True
        provider.journal_id = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        return provider


class RealProviderCase(RealProviderBuilders, EpayCase):
    """A store with a real provider, and the company that it talks to."""

    company_class = Company

    def setUp(self):
        super().setUp()
        self.far = self.company_class()
        self.startPatcher(patch("requests.request", self.far.request))
        self.startPatcher(patch("requests.post", self.far.post))
        muted = mute_logger(*LOGS)
        muted.__enter__()
        self.addCleanup(muted.__exit__, None, None, None)

    # --- the ways ---

    def make_saved_card(self, partner, **values):
        return self.env["payment.token"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.card.id,
                "payment_details": "4242",
                "partner_id": partner.id,
                **values,
            }
        )

    def pay_by_saved_card(self, **values):
        partner = self.make_customer()
        token = self.make_saved_card(partner, **values)
        return self.authorizing(partner=partner, key=f"t-{token.id}")

    def process(self, data):
        """Data arrive as the provider's routes take them."""
        self.env["payment.transaction"].sudo()._process(self.code, data)
        self.commit()

    def later(self):
        """An hour passes and the recovery job looks."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE epay_operation SET next_try = next_try - interval '1 hour',"
            " create_date = create_date - interval '1 hour'"
        )
        self.env.invalidate_all()
        self.env["epay.operation"]._cron_recover()
        self.commit()

    def cancel(self, session):
        self.as_clerk(session).cancel()
        self.commit()

    # --- asserting ---

    def assertSettled(self, session):
        self.assertEqual(session.state, "settled", session.reason)
        self.assertEqual(session.captured_amount, session.amount)
        self.assertIn(session.invoice_id.payment_state, ("paid", "in_payment"))

    def assertInDoubt(self, session):
        self.assertEqual(session.operation_ids[:1].state, "unknown")
        self.assertTrue(session.in_doubt)

    def assertSameKey(self, calls, times=2):
        """The same request `times` over, recognizable as such."""
        self.assertEqual(len(calls), times)
        self.assertEqual(len({call.key for call in calls}), 1)
        self.assertTrue(calls[0].key)


# === STRIPE ===


class Stripe(Company):
    """Keeps payment intents; https://docs.stripe.com/api."""

    CARD = {"id": "pm_1", "type": "card", "card": {"brand": "visa", "last4": "4242"}}

    def __init__(self):
        super().__init__()
        self.intents = {}

    def answer(self, call):
        *_rest, before, last = call.path.split("/")
        if last == "customers":
            return {"id": "cus_1", "object": "customer"}
        if last == "payment_intents":
            return self._create(call.body)
        if last == "refunds":
            return self._refund(call.body)
        if call.method == "POST":
            states = {"capture": "succeeded", "cancel": "canceled"}
            self.intents[before]["status"] = states[last]
        intent = self.intents[before if call.method == "POST" else last]
        expanded = call.body.get("expand[]") == "payment_method"
        return {**intent, "payment_method": self.CARD if expanded else "pm_1"}

    def _create(self, body):
        number = f"pi_{len(self.intents) + 1}"
        intent = {
            "id": number,
            "object": "payment_intent",
            "client_secret": f"{number}_secret_abc",
            "amount": body["amount"],
            "currency": body["currency"],
            "capture_method": body["capture_method"],
            "customer": body["customer"],
            "description": body["description"],
            "status": "requires_payment_method",
            "charges": {"data": []},
        }
        self.intents[number] = intent
        if body.get("confirm"):
            self.confirm(number)
        return {**intent, "payment_method": self.CARD}

    def confirm(self, number):
        """The card's holder has agreed."""
        details = {"type": "card", "card": {"mandate": None}}
        intent = self.intents[number]
        manual = intent["capture_method"] == "manual"
        intent["status"] = "requires_capture" if manual else "succeeded"
        intent["charges"] = {"data": [{"payment_method_details": details}]}

    def _refund(self, body):
        return {
            "id": "re_1",
            "object": "refund",
            "amount": body["amount"],
            "currency": self.intents[body["payment_intent"]]["currency"],
            "payment_intent": body["payment_intent"],
            "status": "succeeded",
        }


@tagged("post_install", "-at_install")
class TestStripe(RealProviderCase):
    code = "stripe"
    keys = {
        "stripe_secret_key": "sk_test_1",
        "stripe_publishable_key": "pk_test_1",
        "stripe_webhook_secret": "whsec_1",
    }
    company_class = Stripe
    card_values = {"provider_ref": "cus_1", "stripe_payment_method": "pm_1"}

    def by_form(self, tokenize=False, **arguments):
        """The customer's phone has paid in the form and did not come back yet."""
        session = self.authorizing(**arguments)
        visit = session._bound_visit()
        tx = self.as_customer(session)._prepare_attempt(visit, tokenize=tokenize)
        tx._get_processing_values()
        self.far.confirm("pi_1")
        return session

    def come_back(self, session):
        """What the return route does (`payment_stripe.controllers.main`)."""
        tx = session.live_transaction_id
        intent = tx._send_api_request(
            "GET", "payment_intents/pi_1", data={"expand[]": "payment_method"}
        )
        self.process(
            {
                "reference": tx.reference,
                "payment_intent": intent,
                "payment_method": intent["payment_method"],
            }
        )

    def test_a_saved_card_is_authorized_and_captured(self):
        session = self.pay_by_saved_card(**self.card_values)
        self.assertEqual(session.state, "authorized", session.reason)
        self.settle(session)
        self.assertSettled(session)
        [created], [captured] = (
            self.far.asked("/payment_intents"),
            self.far.asked("/pi_1/capture"),
        )
        self.assertEqual(created.body["amount"], 8078)
        self.assertEqual(created.body["capture_method"], "manual")
        self.assertTrue(created.key and captured.key)
        self.assertNotEqual(created.key, captured.key)

    def test_the_form_and_the_way_back(self):
        session = self.by_form()
        self.come_back(session)
        self.assertEqual(session.state, "authorized", session.reason)
        self.assertEqual(session.payment_method_id.code, "visa")
        self.settle(session)
        self.assertSettled(session)

    def test_an_authorization_is_voided(self):
        session = self.pay_by_saved_card(**self.card_values)
        self.cancel(session)
        self.assertEqual(session.state, "cancelled")
        self.assertEqual(self.far.intents["pi_1"]["status"], "canceled")
        self.assertTrue(self.far.asked("/pi_1/cancel")[0].key)

    def test_what_was_charged_at_once_is_refunded(self):
        self.provider.capture_manually = False
        session = self.pay_by_saved_card(**self.card_values)
        self.assertTrue(session.charged_at_once)
        self.cancel(session)
        self.assertEqual(session.state, "cancelled", session.reason)
        [refund] = self.far.asked("/refunds")
        self.assertEqual(
            refund.body, {"payment_intent": "pi_1", "amount": 8078}, "the whole amount"
        )
        self.assertTrue(refund.key)

    def test_an_authorization_that_got_lost_is_repeated_with_the_same_key(self):
        for what in ("request", "answer"):
            with self.subTest(what):
                self.far.calls.clear()
                self.far.lose(what)
                partner = self.make_customer(f"epay_test_{what}")
                token = self.make_saved_card(partner, **self.card_values)
                session = self.authorizing(partner=partner, key=f"t-{token.id}")
                self.assertInDoubt(session)
                self.later()
                self.assertEqual(session.state, "authorized", session.reason)
                self.assertSameKey(self.far.asked("/payment_intents"))
                self.cancel(session)

    def test_a_capture_that_never_arrived_is_repeated_with_the_same_key(self):
        session = self.pay_by_saved_card(**self.card_values)
        self.far.lose("request")
        self.settle(session)
        self.assertInDoubt(session)
        self.later()
        self.assertSettled(session)
        self.assertSameKey(self.far.asked("/pi_1/capture"))

    def test_a_capture_whose_answer_got_lost_is_asked_for(self):
        session = self.pay_by_saved_card(**self.card_values)
        self.far.lose("answer")
        self.settle(session)
        self.assertInDoubt(session)
        self.later()
        self.assertSettled(session)
        self.assertEqual(len(self.far.asked("/pi_1/capture")), 1)
        self.assertEqual(self.far.calls[-1].method, "GET")

    def test_a_refund_whose_answer_got_lost_is_repeated_with_the_same_key(self):
        self.provider.capture_manually = False
        session = self.pay_by_saved_card(**self.card_values)
        self.far.lose("answer")
        self.cancel(session)
        self.assertInDoubt(session)
        self.later()
        self.assertEqual(session.state, "cancelled", session.reason)
        self.assertSameKey(self.far.asked("/refunds"))

    def test_a_phone_that_never_comes_back_is_asked_for_and_its_card_saved(self):
        partner = self.make_customer()
        session = self.by_form(tokenize=True, partner=partner)
        self.later()
        self.assertEqual(session.state, "authorized", session.reason)
        token = session.live_transaction_id.token_id
        self.assertEqual(
            (token.partner_id, token.provider_ref, token.stripe_payment_method),
            (partner, "cus_1", "pm_1"),
        )

    def test_a_form_that_is_still_open_is_left_alone(self):
        session = self.by_form()
        self.far.intents["pi_1"]["status"] = "requires_payment_method"
        self.later()
        self.assertEqual(session.state, "authorizing")
        self.assertEqual(session.live_transaction_id.state, "draft")


# === ADYEN ===


class Adyen(Company):
    """Answers "received", and says later by webhook what became of it."""

    def __init__(self):
        super().__init__()
        self._numbers = count(1)

    def answer(self, call):
        number = f"PSP{next(self._numbers):013}"
        if call.path.endswith("/payments"):
            return {
                "pspReference": number,
                "resultCode": "Authorised",
                "merchantReference": call.body["reference"],
                "amount": call.body["amount"],
                "paymentMethod": {"type": "scheme", "brand": "visa"},
                "additionalData": {},
            }
        return {
            "merchantAccount": call.body["merchantAccount"],
            "paymentPspReference": call.path.split("/")[-2],
            "pspReference": number,
            "reference": call.body["reference"],
            "status": "received",
        }


@tagged("post_install", "-at_install")
class TestAdyen(RealProviderCase):
    code = "adyen"
    keys = {
        "adyen_merchant_account": "Shop",
        "adyen_api_key": "key",
        "adyen_client_key": "client",
        "adyen_hmac_key": "12345678",
        "adyen_api_url_prefix": "prefix",
    }
    company_class = Adyen
    card_values = {"provider_ref": "stored_1", "adyen_shopper_reference": "ODOO_1"}

    def webhook(self, session, event, result="Authorised"):
        """The company's last word, as the webhook's route hands it on."""
        source, child = session.live_transaction_id, session.operation_ids[:1].child_id
        self.process(
            {
                "eventCode": event,
                "success": "true",
                "resultCode": result,
                "merchantReference": child.reference,
                "originalReference": source.provider_reference,
                "pspReference": child.provider_reference,
                "amount": {"value": 8078, "currency": "EUR"},
                "paymentMethod": "visa",
            }
        )

    def test_a_saved_card_is_authorized_and_captured(self):
        session = self.pay_by_saved_card(**self.card_values)
        self.assertEqual(session.state, "authorized", session.reason)
        psp = session.live_transaction_id.provider_reference
        self.settle(session)
        self.assertEqual((session.state, session.in_doubt), ("settling", False))
        [captured] = self.far.asked("/captures")
        self.assertIn(f"/payments/{psp}/captures", captured.path)
        self.assertEqual(captured.body["amount"], {"value": 8078, "currency": "EUR"})
        self.assertTrue(captured.key)
        self.webhook(session, "CAPTURE")
        self.assertSettled(session)

    def test_the_form(self):
        session = self.authorizing()
        tx = self.attempt(session)
        self.process(
            {
                "pspReference": "PSP1",
                "resultCode": "Authorised",
                "merchantReference": tx.reference,
                "amount": {"value": 8078, "currency": "EUR"},
                "paymentMethod": {"type": "scheme", "brand": "visa"},
            }
        )
        self.assertEqual(session.state, "authorized", session.reason)
        self.assertEqual(session.live_transaction_id.provider_reference, "PSP1")

    def test_an_authorization_is_voided(self):
        session = self.pay_by_saved_card(**self.card_values)
        psp = session.live_transaction_id.provider_reference
        self.cancel(session)
        [voided] = self.far.asked("/cancels")
        self.assertIn(f"/payments/{psp}/cancels", voided.path)
        self.assertTrue(voided.key)
        self.webhook(session, "CANCELLATION", "Cancelled")
        self.assertEqual(session.state, "cancelled", session.reason)

    def test_what_was_charged_at_once_is_refunded(self):
        self.provider.capture_manually = False
        session = self.pay_by_saved_card(**self.card_values)
        psp = session.live_transaction_id.provider_reference
        self.cancel(session)
        [refund] = self.far.asked("/refunds")
        self.assertIn(f"/payments/{psp}/refunds", refund.path)
        self.assertEqual(refund.body["amount"], {"value": 8078, "currency": "EUR"})
        self.assertTrue(refund.key)
        self.webhook(session, "REFUND")
        self.assertEqual(session.state, "cancelled", session.reason)

    def test_a_capture_that_got_lost_is_repeated_with_the_same_key(self):
        for what in ("request", "answer"):
            with self.subTest(what):
                self.far.calls.clear()
                partner = self.make_customer(f"epay_test_{what}")
                token = self.make_saved_card(partner, **self.card_values)
                session = self.authorizing(partner=partner, key=f"t-{token.id}")
                self.far.lose(what)
                self.settle(session)
                self.assertInDoubt(session)
                self.later()
                self.assertSameKey(self.far.asked("/captures"))
                self.webhook(session, "CAPTURE")
                self.assertSettled(session)
                self.as_clerk(self.counter).next()


# === RAZORPAY ===


class Razorpay(Company):
    """Captures and refunds payments; it can't void."""

    def answer(self, call):
        *_rest, number, act = call.path.split("/")
        done = {"amount": call.body["amount"], "currency": "EUR"}
        if act == "refund":
            notes = call.body["notes"]
            refund = {"id": "rfnd_1", "entity": "refund", "status": "processed"}
            return {**refund, **done, "payment_id": number, "notes": notes}
        return {"id": number, "status": "captured", "method": "card", **done}


@tagged("post_install", "-at_install")
class TestRazorpay(RealProviderCase):
    code = "razorpay"
    keys = {"razorpay_key_id": "rzp_1", "razorpay_key_secret": "secret"}
    company_class = Razorpay

    def by_form(self, status="authorized"):
        session = self.authorizing()
        tx = self.attempt(session)
        self.process(
            {
                "id": "pay_1",
                "description": tx.reference,
                "status": status,
                "method": "card",
                "card": {"network": "Visa"},
                "amount": 8078,
                "currency": "EUR",
            }
        )
        return session

    def test_a_capture_names_the_payment(self):
        session = self.by_form()
        self.assertEqual(session.state, "authorized", session.reason)
        self.settle(session)
        [captured] = self.far.calls
        self.assertEqual(captured.path, "/v1/payments/pay_1/capture")
        self.assertEqual(captured.body, {"amount": 8078, "currency": "EUR"})
        self.assertSettled(session)

    def test_a_refund_names_the_payment(self):
        self.provider.capture_manually = False
        session = self.by_form("captured")
        self.cancel(session)
        [refund] = self.far.calls
        self.assertEqual(refund.path, "/v1/payments/pay_1/refund")
        self.assertEqual(refund.body["amount"], 8078)
        self.assertEqual(session.state, "cancelled", session.reason)

    def test_a_capture_that_got_lost_is_not_sent_twice(self):
        session = self.by_form()
        self.far.lose("answer")
        self.settle(session)
        self.assertInDoubt(session)
        self.later()
        self.assertInDoubt(session)
        self.assertEqual(len(self.far.calls), 1)


# === AUTHORIZE.NET ===


class Authorize(Company):
    """One address for everything; the company's own client calls it."""

    def __init__(self):
        super().__init__()
        self.status = "settledSuccessfully"

    def answer(self, call):
        ok = {"messages": {"resultCode": "Ok", "message": [{"code": "I00001"}]}}
        [operation] = call.body
        if operation == "getTransactionDetailsRequest":
            card = {"creditCard": {"cardNumber": "XXXX1111"}}
            details = {"authAmount": 80.78, "payment": card}
            return {
                "transaction": {**details, "transactionStatus": self.status},
                **ok,
            }
        asked = call.body["createTransactionRequest"]["transactionRequest"]
        done = {"responseCode": "1", "accountType": "Visa"}
        number = "6002" if asked["transactionType"].startswith("refund") else "6001"
        return {"transactionResponse": {**done, "transId": number}, **ok}

    def transactions(self, kind):
        """The requests of this kind."""
        found = [call.body.get("createTransactionRequest", {}) for call in self.calls]
        asked = [body["transactionRequest"] for body in found if body]
        return [one for one in asked if one["transactionType"] == kind]


@tagged("post_install", "-at_install")
class TestAuthorize(RealProviderCase):
    code = "authorize"
    keys = {
        "authorize_login": "login",
        "authorize_transaction_key": "key",
        "authorize_signature_key": "00000000",
    }
    company_class = Authorize
    card_values = {"provider_ref": "profile_1", "authorize_profile": "customer_1"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.available_currency_ids = cls.env.ref("base.EUR")

    def test_a_saved_card_is_authorized_and_captured(self):
        session = self.pay_by_saved_card(**self.card_values)
        self.assertEqual(session.state, "authorized", session.reason)
        self.settle(session)
        [captured] = self.far.transactions("priorAuthCaptureTransaction")
        self.assertEqual(
            (captured["refTransId"], captured["amount"]), ("6001", "80.78")
        )
        self.assertSettled(session)

    def test_the_form(self):
        session = self.authorizing()
        tx = self.attempt(session)
        found = tx._authorize_create_transaction_request({"dataValue": "abc"})
        tx._process("authorize", {"response": found})
        self.commit()
        self.assertEqual(session.state, "authorized", session.reason)

    def test_an_authorization_is_voided(self):
        session = self.pay_by_saved_card(**self.card_values)
        self.cancel(session)
        [voided] = self.far.transactions("voidTransaction")
        self.assertEqual(voided["refTransId"], "6001")
        self.assertEqual(session.state, "cancelled", session.reason)

    def test_a_refund_names_the_payment(self):
        self.provider.capture_manually = False
        session = self.pay_by_saved_card(**self.card_values)
        self.cancel(session)
        [refund] = self.far.transactions("refundTransaction")
        # Odoo 19.0 sends the refund's own, negative amount; only the id is ours.
        self.assertEqual(refund["refTransId"], "6001")
        self.assertEqual(session.state, "cancelled", session.reason)

    def test_a_refund_of_the_same_day_is_a_void(self):
        self.far.status = "capturedPendingSettlement"
        self.provider.capture_manually = False
        session = self.pay_by_saved_card(**self.card_values)
        self.cancel(session)
        [voided] = self.far.transactions("voidTransaction")
        self.assertEqual(voided["refTransId"], "6001")
        self.assertEqual(session.state, "cancelled", session.reason)

    def test_a_capture_that_got_lost_is_not_sent_twice(self):
        session = self.pay_by_saved_card(**self.card_values)
        self.far.lose("answer")
        with mute_logger(*OPERATION_LOGS):
            self.settle(session)
        self.assertInDoubt(session)
        self.later()
        self.assertInDoubt(session)
        captured = self.far.transactions("priorAuthCaptureTransaction")
        self.assertEqual(len(captured), 1)


# === PAYPAL ===


@tagged("post_install", "-at_install")
class TestPaypalPage(RealProviderBuilders, PagesCase):
    code = "paypal"
    keys = {
        "paypal_email_account": "shop@example.com",
        "paypal_client_id": "client",
        "paypal_client_secret": "secret",
        "capture_manually": False,
    }

    def test_its_button_is_on_our_page(self):
        page = self.get(f"{self.requested_of(self.register())}/pay")
        self.assertEqual(page.status_code, 200)
        self.assertTrue(self.tree(page).xpath("//*[@id='o_paypal_button_container']"))
        [radio] = self.tree(page).xpath("//input[@name='o_payment_radio']")
        self.assertEqual(radio.get("data-provider-code"), "paypal")
        self.assertIn("client_id", radio.get("data-paypal-inline-form-values"))


# === ALL THAT ARE INSTALLED ===

# How Odoo's own modules let the customer pay.
FLOWS = {
    "adyen": "direct",
    "authorize": "direct",
    "demo": "direct",
    "mollie": "redirect",
    "paypal": "direct",
    "razorpay": "direct",
    "stripe": "direct",
}
CAN_REFUND = {"adyen", "authorize", "demo", "razorpay", "stripe"}


@tagged("post_install", "-at_install")
class TestEveryProvider(RealProviderCase):
    def installed(self):
        """The provider of every code whose module is installed."""
        codes = dict(self.env["payment.provider"]._fields["code"].selection)
        return [
            self.env.ref(f"payment.payment_provider_{code}")
            for code in FLOWS
            if code in codes
        ]

    def keys_of(self, provider):
        """The names of its keys and secrets."""
        prefix = f"{provider.code}_"
        return [
            name
            for name, field in provider._fields.items()
            if name.startswith(prefix) and field.type == "char" and not field.copy
        ]

    def enabled(self, provider, methods):
        """A provider as a shop has it, charging at once, with all of its keys."""
        keys = {
            name: f"key-{number}" for number, name in enumerate(self.keys_of(provider))
        }
        return self.make_real_provider(
            provider.code,
            **keys,
            state="test" if provider.code == "demo" else "enabled",
            capture_manually=False,
            payment_method_ids=[Command.set(methods.ids)],
        )

    def test_the_flow_is_the_one_of_its_form(self):
        for provider in self.installed():
            with self.subTest(provider.code):
                self.assertEqual(provider._epay_flow(), FLOWS[provider.code])

    def test_which_of_them_refund(self):
        card = self.env.ref("payment.payment_method_card")
        for origin in self.installed():
            provider = self.enabled(origin, card)
            tx = self.env["payment.transaction"].new(
                {"provider_id": provider.id, "payment_method_id": card.id}
            )
            with self.subTest(origin.code):
                self.assertEqual(tx._epay_can_refund(), origin.code in CAN_REFUND)

    def test_a_counter_copy_has_the_keys_and_leaves_the_shop_alone(self):
        card = self.env.ref("payment.payment_method_card")
        transfer = self.env.ref("payment.payment_method_ideal")
        self.assertEqual(transfer.support_manual_capture, "none")
        for origin in self.installed():
            shop = self.enabled(origin, card | transfer)
            (card | transfer).active = True
            with self.subTest(origin.code):
                copy = self.copy_of(shop)
                self.assertSameKeys(copy, shop)
                self.assertNotEqual(self.copy_of(shop).name, copy.name)
                manual = bool(shop.support_manual_capture)
                self.assertEqual(copy.capture_manually, manual)
                self.assertEqual(
                    copy.payment_method_ids, card if manual else card | transfer
                )
                self.assertEqual((copy.state, copy.epay_only), (shop.state, True))
                self.assertEqual(shop.payment_method_ids, card | transfer)
                self.assertFalse(shop.capture_manually or shop.epay_only)
                self.assertTrue(card.active and transfer.active)

    def copy_of(self, shop):
        action = shop.action_epay_counter_copy()
        return self.env["payment.provider"].browse(action["res_id"])

    def assertSameKeys(self, copy, shop):
        for name in self.keys_of(shop):
            self.assertTrue(copy[name], name)
            self.assertEqual(copy[name], shop[name], name)
