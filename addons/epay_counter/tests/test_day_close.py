from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .office_common import OfficeCase

NOON = "2026-11-20 11:00:00"
DAY = date(2026, 11, 20)


class DayCloseCase(OfficeCase):
    def settled_at(self, moment, amount=10, **arguments):
        with self.freeze(moment):
            return self.settled(amount, **arguments)

    def open_at(self, moment, amount=7):
        """A deal that is authorized, and registered at that moment."""
        with self.freeze(moment):
            session = self.authorized(amount)
        # Not the clock's: the database's own time.
        self.env.cr.execute(
            "UPDATE epay_session SET create_date = %s WHERE id = %s",
            (moment, session.id),
        )
        session.invalidate_recordset(["create_date"])
        return session

    def close(self, day=DAY, counter=None, user=None, moment="2026-11-21 10:00", **kw):
        """The manager closes a day; the next morning unless `moment` says otherwise."""
        counter = counter or self.counter
        closes = self.as_manager(self.env["epay.day.close"], user)
        with self.freeze(moment):
            return closes.browse(closes.close_day(counter.id, day, **kw))

    def sums(self, close):
        return [
            (
                line.settled_count,
                line.settled_amount,
                line.returned_count,
                line.returned_amount,
                line.net_amount,
            )
            for line in close.line_ids
        ]


@tagged("post_install", "-at_install")
class TestSums(DayCloseCase):
    def test_what_was_settled_that_day(self):
        self.settled_at(NOON, 10)
        self.settled_at(NOON, 20.5)
        close = self.close()
        self.assertEqual(self.sums(close), [(2, 30.5, 0, 0, 30.5)])
        self.assertEqual(close.line_ids.payment_method_id, self.method)
        self.assertEqual(close.line_ids.provider_id, self.provider)
        self.assertEqual(close.deal_count, 2)
        self.assertEqual((close.date, close.user_id), (DAY, self.manager))

    def test_the_day_is_the_stores(self):
        """Berlin is an hour ahead of UTC in winter."""
        self.settled_at("2026-11-19 22:59:59", 1)
        first = self.settled_at("2026-11-19 23:00:00", 2)
        last = self.settled_at("2026-11-20 22:59:59", 4)
        self.settled_at("2026-11-20 23:00:00", 8)
        self.assertEqual(self.close().session_ids, first | last)

    def test_the_day_of_the_change_to_winter_time_has_25_hours(self):
        start, end = self.env["epay.day.close"]._period(self.store, date(2026, 10, 25))
        self.assertEqual(end - start, timedelta(hours=25))

    def test_each_method_and_currency_has_a_line(self):
        other = self.method.copy({"name": "Other", "code": "other_demo"})
        self.settled_at(NOON, 10)
        second = self.settled_at(NOON, 5)
        second.payment_method_id = other
        close = self.close()
        self.assertEqual(
            [(line.payment_method_id, line.net_amount) for line in close.line_ids],
            [(self.method, 10), (other, 5)],
        )

    def test_what_was_given_back_that_day(self):
        session = self.settled_at("2026-11-18 11:00", 100)
        with self.freeze(NOON):
            self.refund_elsewhere(session, 30)
        close = self.close()
        self.assertEqual(self.sums(close), [(0, 0, 1, 30, -30)])
        self.assertEqual(close.refund_count, 1)

    def test_a_refund_is_counted_once(self):
        session = self.settled_at(NOON, 100)
        with self.freeze(NOON):
            self.refund_elsewhere(session, 30)
        self.close(moment="2026-11-20 12:00")
        with self.freeze("2026-11-20 13:00"):
            self.refund_elsewhere(session, 20)
        self.assertEqual(self.sums(self.close()), [(0, 0, 1, 20, -20)])

    def test_a_refund_of_the_captures_payment_counts(self):
        session = self.settled_at(NOON, 100)
        child = session.live_transaction_id.child_transaction_ids
        with self.freeze(NOON):
            self.refund_elsewhere(session, 30, source=child)
        self.assertEqual(self.sums(self.close()), [(1, 100, 1, 30, 70)])

    def test_what_was_dropped_does_not_count(self):
        self.provider.capture_manually = False
        self.settled_at(NOON, 1)
        with self.freeze(NOON):
            self.as_clerk(self.authorized(50)).cancel()
        self.assertEqual(self.sums(self.close()), [(1, 1, 0, 0, 1)])

    def test_other_counters_are_not_counted(self):
        self.settled_at(NOON, 10)
        self.settled_at(NOON, 99, counter=self.counter2)
        self.assertEqual(self.sums(self.close()), [(1, 10, 0, 0, 10)])


@tagged("post_install", "-at_install")
class TestClosing(DayCloseCase):
    def test_a_second_close_has_what_came_after_the_first(self):
        first_deal = self.settled_at("2026-11-20 09:00", 10)
        first = self.close(moment="2026-11-20 12:00")
        second_deal = self.settled_at("2026-11-20 15:00", 20)
        second = self.close()
        self.assertEqual(first.session_ids, first_deal)
        self.assertEqual(second.session_ids, second_deal)
        self.assertEqual(self.sums(first), [(1, 10, 0, 0, 10)])

    def test_nothing_is_closed_twice(self):
        self.settled_at(NOON)
        self.close()
        with self.assertRefused("nothing_to_close"):
            self.close()

    def test_an_empty_day_is_not_closed(self):
        with self.assertRefused("nothing_to_close"):
            self.close()

    def test_numbers_have_no_gaps_and_are_the_counters_own(self):
        self.settled_at(NOON)
        self.settled_at(NOON, counter=self.counter2)
        first = self.close()
        with self.assertRefused("nothing_to_close"):
            self.close()
        other = self.close(counter=self.counter2, user=self.manager2)
        self.settled_at("2026-11-21 11:00")
        second = self.close(DAY + timedelta(days=1), moment="2026-11-22 10:00")
        self.assertEqual([first.number, second.number, other.number], [1, 2, 1])
        self.assertEqual(second.name, "TESTSTREET-T1-Z0002")

    def test_nobody_sets_the_numbers_back(self):
        with self.assertRaises(AccessError):
            self.as_manager(self.counter).day_close_number = 0

    def test_open_deals_refuse_the_close(self):
        self.settled_at(NOON)
        session = self.open_at(NOON)
        with self.assertRefused("deals_open") as refusal:
            self.close()
        self.assertIn(session.name, str(refusal.exception))
        here = [("counter_id", "=", self.counter.id)]
        self.assertFalse(self.env["epay.day.close"].search(here))

    def test_a_close_despite_open_deals_is_marked(self):
        self.settled_at(NOON)
        session = self.open_at(NOON)
        close = self.close(despite_open=True)
        self.assertEqual(close.open_count, 1)
        self.assertIn(session.name, close.open_names)
        with self.freeze("2026-11-21 11:00"):
            self.settle(session)
        later = self.close(DAY + timedelta(days=1), moment="2026-11-22 10:00")
        self.assertEqual(later.session_ids, session)

    def test_a_deal_of_the_next_day_does_not_hinder(self):
        self.settled_at(NOON)
        self.open_at("2026-11-21 08:00")
        self.assertFalse(self.close().open_count)

    def test_a_close_never_changes(self):
        self.settled_at(NOON)
        close = self.close().sudo()
        for record in (close, close.line_ids):
            with self.assertRaises(AccessError):
                record.write({"company_id": self.company.id})
            with self.assertRaises(AccessError):
                record.unlink()

    def test_a_refund_later_does_not_change_it(self):
        session = self.settled_at(NOON, 100)
        close = self.close()
        before = self.sums(close)
        with self.freeze("2026-11-21 11:00"):
            self.refund_elsewhere(session, 30)
        self.assertEqual(self.sums(close), before)

    def test_only_the_stores_manager_closes(self):
        self.settled_at(NOON)
        with self.assertRefused("manager_only"):
            self.close(user=self.clerk)
        with self.assertRefused("not_your_counter"):
            self.close(user=self.manager2)

    def test_what_is_no_day_or_not_there_yet_is_refused(self):
        for value in ("garbage", "2026-11-20x", "", None, False, 5, {}, []):
            with self.subTest(value), self.assertRefused("bad_date"):
                self.close(value)
        for value in ("0001-01-01", "2026-11-22", "9999-12-31"):
            with self.subTest(value), self.assertRefused("bad_date"):
                self.close(value)

    def test_the_future_begins_at_the_stores_midnight(self):
        """Tokyo is nine hours ahead."""
        self.store.tz = "Asia/Tokyo"
        with self.assertRefused("bad_date"):
            self.close("2026-11-21", moment="2026-11-20 14:59:59")
        with self.assertRefused("nothing_to_close"):
            self.close("2026-11-21", moment="2026-11-20 15:00")
        with self.assertRefused("bad_date"):
            self.close("0001-01-01")

    def test_what_is_no_counter_is_refused(self):
        closes = self.as_manager(self.env["epay.day.close"])
        for value in ("x", str(self.counter.id), None, True, 1.5, {}, [], 0, -1, 2**31):
            with self.subTest(value), self.assertRefused("not_your_counter"):
                closes.close_day(value, DAY)

    def test_a_close_takes_few_queries_however_many_deals(self):
        for _deal in range(3):
            self.settled_at(NOON)
        self.env.flush_all()
        self.close()
        for _deal in range(6):
            self.settled_at("2026-11-21 11:00")
        self.env.flush_all()
        with self.assertQueryCount(60):
            self.close(DAY + timedelta(days=1), moment="2026-11-22 10:00")


@tagged("post_install", "-at_install")
class TestWizard(DayCloseCase):
    def open(self, user=None, moment="2026-11-20 17:00"):
        with self.freeze(moment):
            return Form(self.as_manager(self.env["epay.day.close.make"], user))

    def test_it_shows_what_is_counted_and_closes_all_counters(self):
        other = self.make_counter(code="T2", name="Deli")
        self.settled_at(NOON, 10)
        self.settled_at(NOON, 20, counter=other)
        form = self.open()
        self.assertEqual((form.store_id, form.date), (self.store, DAY))
        self.assertIn("\u206810.00\xa0€\u2069 (deals: 1, refunds: 0)", form.summary)
        self.assertIn("T2:", form.summary)
        with self.freeze("2026-11-20 17:00"):
            action = form.save().action_close()
        closes = self.env["epay.day.close"].search(action["domain"])
        self.assertEqual(closes.counter_id, self.counter | other)

    def test_open_deals_are_shown_and_refuse(self):
        self.settled_at(NOON, 10)
        session = self.open_at(NOON)
        form = self.open()
        self.assertEqual(form.open_session_ids[:], session)
        wizard = form.save()
        with self.freeze("2026-11-20 17:00"), self.assertRefused("deals_open"):
            wizard.action_close()
        wizard.despite_open = True
        with self.freeze("2026-11-20 17:00"):
            action = wizard.action_close()
        self.assertEqual(
            self.env["epay.day.close"].browse(action["res_id"]).open_count, 1
        )

    def test_earlier_days_that_were_forgotten_are_named(self):
        self.settled_at("2026-11-17 11:00")
        self.close(date(2026, 11, 17), moment="2026-11-18 10:00")
        self.settled_at("2026-11-18 11:00")
        self.settled_at(NOON)
        self.assertEqual(self.open().earlier, "2026-11-18")

    def test_nothing_to_count_is_said(self):
        form = self.open()
        self.assertIn("Nothing", form.summary)
        with self.freeze("2026-11-20 17:00"), self.assertRefused("nothing_to_close"):
            form.save().action_close()

    def test_a_day_that_is_not_there_yet_is_said(self):
        with self.freeze("2026-11-20 17:00"):
            form = Form(self.as_manager(self.env["epay.day.close.make"]))
            for day in ("2026-11-21", "9999-12-31", "0001-01-01"):
                form.date = day
                self.assertIn("2026-11-20", form.summary)
                self.assertFalse(form.earlier)

    def test_who_has_no_store_is_led_to_the_first_steps(self):
        nobody = self.make_user("epay_test_nobody", "epay_counter.group_epay_manager")
        view = "epay_counter.epay_day_close_make_view_form"
        for user, stores in ((nobody, False), (self.manager, True)):
            form = Form(self.as_manager(self.env["epay.day.close.make"], user), view)
            self.assertEqual(form.has_store, stores)

    def test_counting_takes_as_many_queries_for_many_counters(self):
        wizard = self.new_wizard(
            "epay.day.close.make", store_id=self.store.id, date=DAY
        )
        few = self.queries_of(wizard)
        for number in range(2, 6):
            counter = self.make_counter(code=f"T{number}", name="Deli")
            self.settled_at(NOON, counter=counter)
        self.assertLessEqual(self.queries_of(wizard), few)
        self.assertEqual(len(wizard.summary.splitlines()), 5)

    def queries_of(self, wizard):
        """How many it takes to say what is to be counted."""
        self.settled_at(NOON)
        self.env.flush_all()
        # What is read once is not read again.
        self.assertTrue(wizard.summary)
        self.env.invalidate_all(flush=False)
        before = self.env.cr.sql_log_count
        self.assertTrue(wizard.summary)
        return self.env.cr.sql_log_count - before

    def test_another_stores_counter_can_not_be_chosen(self):
        values = {
            "store_id": self.store2.id,
            "date": DAY,
            "counter_ids": [Command.set(self.counter.ids)],
        }
        with self.assertRaises(AccessError):
            self.new_wizard("epay.day.close.make", self.manager2, **values)

    def test_a_manager_is_offered_the_own_stores_only(self):
        self.assertEqual(self.open(self.manager2).store_id, self.store2)


@tagged("post_install", "-at_install")
class TestSeenBy(DayCloseCase):
    def test_each_manager_sees_the_own_stores_closes(self):
        self.settled_at(NOON)
        self.settled_at(NOON, counter=self.counter2)
        own = self.close()
        other = self.close(counter=self.counter2, user=self.manager2)
        for user, seen in ((self.manager, own), (self.manager2, other)):
            for model in ("epay.day.close", "epay.day.close.line"):
                found = self.env[model].with_user(user).search([])
                expected = seen if model == "epay.day.close" else seen.line_ids
                self.assertEqual(found, expected)
        with self.assertRaises(AccessError):
            self.env["epay.day.close"].with_user(self.clerk).search([])

    def test_companies_are_apart(self):
        counter = self.make_japan()
        counter.store_id.manager_ids = self.manager
        self.manager.company_ids = [Command.link(counter.company_id.id)]
        self.settled_at(NOON)
        self.settled_at(NOON, 1200, counter=counter)
        here = self.close()
        closes = self.env["epay.day.close"].with_user(self.manager)
        there = closes.with_context(allowed_company_ids=counter.company_id.ids)
        with self.freeze("2026-11-21 10:00"):
            close = there.browse(there.close_day(counter.id, DAY))
        self.assertEqual(there.search([]), close)
        self.assertEqual(close.total_text, "¥\xa01,200")
        mine = closes.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(mine.search([]), here)

    def test_it_prints(self):
        session = self.settled_at(NOON, 12.34)
        with self.freeze(NOON):
            self.refund_elsewhere(session, 2)
        close = self.close()
        html, kind = (
            self.env["ir.actions.report"]
            .with_user(self.manager)
            .with_context(allowed_company_ids=self.company.ids)
            ._render_qweb_html("epay_counter.report_day_close", close.ids)
        )
        text = html.decode()
        self.assertEqual(kind, "html")
        for shown in (close.name, session.name, "12.34", "10.34", self.method.name):
            self.assertIn(shown, text)
