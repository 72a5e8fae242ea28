from pathlib import Path

from odoo.addons.epay_counter.tests import test_translations as of_counter


class TestCollectionTranslations(of_counter.TestTranslations):
    """The same is asked of this add-on's languages."""

    addon = Path(__file__).parent.parent
