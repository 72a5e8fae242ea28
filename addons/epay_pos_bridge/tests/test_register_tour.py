from collections import Counter
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.epay_counter.tests.return_common import ReturnBuilders
from odoo.addons.point_of_sale.models.pos_session import PosSession

from ..models.pos_config import PosConfig
from .register_common import RegisterBuilders

_epay_status = PosConfig.epay_status
_load_data = PosSession.load_data


@tagged("post_install", "-at_install")
class TestRegisterTour(ReturnBuilders, RegisterBuilders, HttpCase):
    """The real register in a browser; the customer pays while it waits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bread.available_in_pos = True

    def tour(self, name, acts):
        """Run a tour; whenever the register asks how far a payment is, the customer
        may act.

        :param acts: called with the deal and how often it was asked for
        """
        asked = Counter()

        def status(config, payment_uuid):
            # What the register's own requests wrote
            self.env.invalidate_all()
            deal = self.deal(payment_uuid)
            asked[deal] += 1
            acts(deal, asked[deal])
            return _epay_status(config, payment_uuid)

        with patch.object(PosConfig, "epay_status", status):
            address = f"/pos/ui/{self.register_config.id}"
            self.start_tour(address, name, login=self.cashier.login)
        return self.counter.session_ids.sorted("id")

    def pays_at(self, number):
        """The customer pays when the register asks for the n-th time."""

        def pay(deal, asked):
            if asked == number and deal.state == "open":
                self.pay_on_phone(deal)

        return pay

    def pays_never(self, deal, asked):
        """The customer does nothing."""

    def test_a_line_is_paid_by_itself_and_the_order_is_finished(self):
        deal = self.tour("epay_register_sale", self.pays_at(2))
        self.assertEqual((deal.state, deal.amount), ("settled", 4.20))
        self.assertEqual(deal.line_ids.mapped("subtotal"), [4.20])
        payment = deal.pos_payment_ids
        self.assertEqual(payment.transaction_id, deal.name)
        self.assertEqual(payment.pos_order_id.state, "paid")
        self.close_register()
        self.assertEqual(self.pos_session.state, "closed")

    def test_a_cancelled_line_is_tried_again(self):
        first, second = self.tour("epay_register_cancel", self.pays_never)
        self.assertEqual((first.state, second.state), ("cancelled", "open"))
        self.assertEqual(first.pos_payment_uuid, second.pos_payment_uuid)

    def test_after_a_reload_the_line_finds_its_deal(self):
        pages, asked_again = [], []

        def load_data(session, *args):
            pages.append(args)
            return _load_data(session, *args)

        def pay_after_reload(deal, asked):
            if len(pages) == 2:
                asked_again.append(asked)
                self.pays_at(2)(deal, len(asked_again))

        with patch.object(PosSession, "load_data", load_data):
            deal = self.tour("epay_register_reload", pay_after_reload)
        self.assertEqual((len(deal), deal.state), (1, "settled"))

    def test_over_a_cut_line_it_is_asked_for_until_it_is_known(self):
        deal = self.tour("epay_register_offline", self.pays_at(1))
        self.assertEqual((len(deal), deal.state), (1, "settled"))
        self.assertEqual(deal.pos_payment_ids.pos_order_id.state, "paid")

    def test_a_forced_line_is_finished_once_and_nobody_is_asked_to_pay(self):
        deal = self.tour("epay_register_force", self.pays_never)
        self.assertEqual(deal.state, "cancelled")
        order = self.pos_session.order_ids
        self.assertEqual((len(order), order.state), (1, "paid"))
        self.assertFalse(order.payment_ids.epay_session_id)

    def test_goods_come_back_through_the_cancellation_of_their_deal(self):
        def acts(deal, asked):
            returns = deal.origin_id.return_ids
            if not deal._is_return():
                self.pays_at(1)(deal, asked)
            elif len(returns) == 2 and deal.state == "open":
                self.agree(deal)

        sale, dropped, back = self.tour("epay_register_refund", acts)
        self.assertEqual(dropped.state, "cancelled")
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        self.assertEqual((sale.return_state, sale.returned_amount), ("full", 4.20))
        self.assertEqual(back.pos_payment_ids.amount, -4.20)
        self.close_register()
        self.assertEqual(self.pos_session.state, "closed")
