from odoo.tests import no_retry, tagged

# The module, not the class: pytest would collect the class's own tests here, too.
from odoo.addons.web.tests import test_js


@tagged("post_install", "-at_install")
class TestScanUnit(test_js.HOOTCommon):
    """Unit tests of scanning in the clerk app, run by a browser."""

    _test_params = [("+", "@epay_pos_bridge")]

    @no_retry
    def test_scanning_unit(self):
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
