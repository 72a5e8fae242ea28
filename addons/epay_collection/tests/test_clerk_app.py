from odoo.tests import no_retry, tagged

# The module, not the class: pytest would collect the class's own tests here, too.
from odoo.addons.epay_counter.tests import hoot_common


@tagged("post_install", "-at_install")
class TestScheduleUnit(hoot_common.HootCase):
    """Unit tests of the schedule's screens, run by a browser."""

    # Without the website's tests, whose scripts would be bundled with ours.
    epay_flavours = ("plain",)

    _test_params = [("+", "@epay_collection")]

    @no_retry
    def test_schedule_unit(self):
        self.run_suites()
