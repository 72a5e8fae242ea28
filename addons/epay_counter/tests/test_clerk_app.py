from odoo.tests import HttpCase, no_retry, tagged

# The module, not the class: pytest would collect the class's own tests here, too.
from . import hoot_common
from .common import EpayBuilders
from .return_common import ReturnBuilders


@tagged("post_install", "-at_install")
class TestClerkUnit(hoot_common.HootCase):
    """Unit tests of the clerk app and the office, run by a browser."""

    _test_params = [("+", "@epay_counter")]

    @no_retry
    def test_clerk_app_unit(self):
        self.run_suites()


class ClerkTour(ReturnBuilders, EpayBuilders):
    """The clerk app on the real server, as a user with nothing but a clerk's rights."""

    def run_sale(self):
        self.start_tour("/odoo/epay", "epay_clerk_sale", login=self.clerk.login)
        session = self.counter._held_session()
        self.assertEqual(session.state, "authorizing")
        self.assertEqual(session.amount, 80.78)
        self.assertEqual(session.description, "Two chairs")
        self.assertEqual(session.user_id, self.clerk)
        self.assertEqual(len(self.counter.session_ids), 1)

    def run_return(self):
        sale = self.settled(80.78)
        self.as_clerk(self.counter).next()
        self.start_tour("/odoo/epay", "epay_clerk_return", login=self.clerk.login)
        back = sale.return_ids
        self.assertEqual((back.state, back.amount), ("reversed", 30.7))
        self.assertEqual(back.user_id, self.clerk)
        self.assertEqual((sale.return_state, sale.returned_amount), ("part", 30.7))
        self.assertFalse(self.counter._held_session())


@tagged("post_install", "-at_install")
class TestClerkTourDesk(ClerkTour, HttpCase):
    def test_sale_from_register_to_waiting_at_a_desk(self):
        self.run_sale()

    def test_return_from_the_menu_to_the_green_page_at_a_desk(self):
        self.run_return()


@tagged("post_install", "-at_install")
class TestClerkTourPhone(ClerkTour, HttpCase):
    browser_size = "360x740"
    touch_enabled = True

    def test_sale_from_register_to_waiting_on_a_phone(self):
        self.run_sale()

    def test_return_from_the_menu_to_the_green_page_on_a_phone(self):
        self.run_return()
