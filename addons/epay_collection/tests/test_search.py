import json
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..tools.tokens import phone_words, query_of, search_words, tokens_of
from .common import CollectionCase

SEARCH = "odoo.addons.epay_collection.models.epay_collection_line_search"


@tagged("post_install", "-at_install")
class TestSearch(CollectionCase):
    """As people type it: the right line is found, and no other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.watanabe = partners.create({"name": "渡辺 花子", "street": "銀座四丁目"})
        cls.order = cls.make_order()
        cls.müller = cls.make_line(sale_order_id=cls.order.id, ref="B-1001/7")
        cls.hanako = cls.make_line(partner_id=cls.watanabe.id, name="新聞")
        cls.other = cls.make_line(
            partner_id=partners.create({"name": "Øyvind Ångström"}).id,
            phone="0047 22 33 44 55",
        )

    def found(self, text, user=None):
        lines = self.env["epay.collection.line"].with_user(user or self.manager)
        return lines.search([("search_text", "ilike", text)])

    def test_what_finds_whom(self):
        typed = {
            self.müller: (
                *("Müller", "muller", "MÜLLER", "jürg", "mü", "m j", "üll"),
                *("lange str", "straße 12", "STRASSE", "10117", "berlin lange"),
                *("+49 30 1234567", "030 1234567", "234567", "030/123 45 67"),
                *(self.order.name, self.order.name.lower(), "B-1001/7", "b10017"),
                self.müller._slip_code(),
            ),
            self.hanako: ("渡辺", "花子", "渡辺花子", "銀座", "四丁", "新聞", "渡"),
            self.other: ("oyvind", "angstr", "Ångström", "22334455", "+47 22334455"),
        }
        for line, texts in typed.items():
            for text in texts:
                with self.subTest(text=text):
                    self.assertEqual(self.found(text), line)

    def test_what_finds_nobody(self):
        for text in (
            "Meier",
            "mmm",
            "mulzer",
            "子花",
            "99999",
            "%",
            "_",
            "'",
            "\\",
            "x" * 500,
        ):
            with self.subTest(text=text):
                self.assertFalse(self.found(text))

    def test_a_new_name_is_found_at_once(self):
        self.debtor.name = "Yılmaz"
        self.assertEqual(self.found("yilmaz"), self.müller)
        self.assertFalse(self.found("muller"))

    def test_at_the_door_the_clerks_routes_come_first(self):
        other = self.make_schedule(date="2031-05-06")
        away = self.make_line(schedule_id=other.id, partner_id=self.watanabe.id)
        told = self.as_clerk(self.route).search_collections("渡辺")["lines"]
        self.assertEqual([line["id"] for line in told], [self.hanako.id, away.id])
        self.assertEqual([line["today"] for line in told], [True, False])

    def test_at_the_door_only_own_routes_are_searched(self):
        other = self.make_counter(code="R7", user_ids=[])
        schedule = self.make_schedule(counter_id=other.id)
        self.make_line(schedule_id=schedule.id, partner_id=self.watanabe.id)
        told = self.as_clerk(self.route).search_collections("渡辺")["lines"]
        self.assertEqual([line["id"] for line in told], [self.hanako.id])

    def test_behind_what_is_read_the_index_finds_it(self):
        """Of a very long schedule only the first lines are read one by one."""
        with patch(f"{SEARCH}.LOOKED_THROUGH", 1):
            for text in ("渡辺", "angstr", self.other._slip_code()):
                route = self.as_clerk(self.route)
                told = route.search_collections(text)["lines"]
                expected = self.hanako if text == "渡辺" else self.other
                with self.subTest(text=text):
                    self.assertEqual([line["id"] for line in told], expected.ids)

    def test_a_slip_is_found_on_another_day_too(self):
        away = self.make_line(schedule_id=self.make_schedule(date="2031-05-06").id)
        told = self.as_clerk(self.route).search_collections(f"l{away.id}")["lines"]
        self.assertEqual([line["id"] for line in told], away.ids)

    def test_nothing_typed_finds_nothing(self):
        for text in ("", "  ", None, "…", 5):
            with self.subTest(text=text):
                route = self.as_clerk(self.route)
                self.assertEqual(route.search_collections(text), {"lines": []})

    def test_the_plan_uses_the_index(self):
        """With many lines the database looks into the index, also for two letters of
        Japanese; with few it would not bother, so it is told to.
        """
        lines = self.env["epay.collection.line"]
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for text in ("muller", "渡辺", "234567"):
            query = SQL(
                "EXPLAIN (FORMAT JSON) SELECT id FROM epay_collection_line WHERE %s",
                lines._fits_sql("epay_collection_line", text),
            )
            plan = json.dumps(self.env.execute_query(query))
            with self.subTest(text=text):
                self.assertIn("tokens_gin", plan)


@tagged("post_install", "-at_install")
class TestTokens(CollectionCase):
    def test_words_are_made_alike(self):
        self.assertEqual(
            search_words("Müller-Straße", "ＭＵＬＬＥＲ"), ["muller", "strasse"]
        )

    def test_phone_numbers_lose_what_is_dialled_before(self):
        for number in ("+49 30/12", "0049 3012", "493012", "04930-12"):
            self.assertEqual(phone_words(number), ["493012"])
        self.assertEqual(phone_words("by bell"), [])

    def test_what_is_searched_is_among_what_is_stored(self):
        for word in ("m", "mu", "mul", "muller", "渡", "渡辺", "12", "l5"):
            with self.subTest(word=word):
                for words, tokens in query_of(word):
                    self.assertLessEqual(set(tokens), set(tokens_of(words)))

    def test_no_token_has_a_space(self):
        self.assertFalse([t for t in tokens_of(search_words("a b　c")) if " " in t])
