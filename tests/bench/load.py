"""Requests per second, processor time and SQL queries of pages, without a browser."""

import itertools
import socket
import threading
import time
from urllib.parse import urlsplit

from .report import Line, at_least, at_most
from .stats import median, ratios

_CLIENTS = 4
_SECONDS = 2.0
_WARM_UP = 60
_GOOD = (b"200", b"304")


class Target:
    """One page, as ready-made requests of several phones in turn."""

    def __init__(self, name, requests):
        self.name = name
        self.requests = requests
        self._next = itertools.cycle(requests)
        self._lock = threading.Lock()

    def next(self):
        with self._lock:
            return next(self._next)


def _request(path, cookies):
    """The bytes of a request, as a browser of this phone would send it."""
    pairs = "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies)
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept: text/html",
        "Accept-Language: en-US",
        "Connection: close",
    ]
    if pairs:
        lines.append(f"Cookie: {pairs}")
    return "\r\n".join([*lines, "", ""]).encode()


def targets(world):
    """The pages of a counter, and what they are compared with."""
    stranger = world.stranger()
    counter = urlsplit(f"/epay/main/{world.desks[0].code}").path
    stranger.get(counter)
    stranger.get(world.pay_path)
    known = stranger.http.cookies
    visits = [
        _request(phone.visit_path(), phone.http.cookies) for phone in world.phones
    ]
    states = [
        _request(
            f"{phone.visit_path('/state')}?since={phone.state()['version']}",
            phone.http.cookies,
        )
        for phone in world.phones
    ]
    return [
        Target("counter page", [_request(counter, known)]),
        Target("visit page", visits),
        Target("state route", states),
        Target("/payment/pay", [_request(world.pay_path, known)]),
        Target("empty public route", [_request("/epay_bench/empty", known)]),
    ]


class Load:
    """A few clients that ask one server's workers, each as fast as it is answered."""

    def __init__(self, world):
        self.world = world
        # Past nginx, whose limits are made for people.
        self.address = ("127.0.0.1", world.shop.server.port)
        self.targets = targets(world)
        self.rates = {target.name: [] for target in self.targets}
        self.costs = {target.name: [] for target in self.targets}
        self.queries = {}

    def prepare(self):
        """Warm every worker up, then count queries."""
        for target in self.targets:
            for _time in range(_WARM_UP):
                self._ask(target.next())
            position = self.world.log_position()
            for _time in range(8):
                self._ask(target.next())
            counts = [count for _p, _s, count in self.world.queries_since(position)]
            self.queries[target.name] = median(counts)

    def round(self):
        """Every page for two seconds, one after the other."""
        for target in self.targets:
            answered, seconds, busy = self._hammer(target)
            self.rates[target.name].append(answered / seconds)
            self.costs[target.name].append(1000 * busy / answered)

    def _hammer(self, target):
        """Ask for some seconds; returns answers, seconds and workers' seconds."""
        counts = []
        stop_at = time.monotonic() + _SECONDS

        def client():
            count = 0
            while time.monotonic() < stop_at:
                self._ask(target.next())
                count += 1
            counts.append(count)

        threads = [threading.Thread(target=client) for _number in range(_CLIENTS)]
        began, busy = time.monotonic(), self.world.workers_seconds()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.monotonic() - began
        if len(counts) < _CLIENTS:
            raise RuntimeError(f"{target.name}: a client was refused")
        return sum(counts), seconds, self.world.workers_seconds() - busy

    def _ask(self, request):
        with socket.create_connection(self.address) as connection:
            connection.sendall(request)
            answer = first = connection.recv(65536)
            while answer:
                answer = connection.recv(65536)
        status = first[9:12]
        if status not in _GOOD:
            line = request.split(b"\r\n", 1)[0].decode()
            raise RuntimeError(f"{line} was answered by {status.decode()}")

    # --- the result -------------------------------------------------------------

    def lines(self):
        pay = "/payment/pay"
        for name in ("counter page", "visit page"):
            yield self._rate(name, pay, at_least(5))
            yield self._cost(name, pay)
            yield self._queries(name, pay)
        empty = "empty public route"
        yield self._rate("state route", empty)
        yield self._cost("state route", empty)
        more = at_most(self.queries[empty] + 2)
        yield self._queries("state route", empty, aim=more)

    def _rate(self, name, other, aim=None):
        return Line(
            f"{name} / {other}",
            median(self.rates[name]),
            "requests/s",
            theirs=median(self.rates[other]),
            ratio=median(ratios(self.rates[name], self.rates[other])),
            aim=aim,
            of="ratio",
        )

    def _cost(self, name, other):
        return Line(
            f"{name} / {other}: processor",
            median(self.costs[name]),
            "ms",
            theirs=median(self.costs[other]),
            ratio=median(ratios(self.costs[name], self.costs[other])),
        )

    def _queries(self, name, other, aim=None):
        return Line(
            f"{name} / {other}: SQL",
            self.queries[name],
            "queries",
            theirs=self.queries[other],
            aim=aim,
        )

    def samples(self):
        return {
            "requests per second": self.rates,
            "processor ms": self.costs,
            "queries": self.queries,
        }
