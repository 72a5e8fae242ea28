from odoo.tests import tagged

from ..hooks import _hide_counter_copies
from .common import EpayCase


@tagged("post_install", "-at_install")
class TestCounterCopies(EpayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.epay_only = True
        cls.customer = cls.env["res.partner"].create({"name": "Test Customer"})
        cls.card = cls.make_token(cls.customer)
        cls.bystander = cls.make_provider(name="Test Bystander")

    def hidden(self):
        """The copy as Odoo sees it without the add-on, which kept it to counters."""
        _hide_counter_copies(self.env)
        self.provider.epay_only = False
        return self.provider

    def test_customers_are_not_offered_it_elsewhere(self):
        copy = self.hidden()
        public = self.env["payment.provider"].with_user(
            self.env.ref("base.public_user")
        )
        offered = public.sudo()._get_compatible_providers(
            self.company.id, self.customer.id, 10
        )
        self.assertNotIn(copy, offered)
        self.assertIn(self.bystander, offered)

    def test_saved_cards_stay(self):
        self.hidden()
        self.assertTrue(self.card.active)

    def test_refunds_are_possible_still(self):
        self.assertEqual(self.hidden().state, "test")
