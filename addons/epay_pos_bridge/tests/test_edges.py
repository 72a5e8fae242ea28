"""What happens at the edges of baskets: labels, discounts, returns, rounding."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.epay_counter.tests.return_common import ReturnBuilders

from .common import (
    APPLES,
    BREAD,
    CHEESE,
    CHEESE_745,
    COFFEE,
    HONEY,
    BridgeCase,
)


def with_check_digit(digits):
    odd = sum(int(digit) for digit in digits[::2])
    even = sum(int(digit) for digit in digits[1::2])
    return digits + str((10 - (odd + even * 3) % 10) % 10)


@tagged("post_install", "-at_install")
class TestLabelEdges(BridgeCase):
    def test_a_few_grams_are_not_a_kilo(self):
        self.use_labels()
        self.make_goods("Saffron", APPLES, 2990.0, uom_id=self.kilos.id)
        with self.assertRefused("bad_quantity"):
            self.scan(with_check_digit("211234500004"))
        self.assertFalse(self.cart())

    def test_goods_whose_code_begins_like_a_discount_are_goods(self):
        self.use_labels()
        self.store.most_discount = 99
        code = with_check_digit("225012345678")
        self.make_goods("Lamp", code, 39.0)
        self.scan_all(BREAD, code)
        self.assertEqual(
            self.rows(), [("Country bread", 1.0, 4.20), ("Lamp", 1.0, 39.0)]
        )

    def test_codes_that_the_nomenclature_stumbles_over_are_unknown(self):
        gs1 = self.env.ref("barcodes_gs1_nomenclature.default_gs1_nomenclature", False)
        names = [
            "urn:",
            "urn:epc:id:sgtin:1.2",
            "urn:epc:id:sgtin:1..3",
            "urn:x:sscc:1",
        ]
        if gs1:
            names += ["0104006381333931" + date for date in ("17991300", "17991399")]
            self.store.barcode_nomenclature_id = gs1
        for name in names:
            with self.subTest(code=name), self.assertRefused("unknown_barcode"):
                self.scan(name)

    def test_one_code_that_is_stumbled_over_keeps_no_other_away(self):
        scans = self.scans(BREAD, "urn:epc:id:sgtin:1.2", COFFEE)
        answer = self.as_clerk(self.counter).scan_many(scans)
        taken = [scan["taken"] for scan in answer["scans"]]
        self.assertEqual(taken, [True, False, True])


@tagged("post_install", "-at_install")
class TestDiscountEdges(BridgeCase):
    def discounted(self, percent):
        """A line from which the manager has taken something off."""
        self.scan(BREAD)
        counter = self.counter.with_user(self.manager)
        counter.set_line(self.cart().line_ids.id, discount=percent)
        return self.cart().line_ids

    def test_a_label_says_no_more_than_the_clerk_may_give(self):
        """Anybody can type one."""
        self.use_labels()
        self.scan(BREAD)
        with self.assertRefused("bad_discount"):
            self.scan("2299")
        self.assertEqual(self.cart().amount, 4.20)

    def test_what_is_scanned_after_a_discount_costs_all_of_it(self):
        self.discounted(50)
        self.scan(BREAD)
        self.assertEqual(
            self.rows(), [("Country bread", 1.0, 2.10), ("Country bread", 1.0, 4.20)]
        )

    def test_a_clerk_does_not_sell_more_of_what_a_manager_has_made_cheaper(self):
        line = self.discounted(50)
        with self.assertRefused("bad_discount"):
            self.as_clerk(self.counter).set_line(line.id, quantity=20)
        self.assertEqual(self.cart().amount, 2.10)

    def test_of_what_a_manager_has_made_cheaper_a_clerk_takes_some_away(self):
        self.scan(BREAD, 3)
        line = self.cart().line_ids
        self.counter.with_user(self.manager).set_line(line.id, discount=50)
        self.as_clerk(self.counter).set_line(line.id, quantity=2)
        self.assertEqual(self.cart().amount, 4.20)


@tagged("post_install", "-at_install")
class TestReturnEdges(ReturnBuilders, BridgeCase):
    def test_of_two_labels_the_one_that_is_scanned_comes_back(self):
        self.use_labels()
        self.make_goods("Cheese", CHEESE, 99.0)
        cheap = with_check_digit("231234500300")
        sale = self.settled_basket(CHEESE_745, cheap)
        back = self.find(sale)
        answer = self.as_clerk(back).scan_back(cheap)["session"]
        self.assertEqual(answer["amount"], 3.00)


@tagged("post_install", "-at_install")
class TestRounding(ReturnBuilders, BridgeCase):
    """To the cent the same on the screen, the order, the invoice, and in returns."""

    def sell(self, rounding, included):
        self.company.tax_calculation_rounding_method = rounding
        tax = self.env["account.tax"].create(
            {
                "name": "7.7 %",
                "amount": 7.7,
                "company_id": self.company.id,
                "price_include_override": included,
            }
        )
        goods = self.bread | self.coffee | self.make_goods("Honey", HONEY, 3.33)
        goods.taxes_id = [Command.set(tax.ids)]
        self.bread.list_price, self.coffee.list_price = 0.57, 1.19
        sale = self.published(BREAD, BREAD, BREAD, COFFEE, HONEY, HONEY)
        shown = sale.amount
        self.pay(sale)
        self.assertEqual(sale.state, "settled", sale.operation_ids.mapped("error"))
        self.assertEqual(round(sum(sale.line_ids.mapped("subtotal")), 2), shown)
        self.assertEqual(sale.sale_order_id.amount_total, shown)
        self.assertEqual(sale.invoice_id.amount_total, shown)
        self.assertEqual(sale.invoice_id.payment_state, "paid")
        return sale

    def test_every_way_of_rounding(self):
        for rounding in ("round_per_line", "round_globally"):
            for included in ("tax_included", "tax_excluded"):
                with self.subTest(rounding=rounding, included=included):
                    with self.env.cr.savepoint(flush=False) as point:
                        self.sell(rounding, included)
                        point.rollback()
                    self.env.invalidate_all()

    def test_no_more_comes_back_than_was_paid(self):
        sale = self.sell("round_globally", "tax_excluded")
        for line in sale.line_ids:
            back = self.counter.with_user(self.clerk).register_cancellation(
                sale.name,
                sale.amount,
                lines=[{"line_id": line.id, "quantity": line.quantity}],
            )["session"]
            back = self.env["epay.session"].browse(back["id"])
            self.join(back)
            self.consent(back)
            self.inquire(back)
            self.execute(back)
            self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
            self.as_clerk(self.counter).next()
        self.assertLessEqual(sale.returned_amount, sale.amount)
        self.assertEqual(sale.return_state, "full")


@tagged("post_install", "-at_install")
class TestBooksEdges(BridgeCase):
    def test_goods_that_are_invoiced_when_delivered(self):
        self.bread.invoice_policy = "delivery"
        sale = self.settled_basket(BREAD, COFFEE)
        self.commit()
        self.assertEqual(sale.state, "settled", sale.operation_ids.mapped("error"))
        self.assertEqual(sale.invoice_id.amount_total, 16.10)
        self.assertEqual(sale.invoice_id.payment_state, "paid")
        self.assertEqual(
            sale.sale_order_id.picking_ids.mapped("state"),
            ["done"],
            sale.operation_ids.mapped("error"),
        )

    def test_numbers_of_another_world(self):
        counter = self.as_clerk(self.counter)
        numbers = (
            float("nan"),
            float("inf"),
            1e308,
            -1e308,
            10**400,
            "1e3",
            "NaN",
            [],
            {"a": 1},
            "9" * 400,
            True,
        )
        for number in numbers:
            with self.subTest(number=number):
                with self.assertRefused("bad_quantity"):
                    counter.scan(BREAD, number)
                with self.assertRefused("bad_quantity"):
                    counter.check_price(BREAD, number)
                with self.assertRefused("bad_quantity"):
                    counter.add_product(self.bread.id, number)
        self.assertFalse(self.cart())

    def test_more_than_all_the_money_there_is(self):
        self.scan(BREAD)
        with self.assertRefused("bad_amount"):
            self.scan(BREAD, 999999999999)
        self.assertEqual(self.cart().amount, 4.20)

    def test_a_clerk_of_another_store_does_nothing(self):
        self.scan(BREAD)
        line = self.cart().line_ids
        stranger = self.make_user("epay_other_clerk", "epay_counter.group_epay_clerk")
        other = self.counter.with_user(stranger)
        for call in (
            lambda: other.scan(BREAD),
            lambda: other.scan_many(self.scans(BREAD)),
            lambda: other.set_line(line.id, quantity=0),
            lambda: other.add_product(self.bread.id),
            lambda: other.publish(),
            lambda: other.check_price(BREAD),
            lambda: other.search_products("bread"),
        ):
            with self.assertRefused("not_your_counter"):
                call()
        with self.assertRaises(AccessError):
            line.with_user(self.clerk).write({"order_price": 0.01})


@tagged("post_install", "-at_install")
class TestLastPiece(BridgeCase):
    def test_what_another_customer_is_just_paying_is_not_sold_again(self):
        self.store.sell_below_zero = False
        self.bread.is_storable = True
        self.env["stock.quant"]._update_available_quantity(
            self.bread, self.warehouse.lot_stock_id, 3
        )
        other = self.make_counter(code="T2")
        self.published(BREAD, BREAD)
        self.scan(BREAD, counter=other)
        with self.assertRefused("out_of_stock"):
            self.scan(BREAD, counter=other)
        self.as_clerk(self.cart()).cancel()
        self.scan(BREAD, counter=other)
