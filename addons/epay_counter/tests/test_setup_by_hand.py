"""Store and counter made by hand in the office, as on the first day."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, HttpCase, tagged

from .common import EpayBuilders, EpayCase

_ADMIN = (
    "base.group_system,epay_counter.group_epay_manager,account.group_account_manager,"
    "sales_team.group_sale_manager,product.group_product_manager"
)


@tagged("post_install", "-at_install")
class TestSetupByHand(EpayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fresh = cls.make_company("Fresh Goods", "EUR", "base.de")
        cls.admin = cls.make_user("epay_test_admin", _ADMIN, cls.fresh)

    def as_admin(self, model):
        model = self.env[model].with_user(self.admin)
        return model.with_context(allowed_company_ids=self.fresh.ids)

    def new_store(self, **values):
        """A store made with its form, with name and code alone."""
        form = Form(self.as_admin("epay.store"))
        form.name = "Fresh Street"
        form.code = "freshstreet"
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_a_store_needs_nothing_but_name_and_code(self):
        store = self.new_store()
        self.assertEqual(store.product_id.type, "service")
        self.assertEqual(store.product_id.company_id, self.fresh)
        self.assertEqual(store.product_id.taxes_id, self.fresh.account_sale_tax_id)

    def test_a_tax_that_is_not_included_gets_a_twin(self):
        usual = self.make_tax(
            self.fresh, amount=19, price_include_override="tax_excluded"
        )
        self.fresh.account_sale_tax_id = usual
        tax = self.new_store().product_id.taxes_id
        self.assertEqual((tax.amount, tax.price_include), (19, True))
        self.assertFalse(usual.price_include)

    def test_a_product_that_does_not_fit_says_the_way_out(self):
        tax = self.make_tax(
            self.fresh, amount=19, price_include_override="tax_excluded"
        )
        product = self.make_product(self.fresh, taxes_id=[Command.set(tax.ids)])
        with self.assertRaisesRegex(ValidationError, "leave the product empty"):
            self.new_store(product_id=product)

    def test_a_product_that_is_taken_away_is_replaced(self):
        store = self.new_store()
        first = store.product_id
        with Form(store) as form:
            form.product_id = self.env["product.product"]
        self.assertTrue(store.product_id)
        self.assertNotEqual(store.product_id, first)

    def test_a_new_counter_finds_its_store(self):
        store = self.new_store()
        model = self.as_admin("epay.counter")
        form = Form(model)
        domain = model.fields_get(["store_id"])["store_id"]["domain"]
        self.assertEqual(domain, [], "nothing hides stores from a new counter")
        form.store_id = store
        form.code = "F1"
        form.name = "Till"
        counter = form.save()
        self.assertEqual(counter.company_id, self.fresh)

    def test_counters_are_made_in_the_stores_form(self):
        store = self.new_store()
        with Form(store) as form, form.counter_ids.new() as line:
            line.code = "F1"
            line.name = "Till"
        self.assertEqual(store.counter_ids.mapped("code"), ["F1"])

    def test_a_new_counter_has_no_false_in_its_title(self):
        self.assertEqual(self.env["epay.counter"].new({}).display_name, "")
        self.assertEqual(self.counter.display_name, "Test Street T1")

    def test_a_code_with_a_space_is_refused_with_what_is_allowed(self):
        with self.assertRaisesRegex(ValidationError, "no spaces"):
            self.new_store(code="fresh street")
        with self.assertRaisesRegex(ValidationError, "no spaces"):
            self.make_counter(code="T 2")


@tagged("post_install", "-at_install")
class TestWhereToBegin(EpayCase):
    """The app's menu and what empty lists say, for manager and clerk."""

    def start(self, user):
        session = self.env["epay.session"].with_user(user)
        action = self.env.ref("epay_counter.epay_root_menu").action
        action = action.with_user(user).sudo().with_context(active_model=session._name)
        return action.run()

    def help(self, model, user):
        action = self.env[model].with_user(user)
        return action.get_empty_list_help("usual")

    def test_a_managers_app_opens_with_the_deals(self):
        self.assertEqual(self.start(self.manager)["res_model"], "epay.session")

    def test_a_clerks_app_opens_at_the_counter(self):
        self.assertEqual(self.start(self.clerk)["tag"], "epay_counter.clerk_app")

    def test_a_manager_without_a_store_is_led_to_the_first_steps(self):
        manager = self.make_user("epay_new_manager", "epay_counter.group_epay_manager")
        for model in ("epay.session", "epay.store", "epay.counter"):
            with self.subTest(model):
                said = self.help(model, manager)
                self.assertIn("Make your first store", said)
                self.assertIn("epay_counter.epay_first_steps_action", said)

    def test_everybody_else_reads_what_the_list_always_says(self):
        clerk = self.make_user("epay_new_clerk", "epay_counter.group_epay_clerk")
        for model in ("epay.session", "epay.store", "epay.counter"):
            for user in (self.manager, clerk):
                with self.subTest(model):
                    self.assertEqual(self.help(model, user), "usual")

    def test_every_page_of_the_office_has_an_address(self):
        root = self.env.ref("epay_counter.epay_root_menu")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        for action in filter(None, [menu.action for menu in menus]):
            # A dialog has none: it opens on top of a page.
            if action._name == "ir.actions.act_window" and action.target != "new":
                with self.subTest(action.name):
                    self.assertTrue(action.path)


class SetupTour(EpayBuilders):
    """An administrator clicks through the office."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.make_user("epay_test_admin", _ADMIN)


@tagged("post_install", "-at_install")
class TestSetupTourDesk(SetupTour, HttpCase):
    def test_first_store_and_counter_by_clicking(self):
        self.start_tour("/odoo", "epay_first_store_and_counter", login=self.admin.login)
        store = self.env["epay.store"].search([("code", "=", "corner")])
        self.assertEqual(store.counter_ids.mapped("name"), ["Till", "Bakery"])
        self.assertEqual(store.company_id, self.company)
        self.assertEqual(store.manager_ids, self.admin)

    def test_a_manager_without_a_counter_is_led_to_the_first_steps(self):
        newcomer = self.make_user("epay_newcomer", "epay_counter.group_epay_manager")
        self.start_tour(
            "/odoo/epay", "epay_first_steps_from_clerk_app", login=newcomer.login
        )
        self.assertTrue(
            self.env["epay.first.steps"].search([("create_uid", "=", newcomer.id)])
        )


@tagged("post_install", "-at_install")
class TestSetupTourPhone(SetupTour, HttpCase):
    browser_size = "360x740"
    touch_enabled = True

    def test_the_office_is_reached_from_the_clerk_app(self):
        self.start_tour(
            "/odoo/epay", "epay_office_from_clerk_app", login=self.admin.login
        )
        self.assertTrue(self.admin.has_group("epay_counter.group_epay_manager"))
