from odoo import Command, fields
from odoo.tests import tagged

from .common import EpayCase


@tagged("post_install", "-at_install")
class TestPartCaptures(EpayCase):
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

    def test_a_part_that_is_not_back_yet_is_never_called_nothing(self):
        session = self.authorized(10)
        self.capture_elsewhere(session, 1)
        self.method.support_refund = "none"
        session._write_machine({"state": "cancelled"})
        self.assertEqual(session._money_of_customer(), "held")
