"""A shop to be tested: a database of its own, a server, its people and its counters."""

import datetime
import hashlib
import itertools
import os
import re
import subprocess
import time
from zoneinfo import ZoneInfo

from . import settings
from .nginx import Nginx
from .phone import HttpPhone
from .rpc import Json2, JsonRpc, XmlRpc
from .server import OdooServer
from .sql import Sql
from .waiting import eventually

_RECOVER = ("epay_counter", "ir_cron_recover")
_EXPIRE = ("epay_counter", "ir_cron_expire")
_SEED = """\
import sys
sys.path[:0] = [{config!r}, {tests!r}]
import demo_shop
from support.seed import seed_tests
demo_shop.seed(env)
seed_tests(env)
env.cr.commit()
"""


class Stockroom:
    """Makes shops: the template is seeded once, then cloned."""

    def __init__(self, databases):
        self.databases = databases
        self.numbers = itertools.count(1)
        self.shops = []

    def copy(self, flavour, name):
        """Make database `name` a copy of the filled shop, which is made once for each
        template and way of filling it.
        """
        from bootstrap import paths
        from bootstrap.files import exclusive

        # The tests run in two processes: one of them fills the shop.
        with exclusive(paths.TEST / f"{flavour}.lock", "filling the tests' shop"):
            self.databases.clone(self._seeded(flavour), name)

    def _seeded(self, flavour):
        prefix = f"epay_seeded_{flavour}_"
        name = prefix + _digest(settings.TEMPLATES[flavour])
        if not self.databases.exists(name):
            for old in self.databases.names(prefix):
                self.databases.drop(old)
            self._fill(flavour, name)
        return name

    def _fill(self, flavour, name):
        building = f"epay_test_{flavour}_{os.getpid()}"
        self.databases.clone(settings.TEMPLATES[flavour], building)
        _seed(building)
        _warm(building)
        self.databases.rename(building, name)

    def shop(self, flavour, **options):
        """A fresh copy of the seeded template with a running server."""
        # `make test` drops databases of this form whose process has ended.
        name = f"epay_test_shop{next(self.numbers)}_{os.getpid()}"
        self.copy(flavour, name)
        shop = Shop(name, flavour, **options)
        self.shops.append(shop)
        shop.open()
        return shop

    def clear(self):
        for shop in self.shops:
            shop.close()
            self.databases.drop(shop.name)


def _digest(template):
    """Changes with the template and with what the shop is filled with."""
    files = [
        settings.ROOT / "config/demo_shop.py",
        settings.ROOT / "tests/support/seed.py",
    ]
    files += sorted(settings.ROOT.glob("addons/*/static/src/**/*.*"))
    files += sorted(settings.ROOT.glob("tests/addons/*/static/src/**/*.*"))
    # The demo shop has a schedule for today, where its store is.
    today = str(datetime.datetime.now(ZoneInfo("Europe/Berlin")).date())
    parts = [template.encode(), today.encode(), *(file.read_bytes() for file in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:8]


def _seed(database):
    """Fill the shop in a copy of the template."""
    paths = {
        "config": str(settings.ROOT / "config"),
        "tests": str(settings.ROOT / "tests"),
    }
    command = [settings.PYTHON, "-m", "odoo", "shell", "-c", settings.ODOO_CONFIG]
    done = subprocess.run(
        [*command, "-d", database, "--no-http", "--log-level", "warn"],
        input=_SEED.format(**paths),
        capture_output=True,
        text=True,
        check=False,
    )
    sql = Sql(database)
    made = sql.value("SELECT count(*) FROM epay_store WHERE code = 'redir'")
    sql.close()
    assert made, f"The shop could not be filled:\n{done.stdout}\n{done.stderr}"


def _warm(database):
    """Have Odoo put its bundles of scripts and styles together, for all copies."""
    server = OdooServer(database).start()
    try:
        user = JsonRpc.login(server.url, database, "admin")
        paths = ["/odoo", "/web/login", "/epay/i/a"]
        pages = [user.http.get(server.url + path, timeout=120).text for path in paths]
        for path in sorted(set(re.findall(r'/web/assets/[^"\']+', " ".join(pages)))):
            user.http.get(server.url + path, timeout=120)
    finally:
        server.kill()


class Shop:
    """One database with its server; everything in it is reached from outside."""

    def __init__(self, name, flavour, workers=0, options=()):
        """With ``workers`` it is run as merchants run it: behind nginx."""
        self.name = name
        self.flavour = flavour
        self.sql = Sql(name)
        self.server = OdooServer(name, workers, options)
        self.front = Nginx(self.server) if workers else None
        self.url = (self.front or self.server).url
        self._users = {}
        self._codes = itertools.count(1)

    def open(self):
        self._set("web.base.url", self.url)
        self._set("web.base.url.freeze", "True")
        self._set("payment_standin.timeout", str(settings.PROVIDER_TIMEOUT))
        self.server.start()
        if self.front:
            self.front.start()

    def close(self):
        if self.front:
            self.front.stop()
        self.server.kill()
        self.sql.close()

    def _set(self, key, value):
        self.sql.run(
            "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
            key,
            value,
        )

    def patience(self, seconds):
        """So many seconds in milliseconds, and what a busy machine needs besides.

        A promise like "within a second" is about this add-on, not about how many other
        programs share the processor: ten answers of this server are added to it.
        """
        started = time.monotonic()
        for _time in range(5):
            self.user("clerk").call("epay.counter", "get_my_counters")
        return 1000 * (seconds + 2 * (time.monotonic() - started))

    # --- people -------------------------------------------------------------

    def user(self, login, password=None):
        """A logged-in user; the login is kept for later tests."""
        if login not in self._users:
            self._users[login] = JsonRpc.login(self.url, self.name, login, password)
        return self._users[login].twin()

    @property
    def admin(self):
        return self.user("admin")

    def xmlrpc(self, login):
        return XmlRpc(self.url, self.name, login)

    def json2(self, login):
        key = self.sql.value(
            "SELECT value FROM ir_config_parameter WHERE key = %s",
            f"epay_tests.key.{login}",
        )
        return Json2(self.url, self.name, key)

    def phone(self, **options):
        """A customer's phone that speaks plain HTTP."""
        return HttpPhone(self, **options)

    # --- records ------------------------------------------------------------

    def provider_id(self, name):
        """A stand-in provider by the code of its store."""
        return self.sql.value(
            "SELECT id FROM payment_provider WHERE name->>'en_US' = %s", name
        )

    def counter_id(self, store, code):
        return self.sql.value(
            "SELECT c.id FROM epay_counter c JOIN epay_store s ON s.id = c.store_id"
            " WHERE s.code = %s AND c.code = %s",
            store,
            code,
        )

    def new_counter(self, store="main", logins=("clerk",), **values):
        """A counter of the test's own: tests don't meet at one."""
        code = f"X{next(self._codes)}"
        users = self.sql.values(
            "SELECT id FROM res_users WHERE login = ANY(%s)", list(logins)
        )
        store_id = self.sql.value("SELECT id FROM epay_store WHERE code = %s", store)
        [counter_id] = self.admin.call(
            "epay.counter",
            "create",
            [
                {
                    "store_id": store_id,
                    "code": code,
                    "name": f"Till {code}",
                    "user_ids": [[6, 0, users]],
                    **values,
                }
            ],
        )
        self.user(logins[0]).call("epay.counter", "open_counter", [counter_id])
        return counter_id

    def desk(self, store="main", login="clerk", counter_id=None, **values):
        """A clerk at a counter of the test's own."""
        counter_id = counter_id or self.new_counter(store, (login,), **values)
        return Desk(self, self.user(login), counter_id)

    # --- time and jobs ------------------------------------------------------

    def recover(self):
        """What the recovery job does once everything open has waited long enough."""
        self.sql.run(
            "UPDATE epay_operation SET create_date = create_date - interval '2 hours',"
            " next_try = CASE WHEN next_try IS NULL THEN NULL"
            " ELSE next_try - interval '2 hours' END"
            " WHERE state IN ('requested', 'unknown')"
        )
        self.admin.run_job(_RECOVER)

    def forget_guesses(self):
        """Whoever typed wrong pairs of number and amount did so long ago."""
        self.sql.run("UPDATE epay_return_attempt SET date = date - interval '1 hour'")

    def expire(self, session_id):
        """Let the time of one deal run out."""
        self.sql.run(
            "UPDATE epay_session SET expires_at = now() AT TIME ZONE 'UTC'"
            " - interval '1 minute' WHERE id = %s",
            session_id,
        )
        self.admin.run_job(_EXPIRE)

    def wait_for_provider(self, seconds):
        """How long the server waits for the card company's answers."""
        parameters = ("payment_standin.timeout", str(seconds))
        self.admin.call("ir.config_parameter", "set_param", *parameters)

    def set_provider(self, name, **values):
        """Change a stand-in provider, named by the code of its store."""
        provider = [self.provider_id(name)]
        self.admin.call("payment.provider", "write", provider, values)

    def give_saved_cards(self, company):
        """Have the card company know the cards that the customer saved here.

        Odoo archives them when a test before switched the provider off.
        """
        for token_id in self.sql.values(
            "SELECT t.id FROM payment_token t JOIN payment_provider p"
            " ON p.id = t.provider_id WHERE p.code = 'standin'"
        ):
            self.sql.run(
                "UPDATE payment_token SET active = true, provider_ref = %s"
                " WHERE id = %s",
                company.save_card()["id"],
                token_id,
            )

    def use_card_company(self, company):
        """Have the stores at the mock card company talk to this one."""
        self.sql.run(
            "UPDATE payment_provider SET standin_url = %s WHERE code = 'standin'",
            company.url,
        )


class Desk:
    """A clerk at one counter, acting through the contract's calls."""

    def __init__(self, shop, rpc, counter_id):
        self.shop = shop
        self.rpc = rpc
        self.counter_id = counter_id
        row = shop.sql.row(
            "SELECT c.code, s.code AS store FROM epay_counter c"
            " JOIN epay_store s ON s.id = c.store_id WHERE c.id = %s",
            counter_id,
        )
        self.code, self.store = row["code"], row["store"]
        self.session_id = None
        self.code_url = None

    def twin(self):
        """The same clerk on another device: its own connection."""
        twin = Desk(self.shop, self.rpc.twin(), self.counter_id)
        twin.session_id, twin.code_url = self.session_id, self.code_url
        return twin

    def counter(self, method, *args, **kwargs):
        """A call on the counter; remembers the deal that the answer shows."""
        answer = self.rpc.call(
            "epay.counter", method, [self.counter_id], *args, **kwargs
        )
        return self._remember(answer)

    def session(self, method, *args, **kwargs):
        """A call on the deal that this desk works on."""
        return self.rpc.call("epay.session", method, [self.session_id], *args, **kwargs)

    def _remember(self, answer):
        session = answer["session"]
        if session:
            self.session_id = session["id"]
            self.code_url = session["code_url"] or self.code_url
        return answer

    def register(self, amount="80.78", **kwargs):
        self.counter("register_sale", amount, **kwargs)
        return self

    def state(self):
        """The present deal as the screen shows it, or False."""
        return self.rpc.call("epay.counter", "get_state", [self.counter_id])["session"]

    def deal(self):
        """The deal of this desk, also when it is parked or finished."""
        answer = self.rpc.call(
            "epay.counter", "focus", [self.counter_id], self.session_id
        )
        return answer["session"]

    # --- shortcuts to a state of a deal -------------------------------------

    def with_phone(self, amount="80.78", **options):
        """Register and let a phone join with the code."""
        self.register(amount)
        phone = self.shop.phone(**options)
        phone.join_by_code(self.code_url)
        return phone

    def with_choice(self, amount="80.78", pick=None, **options):
        """As far as the clerk's request: the customer has chosen."""
        phone = self.with_phone(amount, **options)
        phone.choose(pick)
        return phone

    def with_authorization(self, amount="80.78", **options):
        """As far as the clerk's Settle, by the demo provider's form."""
        phone = self.with_choice(amount, **options)
        self.session("request_authorization")
        phone.pay_with_demo()
        return phone

    def with_card(self, amount="80.78", outcome="pay"):
        """As far as the clerk's Settle, at the card company's payment page."""
        phone = self.with_choice(amount)
        self.session("request_authorization")
        phone.pay_at_card_company(outcome)
        eventually(lambda: self.deal()["state"] == "authorized")
        return phone
