from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..const import REFUND_DAYS
from ..exceptions import ProviderOutcomeUnknown
from ..models.payment_transaction_return import PaymentTransaction
from .common import OPERATION_LOGS
from .return_common import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnInquiry(ReturnCase):
    """What can be known before money moves (SB11–SB15)."""

    def assertPossible(self, sale, way="refund", **arguments):
        back = self.cancellable(sale, **arguments)
        self.assertEqual((back.state, back.return_way), ("cancellable", way))
        return back

    def assertNotPossible(self, sale, *words, **arguments):
        """It ends with a reason, and with what else can be done."""
        back = self.cancellable(sale, **arguments)
        self.assertEqual(back.state, "rejected", back.return_way)
        for word in words:
            self.assertIn(word, back.reason)
        values = back._clerk_values()
        self.assertTrue(values["return"]["next"])
        self.assertFalse(values["return"]["way"])
        self.assertIn("next", values["allowed"])
        self.assertFalse(back.transaction_ids)
        return back

    def asked(self, answer=None, **kwargs):
        return patch.object(
            PaymentTransaction, "_epay_ask_return", return_value=answer, **kwargs
        )

    def test_an_inquiry_without_answer_can_be_dropped(self):
        """It has no effects; a process that died asks for a minute."""
        back = self.consented(self.settled(80.78))
        with patch.object(type(self.env["epay.operation"]), "_run", lambda self: None):
            self.inquire(back)
        self.assertEqual(back.state, "inquiring")
        self.assertIn("cancel", back._clerk_values()["allowed"])
        inquiry = back._open_operation()
        self.as_clerk(back).cancel()
        self.assertEqual((back.state, inquiry.state), ("cancelled", "failed"))
        self.later()
        self.assertEqual(back.state, "cancelled")

    def test_its_answer_comes_after_it_was_dropped(self):
        back = self.consented(self.settled(80.78))
        operations = type(self.env["epay.operation"])

        def drop_and_record(operation, answer, answered=True):
            self.as_clerk(back).cancel()
            record(operation, answer, answered)

        record = operations._record
        with patch.object(operations, "_record", drop_and_record):
            self.inquire(back)
        self.assertEqual(back.state, "cancelled")

    # --- what accounting has done ---

    def credit(self, sale, amount=None):
        note = sale.invoice_id._reverse_moves([{"ref": "Came back by post"}])
        if amount:
            note.invoice_line_ids.price_unit = amount
        note.action_post()
        return note

    def test_accounting_has_credited_it(self):
        sale = self.settled(80.78)
        note = self.credit(sale)
        back = self.assertNotPossible(sale, "80.78", note.name)
        self.assertTrue(back.may_be_recorded)

    def test_accounting_credits_it_after_the_inquiry(self):
        sale = self.settled(80.78)
        back = self.cancellable(sale)
        self.credit(sale)
        with (
            patch.object(
                type(sale.live_transaction_id),
                "_send_refund_request",
                lambda tx: self.fail("sent"),
            ),
            self.assertRefused("not_refundable"),
        ):
            self.execute(back)

    def test_a_manager_goes_on_and_the_refund_pays_that_credit_note(self):
        sale = self.settled(80.78)
        note = self.credit(sale)
        back = self.consented(sale)
        self.as_manager(back).inquire()
        self.assertEqual(back.state, "cancellable", back.reason)
        self.as_manager(back).execute_cancellation()
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        self.assertEqual(back.invoice_id, note)
        self.assertEqual(note.payment_state, "paid")
        self.assertEqual(sale._standing_credit_notes(), note)

    def test_accounting_has_credited_something_else(self):
        sale = self.settled(80.78)
        self.credit(sale, 30)
        self.assertPossible(sale, refund_amount=50.78)

    def test_an_invoice_that_was_reset_to_draft(self):
        sale = self.settled(80.78)
        sale.invoice_id.button_draft()
        self.assertNotPossible(sale, sale.invoice_id.name)

    # --- what is known here ---

    def test_a_captured_payment_can_be_refunded(self):
        back = self.assertPossible(self.settled(80.78))
        values = back._clerk_values()
        self.assertNoNone(values)
        self.assertEqual(values["turn"], "clerk")
        self.assertTrue(values["return"]["way_text"])
        self.assertIn("execute_cancellation", values["allowed"])
        self.assertEqual(self.operations(back), [("inquire", "succeeded")])

    def test_nothing_is_moved_by_asking(self):
        sale = self.settled(80.78)
        moves = self.env["account.move"].search_count([])
        payments = self.env["payment.transaction"].search_count([])
        back = self.assertPossible(sale)
        self.inquire(back)
        self.inquire(back)
        self.assertEqual(back.state, "cancellable")
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        self.assertEqual(self.env["payment.transaction"].search_count([]), payments)
        self.assertEqual((sale.refund_reserved, sale.return_state), (0, "none"))

    def test_a_provider_without_refunds(self):
        sale = self.settled(80.78)
        self.method.support_refund = "none"
        back = self.assertNotPossible(sale, self.provider.name)
        self.assertIn("own pages", back.return_next)

    def test_what_can_not_be_done_from_here_is_recorded_after_the_refusal(self):
        for reason in ("none", "disabled", "old"):
            sale = self.settled(80.78)
            self.make_impossible(sale, reason)
            back = self.cancellable(sale)
            with self.subTest(reason):
                self.assertEqual(back.state, "rejected")
                allowed = self.as_manager(back).sudo()._clerk_values()["allowed"]
                self.assertIn("record_refund", allowed)
                allowed = self.as_clerk(back).sudo()._clerk_values()["allowed"]
                self.assertNotIn("record_refund", allowed)
                self.as_manager(back).record_refund("Transferred it")
                self.assertEqual(back.state, "reversed")
                self.assertEqual(sale.return_state, "full")
            self.provider.state = "test"
            self.method.support_refund = "partial"

    def make_impossible(self, sale, reason):
        """Refunds of the sale become impossible from here."""
        if reason == "none":
            self.method.support_refund = "none"
        elif reason == "disabled":
            self.provider.state = "disabled"
        else:
            days = patch.dict(REFUND_DAYS, {"demo": 1})
            self.startPatcher(days)
            past = fields.Datetime.now() - timedelta(days=2)
            sale.live_transaction_id.last_state_change = past

    def test_another_refusal_is_not_recorded_away(self):
        sale = self.settled(80.78)
        self.method.support_refund = "full_only"
        back = self.assertNotPossible(sale, refund_amount=10)
        allowed = self.as_manager(back).sudo()._clerk_values()["allowed"]
        self.assertNotIn("record_refund", allowed)
        with self.assertRefused("wrong_state"):
            self.as_manager(back).record_refund("Did it anyway")

    def test_whole_payments_only(self):
        sale = self.settled(80.78)
        self.method.support_refund = "full_only"
        self.assertNotPossible(sale, "whole", refund_amount=10)
        self.assertPossible(sale)

    def test_the_rest_is_not_the_whole(self):
        sale = self.settled(80.78)
        self.reversed(sale, refund_amount=10)
        self.method.support_refund = "full_only"
        self.assertNotPossible(sale, "whole")

    def test_a_provider_that_was_switched_off(self):
        sale = self.settled(80.78)
        self.provider.state = "disabled"
        self.assertNotPossible(sale, "switched off")

    def test_too_old_for_the_provider(self):
        sale = self.settled(80.78)
        paid = fields.Datetime.now() - timedelta(days=181)
        sale.live_transaction_id.last_state_change = paid
        with patch.dict(REFUND_DAYS, {"demo": 180}):
            self.assertNotPossible(sale, "180 days")
        self.assertPossible(sale)

    def test_another_return_was_quicker(self):
        sale = self.settled(80.78)
        second = self.make_counter(code="T2")
        back = self.consented(sale, counter=second)
        self.reversed(sale, refund_amount=1)
        self.inquire(back)
        self.assertEqual(back.state, "rejected")
        self.assertIn("79.78", back.reason)

    def test_a_payment_that_is_only_authorized_is_voided_as_a_whole(self):
        sale = self.settled(80.78)
        sale.live_transaction_id.state = "authorized"
        self.assertPossible(sale, "void").with_user(self.clerk)
        self.as_clerk(sale.return_ids).cancel()
        self.assertNotPossible(sale, "only the whole", refund_amount=10)

    def test_a_payment_that_did_not_go_through(self):
        sale = self.settled(80.78)
        sale.live_transaction_id.state = "error"
        self.assertNotPossible(sale, "did not go through")

    # --- what the provider says ---

    def test_the_provider_says_no(self):
        no = {"way": False, "why": "Disputed.", "next": "Answer it."}
        with self.asked(no):
            back = self.assertNotPossible(self.settled(80.78), "Disputed.")
        self.assertEqual(back.return_next, "Answer it.")

    def test_the_provider_says_void(self):
        with self.asked({"way": "void", "why": False, "next": False}):
            self.assertPossible(self.settled(80.78), "void")

    def test_no_answer_and_it_is_asked_again(self):
        self.mute(*OPERATION_LOGS)
        back = self.consented(self.settled(80.78))
        for error in (ProviderOutcomeUnknown("timeout"), ValueError("gibberish")):
            with self.asked(side_effect=error):
                answer = self.inquire(back)
            self.assertEqual(answer["session"]["state"], "consented")
            self.assertEqual(answer["message"]["code"], "no_answer")
            self.assertFalse(answer["session"]["in_doubt"])
            self.assertIn("inquire", answer["session"]["allowed"])
        self.inquire(back)
        self.assertEqual(back.state, "cancellable")

    def test_no_answer_when_asked_a_second_time(self):
        """What was possible before has to be asked again."""
        back = self.cancellable(self.settled(80.78))
        with self.asked(side_effect=ProviderOutcomeUnknown("timeout")):
            self.inquire(back)
        self.assertEqual((back.state, back.return_way), ("consented", False))

    def test_the_process_died_while_it_asked(self):
        back = self.consented(self.settled(80.78))
        self.as_clerk(back)
        with patch.object(type(self.env["epay.operation"]), "_run", lambda self: None):
            self.inquire(back)
        self.assertEqual(back.state, "inquiring")
        back.operation_ids.write(
            {"called_at": fields.Datetime.now(), "next_try": fields.Datetime.now()}
        )
        self.later()
        self.assertEqual(back.state, "cancellable")

    def test_it_was_never_sent(self):
        back = self.consented(self.settled(80.78))
        with patch.object(type(self.env["epay.operation"]), "_run", lambda self: None):
            answer = self.inquire(back)
        self.assertEqual(answer["session"]["turn"], "provider")
        self.assertFalse(back.operation_ids._can_be_resolved())
        self.later()
        self.assertEqual(back.state, "cancellable")

    # --- when it may be asked ---

    def test_not_before_consent(self):
        back = self.engaged(self.settled(80.78))
        with self.assertRefused("wrong_state"):
            self.inquire(back)

    def test_not_of_a_sale(self):
        with self.assertRefused("wrong_state"):
            self.inquire(self.settled(80.78))

    def test_not_once_it_is_done(self):
        back = self.reversed(self.settled(80.78))
        with self.assertRefused("wrong_state"):
            self.inquire(back)
