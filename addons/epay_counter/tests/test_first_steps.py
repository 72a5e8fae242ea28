from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import EpayCase


class FirstStepsCase(EpayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fresh = cls.make_company("Test Fresh Goods", "EUR", "base.de")
        cls.admin = cls.make_user(
            "epay_test_admin",
            "base.group_system,epay_counter.group_epay_manager,"
            "account.group_account_manager,sales_team.group_sale_manager,"
            "product.group_product_manager",
            cls.fresh,
        )
        cls.newcomer = cls.make_user(
            "epay_test_newcomer", "epay_counter.group_epay_manager", cls.fresh
        )

    def steps(self, user=None):
        """The wizard as the menu opens it."""
        model = self.env["epay.first.steps"].with_user(user or self.admin)
        model = model.with_context(allowed_company_ids=self.fresh.ids)
        return model.browse(model.action_start()["res_id"])

    def with_store(self, user=None, **values):
        """The wizard after its first step."""
        wizard = self.steps(user)
        form = Form(wizard)
        form.name = "Fresh Street"
        for name, value in values.items():
            form[name] = value
        wizard = form.save()
        wizard.action_next()
        return wizard

    def with_counter(self):
        """The wizard with a store, a provider and a counter."""
        wizard = self.with_store()
        self.make_provider(self.fresh)
        wizard.action_next()
        wizard.action_next()
        return wizard


@tagged("post_install", "-at_install")
class TestFirstSteps(FirstStepsCase):
    def test_from_nothing_to_a_settled_deal(self):
        origin = self.make_provider(self.fresh, capture_manually=False)
        wizard = self.steps()
        self.assertEqual(wizard.step, "store")
        wizard = self.with_store()
        self.assertEqual(
            (wizard.step, wizard.store_id.code), ("provider", "freshstreet")
        )
        self.assertEqual(wizard.store_id.company_id, self.fresh)
        wizard.provider_id = origin
        wizard.action_copy_provider()
        copy = wizard._providers_of(wizard.store_id).filtered("epay_only")
        self.assertIn(copy.name, wizard.provider_text)
        self.assertTrue(copy.capture_manually)
        wizard.action_next()
        wizard.counter_code = "F1"
        wizard.action_next()
        self.assertEqual(wizard.step, "test")
        self.assertEqual(wizard.counter_id.user_ids, self.admin)
        self.assertIn("/epay/freshstreet/F1", wizard.address)
        action = wizard.action_test()
        self.assertEqual(action["tag"], "epay_counter.clerk_app")
        wizard.invalidate_recordset()
        session = wizard.session_id
        self.assertEqual((session.state, session.amount), ("open", 1))
        wizard.action_refresh()
        self.assertEqual(wizard.step, "test")
        self.join(session)
        self.choose(session)
        session.with_user(self.admin).request_authorization()
        self.provider_says(self.attempt(session))
        session.with_user(self.admin).settle()
        wizard.action_refresh()
        self.assertEqual(wizard.step, "ready")

    def test_left_half_way_and_taken_up_again(self):
        self.with_store()
        again = self.steps()
        self.assertEqual((again.step, again.store_id.code), ("provider", "freshstreet"))
        self.make_provider(self.fresh)
        self.assertEqual(self.steps().step, "counter")
        again.action_next()
        again.action_next()
        last = self.steps()
        self.assertEqual((last.step, last.counter_id.code), ("test", "C1"))

    def test_a_step_that_is_done_makes_nothing_twice(self):
        wizard = self.with_counter()
        wizard.action_back()
        wizard.action_back()
        wizard.action_back()
        for _step in range(3):
            wizard.action_next()
        stores = self.env["epay.store"].search([("company_id", "=", self.fresh.id)])
        self.assertEqual((len(stores), len(stores.counter_ids)), (1, 1))

    def test_after_the_last_step_there_is_no_next_one(self):
        wizard = self.with_counter()
        for _step in range(3):
            wizard.action_next()
        self.assertEqual(wizard.step, "ready")

    def test_a_ready_store_starts_a_new_one(self):
        self.with_counter()
        store = self.env["epay.store"].search([("company_id", "=", self.fresh.id)])
        self.settled(5, counter=store.counter_ids)
        wizard = self.steps()
        self.assertEqual((wizard.step, wizard.store_id.id), ("store", False))

    def settled(self, amount, counter):
        counter.with_user(self.admin).open_counter()
        return super().settled(amount, counter=counter)

    def test_the_stores_form_leads_to_its_own_steps(self):
        wizard = self.with_counter()
        store = wizard.store_id.with_user(self.admin)
        found = self.env["epay.first.steps"].browse(
            store.action_first_steps()["res_id"]
        )
        self.assertEqual((found.store_id, found.step), (store, "test"))
        found = found.browse(store.action_counter_copy()["res_id"])
        self.assertEqual(found.step, "provider")

    def test_a_copy_is_offered_where_a_store_names_its_providers(self):
        wizard = self.with_store()
        first = self.make_provider(self.fresh)
        wizard.store_id.provider_ids = [Command.set(first.ids)]
        wizard.provider_id = first
        wizard.action_copy_provider()
        self.assertEqual(len(wizard.store_id.provider_ids), 2)


@tagged("post_install", "-at_install")
class TestBadInput(FirstStepsCase):
    def test_a_name_is_wanted(self):
        with self.assertRefused("setup_incomplete"):
            self.steps().action_next()

    def test_a_product_that_can_not_be_booked_to_the_cent(self):
        tax = self.make_tax(
            self.fresh, amount=19, price_include_override="tax_excluded"
        )
        product = self.make_product(self.fresh, taxes_id=[Command.set(tax.ids)])
        with self.assertRaisesRegex(ValidationError, "included in the price"):
            self.with_store(product_id=product)

    def test_a_usual_tax_that_is_not_included_gets_a_twin(self):
        usual = self.make_tax(
            self.fresh, amount=19, price_include_override="tax_excluded"
        )
        self.fresh.account_sale_tax_id = usual
        wizard = self.with_store()
        self.assertIn(usual.name, self.steps().tax_note or wizard.tax_note)
        tax = wizard.store_id.product_id.taxes_id
        self.assertEqual((tax.amount, tax.price_include), (19, True))
        self.assertFalse(usual.price_include)

    def test_a_manager_without_rights_is_told_whom_to_ask(self):
        wizard = self.steps(self.newcomer)
        form = Form(wizard)
        form.name = "Fresh Street"
        with self.assertRefused("setup_incomplete") as refusal:
            form.save().action_next()
        self.assertIn("administrator", str(refusal.exception))

    def test_a_manager_without_rights_gets_as_far_as_the_provider(self):
        product = self.make_product(self.fresh)
        wizard = self.with_store(self.newcomer, product_id=product)
        self.assertEqual(wizard.step, "provider")
        with self.assertRefused("setup_incomplete") as refusal:
            wizard.action_next()
        self.assertIn("administrator", str(refusal.exception))
        self.make_provider(self.fresh)
        wizard.action_next()
        wizard.action_next()
        self.assertEqual(wizard.counter_id.user_ids, self.newcomer)

    def test_no_provider_is_refused_with_what_to_do(self):
        wizard = self.with_store()
        with self.assertRefused("setup_incomplete") as refusal:
            wizard.action_next()
        self.assertIn("counter copy", str(refusal.exception))
        with self.assertRefused("setup_incomplete"):
            wizard.action_copy_provider()

    def test_a_provider_without_journal(self):
        wizard = self.with_store()
        provider = self.make_provider(self.fresh)
        provider.state = "disabled"
        provider.journal_id = False
        journals = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.fresh.id)]
        )
        journals.active = False
        provider.write({"state": "test", "is_published": True})
        self.assertFalse(provider.journal_id)
        self.assertIn("journal", wizard.provider_text)
        with self.assertRefused("setup_incomplete") as refusal:
            wizard.action_next()
        self.assertIn("journal", str(refusal.exception))
        wizard.provider_id = provider
        with self.assertRefused("setup_incomplete") as refusal:
            wizard.action_copy_provider()
        self.assertIn("journal", str(refusal.exception))

    def test_another_managers_store_is_not_looked_into(self):
        wizard = self.env["epay.first.steps"].with_user(self.newcomer)
        wizard = wizard.create({"store_id": self.store.id, "step": "provider"})
        wizard.invalidate_recordset()
        for name in ("provider_text", "counter_id", "address"):
            with self.assertRaises(AccessError):
                wizard.read([name])
        with self.assertRaises(AccessError):
            wizard.action_next()

    def test_a_test_deal_that_is_at_the_counter_is_gone_on_with(self):
        wizard = self.with_counter()
        for _time in range(2):
            action = wizard.action_test()
            self.assertEqual(action["tag"], "epay_counter.clerk_app")
        self.assertEqual(len(wizard.counter_id.session_ids), 1)
