from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.payment_transaction_return import PaymentTransaction
from .common import OPERATION_LOGS
from .return_common import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnExecution(ReturnCase):
    """The money goes back, once (SB16–SB19)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.make_counter(code="T2")

    def refunds(self, sale):
        """Amounts of the refunds that were made of the deal's payment."""
        children = sale.live_transaction_id.child_transaction_ids
        done = children.filtered(lambda tx: tx.operation == "refund")
        return [-tx.amount for tx in done.filtered(lambda tx: tx.state == "done")]

    def test_a_whole_return(self):
        sale = self.settled(80.78)
        back = self.cancellable(sale)
        answer = self.execute(back)
        self.assertNoNone(answer)
        self.assertFalse(answer["message"])
        self.assertEqual(answer["session"]["state"], "reversed")
        self.assertEqual(answer["session"]["turn"], "nobody")
        self.assertTrue(answer["session"]["receipt_url"])
        self.assertEqual(
            self.operations(back),
            [
                ("inquire", "succeeded"),
                ("refund", "succeeded"),
                ("reverse_sale", "succeeded"),
            ],
        )
        self.assertEqual(
            self.history(back),
            "draft open engaged consented inquiring cancellable reversing "
            "reversed".split(),
        )
        self.assertEqual(self.refunds(sale), [80.78])
        self.assertEqual(back.transaction_ids.mapped("amount"), [-80.78])
        self.assertEqual((sale.state, sale.return_state), ("settled", "full"))
        self.assertEqual((sale.returned_amount, sale.refund_reserved), (80.78, 80.78))
        shown = sale._clerk_values()
        self.assertNoNone(shown)
        self.assertEqual(shown["left_to_return"], 0)
        self.assertEqual(shown["returns"][0]["name"], back.name)
        self.assertNotIn("return", shown["allowed"])

    def test_a_part_and_then_the_rest(self):
        sale = self.settled(80.78)
        self.assertIn("return", sale._clerk_values()["allowed"])
        self.reversed(sale, refund_amount=30.78)
        self.assertEqual((sale.return_state, sale.returned_amount), ("part", 30.78))
        self.assertEqual(sale._clerk_values()["left_to_return"], 50)
        self.assertIn("return", sale._clerk_values()["allowed"])
        self.reversed(sale)
        self.assertEqual((sale.return_state, sale.returned_amount), ("full", 80.78))
        self.assertEqual(self.refunds(sale), [50, 30.78])

    def test_pressed_twice(self):
        sale = self.settled(80.78)
        back = self.reversed(sale)
        self.execute(back)
        self.assertEqual(self.refunds(sale), [80.78])
        self.assertEqual(len(back.operation_ids), 3)

    def test_not_before_the_inquiry(self):
        sale = self.settled(80.78)
        for way in (self.find, self.engaged, self.consented):
            back = way(sale)
            with self.assertRefused("wrong_state"):
                self.execute(back)
            self.as_clerk(back).cancel()
        with self.assertRefused("wrong_state"):
            self.execute(sale)
        self.assertFalse(self.refunds(sale))

    def test_two_returns_can_not_take_the_same_money(self):
        """Both were possible when asked; the one that comes second is refused."""
        sale = self.settled(80.78)
        first = self.cancellable(sale)
        second = self.cancellable(sale, counter=self.second, refund_amount=1)
        self.execute(first)
        with self.assertRefused("not_refundable"):
            self.execute(second)
        self.assertEqual(second.state, "cancellable")
        self.assertEqual(self.refunds(sale), [80.78])
        self.assertIn("cancel", second._clerk_values()["allowed"])

    def test_two_returns_can_not_take_the_same_line(self):
        sale = self.basket(("Lamp", 1, 39.0), ("Vase", 1, 39.0))
        chosen = [self.line(sale, 0, 1)]
        first = self.cancellable(sale, lines=chosen)
        second = self.cancellable(sale, counter=self.second, lines=chosen)
        self.execute(first)
        with self.assertRefused("not_refundable"):
            self.execute(second)
        self.assertEqual(self.refunds(sale), [39])

    def test_the_database_refuses_more_than_was_taken(self):
        sale = self.settled(80.78)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            sale._write_machine({"refund_reserved": 80.79})
            self.env.flush_all()

    def test_a_refund_elsewhere_and_ours_together(self):
        sale = self.settled(100)
        back = self.cancellable(sale, refund_amount=80)
        foreign = sale.live_transaction_id._create_child_transaction(30, is_refund=True)
        foreign._set_done()
        self.commit()
        with self.assertRefused("not_refundable"):
            self.execute(back)
        self.as_clerk(back).cancel()
        self.reversed(sale)
        self.assertEqual(sale.returned_amount, 100)
        notes = sale.event_ids.filtered(lambda e: e.source == e.target).mapped("why")
        self.assertEqual(len(notes), 1, "only the foreign refund is noted")

    def test_the_day_list_sums_up_what_was_given_back(self):
        day = self.as_clerk(self.counter).get_day()
        self.assertFalse(day["returned"])
        sale = self.settled(80.78)
        self.reversed(sale, refund_amount=30.7)
        self.cancellable(sale, counter=self.make_counter(code="T9"))
        day = self.as_clerk(self.counter).get_day()
        self.assertNoNone(day)
        self.assertEqual(day["returned"]["count"], 1)
        self.assertIn("30.70", day["returned"]["amount_text"])
        self.assertEqual(day["count"], 1, "what was sold is told as it was")
        states = [row["return_state"] for row in day["deals"] if row["kind"] == "sale"]
        self.assertEqual(states, ["part"])

    def test_the_day_list_counts_by_when_it_was_given_back(self):
        sale = self.settled(80.78)
        back = self.reversed(sale, refund_amount=30.7)
        day = self.as_clerk(self.counter).get_day()
        self.assertTrue(day["returned"])
        back.settled_at -= timedelta(days=1)
        self.assertFalse(self.as_clerk(self.counter).get_day()["returned"])

    def test_the_day_list_adds_up_no_currencies(self):
        dollars = self.settled(80.78)
        self.reversed(dollars, refund_amount=30.7)
        back = self.reversed(dollars, refund_amount=10)
        usd = self.env.ref("base.USD")
        self.env.cr.execute(
            "UPDATE epay_session SET currency_id = %s WHERE id = %s", (usd.id, back.id)
        )
        self.env.invalidate_all()
        returned = self.as_clerk(self.counter).get_day()["returned"]
        self.assertEqual(returned["count"], 2)
        self.assertIn("30.70", returned["amount_text"])
        self.assertIn("10.00", returned["amount_text"])

    def test_yen(self):
        sale = self.settled(1200, counter=self.make_japan())
        self.reversed(sale, refund_amount=500)
        self.assertEqual((sale.return_state, sale.returned_amount), ("part", 500))
        self.reversed(sale)
        self.assertEqual((sale.return_state, sale.returned_amount), ("full", 1200))

    def test_charged_at_once(self):
        self.provider.capture_manually = False
        sale = self.settled(80.78)
        self.reversed(sale)
        self.assertEqual(self.refunds(sale), [80.78])
        self.assertEqual(sale.return_state, "full")

    # --- by hand ---

    def test_a_manager_records_what_was_done_at_the_provider(self):
        sale = self.settled(80.78)
        self.method.support_refund = "none"
        back = self.consented(sale)
        values = self.as_manager(back).sudo()._clerk_values()
        self.assertIn("record_refund", values["allowed"])
        with self.refund_answers(lambda tx: self.fail("nobody is asked")):
            answer = self.as_manager(back).record_refund("Dashboard, 14:05")
        self.assertEqual(answer["session"]["state"], "reversed")
        self.assertEqual(answer["session"]["return"]["way"], "by_hand")
        self.assertEqual(self.refunds(sale), [80.78])
        self.assertEqual(sale.return_state, "full")
        self.assertEqual(back.invoice_id.payment_state, "paid")
        why = back.event_ids.filtered(lambda e: e.target == "reversing").why
        self.assertEqual(why, "Dashboard, 14:05")

    def test_recording_is_for_managers_with_a_reason(self):
        back = self.consented(self.settled(80.78))
        with self.assertRefused("manager_only"):
            self.as_clerk(back).record_refund("I did")
        with self.assertRefused("reason_missing"):
            self.as_manager(back).record_refund(" ")
        self.as_clerk(back).cancel()
        back = self.engaged(self.settled(5))
        with self.assertRefused("wrong_state"):
            self.as_manager(back).record_refund("Did it")


@tagged("post_install", "-at_install")
class TestReturnBadLuck(ReturnCase):
    """The provider declines, times out, is switched off; the process dies."""

    def setUp(self):
        super().setUp()
        self.mute(*OPERATION_LOGS)

    def test_the_provider_declines(self):
        sale = self.settled(80.78)
        back = self.cancellable(sale)
        with self.declines("Card closed"):
            answer = self.execute(back)
        self.assertEqual(answer["session"]["state"], "cancellable")
        self.assertEqual(answer["message"]["code"], "declined")
        self.assertIn("“Card closed”", answer["message"]["text"])
        self.assertIn("“Card closed”", back.reason)
        self.assertEqual((sale.refund_reserved, sale.return_state), (0, "none"))
        self.execute(back)
        self.assertEqual(back.state, "reversed")
        self.assertEqual(sale.returned_amount, 80.78)

    def test_a_decline_releases_only_its_own(self):
        sale = self.settled(80.78)
        self.reversed(sale, refund_amount=30)
        back = self.cancellable(sale, refund_amount=20)
        with self.declines():
            self.execute(back)
        self.assertEqual(sale.refund_reserved, 30)

    def test_no_answer_stays_in_doubt_and_nothing_is_sent_again(self):
        sale = self.settled(80.78)
        back = self.cancellable(sale)
        with self.no_answer() as sent:
            answer = self.execute(back)
            self.assertEqual(answer["session"]["state"], "reversing")
            self.assertTrue(answer["session"]["in_doubt"])
            self.assertEqual(answer["message"]["code"], "in_doubt")
            self.assertEqual(sale.refund_reserved, 80.78)
            self.execute(back)
            self.later()
            self.later()
            for verb in ("cancel", "inquire"):
                with self.assertRefused("wrong_state"):
                    getattr(self.as_clerk(back), verb)()
        self.assertEqual(sent.call_count, 1)
        self.assertEqual(back.state, "reversing")
        self.assertIn("asking your bank", back._customer_sentence())

    def test_in_doubt_it_can_be_parked(self):
        back = self.cancellable(self.settled(80.78))
        with self.no_answer():
            self.execute(back)
        answer = self.as_clerk(self.counter).next()
        self.assertFalse(answer["session"])
        self.assertEqual(answer["counter"]["parked"][0]["name"], back.name)

    def test_while_in_doubt_no_other_return_takes_it(self):
        sale = self.settled(80.78)
        with self.no_answer():
            self.execute(self.cancellable(sale, refund_amount=80))
        self.as_clerk(self.counter).next()
        with self.assertRefused("bad_amount"):
            self.find(sale, refund_amount=1)
        back = self.reversed(sale)
        self.assertEqual(back.amount, 0.78)
        self.assertEqual(sale.refund_reserved, 80.78)

    def test_the_message_of_the_provider_ends_the_doubt(self):
        sale = self.settled(80.78)
        back = self.cancellable(sale)
        with self.no_answer():
            self.execute(back)
        back.operation_ids.child_id._set_done()
        self.commit()
        self.assertEqual((back.state, back.in_doubt), ("reversed", False))
        self.assertEqual(sale.return_state, "full")

    def test_a_manager_resolves_it(self):
        for outcome, state, reserved in (
            ("succeeded", "reversed", 80.78),
            ("failed", "cancellable", 0),
        ):
            sale = self.settled(80.78)
            back = self.cancellable(sale)
            with self.no_answer():
                self.execute(back)
            with self.assertRefused("manager_only"):
                self.as_clerk(back).resolve(outcome, "Looked it up")
            self.as_manager(back).resolve(outcome, "Looked it up")
            self.assertEqual((back.state, back.in_doubt), (state, False))
            self.assertEqual(sale.refund_reserved, reserved)
            if state == "cancellable":
                self.as_clerk(back).cancel()

    def test_a_refund_that_takes_days(self):
        sale = self.settled(80.78)
        back = self.cancellable(sale)
        with self.refund_answers(lambda tx: tx._set_pending()):
            self.execute(back)
        self.assertEqual((back.state, back.in_doubt), ("reversing", False))
        self.assertEqual(sale.returned_amount, 0)
        self.assertEqual(sale.refund_reserved, 80.78)
        self.as_clerk(self.counter).next()
        back.operation_ids.child_id._set_done()
        self.commit()
        self.assertEqual(back.state, "reversed")

    def test_a_refund_that_fails_afterwards(self):
        sale = self.settled(80.78)
        back = self.reversed(sale)
        refund = back.transaction_ids
        refund.state = "error"
        refund._epay_follow_later()
        self.commit()
        self.assertIn(refund.reference, back.reason)
        self.assertEqual((sale.returned_amount, sale.refund_reserved), (0, 0))
        self.assertEqual(sale.return_state, "none")

    def test_the_provider_is_switched_off_before_the_refund(self):
        sale = self.settled(80.78)
        back = self.cancellable(sale)
        self.provider.state = "disabled"
        answer = self.execute(back)
        self.assertEqual(answer["session"]["state"], "cancellable")
        self.assertEqual(sale.refund_reserved, 0)

    def test_the_process_dies_before_it_calls(self):
        sale = self.settled(80.78)
        back = self.cancellable(sale)
        with patch.object(type(self.env["epay.operation"]), "_run", lambda self: None):
            self.execute(back)
        self.assertEqual(back.state, "reversing")
        self.later()
        self.assertEqual(back.state, "reversed")
        self.assertEqual(sale.returned_amount, 80.78)

    def test_it_does_not_expire_once_money_moves(self):
        back = self.cancellable(self.settled(80.78))
        self.assertTrue(back.expires_at)
        with self.no_answer():
            self.execute(back)
        self.assertFalse(back.expires_at)

    def test_money_that_was_voided_instead(self):
        """Authorize.Net voids what is not settled yet, when a refund is asked for."""
        sale = self.settled(80.78)
        with patch.object(
            PaymentTransaction,
            "_epay_ask_return",
            return_value={"way": "void", "why": False, "next": False},
        ):
            back = self.cancellable(sale)
        self.as_clerk(back)
        self.execute(back)
        self.assertEqual(back.state, "reversed")
        void = back.transaction_ids
        self.assertEqual((void.state, void.operation), ("cancel", "online_direct"))
        self.assertEqual(sale.return_state, "full")
        self.assertEqual(sale.returned_amount, 80.78)
        self.assertEqual(sale.refund_reserved, 80.78)
        self.assertEqual(back.invoice_id.payment_state, "paid")
        self.assertEqual(sale.invoice_id.payment_state, "reversed")
