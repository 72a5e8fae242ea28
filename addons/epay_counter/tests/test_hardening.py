from datetime import timedelta
from secrets import token_hex
from unittest.mock import patch

from psycopg2 import IntegrityError, InterfaceError, OperationalError

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import hmac, mute_logger

from .. import acts
from ..const import LIMITS, ROOM_KEPT, ROOM_SHARE, ROOM_SIZE
from ..exceptions import TooManyAttempts
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

    def test_nor_does_it_come_in_as_a_default(self):
        values = {"store_id": self.store.id, "code": "T9", "name": "Deli"}
        counters = self.env["epay.counter"].with_user(self.manager)
        opened = counters.with_context(default_state="open").create(values)
        self.assertEqual(opened.state, "closed")
        stores = self.env["epay.store"].with_user(self.manager)
        theirs = self.store.sequence_id
        store = stores.with_context(default_sequence_id=theirs.id).create(
            {
                "name": "New Street",
                "code": "newstreet",
                "product_id": self.product.id,
                "manager_ids": [Command.set(self.manager.ids)],
            }
        )
        self.assertNotEqual(store.sequence_id, theirs)

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


@tagged("post_install", "-at_install")
class TestTexts(EpayCase):
    """What nobody types never reaches the database; the rest of a text does."""

    def test_arguments_of_acts_come_without_what_nobody_types(self):
        line = {"name": "Te\0a", "quantity": 1, "price_unit": 5}
        session = self.register(5, description="a\0b\ud800c\x1b", lines=[line])
        self.assertEqual(session.description, "a b c")
        self.assertEqual(session.line_ids.name, "Te a")
        self.as_clerk(session).cancel("changed\0 her mind")
        self.assertEqual(session.reason, "changed her mind")

    def test_joined_letters_and_emoji_are_kept(self):
        description = "👩‍🍳 می‌خواهم"
        self.assertEqual(
            self.register(5, description=description).description, description
        )

    def test_a_key_may_be_anything(self):
        for key in ("a\0b", "\udfff", token_hex(5000), token_hex(5000), 5):
            with self.subTest(key=str(key)[:10]):
                counter = self.as_clerk(self.counter)
                counter.close_counter(client_key=key)
                counter.open_counter()
                counter.close_counter(client_key=key)
                self.assertEqual(self.counter.state, "open", "the key acts once")

    def test_the_day_list_is_searched_for_anything(self):
        session = self.register(5, description="Two lamps")
        for query in ("lamps\0", "\ud800lamps", "lamps" + " " * 10**6, 5, ["lamps"]):
            self.assertIsInstance(
                self.as_clerk(self.counter).get_day(query)["deals"], list
            )
        [deal] = self.as_clerk(self.counter).get_day("two\0lamps")["deals"]
        self.assertEqual(deal["id"], session.id)


@tagged("post_install", "-at_install")
class TestReasons(EpayCase):
    def test_a_reason_to_cancel_is_one_line_and_not_too_long(self):
        for reason, kept in (
            ("no\nmoney  left", "no money left"),
            ("x" * 5000000, "x" * 500),
            (5, "The clerk ended this payment."),
            ({"a": 1}, "The clerk ended this payment."),
        ):
            session = self.register()
            self.as_clerk(session).cancel(reason)
            self.assertEqual(session.reason, kept)

    def test_a_reason_to_resolve_is_a_text(self):
        session = self.authorizing()
        for reason in (5, ["because"], {"a": 1}, "\0 \x1b"):
            with self.subTest(reason=reason), self.assertRefused("reason_missing"):
                session.with_user(self.manager).resolve("succeeded", reason)


@tagged("post_install", "-at_install")
class TestNumbers(EpayCase):
    def test_who_may_not_make_deals_uses_up_no_number(self):
        sequence = self.store.sequence_id
        before = sequence.number_next_actual
        for user in (self.clerk, self.manager):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env["epay.session"].with_user(user).create(
                    {"counter_id": self.counter.id}
                )
        sequence.invalidate_recordset()
        self.assertEqual(sequence.number_next_actual, before)

    def test_a_deal_has_only_so_many_lines(self):
        line = {"name": "Nail", "quantity": 1, "price_unit": 0.05}
        with self.assertRefused("bad_amount") as caught:
            self.register("10.05", lines=[line] * 201)
        self.assertIn("200 lines", str(caught.exception))
        self.assertEqual(len(self.register(10, lines=[line] * 200).line_ids), 200)


@tagged("post_install", "-at_install")
class TestArchived(EpayCase):
    def archive(self, record):
        record.with_user(self.manager).active = False
        self.env.flush_all()

    def test_nothing_new_begins_at_a_counter_that_is_put_away(self):
        for record in (self.counter, self.store):
            self.archive(record)
            with self.subTest(record=record._name):
                for act in ("open_counter", "register_sale"):
                    with self.assertRefused("counter_closed") as caught:
                        arguments = [5] if act == "register_sale" else []
                        getattr(self.as_clerk(self.counter), act)(*arguments)
                    self.assertIn("archived", str(caught.exception))
                with self.assertRefused("counter_closed"):
                    self.join_counter()
            record.active = True
        self.assertTrue(self.register())

    def test_no_phone_joins_there_with_a_code_either(self):
        for record in (self.counter, self.store):
            session = self.register()
            self.archive(record)
            with self.subTest(record=record._name):
                with self.assertRefused("counter_closed"):
                    self.join(session)
            record.active = True
            self.as_clerk(session).cancel()

    def test_what_is_under_way_goes_on(self):
        session = self.authorized()
        self.archive(self.counter)
        self.settle(session)
        self.assertEqual(session.state, "settled")


@tagged("post_install", "-at_install")
class TestLostDatabase(EpayCase):
    @mute_logger("odoo.addons.epay_counter.acts")
    def test_the_clerk_is_not_told_what_the_driver_says(self):
        for lost in (OperationalError, InterfaceError):
            error = lost("server closed the connection unexpectedly")
            with (
                self.subTest(lost.__name__),
                patch.object(acts, "in_own_transaction", side_effect=error),
                self.assertRefused("busy") as caught,
            ):
                self.as_clerk(self.counter).open_counter()
            self.assertNotIn("unexpectedly", str(caught.exception))

    @mute_logger("odoo.addons.epay_counter.models.epay_operation_run")
    def test_nor_when_the_sale_is_booked(self):
        session = self.authorized()
        error = OperationalError("server closed the connection unexpectedly")
        with patch.object(type(session), "_register_sale", side_effect=error):
            answer = self.settle(session)
        self.assertEqual(answer["message"]["code"], "booking_failed")
        for text in (answer["message"]["text"], session.reason):
            self.assertNotIn("unexpectedly", text)
            self.assertIn("tried again", text)
        self.settle(session)
        self.assertEqual(session.state, "settled")


@tagged("post_install", "-at_install")
class TestPhoneSecret(EpayCase):
    """A secret that somebody else put into the browser lets nobody act for it."""

    def test_a_secret_that_we_never_gave_out_is_replaced(self):
        planted = "A" * 22
        session = self.register()
        for code in (None, self.counter._one_time_code(session)):
            visit = self.join_counter(phone=planted, code=code)
            self.assertNotEqual(self.phone, planted)
            self.assertFalse(visit._is_phone(planted))
            self.assertTrue(visit._is_phone(self.phone))

    def test_a_secret_has_done_its_work_when_its_visit_ends(self):
        visit, planted = self.join_counter(), self.phone
        self.as_clerk(self.counter).dismiss_visit(visit.id)
        again = self.join_counter(phone=planted)
        self.assertFalse(again._is_phone(planted))

    def test_after_a_finished_deal_the_next_one_has_a_secret_of_its_own(self):
        self.settled(5)
        planted = self.phone
        visit = self.join(self.register(), phone=planted)
        self.assertFalse(visit._is_phone(planted))

    def test_by_the_code_a_waiting_phone_gets_a_new_secret(self):
        self.join_counter()
        planted = self.phone
        visit = self.join(self.register(), phone=planted)
        self.assertEqual(visit.state, "bound")
        self.assertFalse(visit._is_phone(planted))

    def test_by_the_code_no_secret_is_shared_with_a_visit_that_goes_on(self):
        """It may be somebody else's, who keeps it alive at another counter."""
        self.join_counter(self.make_counter(code="T2", name="Deli"))
        planted = self.phone
        visit = self.join(self.register(), phone=planted)
        self.assertEqual(visit.state, "bound")
        self.assertFalse(visit._is_phone(planted))

    def test_a_phone_that_is_under_way_elsewhere_keeps_its_secret(self):
        session = self.authorizing()
        phone = self.phone
        other = self.make_counter(code="T2", name="Deli")
        visit = self.join_counter(other, phone=phone)
        self.assertTrue(visit._is_phone(phone))
        self.assertTrue(session._bound_visit()._is_phone(phone))


@tagged("post_install", "-at_install")
class TestCrowd(EpayCase):
    """A few addresses close a counter for nobody else."""

    def come_from(self, address, phone=None):
        counter = self.counter.with_user(self.public).sudo()
        visit, _token, self.phone = counter._join(address=address, phone=phone)
        return visit

    def crowd(self, address, times):
        """So many phones come from one address; how many are let in."""
        let_in = 0
        for _turn in range(times):
            try:
                with self.env.cr.savepoint():
                    let_in += bool(self.come_from(address))
            except TooManyAttempts:
                continue
        return let_in

    def empty_room(self):
        self.counter.sudo()._waiting_visits()._end()

    def places(self, address):
        """How many places of the room an address has."""
        hashed = hmac(self.env(su=True), "epay.visit.address", address)
        waiting = self.counter.sudo()._waiting_visits()
        return waiting.mapped("address_hash").count(hashed)

    def test_a_shop_gets_in_when_one_address_fills_its_share(self):
        self.assertEqual(self.crowd("192.0.2.1", 70), ROOM_SHARE)
        self.assertEqual(self.crowd("198.51.100.1", 40), 40)
        self.assertLessEqual(len(self.counter._waiting_visits()), ROOM_SIZE)

    def test_a_shop_gets_in_when_two_addresses_fill_the_room(self):
        self.crowd("192.0.2.1", 70)
        self.crowd("192.0.2.2", 70)
        self.assertEqual(self.crowd("198.51.100.1", ROOM_KEPT), ROOM_KEPT)

    def test_many_addresses_do_not_push_out_a_shop(self):
        self.crowd("198.51.100.1", ROOM_SHARE)
        for number in range(ROOM_SIZE):
            self.crowd(f"192.0.2.{number}", 1)
        self.assertEqual(self.places("198.51.100.1"), ROOM_KEPT)

    def test_who_has_waited_longest_keeps_the_place(self):
        first = self.come_from("192.0.2.1")
        self.crowd("192.0.2.1", ROOM_SHARE - 2)
        last = self.come_from("192.0.2.1")
        self.crowd("192.0.2.2", ROOM_SIZE - ROOM_SHARE)
        self.come_from("198.51.100.1")
        self.assertEqual((first.state, last.state), ("waiting", "left"))

    def test_phones_that_are_not_let_in_use_up_nobodys_joins(self):
        self.crowd("192.0.2.1", 80)
        self.assertEqual(self.counted("join_address"), ROOM_SHARE)

    def test_coming_and_going_closes_the_counter_for_nobody_else(self):
        with patch.dict(LIMITS, {"join_address": (12, 60)}):
            for number in range(4):
                for _turn in range(14):
                    self.crowd(f"192.0.2.{number}", 1)
                    self.empty_room()
            self.assertEqual(self.crowd("192.0.2.1", 1), 0)
            self.assertEqual(self.crowd("198.51.100.1", 12), 12)

    def counted(self, scope):
        found = self.env["epay.attempt"].search([("scope", "=", scope)])
        return sum(found.mapped("count"))

    def test_a_phone_that_presses_again_uses_up_nothing_of_its_address(self):
        self.come_from("192.0.2.1")
        phone = self.phone
        for _turn in range(3):
            self.come_from("192.0.2.1", phone)
        self.assertEqual(self.counted("join_address"), 1)

    def test_a_phone_that_presses_again_at_once_is_no_news_to_the_clerk(self):
        visit = self.come_from("192.0.2.1")
        phone, version = self.phone, visit.version
        for _turn in range(3):
            self.come_from("192.0.2.1", phone)
        self.assertEqual(visit.version, version)
        with self.freeze(visit.active_at + timedelta(seconds=11)):
            self.come_from("192.0.2.1", phone)
        self.assertGreater(visit.version, version)

    def test_a_phone_that_presses_again_and_again_is_told_to_wait(self):
        limit, _seconds = LIMITS["join_again"]
        self.come_from("192.0.2.1")
        phone = self.phone
        for _turn in range(limit):
            self.come_from("192.0.2.1", phone)
        with self.assertRefused("too_many_attempts"):
            self.come_from("192.0.2.1", phone)
        self.assertTrue(self.come_from("192.0.2.1"), "the next customer")


@tagged("post_install", "-at_install")
class TestPresence(EpayCase):
    def test_signs_of_life_in_quick_succession_are_written_once(self):
        visit = self.join_counter()
        moment = fields.Datetime.now() - timedelta(seconds=5)
        visit.last_seen = moment
        visit._seen()
        self.assertEqual(visit.last_seen, moment)
        visit.last_seen = moment - timedelta(seconds=10)
        visit._seen()
        self.assertGreater(visit.last_seen, moment)
