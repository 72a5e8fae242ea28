from odoo.fields import Domain
from odoo.tests import BaseCase, tagged

from ..tools.spoken import spoken_index, spoken_query, spoken_words
from .common import EpayCase


@tagged("post_install", "-at_install")
class TestSpokenWords(BaseCase):
    def assertAlike(self, *texts):
        self.assertEqual(len({tuple(spoken_words(text)) for text in texts}), 1, texts)

    def assertUnlike(self, one, other):
        self.assertNotEqual(spoken_words(one), spoken_words(other))

    def test_case_and_accents(self):
        self.assertAlike("Bäckerei", "BACKEREI", "backerei", "Ba\u0308ckerei")
        self.assertAlike("Épicerie Œuf", "epicerie oeuf")
        self.assertAlike("Straße", "STRASSE", "strasse")
        self.assertAlike("Łódź", "lodz")

    def test_full_width_half_width_and_kana(self):
        self.assertAlike("カフェ", "ｶﾌｪ", "かふぇ")
        self.assertAlike("ガス", "ｶﾞｽ", "がす")
        self.assertAlike("Ｃ１１", "c11", "C11")
        self.assertAlike("カフェ", "カフェー", "カフエ", "ｶﾌｪｰ")
        self.assertUnlike("ガス", "カス")
        self.assertUnlike("パン", "バン")

    def test_arabic_writings(self):
        self.assertAlike("مَكْتَبة", "مكتبه")
        self.assertAlike("أحمد", "احمد")

    def test_signs_part_words(self):
        self.assertEqual(spoken_words("C-11 / Bakery!"), ["c", "11", "bakery"])
        self.assertEqual(spoken_words("%_\\"), [])

    def test_codes_are_found_however_they_are_typed(self):
        index = spoken_index(["Main Street", "main", "C11", "Bakery"])
        for text in ("c11", "c 11", "C-11", "main c11", "mainstreet bakery"):
            found = any(
                all(word in index for word in words) for words in spoken_query(text)
            )
            self.assertTrue(found, text)


@tagged("post_install", "-at_install")
class TestSpokenWayIn(EpayCase):
    def found(self, text):
        """The codes of the counters that the portal lists, and whether it says that one
        is closed."""
        _stores, counters, closed = self.env["epay.store"]._search_portal(text)
        return counters.mapped("code"), closed

    def assertFound(self, *texts):
        for text in texts:
            with self.subTest(text=text):
                self.assertIn("T1", self.found(text)[0])

    def test_with_and_without_the_stores_name(self):
        self.assertFound("bakery", "test street bakery", "bakery test street", "T1")
        self.assertFound("TEST STREET T1", "teststreet t-1", "street t 1")

    def test_accents_and_case(self):
        self.counter.name = "Pâtisserie Büro"
        self.assertFound("patisserie", "PÂTISSERIE", "buro", "Bu\u0308ro")

    def test_japanese_in_every_width(self):
        self.store.name = "銀座カフェ"
        self.assertFound("銀座", "ｶﾌｪ", "かふぇ", "カフェ t1", "銀座かふぇ ｔ１")

    def test_the_stores_name_before_or_behind_without_a_space(self):
        self.store.write({"name": "銀座", "code": "ginza"})
        self.counter.name = "カフェ"
        self.assertFound("銀座カフェ", "ginzaカフェ", "カフェginza", "カフェー銀座")

    def test_umlauts_in_two_letters(self):
        self.counter.name = "Bäckerei Süß"
        self.assertFound("baeckerei", "backerei", "suess", "Baeckerei SUESS", "suss")

    def test_the_town_and_what_else_people_say(self):
        self.store.address_id.city = "Lyon"
        self.assertFound("lyon", "bakery lyon", "the bakery", "counter bakery")
        self.store.address_id.city = "Bern"
        self.assertNotIn("T1", self.found("lyon")[0])

    def test_who_says_more_is_not_shown_all_there_is(self):
        self.make_counter(code="T2", name="Deli")
        self.assertEqual(self.found("test street bakery")[0], ["T1"])
        self.assertEqual(self.found("the fishmonger"), ([], False))

    def test_the_stores_name_in_every_language_that_is_installed(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.store.with_context(lang="fr_FR").name = "Rue du Marché"
        self.assertFound("rue du marche", "test street")

    def test_another_name_is_found_after_a_change(self):
        self.counter.name = "Fishmonger"
        self.assertFound("fishmonger")
        self.assertNotIn("T1", self.found("bakery")[0])
        self.store.name = "Harbour"
        self.assertFound("harbour fishmonger")

    def test_closed_ones_are_never_listed(self):
        self.counter.state = "closed"
        self.assertEqual(self.found("bakery"), ([], True))

    def test_unlisted_ones_are_as_if_they_were_not_there(self):
        self.counter.portal_listed = False
        self.assertEqual(self.found("bakery"), ([], False))
        self.counter.state = "closed"
        self.assertEqual(self.found("bakery"), ([], False))

    def test_nor_are_those_of_unlisted_or_archived_stores(self):
        self.store.portal_listed = False
        self.assertEqual(self.found("bakery"), ([], False))
        self.store.write({"portal_listed": True, "active": False})
        self.assertEqual(self.found("bakery"), ([], False))

    def test_archived_counters(self):
        self.counter.active = False
        self.assertEqual(self.found("bakery"), ([], False))

    def test_wildcards_and_nonsense_find_nothing(self):
        for text in ("%", "_", "%%%", "\\", "' OR 1=1", "", "   ", "ﷺ", "\x00", "😀"):
            with self.subTest(text=text):
                self.assertEqual(self.found(text), ([], False))

    def test_it_is_found_by_an_index(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'epay_counter' "
            "AND indexdef LIKE '%%spoken%%'"
        )
        found = self.env.cr.fetchall()
        self.assertEqual(bool(found), bool(self.env.registry.has_trigram))

    def test_it_is_searched_as_the_index_is_made(self):
        """Where the database can, Odoo makes trigram indexes of names without accents,
        and only `ilike` compares them so.
        """
        used = set()

        def search(records, domain, **arguments):
            for condition in Domain(domain).iter_conditions():
                if condition.field_expr == "spoken":
                    used.add(condition.operator)
            return records.browse()

        for model in ("epay.store", "epay.counter"):
            self.patch(type(self.env[model]), "search", search)
        self.found("bakery")
        self.assertEqual(used, {"ilike"})
