from pathlib import Path

import polib

# The module, not the class: pytest would collect the class's own tests here, too.
from odoo.addons.epay_counter.tests import test_translations

_FOLDER = Path(__file__).parent.parent / "i18n"


class TestBridgeTranslations(test_translations.TestTranslations):
    """Every language says everything, and fills in what the code gives it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = polib.pofile(_FOLDER / "epay_pos_bridge.pot")
        cls.languages = {
            path.stem: polib.pofile(path) for path in sorted(_FOLDER.glob("*.po"))
        }
