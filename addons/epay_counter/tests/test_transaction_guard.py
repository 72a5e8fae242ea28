"""What accounting may not do to a deal's payments by RPC, nor by Odoo's own buttons."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import ProviderOutcomeUnknown
from .test_operations import OperationsCase


class GuardCase(OperationsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # With the most rights that somebody may have: Odoo lets accounting alone write
        # payments, and make some where it may read the provider.
        cls.accountant = cls.make_user(
            "epay_test_accountant", "account.group_account_invoice,base.group_system"
        )

    def as_accountant(self, record, **context):
        return record.with_user(self.accountant).with_context(**context)

    def values(self, **values):
        """Of a payment that has nothing to do with a counter."""
        return {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "amount": 80.78,
            "currency_id": self.company.currency_id.id,
            "reference": "Not a deal",
            "partner_id": self.accountant.partner_id.id,
            **values,
        }

    def make(self, context=None, **values):
        """A payment that accounting makes by RPC."""
        transactions = self.env["payment.transaction"]
        return self.as_accountant(transactions, **(context or {})).create(
            self.values(**values)
        )


@tagged("post_install", "-at_install")
class TestLinks(GuardCase):
    def test_nobody_makes_a_payment_of_a_deal(self):
        session = self.authorizing()
        with self.assertRaises(AccessError):
            self.make(epay_session_id=session.id, state="done")
        self.assertEqual(session.state, "authorizing")

    def test_nor_by_a_default_in_the_context(self):
        session = self.authorizing()
        tx = self.make({"default_epay_session_id": session.id}, state="done")
        self.assertFalse(tx.sudo().epay_session_id)

    def test_nor_by_a_default_where_odoo_makes_the_payment_with_sudo(self):
        session = self.authorizing()
        transactions = self.env["payment.transaction"].with_user(self.accountant).sudo()
        asked = transactions.with_context(default_epay_session_id=session.id)
        self.assertFalse(asked.create(self.values()).epay_session_id)

    def test_nobody_makes_a_refund_of_a_deals_payment(self):
        session = self.settled(80.78)
        paid = session.live_transaction_id
        values = {"operation": "refund", "amount": -80.78, "state": "done"}
        with self.assertRefused("wrong_state"):
            self.make(source_transaction_id=paid.id, **values)
        foreign = self.make(**values)
        with self.assertRefused("wrong_state"):
            self.as_accountant(foreign).write({"source_transaction_id": paid.id})
        self.assertEqual(session.returned_amount, 0)

    def test_no_field_of_ours_is_written(self):
        paid = self.authorized(80.78).live_transaction_id
        for name in paid._fields:
            if name.startswith("epay_"):
                with self.subTest(name), self.assertRaises(AccessError):
                    self.as_accountant(paid).write({name: False})
        self.assertTrue(paid.epay_session_id)

    def test_what_the_provider_decides_is_not_written_on_a_deals_payment(self):
        tx = self.attempt(self.authorizing())
        for values in ({"state": "authorized"}, {"amount": 1}, {"operation": "refund"}):
            with self.subTest(values), self.assertRaises(AccessError):
                self.as_accountant(tx).write(values)
        self.as_accountant(tx).write({"partner_phone": "0123"})
        self.assertEqual((tx.state, tx.partner_phone), ("draft", "0123"))

    def test_other_payments_are_written_as_before(self):
        tx = self.make()
        self.as_accountant(tx).write({"state": "pending", "amount": 5})
        self.assertEqual((tx.state, tx.amount), ("pending", 5))


@tagged("post_install", "-at_install")
class TestSecondRefund(GuardCase):
    def in_doubt(self, amount=50):
        """A deal whose refund was sent, and its answer was lost."""
        self.provider.capture_manually = False
        session = self.authorized(amount)
        with self.provider_fails(ProviderOutcomeUnknown("lost"), act="refund"):
            self.as_clerk(session).cancel()
        self.assertTrue(session.in_doubt)
        return session

    def test_odoos_button_sends_no_second_refund_while_ours_is_in_doubt(self):
        session = self.in_doubt(50)
        paid = session.live_transaction_id
        with patch.object(type(paid), "_send_refund_request") as sent:
            for amount in (50, 20):
                with self.subTest(amount), self.assertRefused("in_doubt"):
                    self.as_accountant(paid).action_refund(amount)
        sent.assert_not_called()
        self.assertEqual(paid.child_transaction_ids, session.operation_ids.child_id)

    def test_nor_on_its_capture(self):
        session = self.in_doubt(50)
        paid = session.live_transaction_id
        capture = paid._create_child_transaction(50)
        capture.state = "done"
        with patch.object(type(paid), "_send_refund_request") as sent:
            with self.assertRefused("in_doubt"):
                self.as_accountant(capture).action_refund(50)
        sent.assert_not_called()

    def test_a_settled_deal_is_refunded_by_the_button(self):
        session = self.settled(50)
        self.provider.capture_manually = False
        self.as_accountant(session.live_transaction_id).action_refund(20)
        self.commit()
        self.assertEqual(session.returned_amount, 20)
