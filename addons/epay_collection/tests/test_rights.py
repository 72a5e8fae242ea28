from odoo import Command
from odoo.exceptions import AccessError
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
