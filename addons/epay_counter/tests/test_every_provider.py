"""What holds for every payment module of Odoo's that is installed."""

from odoo import Command
from odoo.tests import tagged

from .pages_common import PagesCase
from .real_providers_common import RealProviderBuilders, RealProviderCase

# How Odoo's own modules let the customer pay.
FLOWS = {
    "adyen": "direct",
    "authorize": "direct",
    "demo": "direct",
    "mollie": "redirect",
    "paypal": "direct",
    "razorpay": "direct",
    "stripe": "direct",
}
CAN_REFUND = {"adyen", "authorize", "demo", "razorpay", "stripe"}


@tagged("post_install", "-at_install")
class TestEveryProvider(RealProviderCase):
    def installed(self):
        """The provider of every code whose module is installed."""
        codes = dict(self.env["payment.provider"]._fields["code"].selection)
        return [
            self.env.ref(f"payment.payment_provider_{code}")
            for code in FLOWS
            if code in codes
        ]

    def keys_of(self, provider):
        """The names of its keys and secrets."""
        prefix = f"{provider.code}_"
        return [
            name
            for name, field in provider._fields.items()
            if name.startswith(prefix) and field.type == "char" and not field.copy
        ]

    def enabled(self, provider, methods):
        """A provider as a shop has it, charging at once, with all of its keys."""
        keys = {
            name: f"key-{number}" for number, name in enumerate(self.keys_of(provider))
        }
        return self.make_real_provider(
            provider.code,
            **keys,
            state="test" if provider.code == "demo" else "enabled",
            capture_manually=False,
            payment_method_ids=[Command.set(methods.ids)],
        )

    def test_the_flow_is_the_one_of_its_form(self):
        for provider in self.installed():
            with self.subTest(provider.code):
                self.assertEqual(provider._epay_flow(), FLOWS[provider.code])

    def test_which_of_them_refund(self):
        card = self.env.ref("payment.payment_method_card")
        for origin in self.installed():
            provider = self.enabled(origin, card)
            tx = self.env["payment.transaction"].new(
                {
                    "provider_id": provider.id,
                    "payment_method_id": card.id,
                    "state": "done",
                    "amount": 10,
                    "currency_id": self.company.currency_id.id,
                }
            )
            with self.subTest(origin.code):
                self.assertEqual(tx._epay_can_refund(), origin.code in CAN_REFUND)

    def test_a_counter_copy_has_the_keys_and_leaves_the_shop_alone(self):
        card = self.env.ref("payment.payment_method_card")
        transfer = self.env.ref("payment.payment_method_ideal")
        self.assertEqual(transfer.support_manual_capture, "none")
        for origin in self.installed():
            shop = self.enabled(origin, card | transfer)
            (card | transfer).active = True
            with self.subTest(origin.code):
                copy = self.copy_of(shop)
                self.assertSameKeys(copy, shop)
                self.assertNotEqual(self.copy_of(shop).name, copy.name)
                manual = bool(shop.support_manual_capture)
                self.assertEqual(copy.capture_manually, manual)
                self.assertEqual(
                    copy.payment_method_ids, card if manual else card | transfer
                )
                self.assertEqual((copy.state, copy.epay_only), (shop.state, True))
                self.assertEqual(shop.payment_method_ids, card | transfer)
                self.assertFalse(shop.capture_manually or shop.epay_only)
                self.assertTrue(card.active and transfer.active)

    def test_a_second_copy_charges_the_rest_at_once(self):
        card = self.env.ref("payment.payment_method_card")
        transfer = self.env.ref("payment.payment_method_ideal")
        off = self.env.ref("payment.payment_method_p24")
        self.assertEqual(off.support_manual_capture, "none")
        for origin in self.installed():
            if not origin.support_manual_capture:
                continue
            shop = self.enabled(origin, card | transfer | off)
            (card | transfer).active = True
            off.active = False
            with self.subTest(origin.code):
                self.copy_of(shop)
                copy = self.copy_of(shop, "action_epay_counter_copy_at_once")
                self.assertSameKeys(copy, shop)
                self.assertIn("charges at once", copy.name)
                self.assertTrue(copy.epay_only and not copy.capture_manually)
                methods = copy.with_context(active_test=False).payment_method_ids
                self.assertEqual(methods, transfer | off)
                self.assertTrue(copy._epay_charges_at_once(transfer))

    def test_the_only_copy_may_charge_everything_at_once(self):
        card = self.env.ref("payment.payment_method_card")
        shop = self.enabled(self.env.ref("payment.payment_provider_demo"), card)
        card.active = True
        copy = self.copy_of(shop, "action_epay_counter_copy_at_once")
        self.assertEqual(copy.payment_method_ids, card)
        self.assertTrue(copy._epay_charges_at_once(card))

    def copy_of(self, shop, how="action_epay_counter_copy"):
        action = getattr(shop, how)()
        return self.env["payment.provider"].browse(action["res_id"])

    def assertSameKeys(self, copy, shop):
        for name in self.keys_of(shop):
            self.assertTrue(copy[name], name)
            self.assertEqual(copy[name], shop[name], name)


@tagged("post_install", "-at_install")
class TestPaypalPage(RealProviderBuilders, PagesCase):
    code = "paypal"
    keys = {
        "paypal_email_account": "shop@example.com",
        "paypal_client_id": "client",
        "paypal_client_secret": "secret",
        "capture_manually": False,
    }

    def test_its_button_is_on_our_page(self):
        page = self.get(f"{self.requested_of(self.register())}/pay")
        self.assertEqual(page.status_code, 200)
        self.assertTrue(self.tree(page).xpath("//*[@id='o_paypal_button_container']"))
        [radio] = self.tree(page).xpath("//input[@name='o_payment_radio']")
        self.assertEqual(radio.get("data-provider-code"), "paypal")
        self.assertIn("client_id", radio.get("data-paypal-inline-form-values"))
