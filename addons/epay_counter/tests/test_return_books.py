from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ..models.epay_session_return_books import EpaySession
from ..models.epay_session_return_goods import EpaySession as Goods
from .return_common import ReturnCase

BOOKS_LOG = "odoo.addons.epay_counter.models.epay_operation_run"


class ReturnBooksCase(ReturnCase):
    def assertReversed(self, back, amount):
        """A posted credit note of `amount`, paid by one refund, all reconciled; nothing
        to invoice; and the ledger of the original deal is even.
        """
        sale, credit = back.origin_id, back.invoice_id
        refund = back.transaction_ids.payment_id
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.reversed_entry_id, sale.invoice_id)
        self.assertEqual((credit.state, credit.amount_total), ("posted", amount))
        self.assertEqual(credit.amount_residual, 0)
        self.assertEqual(credit.payment_state, "paid")
        self.assertEqual(credit.partner_id, sale.invoice_id.partner_id)
        self.assertEqual(len(refund), 1)
        self.assertEqual((refund.payment_type, refund.amount), ("outbound", amount))
        self.assertTrue(refund.is_reconciled)
        self.assertTrue(back.transaction_ids.is_post_processed)
        self.assertEvenLedger(sale)

    def assertEvenLedger(self, sale):
        """The original stays paid; receivables are even; nothing is to be invoiced."""
        invoice, order = sale.invoice_id, sale.sale_order_id
        self.assertEqual((invoice.state, invoice.amount_residual), ("posted", 0))
        moves = invoice | sale.return_ids.invoice_id
        transactions = sale.transaction_ids | sale.return_ids.transaction_ids
        moves |= transactions.payment_id.move_id
        receivable = moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(sale.currency_id.round(sum(receivable.mapped("balance"))), 0)
        self.assertTrue(all(receivable.mapped("reconciled")))
        self.assertNotEqual(order.invoice_status, "to invoice")
        self.assertFalse(any(order.order_line.mapped("qty_to_invoice")))

    def sold(self, sale):
        """What is left of the sale in the ledger: income and tax."""
        moves = sale.invoice_id | sale.return_ids.invoice_id
        income = moves.line_ids.filtered(lambda line: line.display_type == "product")
        tax = moves.line_ids.filtered("tax_line_id")
        rounded = sale.currency_id.round
        return rounded(-sum(income.mapped("balance"))), rounded(
            -sum(tax.mapped("balance"))
        )


@tagged("post_install", "-at_install")
class TestReturnBooks(ReturnBooksCase):
    """Credit note, payment, order: right to the cent, in one go."""

    def test_a_whole_return(self):
        sale = self.settled(80.78)
        back = self.reversed(sale)
        self.assertReversed(back, 80.78)
        self.assertEqual(back.invoice_id.amount_tax, 13.46)
        self.assertEqual(self.sold(sale), (0, 0))
        self.assertEqual(sale.sale_order_id.state, "cancel")
        self.assertEqual(back.sale_order_id, sale.sale_order_id)
        self.assertIn(back.name, back.invoice_id.ref)
        answer = back._clerk_values()
        self.assertEqual(answer["return"]["credit_note"], back.invoice_id.name)

    def test_a_part_of_the_amount_and_the_rest(self):
        sale = self.settled(80.78)
        self.assertReversed(self.reversed(sale, refund_amount=30.01), 30.01)
        self.assertEqual(sale.sale_order_id.state, "sale")
        self.assertEqual(sum(self.sold(sale)), 50.77)
        self.assertReversed(self.reversed(sale), 50.77)
        self.assertEqual(sale.sale_order_id.state, "cancel")
        self.assertEqual(self.sold(sale), (0, 0))

    def test_chosen_lines(self):
        sale = self.basket(("Lamp", 3, 39.0), ("Bread", 1, 4.2))
        order = sale.sale_order_id
        back = self.reversed(sale, lines=[self.line(sale, 0, 2)])
        self.assertReversed(back, 78)
        line = back.invoice_id.invoice_line_ids
        self.assertEqual((line.name[-4:], line.quantity), ("Lamp", 2))
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1, 1])
        self.assertEqual(order.order_line.mapped("qty_invoiced"), [1, 1])
        self.assertEqual(order.amount_total, 43.2)
        self.assertEqual(order.state, "sale")

    def test_line_by_line_until_nothing_is_left(self):
        sale = self.basket(("Lamp", 2, 39.0), ("Bread", 1, 4.2))
        for number, amount in ((0, 39), (1, 4.2), (0, 39)):
            back = self.reversed(sale, lines=[self.line(sale, number, 1)])
            self.assertReversed(back, amount)
        self.assertEqual(sale.sale_order_id.state, "cancel")
        self.assertEqual(self.sold(sale), (0, 0))

    def test_parts_that_do_not_divide(self):
        """1.50 + 1.50 + 1.49 of 4.49: each credit note has its own cents."""
        sale = self.basket(("Apples", 1.5, 2.99))
        for amount in (1.5, 1.5, 1.49):
            back = self.reversed(sale, lines=[self.line(sale, 0, 0.5)])
            self.assertReversed(back, amount)
        self.assertEqual(self.sold(sale), (0, 0))
        self.assertEqual(sale.sale_order_id.state, "cancel")

    def test_a_part_of_the_amount_takes_from_every_tax(self):
        low = self.make_tax(name="Low", amount=7, price_include_override="tax_included")
        bread = self.make_product(name="Bread", taxes_id=[Command.set(low.ids)])
        sale = self.register(
            60,
            lines=[
                {"name": "Lamp", "quantity": 1, "price_unit": 40},
                {"product_id": bread.id, "quantity": 1, "price_unit": 20},
            ],
        )
        self.join(sale)
        self.choose(sale)
        self.as_clerk(sale).request_authorization()
        self.provider_says(self.attempt(sale))
        self.settle(sale)
        back = self.reversed(sale, refund_amount=10)
        self.assertReversed(back, 10)
        shares = back.invoice_id.invoice_line_ids.sorted("id")
        self.assertEqual(shares.mapped("price_total"), [6.67, 3.33])
        self.assertEqual(shares.tax_ids, self.company.account_sale_tax_id | low)

    def test_yen(self):
        sale = self.settled(1200, counter=self.make_japan())
        back = self.reversed(sale, refund_amount=333)
        self.assertReversed(back, 333)
        self.assertEqual(back.invoice_id.company_id, sale.company_id)
        self.assertReversed(self.reversed(sale), 867)
        self.assertEqual(self.sold(sale), (0, 0))

    def test_yen_by_lines(self):
        counter = self.make_japan()
        sale = self.basket(("茶", 3, 333), ("本", 1, 1000), counter=counter)
        back = self.reversed(sale, lines=[self.line(sale, 0, 1)])
        self.assertReversed(back, 333)
        self.assertReversed(self.reversed(sale), 1666)
        self.assertEqual(self.sold(sale), (0, 0))

    def test_the_rest_takes_the_last_yen_of_tax(self):
        """Of 200 in 1200: 56 of 333, so 144 of 867, which alone would have 145."""
        sale = self.settled(1200, counter=self.make_japan())
        taxes = []
        for amount in (333, None):
            back = self.reversed(sale, refund_amount=amount)
            self.assertEqual(back.invoice_id.amount_total, amount or 867)
            taxes.append(back.invoice_id.amount_tax)
        self.assertEqual(sum(taxes), sale.invoice_id.amount_tax)

    def test_charged_at_once(self):
        self.provider.capture_manually = False
        sale = self.settled(80.78)
        self.assertReversed(self.reversed(sale), 80.78)

    def test_taxes_rounded_over_the_whole_sale(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        sale = self.basket(("Tea", 1, 3.33), ("Milk", 1, 3.33))
        for number in (0, 1):
            back = self.reversed(sale, lines=[self.line(sale, number, 1)])
            self.assertReversed(back, 3.33)

    def test_the_customer_gets_the_credit_note(self):
        buyer = self.make_customer()
        back = self.reversed(self.settled(12, partner=buyer))
        self.assertReversed(back, 12)
        self.assertEqual(back.invoice_id.partner_id, buyer)
        self.assertEqual(back.transaction_ids.payment_id.partner_id, buyer)

    def test_a_locked_order(self):
        sale = self.basket(("Lamp", 3, 39.0))
        sale.sale_order_id.action_lock()
        self.assertReversed(self.reversed(sale, lines=[self.line(sale, 0, 1)]), 39)
        self.assertTrue(sale.sale_order_id.locked)
        self.assertReversed(self.reversed(sale), 78)
        self.assertEqual(sale.sale_order_id.state, "cancel")

    def test_odoos_own_refund_button_counts_ours(self):
        sale = self.settled(80.78)
        children = sale.live_transaction_id.child_transaction_ids
        paid = children.payment_id
        self.assertEqual(paid.amount_available_for_refund, 80.78)
        self.reversed(sale, refund_amount=30)
        paid.invalidate_recordset()
        self.assertEqual(paid.amount_available_for_refund, 50.78)

    def test_odoos_post_processing_books_nothing_of_it(self):
        """Its cron may come before ours."""
        sale = self.settled(80.78)
        back = self.cancellable(sale)
        self.mute(BOOKS_LOG)
        with patch.object(EpaySession, "_create_credit_note", side_effect=ValueError):
            self.execute(back)
        back.transaction_ids._post_process()
        self.assertFalse(back.transaction_ids.payment_id)
        self.later()
        self.assertReversed(back, 80.78)

    def test_a_booking_that_fails_is_resumed(self):
        sale = self.settled(80.78)
        back = self.cancellable(sale)
        self.mute(BOOKS_LOG)
        with patch.object(Goods, "_take_back_order", side_effect=ValueError("x")):
            answer = self.execute(back)
        self.assertEqual(answer["session"]["state"], "reversing")
        self.assertEqual(answer["message"]["code"], "booking_failed")
        self.assertIn("execute_cancellation", answer["session"]["allowed"])
        self.assertTrue(answer["session"]["return"]["money_on_its_way"])
        self.assertFalse(back.invoice_id, "rolled back")
        self.assertEqual(sale.returned_amount, 80.78, "the money is recorded")
        self.assertIn("on its way back", back._customer_sentence())
        self.execute(back)
        self.assertReversed(back, 80.78)
        self.assertEqual(len(sale.live_transaction_id.child_transaction_ids), 2)

    def test_a_sale_that_was_booked_by_hand(self):
        """Nobody knows where: the return ends, and says what is left to be done."""
        self.mute(BOOKS_LOG)
        sale = self.authorized(80.78)
        with patch.object(type(sale), "_create_order", side_effect=ValueError("x")):
            self.settle(sale)
        self.as_manager(sale).resolve("succeeded", "Entered in the old books")
        self.assertEqual((sale.state, sale.invoice_id.id), ("settled", False))
        back = self.cancellable(sale)
        self.assertIn("by hand", back._clerk_values()["return"]["next"])
        self.execute(back)
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        self.assertIn("by hand", back._clerk_values()["return"]["next"])
        self.assertIn("by hand", back.event_ids[-2].why)
        self.assertFalse(back.invoice_id)
        self.assertEqual(sale.return_state, "full")

    def test_a_manager_books_a_return_by_hand(self):
        sale = self.settled(80.78)
        back = self.cancellable(sale)
        self.mute(BOOKS_LOG)
        with patch.object(EpaySession, "_create_credit_note", side_effect=ValueError):
            self.execute(back)
            for outcome in ("succeeded", "failed"):
                with self.subTest(outcome), self.env.cr.savepoint() as savepoint:
                    self.as_manager(back).resolve(outcome, "Entered it")
                    self.assertEqual(back.state, "reversed")
                    self.assertFalse(back._open_operation())
                    self.later()
                    self.assertFalse(back.operation_ids.filtered("aside"))
                    savepoint.rollback()
                    self.env.invalidate_all()
        with self.assertRefused("manager_only"):
            self.as_clerk(back).resolve("succeeded", "Entered it")

    def test_another_total_is_not_booked(self):
        sale = self.settled(80.78)
        back = self.cancellable(sale, refund_amount=10)
        with patch.object(
            EpaySession,
            "_returned_parts",
            lambda self, invoice: {
                invoice.invoice_line_ids: {"quantity": 1.0, "price_unit": 9.0}
            },
        ):
            answer = self.execute(back)
        self.assertIn("9.00", answer["message"]["text"])
        self.assertEqual(back.state, "reversing")
        self.execute(back)
        self.assertReversed(back, 10)

    def test_a_voided_payment_leaves_no_payment(self):
        sale = self.settled(80.78)
        back = self.cancellable(sale)
        back._write_machine({"return_way": "void"})
        self.execute(back)
        paid = sale.live_transaction_id.child_transaction_ids.payment_id
        self.assertEqual(paid.state, "canceled")
        self.assertFalse(back.transaction_ids.payment_id)
        self.assertEqual(back.invoice_id.amount_residual, 0)
        self.assertEqual(sale.invoice_id.amount_residual, 0)
        self.assertEqual(self.sold(sale), (0, 0))


@tagged("post_install", "-at_install")
class TestReturnGoods(ReturnBooksCase):
    """Goods that were delivered come back on a transfer, where `stock` is installed."""

    # Where `make test` has it, and where not.
    epay_flavours = ("plain", "website")

    def setUp(self):
        super().setUp()
        if "stock.return.picking" not in self.env:
            self.skipTest("stock is not installed")
        self.lamp = self.make_product(name="Lamp", type="consu", list_price=39)

    def lamps(self, quantity, delivered=True):
        sale = self.register(
            39 * quantity,
            lines=[
                {"product_id": self.lamp.id, "quantity": quantity, "price_unit": 39}
            ],
        )
        self.join(sale)
        self.choose(sale)
        self.as_clerk(sale).request_authorization()
        self.provider_says(self.attempt(sale))
        self.settle(sale)
        picking = sale.sale_order_id.picking_ids
        # An add-on may deliver goods when a deal is settled.
        if delivered and picking.state != "done":
            picking.move_ids.quantity = quantity
            picking.button_validate()
            self.assertEqual(picking.state, "done")
        return sale

    def coming_back(self, sale):
        pickings = sale.sale_order_id.picking_ids.filtered("return_id")
        return pickings.move_ids

    def test_delivered_goods_come_back(self):
        sale = self.lamps(2)
        self.assertReversed(self.reversed(sale), 78)
        move = self.coming_back(sale)
        self.assertEqual((move.product_id, move.product_uom_qty), (self.lamp, 2))
        self.assertNotIn(move.state, ("done", "cancel"))
        self.assertEqual(sale.sale_order_id.state, "sale")
        move.picking_id.button_validate()
        self.assertEvenLedger(sale)

    def test_a_part_of_them(self):
        for policy in ("order", "delivery"):
            self.lamp.invoice_policy = policy
            sale = self.lamps(3)
            for _time in range(2):
                back = self.reversed(sale, lines=[self.line(sale, 0, 1)])
                self.assertReversed(back, 39)
            moves = self.coming_back(sale)
            self.assertEqual(moves.mapped("product_uom_qty"), [1, 1])
            moves.picking_id.button_validate()
            self.assertEvenLedger(sale)

    def test_goods_that_were_not_delivered(self):
        # Nor can they be, by whatever add-on, before somebody names their lots.
        self.lamp.write({"is_storable": True, "tracking": "lot"})
        self.mute(BOOKS_LOG)
        sale = self.lamps(2, delivered=False)
        self.assertReversed(self.reversed(sale), 78)
        self.assertEqual(sale.sale_order_id.state, "cancel")
        self.assertEqual(sale.sale_order_id.picking_ids.mapped("state"), ["cancel"])

    def test_a_mere_amount_brings_no_goods(self):
        sale = self.lamps(2)
        self.assertReversed(self.reversed(sale, refund_amount=8), 8)
        self.assertFalse(self.coming_back(sale))

    def test_the_rest_brings_what_an_amount_has_left_behind(self):
        sale = self.lamps(2)
        self.reversed(sale, refund_amount=8)
        self.assertReversed(self.reversed(sale), 70)
        moves = self.coming_back(sale)
        self.assertEqual(moves.mapped("product_uom_qty"), [2])
        moves.picking_id.button_validate()
        self.assertEvenLedger(sale)

    def test_the_rest_brings_only_what_is_not_back_yet(self):
        sale = self.lamps(3)
        self.reversed(sale, lines=[self.line(sale, 0, 1)])
        self.reversed(sale, refund_amount=8)
        self.reversed(sale)
        quantities = self.coming_back(sale).mapped("product_uom_qty")
        self.assertEqual(sorted(quantities), [1, 2])

    def test_goods_come_back_once_though_the_refund_failed_afterwards(self):
        sale = self.lamps(2)
        first = self.reversed(sale)
        refund = first.transaction_ids
        refund._set_error("Account closed", extra_allowed_states=("done",))
        self.commit()
        second = self.reversed(sale)
        self.assertEqual(second.invoice_id.payment_state, "paid")
        self.assertEqual(self.coming_back(sale).mapped("product_uom_qty"), [2])
        self.assertNotEqual(sale.sale_order_id.invoice_status, "to invoice")
