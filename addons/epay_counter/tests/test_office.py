from unittest.mock import patch

from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools.misc import file_open
from odoo.tools.safe_eval import safe_eval

from .office_common import OfficeCase


@tagged("post_install", "-at_install")
class TestMenus(OfficeCase):
    """A manager without any other right opens everything in the menu."""

    def actions(self, user):
        """What this add-on's own menus open; others that are there have their tests."""
        menus = self.env["ir.ui.menu"].with_user(user)
        root = self.env.ref("epay_counter.epay_root_menu")
        visible = menus.browse(menus._visible_menu_ids())
        ids = visible.sudo().get_external_id()
        return [
            menu.action.sudo()
            for menu in visible
            if menu.action
            and menu.parent_path.startswith(root.parent_path)
            and ids[menu.id].startswith("epay_counter.")
        ]

    def test_every_view_of_every_menu_loads_and_reads(self):
        self.settled(5)
        for action in self.actions(self.manager):
            if action._name != "ir.actions.act_window" or action.target == "new":
                continue
            model = self.as_manager(self.env[action.res_model])
            with self.subTest(action.name):
                views = [(False, kind) for kind in action.view_mode.split(",")]
                found = model.get_views([*views, (False, "search")])["views"]
                self.assertEqual(len(found), len(views) + 1)
                domain = safe_eval(action.domain or "[]")
                model.web_search_read(domain, {"display_name": {}})
                self.assertTrue(action.help, "an empty list says what to do")

    def test_every_list_has_cards_for_a_phone(self):
        for action in self.actions(self.manager):
            if action._name == "ir.actions.act_window" and action.target != "new":
                with self.subTest(action.name):
                    self.assertIn("kanban", action.view_mode)

    def test_a_clerk_sees_the_counter_and_the_deals_only(self):
        names = {action.name for action in self.actions(self.clerk)}
        self.assertEqual(names, {"Counter Payments", "Take Payments", "Deals"})

    def test_forms_open_with_nothing_but_the_managers_group(self):
        session = self.settled(5)
        operation = session.operation_ids[:1]
        for record in (operation, session.event_ids[:1], session.visit_ids):
            with self.subTest(record._name):
                self.env.invalidate_all()
                Form(self.as_manager(record))

    def test_searching_by_every_filter(self):
        session = self.settled(5)
        view = self.env.ref("epay_counter.epay_session_view_search")
        model = self.as_manager(self.env["epay.session"])
        for node in etree.fromstring(view.arch).iter("filter"):
            domain = node.get("domain")
            if domain:
                with self.subTest(node.get("name")):
                    model.search(safe_eval(domain, {"uid": self.manager.id}))
        self.assertIn(session, model.search([("create_date", ">=", "today")]))


@tagged("post_install", "-at_install")
class TestNothingOfOthers(OfficeCase):
    def test_groups_and_sums_are_of_the_own_store(self):
        self.settled(5)
        self.settled(7, counter=self.counter2)
        for user, amount in ((self.manager, 5), (self.manager2, 7)):
            sessions = self.as_manager(self.env["epay.session"], user)
            groups = sessions.formatted_read_group(
                [], ["store_id"], ["captured_amount:sum", "__count"]
            )
            [group] = groups
            self.assertEqual(group["captured_amount:sum"], amount)
            self.assertEqual(group["__count"], 1)

    def test_another_companys_deals_are_in_no_group(self):
        counter = self.make_japan()
        counter.store_id.manager_ids = self.manager
        self.manager.company_ids = [Command.link(counter.company_id.id)]
        self.settled(5)
        self.settled(1200, counter=counter)
        sessions = self.env["epay.session"].with_user(self.manager)
        for companies, count in (
            (self.company, 1),
            (counter.company_id, 1),
            (self.company | counter.company_id, 2),
        ):
            here = sessions.with_context(allowed_company_ids=companies.ids)
            groups = here.formatted_read_group([], ["company_id"], ["__count"])
            self.assertEqual(sum(group["__count"] for group in groups), count)


@tagged("post_install", "-at_install")
class TestSmartButtons(OfficeCase):
    def setUp(self):
        super().setUp()
        self.session = self.settled(5)
        self.office = self.make_user(
            "epay_test_office",
            "epay_counter.group_epay_manager,sales_team.group_sale_salesman_all_leads,"
            "account.group_account_invoice",
        )
        self.store.manager_ids += self.office

    def records(self, user=None):
        session = self.session
        found = (
            session.sale_order_id,
            session.invoice_id,
            session.live_transaction_id,
        )
        return [self.as_manager(record, user or self.office) for record in found]

    def test_order_invoice_and_transaction_lead_to_the_deal(self):
        for record in self.records():
            with self.subTest(record._name):
                self.assertEqual(record.epay_session_count, 1)
                method = {"payment.transaction": "action_epay_open_session"}
                open_it = method.get(record._name, "action_epay_open_sessions")
                action = getattr(record, open_it)()
                self.assertEqual(action["res_model"], "epay.session")
                self.assertEqual(action["res_id"], self.session.id)

    def test_their_forms_show_the_button(self):
        for record in self.records():
            with self.subTest(record._name):
                arch = record.get_views([(False, "form")])["views"]["form"]["arch"]
                self.assertIn("epay_session_count", arch)

    def test_the_deal_leads_to_order_and_invoice(self):
        session = self.as_manager(self.session, self.office)
        self.assertEqual(session.action_open_order()["res_model"], "sale.order")
        self.assertEqual(
            session.action_open_invoice()["res_id"], self.session.invoice_id.id
        )

    def test_who_does_not_see_the_deal_sees_no_number(self):
        self.office.group_ids -= self.env.ref("epay_counter.group_epay_manager")
        for record in self.records():
            self.assertEqual(record.epay_session_count, 0, record._name)
        self.office.group_ids += self.env.ref("epay_counter.group_epay_manager")
        self.store.manager_ids -= self.office
        for record in self.records():
            self.assertEqual(record.epay_session_count, 0, record._name)

    def test_numbers_of_many_records_take_one_query(self):
        orders = self.session.sale_order_id
        for amount in (1, 2, 3):
            orders |= self.settled(amount).sale_order_id
        orders = self.as_manager(orders, self.office)
        orders[:1].mapped("epay_session_count")  # rights are read once
        orders.invalidate_recordset(["epay_session_count"])
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.assertEqual(orders.mapped("epay_session_count"), [1, 1, 1, 1])

    def test_buttons_to_the_books_are_for_those_who_may_see_them(self):
        arch = self.as_manager(self.session).get_views([(False, "form")])["views"]
        self.assertNotIn("action_open_order", arch["form"]["arch"])
        self.assertNotIn("action_open_invoice", arch["form"]["arch"])


@tagged("post_install", "-at_install")
class TestPurge(OfficeCase):
    def old_visit(self, **values):
        """A phone that waited and left, two days ago."""
        visit = self.join_counter()
        visit.sudo().write(
            {
                "state": "left",
                "expires_at": fields.Datetime.subtract(fields.Datetime.now(), days=2),
                **values,
            }
        )
        return visit

    def test_phones_that_left_are_purged(self):
        old, fresh = self.old_visit(), self.join_counter()
        self.env["epay.visit"]._gc_visits()
        self.assertFalse(old.exists())
        self.assertTrue(fresh.exists())

    def test_it_says_how_many_there_are_still(self):
        for _phone in range(3):
            self.old_visit()
        with patch("odoo.addons.epay_counter.models.epay_visit._PURGE_BATCH", 2):
            self.assertEqual(self.env["epay.visit"]._gc_visits(), (2, True))
            self.assertEqual(self.env["epay.visit"]._gc_visits(), (1, False))

    def test_what_the_history_names_stays_without_its_secrets(self):
        with self.freeze("2026-11-01 10:00"):
            session = self.settled(5)
        visit = session.visit_ids
        self.env["epay.visit"]._gc_visits()
        self.assertTrue(visit.exists())
        self.assertEqual(session.event_ids.visit_id, visit)
        self.assertEqual(visit.sudo().phone_hash, "over")


@tagged("post_install", "-at_install")
class TestUninstall(OfficeCase):
    def uninstall(self):
        module = self.env.ref("base.module_epay_counter")
        module.button_uninstall()
        return module.state

    def test_open_deals_refuse_it_and_say_what_to_do(self):
        session = self.authorized(5)
        with self.assertRefused("deals_open") as refusal:
            self.uninstall()
        self.assertIn(session.name, str(refusal.exception))
        self.assertIn("settle or drop", str(refusal.exception))

    def test_so_does_what_comes_from_below(self):
        """Uninstalling what the add-on depends on would take it along."""
        self.authorized(5)
        with self.assertRefused("deals_open"):
            self.env.ref("base.module_account_payment").button_uninstall()

    def test_settled_deals_do_not(self):
        self.settled(5)
        live = [("state", "not in", ("settled", "cancelled", "expired"))]
        self.assertFalse(self.env["epay.session"].search(live))
        self.assertEqual(self.uninstall(), "to remove")

    def test_other_modules_are_not_our_business(self):
        self.authorized(5)
        module = self.env.ref("base.module_payment_demo")
        module.button_uninstall()
        self.assertEqual(module.state, "to remove")


@tagged("post_install", "-at_install")
class TestNeutralized(OfficeCase):
    def neutralize(self):
        self.env.flush_all()
        with file_open("epay_counter/data/neutralize.sql") as sql:
            self.env.cr.execute(sql.read())
        self.env.invalidate_all()

    def test_a_copy_asks_nobody_and_lets_nobody_in(self):
        copy = self.provider.copy({"name": "Copy", "state": "test"})
        copy.write({"epay_only": True, "is_published": True, "code": "none"})
        session = self.authorized(5)
        self.neutralize()
        self.assertEqual((copy.state, copy.is_published), ("disabled", False))
        self.assertEqual(self.provider.state, "test", "the shop's own is Odoo's")
        self.assertEqual(self.counter.state, "closed")
        self.assertFalse(session.expires_at)
        self.assertEqual(session.visit_ids.state, "left")
        for name in ("ir_cron_recover", "ir_cron_expire"):
            self.assertFalse(self.env.ref(f"epay_counter.{name}").active)

    def test_recovery_is_off_even_if_the_job_is_on(self):
        operations = self.env["epay.operation"]
        parameters = self.env["ir.config_parameter"]
        for neutralized, called in ((False, 1), (True, 0)):
            parameters.set_param("database.is_neutralized", neutralized)
            with patch.object(
                type(operations), "_waiting_ids", return_value=[]
            ) as asked:
                operations._cron_recover()
            self.assertEqual(asked.call_count, called)


@tagged("post_install", "-at_install")
class TestRightsOfActions(OfficeCase):
    def test_the_wizards_are_for_managers(self):
        for model in (
            "epay.first.steps",
            "epay.day.close.make",
            "epay.operation.resolve",
        ):
            for user in (self.clerk, self.public):
                with self.subTest(model=model, user=user.login):
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).check_access("create")
