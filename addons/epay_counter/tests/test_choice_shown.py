from odoo.tests import tagged

from .common import EpayCase
from .test_own_amount import OwnAmountCase


class ShownCase(EpayCase):
    def shown(self):
        """What stands for the choice on the clerk's screen."""
        return self.as_clerk(self.counter).get_state()["session"]["choice"]

    def assertNotRequested(self, session, shown):
        with self.assertRefused("choice_changed"):
            self.as_clerk(session).request_authorization(choice=shown)
        self.assertEqual(session.state, "chosen")
        self.assertFalse(session.operation_ids)


@tagged("post_install", "-at_install")
class TestChoiceShown(ShownCase):
    """The clerk requests what the clerk has seen (SA8): not the amount alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.three = cls.env["epay.condition"].create(
            {
                "name": "3 times",
                "code": "test_x3",
                "provider_ids": [(6, 0, cls.provider.ids)],
            }
        )
        cls.store.condition_ids = cls.three

    def form(self, session):
        """The key of the method's form, beside saved cards."""
        deal = self.as_customer(session)
        options = deal._payment_options(session._bound_visit())
        return next(option["key"] for option in options if not option["saved"])

    def test_what_was_shown_is_requested(self):
        session = self.chosen()
        self.as_clerk(session).request_authorization("80.78", self.shown())
        self.assertEqual(session.state, "authorizing")

    def test_a_saved_card_that_the_clerk_never_saw_is_not_charged(self):
        partner = self.make_customer()
        token = self.make_token(partner)
        session = self.register()
        self.join(session, partner)
        self.choose(session, self.form(session))
        shown = self.shown()
        self.choose(session, f"t-{token.id}")
        self.assertNotRequested(session, shown)
        self.as_clerk(session).request_authorization(choice=self.shown())
        self.assertEqual(session.state, "authorized")

    def test_other_conditions_are_another_choice(self):
        session = self.chosen()
        shown = self.shown()
        self.choose(session, condition="test_x3")
        self.assertNotRequested(session, shown)

    def test_charged_at_once_is_another_choice(self):
        session = self.chosen()
        shown = self.shown()
        self.provider.capture_manually = False
        self.choose(session)
        self.assertTrue(session.charged_at_once)
        self.assertNotRequested(session, shown)

    def test_another_phone_is_another_choice(self):
        session = self.chosen()
        shown = self.shown()
        self.as_clerk(self.counter).release_visit()
        self.join(session)
        self.choose(session)
        self.assertNotRequested(session, shown)

    def test_the_same_choice_sent_twice_is_the_same(self):
        session = self.chosen()
        shown = self.shown()
        self.choose(session)
        self.as_clerk(session).request_authorization(choice=shown)
        self.assertEqual(session.state, "authorizing")

    def test_nothing_shown_is_no_choice(self):
        session = self.chosen()
        for shown in (False, "", 0):
            with self.subTest(shown=shown):
                self.assertNotRequested(session, shown)

    def test_only_a_deal_that_is_chosen_has_one(self):
        session = self.register()
        self.assertIs(self.shown(), False)
        self.join(session)
        self.assertIs(self.shown(), False)
        self.choose(session)
        self.assertTrue(self.shown())
        self.as_clerk(session).request_authorization()
        self.assertIs(self.shown(), False)

    def test_the_request_again_while_it_runs_does_nothing(self):
        session = self.authorizing()
        self.as_clerk(session).request_authorization(choice="an older one")
        self.assertEqual(self.operations(session), [("authorize", "requested")])


@tagged("post_install", "-at_install")
class TestOwnAmountShown(ShownCase, OwnAmountCase):
    def test_another_method_with_the_same_amount_is_not_confirmed(self):
        partner = self.make_customer()
        token = self.make_token(partner)
        session = self.invite()
        self.join(session, partner)
        deal = self.as_customer(session)
        options = deal._payment_options(session._bound_visit())
        form = next(option["key"] for option in options if not option["saved"])
        self.enter(session, "80.78", form)
        shown = self.shown()
        self.enter(session, "80.78", f"t-{token.id}")
        self.assertNotRequested(session, shown)

    def test_another_amount_with_the_same_method_is_not_confirmed(self):
        session = self.entered("80.78")
        shown = self.shown()
        self.enter(session, "80.79")
        self.assertNotRequested(session, shown)
