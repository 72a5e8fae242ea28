from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_fill import FillCase
from .test_returns import ReturnCase
from .test_sources import SourceCase


class SharedCase(SourceCase):
    """Two orders of one customer, of 100 and of 50, on one invoice: Odoo's wizard does
    so by itself.
    """

    def setUp(self):
        super().setUp()
        self.first, self.second = self.make_order(), self.make_order(price=10)
        self.bill = self.make_bill(self.first | self.second)
        self.line = self.make_line(sale_order_id=self.first.id)
        self.other = self.make_line(sale_order_id=self.second.id)

    def make_bill(self, orders):
        bill = orders._create_invoices()
        self.assertEqual(len(bill), 1)
        # Older than what is invoiced at the door.
        bill.invoice_date = self.today - timedelta(days=31)
        bill.invoice_date_due = self.today - timedelta(days=1)
        bill.action_post()
        return bill

    def dues(self):
        self.env.invalidate_all()
        return (self.line.amount_due, self.other.amount_due)


@tagged("post_install", "-at_install")
class TestSharedInvoices(SharedCase):
    def test_each_order_owes_its_own_lines(self):
        self.assertEqual((self.line.amount, self.other.amount), (100, 50))
        self.assertEqual(self.dues(), (100, 50))

    def test_cash_and_phone_pay_the_invoice_together(self):
        self.report(self.line, "cash")
        self.assertEqual(
            (self.line.state, self.bill.amount_residual), ("collected", 50)
        )
        self.assertEqual(self.dues(), (0, 50))
        self.collect(self.other)
        self.assertEqual(
            (self.other.state, self.bill.amount_residual), ("collected", 0)
        )
        self.assertEqual((self.bill.payment_state, self.receivable()), ("paid", 0))

    def test_nobody_collects_more_than_the_own_part(self):
        with self.assertRefused("bad_amount"):
            self.report(self.line, "cash", amount=100.01)
        with self.assertRefused("bad_amount"):
            self.open(self.other, 50.01)

    def test_a_part_of_one_leaves_the_other_as_it_is(self):
        for line, dues in ((self.other, (100, 30)), (self.line, (80, 30))):
            self.report(line, "cash", amount=20)
            with self.subTest(line=line.name):
                self.assertEqual(self.dues(), dues)
        self.collect(self.other)
        self.assertEqual(self.dues(), (80, 0))

    def test_what_was_paid_for_both_pays_the_older_one_first(self):
        """Together they never owe more than the invoice has left."""
        self.pay_elsewhere(self.bill, 60)
        self.assertEqual(self.dues(), (40, 50))
        self.collect(self.other)
        self.assertEqual(self.dues(), (40, 0))
        self.pay_elsewhere(self.bill, 40)
        self.assertEqual((self.line.state, self.dues()), ("collected", (0, 0)))

    def test_what_was_paid_meanwhile_is_not_taken_once_more(self):
        """A deal is under way when the office enters a payment of the invoice."""
        deal = self.open(self.line)
        self.join(deal)
        self.choose(deal)
        self.pay_elsewhere(self.bill, 60)
        with self.assertRefused("amount_mismatch"):
            self.as_clerk(deal).request_authorization()
        self.assertEqual(self.other.amount_due, 50)

    def test_what_was_credited_for_one_is_the_others_no_more(self):
        credit = self.bill._reverse_moves()
        ours = self.second.order_line
        credit.invoice_line_ids.filtered(
            lambda line: line.sale_line_ids != ours
        ).unlink()
        credit.action_post()
        self.assertEqual(self.bill.amount_residual, 100)
        self.assertEqual(self.dues(), (100, 0))

    def test_what_the_office_added_is_the_newest_orders(self):
        self.bill.button_draft()
        self.bill.invoice_line_ids.create(
            {
                "move_id": self.bill.id,
                "product_id": self.product.id,
                "name": "Freight",
                "price_unit": 5,
            }
        )
        self.bill.action_post()
        self.assertEqual(self.dues(), (100, 55))

    def test_a_draft_of_both(self):
        self.bill.button_draft()
        self.assertEqual(self.dues(), (100, 50))
        self.collect(self.line)
        self.assertEqual((self.bill.state, self.bill.amount_residual), ("posted", 50))
        self.assertEqual((self.line.state, self.dues()), ("collected", (0, 50)))

    def test_the_invoice_is_collected_whole(self):
        for line in (self.line, self.other):
            line.with_user(self.manager).action_cancel()
        line = self.make_line(invoice_id=self.bill.id)
        self.assertEqual(line.amount_due, 150)
        self.collect(line)
        self.assertEqual((line.state, self.receivable()), ("collected", 0))


@tagged("post_install", "-at_install")
class TestSharedAndOwn(SharedCase):
    """Of 100, 40 are on an invoice together with another order; the rest is invoiced at
    the door.
    """

    def make_parts(self):
        order = self.make_order_of_hours()
        return order, self.make_bill(order | self.make_order(price=10))

    def test_the_own_invoice_is_paid_first(self):
        for collect in (self.collect, lambda line: self.report(line, "cash")):
            order, bill = self.make_parts()
            line = self.make_line(sale_order_id=order.id)
            self.assertEqual(line.amount_due, 100)
            collect(line)
            own = order.invoice_ids - bill
            self.assertEqual((own.amount_residual, bill.amount_residual), (0, 50))
            self.assertEqual((line.state, line.amount_due), ("collected", 0))

    def test_on_several_unpaid_ones_it_is_paid_by_invoice(self):
        order, first = self.make_parts()
        line = self.make_line(sale_order_id=order.id)
        order.order_line.qty_delivered = 5
        second = self.make_bill(order | self.make_order(price=10))
        for refused in (self.open, lambda line: self.report(line, "cash")):
            with self.assertRefused("wrong_state") as refusal:
                refused(line)
            for bill in (first, second):
                self.assertIn(bill.name, str(refusal.exception))
        line.with_user(self.manager).action_cancel()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.make_line(sale_order_id=order.id)
        bills = [self.make_line(invoice_id=bill.id) for bill in (first, second)]
        self.assertEqual([bill.amount_due for bill in bills], [90, 110])
        self.pay_elsewhere(first)
        bills[1].with_user(self.manager).action_cancel()
        self.assertEqual(self.make_line(sale_order_id=order.id).amount_due, 60)


@tagged("post_install", "-at_install")
class TestSharedElsewhere(SharedCase, FillCase, ReturnCase):
    def test_a_schedule_is_filled_with_each_order_once(self):
        for line in (self.line, self.other):
            line.with_user(self.manager).action_cancel()
        (self.first | self.second).epay_collect = True
        lines = self.fill(source="orders")
        self.assertEqual(sorted(lines.mapped("amount")), [50, 100])
        self.assertFalse(self.fill(self.make_schedule("draft"), source="invoices"))

    def test_not_with_orders_that_are_paid_by_invoice(self):
        order = self.make_order_of_hours()
        self.make_bill(order | self.make_order(price=10))
        order.order_line.qty_delivered = 5
        self.make_bill(order | self.make_order(price=10))
        order.epay_collect = True
        self.assertFalse(self.fill(source="orders"))

    def test_what_is_given_back_is_credited_by_hand(self):
        """A mere amount off the invoice would be off the other order, too."""
        deal = self.collect(self.line)
        back = self.give_back(deal)
        self.assertFalse(back.invoice_id)
        self.assertIn("for other orders, too", str(back.return_next))
        self.assertEqual((self.line.collected_amount, self.dues()), (0, (0, 50)))
