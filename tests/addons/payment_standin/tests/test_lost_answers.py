from odoo.tests import mute_logger, tagged

from .. import const
from .common import ENGINE_LOGGER, StandinCommon


@tagged("post_install", "-at_install")
class TestLostAnswers(StandinCommon):
    """Odoo's engine by itself takes a lost answer for a failure.

    That is what the counter has to make good; if one of these tests fails, the
    engine has become better and the counter can become simpler.
    """

    @mute_logger(ENGINE_LOGGER)
    def test_capture(self):
        tx = self._charged()
        self.cards.fault("drop", act="capture")
        child = tx._capture()
        self.assertEqual((child.state, tx.state), ("error", "authorized"))
        self.assertEqual(self._total("captured"), 12050)
        again = tx._capture()
        self.assertEqual((again.state, tx.state), ("error", "authorized"))
        self.assertIn("already captured", again.state_message)
        self.assertEqual(self._total("captured"), 12050)

    def test_capture_is_found_by_asking(self):
        tx = self._charged()
        self.cards.fault("drop", act="capture")
        child = tx._capture()
        self._ask(child)
        self.assertEqual((child.state, tx.state), ("done", "done"))

    def test_capture_that_never_arrived(self):
        tx = self._charged()
        self.cards.fault("drop_before", act="capture")
        child = tx._capture()
        self.assertEqual(child.state, "error")
        self.assertEqual(child._epay_fetch_payment_data(), {})
        self.assertEqual(tx._capture().state, "done")

    def test_refund_is_done_twice(self):
        tx = self._charged()
        tx._capture()
        self.cards.fault("drop", act="refund")
        self.assertEqual(tx._refund(50).state, "error")
        self.assertEqual(tx._refund(50).state, "done")
        self.assertEqual(self._total("refunded"), 10000)

    def test_authorization(self):
        self.cards.fault("drop", act="create")
        tx = self._charged()
        self.assertEqual(tx.state, "error")
        self.assertFalse(tx.provider_reference)
        self.assertEqual(self._total("held"), 12050)
        self.assertEqual(tx._epay_fetch_payment_data()["state"], "authorized")

    @mute_logger(ENGINE_LOGGER)
    def test_server_error(self):
        tx = self._charged()
        self.cards.fault("http502", act="void")
        self.assertEqual(tx._void().state, "error")
        self.assertEqual(self._total("voided"), 12050)

    def test_timeout_is_as_short_as_a_test_wants(self):
        tx = self._charged()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(const.TIMEOUT_PARAMETER, "0.3")
        self.cards.fault("timeout", act="capture", seconds=5)
        self.assertEqual(tx._capture().state, "error")
        dropped = self.cards.wait_for("requests", act="capture", outcome="dropped")
        self.assertEqual(len(dropped), 1)
        self.assertEqual(self._total("captured"), 12050)
