from pathlib import Path

# The module, not the class: pytest would collect the class's own tests here, too.
from odoo.addons.epay_counter.tests import test_translations


class TestBridgeTranslations(test_translations.TestTranslations):
    """The same is asked of this add-on's languages."""

    addon = Path(__file__).parent.parent
