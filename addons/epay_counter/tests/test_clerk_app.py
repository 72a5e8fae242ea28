from odoo.tests import HttpCase, no_retry, tagged

# The module, not the class: pytest would collect the class's own tests here, too.
from odoo.addons.web.tests import test_js

from .common import EpayBuilders


@tagged("post_install", "-at_install")
class TestClerkUnit(test_js.HOOTCommon):
    """Unit tests of the clerk app and the office, run by a browser."""

    _test_params = [("+", "@epay_counter")]

    @no_retry
    def test_clerk_app_unit(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"{self.hoot_filters}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )


class ClerkTour(EpayBuilders):
    """The clerk app on the real server, as a user with nothing but a clerk's rights."""

    def run_sale(self):
        self.start_tour("/odoo/epay", "epay_clerk_sale", login=self.clerk.login)
        session = self.counter._held_session()
        self.assertEqual(session.state, "authorizing")
        self.assertEqual(session.amount, 80.78)
        self.assertEqual(session.description, "Two chairs")
        self.assertEqual(session.user_id, self.clerk)
        self.assertEqual(len(self.counter.session_ids), 1)


@tagged("post_install", "-at_install")
class TestClerkTourDesk(ClerkTour, HttpCase):
    def test_sale_from_register_to_waiting_at_a_desk(self):
        self.run_sale()


@tagged("post_install", "-at_install")
class TestClerkTourPhone(ClerkTour, HttpCase):
    browser_size = "360x740"
    touch_enabled = True

    def test_sale_from_register_to_waiting_on_a_phone(self):
        self.run_sale()
