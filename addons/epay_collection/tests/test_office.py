from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CollectionCase

MODELS = {
    "epay.collection.schedule": ("list", "kanban", "calendar", "form", "search"),
    "epay.collection.line": (
        *("list", "kanban", "calendar", "pivot", "graph", "form", "search"),
    ),
    "epay.collection.attempt": ("list", "pivot", "graph", "search"),
    "epay.collection.report": ("graph", "pivot", "search"),
    "epay.collection.rule": ("list", "form"),
}


@tagged("post_install", "-at_install")
class TestOffice(CollectionCase):
    """What the store's manager sees and does, without any right to the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.schedule.with_user(cls.manager)

    def route_of_the_day(self):
        """Paid, in cash, in part, in vain, moved."""
        lines = [self.make_line(amount) for amount in (10, 20, 30, 40, 50)]
        self.collect(lines[0])
        self.report(lines[1], "cash")
        self.report(lines[2], "cash", amount=5)
        self.report(lines[3], "absent")
        self.report(lines[4], "later", date=self.today + timedelta(days=1))
        return self.env["epay.collection.line"].union(*lines)

    def test_every_view_opens(self):
        for model, kinds in MODELS.items():
            for kind in kinds:
                with self.subTest(model=model, kind=kind):
                    records = self.env[model].with_user(self.manager)
                    self.assertTrue(records.get_view(view_type=kind)["arch"])

    def test_a_schedule_is_made_with_its_lines(self):
        schedules = self.env["epay.collection.schedule"].with_user(self.manager)
        with Form(schedules) as form:
            form.counter_id = self.route
            with form.line_ids.new() as line:
                line.partner_id = self.debtor
                line.name = "Newspaper"
                line.amount = 24.5
        line = form.record.line_ids
        self.assertEqual((line.amount_due, line.currency_id.name), (24.5, "EUR"))

    def test_a_schedule_is_called_by_its_route_and_day(self):
        """Also one that is made in the form, where the day is there first."""
        schedules = self.env["epay.collection.schedule"].with_user(self.manager)
        form = Form(schedules)
        form.counter_id = self.route
        self.assertEqual(form.name, f"Route nine {self.today}")
        form.date = day = self.today + timedelta(days=3)
        self.assertEqual(form.name, f"Route nine {day}")
        form.counter_id = self.make_counter(code="R8", name="Route eight", kind="route")
        self.assertEqual(form.name, f"Route eight {day}")
        form.name = f"Harbour {day}"
        form.date = self.today
        self.assertEqual(form.name, f"Harbour {day}")

    def test_a_route_is_found_by_what_it_is_shown_as(self):
        counters = self.env["epay.counter"].with_user(self.manager)
        shown = self.route.display_name
        for typed in ("R9", "route nine", shown, shown.lower()):
            with self.subTest(typed=typed):
                found = [
                    counter_id for counter_id, _name in counters.name_search(typed)
                ]
                self.assertEqual(found, self.route.ids)
        self.assertFalse(counters.name_search(f"{shown} elsewhere"))

    def test_the_manager_reads_lines_of_orders_and_invoices(self):
        for values in (
            {"sale_order_id": self.make_order().id},
            {"invoice_id": self.make_invoice().id},
        ):
            line = self.make_line(**values).with_user(self.manager)
            with self.subTest(values=values), Form(line) as form:
                form.note = "Ring twice"
            self.assertEqual(line.note, "Ring twice")

    def test_the_sums_of_a_route(self):
        self.route_of_the_day()
        self.assertEqual(self.plan.line_count, 5)
        self.assertEqual((self.plan.left_count, self.plan.moved_count), (2, 1))
        self.assertEqual(self.plan.planned_amount, 150)
        self.assertEqual(self.plan.collected_amount, 35)
        self.assertEqual(self.plan.cash_amount, 25)
        self.assertEqual(self.plan.open_amount, 65)

    def test_of_very_many_lines_those_that_are_left_come_first(self):
        """The clerk's screen takes so many; what is done fills the rest of it."""
        lines = [self.make_line(10, sequence=number) for number in range(5)]
        for line in lines[:2]:
            self.report(line, "cash")
        lines = self.env["epay.collection.line"].union(*lines)
        plan = self.schedule.with_user(self.clerk)
        self.assertEqual(plan._lines_to_show(), lines)
        self.assertEqual(plan._lines_to_show(4), lines - lines[1])
        self.assertEqual(plan._lines_to_show(2), lines[2:4])

    def test_a_line_costs_the_screen_no_query_of_its_own(self):
        """Of any source: five hundred of them are shown."""

        def add():
            self.make_line(invoice_id=self.make_invoice().id)
            self.make_line(sale_order_id=self.make_order().id)
            orders = self.make_order() | self.make_order()
            orders._create_invoices().action_post()
            self.make_line(sale_order_id=orders[0].id)
            self.report(self.make_line(), "absent")

        add()
        route = self.as_clerk(self.route)
        few = self.count_queries(route.get_schedule)
        for _time in range(5):
            add()
        self.assertLess(self.count_queries(route.get_schedule), few + 5)

    def count_queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        return self.env.cr.sql_log_count - before

    def test_planned_against_collected_by_route(self):
        self.route_of_the_day()
        [(counter, planned, collected)] = (
            self.env["epay.collection.line"]
            .with_user(self.manager)
            ._read_group(
                [("schedule_id", "=", self.plan.id)],
                ["counter_id"],
                ["amount:sum", "collected_amount:sum"],
            )
        )
        self.assertEqual((counter, planned, collected), (self.route, 150, 35))

    def test_planned_against_collected_side_by_side(self):
        """By day, route and clerk; what was moved is planned where it went."""
        self.route_of_the_day()
        self.env.flush_all()
        reports = self.env["epay.collection.report"].with_user(self.manager)
        rows = reports._read_group(
            [("counter_id", "=", self.route.id)],
            ["date:day", "user_id", "kind"],
            ["amount:sum"],
        )
        later = self.today + timedelta(days=1)
        self.assertEqual(
            {(day, user, kind): amount for day, user, kind, amount in rows},
            {
                (self.today, self.clerk, "planned"): 100,
                (self.today, self.clerk, "collected"): 35,
                (later, self.clerk, "planned"): 50,
                (later, self.clerk, "collected"): 0,
            },
        )

    def test_managers_of_other_stores_see_no_sums(self):
        self.route_of_the_day()
        self.env.flush_all()
        stranger = self.make_user("epay_stranger", "epay_counter.group_epay_manager")
        reports = self.env["epay.collection.report"].with_user(stranger)
        self.assertFalse(reports.search_count([("counter_id", "=", self.route.id)]))

    def html(self, report):
        reports = self.env["ir.actions.report"].with_user(self.manager)
        name = f"epay_collection.{report}"
        return reports._render_qweb_html(name, self.plan.ids)[0].decode()

    def test_the_route_sheet_has_a_code_for_each_open_line(self):
        lines = self.route_of_the_day()
        sheet = self.html("report_route_sheet")
        self.assertEqual(sheet.count("<svg"), 2)
        self.assertIn(lines[3]._slip_code(), sheet)
        self.assertNotIn(lines[0]._slip_code(), sheet)
        self.assertIn("Lange Straße 12", sheet)

    def test_the_end_of_the_route(self):
        self.route_of_the_day()
        summary = self.html("report_route_summary")
        for told in ("Paid in cash", "25.00", "35.00", "Nobody there", "Moved"):
            with self.subTest(told=told):
                self.assertIn(told, summary)

    def test_money_is_what_came_in(self):
        """Who was not there paid by no method."""
        self.route_of_the_day()
        counts = {method["name"]: method["count"] for method in self.plan._methods()}
        self.assertEqual(sum(counts.values()), 3)
        self.assertEqual(counts["Paid in cash"], 2)
        action = self.plan.action_open_attempts()
        attempts = self.env["epay.collection.attempt"].with_user(self.manager)
        money = attempts.search([*action["domain"], ("amount", "!=", 0)])
        self.assertEqual(len(money), 3)

    def test_buttons_lead_on(self):
        line = self.make_line()
        self.collect(line)
        actions = (
            self.plan.action_open_lines(),
            self.plan.action_open_attempts(),
            self.plan.action_import(),
            line.with_user(self.manager).action_open_deals(),
        )
        for action in actions:
            self.assertIn(action["type"].split(".")[1], ("actions",))

    def test_moving_to_another_day(self):
        lines = self.route_of_the_day()
        day = self.today + timedelta(days=2)
        moves = self.env["epay.collection.move"].with_user(self.manager)
        moves = moves.with_context(active_model=lines._name, active_ids=lines.ids)
        move = moves.create({"date": day, "reason": "Strike"})
        move.action_move()
        moved = lines.moved_to_id.filtered(lambda line: line.date == day)
        self.assertEqual(sorted(moved.mapped("amount")), [25, 40])
        self.assertEqual(lines[3].attempt_ids[0].reason, "Strike")
        self.assertEqual(lines[0].state, "collected")

    def test_moving_to_another_route(self):
        line = self.make_line()
        other = self.make_counter(code="R8", name="Route eight", kind="route")
        schedule = self.make_schedule("draft", counter_id=other.id)
        moves = self.env["epay.collection.move"].with_user(self.manager)
        moves.create({"line_ids": line.ids, "schedule_id": schedule.id}).action_move()
        self.assertEqual(line.moved_to_id.counter_id, other)

    def test_moving_nowhere(self):
        """Neither without saying where to, nor to where it is."""
        line = self.make_line()
        moves = self.env["epay.collection.move"].with_user(self.manager)
        with self.assertRaises(UserError):
            moves.create({"line_ids": line.ids}).action_move()
        here = {"line_ids": line.ids, "schedule_id": line.schedule_id.id}
        moves.create(here).action_move()
        self.assertEqual((line.state, line.attempt_ids.ids), ("planned", []))

    def test_moving_to_another_store_or_a_closed_schedule(self):
        line = self.make_line()
        store = self.make_store(name="Elsewhere", code="elsewhere")
        elsewhere = self.make_counter(store_id=store.id, code="E1", kind="route")
        for schedule in (
            self.make_schedule("draft", counter_id=elsewhere.id),
            self.make_schedule("closed"),
        ):
            moves = self.env["epay.collection.move"].with_user(self.manager)
            move = moves.create({"line_ids": line.ids, "schedule_id": schedule.id})
            with self.assertRefused("wrong_state"):
                move.action_move()

    def test_a_clerk_moves_nothing(self):
        line = self.make_line()
        moves = self.env["epay.collection.move"].with_user(self.clerk)
        with self.assertRaises(AccessError):
            moves.create({"line_ids": line.ids, "date": self.today})
