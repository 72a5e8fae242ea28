from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import config, mute_logger

from ..const import LIMITS
from ..controllers.portal import EpayPortal
from .pages_common import PagesCase


@tagged("post_install", "-at_install")
class TestPortalPages(PagesCase):
    """The way to a counter (SA4, SA5)."""

    # === LOOKING === #

    def test_the_customers_account_leads_to_the_portal(self):
        customer = self.make_customer()
        self.authenticate(customer.user_ids.login, customer.user_ids.login)
        [card] = self.tree(self.get("/my")).xpath("//a[@href='/epay']")
        self.assertIn("Pay at a counter", card.text_content())

    def test_portal_lists_stores_and_has_a_search_box(self):
        page = self.get("/epay")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.mark(page, "portal-search").get("name"), "q")
        stores = {store.get("data-code") for store in self.marks(page, "store")}
        self.assertIn("teststreet", stores)

    def test_portal_shows_the_logo_of_a_store_that_has_one(self):
        logos = "//a[@data-code='teststreet']//img/@src"
        self.assertFalse(self.tree(self.get("/epay")).xpath(logos))
        self.store.logo = self.method.image
        (logo,) = self.tree(self.get("/epay")).xpath(logos)
        self.assertTrue(logo.startswith("/epay/i/s/teststreet"))

    def test_a_store_leads_back_to_all_stores(self):
        for state in ("open", "closed"):
            self.counter.state = state
            page = self.get("/epay/teststreet")
            self.assertTrue(self.tree(page).xpath("//main//a[@href='/epay']"), state)

    def test_unlisted_store_is_reached_by_its_address_only(self):
        self.store.portal_listed = False
        stores = self.marks(self.get("/epay"), "store")
        self.assertNotIn("teststreet", [store.get("data-code") for store in stores])
        self.assertEqual(self.get("/epay/teststreet").status_code, 200)

    def test_search_finds_a_counter_by_its_spoken_name(self):
        page = self.get("/epay?q=test+bakery")
        counters = self.marks(page, "counter")
        self.assertEqual([counter.get("data-code") for counter in counters], ["T1"])
        self.assertEqual(counters[0].get("href"), "/epay/teststreet/T1")

    def test_search_without_result_says_what_to_do(self):
        page = self.get("/epay?q=nowhere%25_")
        self.assertFalse(self.marks(page, "counter"))
        self.assertIn("clerk", self.text(page, "message"))
        stores = [store.get("data-code") for store in self.marks(page, "store")]
        self.assertIn("teststreet", stores, "to go on without typing again")

    def test_search_says_that_a_counter_is_closed_and_names_none(self):
        self.make_counter(code="K7", name="Fruit", state="closed")
        page = self.get("/epay?q=fruit")
        self.assertIn("closed at the moment", self.text(page, "message"))
        self.assertFalse(self.marks(page, "counter"))
        self.assertNotIn("K7", page.text)

    def test_search_says_nothing_of_a_closed_counter_that_is_not_listed(self):
        self.make_counter(code="K7", name="Fruit", state="closed", portal_listed=False)
        page = self.get("/epay?q=fruit")
        self.assertIn("Nothing has this name", self.text(page, "message"))

    def test_store_page_lists_open_counters(self):
        self.counter.copy({"code": "T8", "name": "other", "state": "closed"})
        counters = self.marks(self.get("/epay/teststreet"), "counter")
        self.assertEqual([counter.get("data-code") for counter in counters], ["T1"])

    def test_counter_page_has_names_and_a_join_button(self):
        page = self.get("/epay/teststreet/T1")
        self.assertEqual(self.mark(page, "counter").get("data-code"), "T1")
        self.assertEqual(self.mark(page, "join").tag, "button")
        header = self.tree(page).xpath("//header")[0].text_content()
        for word in ("Test Street", "T1", "Bakery", "Lyon"):
            self.assertIn(word, header)

    def test_codes_are_read_in_any_case(self):
        for path in ("/epay/TESTSTREET", "/epay/TestStreet/t1"):
            self.assertEqual(self.get(path).status_code, 200, path)

    def test_closed_counter_has_no_join_button(self):
        self.counter.state = "closed"
        page = self.get("/epay/teststreet/T1")
        self.assertEqual(page.status_code, 200)
        self.assertFalse(self.marks(page, "join"))
        self.assertIn("closed", self.text(page, "message"))
        self.assertIn("Closed", self.tree(page).xpath("//h1")[0].text_content())

    # === ADDRESSES THAT LEAD NOWHERE === #

    def test_unknown_addresses_get_a_light_404(self):
        paths = [
            "/epay/nowhere",
            "/epay/teststreet/T99",
            "/epay/nowhere/T1",
            "/epay/q/abc",
        ]
        for path in [
            *paths,
            "/epay/v/" + 24 * "a",
            "/epay/r/abc",
            "/epay/x",
            "/epay/q",
        ]:
            self.assertRefusedPage(self.get(path), 404, "unknown_code")

    def test_json_is_answered_to_programs(self):
        answer = self.get("/epay/nowhere", headers={"Accept": "application/json"})
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(answer.json()["error"]["code"], "unknown_code")

    def test_what_nobody_types_is_not_found(self):
        for path in ("/epay/teststreet%00", "/epay/teststreet%00/T1", "/epay/%00"):
            self.assertRefusedPage(self.get(path), 404, "unknown_code")
        self.assertEqual(self.get("/epay/i/s/teststreet%00").status_code, 404)
        page = self.get("/epay?q=test%00bakery%1b")
        counters = self.marks(page, "counter")
        self.assertEqual([counter.get("data-code") for counter in counters], ["T1"])

    @contextmanager
    def allowed(self, scope, limit):
        """Only so many attempts in an hour, from here on."""
        self.env["epay.attempt"].search([]).unlink()
        with patch.dict(LIMITS, {scope: (limit, 3600)}):
            yield

    def test_trying_addresses_is_limited(self):
        with self.allowed("miss", 1):
            self.assertRefusedPage(self.get("/epay/nowhere"), 404, "unknown_code")
            page = self.get("/epay/nowhere")
            self.assertRefusedPage(page, 429, "too_many_attempts")
            with self.behind_a_proxy("192.0.2.1"):
                self.assertEqual(self.get("/epay/nowhere").status_code, 404)

    def test_searching_is_limited(self):
        with self.allowed("portal_search", 1):
            self.assertEqual(self.get("/epay?q=bakery").status_code, 200)
            page = self.get("/epay?q=bakery")
            self.assertRefusedPage(page, 429, "too_many_attempts")

    def test_a_browser_that_searches_on_and_on_keeps_out_no_other(self):
        with self.allowed("portal_search", 1):
            self.assertEqual(self.get("/epay?q=bakery").status_code, 200)
            self.assertEqual(self.get("/epay?q=bakery").status_code, 429)
            self.authenticate(None, None)
            self.assertEqual(self.get("/epay?q=bakery").status_code, 200)

    def test_an_address_may_search_for_a_whole_shop_but_not_without_end(self):
        browser, address = LIMITS["portal_search"], LIMITS["search_address"]
        self.assertGreaterEqual(address[0], 10 * browser[0])
        with self.allowed("search_address", 1):
            self.assertEqual(self.get("/epay?q=bakery").status_code, 200)
            self.authenticate(None, None)
            self.assertEqual(self.get("/epay?q=bakery").status_code, 429)

    def test_attempts_are_counted_by_network_and_no_address_is_kept(self):
        for scope, path in (("miss", "/epay/nowhere"), ("search_address", "/epay?q=a")):
            with self.subTest(scope), self.allowed(scope, 2):
                for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:100::1"):
                    with self.behind_a_proxy(address):
                        self.assertIn(self.get(path).status_code, (200, 404))
                counted = self.env["epay.attempt"].search([("scope", "=", scope)])
                self.assertEqual(sorted(counted.mapped("count")), [1, 2])
                self.assertNotIn("2001", str(counted.mapped("key")))

    def test_pictures_are_drawn_only_so_often_for_one_address(self):
        path = f"/epay/i/m/{self.method.id}"
        throttle = EpayPortal._picture_throttle
        with patch.object(throttle, "burst", 1), patch.object(throttle, "rate", 0):
            throttle._buckets.clear()
            self.addCleanup(throttle._buckets.clear)
            self.assertEqual(self.get(path).status_code, 200)
            self.assertEqual(self.get(path).status_code, 429)
            self.assertEqual(self.get("/epay/i/s/teststreet").status_code, 429)

    # === JOINING === #

    def test_joining_makes_a_visit_and_sets_a_closed_cookie(self):
        page = self.get("/epay/teststreet/T1")
        answer = self.post("/epay/teststreet/T1/join", page=page)
        self.assertEqual(answer.status_code, 303)
        self.assertRegex(answer.headers["Location"], r"/epay/v/[\w-]{22}$")
        cookies = answer.headers["Set-Cookie"]
        phone = cookies[cookies.index("epay_phone=") :]
        for flag in ("HttpOnly", "SameSite=Lax", "Path=/epay"):
            self.assertIn(flag, phone)
        self.assertEqual(len(self.counter._waiting_visits()), 1)

    def test_script_that_joins_is_told_where_to_go(self):
        """Followed by the browser itself, the page would be made twice."""
        address = "/epay/teststreet/T1"
        form = self.tree(self.get(address)).xpath("//form[@id='join']")[0]
        answer = self.url_open(
            f"{address}/join",
            data={"csrf_token": form.xpath("input/@value")[0]},
            headers={"X-Epay-Stays": "1"},
            allow_redirects=False,
        )
        self.assertEqual(answer.status_code, 201)
        self.assertRegex(answer.headers["Location"], r"/epay/v/[\w-]{22}$")
        self.assertIn("epay_phone=", answer.headers["Set-Cookie"])

    def test_joining_twice_is_the_same_visit(self):
        self.assertEqual(self.waiting(), self.waiting())
        self.assertEqual(len(self.counter._waiting_visits()), 1)

    @mute_logger("odoo.http")
    def test_joining_needs_the_token_of_the_form(self):
        answer = self.post("/epay/teststreet/T1/join")
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.counter._waiting_visits())

    def test_joining_by_a_link_is_not_possible(self):
        self.assertEqual(self.get("/epay/teststreet/T1/join").status_code, 405)

    def test_joining_a_counter_that_closed_meanwhile_is_refused(self):
        page = self.get("/epay/teststreet/T1")
        self.counter.state = "closed"
        answer = self.post("/epay/teststreet/T1/join", page=page)
        self.assertRefusedPage(answer, 409, "counter_closed")
        header = self.tree(answer).xpath("//header")[0].text_content()
        self.assertIn("Test Street", header, "still the store's page")
        self.assertEqual(answer.text.count("Ask the clerk"), 1, "says it once")

    def test_too_many_joins_are_refused(self):
        page = self.get("/epay/teststreet/T1")
        with self.allowed("join_address", 1):
            self.waiting()
            with self.another_phone():
                answer = self.post("/epay/teststreet/T1/join", page=page)
        self.assertRefusedPage(answer, 429, "too_many_attempts")

    @contextmanager
    def behind_a_proxy(self, address, proxy_mode=True):
        """Another phone, from `address`, by way of a proxy that speaks HTTPS."""
        options = config.options.new_child({"proxy_mode": proxy_mode})
        headers = {
            "X-Forwarded-For": address,
            "X-Forwarded-Host": "shop.example",
            "X-Forwarded-Proto": "https",
        }
        with (
            self.another_phone(),
            patch.object(config, "options", options),
            patch.dict(self.opener.headers, headers),
        ):
            yield

    def join_behind_a_proxy(self, *addresses, proxy_mode=True):
        """The answers to phones that join, and how many visitors were told apart."""
        answers = []
        for address in addresses:
            with self.behind_a_proxy(address, proxy_mode):
                page = self.get("/epay/teststreet/T1")
                answers.append(self.post("/epay/teststreet/T1/join", page=page))
        hashes = self.counter._waiting_visits().mapped("address_hash")
        self.assertEqual(len(hashes), len(addresses))
        return answers, len(set(hashes))

    def test_behind_a_proxy_visitors_are_told_apart_and_the_cookie_is_secure(self):
        answers, visitors = self.join_behind_a_proxy("192.0.2.1", "192.0.2.2")
        self.assertEqual(visitors, 2)
        for answer in answers:
            cookies = answer.headers["Set-Cookie"]
            self.assertIn("Secure", cookies[cookies.index("epay_phone=") :])

    def test_without_proxy_mode_nobody_is_believed_about_the_address(self):
        addresses = ("192.0.2.1", "192.0.2.2")
        _answers, visitors = self.join_behind_a_proxy(*addresses, proxy_mode=False)
        self.assertEqual(visitors, 1)

    def test_addresses_of_one_network_are_one_visitor(self):
        addresses = ("2001:db8::1", "2001:db8:0:ff::ffff", "2001:db8:0:100::1")
        _answers, visitors = self.join_behind_a_proxy(*addresses)
        self.assertEqual(visitors, 2)

    # === ONE-TIME CODES === #

    def test_code_page_shows_the_counter_but_not_the_deal(self):
        page = self.get(self.code_of(self.register(77.77)))
        self.assertEqual(page.status_code, 200)
        self.mark(page, "join")
        self.assertNotIn("77.77", page.text)

    def test_phone_that_joined_is_led_to_its_visit(self):
        session = self.register()
        visit = self.joined(session)
        again = self.get(self.code_of(session))
        self.assertEqual(again.status_code, 303)
        self.assertTrue(again.headers["Location"].endswith(visit))

    def test_second_phone_is_refused_while_the_deal_lives(self):
        session = self.register()
        code = self.code_of(session)
        landing = self.get(code)
        self.joined(session)
        with self.another_phone():
            page = self.get(code)
            self.assertRefusedPage(page, 409, "held_by_other_phone")
            self.assertIn("Test Street", page.text, "where one is stays in sight")
            answer = self.post(f"{code}/join", page=landing)
            self.assertRefusedPage(answer, 409, "held_by_other_phone")
        self.assertEqual(len(session.visit_ids), 1)

    def test_code_of_an_ended_deal_is_gone(self):
        session = self.register()
        self.force(session, "cancelled")
        with self.another_phone():
            self.assertRefusedPage(self.get(self.code_of(session)), 410, "expired")

    def test_an_old_code_says_that_a_newer_one_is_shown(self):
        session = self.register()
        code = self.code_of(session)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE epay_session SET create_date = create_date - interval '1 hour'"
            " WHERE id = %s",
            [session.id],
        )
        self.env.invalidate_all()
        page = self.get(code)
        self.assertRefusedPage(page, 410, "expired")
        self.assertIn("too old", self.text(page, "message"))
        self.assertNotIn("is over", self.text(page, "message"))

    def test_a_used_code_does_not_say_that_the_payment_is_over(self):
        session = self.register()
        code = self.code_of(session)
        self.joined(session)
        self.as_clerk(self.counter).release_visit()
        with self.another_phone():
            page = self.get(code)
        self.assertRefusedPage(page, 410, "expired")
        self.assertIn("used up", self.text(page, "message"))

    # === EVERY PAGE === #

    def test_looking_changes_nothing(self):
        session = self.register()
        paths = [
            "/epay",
            "/epay?q=bakery",
            "/epay/teststreet",
            "/epay/teststreet/T1",
            "/epay/back",
        ]
        with self.assertNoEffects():
            for path in [*paths, self.code_of(session), "/epay/nowhere"]:
                self.get(path)

    def test_pages_keep_their_address_to_themselves(self):
        session = self.register()
        for path in (
            "/epay",
            "/epay/teststreet/T1",
            self.code_of(session),
            "/epay/nowhere",
        ):
            headers = self.get(path).headers
            self.assertEqual(headers["Referrer-Policy"], "no-referrer", path)
            self.assertEqual(headers["Cache-Control"], "no-store", path)
        self.assertEqual(headers["X-Robots-Tag"], "noindex")
        self.assertNotIn("X-Robots-Tag", self.get("/epay/teststreet").headers)

    def test_pages_ask_nobody_else_for_anything(self):
        for path in ("/epay", "/epay/teststreet/T1"):
            page = self.get(path)
            self.assertIn("default-src 'self'", page.headers["Content-Security-Policy"])
            for url in self.tree(page).xpath("//@src | //link/@href | //@action"):
                self.assertRegex(url, r"^(/(?!/)|data:)")

    def test_pages_are_in_the_browsers_language_and_direction(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("ar_001")
        root = self.tree(
            self.get("/epay", headers={"Accept-Language": "fr-CH,en;q=0.5"})
        )
        self.assertEqual((root.get("lang"), root.get("dir")), ("fr-FR", "ltr"))
        root = self.tree(self.get("/epay", headers={"Accept-Language": "xx,ar;q=0.5"}))
        self.assertEqual((root.get("lang"), root.get("dir")), ("ar-001", "rtl"))

    def test_static_files_change_their_address_with_their_content(self):
        page = self.tree(self.get("/epay"))
        for url in page.xpath("//link[@rel='stylesheet']/@href | //script/@src"):
            self.assertRegex(url, r"\?v=[0-9a-f]{10}$")
            self.assertIn("max-age", self.get(url).headers["Cache-Control"])

    def test_pictures_may_be_kept(self):
        method = self.provider.payment_method_ids[:1]
        icons = self.get(f"/epay/i/m/{method.id}-{method.id}")
        self.assertEqual(icons.headers["Content-Type"], "image/png")
        self.assertIn("public", icons.headers["Cache-Control"])
        self.assertEqual(self.get("/epay/i/m/1,2").status_code, 404)
        self.assertEqual(self.get("/epay/i/s/teststreet").status_code, 404)
        self.store.logo = method.image
        logo = self.get("/epay/i/s/teststreet")
        self.assertEqual(logo.status_code, 200)
        self.assertIn("max-age", logo.headers["Cache-Control"])
        self.assertIn("/epay/i/s/teststreet?v=", self.get("/epay/teststreet").text)

    def test_counter_page_costs_few_queries(self):
        empty = self.count_queries("/epay/i/nothing")
        cost = self.count_queries("/epay/teststreet/T1") - empty
        self.assertLessEqual(cost, 7)
