from odoo.tests import BaseCase, tagged

from ..tools import phrases
from ..tools.phrase_words import SHADES, WORDS
from .common import EpayCase


@tagged("post_install", "-at_install")
class TestWords(BaseCase):
    def test_there_are_more_than_a_million_phrases(self):
        self.assertGreaterEqual(phrases.COUNT, 2**20)

    def test_the_lists_of_all_languages_are_as_long_as_the_english_ones(self):
        for lang, lists in WORDS.items():
            with self.subTest(lang=lang):
                lengths = [len(words.split()) for words in lists]
                self.assertEqual(lengths, [len(SHADES), 64, 64])

    def test_no_word_of_a_language_is_there_twice(self):
        for lang, lists in WORDS.items():
            with self.subTest(lang=lang):
                words = " ".join(lists).casefold().split()
                self.assertEqual(len(words), len(set(words)))

    def test_words_are_short(self):
        for lang, lists in WORDS.items():
            with self.subTest(lang=lang):
                self.assertLessEqual(max(map(len, " ".join(lists).split())), 13)

    def test_a_phrase_says_the_same_in_every_language(self):
        for lang, said in (
            ("en_US", "blue tiger lamp 42"),
            ("fr_FR", "bleu tigre lampe 42"),
            ("de_DE", "blau Tiger Lampe 42"),
            ("es_ES", "azul tigre lámpara 42"),
            ("ja_JP", "青 トラ ランプ 42"),
            ("ar_001", "أزرق نمر مصباح 42"),
        ):
            with self.subTest(lang=lang):
                self.assertEqual(phrases.say("blue tiger lamp 42", lang), said)

    def test_english_is_shown_where_there_are_no_words(self):
        for lang in ("nl_NL", None, False, ""):
            self.assertEqual(
                phrases.say("blue tiger lamp 42", lang), "blue tiger lamp 42"
            )

    def test_a_phrase_of_an_older_version_is_said_as_it_was_stored(self):
        for key in ("blue tiger lamp", "blue goose lamp 42"):
            self.assertEqual(phrases.say(key, "fr_FR"), key)

    def test_words_that_were_taken_for_each_other_are_not_in_one_list(self):
        for lang, one, other in (
            ("en", "boat", "boot"),
            ("en", "goat", "goose"),
            ("en", "bear", "beetle"),
            ("en", "mouse", "mole"),
            ("de", "Hund", "Huhn"),
        ):
            words = " ".join(WORDS[lang]).split()
            self.assertFalse({one, other} <= set(words), f"{one} and {other}")

    def test_the_field_has_the_colour_that_is_said(self):
        self.assertEqual(phrases.shade("red tiger lamp 42"), "#c62828")
        self.assertEqual(phrases.shade("navy tiger lamp 42"), "#123069")

    def test_a_colour_that_others_have_is_drawn_when_no_other_is_left(self):
        colours = [phrases.shade(word) for word in WORDS["en"][0].split()]
        for _turn in range(20):
            self.assertEqual(phrases.shade(phrases.new_key(colours[1:])), colours[0])
        self.assertIn(phrases.shade(phrases.new_key(colours)), colours)

    def test_drawn_phrases_are_of_these_words(self):
        colours, animals, things = (words.split() for words in WORDS["en"])
        for _turn in range(50):
            colour, animal, thing, number = phrases.new_key().split()
            self.assertIn(colour, colours)
            self.assertIn(animal, animals)
            self.assertIn(thing, things)
            self.assertIn(int(number), range(10, 100))


@tagged("post_install", "-at_install")
class TestPhrasesAtACounter(EpayCase):
    def draw(self, *keys):
        """The next phrases that are drawn."""
        drawn = list(keys)
        self.patch(
            type(self).MODULE,
            "new_key",
            lambda taken: drawn.pop(0) if len(drawn) > 1 else drawn[0],
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from ..models import epay_visit

        cls.MODULE = epay_visit

    def comes(self, lang="en_US", counter=None):
        counter = (counter or self.counter).with_user(self.public).sudo()
        visit, _token, _phone = counter._join(lang=lang)
        return visit

    def test_a_phone_has_its_phrase_in_its_language(self):
        self.draw("blue tiger lamp 42")
        visit = self.comes("fr_FR")
        self.assertEqual(visit.phrase, "bleu tigre lampe 42")
        self.assertEqual(visit.color, "#1a4fd0")

    def test_the_clerk_reads_it_in_the_own_language_too(self):
        self.draw("blue tiger lamp 42")
        self.comes("fr_FR")
        (row,) = self.as_clerk(self.counter).get_state()["counter"]["visits"]
        self.assertEqual(row["phrase"], "bleu tigre lampe 42")
        self.assertEqual(row["phrase_here"], "blue tiger lamp 42")

    def test_no_second_reading_where_both_have_one_language(self):
        self.comes("en_US")
        (row,) = self.as_clerk(self.counter).get_state()["counter"]["visits"]
        self.assertIs(row["phrase_here"], False)

    def test_a_phrase_that_another_phone_waits_with_is_drawn_again(self):
        self.draw("blue tiger lamp 42", "blue tiger lamp 42", "red owl star 10")
        self.assertEqual(self.comes().phrase, "blue tiger lamp 42")
        self.assertEqual(self.comes().phrase, "red owl star 10")

    def test_phones_at_a_counter_differ_in_colour_as_long_as_they_can(self):
        session = self.register()
        self.join(session)
        colours = [session._bound_visit().color]
        colours += [self.comes().color for _turn in range(15)]
        self.assertEqual(len(set(colours)), 16)
        self.assertIn(self.comes().color, colours)

    def test_a_colour_is_free_again_when_its_phone_has_left(self):
        visits = [self.comes() for _turn in range(16)]
        visits[7]._end()
        self.assertEqual(self.comes().color, visits[7].color)

    def test_the_same_phrase_in_another_language_is_the_same_phrase(self):
        self.draw("blue tiger lamp 42", "blue tiger lamp 42", "red owl star 10")
        self.comes("fr_FR")
        self.assertEqual(self.comes("de_DE").phrase, "rot Eule Stern 10")

    def test_a_phrase_of_the_phone_that_pays_is_drawn_again(self):
        self.draw("blue tiger lamp 42", "blue tiger lamp 42", "red owl star 10")
        session = self.register()
        self.join(session)
        self.assertEqual(session._bound_visit().phrase, "blue tiger lamp 42")
        self.assertEqual(self.comes().phrase, "red owl star 10")

    def test_a_phrase_is_free_again_when_its_phone_has_left(self):
        self.draw("blue tiger lamp 42")
        self.comes()._end()
        self.assertEqual(self.comes().phrase, "blue tiger lamp 42")

    def test_two_counters_may_have_the_same_phrase(self):
        self.draw("blue tiger lamp 42")
        other = self.make_counter(code="T2", name="Deli")
        self.assertEqual(self.comes().phrase, self.comes(counter=other).phrase)

    def test_another_rule_of_the_database_is_not_taken_for_a_phrase(self):
        visit = self.comes()
        values = {
            "counter_id": self.counter.id,
            "lang": "en_US",
            "token_hash": visit.token_hash,
            "phone_hash": "other",
            "nonce": "other",
            "expires_at": visit.expires_at,
        }
        self.mute("odoo.sql_db")
        with self.assertRaisesRegex(Exception, "token"), self.env.cr.savepoint():
            self.env["epay.visit"]._create_with_phrase(self.counter, values)
