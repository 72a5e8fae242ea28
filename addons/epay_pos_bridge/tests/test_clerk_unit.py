from odoo.tests import no_retry, tagged

# The module, not the class: pytest would collect the class's own tests here, too.
from odoo.addons.epay_counter.tests import hoot_common


@tagged("post_install", "-at_install")
class TestScanUnit(hoot_common.HootCase):
    """Unit tests of scanning in the clerk app, run by a browser."""

    _test_params = [("+", "@epay_pos_bridge")]

    @no_retry
    def test_scanning_unit(self):
        self.run_suites()
