from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.http_routing.tests.common import MockRequest

from .common import EpayCase


@tagged("post_install", "-at_install")
class TestStore(EpayCase):
    def test_codes_that_would_hide_a_page_or_break_an_address_are_refused(self):
        for code in (
            "x",
            "back",
            "BACK",
            "a b",
            "a/b",
            "é1",
            "-a",
            "a\n",
            "../x",
            "a?",
        ):
            with self.subTest(code=code):
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self.make_store(code=code)
        for code in ("a b", "a/b", "", "back", "-", "1\n"):
            with self.subTest(counter=code):
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self.make_counter(code=code or " ")

    @mute_logger("odoo.sql_db")
    def test_codes_are_unique_in_any_case(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.make_store(code="TestStreet")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.make_counter(code="t1")
        other = self.make_store(code="otherstreet")
        self.assertTrue(self.make_counter(store_id=other.id))

    def test_stores_and_counters_are_found_in_any_case_and_literally(self):
        stores = self.env["epay.store"].with_user(self.public)
        counters = self.env["epay.counter"].with_user(self.public)
        self.assertEqual(stores._find("TESTstreet"), self.store)
        self.assertEqual(counters._find(self.store, "t1"), self.counter)
        for code in ("", None, "%", "test%", "teststree_", "nowhere", "\\"):
            self.assertFalse(stores._find(code), code)
            self.assertFalse(counters._find(self.store, code), code)

    def test_archived_stores_are_gone(self):
        self.store.active = False
        self.assertFalse(self.env["epay.store"]._find("teststreet"))

    def test_the_portal_lists_open_and_listed_counters(self):
        hidden = self.make_counter(code="T2", name="Hidden", portal_listed=False)
        closed = self.make_counter(code="T3", name="Closed", state="closed")
        self.assertEqual(self.store._public_counters(), self.counter)
        search = self.env["epay.store"].with_user(self.public)._search_portal
        stores, counters, _closed = search("test street bakery")
        self.assertEqual((stores.ids, counters), ([], self.counter))
        for text in ("Hidden", "Closed"):
            self.assertFalse(search(text)[1] & (hidden | closed))
        self.assertIn(self.store, search("TEST str")[0])
        self.store.portal_listed = False
        self.assertFalse(search("bakery")[1])
        for text in ("", None, "   ", "%", "_"):
            self.assertNotIn(self.store, search(text)[0])

    def test_a_counter_is_found_by_its_code_however_it_is_written(self):
        dashed = self.make_counter(code="K-11", name="Dashed")
        plain = self.make_counter(code="L12", name="Plain")
        search = self.env["epay.store"].with_user(self.public)._search_portal
        for counter, texts in (
            (dashed, ("K-11", "k11", "K 11", "k_11")),
            (plain, ("L12", "l-12", "L 12", "L.12")),
        ):
            for text in texts:
                self.assertEqual(search(text)[1], counter, text)
        self.assertFalse(search("K-12")[1])

    def test_a_closed_counter_is_told_of_by_its_own_name_and_never_listed(self):
        self.make_counter(code="K7", name="Fruit", state="closed")
        search = self.env["epay.store"].with_user(self.public)._search_portal
        for text in ("fruit", "K-7", "test street fruit"):
            self.assertEqual(search(text)[1:], (self.counter.browse(), True), text)
        self.counter.state = "closed"
        self.assertFalse(search("test street")[2], "not by the store's name alone")

    def test_a_store_has_a_walk_in_customer_and_numbers_of_its_own(self):
        partner = self.store.walk_in_partner_id
        self.assertEqual(partner.company_id, self.company)
        other = self.make_store(code="otherstreet")
        self.assertNotEqual(other.walk_in_partner_id, partner)
        self.assertNotEqual(other.sequence_id, self.store.sequence_id)

    def test_no_two_stores_number_their_deals_alike(self):
        stores = [self.make_store(code=code) for code in ("twin", "twin1", "twin-1")]
        stores[0].code = "former"
        stores[0].flush_recordset()
        stores += [self.make_store(code=code) for code in ("twin", "tw-in")]
        numbers = [
            [store.sequence_id.get_next_char(number) for number in (1, 10**6 + 1)]
            for store in stores
        ]
        self.assertEqual(len({number for pair in numbers for number in pair}), 10)
        for store in stores:
            counter = self.make_counter(store_id=store.id)
            session = self.register(counter=counter)
            self.assertRegex(session.name, r"^TWIN[0-9-]*\d{6}$")

    def test_the_currency_is_the_price_lists_or_the_companys(self):
        self.assertEqual(self.store.currency_id.name, "EUR")
        dollars = self.env.ref("base.USD")
        dollars.active = True
        self.store.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": dollars.id}
        )
        self.assertEqual(self.store.currency_id, dollars)

    @mute_logger("odoo.sql_db")
    def test_a_counter_with_deals_stays_in_its_store(self):
        other = self.make_store(code="elsewhere", name="Elsewhere")
        self.counter.store_id = other
        self.counter.store_id = self.store
        self.register()
        with self.assertRaises(ValidationError):
            self.counter.store_id = other

    def test_a_manager_moves_counters_to_own_stores_only(self):
        other = self.make_store(code="elsewhere", manager_ids=[Command.clear()])
        counter = self.make_counter(code="EMPTY")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            counter.with_user(self.manager).write({"store_id": other.id})

    def test_a_store_with_deals_stays_in_its_company(self):
        self.register()
        with self.assertRaises(ValidationError):
            self.store.company_id = self.env["res.company"].create(
                {"name": "Elsewhere"}
            )

    def test_lifetimes_and_limits_make_sense(self):
        for values in ({"deal_minutes": 0}, {"authorization_minutes": -1}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.store.write(values)
        for values in (
            {"min_amount": -1},
            {"min_amount": 10, "max_amount": 5},
        ):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.counter.write(values)
        self.counter.write({"min_amount": 10, "max_amount": 0})


@tagged("post_install", "-at_install")
class TestBus(EpayCase):
    def channels(self, *names, user=None):
        env = self.env(user=user or self.public)
        with MockRequest(env):
            return env["ir.websocket"]._build_bus_channel_list(list(names))

    def records(self, *names, user=None):
        found = self.channels(*names, user=user)
        ours = ("epay.counter", "epay.visit")
        return [record for record in found if getattr(record, "_name", "") in ours]

    def test_a_phone_listens_to_its_own_visit(self):
        visit = self.join(self.register())
        self.assertEqual(self.records(f"epay_visit:{self.token}"), [visit])

    def test_nobody_listens_with_a_wrong_token(self):
        visit = self.join(self.register())
        for token in ("", "x" * 22, self.phone, visit.token_hash, str(visit.id)):
            name = f"epay_visit:{token}"
            self.assertFalse(self.records(name))
            self.assertNotIn(name, map(str, self.channels(name)))

    def test_a_clerk_listens_to_the_own_counter(self):
        name = f"epay_counter:{self.counter.id}"
        for user in (self.clerk, self.manager):
            self.assertEqual(self.records(name, user=user), [self.counter])
        stranger = self.make_user("epay_test_2", "epay_counter.group_epay_clerk")
        for user in (stranger, self.public):
            self.assertFalse(self.records(name, user=user))
            self.assertNotIn(name, map(str, self.channels(name, user=user)))

    def test_nonsense_is_no_channel(self):
        for number in ("", "x", "-1", "99999999", "1 OR 1", "²", "9" * 40):
            self.assertFalse(self.records(f"epay_counter:{number}", user=self.clerk))
