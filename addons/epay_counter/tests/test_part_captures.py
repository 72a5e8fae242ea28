from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OPERATION_LOGS
from .test_bad_luck import LATE_MONEY_LOG
from .test_operations import OperationsCase


@tagged("post_install", "-at_install")
class TestPartCaptures(OperationsCase):
    """Somebody else captures a part of what a deal has authorized."""

    def setUp(self):
        super().setUp()
        self.provider.support_manual_capture = "partial"
        self.method.support_manual_capture = "partial"

    def part_captured(self, void_rest=False):
        """1.00 of 10.00 was captured in the dashboard. The demo provider's refunds are
        done at once only without manual capture."""
        session = self.authorized(10)
        self.capture_elsewhere(session, 1, void_rest=void_rest)
        self.provider.capture_manually = False
        return session

    def moved(self, session, kind):
        """The sums of our acts of a kind that succeeded."""
        done = session.operation_ids.filtered(
            lambda op: (op.kind, op.state) == (kind, "succeeded")
        )
        return done.mapped("amount")

    # --- Odoo's own buttons ---

    def test_odoos_wizard_captures_nothing_of_a_deal(self):
        session = self.authorized(10)
        wizard = self.env["payment.capture.wizard"].create(
            {
                "transaction_ids": [Command.set(session.live_transaction_id.ids)],
                "amount_to_capture": 1,
            }
        )
        with self.assertRefused("wrong_state"):
            wizard.action_capture()
        self.assertFalse(session.live_transaction_id.child_transaction_ids)

    def test_odoos_button_voids_nothing_of_a_deal(self):
        session = self.authorized(10)
        with self.assertRefused("wrong_state"):
            session.live_transaction_id.action_void()
        self.assertEqual(session.state, "authorized")

    def test_odoos_button_voids_what_a_person_has_to_see_to(self):
        session = self.authorized(10)
        session.live_transaction_id.epay_stuck = True
        session.live_transaction_id.action_void()
        self.assertEqual(session.live_transaction_id.state, "cancel")

    # --- in the provider's dashboard ---

    def test_settling_captures_only_the_rest(self):
        session = self.authorized(10)
        self.capture_elsewhere(session, 1)
        self.assertEqual((session.state, session.captured_amount), ("authorized", 1))
        self.settle(session)
        self.assertEqual(session.state, "settled", session.reason)
        self.assertEqual(self.moved(session, "capture"), [9])
        self.assertEqual(session.captured_amount, 10)
        self.assertIn(session.invoice_id.payment_state, ("paid", "in_payment"))
        payments = session.live_transaction_id.child_transaction_ids.payment_id
        self.assertEqual(sorted(payments.mapped("amount")), [1, 9])

    def test_dropping_gives_back_the_part_and_the_rest(self):
        session = self.part_captured()
        self.as_clerk(session).cancel()
        self.assertEqual(session.state, "cancelled")
        self.assertEqual(self.moved(session, "refund"), [1])
        self.assertEqual(self.moved(session, "void"), [9])
        self.assertEqual(session._money_of_customer(), "returned")
        booked = session.transaction_ids.payment_id
        self.assertEqual(sorted(booked.mapped("amount_signed")), [-1, 1])

    def test_expiring_gives_back_the_part_and_the_rest(self):
        session = self.part_captured()
        session._write_machine({"expires_at": fields.Datetime.now()})
        self.env["epay.session"]._expire_one(session.id)
        self.commit()
        self.assertEqual(session.state, "expired")
        self.assertEqual(self.moved(session, "refund"), [1])
        self.assertEqual(self.moved(session, "void"), [9])

    def test_a_part_whose_rest_is_gone_can_not_be_settled(self):
        session = self.authorized(10)
        self.capture_elsewhere(session, 1, void_rest=True)
        self.assertEqual((session.state, session.captured_amount), ("authorized", 1))
        with self.assertRefused("amount_mismatch"):
            self.settle(session)
        self.assertEqual(session.state, "authorized")

    def test_a_part_whose_rest_is_gone_is_given_back_when_dropped(self):
        session = self.part_captured(void_rest=True)
        self.as_clerk(session).cancel()
        self.assertEqual(session.state, "cancelled")
        self.assertEqual(self.moved(session, "refund"), [1])
        self.assertFalse(self.moved(session, "void"))
        self.assertEqual(session._money_of_customer(), "returned")
        booked = session.transaction_ids.payment_id
        self.assertEqual(sorted(booked.mapped("amount_signed")), [-1, 1])

    @mute_logger(*OPERATION_LOGS)
    def test_a_rest_whose_void_was_refused_is_tried_again(self):
        session = self.part_captured()
        with self.provider_fails(UserError(self.env._("No.")), act="void"):
            self.as_clerk(session).cancel()
        self.assertEqual(self.moved(session, "refund"), [1])
        self.assertFalse(self.moved(session, "void"))
        with self.freeze(fields.Datetime.now() + timedelta(minutes=6)):
            self.env["epay.session"]._sweep_late_money()
        self.commit()
        self.assertEqual(self.moved(session, "void"), [9])
        self.assertFalse(self.env["epay.session"]._with_stray_money())

    def test_a_rest_that_can_not_be_voided_is_for_a_person(self):
        session = self.part_captured()
        tx = session.live_transaction_id
        with (
            patch.object(type(tx), "_epay_can_void", lambda tx: False),
            self.assertLogs(LATE_MONEY_LOG, "WARNING"),
        ):
            self.as_clerk(session).cancel()
        self.assertTrue(tx.epay_stuck)
        self.assertEqual(self.moved(session, "refund"), [1])

    def test_a_part_of_what_ended_at_the_provider_is_given_back(self):
        session = self.part_captured()
        session.live_transaction_id._set_canceled()
        self.commit()
        self.assertEqual(session.state, "cancelled")
        self.assertEqual(self.moved(session, "refund"), [1])
        self.assertEqual(session._money_of_customer(), "returned")
        self.assertFalse(self.env["epay.session"]._with_stray_money())

    def test_such_a_part_is_found_when_nobody_followed(self):
        session = self.part_captured()
        tx = session.live_transaction_id
        tx.state = "cancel"
        session._write_machine({"state": "cancelled"})
        self.env.flush_all()
        self.assertEqual(self.env["epay.session"]._with_stray_money(), session.ids)

    def test_a_part_that_is_not_back_yet_is_never_called_nothing(self):
        session = self.authorized(10)
        self.capture_elsewhere(session, 1)
        self.method.support_refund = "none"
        session._write_machine({"state": "cancelled"})
        self.assertEqual(session._money_of_customer(), "held")
