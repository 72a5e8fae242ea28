"""Odoo's own modules of payment companies, driven through our acts.

Each company at the other end answers as its documentation (and those modules' own
tests) say.
"""

from itertools import count

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..exceptions import EpayRefusal, InDoubt
from .real_providers_common import Company, RealProviderCase

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
        session = self.pay_by_saved_card()
        self.assertAuthorized(session)
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
        self.assertAuthorized(session)
        self.assertEqual(session.payment_method_id.code, "visa")
        self.settle(session)
        self.assertSettled(session)

    def test_an_authorization_is_voided(self):
        session = self.pay_by_saved_card()
        self.cancel(session)
        self.assertEqual(session.state, "cancelled")
        self.assertEqual(self.far.intents["pi_1"]["status"], "canceled")
        self.assertTrue(self.far.asked("/pi_1/cancel")[0].key)

    def test_what_was_charged_at_once_is_refunded(self):
        self.provider.capture_manually = False
        session = self.pay_by_saved_card()
        self.assertTrue(session.charged_at_once)
        self.cancel(session)
        self.assertCancelled(session)
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
                session = self.pay_by_saved_card(f"epay_test_{what}")
                self.assertInDoubt(session)
                self.later()
                self.assertAuthorized(session)
                self.assertSameKey(self.far.asked("/payment_intents"))
                self.cancel(session)

    def test_a_capture_that_never_arrived_is_repeated_with_the_same_key(self):
        session = self.pay_by_saved_card()
        self.far.lose("request")
        self.settle(session)
        self.assertInDoubt(session)
        self.later()
        self.assertSettled(session)
        self.assertSameKey(self.far.asked("/pi_1/capture"))

    def test_a_capture_whose_answer_got_lost_is_asked_for(self):
        session = self.pay_by_saved_card()
        self.far.lose("answer")
        self.settle(session)
        self.assertInDoubt(session)
        self.later()
        self.assertSettled(session)
        self.assertEqual(len(self.far.asked("/pi_1/capture")), 1)
        self.assertEqual(self.far.calls[-1].method, "GET")

    def test_a_refund_whose_answer_got_lost_is_repeated_with_the_same_key(self):
        self.provider.capture_manually = False
        session = self.pay_by_saved_card()
        self.far.lose("answer")
        self.cancel(session)
        self.assertInDoubt(session)
        self.later()
        self.assertCancelled(session)
        self.assertSameKey(self.far.asked("/refunds"))

    def test_a_phone_that_never_comes_back_is_asked_for_and_its_card_saved(self):
        partner = self.make_customer()
        session = self.by_form(tokenize=True, partner=partner)
        self.later()
        self.assertAuthorized(session)
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


# 80.78 EUR, as Adyen writes it
AMOUNT = {"value": 8078, "currency": "EUR"}


class Adyen(Company):
    """Answers "received", and says later by webhook what became of it."""

    def __init__(self):
        super().__init__()
        self._numbers = count(1)

    def answer(self, call):
        number = f"PSP{next(self._numbers):013}"
        if call.path.endswith("/payments"):
            said = self.authorised(number, call.body["reference"], call.body["amount"])
            return {**said, "additionalData": {}}
        return {
            "merchantAccount": call.body["merchantAccount"],
            "paymentPspReference": call.path.split("/")[-2],
            "pspReference": number,
            "reference": call.body["reference"],
            "status": "received",
        }

    @staticmethod
    def authorised(number, reference, amount):
        """What is told of a payment that the card's bank agreed to."""
        return {
            "pspReference": number,
            "resultCode": "Authorised",
            "merchantReference": reference,
            "amount": amount,
            "paymentMethod": {"type": "scheme", "brand": "visa"},
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
                "amount": AMOUNT,
                "paymentMethod": "visa",
            }
        )

    def test_a_saved_card_is_authorized_and_captured(self):
        session = self.pay_by_saved_card()
        self.assertAuthorized(session)
        psp = session.live_transaction_id.provider_reference
        self.settle(session)
        self.assertEqual((session.state, session.in_doubt), ("settling", False))
        [captured] = self.far.asked("/captures")
        self.assertIn(f"/payments/{psp}/captures", captured.path)
        self.assertEqual(captured.body["amount"], AMOUNT)
        self.assertTrue(captured.key)
        self.webhook(session, "CAPTURE")
        self.assertSettled(session)

    def test_the_form(self):
        session = self.authorizing()
        tx = self.attempt(session)
        self.process(self.far.authorised("PSP1", tx.reference, AMOUNT))
        self.assertAuthorized(session)
        self.assertEqual(session.live_transaction_id.provider_reference, "PSP1")

    def test_an_authorization_is_voided(self):
        session = self.pay_by_saved_card()
        psp = session.live_transaction_id.provider_reference
        self.cancel(session)
        [voided] = self.far.asked("/cancels")
        self.assertIn(f"/payments/{psp}/cancels", voided.path)
        self.assertTrue(voided.key)
        self.webhook(session, "CANCELLATION", "Cancelled")
        self.assertCancelled(session)

    def test_what_was_charged_at_once_is_refunded(self):
        self.provider.capture_manually = False
        session = self.pay_by_saved_card()
        psp = session.live_transaction_id.provider_reference
        self.cancel(session)
        [refund] = self.far.asked("/refunds")
        self.assertIn(f"/payments/{psp}/refunds", refund.path)
        self.assertEqual(refund.body["amount"], AMOUNT)
        self.assertTrue(refund.key)
        self.webhook(session, "REFUND")
        self.assertCancelled(session)

    def test_a_capture_that_got_lost_is_repeated_with_the_same_key(self):
        for what in ("request", "answer"):
            with self.subTest(what):
                self.far.calls.clear()
                session = self.pay_by_saved_card(f"epay_test_{what}")
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
        self.assertAuthorized(session)
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
        self.assertCancelled(session)

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
        session = self.pay_by_saved_card()
        self.assertAuthorized(session)
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
        self.assertAuthorized(session)

    def press_pay(self, session):
        """The form's script hands the card to the module's route, which charges it."""
        tx = self.attempt(session)

        def route():
            found = tx._authorize_create_transaction_request({"dataValue": "abc"})
            tx._process("authorize", {"response": found})

        tx._epay_charge_by_form(route)
        self.commit()

    def press_pay_and_lose(self, session, what="answer"):
        """As `press_pay`; not in `assertRefused`, which would undo what is noted."""
        self.far.lose(what)
        try:
            self.press_pay(session)
        except InDoubt as error:
            self.assertIn("Do not pay again", str(error))
        else:
            self.fail("The customer was not told.")
        self.commit()

    def test_the_forms_charge_by_our_server(self):
        session = self.authorizing()
        self.press_pay(session)
        self.assertAuthorized(session)
        operation = session.operation_ids
        self.assertEqual((operation.state, operation.attempts), ("succeeded", 1))

    def test_a_forms_charge_whose_answer_got_lost_is_not_made_again(self):
        self.provider.capture_manually = False
        session = self.authorizing()
        self.press_pay_and_lose(session)
        self.assertInDoubt(session)
        self.assertEqual(session._turn(), "provider")
        with self.assertRefused("wrong_state"):
            self.press_pay(session)
        for act in ("cancel", "settle"):
            with self.assertRaises(EpayRefusal):
                getattr(self.as_clerk(session), act)()
        self.later()
        self.assertInDoubt(session)
        self.assertEqual(
            len(self.far.transactions("authCaptureTransaction")), 1, "charged once"
        )

    def test_a_forms_charge_in_doubt_is_resolved_by_the_manager(self):
        for outcome, state in (("succeeded", "authorized"), ("failed", "engaged")):
            with self.subTest(outcome):
                session = self.authorizing()
                self.press_pay_and_lose(session)
                deal = session.with_user(self.manager)
                deal.resolve(outcome, "seen in their list")
                self.assertEqual((session.state, session.in_doubt), (state, False))
                self.as_clerk(session).cancel()

    def test_a_form_that_is_sent_twice_at_once_charges_once(self):
        session = self.authorizing()
        tx = self.attempt(session)

        def meanwhile():
            with self.assertRefused("wrong_state"):
                tx._epay_charge_by_form(self.fail)
            with self.assertRefused("wrong_state"):
                self.attempt(session)
            with self.assertRefused("in_doubt"):
                self.as_clerk(session).cancel()

        tx._epay_charge_by_form(meanwhile)
        self.commit()
        self.assertFalse(session.operation_ids._is_charging(), "it may be sent again")

    def test_an_attempt_that_was_given_up_is_not_charged(self):
        session = self.authorizing()
        first, second = self.attempt(session), self.attempt(session)
        self.assertEqual(session.live_transaction_id, second)
        with self.assertRefused("wrong_state"):
            first._epay_charge_by_form(self.fail)

    def test_a_process_that_died_during_the_forms_charge_leaves_doubt(self):
        session = self.authorizing()
        self.attempt(session)._epay_claim_charge()
        self.later()
        self.assertInDoubt(session)
        self.assertFalse(self.far.calls)

    def test_a_forms_charge_that_was_refused_may_be_made_again(self):
        session = self.authorizing()
        tx = self.attempt(session)

        def refuse():
            raise ValidationError(self.env._("No such card."))

        try:
            tx._epay_charge_by_form(refuse)
        except ValidationError:
            self.assertFalse(session.in_doubt)
        else:
            self.fail("The customer was not told.")
        self.press_pay(session)
        self.assertAuthorized(session)

    def test_what_fails_before_it_was_sent_is_no_doubt(self):
        session = self.authorizing()
        tx = self.attempt(session)
        with self.assertRaises(AssertionError):
            tx._epay_charge_by_form(
                lambda: tx._authorize_create_transaction_request({})
            )
        self.assertFalse(self.far.calls)
        self.assertFalse(session.in_doubt)
        self.press_pay(session)
        self.assertAuthorized(session)

    def test_what_fails_after_it_was_answered_is_doubt_whatever_is_said(self):
        session = self.authorizing()
        tx = self.attempt(session)

        def route():
            tx._authorize_create_transaction_request({"dataValue": "abc"})
            raise ValidationError(self.env._("The card could not be saved."))

        try:
            tx._epay_charge_by_form(route)
        except InDoubt:
            self.assertInDoubt(session)
        else:
            self.fail("The customer was not told.")

    def test_an_authorization_is_voided(self):
        session = self.pay_by_saved_card()
        self.cancel(session)
        [voided] = self.far.transactions("voidTransaction")
        self.assertEqual(voided["refTransId"], "6001")
        self.assertCancelled(session)

    def test_a_refund_names_the_payment(self):
        session = self.charge_and_cancel()
        [refund] = self.far.transactions("refundTransaction")
        # Odoo 19.0 sends the refund's own, negative amount; only the id is ours.
        self.assertEqual(refund["refTransId"], "6001")
        self.assertCancelled(session)

    def test_a_refund_of_the_same_day_is_a_void(self):
        self.far.status = "capturedPendingSettlement"
        session = self.charge_and_cancel()
        [voided] = self.far.transactions("voidTransaction")
        self.assertEqual(voided["refTransId"], "6001")
        self.assertCancelled(session)

    def test_a_capture_that_got_lost_is_not_sent_twice(self):
        session = self.pay_by_saved_card()
        self.far.lose("answer")
        self.settle(session)
        self.assertInDoubt(session)
        self.later()
        self.assertInDoubt(session)
        captured = self.far.transactions("priorAuthCaptureTransaction")
        self.assertEqual(len(captured), 1)
