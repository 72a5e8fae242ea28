import requests

from odoo.tests import mute_logger, tagged

from .common import ENGINE_LOGGER, StandinCommon


@tagged("post_install", "-at_install")
class TestPayments(StandinCommon):
    """What goes well, through Odoo's own engine."""

    def test_saved_card_is_held_then_captured(self):
        tx = self._charged()
        self.assertEqual(tx.state, "authorized")
        self.assertEqual(tx.payment_method_code, "visa")
        self.assertEqual(self._total("held"), 12050)
        child = tx._capture()
        self.assertEqual((child.state, tx.state), ("done", "done"))
        self.assertNotEqual(child.provider_reference, tx.provider_reference)
        self.assertEqual(self._kinds(), ["authorization", "capture"])

    def test_void(self):
        tx = self._charged()
        child = tx._void()
        self.assertEqual((child.state, tx.state), ("cancel", "cancel"))
        self.assertEqual(self._total("voided"), 12050)

    def test_partial_refunds(self):
        tx = self._charged()
        child = tx._capture()
        for source, amount in ((tx, 20.5), (child, 100)):
            refund = source._refund(amount)
            self.assertEqual(refund.state, "done")
            self.assertEqual(refund.amount, -amount)
        self.assertEqual(self._total("net"), 0)
        with mute_logger(ENGINE_LOGGER):
            self.assertEqual(tx._refund(1).state, "error")
        self.assertEqual(self._total("refunded"), 12050)

    def test_charged_at_once(self):
        tx = self._charged(provider=self._make(manual=False))
        self.assertEqual(tx.state, "done")
        self.assertEqual(self._total("captured"), 12050)

    def test_currency_without_decimals(self):
        yen = self._enable_currency("JPY")
        tx = self._charged(currency_id=yen.id, amount=500)
        self.assertEqual(tx.state, "authorized")
        self.assertEqual(self._total("held"), 500)

    def test_redirect(self):
        for outcome, state in (
            ("pay", "authorized"),
            ("decline", "error"),
            ("cancel", "cancel"),
            ("pending", "pending"),
        ):
            with self.subTest(outcome):
                tx = self._tx(reference=f"page-{outcome}")
                html = tx._get_processing_values()["redirect_form_html"]
                self.assertIn(f"{self.cards.url}/pay/{tx.provider_reference}", html)
                self.assertEqual(tx.state, "draft")
                self.assertIn(tx.reference, self._press(tx, outcome))
                self._ask(tx)
                self.assertEqual(tx.state, state)

    def test_direct_by_the_browser(self):
        provider = self._make(flow="direct")
        self.assertTrue(provider._should_build_inline_form())
        tx = self._tx("direct", provider=provider, tokenize=True)
        values = tx._get_processing_values()
        requests.post(
            values["confirm_url"],
            json={"client_secret": values["client_secret"], "card": "ok"},
            timeout=10,
        )
        self._ask(tx)
        self.assertEqual(tx.state, "authorized")
        self.assertEqual(tx.token_id.payment_details, "4242")
        self.assertFalse(tx.tokenize)

    def test_declined_card(self):
        tx = self._charged("declined")
        self.assertEqual(tx.state, "error")
        self.assertEqual(tx.state_message, "The card was declined.")

    def test_declined_capture(self):
        tx = self._charged()
        self.cards.fault("decline", act="capture", reason="fraud")
        with mute_logger(ENGINE_LOGGER):
            child = tx._capture()
        self.assertEqual((child.state, tx.state), ("error", "authorized"))
        self.assertIn("fraud check", child.state_message)
        self.assertEqual(tx._capture().state, "done")

    def test_pending_capture(self):
        tx = self._charged()
        self.cards.fault("pending", act="capture")
        child = tx._capture()
        self.assertEqual((child.state, tx.state), ("pending", "authorized"))
        self.cards.settle_pending(child.provider_reference)
        self._ask(child)
        self.assertEqual((child.state, tx.state), ("done", "done"))

    def test_wrong_amount_is_noticed(self):
        self.cards.fault("wrong_amount", act="create")
        tx = self._charged()
        self.assertEqual(tx.state, "error")

    def test_idempotency_key_reaches_the_company(self):
        tx = self._charged()
        self.assertTrue(self.cards.requests(act="create")[0]["idempotency_key"])
        tx._capture()
        self.assertFalse(self.cards.requests(act="capture")[0]["idempotency_key"])
        body = {"reference": "by-hand", "amount": 12050}
        for _time in range(2):
            tx._send_api_request(
                "POST",
                f"payments/{tx.provider_reference}/refund",
                json=body,
                idempotency_key="the-key",
            )
        replayed = [row["replayed"] for row in self.cards.requests(act="refund")]
        self.assertEqual(replayed, [False, True])

    def test_asking_for_what_is_unknown(self):
        self.assertEqual(self._tx()._epay_fetch_payment_data(), {})
        tx = self._charged(reference="charged")
        child = tx._create_child_transaction(tx.amount)
        self.assertEqual(child._epay_fetch_payment_data(), {})

    def test_a_company_without_keys_that_cannot_be_asked(self):
        provider = self._make(standin_keys=False, standin_askable=False)
        self.assertFalse(provider._epay_is_idempotent())
        tx = self._charged(provider=provider)
        self.assertFalse(self.cards.requests(act="create")[0]["idempotency_key"])
        self.assertIsNone(tx._epay_fetch_payment_data())

    def test_providers_are_ready(self):
        provider = self._make(methods=("card", "paypal"), manual=False, name="Wallets")
        self.assertEqual(provider, self._make(manual=False, name="Wallets"))
        self.assertEqual(provider.state, "test")
        self.assertTrue(provider.is_published)
        self.assertTrue(provider.journal_id)
        self.assertEqual(provider.payment_method_ids.code, "card")
        self.assertFalse(provider._should_build_inline_form())
        compatible = self.env["payment.provider"]._get_compatible_providers(
            self.company.id, self.partner.id, 10, currency_id=self.currency_euro.id
        )
        self.assertIn(provider, compatible)
