"""Unit tests of the web client: add-ons that build on this one run theirs alike."""

# The module, not the class: pytest would collect the class's own tests here, too.
from odoo.addons.web.tests import test_js


class HootCase(test_js.HOOTCommon):
    """Runs the suites that `_test_params` names, in a browser at a desk."""

    def run_suites(self):
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
