"""Builders for the tests of the back office."""

from unittest.mock import patch

from odoo import Command

from odoo.addons.payment_demo.models.payment_transaction import (
    PaymentTransaction as DemoTransaction,
)

from ..exceptions import ProviderOutcomeUnknown
from .common import EpayCase


class OfficeCase(EpayCase):
    """Two stores of one company, each with a manager of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager2 = cls.make_user(
            "epay_test_manager2", "epay_counter.group_epay_manager"
        )
        cls.clerk2 = cls.make_user("epay_test_clerk2", "epay_counter.group_epay_clerk")
        cls.store2 = cls.make_store(
            name="Other Street",
            code="otherstreet",
            manager_ids=[Command.set(cls.manager2.ids)],
        )
        cls.counter2 = cls.make_counter(
            store_id=cls.store2.id, code="O1", user_ids=[Command.set(cls.clerk2.ids)]
        )

    def in_doubt(self, amount=10, act="capture"):
        """A deal whose provider did not answer."""
        session = self.authorized(amount)
        with self.no_answer(act):
            if act == "capture":
                self.settle(session)
            else:
                self.as_clerk(session).cancel()
        return session

    def no_answer(self, act):
        """The provider is asked for `act`, and nobody knows what it did."""
        lost = ProviderOutcomeUnknown("no answer")
        return patch.object(DemoTransaction, f"_send_{act}_request", side_effect=lost)

    def as_manager(self, record, user=None):
        return record.with_user(user or self.manager).with_context(
            allowed_company_ids=self.company.ids
        )

    def new_wizard(self, model, user=None, **values):
        return self.as_manager(self.env[model], user).create(values)
