import re
from pathlib import Path

import polib

from odoo.tests import BaseCase

_FOLDER = Path(__file__).parent.parent / "i18n"
# %(name)s, %s, and the expressions of a mail's subject
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\{.*?\}\}")
# Names and attributes of a template's tags, in any order of the words around them
_TAG = re.compile(r'</?(\w+)|\bt-[\w-]+="[^"]*"')


class TestTranslations(BaseCase):
    """Every language says everything, and fills in what the code gives it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = polib.pofile(_FOLDER / "epay_counter.pot")
        cls.languages = {
            path.stem: polib.pofile(path) for path in sorted(_FOLDER.glob("*.po"))
        }

    def test_languages_are_there(self):
        self.assertEqual(list(self.languages), ["ar", "de", "es", "fr", "ja"])

    def test_every_term_is_translated(self):
        wanted = {entry.msgid for entry in self.template}
        for code, translations in self.languages.items():
            done = {entry.msgid for entry in translations.translated_entries()}
            with self.subTest(code):
                self.assertFalse(wanted - done, "not translated")
                self.assertFalse(done - wanted, "not in the template any more")
                self.assertFalse(translations.fuzzy_entries())

    def test_placeholders_are_kept(self):
        for code, translations in self.languages.items():
            for entry in translations:
                with self.subTest(code, term=entry.msgid):
                    self.assertEqual(
                        sorted(_PLACEHOLDER.findall(entry.msgstr)),
                        sorted(_PLACEHOLDER.findall(entry.msgid)),
                    )

    def test_markup_is_kept(self):
        for code, translations in self.languages.items():
            for entry in translations:
                with self.subTest(code, term=entry.msgid):
                    self.assertEqual(_markup(entry.msgstr), _markup(entry.msgid))


def _markup(text):
    return sorted(match[0] for match in _TAG.finditer(text))
