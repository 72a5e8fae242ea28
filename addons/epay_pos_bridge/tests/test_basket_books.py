from odoo import Command
from odoo.tests import tagged

from odoo.addons.epay_counter.tests.return_common import ReturnBuilders

from .common import APPLES, APPLES_53, BREAD, COFFEE, CRATE, HONEY, BridgeCase


@tagged("post_install", "-at_install")
class TestBasketBooks(BridgeCase):
    """The order has the very lines, to the cent (SE15)."""

    def big_basket(self):
        """EAN-13, packaging, weight, price-list discount, two tax rates."""
        self.use_labels()
        self.make_pack(self.coffee, HONEY)
        low = self.make_tax(amount=7)
        self.make_goods(
            "Apples",
            APPLES,
            2.99,
            uom_id=self.kilos.id,
            taxes_id=[Command.set(low.ids)],
        )
        excluded = self.make_tax(price_include_override="tax_excluded", amount=7)
        self.make_goods("Book", CRATE, 9.99, taxes_id=[Command.set(excluded.ids)])
        self.counter.pricelist_id = self.make_pricelist(
            {
                "applied_on": "1_product",
                "product_tmpl_id": self.bread.product_tmpl_id.id,
                "compute_price": "percentage",
                "percent_price": 15,
            }
        )
        return self.settled_basket(BREAD, BREAD, COFFEE, HONEY, APPLES_53, CRATE)

    def test_screen_order_and_invoice_are_the_same_to_the_cent(self):
        session = self.big_basket()
        order, invoice = session.sale_order_id, session.invoice_id
        self.assertEqual(
            session.state, "settled", session.operation_ids.mapped("error")
        )
        shown = session.line_ids.mapped("subtotal")
        self.assertEqual(shown, [7.14, 11.90, 71.40, 1.58, 10.69])
        self.assertEqual(order.order_line.mapped("price_total"), shown)
        self.assertEqual(invoice.invoice_line_ids.mapped("price_total"), shown)
        self.assertEqual(session.amount, 102.71)
        self.assertEqual(order.amount_total, session.amount)
        self.assertEqual(invoice.amount_total, session.amount)
        self.assertEqual(invoice.payment_state, "paid")

    def test_the_order_is_as_a_salesman_would_have_made_it(self):
        session = self.big_basket()
        by_hand = self.env["sale.order"].create(
            {
                "partner_id": self.store.walk_in_partner_id.id,
                "company_id": self.company.id,
                "pricelist_id": self.counter.pricelist_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "product_uom_id": line.uom_id.id,
                            "product_uom_qty": line.quantity,
                        }
                    )
                    for line in session.line_ids
                ],
            }
        )
        self.assertEqual(by_hand.amount_total, session.amount)
        self.assertEqual(by_hand.amount_tax, session.sale_order_id.amount_tax)

    def test_units_and_notes_are_on_the_order(self):
        self.make_pack(self.bread, HONEY)
        self.scan(HONEY)
        line = self.cart().line_ids
        self.as_clerk(self.counter).set_line(line.id, note="sliced")
        self.as_clerk(self.counter).publish()
        session = self.pay(line.session_id)
        ordered = session.sale_order_id.order_line
        self.assertEqual(ordered.product_uom_id, line.uom_id)
        self.assertIn("sliced", ordered.name)

    def test_taxes_rounded_over_the_whole_sale(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        excluded = self.make_tax(price_include_override="tax_excluded", amount=7)
        for product in (self.bread, self.coffee):
            product.taxes_id = [Command.set(excluded.ids)]
        self.bread.list_price, self.coffee.list_price = 0.07, 0.07
        session = self.settled_basket(BREAD, COFFEE)
        self.assertEqual(
            session.state, "settled", session.operation_ids.mapped("error")
        )
        self.assertEqual(session.amount, session.sale_order_id.amount_total)


@tagged("post_install", "-at_install")
class TestDelivery(BridgeCase):
    """The goods leave the stock once the sale is in the books."""

    def store_goods(self, quantity):
        self.bread.is_storable = True
        self.location = self.store._warehouse().lot_stock_id
        self.env["stock.quant"]._update_available_quantity(
            self.bread, self.location, quantity
        )

    def in_stock(self):
        self.env.invalidate_all()
        return self.store._available(self.bread)

    def test_what_was_sold_has_left(self):
        self.store_goods(10)
        session = self.settled_basket(BREAD, BREAD, COFFEE)
        transfers = session.sale_order_id.picking_ids
        self.assertEqual(set(transfers.mapped("state")), {"done"})
        self.assertEqual(
            session.sale_order_id.order_line.mapped("qty_delivered"), [2, 1]
        )
        self.assertEqual(self.in_stock(), 8)
        self.assertIn(("deliver", "succeeded"), self.operations(session))

    def test_a_pack_takes_its_pieces(self):
        self.store_goods(10)
        self.make_pack(self.bread, HONEY)
        self.settled_basket(HONEY)
        self.assertEqual(self.in_stock(), 4)

    def test_the_store_sells_what_is_not_there(self):
        self.store_goods(1)
        session = self.settled_basket(BREAD, BREAD)
        self.assertEqual(session.sale_order_id.picking_ids.state, "done")
        self.assertEqual(self.in_stock(), -1)

    def test_the_store_sells_nothing_that_is_not_there(self):
        self.store_goods(1)
        self.store.sell_below_zero = False
        self.scan(BREAD)
        with self.assertRefused("out_of_stock") as caught:
            self.scan(BREAD)
        self.assertIn("1", str(caught.exception))
        self.assertEqual(self.rows(), [("Country bread", 1.0, 4.20)])

    def test_goods_that_nobody_counts_are_always_there(self):
        self.store.sell_below_zero = False
        self.assertEqual(self.scan(BREAD, 100)["amount"], 420)

    def test_the_clerk_sees_how_much_is_there(self):
        self.store_goods(7)
        answer = self.scan(BREAD)
        self.assertEqual(answer["lines"][0]["available"], 7)
        row = self.as_clerk(self.counter).check_price(BREAD)
        self.assertEqual(row["available"], 7)

    def test_a_delivery_that_fails_is_tried_again(self):
        self.mute("odoo.addons.epay_counter.models.epay_operation_run")
        self.bread.write({"is_storable": True, "tracking": "lot"})
        session = self.settled_basket(BREAD)
        self.assertEqual(session.state, "settled")
        self.assertIn(("deliver", "requested"), self.operations(session))
        self.assertTrue(session._clerk_values()["delivery"]["error"])
        self.bread.tracking = "none"
        self.later()
        self.assertIn(("deliver", "succeeded"), self.operations(session))
        self.assertEqual(session.sale_order_id.picking_ids.state, "done")

    def test_what_the_warehouse_finished_by_hand_stays_so(self):
        self.mute("odoo.addons.epay_counter.models.epay_operation_run")
        self.bread.write({"is_storable": True, "tracking": "lot"})
        session = self.settled_basket(BREAD)
        session.sale_order_id.picking_ids.action_cancel()
        self.later()
        self.assertIn(("deliver", "succeeded"), self.operations(session))
        self.assertEqual(session.sale_order_id.picking_ids.state, "cancel")

    def test_a_failing_mail_undoes_no_delivery(self):
        self.company.stock_move_email_validation = True
        session = self.settled_basket(BREAD)
        self.assertEqual(session.sale_order_id.picking_ids.state, "done")

    def test_services_need_no_delivery(self):
        session = self.settled(10)
        self.assertNotIn("deliver", [kind for kind, _state in self.operations(session)])


@tagged("post_install", "-at_install")
class TestBasketReturns(ReturnBuilders, BridgeCase):
    """What was scanned can be given back, in parts, with taxes beside the price."""

    def test_a_part_of_goods_whose_tax_is_added(self):
        excluded = self.make_tax(price_include_override="tax_excluded", amount=7)
        self.bread.taxes_id = [Command.set(excluded.ids)]
        sale = self.settled_basket(BREAD, BREAD, COFFEE)
        line = sale.line_ids[:1]
        back = self.reversed(sale, lines=[{"line_id": line.id, "quantity": 1}])
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        self.assertEqual(back.invoice_id.amount_total, back.amount)

    def test_taxes_that_are_added_and_rounded_over_all_come_back_to_the_cent(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        excluded = self.make_tax(price_include_override="tax_excluded", amount=7)
        for product in (self.bread, self.coffee):
            product.taxes_id = [Command.set(excluded.ids)]
        self.bread.list_price, self.coffee.list_price = 0.07, 1.23
        sale = self.settled_basket(BREAD, BREAD, BREAD, COFFEE)
        line = sale.line_ids[:1]
        first = self.reversed(sale, lines=[{"line_id": line.id, "quantity": 1}])
        rest = self.reversed(sale)
        for back in (first, rest):
            self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
            self.assertEqual(back.invoice_id.amount_total, back.amount)
        self.assertEqual(sale.return_state, "full")
        notes = first.invoice_id | rest.invoice_id
        self.assertAlmostEqual(
            sum(notes.mapped("amount_tax")), sale.invoice_id.amount_tax
        )

    def test_a_part_of_goods_with_a_discount(self):
        self.store.most_discount = 50
        self.scan_all(BREAD, BREAD)
        line = self.cart().line_ids
        self.as_clerk(self.counter).set_line(line.id, discount=50)
        self.as_clerk(self.counter).publish()
        sale = self.pay(line.session_id)
        back = self.reversed(sale, lines=[{"line_id": line.id, "quantity": 1}])
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        self.assertEqual(back.amount, 2.10)
        self.assertEqual(back.invoice_id.amount_total, 2.10)

    def test_a_pack_comes_back_with_its_pieces(self):
        self.bread.is_storable = True
        self.make_pack(self.bread, HONEY)
        sale = self.settled_basket(HONEY, HONEY, COFFEE)
        line = sale.line_ids[:1]
        self.reversed(sale, lines=[{"line_id": line.id, "quantity": 1}])
        back = sale.sale_order_id.picking_ids.filtered(
            lambda picking: picking.picking_type_code == "incoming"
        )
        self.assertEqual(back.move_ids.mapped("product_uom_qty"), [6])

    def sold(self):
        self.make_pack(self.bread, HONEY)
        return self.settled_basket(BREAD, BREAD, HONEY, COFFEE)

    def scan_back(self, back, *barcodes):
        for barcode in barcodes:
            answer = self.as_clerk(back).scan_back(barcode)
        return answer["session"]

    def test_the_goods_codes_say_what_comes_back(self):
        back = self.find(self.sold())
        answer = self.scan_back(back, BREAD)
        self.assertEqual((answer["amount"], answer["return"]["whole"]), (4.20, False))
        answer = self.scan_back(back, BREAD, COFFEE)
        self.assertEqual(answer["amount"], 20.30)
        self.assertEqual(back.line_ids.mapped("quantity"), [2, 1])

    def test_a_pack_is_given_back_by_its_own_code(self):
        back = self.find(self.sold())
        self.assertEqual(self.scan_back(back, HONEY)["amount"], 25.20)

    def test_no_more_comes_back_than_was_bought(self):
        back = self.find(self.sold())
        self.scan_back(back, COFFEE)
        with self.assertRefused("bad_amount"):
            self.scan_back(back, COFFEE)
        self.assertEqual(back.amount, 11.90)

    def test_what_was_not_bought_does_not_come_back(self):
        back = self.find(self.sold())
        self.make_goods("Lamp", CRATE, 39.0)
        with self.assertRefused("bad_amount"):
            self.scan_back(back, CRATE)

    def test_what_is_not_sold_any_more_comes_back(self):
        back = self.find(self.sold())
        self.coffee.active = False
        self.assertEqual(self.scan_back(back, COFFEE)["amount"], 11.90)

    def test_once_a_phone_has_joined_nothing_changes(self):
        back = self.find(self.sold())
        self.join(back)
        with self.assertRefused("wrong_state"):
            self.scan_back(back, BREAD)

    def test_what_was_scanned_is_given_back(self):
        back = self.find(self.sold())
        self.scan_back(back, BREAD)
        self.join(back)
        self.consent(back)
        self.inquire(back)
        self.execute(back)
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        self.assertEqual(back.invoice_id.amount_total, 4.20)
