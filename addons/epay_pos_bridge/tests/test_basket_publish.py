from odoo import Command
from odoo.tests import tagged

from .common import BREAD, COFFEE, BridgeCase


@tagged("post_install", "-at_install")
class TestPublish(BridgeCase):
    """The basket is shown to the customer (SE3)."""

    def publish(self, *args):
        return self.as_clerk(self.counter).publish(*args)

    def test_the_lines_are_shown_as_they_are(self):
        session, _answer = self.scan_all(BREAD, COFFEE)
        answer = self.publish()["session"]
        self.assertEqual((answer["state"], answer["amount"]), ("open", 16.10))
        self.assertEqual(session.line_ids.mapped("subtotal"), [4.20, 11.90])

    def test_an_empty_basket_is_not_shown(self):
        with self.assertRefused("bad_amount"):
            self.publish()
        self.scan(BREAD)
        self.as_clerk(self.counter).set_line(self.cart().line_ids.id, 0)
        with self.assertRefused("bad_amount"):
            self.publish()

    def test_what_was_shown_is_not_shown_again(self):
        self.published(BREAD)
        with self.assertRefused("wrong_state"):
            self.publish()

    def test_what_the_clerk_has_not_seen_is_not_shown(self):
        self.scan_all(BREAD, COFFEE)
        with self.assertRefused("amount_mismatch"):
            self.publish("4.20")
        self.assertEqual(self.publish("16.10")["session"]["state"], "open")

    def test_new_prices_are_looked_at_first(self):
        self.scan(BREAD)
        self.bread.list_price = 5.00
        answer = self.publish()
        self.assertEqual(answer["session"]["state"], "draft")
        self.assertEqual(answer["session"]["amount"], 5.00)
        self.assertEqual(answer["message"]["code"], "prices_changed")
        self.assertEqual(self.publish()["session"]["state"], "open")

    def test_what_was_shown_is_paid_whatever_the_price_list_says_then(self):
        session = self.published(BREAD)
        self.bread.list_price = 5.00
        self.pay(session)
        self.assertEqual(session.state, "settled")
        self.assertEqual(session.sale_order_id.amount_total, 4.20)
        self.assertEqual(session.invoice_id.amount_total, 4.20)

    def test_the_counters_limits_hold(self):
        self.counter.max_amount = 4.00
        self.scan(BREAD)
        with self.assertRefused("bad_amount"):
            self.publish()

    def test_without_the_stores_wish_no_phone_sees_the_scanning(self):
        session, answer = self.scan_all(BREAD)
        self.assertFalse(answer["code_url"])
        self.assertFalse(session._is_for_a_phone())

    def test_where_the_store_wants_it_the_phone_sees_each_line(self):
        self.store.live_lines = True
        session, answer = self.scan_all(BREAD)
        self.assertTrue(answer["code_url"])
        visit = self.join(session)
        self.assertEqual((visit.state, session.state), ("bound", "draft"))
        before = session.version
        self.scan(COFFEE)
        self.assertGreater(session.version, before)
        self.publish()
        self.assertEqual(session.state, "engaged")
        self.assertEqual(session.partner_id, self.store.walk_in_partner_id)

    def test_a_phone_that_leaves_while_scanning_makes_room(self):
        self.store.live_lines = True
        session, _answer = self.scan_all(BREAD)
        self.join(session)
        generation = session.code_generation
        self.as_clerk(self.counter).release_visit()
        self.assertGreater(session.code_generation, generation)
        self.publish()
        self.assertEqual(session.state, "open")


@tagged("post_install", "-at_install")
class TestPriceLists(BridgeCase):
    """The price is the one that an order has, by list, quantity, unit and date."""

    def price_at(self, *rules, quantity=1, barcode=BREAD):
        self.counter.pricelist_id = self.make_pricelist(*rules)
        return self.scan(barcode, quantity)["amount"]

    def test_a_percentage_for_all(self):
        rule = {"compute_price": "percentage", "percent_price": 10}
        self.assertEqual(self.price_at(rule), 3.78)

    def test_a_fixed_price_from_a_quantity_on(self):
        rule = {
            "applied_on": "1_product",
            "product_tmpl_id": self.bread.product_tmpl_id.id,
            "compute_price": "fixed",
            "fixed_price": 3.00,
            "min_quantity": 3,
        }
        self.assertEqual(self.price_at(rule, quantity=2), 8.40)
        self.assertEqual(self.scan(BREAD)["amount"], 9.00)

    def test_a_rule_that_is_over(self):
        rule = {
            "compute_price": "percentage",
            "percent_price": 50,
            "date_end": "2020-01-01 00:00:00",
        }
        self.assertEqual(self.price_at(rule), 4.20)

    def test_the_stores_list_where_the_counter_has_none(self):
        self.store.pricelist_id = self.make_pricelist(
            {"compute_price": "percentage", "percent_price": 50}
        )
        self.assertEqual(self.scan(BREAD)["amount"], 2.10)

    def test_a_clerks_discount_comes_after_the_lists(self):
        self.store.most_discount = 50
        self.price_at({"compute_price": "percentage", "percent_price": 10})
        line = self.cart().line_ids
        answer = self.as_clerk(self.counter).set_line(line.id, discount=50)
        self.assertEqual(answer["session"]["amount"], 1.89)

    def test_a_list_of_another_currency_is_refused(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.counter.pricelist_id = self.make_pricelist(currency_id=yen.id)
        self.assertIn("EUR", str(caught.exception))

    def test_a_price_without_tax_gets_its_tax(self):
        tax = self.make_tax(price_include_override="tax_excluded", amount=7)
        self.bread.taxes_id = [Command.set(tax.ids)]
        # 4.20 + 7 % = 4.494
        self.assertEqual(self.scan(BREAD)["amount"], 4.49)
