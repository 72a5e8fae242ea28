from odoo import Command
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import tagged

from .common import CollectionCase

MATRIX = {
    "epay.collection.schedule": {"clerk": "r", "manager": "rwcu"},
    "epay.collection.line": {"clerk": "r", "manager": "rwcu"},
    "epay.collection.attempt": {"clerk": "r", "manager": "r"},
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestRights(CollectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line = cls.make_line()
        cls.other_clerk = cls.make_user(
            "epay_other_clerk", "epay_counter.group_epay_clerk"
        )
        cls.other_manager = cls.make_user(
            "epay_other_manager", "epay_counter.group_epay_manager"
        )
        cls.make_store(
            name="Other Street",
            code="otherstreet",
            manager_ids=[Command.set(cls.other_manager.ids)],
        )

    def test_the_matrix_of_access_rights(self):
        users = {"clerk": self.clerk, "manager": self.manager}
        for model, groups in MATRIX.items():
            for group, letters in groups.items():
                for letter, operation in OPERATIONS.items():
                    records = self.env[model].with_user(users[group])
                    with self.subTest(model=model, group=group, operation=operation):
                        self.assertEqual(
                            records.has_access(operation), letter in letters
                        )

    def test_who_sees_the_line(self):
        self.report(self.line, "absent")
        records = (self.line, self.schedule, self.line.attempt_ids)
        for user, sees in (
            (self.clerk, True),
            (self.manager, True),
            (self.other_clerk, False),
            (self.other_manager, False),
        ):
            for record in records:
                found = record.with_user(user).search([("id", "=", record.id)])
                with self.subTest(user=user.login, model=record._name):
                    self.assertEqual(bool(found), sees)

    def test_others_neither_report_nor_sign(self):
        internal = self.make_user("epay_internal", "base.group_user")
        for user in (self.other_clerk, self.other_manager):
            line = self.line.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRefused("not_your_line"):
                    line.report("absent")
                with self.assertRefused("not_your_line"):
                    line.sign("x")
        with self.assertRaises(AccessError):
            self.line.with_user(internal).report("absent")

    def test_what_is_no_number_is_no_line(self):
        lines = self.env["epay.collection.line"].with_user(self.clerk)
        for line_id in (True, False, 0, -1, "5", [5]):
            with self.subTest(line_id=line_id), self.assertRaises(MissingError):
                lines.browse([line_id]).report("absent")

    def test_what_is_the_schedules_nobody_writes_on_a_line(self):
        line = self.line.with_user(self.manager)
        for values in (
            {"date": "2031-05-06"},
            {"user_id": self.manager.id},
            {"counter_id": self.counter.id},
            {"store_id": self.store.id},
            {"company_id": self.company.id},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                line.write(values)

    def test_nobody_plans_on_a_strangers_schedule(self):
        lines = self.env["epay.collection.line"].with_user(self.other_manager)
        store = self.env["epay.store"].with_user(self.other_manager).search([])
        own = self.make_counter(store_id=store.id, code="O1")
        typed = {
            "schedule_id": self.schedule.id,
            "partner_id": self.debtor.id,
            "name": "Mine",
            "amount": 5,
        }
        for values, context in (
            ({"counter_id": own.id}, {}),
            ({}, {"default_counter_id": own.id}),
        ):
            with self.subTest(context=context), self.assertRaises(AccessError):
                lines.with_context(**context).create({**typed, **values})

    def test_a_customer_of_the_portal_does_nothing_here(self):
        line = self.line.with_user(self.make_customer().user_ids)
        for act in (
            lambda: line.report("absent"),
            lambda: line.sign("x"),
            lambda: line.read(["name"]),
            line.action_tell,
            line.action_new_link,
        ):
            with self.assertRaises(AccessError):
                act()

    def test_a_clerk_plans_nothing(self):
        schedule = self.schedule.with_user(self.clerk)
        line = self.line.with_user(self.clerk)
        for act in (
            schedule.action_close,
            schedule.action_draft,
            line.action_cancel,
            lambda: line.write({"note": "Mine"}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                act()

    def test_a_manager_plans_own_routes_only(self):
        schedules = self.env["epay.collection.schedule"].with_user(self.other_manager)
        with self.assertRaises(AccessError):
            schedules.create({"counter_id": self.route.id})

    def make_rule(self):
        rules = self.env["epay.collection.rule"].with_user(self.manager)
        return rules.create(
            {
                "counter_id": self.route.id,
                "partner_id": self.debtor.id,
                "name": "Newspaper",
                "amount": 24.5,
            }
        )

    def test_a_manager_sends_no_recurring_collection_to_others(self):
        """The job would plan it there, and asks nobody."""
        stores = self.env["epay.store"].with_user(self.other_manager)
        theirs = self.make_counter(store_id=stores.search([]).id, code="O1")
        rule = self.make_rule()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            rule.counter_id = theirs.id
        self.assertEqual(rule.counter_id, self.route)

    def test_a_recurring_collection_keeps_to_its_customers_company(self):
        counter = self.make_japan()
        self.manager.company_ids = [Command.link(counter.company_id.id)]
        counter.store_id.manager_ids = [Command.link(self.manager.id)]
        companies = [self.company.id, counter.company_id.id]
        rule = self.make_rule().with_context(allowed_company_ids=companies)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            rule.counter_id = counter.id
        rule.partner_id = self.env["res.partner"].create({"name": "Of both"})
        rule.counter_id = counter.id
        self.assertEqual(rule.company_id, counter.company_id)

    def test_what_happened_is_never_changed(self):
        self.report(self.line, "absent")
        attempt = self.line.attempt_ids.with_user(self.manager)
        with self.assertRaises(AccessError):
            attempt.outcome = "paid"
        with self.assertRaises(AccessError):
            attempt.sudo().unlink()

    def test_another_company_sees_nothing(self):
        counter = self.make_japan()
        lines = self.env["epay.collection.line"].with_user(self.clerk_japan)
        lines = lines.with_context(allowed_company_ids=counter.company_id.ids)
        self.assertFalse(lines.search([]))


@tagged("post_install", "-at_install")
class TestUninstall(CollectionCase):
    def test_the_add_on_stays_while_a_collection_is_at_a_counter(self):
        module = self.env.ref("base.module_epay_collection")
        deal = self.open(self.make_line())
        with self.assertRefused("deals_open") as refusal:
            module.button_uninstall()
        self.assertIn(deal.name, str(refusal.exception))
        self.assertEqual(module.state, "installed")
