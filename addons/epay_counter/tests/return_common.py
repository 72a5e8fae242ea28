"""Builders for the tests of returns."""

from unittest.mock import patch

from odoo.addons.payment_demo.models.payment_transaction import (
    PaymentTransaction as DemoTransaction,
)

from ..exceptions import EpayRefusal, ProviderOutcomeUnknown
from .common import EpayCase

_send_refund_request = DemoTransaction._send_refund_request


def _refund_as_real_providers_do(transaction):
    """Odoo's demo provider leaves a refund `authorized` while manual capture is on."""
    if transaction.provider_code != "demo":
        _send_refund_request(transaction)
        return
    data = {
        "reference": transaction.reference,
        "simulated_state": "done",
        "manual_capture": True,
    }
    transaction._process("demo", data)


class ReturnBuilders:
    """Ways through a return; for `TransactionCase` and `HttpCase` alike."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(
            DemoTransaction, "_send_refund_request", _refund_as_real_providers_do
        )

    # --- the clerk ---

    def find(self, sale, counter=None, **arguments):
        """The clerk types number and amount, and gets the return."""
        counter = self.as_clerk(counter or sale.counter_id)
        arguments = {"number": sale.name, "amount": sale.amount, **arguments}
        answer = counter.register_cancellation(**arguments)
        return self.env["epay.session"].browse(answer["session"]["id"])

    def inquire(self, back):
        return self.as_clerk(back).inquire()

    def execute(self, back):
        return self.as_clerk(back).execute_cancellation()

    def as_manager(self, record, user=None):
        return record.with_user(user or self.manager).with_context(
            allowed_company_ids=record.company_id.ids
        )

    # --- the customer ---

    def consent(self, back):
        self.as_customer(back)._consent(back._bound_visit())

    def refuse(self, back):
        self.as_customer(back)._refuse(back._bound_visit())

    # --- ways through a return ---

    def engaged(self, sale, **arguments):
        """The customer looks at the return on the phone."""
        back = self.find(sale, **arguments)
        self.join(back)
        return back

    def consented(self, sale, **arguments):
        back = self.engaged(sale, **arguments)
        self.consent(back)
        return back

    def cancellable(self, sale, **arguments):
        back = self.consented(sale, **arguments)
        self.inquire(back)
        return back

    def reversed(self, sale, **arguments):
        back = self.cancellable(sale, **arguments)
        self.execute(back)
        return back

    def basket(self, *lines, counter=None):
        """A settled deal of `(name, quantity, price)`."""
        values = [
            {"name": name, "quantity": quantity, "price_unit": price}
            for name, quantity, price in lines
        ]
        total = round(sum(quantity * price for _name, quantity, price in lines), 2)
        session = self.register(total, counter, lines=values)
        self.join(session)
        self.choose(session)
        self.as_clerk(session).request_authorization()
        self.provider_says(self.attempt(session))
        self.settle(session)
        self.assertEqual(session.state, "settled")
        return session

    def line(self, sale, number, quantity):
        """A chosen line, as the clerk's screen sends it."""
        return {"line_id": sale.line_ids[number].id, "quantity": quantity}

    # --- the provider ---

    def refund_answers(self, effect):
        """While it lasts the provider's answer to a refund is `effect`."""
        return patch.object(DemoTransaction, "_send_refund_request", effect)

    def no_answer(self):
        lost = ProviderOutcomeUnknown("no answer")
        return patch.object(DemoTransaction, "_send_refund_request", side_effect=lost)

    def declines(self, text="Card closed"):
        """The provider refuses refunds for certain."""
        return self.refund_answers(lambda tx: tx._set_error(text))

    # --- asserting ---

    def refused_code(self, work):
        """The code that `work()` is refused with; what it counted stays counted."""
        try:
            work()
        except EpayRefusal as refusal:
            return refusal.code
        return None


class ReturnCase(ReturnBuilders, EpayCase):
    """A shop whose deals come back."""
