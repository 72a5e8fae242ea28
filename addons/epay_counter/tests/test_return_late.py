from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .common import OPERATION_LOGS
from .test_return_books import BOOKS_LOG, ReturnBooksCase


class ReturnLateCase(ReturnBooksCase):
    """Refunds that end otherwise than was thought."""

    def setUp(self):
        super().setUp()
        self.mute(*OPERATION_LOGS, BOOKS_LOG)

    def refunds(self, sale):
        """Amounts of the refunds that were made of the deal's payment."""
        return sorted(
            -tx.amount for tx in sale.live_transaction_id._epay_done_refunds()
        )

    def held_for_failed(self, sale, **arguments):
        """A return whose refund got no answer, and was not there when looked up."""
        back = self.cancellable(sale, **arguments)
        with self.no_answer():
            self.execute(back)
        self.as_manager(back).resolve("failed", "Not in the dashboard")
        self.assertEqual(back.state, "cancellable")
        return back

    def was_made(self, back):
        """The provider's message comes: it was made after all."""
        back.transaction_ids._set_done()
        self.commit()

    def fails_afterwards(self, refund):
        """The provider's message comes: the bank did not take it."""
        refund._set_error("Account closed", extra_allowed_states=("done",))
        self.commit()


@tagged("post_install", "-at_install")
class TestMadeAfterAll(ReturnLateCase):
    """A refund that was held for failed, and was made: never a second one."""

    def test_the_sale_is_reversed_without_another_refund(self):
        sale = self.settled(100)
        back = self.held_for_failed(sale)
        with self.refund_answers(lambda tx: self.fail("sent twice")):
            self.was_made(back)
            self.execute(back)
        self.assertReversed(back, 100)
        self.assertEqual(self.refunds(sale), [100])

    def test_pressed_before_anybody_looked(self):
        sale = self.settled(100)
        back = self.held_for_failed(sale, refund_amount=30)
        # Its message is there, but the process that should follow died.
        back.transaction_ids.write({"state": "done"})
        with self.refund_answers(lambda tx: self.fail("sent twice")):
            self.execute(back)
        self.assertReversed(back, 30)
        self.assertEqual(self.refunds(sale), [30])

    def test_while_it_is_asked_again(self):
        sale = self.settled(100)
        back = self.held_for_failed(sale)
        with patch.object(type(self.env["epay.operation"]), "_run", lambda self: None):
            self.inquire(back)
        self.assertEqual(back.state, "inquiring")
        self.was_made(back)
        self.assertReversed(back, 100)
        self.later()
        self.assertEqual(back.state, "reversed")

    def test_a_return_that_was_dropped_meanwhile(self):
        sale = self.settled(100)
        back = self.held_for_failed(sale)
        self.as_clerk(back).cancel()
        self.was_made(back)
        self.assertEqual(back.state, "cancelled")
        self.assertEqual(back.invoice_id.payment_state, "paid")
        self.assertEvenLedger(sale)
        self.assertEqual(self.sold(sale), (0, 0))
        self.assertIn("after all", back.reason)
        self.assertIn("after all", back.event_ids[-1].why)
        self.assertEqual(sale.return_state, "full")

    def test_lines_of_a_dropped_return_are_gone(self):
        sale = self.basket(("Lamp", 1, 39.0), ("Vase", 1, 39.0))
        back = self.held_for_failed(sale, lines=[self.line(sale, 0, 1)])
        self.as_clerk(back).cancel()
        self.was_made(back)
        with self.assertRefused("bad_amount"):
            self.find(sale, lines=[self.line(sale, 0, 1)])

    def test_both_were_made(self):
        """Nothing can undo that; both screens and the books say it as it is."""
        sale = self.settled(100)
        back = self.held_for_failed(sale, refund_amount=40)
        first = back.transaction_ids
        self.execute(back)
        self.assertEqual(back.state, "reversed")
        first._set_done()
        self.commit()
        self.assertEqual(self.refunds(sale), [40, 40])
        self.assertIn("twice", back.reason)
        self.assertEqual((sale.returned_amount, sale.return_state), (80, "part"))
        self.assertEqual(back.invoice_id.payment_state, "paid")
        self.assertEqual(first.payment_id.state, "in_process")
        self.assertFalse(first.payment_id.is_reconciled, "the customer owes it")
        self.assertEqual(len(sale.invoice_id.reversal_move_ids), 1)

    def test_the_second_fails_and_the_first_was_made(self):
        sale = self.settled(100)
        back = self.held_for_failed(sale)
        first = back.transaction_ids
        with self.no_answer():
            self.execute(back)
        first._set_done()
        self.commit()
        self.assertEqual(back.state, "reversing")
        self.as_manager(back).resolve("failed", "Only one is there")
        self.assertEqual(back.state, "reversed")
        self.assertEqual(self.refunds(sale), [100])
        self.assertEvenLedger(sale)


@tagged("post_install", "-at_install")
class TestFailedAfterwards(ReturnLateCase):
    """A refund that was done, and then was not."""

    def test_before_it_is_booked(self):
        sale = self.settled(100)
        back = self.cancellable(sale)
        with patch.object(
            type(back), "_create_credit_note", side_effect=ValueError("x")
        ):
            self.execute(back)
        self.assertEqual(back.state, "reversing")
        self.fails_afterwards(back.transaction_ids)
        self.assertEqual(back.state, "cancellable")
        self.assertIn("failed afterwards", back.reason)
        self.assertEqual(sale.invoice_id.payment_state, "paid")
        self.later()
        self.assertEqual(back.state, "cancellable")
        self.assertFalse(back.invoice_id)
        self.execute(back)
        self.assertEqual(back.state, "reversed")
        self.assertEqual(self.refunds(sale), [100])
        self.assertEqual(self.sold(sale), (0, 0))

    def test_the_booking_comes_first(self):
        """The provider's message is there, but nobody has followed it."""
        back = self.cancellable(self.settled(100))
        with patch.object(
            type(back), "_create_credit_note", side_effect=ValueError("x")
        ):
            self.execute(back)
        back.transaction_ids.write({"state": "error"})
        self.execute(back)
        self.assertNotEqual(back.state, "reversed")
        self.assertFalse(back.invoice_id)
        paid = back.origin_id.live_transaction_id.child_transaction_ids.payment_id
        self.assertEqual(paid.state, "paid")

    def test_before_the_booking_was_written_down(self):
        back = self.cancellable(self.settled(100))
        with self.refund_answers(lambda tx: tx._set_pending()):
            self.execute(back)
        with patch.object(type(back), "_booking", lambda deal: deal.operation_ids[:0]):
            back.transaction_ids._set_done()
            self.commit()
        self.fails_afterwards(back.transaction_ids)
        self.assertEqual(back.state, "cancellable")

    def test_after_it_was_booked(self):
        sale = self.settled(100)
        back = self.reversed(sale)
        note, refund = back.invoice_id, back.transaction_ids
        self.fails_afterwards(refund)
        self.assertEqual(back.state, "reversed")
        self.assertIn(refund.reference, back.reason)
        self.assertEqual(refund.payment_id.state, "canceled")
        reversal = note.reversal_move_ids
        self.assertEqual((reversal.state, reversal.amount_residual), ("posted", 0))
        self.assertEqual(sale.invoice_id.payment_state, "paid")
        self.assertEqual((sale.returned_amount, sale.return_state), (0, "none"))

    def test_and_a_second_return_gives_it_back(self):
        sale = self.basket(("Lamp", 2, 39.0), ("Bread", 1, 4.2))
        chosen = [self.line(sale, 0, 1)]
        order = sale.sale_order_id
        first = self.reversed(sale, lines=chosen)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1, 1])
        self.fails_afterwards(first.transaction_ids)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [2, 1])
        self.assertNotEqual(order.invoice_status, "to invoice")
        second = self.reversed(sale, lines=chosen)
        self.assertReversedAgain(second, 39)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1, 1])
        rest = self.reversed(sale)
        self.assertReversedAgain(rest, 43.2)
        self.assertEqual(order.state, "cancel")

    def assertReversedAgain(self, back, amount):
        """As `assertReversed`, beside a credit note that was taken back."""
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        note, order = back.invoice_id, back.origin_id.sale_order_id
        self.assertEqual((note.amount_total, note.payment_state), (amount, "paid"))
        self.assertNotEqual(order.invoice_status, "to invoice")
        standing = back.origin_id._standing_credit_notes()
        given = sum(standing.mapped("amount_total"))
        self.assertEqual(back.currency_id.round(given), back.origin_id.returned_amount)

    def test_a_whole_return_again(self):
        sale = self.settled(100)
        first = self.reversed(sale)
        self.fails_afterwards(first.transaction_ids)
        second = self.reversed(sale)
        self.assertReversedAgain(second, 100)
        self.assertEqual(second.invoice_id.amount_tax, sale.invoice_id.amount_tax)

    def test_and_then_it_was_made(self):
        sale = self.settled(100)
        back = self.reversed(sale)
        self.fails_afterwards(back.transaction_ids)
        self.was_made(back)
        self.assertReversedAgain(back, 100)
        self.assertEqual(sale.return_state, "full")
        acts = back.operation_ids.filtered("aside")
        self.assertEqual(acts.mapped("state"), ["succeeded", "succeeded"])

    def test_nobody_says_that_it_is_on_its_way(self):
        back = self.reversed(self.settled(100))
        self.assertIn("on its way", back._customer_sentence())
        self.fails_afterwards(back.transaction_ids)
        self.assertNotIn("on its way", back._customer_sentence())
        self.assertNotIn("days", back._origin_receipt()["arrives"])
        answer = back._clerk_values()["return"]
        self.assertFalse(answer["money_on_its_way"])
        self.assertFalse(answer["credit_note"])

    def test_where_goods_of_it_were_sold_for_yen(self):
        sale = self.settled(1200, counter=self.make_japan())
        back = self.reversed(sale, refund_amount=333)
        self.fails_afterwards(back.transaction_ids)
        second = self.reversed(sale)
        self.assertEqual(second.invoice_id.amount_total, 1200)
        self.assertEqual(second.invoice_id.amount_tax, sale.invoice_id.amount_tax)
        there = second.with_context(tz=second.store_id.tz)
        self.assertEqual(second.invoice_id.date, fields.Date.context_today(there))
