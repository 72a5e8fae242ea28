from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_demo.models.payment_transaction import (
    PaymentTransaction as DemoTransaction,
)

from ..exceptions import ProviderOutcomeUnknown
from .common import http_answer
from .test_operations import OperationsCase

LATE_MONEY_LOG = "odoo.addons.epay_counter.models.epay_session_late_money"


@tagged("post_install", "-at_install")
class TestBadLuck(OperationsCase):
    """What happens elsewhere, too late, twice, or while nobody listens."""

    def expire(self, session):
        """The deal's time runs out and the cron looks."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE epay_session SET expires_at = now() at time zone 'UTC'"
            " - interval '1 minute' WHERE id = %s AND expires_at IS NOT NULL",
            (session.id,),
        )
        self.env.invalidate_all()
        self.env["epay.session"]._cron_expire()
        self.commit()

    # --- giving back is refused ---

    def test_a_void_that_is_refused_is_tried_with_pauses_and_then_by_hand(self):
        session = self.authorized(10)
        error = UserError(self.env._("Not possible."))
        with self.provider_fails(error, act="void") as asked:
            self.expire(session)
            self.env["epay.session"]._cron_expire()
            self.assertEqual(asked.call_count, 1, "not every minute")
            for _turn in range(4):
                self.expire(session)
        self.assertEqual(asked.call_count, 3)
        self.assertEqual(session.state, "authorized")
        self.assertFalse(session.expires_at)
        self.assertIn("See to it there", session.event_ids[-1].why)

    def test_what_can_not_be_voided_is_not_dropped(self):
        session = self.authorized(10)
        with patch.object(
            type(session.live_transaction_id), "_epay_can_void", lambda tx: False
        ):
            with self.assertRefused("not_refundable"):
                self.as_clerk(session).cancel()
            self.expire(session)
        self.assertEqual(session.state, "authorized")

    def test_a_refund_that_became_a_void_counts_where_providers_do_that(self):
        self.provider.capture_manually = False
        session = self.authorized(10)

        def void_instead(tx):
            tx._set_canceled()

        module = "odoo.addons.epay_counter.models.payment_transaction"
        with (
            patch.object(DemoTransaction, "_send_refund_request", void_instead),
            patch(f"{module}.REFUND_MAY_VOID", {"demo"}),
        ):
            self.as_clerk(session).cancel()
        self.assertEqual(session.state, "cancelled")
        self.assertFalse(session.transaction_ids.payment_id, "no money ever moved")

    # --- somebody else acts ---

    def test_an_authorization_revoked_at_the_provider_ends_the_deal(self):
        session = self.authorized(10)
        session.live_transaction_id._set_canceled()
        self.commit()
        self.assertEqual(session.state, "cancelled")
        self.assertIn("provider", session.reason)

    def test_a_capture_in_the_dashboard_books_nothing_and_settles_by_books_alone(self):
        session = self.authorized(10)
        self.capture_elsewhere(session, 10)
        self.assertEqual((session.state, session.captured_amount), ("authorized", 10))
        session.transaction_ids._post_process()
        self.assertFalse(session.transaction_ids.payment_id)
        self.settle(session)
        self.assertEqual(session.state, "settled")
        self.assertIn(session.invoice_id.payment_state, ("paid", "in_payment"))

    def test_a_message_about_a_refund_while_ours_is_in_doubt(self):
        self.provider.capture_manually = False
        session = self.authorized(10)
        with self.provider_fails(ProviderOutcomeUnknown("lost"), act="refund"):
            self.as_clerk(session).cancel()
        ours = self.op(session).child_id
        told = session.live_transaction_id._create_child_transaction(
            10, is_refund=True, provider_reference="re_1"
        )
        told._set_done()
        self.commit()
        self.assertTrue(session.in_doubt, "it may be somebody else's")
        session.with_user(self.manager).resolve("succeeded", "Seen there")
        self.assertEqual((ours.provider_reference, ours.state), ("re_1", "done"))
        self.assertFalse(told.exists())
        self.assertEqual((session.state, session.in_doubt), ("cancelled", False))

    def test_an_old_message_does_not_bring_back_what_was_voided(self):
        session = self.authorized(10)
        self.as_clerk(session).cancel()
        tx = session.live_transaction_id
        with mute_logger("odoo.addons.payment.models.payment_transaction"):
            self.provider_says(tx)
        self.assertEqual((tx.state, session.state), ("cancel", "cancelled"))

    # --- nobody listens ---

    @mute_logger(LATE_MONEY_LOG)
    def test_late_money_that_nobody_followed_is_found_by_the_job(self):
        session = self.authorizing()
        tx = self.attempt(session)
        self.as_clerk(session).cancel()
        self.env.flush_all()
        # As if the process had died between the webhook's commit and what follows.
        self.env.cr.execute(
            "UPDATE payment_transaction SET state = 'authorized',"
            " last_state_change = now() at time zone 'UTC' WHERE id = %s",
            (tx.id,),
        )
        self.env.invalidate_all()
        self.env["epay.operation"]._cron_recover()
        self.commit()
        self.assertEqual(tx.state, "cancel")
        self.assertEqual(self.operations(session)[-1], ("void", "succeeded"))
        self.assertFalse(self.env["epay.session"]._with_stray_money())

    def test_an_authorization_that_nobody_followed_is_found_by_the_job(self):
        session = self.authorizing()
        tx = self.attempt(session)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_transaction SET state = 'authorized' WHERE id = %s",
            (tx.id,),
        )
        self.env.invalidate_all()
        self.later()
        self.assertEqual(session.state, "authorized")

    # --- repetitions ---

    def test_a_repetition_that_is_not_let_in_says_nothing_of_the_first(self):
        for status in (401, 403, 409, 429):
            with self.subTest(status=status):
                session = self.authorized(10)
                refused = http_answer(status, '{"error": "not now"}')
                lost = http_answer(502)
                with self.idempotent(), self.provider_online(lost, refused):
                    self.settle(session)
                    with self.provider_knows(None):
                        self.later()
                self.assertInDoubt(session)
                self.as_clerk(self.counter).next()

    def test_a_first_request_that_is_not_let_in_has_failed(self):
        session = self.authorized(10)
        with (
            self.idempotent(),
            self.provider_online(http_answer(401, '{"error": "key"}')),
        ):
            self.settle(session)
        self.assertEqual((session.state, session.in_doubt), ("authorized", False))

    def test_the_jobs_first_request_is_no_repetition(self):
        session = self.authorized(10)
        run = type(self.env["epay.operation"])
        with patch.object(run, "_run", lambda operations: None):
            self.settle(session)
        self.assertFalse(self.op(session).called_at, "the process died before")
        refused = http_answer(401, '{"error": "key"}')
        with self.idempotent(), self.provider_online(refused):
            self.later()
        self.assertEqual((session.state, session.in_doubt), ("authorized", False))

    def test_an_old_key_is_not_used_again(self):
        session = self.in_doubt()
        self.op(session).called_at = fields.Datetime.now() - timedelta(hours=21)
        with (
            self.idempotent(),
            self.provider_online() as asked,
            self.provider_knows(None),
        ):
            self.later()
        self.assertFalse(asked.called)
        self.assertInDoubt(session)

    def test_who_called_knows_more_than_the_job(self):
        session = self.in_doubt()
        operation = self.op(session)
        operation._record({"outcome": "answered", "data": []})
        operation._record({"outcome": "unknown", "error": "no answer"})
        self.assertEqual(operation.answer["outcome"], "answered")

    def test_an_answer_that_can_not_be_applied_is_doubt(self):
        session = self.authorized(10)

        def fails(tx, data):
            raise ProviderOutcomeUnknown("asking again timed out")

        with patch.object(DemoTransaction, "_apply_updates", fails):
            self.settle(session)
        self.assertInDoubt(session)
        self.later()
        self.assertEqual(session.state, "settled")


@tagged("post_install", "-at_install")
class TestGivenBack(OperationsCase):
    """Money of a deal that was charged at once goes back exactly once, whoever gives
    it back.
    """

    def setUp(self):
        super().setUp()
        self.provider.capture_manually = False

    def refunds(self, session):
        """The amounts that went back, as the provider counts them."""
        session.invalidate_recordset()
        refunds = session.transaction_ids.filtered(lambda tx: tx.operation == "refund")
        return sorted(refunds.filtered(lambda tx: tx.state == "done").mapped("amount"))

    def returns(self, session):
        return session.returned_amount, session.refund_reserved, session.return_state

    def posted(self, session):
        """What of the payments is in the books, outgoing ones with a minus."""
        payments = session.transaction_ids.payment_id
        posted = payments.filtered(lambda payment: payment.state != "canceled")
        return sorted(posted.mapped("amount_signed"))

    def assertWashed(self, session):
        """Nothing of it is left open in the books."""
        payments = session.transaction_ids.payment_id
        lines = payments.move_id.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and line.parent_state == "posted"
            )
        )
        self.assertTrue(lines)
        self.assertEqual(set(lines.mapped("reconciled")), {True})
        self.assertFalse(session.sale_order_id or session.invoice_id)

    def fail_afterwards(self, refund):
        """What was done turns out not to have been (the card's account was closed)."""
        refund._set_error("account closed", extra_allowed_states=("done",))
        self.commit()

    # --- by somebody else ---

    def test_what_was_refunded_in_the_dashboard_is_not_refunded_again(self):
        session = self.authorized(10)
        refund = self.refund_elsewhere(session, 10)
        self.assertEqual(refund.epay_session_id, session)
        self.assertEqual(session.state, "cancelled")
        self.later()
        self.assertEqual(self.refunds(session), [-10])
        self.assertEqual(self.returns(session), (10, 10, "full"))
        self.assertEqual(session._money_of_customer(), "returned")

    def test_a_refund_made_elsewhere_before_the_sale_is_in_the_books(self):
        session = self.authorized(10)
        self.refund_elsewhere(session, 10)
        self.run_odoos_post_processing(session)
        self.assertEqual(self.posted(session), [-10, 10])
        self.assertWashed(session)

    def run_odoos_post_processing(self, session):
        session.transaction_ids._post_process()

    def test_only_the_rest_of_what_was_refunded_in_part_is_given_back(self):
        session = self.authorized(10)
        self.refund_elsewhere(session, 4)
        self.assertEqual(session.state, "authorized")
        self.assertEqual(self.returns(session), (4, 4, "part"))
        self.as_clerk(session).cancel()
        self.assertEqual(session.state, "cancelled")
        self.assertEqual(self.refunds(session), [-6, -4])
        self.assertEqual(self.op(session).kind, "reverse_sale")
        self.assertEqual(self.returns(session), (10, 10, "full"))
        self.assertEqual(self.posted(session), [-6, -4, 10])
        self.assertWashed(session)

    def test_only_the_rest_of_late_money_is_given_back(self):
        session = self.authorizing(10)
        tx = self.attempt(session)
        self.as_clerk(session).cancel()
        with self.provider_fails(UserError(self.env._("No.")), act="refund"):
            self.provider_says(tx)
        self.refund_elsewhere(session, 4, source=tx)
        with self.freeze(fields.Datetime.now() + timedelta(minutes=6)):
            self.env["epay.session"]._sweep_late_money()
        self.commit()
        self.assertEqual(self.refunds(session), [-6, -4])
        self.assertFalse(self.env["epay.session"]._with_stray_money())

    def test_late_money_that_somebody_gave_back_is_left_alone(self):
        session = self.authorizing(10)
        tx = self.attempt(session)
        self.as_clerk(session).cancel()
        with self.provider_fails(UserError(self.env._("No.")), act="refund"):
            self.provider_says(tx)
        self.refund_elsewhere(session, 10, source=tx)
        with self.freeze(fields.Datetime.now() + timedelta(minutes=6)):
            self.assertFalse(self.env["epay.session"]._with_stray_money())
            session._lock()._follow()
        self.assertEqual(self.refunds(session), [-10])
        self.assertWashed(session)

    def test_nothing_is_given_back_while_somebody_elses_refund_is_under_way(self):
        session = self.authorized(10)
        refund = self.refund_elsewhere(session, 10, state="pending")
        with self.assertRefused("in_doubt"):
            self.as_clerk(session).cancel()
        self.assertEqual(session.refund_reserved, 10)
        refund._set_error("not possible")
        self.commit()
        self.assertEqual(self.returns(session), (0, 0, "none"))
        self.as_clerk(session).cancel()
        self.assertEqual(self.refunds(session), [-10])

    def test_a_part_is_not_given_back_where_only_the_whole_can_be(self):
        self.method.support_refund = "full_only"
        session = self.authorized(10)
        self.refund_elsewhere(session, 4)
        with self.assertRefused("not_refundable"):
            self.as_clerk(session).cancel()
        self.assertEqual(self.refunds(session), [-4])

    def test_what_was_refunded_in_part_may_be_settled(self):
        session = self.authorized(10)
        self.refund_elsewhere(session, 4)
        self.settle(session)
        self.assertEqual(session.state, "settled", session.reason)
        self.run_odoos_post_processing(session)
        self.assertEqual(self.posted(session), [-4, 10])
        self.assertIn(session.invoice_id.payment_state, ("paid", "in_payment"))

    # --- by us ---

    def test_it_is_reserved_before_the_provider_is_asked(self):
        session = self.authorized(10)
        reserved = []

        def send(tx):
            reserved.append(session.refund_reserved)
            raise ProviderOutcomeUnknown("lost")

        with patch.object(DemoTransaction, "_send_refund_request", send):
            self.as_clerk(session).cancel()
        self.assertEqual(reserved, [10])
        self.assertEqual(self.returns(session), (0, 10, "none"), "not known: kept")

    def test_it_is_released_when_the_provider_refuses(self):
        session = self.authorized(10)
        with self.provider_fails(UserError(self.env._("No.")), act="refund"):
            self.as_clerk(session).cancel()
        self.assertEqual(self.returns(session), (0, 0, "none"))
        self.as_clerk(session).cancel()
        self.assertEqual(self.returns(session), (10, 10, "full"))
        self.assertEqual(self.refunds(session), [-10])

    # --- it fails afterwards ---

    def test_a_refund_that_fails_afterwards_is_for_a_person_alone(self):
        session = self.authorized(10)
        self.as_clerk(session).cancel()
        self.fail_afterwards(self.refund_of(session))
        self.assertIn("failed afterwards", session.reason)
        self.assertEqual(self.returns(session), (0, 0, "none"))
        self.assertTrue(session.live_transaction_id.epay_stuck)
        for minutes in (6, 60, 600):
            with self.freeze(fields.Datetime.now() + timedelta(minutes=minutes)):
                self.env["epay.session"]._sweep_late_money()
                session._lock()._follow()
        self.assertEqual(self.refunds(session), [], "nobody refunds it beside them")

    def refund_of(self, session):
        return session.operation_ids.filtered(lambda op: op.kind == "refund").child_id

    def test_a_refund_that_fails_afterwards_leaves_the_books(self):
        session = self.authorized(10)
        self.as_clerk(session).cancel()
        self.fail_afterwards(self.refund_of(session))
        self.assertEqual(self.posted(session), [10])
        receivable = session.live_transaction_id.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(receivable.amount_residual, -10, "the customer's again")

    def test_the_persons_refund_ends_it(self):
        session = self.authorized(10)
        self.as_clerk(session).cancel()
        self.fail_afterwards(self.refund_of(session))
        self.refund_elsewhere(session, 10)
        self.assertFalse(session.live_transaction_id.epay_stuck)
        self.assertEqual(self.returns(session), (10, 10, "full"))
        self.assertEqual(self.posted(session), [-10, 10])
        self.assertWashed(session)
