from odoo import Command
from odoo.tests import tagged

from .common import BREAD, COFFEE, BridgeCase


@tagged("post_install", "-at_install")
class TestTerms(BridgeCase):
    """Goods cost what was agreed with the customer whose phone looks on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store.live_lines = True
        cls.friend = cls.make_customer()
        cls.friends = cls.make_pricelist(
            {"compute_price": "percentage", "percent_price": 50}, name="Friends"
        )
        cls.friend.with_company(
            cls.company
        ).specific_property_product_pricelist = cls.friends

    def publish(self):
        return self.as_clerk(self.counter).publish()["session"]

    def test_everybody_pays_the_counters_prices(self):
        session, answer = self.scan_all(BREAD)
        self.join(session)
        self.assertEqual((session.amount, answer["own_terms"]), (4.20, False))

    def test_a_customer_with_own_prices_pays_those(self):
        session, _answer = self.scan_all(BREAD)
        self.join(session, self.friend)
        self.assertEqual(session.amount, 2.10)
        answer = self.scan(COFFEE)
        self.assertEqual((answer["amount"], answer["own_terms"]), (8.05, True))

    def test_the_order_has_them_too(self):
        session, _answer = self.scan_all(BREAD, COFFEE)
        self.join(session, self.friend)
        self.publish()
        self.pay(session)
        order = session.sale_order_id
        self.assertEqual(
            session.state, "settled", session.operation_ids.mapped("error")
        )
        self.assertEqual((order.partner_id, order.amount_total), (self.friend, 8.05))
        self.assertEqual(order.pricelist_id, self.friends)

    def test_who_leaves_takes_the_prices_along(self):
        session, _answer = self.scan_all(BREAD)
        self.join(session, self.friend)
        self.as_clerk(self.counter).release_visit()
        self.assertEqual((session.amount, session.own_terms), (4.20, False))

    def test_own_prices_that_were_shown_are_nobody_elses(self):
        session, _answer = self.scan_all(BREAD)
        self.join(session, self.friend)
        self.publish()
        self.as_clerk(self.counter).release_visit()
        with self.assertRefused("wrong_state"):
            self.join(session)
        self.join(session, self.friend)
        self.assertEqual((session.state, session.amount), ("engaged", 2.10))

    def test_what_was_shown_stays_when_a_customer_with_own_prices_joins(self):
        self.store.live_lines = False
        session = self.published(BREAD)
        self.join(session, self.friend)
        self.assertEqual((session.state, session.amount), ("engaged", 4.20))

    def test_a_list_of_another_currency_is_not_used_here(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.friends.currency_id = yen
        session, _answer = self.scan_all(BREAD)
        self.join(session, self.friend)
        self.assertEqual(session.amount, 4.20)

    def test_the_customers_fiscal_position_taxes_them(self):
        self.friend.specific_property_product_pricelist = False
        free = self.env["account.fiscal.position"].create(
            {"name": "Embassies", "company_id": self.company.id}
        )
        none = self.make_tax(amount=0)
        none.write(
            {
                "fiscal_position_ids": [Command.set(free.ids)],
                "original_tax_ids": [Command.set(self.bread.taxes_id.ids)],
            }
        )
        self.friend.property_account_position_id = free
        session, _answer = self.scan_all(BREAD)
        self.join(session, self.friend)
        # 4.20 has 0.70 of tax in it.
        self.assertEqual(session.amount, 3.50)
        self.publish()
        self.pay(session)
        invoice = session.invoice_id
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (3.50, 0))
