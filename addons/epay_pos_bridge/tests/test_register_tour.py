from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.epay_counter.tests.return_common import ReturnBuilders

from ..models.pos_config import PosConfig
from .register_common import RegisterBuilders

_epay_status = PosConfig.epay_status


@tagged("post_install", "-at_install")
class TestRegisterTour(ReturnBuilders, RegisterBuilders, HttpCase):
    """The real register in a browser; the customer pays while it waits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bread.available_in_pos = True

    def tour(self, name, pays_at=2):
        """Run a tour; the customer pays when the register asks for the n-th time."""
        asked = []

        def status(config, payment_uuid):
            asked.append(payment_uuid)
            deal = self.deal(payment_uuid)
            if len(asked) == pays_at and deal.state == "open":
                self.pay_on_phone(deal)
            return _epay_status(config, payment_uuid)

        with patch.object(PosConfig, "epay_status", status):
            address = f"/pos/ui/{self.register_config.id}"
            self.start_tour(address, name, login=self.cashier.login)
        return self.counter.session_ids.sorted("id")

    def test_a_line_is_paid_by_itself_and_the_order_is_finished(self):
        deal = self.tour("epay_register_sale")
        self.assertEqual((deal.state, deal.amount), ("settled", 4.20))
        self.assertEqual(deal.line_ids.mapped("subtotal"), [4.20])
        payment = deal.pos_payment_ids
        self.assertEqual(payment.transaction_id, deal.name)
        self.assertEqual(payment.pos_order_id.state, "paid")
        self.close_register()
        self.assertEqual(self.pos_session.state, "closed")

    def test_a_cancelled_line_is_tried_again(self):
        first, second = self.tour("epay_register_cancel", pays_at=99)
        self.assertEqual((first.state, second.state), ("cancelled", "open"))
        self.assertEqual(first.pos_payment_uuid, second.pos_payment_uuid)

    def test_after_a_reload_the_line_finds_its_deal(self):
        deal = self.tour("epay_register_reload", pays_at=3)
        self.assertEqual((len(deal), deal.state), (1, "settled"))
