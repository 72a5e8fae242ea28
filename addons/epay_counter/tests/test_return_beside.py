from odoo.tests import tagged

from ..exceptions import NotRefundable
from .common import OPERATION_LOGS
from .test_return_books import ReturnBooksCase


class ReturnBesideCase(ReturnBooksCase):
    """Returns, and refunds that others make of the same money."""

    def setUp(self):
        super().setUp()
        self.mute(*OPERATION_LOGS)

    def told_too_late(self, sale, amount):
        """A dashboard's refund is in the database, but nobody has followed it."""
        refund = sale.live_transaction_id._create_child_transaction(
            amount, is_refund=True
        )
        refund.write({"state": "done"})
        return refund


@tagged("post_install", "-at_install")
class TestOdoosRefundButton(ReturnBesideCase):
    """`_refund` of the payment that a return gives back."""

    def paid(self, sale):
        """The payment that Odoo's button refunds: the capture's."""
        children = sale.live_transaction_id.child_transaction_ids
        done = children.filtered(lambda tx: tx.state == "done")
        return done.filtered(lambda tx: tx.operation != "refund")

    def test_while_the_return_gives_it_back(self):
        sale = self.settled(100)
        back = self.cancellable(sale)
        with self.no_answer():
            self.execute(back)
        for payment in (self.paid(sale), sale.live_transaction_id):
            with self.assertRefused("in_doubt"):
                payment._refund(1)

    def test_after_the_return_gave_it_back(self):
        sale = self.settled(100)
        self.reversed(sale, refund_amount=80)
        for amount in (None, 100, 20.01):
            with self.assertRefused("not_refundable"):
                self.paid(sale)._refund(amount)
        self.paid(sale)._refund(20)
        self.commit()
        self.assertEqual((sale.returned_amount, sale.return_state), (100, "full"))

    def test_after_a_return_voided_the_payment(self):
        sale = self.settled(100)
        back = self.cancellable(sale)
        back._write_machine({"return_way": "void"})
        self.execute(back)
        self.assertEqual(back.state, "reversed")
        with self.assertRefused("not_refundable"):
            self.paid(sale)._refund(1)


@tagged("post_install", "-at_install")
class TestNotMoreThanWasTaken(ReturnBesideCase):
    def test_a_refund_that_nobody_followed_yet_counts(self):
        sale = self.settled(100)
        back = self.cancellable(sale, refund_amount=80)
        self.told_too_late(sale, 30)
        with (
            self.refund_answers(lambda tx: self.fail("sent")),
            self.assertRefused("not_refundable"),
        ):
            self.execute(back)
        self.assertEqual(back.state, "cancellable")

    def test_what_is_written_down_is_compared_again(self):
        """Whatever was checked before: an act of ours never goes beyond."""
        sale = self.settled(100)
        back = self.cancellable(sale, refund_amount=80)
        self.told_too_late(sale, 30)
        with self.assertRaises(NotRefundable), self.env.cr.savepoint():
            back._lock()
            back._transition("reversing")
            back._intend("refund", sale.live_transaction_id)

    def test_what_others_gave_back_too_much_is_noted_as_it_is(self):
        sale = self.settled(100)
        self.reversed(sale, refund_amount=80)
        self.refund_elsewhere(sale, 30)
        self.assertEqual((sale.returned_amount, sale.refund_reserved), (110, 100))
        with self.assertRefused("not_refundable"):
            self.find(sale)


@tagged("post_install", "-at_install")
class TestRecordedAndTold(ReturnBesideCase):
    """A refund at the provider's pages: recorded by hand, and told by the provider."""

    def record(self, back):
        self.as_manager(back).record_refund("Dashboard, 14:05")

    def told(self, sale, amount, reference="re_1"):
        """The provider's message about a refund, as its module takes it."""
        refund = sale.live_transaction_id._create_child_transaction(
            amount, is_refund=True, provider_reference=reference
        )
        refund._set_done()
        self.commit()
        return refund

    def test_recorded_first(self):
        sale = self.settled(100)
        back = self.consented(sale, refund_amount=30)
        self.record(back)
        refund = self.told(sale, 30)
        self.assertEqual(refund, back.transaction_ids)
        self.assertEqual(refund.provider_reference, "re_1")
        self.assertEqual((sale.returned_amount, sale.refund_reserved), (30, 30))
        self.assertReversed(back, 30)

    def test_told_twice_is_another_one(self):
        sale = self.settled(100)
        self.record(self.consented(sale, refund_amount=30))
        self.told(sale, 30)
        self.told(sale, 30, "re_2")
        self.assertEqual(sale.returned_amount, 60)

    def test_another_amount_is_another_one(self):
        sale = self.settled(100)
        self.record(self.consented(sale, refund_amount=30))
        self.told(sale, 20)
        self.assertEqual(sale.returned_amount, 50)

    def test_told_first(self):
        sale = self.settled(100)
        back = self.consented(sale, refund_amount=30)
        refund = self.told(sale, 30)
        self.record(back)
        self.assertEqual(refund, back.transaction_ids)
        self.assertEqual((sale.returned_amount, sale.refund_reserved), (30, 30))
        self.assertReversed(back, 30)

    def test_told_first_of_everything(self):
        sale = self.settled(100)
        back = self.consented(sale)
        self.told(sale, 100)
        self.record(back)
        self.assertReversed(back, 100)

    def test_told_first_and_booked_by_odoo(self):
        sale = self.settled(100)
        back = self.consented(sale)
        refund = self.told(sale, 100)
        refund._post_process()
        self.assertTrue(refund.payment_id)
        self.record(back)
        self.assertReversed(back, 100)

    def test_each_refund_is_recorded_once(self):
        sale = self.settled(100)
        backs = [
            self.consented(sale, refund_amount=50),
            self.consented(
                sale, refund_amount=50, counter=self.make_counter(code="T2")
            ),
        ]
        self.told(sale, 50)
        self.told(sale, 50, "re_2")
        for back in backs:
            self.record(back)
            self.assertEqual(back.state, "reversed")
        self.assertEqual(sale.returned_amount, 100)
        self.assertFalse(sale._foreign_refund(50))


@tagged("post_install", "-at_install")
class TestTheRest(ReturnBesideCase):
    """The rest of the books, not of the money: a dashboard's refund has no note."""

    def test_a_part_elsewhere_and_the_rest_at_the_counter(self):
        sale = self.settled(100)
        self.assertEqual(sale.invoice_id.amount_tax, 16.67)
        self.refund_elsewhere(sale, 50)
        back = self.reversed(sale)
        self.assertEqual(sale.return_state, "full")
        self.assertEqual(back.invoice_id.amount_total, 50)
        self.assertEqual(back.invoice_id.amount_tax, 8.33)
        self.assertEqual(sale.sale_order_id.state, "sale")

    def test_two_returns_booked_out_of_order(self):
        sale = self.settled(100)
        first = self.cancellable(sale, refund_amount=50)
        with self.refund_answers(lambda tx: tx._set_pending()):
            self.execute(first)
        self.as_clerk(self.counter).next()
        second = self.reversed(sale)
        self.assertEqual(second.invoice_id.amount_tax, 8.33)
        first.transaction_ids._set_done()
        self.commit()
        self.assertEqual(first.invoice_id.amount_tax, 8.34)
        self.assertEqual(self.sold(sale), (0, 0))
        self.assertEqual(sale.sale_order_id.state, "cancel")

    def test_a_credit_note_of_accounting_counts(self):
        sale = self.settled(100)
        note = sale.invoice_id._reverse_moves()
        note.invoice_line_ids.price_unit = 40
        note.action_post()
        self.refund_elsewhere(sale, 40)
        back = self.reversed(sale)
        self.assertEqual(back.invoice_id.amount_total, 60)
        taxes = note.amount_tax + back.invoice_id.amount_tax
        self.assertEqual(taxes, sale.invoice_id.amount_tax)
