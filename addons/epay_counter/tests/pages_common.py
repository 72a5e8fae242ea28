from contextlib import contextmanager

from lxml import html

from odoo.http import Controller, route
from odoo.tests import HttpCase

from .common import EpayBuilders


class EpayEmptyRoute(Controller):
    """What any public route costs, to compare with. Exists in tests only."""

    @route(
        "/epay/i/nothing", type="http", auth="public", readonly=True, save_session=False
    )
    def epay_nothing(self):
        return ""


class PagesCase(EpayBuilders, HttpCase):
    """A store with one open counter, seen by browsers over HTTP.

    `self.opener` is one phone; `another_phone()` is a second one. Helpers read the
    pages by the marks of the contract (`data-epay`), as people's tests do.
    """

    # Odoo's website replaces much of the portal.
    epay_flavours = ("plain", "website")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.registry.clear_cache("routing")
        cls.store.address_id.city = "Lyon"

    # === PHONES === #

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    @contextmanager
    def another_phone(self):
        """Requests inside are made by a browser without our cookies."""
        mine = self.opener.cookies.copy()
        for cookie in list(self.opener.cookies):
            if cookie.name == "epay_phone":
                self.opener.cookies.clear(cookie.domain, cookie.path, cookie.name)
        try:
            yield
        finally:
            self.opener.cookies.clear()
            self.opener.cookies.update(mine)

    def get(self, path, **kwargs):
        kwargs.setdefault("allow_redirects", False)
        return self.url_open(path, **kwargs)

    def post(self, path, page=None, **data):
        """Send a form; its CSRF token comes from `page`, the response it stood on."""
        if page is not None:
            data["csrf_token"] = (
                self.tree(page).xpath("//input[@name='csrf_token']")[0].get("value")
            )
        return self.url_open(path, data=data, method="POST", allow_redirects=False)

    # === READING PAGES === #

    def tree(self, response):
        return html.fromstring(response.content)

    def marks(self, response, mark):
        """The elements of a page that carry the mark."""
        return self.tree(response).xpath(f"//*[@data-epay='{mark}']")

    def mark(self, response, mark):
        found = self.marks(response, mark)
        self.assertEqual(len(found), 1, f"one {mark} on the page")
        return found[0]

    def text(self, response, mark):
        return " ".join(self.mark(response, mark).text_content().split())

    def assertState(self, response, state):
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.mark(response, "visit").get("data-state"), state)

    def assertRefusedPage(self, response, status, code):
        """A light page that says what happened and what to do next."""
        self.assertEqual(response.status_code, status)
        self.assertLess(len(response.content), 8000)
        self.assertNotIn(b"/web/assets/", response.content)
        self.assertEqual(self.tree(response).xpath("//main")[0].get("data-code"), code)
        self.assertTrue(self.tree(response).xpath("//h1")[0].text_content().strip())
        self.assertGreater(len(self.text(response, "message")), 20)
        self.assertTrue(self.tree(response).xpath("//a[@href]"), "there is a way on")

    # === DEALS === #

    def code_of(self, session):
        return f"/epay/q/{self.counter._one_time_code(session)}"

    def joined(self, session=None):
        """Join by the one-time code of a deal; the address of the visit."""
        session = session or self.register()
        code = self.code_of(session)
        response = self.post(f"{code}/join", page=self.get(code))
        self.assertEqual(response.status_code, 303)
        return response.headers["Location"].replace(self.base_url(), "")

    def waiting(self):
        """Join by the counter's own address; the address of the visit."""
        address = "/epay/teststreet/T1"
        response = self.post(f"{address}/join", page=self.get(address))
        self.assertEqual(response.status_code, 303)
        return response.headers["Location"].replace(self.base_url(), "")

    def chosen_by(self, session):
        """Join and choose the only method; the address of the visit."""
        visit = self.joined(session)
        page = self.get(visit)
        option = self.option(page)
        response = self.post(f"{visit}/choose", page=page, option=option)
        self.assertEqual(response.status_code, 303)
        return visit

    def requested_of(self, session):
        """Join, choose, and let the clerk ask; the address of the visit."""
        visit = self.chosen_by(session)
        self.as_clerk(session).request_authorization()
        return visit

    def option(self, page):
        """The key of the first way to pay on the page."""
        return self.tree(page).xpath("//input[@name='option']")[0].get("value")

    def force(self, session, *states):
        """Move a deal along without a provider."""
        for state in states:
            session._transition(state)
        self.env["epay.counter"]._publish_touched()

    # === WHAT A REQUEST DOES === #

    def rows(self):
        """A fingerprint of everything that a page could have changed."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
            "AND (tablename LIKE 'epay%' OR tablename IN "
            "('payment_transaction', 'sale_order', 'account_move', 'mail_mail'))"
        )
        prints = {}
        for (table,) in self.env.cr.fetchall():
            if table == "epay_attempt":
                continue
            self.env.cr.execute(  # pylint: disable=sql-injection
                f"SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t"
                if self._has_id(table)
                else f"SELECT count(*) FROM {table}"
            )
            prints[table] = self.env.cr.fetchone()[0]
        return prints

    def _has_id(self, table):
        self.env.cr.execute(
            "SELECT 1 FROM information_schema.columns "
            "WHERE table_name = %s AND column_name = 'id'",
            (table,),
        )
        return bool(self.env.cr.rowcount)

    @contextmanager
    def assertNoEffects(self):
        before = self.rows()
        yield
        self.assertEqual(self.rows(), before)

    def count_queries(self, path):
        """SQL queries of a warm request, without those of the test's own cursor."""
        for _turn in range(3):
            self.get(path)
        profile = self.profile(collectors=["sql"], db=False)
        with profile:
            self.get(path)
        (request,) = profile._profiler__.sub_profilers
        queries = [entry["full_query"] for entry in request.collectors[0].entries]
        return len([query for query in queries if "SAVEPOINT" not in query.upper()])
