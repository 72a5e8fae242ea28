from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import EpayCase


@tagged("post_install", "-at_install")
class TestOwnSetUp(EpayCase):
    """What a manager may not do to a store and a counter of one's own by RPC."""

    def test_a_store_does_not_move_into_a_company_that_is_not_ones_own(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        # Odoo itself refuses a store whose product belongs to another company.
        self.product.company_id = False
        self.store.walk_in_partner_id.company_id = False
        store = self.store.with_user(self.manager)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            store.write({"company_id": elsewhere.id})
        store.write({"company_id": self.company.id, "name": "Still mine"})
        self.assertEqual(store.name, "Still mine")

    def test_what_sets_itself_is_not_written(self):
        sequence = self.env["ir.sequence"].create({"name": "Another one's"})
        dollars = self.env.ref("base.USD")
        for record, values in (
            (self.store, {"sequence_id": sequence.id}),
            (self.store, {"currency_id": dollars.id}),
            (self.counter, {"state": "closed"}),
            (self.counter, {"version": 10**9}),
            (self.counter, {"company_id": self.env.ref("base.main_company").id}),
        ):
            with self.subTest(**values):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    record.with_user(self.manager).write(values)

    def test_what_sets_itself_is_not_given_to_a_new_one_either(self):
        values = {"store_id": self.store.id, "code": "T9", "name": "Deli"}
        counters = self.env["epay.counter"].with_user(self.manager)
        self.assertEqual(counters.create(values).state, "closed")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            counters.create({**values, "code": "T10", "state": "open"})
        values = {
            "name": "New Street",
            "code": "newstreet",
            "product_id": self.product.id,
            "manager_ids": [Command.set(self.manager.ids)],
        }
        stores = self.env["epay.store"].with_user(self.manager)
        self.assertTrue(stores.create(values).sequence_id)
        values.update(code="other", sequence_id=self.store.sequence_id.id)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            stores.create(values)

    def test_a_time_zone_is_one(self):
        store = self.store.with_user(self.manager)
        for tz in ("../../etc/passwd", "Mars/Olympus", "UTC\0"):
            with self.subTest(tz=tz), self.assertRaises(ValidationError):
                with self.env.cr.savepoint():
                    store.tz = tz
        store.tz = "Asia/Tokyo"

    @mute_logger("odoo.sql_db")
    def test_lifetimes_end(self):
        store = self.store.with_user(self.manager)
        for name in ("deal_minutes", "visit_minutes", "authorization_minutes"):
            store.write({name: 30 * 24 * 60})
            store.flush_recordset()
            with self.subTest(name), self.assertRaises(IntegrityError):
                with self.env.cr.savepoint():
                    store.write({name: 30 * 24 * 60 + 1})
