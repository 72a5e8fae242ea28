import sys
from pathlib import Path

import requests

from odoo.addons.payment.tests.common import PaymentCommon

sys.path.insert(0, str(Path(__file__).parents[3]))

from standin.card_company import CardCompany

ENGINE_LOGGER = "odoo.addons.payment.models.payment_provider"


class StandinCommon(PaymentCommon):
    """A card company of its own, and providers that talk to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.cards = CardCompany(webhooks=False).start()
        cls.addClassCleanup(cls.cards.stop)
        cls.amount = 120.5
        cls.provider = cls._make()

    @classmethod
    def _make(cls, **values):
        providers = cls.env["payment.provider"]
        return providers._standin_make(url=cls.cards.url, **values)

    def setUp(self):
        super().setUp()
        self.cards.reset()

    def _tx(self, flow="redirect", **values):
        provider = values.pop("provider", self.provider)
        method = self.env.ref("payment.payment_method_card")
        return self._create_transaction(
            flow,
            provider_id=provider.id,
            payment_method_id=method.id,
            **{"currency_id": self.currency_euro.id, **values},
        )

    def _token(self, card="ok", provider=None):
        return self._create_token(
            provider_id=(provider or self.provider).id,
            payment_method_id=self.env.ref("payment.payment_method_card").id,
            provider_ref=self.cards.save_card(card)["id"],
        )

    def _charged(self, card="ok", provider=None, **values):
        """Return a transaction charged with a saved card."""
        provider = provider or self.provider
        token = self._token(card, provider)
        tx = self._tx("token", provider=provider, token_id=token.id, **values)
        tx._charge_with_token()
        return tx

    def _press(self, tx, outcome):
        """Press a button of the payment page; return where it sends the browser."""
        answer = requests.post(
            f"{self.cards.url}/pay/{tx.provider_reference}",
            data={"outcome": outcome},
            allow_redirects=False,
            timeout=10,
        )
        self.assertEqual(answer.status_code, 303)
        return answer.headers["Location"]

    def _ask(self, tx):
        """Take over what the card company knows."""
        return tx._process("standin", tx._epay_fetch_payment_data())

    def _kinds(self):
        return [entry["kind"] for entry in self.cards.ledger()["entries"]]

    def _total(self, name):
        return self.cards.ledger()["totals"][name]
