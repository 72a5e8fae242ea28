"""The shop that is measured: two workers behind nginx, counters, phones that wait."""

import re
import time
from contextlib import contextmanager

import psutil
from bootstrap import postgres
from bootstrap.databases import Databases
from support import settings
from support.browser import Browsers
from support.phone import HttpPhone
from support.shop import Stockroom

WORKERS = 2
AMOUNT = "80.78"
# So many phones that none of them asks more often than the state route allows.
PHONES = 16
_QUERIES = re.compile(r'"GET (\S+) HTTP/[^"]*" (\d+) - (\d+) ')


class World:
    """A running shop, with what the measures need of it."""

    def __init__(self, shop, browsers):
        self.shop = shop
        self.browsers = browsers
        # Odoo's own payment page then offers what ours does: the demo provider.
        shop.sql.run(
            "UPDATE payment_provider SET state = 'disabled' WHERE code = 'standin'"
        )
        self.desks = [shop.desk() for _number in range(PHONES)]
        self.phones = [desk.with_phone(AMOUNT) for desk in self.desks]
        self.pay_path = self._payment_path()

    def _payment_path(self):
        """Odoo's own payment page, of the same amount."""
        http = self.shop.user("admin").http
        address = f"{self.shop.url}/epay_bench/payment?amount={AMOUNT}"
        answer = http.get(address, timeout=60)
        answer.raise_for_status()
        return answer.text

    def workers_seconds(self):
        """Processor time of the HTTP workers so far: what noise changes least."""
        server = psutil.Process(self.shop.server.process.pid)
        times = [child.cpu_times() for child in server.children()]
        return sum(spent.user + spent.system for spent in times)

    def log_position(self):
        return self.shop.server.log.stat().st_size

    def queries_since(self, position):
        """SQL queries of each answered request, from Odoo's own log.

        :return: list of (path, status, number of queries)
        """
        # Written by another process, which may be a moment behind.
        time.sleep(0.5)
        with self.shop.server.log.open() as log:
            log.seek(position)
            found = _QUERIES.findall(log.read())
        return [(path, int(status), int(count)) for path, status, count in found]

    def fresh_deal(self, desk, choose=False):
        """A new deal at a desk, with a phone that joined by its code.

        :return: the phone; its cookie can be given to a browser (`phone_cookie`)
        """
        state = desk.state()
        if state:
            if state["state"] not in ("settled", "cancelled", "expired"):
                desk.session("cancel")
            desk.counter("next")
        phone = desk.with_phone(AMOUNT)
        if choose:
            phone.choose()
        return phone

    def phone_cookies(self, phone, url=None):
        """The phone's cookies, for a browser that goes on in its place."""
        return [
            {"name": cookie.name, "value": cookie.value, "url": url or self.shop.url}
            for cookie in phone.http.cookies
        ]

    def stranger(self):
        """A phone without a visit."""
        return HttpPhone(self.shop)


@contextmanager
def opened(flavour):
    """Make the shop, open it, and put everything away afterwards."""
    stock = Stockroom(Databases(postgres.server(), settings.DATA_DIR))
    stock.databases.drop_orphans("epay_test_")
    browsers = None
    try:
        options = ("--log-handler", "werkzeug:INFO")
        shop = stock.shop(flavour, workers=WORKERS, options=options)
        browsers = Browsers()
        yield World(shop, browsers)
    finally:
        if browsers:
            browsers.close()
        stock.clear()
