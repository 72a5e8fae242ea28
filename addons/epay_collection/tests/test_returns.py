from odoo import Command
from odoo.tests import tagged

from odoo.addons.epay_counter.tests.return_common import ReturnBuilders

from .common import CollectionCase


class ReturnCase(ReturnBuilders, CollectionCase):
    """What was collected is given back."""

    def give_back(self, deal, **arguments):
        back = self.find(deal, **arguments)
        self.as_manager(back).waive_consent("Broken")
        self.inquire(back)
        self.execute(back)
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        return back

    def sold(self, invoice):
        """What is left of the invoice in the ledger: income, and tax."""
        moves = invoice | invoice.reversal_move_ids
        tax = moves.line_ids.filtered("tax_line_id")
        income = moves.line_ids.filtered(lambda line: line.display_type == "product")
        return tuple(
            round(-sum(items.mapped("balance")), 2) + 0 for items in (income, tax)
        )


@tagged("post_install", "-at_install")
class TestReturns(ReturnCase):
    """Ledger, order and collection say the same."""

    def test_all_of_an_order(self):
        order = self.make_order()
        line = self.make_line(sale_order_id=order.id)
        self.give_back(self.collect(line))
        self.assertEqual((order.state, self.receivable()), ("cancel", 0))
        bill = order.invoice_ids.filtered(lambda m: m.move_type == "out_invoice")
        self.assertEqual(self.sold(bill), (0, 0))
        self.assertEqual(self.outcomes(line), ["paid", "returned"])
        self.assertEqual(line.collected_amount, 0)
        self.assertEqual((line.state, line.amount_due), ("cancelled", 0))

    def test_all_of_an_invoice(self):
        invoice = self.make_invoice(80.78)
        line = self.make_line(invoice_id=invoice.id)
        self.give_back(self.collect(line))
        self.assertEqual((line.state, line.amount_due), ("cancelled", 0))
        self.assertEqual((self.sold(invoice), self.receivable()), ((0, 0), 0))

    def test_some_of_what_was_collected(self):
        """Nothing is owed: the collection stays what it is, with less money."""
        line = self.make_line(invoice_id=self.make_invoice(80).id)
        self.give_back(self.collect(line), refund_amount=20)
        self.assertEqual((line.state, line.collected_amount), ("collected", 60))
        self.assertEqual((line.amount_due, self.receivable()), (0, 0))

    def test_some_lines_of_an_order(self):
        order = self.make_order()
        deal = self.collect(self.make_line(sale_order_id=order.id))
        chosen = [{"line_id": deal.line_ids.id, "quantity": 2}]
        back = self.give_back(deal, lines=chosen)
        self.assertEqual(back.invoice_id.amount_total, 40)
        self.assertEqual(order.order_line.product_uom_qty, 3)
        line = deal.collection_line_id
        self.assertEqual((line.state, line.collected_amount), ("collected", 60))
        self.assertEqual((order._epay_rest(), self.receivable()), (0, 0))

    def test_a_part_leaves_the_rest_owed(self):
        """The part that came back is credited; the other one is due as before."""
        invoice = self.make_invoice(80)
        line = self.make_line(invoice_id=invoice.id)
        back = self.give_back(self.collect(line, 30))
        self.assertEqual(back.invoice_id.amount_total, 30)
        self.assertEqual((invoice.amount_residual, self.receivable()), (50, 50))
        self.assertEqual((line.state, line.amount_due), ("not_collected", 50))
        self.collect(line)
        self.assertEqual((line.state, line.collected_amount), ("collected", 50))
        self.assertEqual(self.receivable(), 0)

    def test_a_part_of_an_order_leaves_its_rest_owed(self):
        order = self.make_order()
        line = self.make_line(sale_order_id=order.id)
        self.give_back(self.collect(line, 33.33))
        self.assertEqual((line.state, line.amount_due), ("not_collected", 66.67))
        self.collect(line)
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertEqual((line.state, self.receivable()), ("collected", 0))

    def test_one_of_two_parts(self):
        line = self.make_line(invoice_id=self.make_invoice(80).id)
        self.collect(line, 30)
        self.give_back(self.collect(line, 20))
        self.assertEqual((line.state, line.amount_due), ("partly", 30))
        self.assertEqual(line.collected_amount, 30)

    def test_both_parts_one_after_the_other(self):
        """Nothing of the sale stays in the ledger, not a cent of its tax."""
        order = self.make_order(quantity=1, price=80.78)
        line = self.make_line(sale_order_id=order.id)
        deals = [self.collect(line, 30.01), self.collect(line)]
        invoice = order.invoice_ids
        self.give_back(deals[0])
        self.assertEqual((order.state, line.state), ("sale", "collected"))
        self.give_back(deals[1])
        self.assertEqual((order.state, line.state), ("cancel", "cancelled"))
        self.assertEqual((self.sold(invoice), self.receivable()), ((0, 0), 0))

    def test_what_was_typed(self):
        line = self.make_line(50)
        deal = self.collect(line, 20)
        self.give_back(deal)
        self.assertEqual((line.state, line.amount_due), ("not_collected", 30))
        self.report(line, "cash")
        self.assertEqual((line.state, line.collected_amount), ("collected", 30))
        self.assertEqual(self.receivable(), 0)

    def test_an_order_with_another_invoice_goes_on(self):
        """The collected invoice comes back; the other one was paid, and stays."""
        order = self.make_order_of_hours()
        first = order._create_invoices()
        first.action_post()
        self.pay_elsewhere(first)
        order._force_lines_to_invoice_policy_order()
        second = order._create_invoices()
        second.action_post()
        deal = self.collect(self.make_line(invoice_id=second.id))
        self.give_back(deal)
        self.assertEqual(order.state, "sale")
        self.assertEqual((first.payment_state, self.receivable()), ("paid", 0))

    def test_several_invoices_at_once_are_left_to_accounting(self):
        order = self.make_order_of_hours()
        order._create_invoices().action_post()
        line = self.make_line(sale_order_id=order.id)
        back = self.give_back(self.collect(line))
        self.assertFalse(back.invoice_id)
        self.assertIn("by hand", str(back.return_next))
        self.assertEqual(order.state, "sale")
        self.assertEqual((line.collected_amount, line.state), (0, "cancelled"))

    def test_of_an_invoice_that_was_changed_the_amount_counts(self):
        """Which line of it is which, nobody can tell any more: no quantity is."""
        order = self.make_order()
        deal = self.collect(self.make_line(sale_order_id=order.id))
        bought = deal.line_ids
        bought.copy({"session_id": deal.id})
        chosen = [{"line_id": bought.id, "quantity": 2}]
        back = self.give_back(deal, lines=chosen)
        self.assertEqual(back.invoice_id.amount_total, 40)
        self.assertEqual(back.invoice_id.invoice_line_ids.quantity, 1)
        self.assertEqual(order.order_line.product_uom_qty, 5)

    def make_invoice_without_taxes(self):
        """80.00, and 19 % of it on top."""
        tax = self.make_tax(
            name="On top", amount=19, price_include_override="tax_excluded"
        )
        invoice = self.make_invoice(80, posted=False)
        invoice.invoice_line_ids.tax_ids = tax
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 95.2)
        return invoice

    def test_prices_without_their_taxes(self):
        """What comes back is the money, with the share of tax that was in it."""
        invoice = self.make_invoice_without_taxes()
        deal = self.collect(self.make_line(invoice_id=invoice.id))
        back = self.give_back(deal, refund_amount="30.01")
        self.assertEqual(back.invoice_id.amount_total, 30.01)
        self.assertEqual(self.sold(invoice), (54.78, 10.41))
        self.give_back(deal, refund_amount="65.19")
        self.assertEqual((self.sold(invoice), self.receivable()), ((0, 0), 0))

    def test_a_part_of_prices_without_their_taxes(self):
        line = self.make_line(invoice_id=self.make_invoice_without_taxes().id)
        back = self.give_back(self.collect(line, "30.01"))
        self.assertEqual(back.invoice_id.amount_total, 30.01)
        self.assertEqual((line.amount_due, self.receivable()), (65.19, 65.19))

    def test_a_moved_collection_keeps_its_return(self):
        line = self.make_line(invoice_id=self.make_invoice(80).id)
        deal = self.collect(line, 30)
        self.report(line, "later", date=f"{self.today.year + 1}-01-02")
        self.give_back(deal)
        self.assertEqual((line.state, line.collected_amount), ("moved", 0))
        self.assertEqual(line.moved_to_id.amount_due, 50)

    def test_what_the_office_took_off_stays_off(self):
        line = self.make_line(invoice_id=self.make_invoice(80).id)
        deal = self.collect(line, 30)
        line.with_user(self.manager).action_cancel()
        self.give_back(deal)
        self.assertEqual((line.state, line.collected_amount), ("cancelled", 0))

    def test_the_route_says_what_was_given_back(self):
        line = self.make_line(50)
        self.give_back(self.collect(line))
        told = self.as_clerk(self.route).get_schedule()
        self.assertEqual((told["collected"], told["cash"], told["left"]), (0, 0, 0))

    def test_a_refund_that_fails_afterwards_counts_again(self):
        invoice = self.make_invoice(80)
        line = self.make_line(invoice_id=invoice.id)
        back = self.give_back(self.collect(line))
        refund = back.transaction_ids
        refund._set_error("Card closed", extra_allowed_states=("done",))
        self.commit()
        self.assertEqual(self.outcomes(line), ["paid", "returned", "returned"])
        self.assertEqual((line.state, line.collected_amount), ("collected", 80))
        self.assertEqual(self.receivable(), 0)


@tagged("post_install", "-at_install")
class TestCredits(CollectionCase):
    """What the office credited is not collected once more."""

    def credit(self, invoice, quantity=None):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        wizard.refund_moves()
        note = wizard.new_move_ids
        if quantity:
            lines = note.invoice_line_ids
            note.write(
                {"invoice_line_ids": [Command.update(lines.id, {"quantity": quantity})]}
            )
        note.action_post()

    def invoiced(self, order):
        order._force_lines_to_invoice_policy_order()
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def test_a_part_of_an_order(self):
        order = self.make_order()
        line = self.make_line(sale_order_id=order.id)
        self.credit(self.invoiced(order), quantity=1)
        self.assertEqual(line.amount_due, 80)
        self.collect(line)
        self.assertEqual((line.state, self.receivable()), ("collected", 0))

    def test_all_of_an_order(self):
        order = self.make_order()
        line = self.make_line(sale_order_id=order.id)
        self.credit(self.invoiced(order))
        self.assertEqual((line.state, line.amount_due), ("cancelled", 0))

    def test_a_part_of_an_invoice(self):
        order = self.make_order()
        invoice = self.invoiced(order)
        line = self.make_line(invoice_id=invoice.id)
        self.credit(invoice, quantity=2)
        self.assertEqual(line.amount_due, 60)
