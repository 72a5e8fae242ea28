from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import OPERATION_LOGS
from .office_common import OfficeCase


@tagged("post_install", "-at_install")
class TestResolveWizard(OfficeCase):
    def setUp(self):
        super().setUp()
        muted = mute_logger(*OPERATION_LOGS)
        muted.__enter__()
        self.addCleanup(muted.__exit__, None, None, None)

    def open(self, session, user=None):
        """The wizard as the button on the operation opens it."""
        operation = self.as_manager(session.operation_ids[:1], user)
        action = operation.action_resolve()
        model = self.as_manager(self.env[action["res_model"]], user)
        return Form(model.with_context(**action["context"]))

    def fill(self, form, outcome="succeeded"):
        form.seen = "4711 shows “captured”"
        form.outcome = outcome
        form.reason = "Looked it up"
        return form.save()

    def test_what_is_known_is_shown(self):
        session = self.in_doubt()
        form = self.open(session)
        self.assertEqual(form.session_id, session)
        self.assertEqual(form.kind, "capture")
        self.assertEqual(form.amount, 10)
        self.assertEqual(form.reference, session.live_transaction_id.reference)
        self.assertEqual(form.error, "no answer")

    def test_the_manager_resolves_and_the_history_says_what_was_seen(self):
        session = self.in_doubt()
        self.fill(self.open(session)).action_confirm()
        self.assertEqual((session.state, session.in_doubt), ("settled", False))
        row = session.event_ids.filtered(lambda e: "4711" in (e.why or ""))
        self.assertEqual(row.user_id, self.manager)
        self.assertIn("Looked it up", row.why)
        operation = session.operation_ids.filtered("resolved_at")
        self.assertEqual(operation.kind, "capture")
        self.assertEqual(operation.resolved_by_id, self.manager)
        self.assertEqual(operation.resolved_as, "succeeded")

    def test_what_follows_is_said_before(self):
        form = self.open(self.in_doubt())
        form.outcome = "failed"
        self.assertIn("authorized again", form.consequence)
        form.outcome = "succeeded"
        self.assertIn("registered", form.consequence)

    def test_a_void_that_was_done_ends_the_deal(self):
        session = self.in_doubt(act="void")
        form = self.open(session)
        form.outcome = "succeeded"
        self.assertIn("given back", form.consequence)
        self.fill(form).action_confirm()
        self.assertEqual(session.state, "cancelled")

    def not_booked(self):
        """A deal whose money was taken and whose sale can't be entered."""
        session = self.authorized(10)
        self.company.account_sale_tax_id.price_include_override = "tax_excluded"
        self.settle(session)
        self.assertEqual(session.state, "settling")
        return session

    def test_a_sale_that_was_entered_by_hand_is_settled(self):
        session = self.not_booked()
        form = self.open(session)
        form.outcome = "succeeded"
        self.assertIn("by hand", form.consequence)
        self.fill(form).action_confirm()
        self.assertEqual(session.state, "settled")
        self.assertTrue(session.settled_at)
        self.assertFalse(session.sale_order_id or session._open_operation())

    def test_a_sale_that_is_given_up_can_be_dropped_and_the_money_goes_back(self):
        session = self.not_booked()
        self.provider.capture_manually = False
        self.fill(self.open(session), "failed").action_confirm()
        self.assertEqual((session.state, session.captured_amount), ("authorized", 10))
        with self.freeze(fields.Datetime.now() + timedelta(days=2)):
            self.env["epay.session"]._cron_expire()
        self.assertEqual(session.state, "authorized", "a person decides, no clock")
        self.as_clerk(session).cancel()
        self.assertEqual(session.state, "cancelled")
        self.assertEqual(session.returned_amount, 10)

    def test_the_second_of_two_managers_is_told_who_was_quicker(self):
        self.store.manager_ids += self.manager2
        session = self.in_doubt()
        first = self.fill(self.open(session))
        second = self.fill(self.open(session, self.manager2), "failed")
        first.action_confirm()
        with self.assertRefused("wrong_state") as refusal:
            second.action_confirm()
        self.assertIn(self.manager.name, str(refusal.exception))
        self.assertEqual(session.state, "settled")

    def test_the_managers_words_are_not_for_the_customer(self):
        partner = self.make_customer()
        token = self.make_token(partner)
        session = self.chosen(10, partner=partner, key=f"t-{token.id}")
        with self.no_answer("payment"):
            self.as_clerk(session).request_authorization()
        self.fill(self.open(session), "failed").action_confirm()
        self.assertEqual(session.state, "engaged")
        self.assertNotIn("4711", session.reason)
        self.assertTrue(
            session.event_ids.filtered(lambda event: "4711" in (event.why or ""))
        )

    def test_a_stale_wizard_never_settles_another_operation(self):
        session = self.in_doubt(act="void")
        stale = self.fill(self.open(session), "succeeded")
        self.fill(self.open(session), "failed").action_confirm()
        self.assertEqual(session.state, "authorized")
        with self.no_answer("void"):
            self.as_clerk(session).cancel()
        self.assertTrue(session.in_doubt)
        with self.assertRefused("wrong_state"):
            stale.action_confirm()
        self.assertTrue(session.in_doubt)

    def test_nothing_in_doubt_has_no_wizard(self):
        session = self.settled(5)
        operation = self.as_manager(session.operation_ids[:1])
        self.assertFalse(operation.can_resolve)
        with self.assertRefused("wrong_state"):
            operation.action_resolve()

    def test_a_clerk_has_no_button_and_no_wizard(self):
        session = self.in_doubt()
        operation = session.operation_ids[:1].with_user(self.clerk)
        self.assertFalse(operation.can_resolve)
        with self.assertRefused("wrong_state"):
            operation.action_resolve()
        with self.assertRaises(AccessError):
            self.env["epay.operation.resolve"].with_user(self.clerk).create(
                {"operation_id": operation.id}
            )

    def test_the_manager_of_another_store_is_refused(self):
        session = self.in_doubt()
        with self.assertRaises(AccessError):
            self.open(session, self.manager2)
        wizard = self.new_wizard(
            "epay.operation.resolve",
            self.manager2,
            operation_id=session.operation_ids[:1].id,
            seen="x",
            outcome="failed",
            reason="y",
        )
        wizard.invalidate_recordset()
        for name in ("amount", "reference", "error", "session_id"):
            with self.assertRaises(AccessError):
                wizard.read([name])
        with self.assertRaises(AccessError):
            wizard.action_confirm()
        self.assertTrue(session.in_doubt)
