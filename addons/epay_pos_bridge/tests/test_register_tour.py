from collections import Counter
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.epay_counter.tests.return_common import ReturnBuilders
from odoo.addons.point_of_sale.models.pos_config import PosConfig as OdooPosConfig

from ..models.pos_config import PosConfig
from .register_common import RegisterBuilders

_epay_status = PosConfig.epay_status
# Called for each page of a register, more than once.
_get_url_to_cache = OdooPosConfig._get_url_to_cache


@tagged("post_install", "-at_install")
class TestRegisterTour(ReturnBuilders, RegisterBuilders, HttpCase):
    """The real register in a browser; the customer pays while it waits.

    Few tours with much in each: starting a register takes longer than a sale.
    """

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

    def test_a_day_at_the_register(self):
        """Paid over a cut line; cancelled, tried again and forced; given back."""

        def acts(deal, _asked):
            if deal.state != "open":
                return
            if deal == first():
                self.pay_on_phone(deal)
            elif len(deal.origin_id.return_ids) == 2:
                self.agree(deal)

        def first():
            return self.counter.session_ids.sorted("id")[:1]

        deals = self.tour("epay_register_day", acts)
        states = [(deal.kind, deal.state) for deal in deals]
        self.assertEqual(
            states,
            [
                ("sale", "settled"),
                ("sale", "cancelled"),
                ("sale", "cancelled"),
                ("cancellation", "cancelled"),
                ("cancellation", "reversed"),
            ],
        )
        paid, dropped, forced, _given_up, back = deals
        self.assertEqual(dropped.pos_payment_uuid, forced.pos_payment_uuid)
        self.assertEqual((paid.line_ids.mapped("subtotal")), [4.20])
        self.assertEqual(paid.pos_payment_ids.transaction_id, paid.name)
        self.assertEqual(back.pos_payment_ids.amount, -4.20)
        orders = self.pos_session.order_ids.sorted("id")
        self.assertEqual(orders.mapped("state"), ["paid"] * 3)
        self.assertEqual(orders.mapped("payment_ids.epay_session_id"), paid | back)
        self.close_register()
        self.assertEqual(self.pos_session.state, "closed")

    def test_after_a_reload_the_line_finds_its_deal(self):
        # What pages of the register call; at the first question, the first page's.
        pages, first_page, asked_again = [], [], []

        def load_page(config, *args):
            pages.append(config)
            return _get_url_to_cache(config, *args)

        def pay_after_reload(deal, asked):
            first_page.extend(pages if asked == 1 else [])
            if len(pages) > len(first_page):
                asked_again.append(asked)
            if len(asked_again) == 2 and deal.state == "open":
                self.pay_on_phone(deal)

        with patch.object(OdooPosConfig, "_get_url_to_cache", load_page):
            deal = self.tour("epay_register_reload", pay_after_reload)
        self.assertEqual((len(deal), deal.state), (1, "settled"))

    def test_nobody_is_asked_to_pay_an_order_that_is_deleted(self):
        deal = self.tour("epay_register_deleted", lambda deal, asked: None)
        self.assertEqual((len(deal), deal.state), (1, "cancelled"))
