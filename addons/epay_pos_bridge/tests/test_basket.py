from odoo.tests import tagged

from odoo.addons.epay_counter.const import MOST_LINES

from .common import (
    APPLES,
    APPLES_53,
    BREAD,
    CHEESE,
    CHEESE_745,
    COFFEE,
    CRATE,
    HONEY,
    BridgeCase,
)


@tagged("post_install", "-at_install")
class TestScan(BridgeCase):
    """Scanning fills the counter's draft deal (SE2)."""

    def test_the_first_scan_makes_a_draft_deal(self):
        answer = self.scan(BREAD)
        self.assertEqual((answer["state"], answer["turn"]), ("draft", "clerk"))
        self.assertEqual(answer["amount"], 4.20)
        self.assertEqual(self.rows(), [("Country bread", 1.0, 4.20)])
        self.assertEqual(self.cart().user_id, self.clerk)

    def test_the_answer_has_no_none(self):
        self.assertNoNone(self.as_clerk(self.counter).scan(BREAD))
        self.assertNoNone(self.as_clerk(self.counter).check_price(BREAD))
        self.assertNoNone(self.as_clerk(self.counter).search_products("bread"))

    def test_the_same_product_adds_up(self):
        self.scan_all(BREAD, COFFEE, BREAD)
        self.assertEqual(
            self.rows(), [("Country bread", 2.0, 8.40), ("Coffee beans", 1.0, 11.90)]
        )
        self.assertEqual(self.cart().amount, 20.30)

    def test_how_often_can_be_said(self):
        self.assertEqual(self.scan(BREAD, "3")["amount"], 12.60)

    def test_a_repeated_call_counts_once(self):
        counter = self.as_clerk(self.counter)
        for _turn in range(2):
            counter.scan(BREAD, client_key="one-and-the-same")
        self.assertEqual(self.rows(), [("Country bread", 1.0, 4.20)])

    def test_a_packaging_is_a_line_of_its_own(self):
        self.make_pack(self.bread, HONEY)
        self.scan_all(BREAD, HONEY)
        pack = self.env.ref("uom.product_uom_pack_6")
        self.assertEqual(
            self.rows(),
            [
                ("Country bread", 1.0, 4.20),
                (f"Country bread ({pack.name})", 1.0, 25.20),
            ],
        )

    def test_a_label_with_a_weight(self):
        self.use_labels()
        self.make_goods("Apples", APPLES, 2.99, uom_id=self.kilos.id)
        self.scan(APPLES_53)
        # 0.53 × 2.99 = 1.5847
        self.assertEqual(self.rows(), [("Apples (kg)", 0.53, 1.58)])
        self.assertIn("2.99", self.cart().line_ids._values()["price_text"])

    def test_two_labels_with_prices_are_added(self):
        self.use_labels()
        self.make_goods("Cheese", CHEESE, 99.0)
        self.scan_all(CHEESE_745, CHEESE_745)
        self.assertEqual(self.rows(), [("Cheese", 2.0, 14.90)])

    def test_a_discount_label_is_for_the_goods_before_it(self):
        self.use_labels()
        self.store.most_discount = 50
        self.scan_all(BREAD, COFFEE, BREAD, "2250")
        self.assertEqual(
            self.rows(), [("Country bread", 2.0, 4.20), ("Coffee beans", 1.0, 11.90)]
        )

    def test_a_discount_label_alone_is_refused(self):
        self.use_labels()
        with self.assertRefused("bad_discount"):
            self.scan("2250")

    def test_a_refused_code_makes_no_deal(self):
        with self.assertRefused("unknown_barcode"):
            self.scan(HONEY)
        self.assertFalse(self.cart())

    def test_a_refused_code_leaves_the_basket_as_it_was(self):
        self.scan(BREAD)
        for barcode, code in (
            (HONEY, "unknown_barcode"),
            (BREAD[:-1] + "2", "wrong_check_digit"),
            ("", "malformed_barcode"),
        ):
            with self.subTest(code=code), self.assertRefused(code):
                self.scan(barcode)
        self.assertEqual(self.rows(), [("Country bread", 1.0, 4.20)])
        self.assertEqual(self.cart().state, "draft")

    def test_goods_without_a_price_are_refused(self):
        self.bread.list_price = 0
        with self.assertRefused("no_price"):
            self.scan(BREAD)

    def test_a_company_without_a_warehouse_sells_no_goods(self):
        self.warehouse.active = False
        with self.assertRefused("setup_incomplete"):
            self.scan(BREAD)

    def test_quantities_that_make_no_sense(self):
        for quantity in (0, -1, "x", None, True, "1,5", 0.0001, 1.5):
            with self.subTest(quantity=quantity), self.assertRefused("bad_quantity"):
                self.scan(BREAD, quantity)

    def test_a_part_of_a_kilo_is_sold(self):
        self.bread.uom_id = self.kilos
        self.assertEqual(self.scan(BREAD, "0.5")["amount"], 2.10)

    def test_too_many_lines(self):
        session = self.env["epay.session"].browse(self.scan(COFFEE)["id"])
        self.env["epay.session.line"].create(
            [
                {"session_id": session.id, "name": str(number), "price_unit": 1}
                for number in range(MOST_LINES - 1)
            ]
        )
        with self.assertRefused("too_many_lines"):
            self.scan(BREAD)

    def test_while_a_customer_pays_nothing_is_scanned(self):
        self.register(10)
        with self.assertRefused("counter_busy"):
            self.scan(BREAD)

    def test_after_a_finished_deal_the_next_basket_begins(self):
        first = self.register(10)
        self.as_clerk(first).cancel()
        self.assertEqual(self.scan(BREAD)["amount"], 4.20)

    def test_at_a_closed_counter_nothing_is_scanned(self):
        self.as_clerk(self.counter).close_counter()
        with self.assertRefused("counter_closed"):
            self.scan(BREAD)

    def test_who_is_not_the_clerk_is_refused(self):
        stranger = self.make_user("stranger", "epay_counter.group_epay_clerk")
        counter = self.counter.with_user(stranger)
        for call in (
            lambda: counter.scan(BREAD),
            lambda: counter.scan_many(self.scans(BREAD)),
            lambda: counter.check_price(BREAD),
            lambda: counter.search_products("bread"),
            lambda: counter.publish(),
        ):
            with self.assertRefused("not_your_counter"):
                call()

    def test_a_basket_expires_like_a_deal(self):
        self.scan(BREAD)
        self.assertTrue(self.cart().expires_at)

    def test_a_basket_can_be_dropped(self):
        self.scan(BREAD)
        session = self.cart()
        self.as_clerk(session).cancel()
        self.assertEqual(session.state, "cancelled")


@tagged("post_install", "-at_install")
class TestManyScans(BridgeCase):
    """A scanner that is quicker than the network loses nothing and doubles nothing."""

    def send(self, scans, **kwargs):
        return self.as_clerk(self.counter).scan_many(scans, **kwargs)

    def test_all_of_a_batch_are_taken_in_their_order(self):
        answer = self.send(self.scans(BREAD, COFFEE, BREAD))
        self.assertEqual([scan["taken"] for scan in answer["scans"]], [True] * 3)
        self.assertEqual(answer["session"]["amount"], 20.30)
        self.assertNoNone(answer)

    def test_a_refused_one_keeps_no_other_from_being_taken(self):
        answer = self.send(self.scans(BREAD, HONEY, COFFEE))
        self.assertEqual(
            [(scan["taken"], scan["code"]) for scan in answer["scans"]],
            [(True, False), (False, "unknown_barcode"), (True, False)],
        )
        self.assertIn(HONEY, answer["scans"][1]["text"])
        self.assertEqual(answer["session"]["amount"], 16.10)

    def test_a_scan_counts_once_in_whatever_call_it_comes(self):
        first, second = self.scans(BREAD), self.scans(COFFEE)
        self.send(first)
        answer = self.send(first + second)
        self.assertEqual(len(answer["scans"]), 2)
        self.assertEqual(self.cart().amount, 16.10)

    def test_a_repeated_batch_tells_the_same(self):
        scans = self.scans(BREAD, HONEY)
        first = self.send(scans, client_key="batch")
        again = self.send(scans, client_key="batch")
        self.assertEqual(first["scans"], again["scans"])
        self.assertEqual(self.cart().amount, 4.20)

    def test_only_refused_codes_make_no_deal(self):
        answer = self.send(self.scans(HONEY, CRATE))
        self.assertFalse(answer["session"])

    def test_what_is_no_list_of_scans(self):
        for scans in (None, "x", [1], [{"barcode": BREAD}], self.scans(BREAD) * 201):
            with self.subTest(scans=str(scans)[:20]), self.assertRefused("bad_amount"):
                self.send(scans)

    def test_the_manager_finds_the_codes_that_no_product_has(self):
        self.send(self.scans(BREAD, HONEY))
        refused = self.env["epay.scan"].with_user(self.manager)
        found = refused.search([("state", "=", "refused")])
        self.assertEqual(found.mapped("barcode"), [HONEY])


@tagged("post_install", "-at_install")
class TestLines(BridgeCase):
    """Lines can be changed until the basket is shown."""

    def change(self, **values):
        line = self.cart().line_ids[:1]
        return self.as_clerk(self.counter).set_line(line.id, **values)["session"]

    def test_another_quantity(self):
        self.scan_all(BREAD, COFFEE)
        self.assertEqual(self.change(quantity=3)["amount"], 24.50)

    def test_zero_removes_the_line(self):
        for zero in (0, "0", "0.00", 0.0):
            with self.subTest(zero=zero):
                self.scan_all(BREAD, COFFEE)
                self.change(quantity=zero)
                self.assertEqual(len(self.rows()), 1)
                self.change(quantity=zero)
                self.assertEqual(self.rows(), [])
                self.assertEqual(self.cart().amount, 0)

    def test_a_note_is_read_by_the_customer(self):
        self.scan(BREAD)
        answer = self.change(note="sliced")
        self.assertEqual(self.rows()[0][0], "Country bread · sliced")
        self.assertEqual(answer["lines"][0]["note"], "sliced")
        self.change(note="")
        self.assertEqual(self.rows()[0][0], "Country bread")

    def test_a_line_with_a_note_stays_by_itself(self):
        self.scan(BREAD)
        self.change(note="sliced")
        self.scan(BREAD)
        self.assertEqual(len(self.rows()), 2)

    def test_a_clerk_gives_no_discount_unless_the_store_allows_it(self):
        self.scan(BREAD)
        with self.assertRefused("bad_discount"):
            self.change(discount=10)

    def test_a_clerk_gives_as_much_as_the_store_allows(self):
        self.store.most_discount = 10
        self.scan(BREAD)
        self.assertEqual(self.change(discount=10)["amount"], 3.78)
        with self.assertRefused("bad_discount"):
            self.change(discount="10.01")

    def test_a_manager_gives_more(self):
        self.scan(BREAD)
        line = self.cart().line_ids
        counter = self.counter.with_user(self.manager)
        answer = counter.set_line(line.id, discount=50)
        self.assertEqual(answer["session"]["amount"], 2.10)

    def test_what_is_no_discount(self):
        self.store.most_discount = 99
        self.scan(BREAD)
        for percent in (-1, 100, "x", True):
            with self.subTest(percent=percent), self.assertRefused("bad_discount"):
                self.change(discount=percent)

    def test_a_discount_can_be_taken_back(self):
        self.store.most_discount = 10
        self.scan(BREAD)
        self.change(discount=10)
        self.assertEqual(self.change(discount=0)["amount"], 4.20)

    def test_a_line_of_another_deal_is_none_of_the_basket(self):
        self.scan(BREAD)
        for line_id in (0, -1, None, "x", self.cart().line_ids.id + 1):
            with self.subTest(line_id=line_id), self.assertRefused("wrong_state"):
                self.as_clerk(self.counter).set_line(line_id, quantity=2)

    def test_lines_that_were_shown_are_fixed(self):
        session = self.published(BREAD)
        line = session.line_ids
        with self.assertRefused("wrong_state"):
            self.as_clerk(self.counter).set_line(line.id, quantity=2)
        with self.assertRefused("counter_busy"):
            self.scan(BREAD)

    def test_goods_found_by_their_name(self):
        [row] = self.as_clerk(self.counter).search_products("country")
        self.assertEqual((row["name"], row["barcode"]), ("Country bread", BREAD))
        answer = self.as_clerk(self.counter).add_product(row["product_id"])
        self.assertEqual(answer["session"]["amount"], 4.20)

    def test_goods_that_are_not_there(self):
        for product_id in (0, -1, None, "x", 2**31 - 1):
            with (
                self.subTest(product_id=product_id),
                self.assertRefused("not_for_sale"),
            ):
                self.as_clerk(self.counter).add_product(product_id)

    def test_a_price_check_starts_no_deal(self):
        row = self.as_clerk(self.counter).check_price(BREAD, 2)
        self.assertIn("8.40", row["total_text"])
        self.assertFalse(self.cart())

    def test_a_price_check_of_a_label_says_what_the_label_comes_to(self):
        self.use_labels()
        self.make_goods("Apples", APPLES, 2.99, uom_id=self.kilos.id)
        row = self.as_clerk(self.counter).check_price(APPLES_53)
        self.assertEqual((row["name"], row["quantity"]), ("Apples (kg)", 0.53))
        self.assertIn("2.99", row["price_text"])
        self.assertIn("1.58", row["total_text"])

    def test_a_line_shows_the_price_that_its_discount_is_for(self):
        self.store.most_discount = 10
        self.scan(BREAD, 2)
        line = self.cart().line_ids
        self.as_clerk(self.counter).set_line(line.id, discount=10)
        self.assertEqual(line.subtotal, 7.56)
        self.assertIn("4.20", line._values()["price_text"])

    def test_a_search_finds_nothing_that_is_not_sold(self):
        self.bread.sale_ok = False
        self.assertEqual(self.as_clerk(self.counter).search_products("country"), [])
        self.assertEqual(self.as_clerk(self.counter).search_products(""), [])
