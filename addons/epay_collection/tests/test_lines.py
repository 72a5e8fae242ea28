from datetime import datetime

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import FINAL_STATES, LIVE_STATES, STATE_LABELS, TRANSITIONS
from .common import CollectionCase


@tagged("post_install", "-at_install")
class TestPlanning(CollectionCase):
    """Schedules and lines, as the store's manager plans them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lines = cls.env["epay.collection.line"].with_user(cls.manager)
        cls.schedules = cls.env["epay.collection.schedule"].with_user(cls.manager)
        cls.typed = {
            "schedule_id": cls.schedule.id,
            "partner_id": cls.debtor.id,
            "name": "Newspaper",
            "amount": 24.5,
        }

    def assertRefusedByDatabase(self, values, constraint):
        with (
            self.assertRaises(IntegrityError) as caught,
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.lines.create({**self.typed, **values})
            self.env.flush_all()
        self.assertIn(constraint, str(caught.exception))

    def test_a_schedule_takes_clerk_and_name_from_its_route(self):
        schedule = self.schedules.create(
            {"counter_id": self.route.id, "date": "2031-05-06"}
        )
        self.assertEqual(schedule.user_id, self.clerk)
        self.assertEqual(schedule.name, "Route nine 2031-05-06")
        self.assertEqual(schedule.state, "draft")

    def test_with_several_clerks_somebody_chooses(self):
        self.route.user_ids = [Command.link(self.manager.id)]
        schedule = self.schedules.create({"counter_id": self.route.id})
        self.assertFalse(schedule.user_id)

    def test_a_schedule_is_handed_out_closed_and_opened_again(self):
        schedule = self.schedules.create({"counter_id": self.route.id})
        schedule.action_open()
        schedule.action_close()
        self.assertTrue(schedule.closed_at)
        schedule.action_open()
        self.assertEqual((schedule.state, schedule.closed_at), ("open", False))

    def test_a_draft_is_not_closed(self):
        schedule = self.schedules.create({"counter_id": self.route.id})
        with self.assertRefused("wrong_state"):
            schedule.action_close()

    def test_a_schedule_with_a_deal_under_way_is_not_closed(self):
        self.open(self.make_line())
        with self.assertRefused("wrong_state"):
            self.schedule.with_user(self.manager).action_close()

    def test_nor_is_it_taken_back_for_planning(self):
        self.open(self.make_line())
        with self.assertRefused("wrong_state"):
            self.schedule.with_user(self.manager).action_draft()

    def test_a_schedule_with_collections_is_kept_and_stays_on_its_route(self):
        self.lines.create(self.typed)
        schedule = self.schedule.with_user(self.manager)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            schedule.unlink()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            schedule.counter_id = self.counter

    def test_a_typed_line_knows_where_the_customer_lives(self):
        line = self.lines.create(self.typed)
        self.assertEqual(line.address, "Lange Straße 12, 10117 Berlin")
        self.assertEqual(line.phone, "+49 30 1234567")
        self.assertEqual(line.currency_id, self.store.currency_id)
        self.assertEqual((line.state, line.amount_due), ("planned", 24.5))

    def test_another_address_stays(self):
        line = self.lines.create({**self.typed, "address": "Back door"})
        self.assertEqual(line.address, "Back door")

    def test_a_line_takes_customer_and_amount_from_its_source(self):
        invoice = self.make_invoice(80)
        line = self.make_line(invoice_id=invoice.id)
        self.assertEqual(line.partner_id, self.debtor)
        self.assertEqual((line.name, line.amount), (invoice.name, 80))

    def test_amounts_of_zero_or_below_are_refused(self):
        for amount in (0, -5):
            with self.subTest(amount=amount):
                self.assertRefusedByDatabase({"amount": amount}, "amount_positive")

    def test_a_window_that_ends_before_it_begins_is_refused(self):
        window = {
            "planned_from": datetime(2031, 5, 6, 12),
            "planned_until": datetime(2031, 5, 6, 11),
        }
        self.assertRefusedByDatabase(window, "window")

    def test_a_line_has_one_source(self):
        both = {
            "invoice_id": self.make_invoice().id,
            "sale_order_id": self.make_order().id,
        }
        self.assertRefusedByDatabase(both, "one_source")

    def test_another_currency_is_refused(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        with self.assertRaises(ValidationError):
            self.lines.create({**self.typed, "currency_id": yen.id})

    def test_an_invoice_of_another_company_is_refused(self):
        company = self.make_company("Other Goods", "EUR", "base.de")
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": company.id,
                "partner_id": self.env["res.partner"].create({"name": "Nobody"}).id,
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 5})],
            }
        )
        with self.assertRaises(UserError):
            self.make_line(invoice_id=invoice.id, name="Bill", amount=5)

    def test_a_source_has_one_live_line(self):
        order, invoice = self.make_order(), self.make_invoice()
        for values in ({"sale_order_id": order.id}, {"invoice_id": invoice.id}):
            first = self.make_line(**values)
            values = {**values, "amount": 5}
            with self.subTest(values=values):
                self.assertRefusedByDatabase(values, "uniq")
                first.with_user(self.manager).action_cancel()
                self.env.flush_all()
                self.assertTrue(self.make_line(**values))

    def test_an_order_and_its_invoice_are_one_debt(self):
        order = self.make_order()
        order._force_lines_to_invoice_policy_order()
        invoice = order._create_invoices()
        invoice.action_post()
        for first, second in (
            ({"sale_order_id": order.id}, {"invoice_id": invoice.id}),
            ({"invoice_id": invoice.id}, {"sale_order_id": order.id}),
        ):
            line = self.make_line(**first)
            with self.subTest(first=first), self.assertRaises(ValidationError):
                self.make_line(**second)
            line.with_user(self.manager).action_cancel()
            self.env.flush_all()
        self.assertTrue(self.make_line(invoice_id=invoice.id))

    def test_what_sets_itself_is_not_written_by_the_manager(self):
        line = self.lines.create(self.typed)
        for values in (
            {"state": "collected"},
            {"collected_amount": 24.5},
            {"signed_by": "Nobody"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                line.write(values)

    def test_a_line_at_which_somebody_was_keeps_its_plan(self):
        line = self.lines.create(self.typed)
        self.report(line, "absent")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            line.amount = 10
        with self.assertRaises(UserError), self.env.cr.savepoint():
            line.unlink()
        line.note = "Second floor"
        self.assertEqual(line.note, "Second floor")

    def test_an_untouched_line_is_deleted(self):
        line = self.lines.create(self.typed)
        line.unlink()
        self.assertFalse(line.exists())

    def test_a_cancelled_line_is_final(self):
        line = self.lines.create(self.typed)
        line.action_cancel()
        self.assertEqual((line.state, line.amount_due), ("cancelled", 0))
        with self.assertRefused("wrong_state"):
            self.report(line, "absent")


@tagged("post_install", "-at_install")
class TestTransitions(CollectionCase):
    def test_the_table_is_complete(self):
        states = [state for state, _label in STATE_LABELS]
        self.assertEqual(list(TRANSITIONS), sorted(states, key=list(TRANSITIONS).index))
        self.assertEqual(set(states), {*LIVE_STATES, *FINAL_STATES})

    def test_nobody_acts_on_what_has_ended(self):
        """Only money that goes back, or comes back, moves it once more."""
        self.assertFalse(TRANSITIONS["moved"])
        for state in FINAL_STATES:
            line = self.make_line()
            line.sudo().state = state
            with self.subTest(state=state), self.assertRefused("wrong_state"):
                self.report(line, "cash")

    def test_no_way_but_those_of_the_table(self):
        line = self.make_line().sudo()
        for source, targets in TRANSITIONS.items():
            for target in {*TRANSITIONS} - {source, *targets}:
                line.state = source
                with self.subTest(source=source, target=target):
                    with self.assertRefused("wrong_state"):
                        line._transition(target)

    def test_the_same_state_again_does_nothing(self):
        line = self.make_line().sudo()
        line._transition("planned")
        self.assertFalse(line.state_date)
