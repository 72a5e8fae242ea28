from pathlib import Path

import polib

from odoo.addons.epay_counter.tests import test_translations as of_counter

_FOLDER = Path(__file__).parent.parent / "i18n"


class TestCollectionTranslations(of_counter.TestTranslations):
    """The same is asked of this add-on's languages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = polib.pofile(_FOLDER / "epay_collection.pot")
        cls.languages = {
            path.stem: polib.pofile(path) for path in sorted(_FOLDER.glob("*.po"))
        }
