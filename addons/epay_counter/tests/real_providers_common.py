"""A payment company at the other end of the network, and the store that it works for.

Only the network is replaced: the modules of the payment companies are Odoo's own.
"""

import json as jsonlib
from collections import namedtuple
from unittest import SkipTest
from unittest.mock import patch
from urllib.parse import urlparse

import requests

from odoo import Command

from .common import OPERATION_LOGS, EpayCase, http_answer

LOGS = (
    *OPERATION_LOGS,
    "odoo.addons.payment.models.payment_transaction",
    "odoo.addons.payment_adyen.models.payment_transaction",
)

Call = namedtuple("Call", "method path body key")


class Company:
    """A payment company; `requests.request` and `requests.post` are patched by it."""

    def __init__(self):
        self.calls = []
        self._by_key = {}
        self._lost = None

    def lose(self, what):
        """The next `request`, or the `answer` to it, gets lost on its way."""
        self._lost = what

    def request(
        self, method, url, params=None, data=None, json=None, headers=None, **kwargs
    ):
        headers = {name.lower(): value for name, value in (headers or {}).items()}
        key = headers.get("idempotency-key")
        body = params or data or json or {}
        call = Call(method, urlparse(url).path, body, key)
        self.calls.append(call)
        lost, self._lost = self._lost, None
        if lost == "request":
            raise requests.exceptions.ReadTimeout("lost")
        if not key or key not in self._by_key:
            self._by_key[key] = self.answer(call)
        if lost == "answer":
            raise requests.exceptions.ReadTimeout("lost")
        return http_answer(body=jsonlib.dumps(self._by_key[key]))

    def post(self, url, data=None, **kwargs):
        return self.request("POST", url, data=jsonlib.loads(data))

    def answer(self, call):
        """The literal content of the answer."""
        raise NotImplementedError

    def asked(self, ending):
        """The calls whose path ends like this."""
        return [call for call in self.calls if call.path.endswith(ending)]


class RealProviderBuilders:
    """Makes a real provider the only one of the store."""

    code = None
    keys = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.code:
            cls.require_module(cls.code)
            cls.provider = cls.make_real_provider(cls.code, **cls.keys)
            cls.store.provider_ids = cls.provider

    @classmethod
    def require_module(cls, code):
        name = f"payment_{code}"
        if cls.env["ir.module.module"]._get(name).state != "installed":
            raise SkipTest(f"The module {name} is not installed in this database.")

    @classmethod
    def make_real_provider(cls, code, **values):
        """A provider of ours with keys, cards and manual capture."""
        cls.card = cls.env.ref("payment.payment_method_card")
        provider = cls.env.ref(f"payment.payment_provider_{code}").copy(
            {"company_id": cls.company.id}
        )
        provider.write(
            {
                "name": f"Test {code}",
                "state": "test",
                "is_published": True,
                "allow_tokenization": True,
                "capture_manually": True,
                "payment_method_ids": [Command.set(cls.card.ids)],
                **values,
            }
        )
        (cls.card | cls.card.brand_ids).active = True
        provider.journal_id = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        return provider


class RealProviderCase(RealProviderBuilders, EpayCase):
    """A store with a real provider, and the company that it talks to."""

    company_class = Company
    # What a saved card has of this company's.
    card_values = {}

    def setUp(self):
        super().setUp()
        self.far = self.company_class()
        self.startPatcher(patch("requests.request", self.far.request))
        self.startPatcher(patch("requests.post", self.far.post))
        self.mute(*LOGS)

    # --- the ways ---

    def make_saved_card(self, partner):
        return self.env["payment.token"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.card.id,
                "payment_details": "4242",
                "partner_id": partner.id,
                **self.card_values,
            }
        )

    def pay_by_saved_card(self, *login):
        """A deal whose customer's saved card the clerk has had charged."""
        partner = self.make_customer(*login)
        token = self.make_saved_card(partner)
        return self.authorizing(partner=partner, key=f"t-{token.id}")

    def charge_and_cancel(self):
        """A deal that was charged at once by a saved card, and dropped by the clerk."""
        self.provider.capture_manually = False
        session = self.pay_by_saved_card()
        self.cancel(session)
        return session

    def process(self, data):
        """Data arrive as the provider's routes take them."""
        self.env["payment.transaction"].sudo()._process(self.code, data)
        self.commit()

    def cancel(self, session):
        self.as_clerk(session).cancel()
        self.commit()

    # --- asserting ---

    def assertAuthorized(self, session):
        self.assertEqual(session.state, "authorized", session.reason)

    def assertCancelled(self, session):
        self.assertEqual(session.state, "cancelled", session.reason)

    def assertSettled(self, session):
        self.assertEqual(session.state, "settled", session.reason)
        self.assertEqual(session.captured_amount, session.amount)
        self.assertIn(session.invoice_id.payment_state, ("paid", "in_payment"))

    def assertInDoubt(self, session):
        self.assertEqual(session.operation_ids[:1].state, "unknown")
        self.assertTrue(session.in_doubt)

    def assertSameKey(self, calls, times=2):
        """The same request `times` over, recognizable as such."""
        self.assertEqual(len(calls), times)
        self.assertEqual(len({call.key for call in calls}), 1)
        self.assertTrue(calls[0].key)
