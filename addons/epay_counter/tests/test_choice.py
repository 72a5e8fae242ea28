from odoo import Command
from odoo.tests import tagged

from ..exceptions import MethodNotOffered
from .common import EpayCase


@tagged("post_install", "-at_install")
class TestOptions(EpayCase):
    def options(self, amount=10, partner=False):
        """What a phone that joins now may choose among."""
        session = self.register(amount)
        visit = self.join(session, partner)
        found = self.as_customer(session)._payment_options(visit)
        self.as_clerk(session).cancel()
        return found

    def test_a_method_of_the_stores_provider(self):
        self.assertEqual(
            self.options(),
            [
                {
                    "key": f"m-{self.method.id}-{self.provider.id}",
                    "code": "demo",
                    "name": self.method.name,
                    "icon": self.method.id,
                    "saved": False,
                    "flow": "direct",
                    "test": True,
                    "charged_at_once": False,
                    "conditions": [],
                }
            ],
        )

    def test_one_phase_is_told_beforehand(self):
        self.provider.capture_manually = False
        self.assertTrue(self.options()[0]["charged_at_once"])

    def test_saved_cards_are_offered_to_their_owner_only(self):
        partner, other = self.make_customer(), self.make_customer("epay_test_other")
        token = self.make_token(partner)
        self.make_token(other)
        first, *rest = self.options(partner=partner)
        self.assertEqual(first["key"], f"t-{token.id}")
        self.assertEqual((first["flow"], first["saved"]), ("token", True))
        self.assertEqual([option["saved"] for option in rest], [False])
        self.assertEqual([o["saved"] for o in self.options()], [False])

    def test_saved_cards_are_not_offered_to_who_signed_out(self):
        partner = self.make_customer()
        token = self.make_token(partner)
        session = self.register()
        visit = self.join(session, partner)
        deal = self.as_customer(session)
        found = deal._payment_options(visit, signed_in=False)
        self.assertEqual([option["saved"] for option in found], [False])
        with self.assertRefused("method_not_offered"):
            deal._choose(visit, f"t-{token.id}", signed_in=False)

    def test_saved_cards_of_the_walk_in_customer_are_never_offered(self):
        self.make_token(self.store.walk_in_partner_id)
        self.assertEqual([o["saved"] for o in self.options()], [False])

    def test_unpublished_and_disabled_providers_are_not_offered(self):
        self.provider.is_published = False
        with self.assertRefused("bad_amount"):
            self.register()
        self.provider.is_published = True
        self.assertTrue(self.options())
        self.provider.state = "disabled"
        with self.assertRefused("bad_amount"):
            self.register()

    def test_a_store_may_name_its_providers(self):
        other = self.make_provider(name="Other")
        self.assertEqual(
            len(self.store._payment_providers(self.public.partner_id, 5)), 2
        )
        self.store.provider_ids = other
        [option] = self.options()
        self.assertEqual(option["key"], f"m-{self.method.id}-{other.id}")

    def test_the_maximum_of_a_provider(self):
        small = self.make_provider(name="Small", maximum_amount=20)
        self.store.provider_ids = small
        self.assertTrue(self.options(20))
        with self.assertRefused("bad_amount"):
            self.register(20.01)

    def test_providers_that_nobody_at_a_counter_sees_arrive_are_never_offered(self):
        silent = self.env["payment.provider"].create(
            {
                "name": "Wire",
                "code": "none",
                "state": "test",
                "is_published": True,
                "company_id": self.company.id,
                "payment_method_ids": [Command.set(self.method.ids)],
            }
        )
        find = self.env["payment.provider"]._get_compatible_providers
        arguments = (self.company.id, self.public.partner_id.id, 10)
        self.assertIn(silent, find(*arguments))
        self.assertNotIn(silent, find(*arguments, epay_store=self.store))

    def test_counter_copies_are_hidden_from_every_other_flow(self):
        self.provider.epay_only = True
        find = self.env["payment.provider"]._get_compatible_providers
        arguments = (self.company.id, self.public.partner_id.id, 10)
        self.assertNotIn(self.provider, find(*arguments))
        self.assertIn(self.provider, find(*arguments, epay_store=self.store))
        self.assertTrue(self.options())

    def test_a_provider_of_another_company_is_not_offered(self):
        self.make_japan()
        keys = [option["key"] for option in self.options()]
        self.assertEqual(keys, [f"m-{self.method.id}-{self.provider.id}"])

    def test_the_button_makes_a_counter_copy(self):
        self.provider.capture_manually = False
        action = self.provider.action_epay_counter_copy()
        copy = self.env["payment.provider"].browse(action["res_id"])
        self.assertTrue(copy.epay_only and copy.capture_manually and copy.is_published)
        self.assertEqual(copy.state, "test")
        self.assertEqual(copy.payment_method_ids, self.method)
        self.assertEqual(copy.journal_id, self.provider.journal_id)
        self.assertFalse(self.provider.epay_only or self.provider.capture_manually)
        self.store.provider_ids = copy
        self.assertFalse(self.options()[0]["charged_at_once"])


@tagged("post_install", "-at_install")
class TestConditions(EpayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.three = cls.env["epay.condition"].create(
            {"name": "3 times", "code": "test_x3"}
        )
        cls.store.condition_ids = cls.three

    def conditions(self):
        session = self.counter._held_session() or self.register()
        visit = session._bound_visit() or self.join(session)
        [option] = self.as_customer(session)._payment_options(visit)
        return [condition["code"] for condition in option["conditions"]]

    def test_offered_only_where_it_is_really_passed_on(self):
        self.assertEqual(self.conditions(), [])
        self.three.provider_ids = self.provider
        self.assertEqual(self.conditions(), ["one", "test_x3"])

    def test_a_provider_that_passes_it_on_offers_it(self):
        self.patch(
            type(self.provider),
            "_epay_passes_condition",
            lambda provider, condition, method: condition.code == "test_x3",
        )
        self.assertEqual(self.conditions(), ["one", "test_x3"])

    def test_not_where_the_store_does_not_offer_it(self):
        self.three.provider_ids = self.provider
        self.store.condition_ids = False
        self.assertEqual(self.conditions(), [])

    def test_it_is_chosen_and_shown_to_the_clerk(self):
        self.three.provider_ids = self.provider
        session = self.register()
        self.join(session)
        self.choose(session, condition="test_x3")
        method = self.as_clerk(self.counter).get_state()["session"]["method"]
        self.assertEqual(
            (method["condition"], method["condition_code"]), ("3 times", "test_x3")
        )
        self.choose(session)
        self.assertFalse(session.condition_id)

    def test_one_payment_may_always_be_chosen(self):
        self.three.provider_ids = self.provider
        session = self.register()
        self.join(session)
        self.choose(session, condition="one")
        self.assertEqual(session.state, "chosen")
        self.assertFalse(session.condition_id)

    def test_one_that_is_not_offered_is_refused(self):
        session = self.register()
        self.join(session)
        for code in ("test_x3", "nonsense"):
            with self.assertRefused("method_not_offered"):
                self.choose(session, condition=code)
        self.assertEqual(session.state, "engaged")


@tagged("post_install", "-at_install")
class TestChoosing(EpayCase):
    def joined(self, **arguments):
        session = self.register(**arguments)
        self.join(session)
        return session

    def test_the_choice_is_on_the_clerks_screen(self):
        session = self.joined()
        self.choose(session)
        deal = self.as_clerk(self.counter).get_state()["session"]
        self.assertEqual((deal["state"], deal["turn"]), ("chosen", "clerk"))
        self.assertEqual(deal["method"]["code"], "demo")
        self.assertIn("request_authorization", deal["allowed"])
        self.assertFalse(session.transaction_ids)

    def test_what_is_not_offered_is_refused(self):
        partner = self.make_customer()
        token = self.make_token(partner)
        other = self.make_provider(name="Hidden", is_published=False)
        session = self.joined()
        for key in (
            "",
            "nonsense",
            "m-1",
            "m--",
            "m-x-y",
            f"m-{self.method.id}-{other.id}",
            f"m-{self.method.id}-99999999",
            f"m-{self.method.id}-{self.provider.id}-1",
            f"t-{token.id}",
            "t-0",
            5,
        ):
            with self.subTest(key=key), self.assertRefused("method_not_offered"):
                self.choose(session, key=key or "-")
        self.assertEqual(session.state, "engaged")
        self.assertFalse(session.provider_id)

    def test_another_choice_takes_the_place_of_the_first(self):
        other = self.make_provider(name="Other")
        other.payment_method_ids = self.env["payment.method"].create(
            {
                "name": "Other card",
                "code": "epay_test_card",
                "image": self.method.image,
                "support_manual_capture": "full_only",
            }
        )
        session = self.joined()
        self.choose(session)
        self.choose(session, key=f"m-{other.payment_method_ids.id}-{other.id}")
        self.assertEqual((session.state, session.provider_id), ("chosen", other))
        self.assertEqual(self.history(session)[-3:], ["chosen", "engaged", "chosen"])

    def test_choosing_again_forgets_the_choice(self):
        session = self.joined()
        visit = self.choose(session)
        self.as_customer(session)._unchoose(visit)
        self.assertEqual(session.state, "engaged")
        self.assertFalse(session.provider_id)
        self.assertFalse(session.flow)
        with self.assertRefused("wrong_state"):
            self.as_clerk(session).request_authorization()

    def test_choosing_again_from_the_providers_form(self):
        session = self.authorizing()
        tx = self.attempt(session)
        self.as_customer(session)._unchoose(session._bound_visit())
        self.assertEqual((session.state, tx.state), ("engaged", "cancel"))
        self.assertEqual(self.operations(session), [("authorize", "failed")])

    def test_not_while_a_payment_is_on_its_way(self):
        session = self.authorizing()
        self.provider_says(self.attempt(session), "pending")
        with self.assertRefused("in_doubt"):
            self.as_customer(session)._unchoose(session._bound_visit())
        self.assertEqual(session.state, "authorizing")

    def test_not_after_the_authorization(self):
        session = self.authorized()
        visit = session._bound_visit()
        with self.assertRefused("wrong_state"):
            self.choose(session)
        with self.assertRefused("wrong_state"):
            self.as_customer(session)._unchoose(visit)

    def test_no_attempt_before_the_clerk_asks(self):
        session = self.joined()
        with self.assertRefused("wrong_state"):
            self.attempt(session)
        self.choose(session)
        with self.assertRefused("wrong_state"):
            self.attempt(session)
        self.assertFalse(session.transaction_ids)

    def test_an_attempt_carries_what_the_deal_says(self):
        session = self.authorizing(80.78)
        tx = self.attempt(session)
        self.assertEqual(
            (tx.amount, tx.currency_id.name, tx.provider_id, tx.payment_method_id),
            (80.78, "EUR", self.provider, self.method),
        )
        self.assertEqual((tx.state, tx.operation), ("draft", "online_direct"))
        self.assertEqual(tx.landing_route, "/epay/back")
        self.assertTrue(tx.reference.startswith(session.name))
        self.assertEqual(tx.epay_session_id, session)


@tagged("post_install", "-at_install")
class TestRequestAuthorization(EpayCase):
    def request(self, session):
        return self.as_clerk(session).request_authorization()

    def test_only_after_the_choice(self):
        session = self.register()
        with self.assertRefused("wrong_state"):
            self.request(session)
        self.join(session)
        with self.assertRefused("wrong_state"):
            self.request(session)
        self.choose(session)
        answer = self.request(session)
        self.assertEqual(
            (answer["session"]["state"], answer["session"]["turn"]),
            ("authorizing", "customer"),
        )

    def test_again_while_it_runs_nothing_happens(self):
        session = self.authorizing()
        rows = self.history(session)
        self.request(session)
        self.assertEqual(self.history(session), rows)
        self.assertEqual(len(session.operation_ids), 1)

    def test_after_the_end_it_is_refused(self):
        for session in (self.authorized(), self.settled):
            if callable(session):
                self.as_clerk(self.counter).next()
                session = session()
            with self.assertRefused("wrong_state"):
                self.request(session)

    def test_a_provider_that_was_disabled_in_between(self):
        session = self.chosen()
        self.provider.state = "disabled"
        with self.assertRefused("provider_disabled"):
            self.request(session)
        self.assertEqual(session.state, "chosen")
        self.assertFalse(session.operation_ids)

    def test_a_method_that_is_not_offered_any_more(self):
        session = self.chosen()
        self.provider.is_published = False
        with self.assertRefused("method_not_offered"):
            self.request(session)
        self.provider.is_published = True
        self.provider.maximum_amount = 5
        with self.assertRefused("method_not_offered"):
            self.request(session)

    def test_a_promise_about_charging_is_kept(self):
        session = self.chosen()
        self.provider.capture_manually = False
        with self.assertRefused("method_not_offered"):
            self.request(session)

    def test_an_account_of_another_company_can_not_buy(self):
        other = self.make_company("Other", "EUR", "base.de")
        partner = self.env["res.partner"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        session = self.register()
        visit = self.join(session, partner)
        self.assertEqual(session.partner_id, self.store.walk_in_partner_id)
        with self.assertRefused("wrong_state"):
            self.as_customer(session)._recognize(visit, partner)

    def test_a_form_is_not_opened_for_what_is_not_offered_any_more(self):
        """Between the clerk's request and the customer's payment."""

        def charge_at_once():
            self.provider.capture_manually = False

        def switch_off():
            self.provider.state = "disabled"

        for change in (charge_at_once, switch_off):
            session = self.authorizing()
            change()
            with self.assertRefused("method_not_offered"):
                self.as_customer(session)._check_form_offered()
            self.assertEqual(session.state, "authorizing", "a look changes nothing")
            # Not `assertRefused`: that would roll the way back to choosing back, too.
            try:
                self.attempt(session)
                self.fail("A form was opened")
            except MethodNotOffered as refusal:
                self.assertIn("another one", str(refusal))
            self.assertEqual(session.state, "engaged")
            self.assertFalse(session.transaction_ids or session._open_operation())
            self.assertIn("not offered", session.reason)
            self.as_clerk(session).cancel()

    def test_a_saved_card_that_was_removed(self):
        partner = self.make_customer()
        token = self.make_token(partner)
        session = self.chosen(partner=partner, key=f"t-{token.id}")
        token.active = False
        with self.assertRefused("method_not_offered"):
            self.request(session)

    def test_the_phone_may_have_gone(self):
        session = self.authorizing()
        self.as_clerk(self.counter).release_visit()
        waiting = self.join_counter()
        self.as_clerk(self.counter).accept_visit(waiting.id)
        self.provider_says(self.attempt(session))
        self.assertEqual(session.state, "authorized")
