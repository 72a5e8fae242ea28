import json
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import requests

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.models.payment_provider import PaymentProvider
from odoo.addons.payment.models.payment_transaction import PaymentTransaction
from odoo.addons.payment_demo.models.payment_transaction import (
    PaymentTransaction as DemoTransaction,
)

from ..exceptions import ProviderOutcomeUnknown
from ..models.payment_provider import PaymentProvider as OurProvider
from ..models.payment_transaction import PaymentTransaction as OurTransaction
from .common import OPERATION_LOGS, EpayCase, http_answer

LOGS = (
    *OPERATION_LOGS,
    "odoo.addons.payment.models.payment_provider",
    "odoo.addons.payment.models.payment_transaction",
)


class OperationsCase(EpayCase):
    def setUp(self):
        super().setUp()
        self.mute(*LOGS)

    @contextmanager
    def provider_fails(self, error, act="capture"):
        """The provider's module raises `error` when it is asked for `act`."""
        path = f"_send_{act}_request"
        with patch.object(DemoTransaction, path, side_effect=error) as asked:
            yield asked

    @contextmanager
    def provider_online(self, *answers, act="capture", headers=None):
        """The provider is asked over the (patched) network and answers in turn."""

        def send(tx):
            tx._send_api_request("POST", f"{act}s")
            tx._process(
                "demo",
                {
                    "reference": tx.reference,
                    "simulated_state": "cancel" if act == "void" else "done",
                    "manual_capture": act != "payment",
                },
            )

        def build(provider, *args, **kwargs):
            if headers is not None:
                headers.append(kwargs)
            return {}

        with (
            patch.object(DemoTransaction, f"_send_{act}_request", send),
            patch.object(PaymentProvider, "_build_request_headers", build),
            patch.object(
                PaymentProvider,
                "_build_request_url",
                lambda *a, **k: "https://pay.test",
            ),
            patch.object(
                PaymentProvider, "_parse_response_error", lambda p, r: r.json()["error"]
            ),
            patch.object(
                PaymentProvider, "_parse_response_content", lambda p, r, **k: r.json()
            ),
            patch(
                "odoo.addons.payment.models.payment_provider.requests.request",
                side_effect=answers,
            ) as asked,
        ):
            yield asked

    def provider_knows(self, data):
        """What the inquiry hook answers: data, `{}` or None."""
        return patch.object(OurTransaction, "_epay_fetch_payment_data", lambda tx: data)

    def idempotent(self, value=True):
        return patch.object(OurProvider, "_epay_is_idempotent", lambda provider: value)

    def in_doubt(self, error=None, act="capture"):
        """A deal whose capture nobody knows the outcome of."""
        error = error or ProviderOutcomeUnknown("no answer")
        session = self.authorized(10)
        with self.provider_fails(error, act):
            self.settle(session)
        return session

    def op(self, session):
        """The newest operation of the deal."""
        session.invalidate_recordset()
        return session.operation_ids[:1]

    def assertInDoubt(self, session, kind="capture"):
        operation = self.op(session)
        self.assertEqual((operation.kind, operation.state), (kind, "unknown"))
        self.assertTrue(session.in_doubt)
        self.assertEqual(session._turn(), "provider")


@tagged("post_install", "-at_install")
class TestUnknownOrFailed(OperationsCase):
    def test_what_leaves_the_outcome_open_is_in_doubt(self):
        for error in (
            ProviderOutcomeUnknown("no answer"),
            RuntimeError("bug in the provider's module"),
            KeyError("status"),
        ):
            with self.subTest(error=error):
                session = self.in_doubt(error)
                self.assertInDoubt(session)
                self.assertEqual(session.state, "settling")
                self.assertEqual(self.op(session).child_id.state, "draft")
                self.as_clerk(self.counter).next()

    def test_a_refusal_is_a_failure_and_the_authorization_stays(self):
        session = self.authorized(10)
        with self.provider_fails(ValidationError("Card blocked")):
            answer = self.settle(session)
        self.assertEqual(session.state, "authorized")
        self.assertFalse(session.in_doubt)
        self.assertEqual(self.operations(session)[-1], ("capture", "failed"))
        self.assertEqual(answer["message"]["code"], "declined")
        self.assertIn("Card blocked", answer["message"]["text"])
        self.assertIn("Card blocked", session.reason)
        self.settle(session)
        self.assertEqual(session.state, "settled")
        kinds = [op[0] for op in self.operations(session)]
        self.assertEqual(kinds.count("capture"), 2)

    def test_network_faults_after_sending_are_unknown(self):
        read = requests.exceptions.ReadTimeout("read timed out")
        reset = requests.exceptions.ConnectionError(ConnectionResetError(104, "reset"))
        for fault in (
            read,
            reset,
            requests.exceptions.ChunkedEncodingError("broken off"),
            http_answer(502, "Bad Gateway"),
            http_answer(500, '{"error": "internal"}'),
            http_answer(200, "<html>not json</html>"),
        ):
            with self.subTest(fault=repr(fault)):
                session = self.authorized(10)
                with self.provider_online(fault) as asked:
                    self.settle(session)
                self.assertEqual(asked.call_count, 1)
                self.assertInDoubt(session)
                self.as_clerk(self.counter).next()

    def test_what_was_never_sent_or_was_refused_is_a_failure(self):
        from urllib3.exceptions import MaxRetryError, NewConnectionError

        refused = NewConnectionError(None, "connection refused")
        for fault in (
            requests.exceptions.ConnectTimeout("no connection"),
            requests.exceptions.ConnectionError(MaxRetryError(None, "/", refused)),
            http_answer(400, '{"error": "bad request"}'),
            http_answer(402, '{"error": "card declined"}'),
            http_answer(403, "not even json"),
        ):
            with self.subTest(fault=repr(fault)):
                session = self.authorized(10)
                with self.provider_online(fault):
                    self.settle(session)
                self.assertEqual(session.state, "authorized")
                self.assertEqual(self.operations(session)[-1], ("capture", "failed"))
                self.as_clerk(session).cancel()

    def test_a_saved_card_whose_charge_is_unknown(self):
        partner = self.make_customer()
        token = self.make_token(partner)
        session = self.chosen(10, partner=partner, key=f"t-{token.id}")
        with self.provider_fails(ProviderOutcomeUnknown("?"), "payment"):
            told = self.as_clerk(session).request_authorization()
        self.assertInDoubt(session, "authorize")
        self.assertEqual(told["message"]["code"], "in_doubt")
        self.assertEqual(told["session"]["state"], "authorizing")
        with self.assertRefused("in_doubt"):
            self.as_customer(session)._unchoose(session._bound_visit())

    def test_an_unknown_void_keeps_the_deal(self):
        session = self.authorized(10)
        with self.provider_fails(ProviderOutcomeUnknown("?"), "void"):
            self.as_clerk(session).cancel()
        self.assertInDoubt(session, "void")
        self.assertEqual(session.state, "authorized")
        with self.provider_knows({"simulated_state": "cancel"}):
            self.later()
        self.assertEqual((session.state, session.in_doubt), ("cancelled", False))

    def test_a_disabled_provider_is_not_asked(self):
        session = self.authorized(10)
        self.provider.state = "disabled"
        with self.provider_fails(None) as asked:
            self.settle(session)
        asked.assert_not_called()
        self.assertEqual(session.state, "authorized")
        self.assertTrue(session.reason)

    def test_nothing_else_may_start_while_in_doubt(self):
        session = self.authorized(10)
        with self.provider_fails(ProviderOutcomeUnknown("?"), "void"):
            self.as_clerk(session).cancel()
        deal = self.as_clerk(session)
        for act in (deal.settle, deal.cancel):
            with self.assertRefused("in_doubt"):
                act()
        self.assertEqual(len(session.operation_ids), 2)
        self.assertNotIn("settle", session._allowed())
        self.assertNotIn("cancel", session._allowed())

    def test_settle_again_while_in_doubt_asks_nobody(self):
        session = self.in_doubt()
        with self.provider_fails(None) as asked:
            told = self.settle(session)
        asked.assert_not_called()
        self.assertEqual(told["message"]["code"], "in_doubt")
        with self.assertRefused("wrong_state"):
            self.as_clerk(session).cancel()

    def test_next_parks_a_deal_in_doubt_and_the_counter_goes_on(self):
        session = self.in_doubt()
        told = self.as_clerk(self.counter).next()
        self.assertFalse(told["session"])
        [parked] = told["counter"]["parked"]
        self.assertEqual(
            (parked["id"], parked["in_doubt"], parked["state"]),
            (session.id, True, "settling"),
        )
        other = self.settled(5)
        self.assertEqual(other.state, "settled")
        self.assertTrue(session.in_doubt)

    def test_the_call_leaves_no_trace_but_its_answer(self):
        session = self.authorized(10)

        def send(tx):
            tx.partner_id.name = "written by the provider's module"
            raise ProviderOutcomeUnknown("lost")

        name = session.partner_id.name
        with patch.object(DemoTransaction, "_send_capture_request", send):
            self.settle(session)
        self.assertEqual(session.partner_id.name, name)
        self.assertInDoubt(session)

    def test_one_open_operation_a_deal(self):
        session = self.in_doubt()
        self.assertEqual(len(session._open_operation()), 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            with self.env.cr.savepoint():
                self.env["epay.operation"].create(
                    {"session_id": session.id, "kind": "void"}
                )
        self.assertEqual(type(caught.exception).__name__, "UniqueViolation")


@tagged("post_install", "-at_install")
class TestRecovery(OperationsCase):
    def test_the_provider_is_asked_and_says_it_did_it(self):
        session = self.in_doubt()
        child = self.op(session).child_id
        data = {"simulated_state": "done", "manual_capture": True}
        with self.provider_knows({"reference": child.reference, **data}):
            self.later()
        self.assertEqual(session.state, "settled")
        self.assertFalse(session.in_doubt)
        self.assertEqual(child.state, "done")
        self.assertEqual(
            self.operations(session)[1:],
            [("capture", "succeeded"), ("register_sale", "succeeded")],
        )

    def test_the_provider_never_got_it(self):
        session = self.in_doubt()
        with self.provider_knows({}), self.provider_fails(None) as asked:
            self.later()
        asked.assert_not_called()
        self.assertEqual((session.state, session.in_doubt), ("authorized", False))
        self.assertEqual(self.operations(session)[-1], ("capture", "failed"))
        self.settle(session)
        self.assertEqual(session.state, "settled")

    def test_a_provider_that_can_not_be_asked_is_waited_for(self):
        session = self.in_doubt()
        with self.provider_knows(None), self.provider_fails(None) as asked:
            for _try in range(3):
                self.later()
        asked.assert_not_called()
        self.assertInDoubt(session)

    def test_an_inquiry_that_fails_changes_nothing(self):
        session = self.in_doubt()
        for error in (
            ProviderOutcomeUnknown("?"),
            ValidationError("no"),
            RuntimeError("bug"),
        ):
            with patch.object(
                OurTransaction, "_epay_fetch_payment_data", side_effect=error
            ):
                self.later()
            self.assertInDoubt(session)

    def test_a_request_is_repeated_with_the_same_key_where_that_is_safe(self):
        session = self.authorized(10)
        sent = []
        lost = requests.exceptions.ReadTimeout("read timed out")
        with (
            self.idempotent(),
            self.provider_online(lost, http_answer(), headers=sent) as asked,
        ):
            self.settle(session)
            self.assertInDoubt(session)
            self.later()
        self.assertEqual(asked.call_count, 2)
        keys = [headers.get("idempotency_key") for headers in sent]
        self.assertTrue(keys[0])
        self.assertEqual(keys[0], keys[1])
        self.assertEqual(session.state, "settled")

    def test_a_request_is_never_repeated_where_it_might_act_twice(self):
        session = self.authorized(10)
        lost = requests.exceptions.ReadTimeout("read timed out")
        with self.idempotent(False), self.provider_online(lost, http_answer()) as asked:
            self.settle(session)
            for _try in range(3):
                self.later()
        self.assertEqual(asked.call_count, 1)
        self.assertInDoubt(session)

    def test_two_operations_never_share_a_key(self):
        session = self.authorized(10)
        sent = []
        no = http_answer(400, '{"error": "not now"}')
        with self.idempotent(), self.provider_online(no, http_answer(), headers=sent):
            self.settle(session)
            self.settle(session)
        keys = {headers["idempotency_key"] for headers in sent}
        self.assertEqual(len(keys), 2)

    def test_a_key_goes_only_to_providers_that_know_it(self):
        session = self.authorized(10)
        sent = []
        with self.provider_online(http_answer(), headers=sent):
            self.settle(session)
        self.assertEqual(session.state, "settled")
        self.assertFalse(sent[0].get("idempotency_key"))

    def test_the_job_waits_longer_every_time(self):
        session = self.in_doubt()
        waits = []
        with self.provider_knows(None):
            for _try in range(4):
                self.later()
                operation = self.op(session)
                waits.append((operation.next_try - fields.Datetime.now()).seconds)
        self.assertEqual(waits, sorted(set(waits)))

    def test_nothing_happens_before_its_time(self):
        session = self.in_doubt()
        with self.provider_knows({"simulated_state": "done", "manual_capture": True}):
            self.env["epay.operation"]._cron_recover()
        self.assertInDoubt(session)

    def test_a_worker_killed_before_the_call_is_made_up_for(self):
        session = self.authorized(10)
        run = type(self.env["epay.operation"])
        with patch.object(run, "_run", lambda operations: None):
            self.settle(session)
        operation = self.op(session)
        self.assertEqual((operation.state, operation.called_at), ("requested", False))
        self.later()
        self.assertEqual(session.state, "settled")

    def test_a_worker_killed_during_the_call_is_in_doubt(self):
        session = self.authorized(10)
        run = type(self.env["epay.operation"])
        with patch.object(run, "_send_and_apply", lambda operation: None):
            self.settle(session)
        self.assertTrue(self.op(session).called_at)
        with self.provider_knows(None), self.provider_fails(None) as asked:
            self.later()
        asked.assert_not_called()
        self.assertInDoubt(session)

    def test_a_worker_killed_after_recording_only_applies(self):
        session = self.authorized(10)
        run = type(self.env["epay.operation"])
        with patch.object(run, "_apply_and_go_on", lambda operation: None):
            self.settle(session)
        self.assertTrue(self.op(session).answered_at)
        with self.provider_fails(None) as asked:
            self.later()
        asked.assert_not_called()
        self.assertEqual(session.state, "settled")

    def test_an_intent_wakes_the_recovery_job(self):
        job = self.env.ref("epay_counter.ir_cron_recover")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
        self.authorizing()
        after = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertEqual(len(after), before + 1)
        self.assertGreater(max(after.mapped("call_at")), fields.Datetime.now())

    def test_a_form_that_waits_for_the_customer_is_left_alone(self):
        session = self.authorizing()
        self.attempt(session)
        with self.provider_knows(None):
            self.later()
        self.assertEqual(session.state, "authorizing")
        self.assertFalse(session.in_doubt)
        self.assertEqual(session._turn(), "customer")

    def test_a_form_that_was_paid_without_a_message_is_found_by_asking(self):
        session = self.authorizing()
        self.attempt(session)
        with self.provider_knows({"simulated_state": "done"}):
            self.later()
        self.assertEqual(session.state, "authorized")

    def test_one_broken_operation_does_not_stop_the_others(self):
        broken = self.in_doubt()
        self.as_clerk(self.counter).next()
        other = self.in_doubt()
        reference = self.op(broken).child_id.reference

        def fetch(tx):
            if tx.reference == reference:
                raise RuntimeError("bug")
            return {"simulated_state": "done", "manual_capture": True}

        with patch.object(OurTransaction, "_epay_fetch_payment_data", fetch):
            self.later()
        self.assertEqual((broken.state, other.state), ("settling", "settled"))

    def test_a_webhook_resolves_what_is_in_doubt(self):
        session = self.in_doubt()
        self.provider_says(self.op(session).child_id, manual_capture=True)
        self.assertEqual((session.state, session.in_doubt), ("settled", False))

    def test_a_webhook_for_the_source_resolves_it_too(self):
        session = self.in_doubt()
        self.provider_says(session.live_transaction_id, manual_capture=True)
        self.assertEqual((session.state, session.in_doubt), ("settled", False))

    def test_a_webhook_that_is_quicker_than_the_answer(self):
        session = self.authorized(10)

        def send(tx):
            tx._process("demo", {"simulated_state": "done", "manual_capture": True})

        def claim_and_hear(operation):
            taken = claim(operation)
            self.provider_says(operation.child_id, manual_capture=True)
            return taken

        claim = type(self.env["epay.operation"])._claim
        with (
            patch.object(DemoTransaction, "_send_capture_request", send),
            patch.object(type(self.env["epay.operation"]), "_claim", claim_and_hear),
        ):
            self.settle(session)
        self.assertEqual(session.state, "settled")
        self.assertEqual(len(session.sale_order_id.invoice_ids), 1)
        self.assertEqual(
            self.operations(session)[1:],
            [("capture", "succeeded"), ("register_sale", "succeeded")],
        )

    def test_an_answer_that_comes_later_leaves_the_operation_open(self):
        session = self.authorized(10)
        with patch.object(DemoTransaction, "_send_capture_request", lambda tx: None):
            self.settle(session)
        operation = self.op(session)
        self.assertEqual((operation.state, session.state), ("requested", "settling"))
        self.assertFalse(session.in_doubt)
        self.assertEqual(session._turn(), "provider")
        with self.provider_knows(None):
            self.later()
        self.assertFalse(session.in_doubt, "it was answered; a webhook is awaited")
        self.provider_says(operation.child_id, manual_capture=True)
        self.assertEqual(session.state, "settled")


@tagged("post_install", "-at_install")
class TestResolve(OperationsCase):
    def resolve(self, session, outcome="succeeded", reason="seen in their list", **kw):
        user = kw.pop("user", self.manager)
        return session.with_user(user).resolve(outcome, reason, **kw)

    def test_the_manager_says_that_it_succeeded(self):
        session = self.in_doubt()
        self.assertIn("resolve", session._allowed())
        told = self.resolve(session)
        self.assertEqual(told["session"]["state"], "settled")
        self.assertFalse(session.in_doubt)
        why = session.event_ids.filtered(lambda e: e.why == "seen in their list")
        self.assertEqual(why.user_id, self.manager)

    def test_the_manager_says_that_it_failed(self):
        session = self.in_doubt()
        told = self.resolve(session, "failed")
        self.assertEqual(told["session"]["state"], "authorized")
        self.assertFalse(session.in_doubt)
        self.assertEqual(self.operations(session)[-1], ("capture", "failed"))

    def test_a_charge_in_doubt_is_resolved_as_authorized(self):
        partner = self.make_customer()
        token = self.make_token(partner)
        session = self.chosen(10, partner=partner, key=f"t-{token.id}")
        with self.provider_fails(ProviderOutcomeUnknown("?"), "payment"):
            self.as_clerk(session).request_authorization()
        self.resolve(session)
        self.assertEqual(session.state, "authorized")
        self.assertEqual(session.captured_amount, 0)

    def test_a_void_in_doubt_is_resolved_as_cancelled(self):
        session = self.authorized(10)
        with self.provider_fails(ProviderOutcomeUnknown("?"), "void"):
            self.as_clerk(session).cancel()
        self.resolve(session)
        self.assertEqual(session.state, "cancelled")

    def test_a_clerk_may_not_resolve(self):
        session = self.in_doubt()
        with self.assertRefused("manager_only"):
            self.resolve(session, user=self.clerk)
        self.assertInDoubt(session)

    def test_a_reason_and_an_outcome_are_wanted(self):
        session = self.in_doubt()
        for outcome, reason in (
            ("succeeded", ""),
            ("failed", "  "),
            ("succeeded", False),
            ("maybe", "I think so"),
            ("", "I think so"),
        ):
            with self.assertRefused("reason_missing"):
                self.resolve(session, outcome, reason)
        self.assertInDoubt(session)

    def test_nothing_in_doubt_nothing_to_resolve(self):
        for session in (self.register(), self.settled):
            session = session() if callable(session) else session
            with self.assertRefused("wrong_state"):
                self.resolve(session)
            if session.state == "open":
                self.as_clerk(session).cancel()

    def test_an_answer_after_the_managers_word_is_not_lost(self):
        session = self.authorized(10)

        def send(tx):
            """Meanwhile, before the provider answers, the manager gives up."""
            tx._process("demo", {"simulated_state": "done", "manual_capture": True})

        record = type(self.env["epay.operation"])._record

        def resolve_first(operation, answer):
            operation.called_at -= timedelta(minutes=2)
            self.resolve(session, "failed", "waited long enough")
            return record(operation, answer)

        with (
            patch.object(DemoTransaction, "_send_capture_request", send),
            patch.object(type(self.env["epay.operation"]), "_record", resolve_first),
        ):
            self.settle(session)
        # The provider has the money; the deal must know.
        self.assertEqual(session.captured_amount, 10)


@tagged("post_install", "-at_install")
class TestRecorder(OperationsCase):
    def test_a_recorder_can_not_be_forged_through_the_context(self):
        session = self.authorizing()
        tx = self.attempt(session)
        for forged in (True, "recorder", {"data": []}, [], 1):
            data = {"reference": tx.reference, "simulated_state": "pending"}
            Transactions = self.env["payment.transaction"].with_context(
                epay_recorder=forged
            )
            self.assertEqual(Transactions._process("demo", data), tx)
            self.assertEqual(tx.state, "pending")

    def test_the_answer_is_kept_from_clerks_and_dropped_when_it_is_applied(self):
        session = self.authorized(10)
        run = type(self.env["epay.operation"])
        with patch.object(run, "_apply_and_go_on", lambda operation: None):
            self.settle(session)
        operation = self.op(session)
        [[code, data]] = operation.answer["data"]
        self.assertEqual((code, data["simulated_state"]), ("demo", "done"))
        json.dumps(operation.answer)
        with self.assertRaises(AccessError):
            operation.with_user(self.manager).read(["answer"])
        operation._apply_and_go_on()
        self.assertFalse(operation.answer)

    def test_a_request_outside_an_operation_is_odoos_own(self):
        lost = requests.exceptions.ReadTimeout("read timed out")
        session = self.authorizing()
        tx = self.attempt(session)
        with self.provider_online(lost), self.assertRaises(ValidationError):
            tx._send_api_request("POST", "anything")

    def test_transactions_of_other_flows_are_left_alone(self):
        values = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "amount": 10,
            "currency_id": self.company.currency_id.id,
            "reference": "A shop's own",
            "partner_id": self.clerk.partner_id.id,
        }
        tx = self.env["payment.transaction"].create(values)
        tx._set_done()
        tx._post_process()
        self.assertTrue(tx.is_post_processed)
        self.assertEqual(tx.payment_id.amount, 10)
        tx = tx.create({**values, "reference": "A shop's other"})
        tx._set_canceled()
        tx._set_done()
        self.assertEqual(tx.state, "cancel")

    def test_the_time_between_two_tries_is_bounded(self):
        session = self.in_doubt()
        operation = self.op(session)
        operation.attempts = 50
        wait = operation._next_try() - fields.Datetime.now()
        self.assertLessEqual(wait, timedelta(hours=1))
        self.assertIsInstance(PaymentTransaction, type)
