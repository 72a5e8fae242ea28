import re
from pathlib import Path

import polib
from lxml import etree

from odoo.tests import BaseCase
from odoo.tools.translate import xml_translate

# %(name)s, %s, and the expressions of a mail's subject
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\{.*?\}\}")
# Names and attributes of a template's tags, in any order of the words around them
_TAG = re.compile(r'</?(\w+)|\bt-[\w-]+="[^"]*"')


class TestTranslations(BaseCase):
    """Every language says everything, and fills in what the code gives it.

    Add-ons with translations of their own inherit these tests and name their `addon`.
    """

    addon = Path(__file__).parent.parent

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.addon / "i18n"
        cls.template = polib.pofile(folder / f"{cls.addon.name}.pot")
        cls.languages = {
            path.stem: polib.pofile(path) for path in sorted(folder.glob("*.po"))
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

    def test_every_term_of_a_page_names_its_page(self):
        """Odoo translates only those terms of a template that refer to it."""
        referring = {
            _plain(entry.msgid): {place for place, _line in entry.occurrences}
            for entry in self.template
        }
        paths = [*self.addon.glob("views/*.xml"), *self.addon.glob("report/*.xml")]
        for path in paths:
            for template in etree.parse(path).getroot().iter("template"):
                name = template.get("id")
                place = f"model_terms:ir.ui.view,arch_db:{self.addon.name}.{name}"
                for term in _terms(template):
                    with self.subTest(name, term=term):
                        self.assertIn(place, referring.get(term, ()))

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


def _plain(text):
    return " ".join(text.split())


def _terms(template):
    """What a template has to be translated; Odoo leaves out what has no word."""
    terms = []
    inner = [etree.tostring(child, encoding="unicode") for child in template]
    xml_translate(terms.append, f"<t>{template.text or ''}{''.join(inner)}</t>")
    return [_plain(term) for term in terms if len(re.sub(r"\W+", "", term)) > 1]


def _markup(text):
    return sorted(match[0] for match in _TAG.finditer(text))
