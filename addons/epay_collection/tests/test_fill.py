from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CollectionCase

RULE = "odoo.addons.epay_collection.models.epay_collection_rule"


class FillCase(CollectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.target = cls.make_schedule("draft", date=cls.today + timedelta(days=1))

    def fill(self, schedule=None, **values):
        """The manager fills to the end; returns the schedule's lines."""
        schedule = schedule or self.target
        fills = self.env["epay.collection.fill"].with_user(self.manager)
        fill = fills.create({"schedule_id": schedule.id, **values})
        fill.action_fill()
        while fill.fill_step()["more"]:
            pass
        self.made = fill.made
        return schedule.line_ids


@tagged("post_install", "-at_install")
class TestFillFromInvoices(FillCase):
    def test_unpaid_invoices_become_lines(self):
        open_one, part = self.make_invoice(80), self.make_invoice(50)
        self.pay_elsewhere(part, 20)
        self.pay_elsewhere(self.make_invoice(10))
        self.make_invoice(11, posted=False)
        lines = self.fill()
        self.assertEqual(lines.invoice_id, open_one | part)
        self.assertEqual(sorted(lines.mapped("amount")), [30, 80])
        self.assertEqual(
            set(lines.mapped("address")), {"Lange Straße 12, 10117 Berlin"}
        )

    def test_twice_makes_no_second_line(self):
        self.make_invoice()
        self.fill()
        self.assertEqual(len(self.fill()), 1)
        self.assertEqual(self.made, 0)
        self.assertFalse(self.fill(self.make_schedule("draft")))

    def test_filters(self):
        tag = self.env["res.partner.category"].create({"name": "Harbour"})
        other = self.env["res.partner"].create(
            {"name": "Other", "city": "Potsdam", "category_id": [Command.set(tag.ids)]}
        )
        due = self.make_invoice(80)
        later = self.make_invoice(
            90, invoice_date_due=self.today + timedelta(days=60), partner_id=other.id
        )
        for values, found in (
            ({"due_until": self.today}, due),
            ({"category_ids": tag.ids}, later),
            ({"partner_ids": self.debtor.ids}, due),
            ({"city": "pots"}, later),
            ({"city": "10117"}, due),
            ({"least": 85}, later),
            ({"least": 90}, later),
            ({"least": 90.01}, self.env["account.move"]),
        ):
            schedule = self.make_schedule("draft")
            lines = self.fill(schedule, **values)
            with self.subTest(values=values):
                self.assertEqual(lines.invoice_id, found)
            lines.unlink()

    def test_invoices_of_other_companies_and_currencies_stay_out(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.make_invoice(5, currency_id=dollar.id)
        self.assertFalse(self.fill())

    def test_what_is_left_of_a_closed_schedule_is_moved(self):
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id)
        self.report(line, "absent")
        self.schedule.with_user(self.manager).action_close()
        lines = self.fill()
        self.assertEqual((line.state, line.moved_to_id), ("moved", lines))
        self.assertEqual((lines.invoice_id, lines.state), (invoice, "planned"))

    def test_an_invoice_whose_order_is_planned_stays_out(self):
        order = self.make_order()
        self.make_line(sale_order_id=order.id)
        order._force_lines_to_invoice_policy_order()
        order._create_invoices().action_post()
        self.assertFalse(self.fill())

    def test_a_closed_schedule_is_not_filled(self):
        self.make_invoice()
        with self.assertRefused("wrong_state"):
            self.fill(self.make_schedule("closed"))

    def test_clerks_and_other_managers_fill_nothing(self):
        stranger = self.make_user("epay_stranger", "epay_counter.group_epay_manager")
        for user in (self.clerk, stranger):
            fills = self.env["epay.collection.fill"].with_user(user).sudo()
            fill = fills.create({"schedule_id": self.target.id}).sudo(False)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                fill.fill_step()

    def test_the_form_says_how_many(self):
        self.make_invoice()
        action = self.target.with_user(self.manager).action_fill()
        fills = self.env[action["res_model"]].with_user(self.manager)
        fills = fills.with_context(**action["context"])
        with Form(fills) as form:
            form.due_until = self.today
        self.assertEqual(form.record.total, 1)


@tagged("post_install", "-at_install")
class TestFillFromOrders(FillCase):
    def test_orders_that_were_marked_by_hand(self):
        order = self.make_order(epay_collect=True)
        self.make_order()
        self.make_order(epay_collect=True, confirmed=False)
        lines = self.fill(source="orders")
        self.assertEqual((lines.sale_order_id, lines.amount), (order, 100))
        self.assertEqual(len(self.fill(source="orders")), 1)

    def test_orders_of_the_day(self):
        soon, late = (self.make_order(epay_collect=True) for _time in range(2))
        late.commitment_date = self.today + timedelta(days=20)
        lines = self.fill(source="orders", due_until=self.today + timedelta(days=1))
        self.assertEqual(lines.sale_order_id, soon)

    def test_from_this_amount_on_by_what_is_still_owed(self):
        order = self.make_order(epay_collect=True)
        self.ask_in_advance(order)
        self.assertFalse(self.fill(source="orders", least=70.01))
        lines = self.fill(source="orders", least=70)
        self.assertEqual((lines.sale_order_id, lines.amount), (order, 70))

    def ask_in_advance(self, order):
        """30.00 of 100.00 were paid."""
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create(
            {"advance_payment_method": "percentage", "amount": 30}
        ).create_invoices()
        order.invoice_ids.action_post()
        self.pay_elsewhere(order.invoice_ids)

    def test_an_order_whose_invoice_is_planned_stays_out(self):
        order = self.make_order(epay_collect=True)
        order._force_lines_to_invoice_policy_order()
        invoice = order._create_invoices()
        invoice.action_post()
        self.make_line(invoice_id=invoice.id)
        self.assertFalse(self.fill(source="orders"))

    def test_an_order_that_is_paid_stays_out(self):
        order = self.make_order(epay_collect=True)
        self.collect(self.make_line(sale_order_id=order.id))
        self.assertFalse(self.fill(source="orders"))


@tagged("post_install", "-at_install")
class TestRecurring(CollectionCase):
    def make_rule(self, **values):
        rules = self.env["epay.collection.rule"].with_user(self.manager)
        return rules.create(
            {
                "counter_id": self.route.id,
                "partner_id": self.debtor.id,
                "name": "Newspaper",
                "amount": 24.5,
                "next_date": "2031-01-31",
                **values,
            }
        )

    def plan(self, rule, day):
        with self.freeze(day):
            self.env["epay.collection.rule"]._cron_plan()
        return rule.line_ids.sorted("date")

    def test_a_line_for_every_month(self):
        rule = self.make_rule()
        lines = self.plan(rule, "2031-04-28 12:00:00")
        self.assertEqual(
            [date.isoformat() for date in lines.mapped("date")],
            ["2031-01-31", "2031-02-28", "2031-03-31", "2031-04-30"],
        )
        self.assertEqual(set(lines.mapped("amount")), {24.5})
        self.assertEqual(rule.next_date.isoformat(), "2031-05-31")

    def test_twice_makes_no_second_line(self):
        rule = self.make_rule()
        self.plan(rule, "2031-01-31 12:00:00")
        rule.next_date = "2031-01-31"
        self.assertEqual(len(self.plan(rule, "2031-01-31 12:00:00")), 1)

    def test_plan_now_says_what_came_of_it(self):
        rule = self.make_rule()
        with self.freeze("2031-01-31 12:00:00"):
            first, second = rule.action_plan(), rule.action_plan()
        self.assertEqual(len(rule.line_ids), 1)
        self.assertRegex(first["params"]["message"], "planned until .*: 1")
        self.assertIn("Nothing new", second["params"]["message"])

    def test_not_before_its_time_and_not_after_the_end(self):
        rule = self.make_rule(until="2031-02-28")
        self.assertFalse(self.plan(rule, "2031-01-20 12:00:00"))
        self.assertEqual(len(self.plan(rule, "2031-06-20 12:00:00")), 2)
        self.assertFalse(rule.active)

    def test_a_quarter(self):
        rule = self.make_rule(every=3)
        lines = self.plan(rule, "2031-07-31 12:00:00")
        self.assertEqual([date.month for date in lines.mapped("date")], [1, 4, 7])

    def test_it_goes_on_the_schedule_that_is_there(self):
        schedule = self.make_schedule("draft", date="2031-01-31")
        lines = self.plan(self.make_rule(), "2031-01-31 12:00:00")
        self.assertEqual(lines.schedule_id, schedule)

    def test_one_that_can_not_be_planned_holds_up_no_other(self):
        wrong = self.make_rule()
        wrong.next_date = "2031-01-30"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE epay_collection_rule SET amount = 24.505 WHERE id = %s", wrong.ids
        )
        self.env.invalidate_all()
        rule = self.make_rule()
        self.assertEqual(len(self.plan(rule, "2031-01-31 12:00:00")), 1)
        self.assertFalse(wrong.line_ids)
        self.assertIn("2 decimals", wrong.problem)
        self.assertFalse(rule.problem)
        return wrong

    def test_the_managers_are_told_once_until_it_is_mended(self):
        wrong = self.test_one_that_can_not_be_planned_holds_up_no_other()
        self.plan(wrong, "2031-02-01 12:00:00")
        told = self.told(wrong)
        self.assertEqual(told.notified_partner_ids, self.manager.partner_id)
        self.assertIn("2 decimals", told.body)
        wrong.amount = 24.5
        self.plan(wrong, "2031-02-02 12:00:00")
        self.assertFalse(wrong.problem)
        self.assertTrue(wrong.line_ids)
        self.assertEqual(self.told(wrong), told)

    def told(self, rule):
        domain = [("model", "=", rule._name), ("res_id", "=", rule.id)]
        return self.env["mail.message"].search(domain)

    def test_an_error_nobody_expected_is_not_only_in_the_log(self):
        rule = self.make_rule()
        broken = patch.object(type(rule), "_plan_period", side_effect=KeyError("x"))
        with broken, mute_logger(RULE):
            self.plan(rule, "2031-01-31 12:00:00")
        self.assertIn("unexpected error", rule.problem)

    def test_a_clerk_makes_no_rules(self):
        with self.assertRaises(AccessError):
            self.make_rule().with_user(self.clerk).read(["name"])
