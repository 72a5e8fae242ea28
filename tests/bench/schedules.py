"""A schedule of a million lines is searched, and a hundred thousand are imported."""

import json
import re
import subprocess
import tempfile
import time

from support import settings

from .report import Line, at_most
from .route_fill import import_file
from .stats import median, percentile

LINES = 1_000_000
IMPORTED = 100_000
# What Odoo's own import dialog sends at once.
_BATCH = 2000
# As people type: names (two letters of Japanese among them), streets, phones, numbers.
TYPED = (
    *("müller-bake", "schmidt", "渡辺", "花子", "佐藤 蓮", "中村", "anna weber"),
    *("hauptstraße 12", "lange straße 7", "10117", "torstr 33 10119", "mü"),
    *("234567", "+49 30 1234567", "B-0123456"),
)
_FILL = """\
import sys
import json, pathlib
sys.path[:0] = [{tests!r}]
from bench.route_fill import fill, plans
schedule_id = fill(env, {counter}, {lines})
found = plans(env, schedule_id, {typed!r})
pathlib.Path({plans!r}).write_text(json.dumps(found))
"""
_SPECIFICATION = {
    **{name: {} for name in ("date", "name", "address", "amount", "state")},
    **{name: {} for name in ("collected_amount", "amount_due")},
    "partner_id": {"fields": {"display_name": {}}},
}
_OPTIONS = {
    "has_headers": True,
    "encoding": "utf-8",
    "separator": ",",
    "quoting": '"',
    "date_format": "%Y-%m-%d",
    "datetime_format": "",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "advanced": True,
    "keep_matches": False,
    "limit": _BATCH,
}
_CSRF = re.compile(r'csrf_token: "(\w+)"')
_COLUMNS = ["partner_id", "name", "amount", "address", "phone", "ref"]


class Search:
    """At the door and in the office, each answer over HTTP."""

    def __init__(self, world):
        self.shop = world.shop
        self.door, self.office, self.list, self.plans = [], [], [], {}

    def prepare(self):
        self.counter_id = self.shop.new_counter(kind="route")
        self.clerk = self.shop.user("clerk")
        self.manager = self.shop.user("manager")
        with tempfile.NamedTemporaryFile("r", suffix=".json") as file:
            self._fill(file.name)
            self.plans = json.load(file)
        self.round()
        for series in (self.door, self.office, self.list):
            series.clear()

    def _fill(self, plans_path):
        script = _FILL.format(
            tests=str(settings.ROOT / "tests"),
            counter=self.counter_id,
            lines=LINES,
            typed=TYPED,
            plans=plans_path,
        )
        command = [settings.PYTHON, "-m", "odoo", "shell", "-c", settings.ODOO_CONFIG]
        subprocess.run(
            [*command, "-d", self.shop.name, "--no-http", "--log-level", "warn"],
            input=script,
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def round(self):
        self.list.append(_timed(self._list))
        for text in TYPED:
            self.door.append(_timed(lambda t=text: self._at_the_door(t)))
            self.office.append(_timed(lambda t=text: self._in_the_office(t)))

    def _list(self):
        return self.clerk.call("epay.counter", "get_schedule", [self.counter_id])

    def _at_the_door(self, text):
        ids = [self.counter_id]
        return self.clerk.call("epay.counter", "search_collections", ids, text)

    def _in_the_office(self, text):
        return self.manager.call(
            "epay.collection.line",
            "web_search_read",
            [("search_text", "ilike", text)],
            _SPECIFICATION,
            limit=80,
            count_limit=1001,
        )

    def lines(self):
        searches = [
            line
            for name, series in (("door", self.door), ("office", self.office))
            for line in (
                Line(f"search, {name}, median", median(series), "ms", aim=at_most(100)),
                Line(f"search, {name}, 95 %", percentile(series, 0.95), "ms"),
            )
        ]
        return [
            *searches,
            Line("the list at the door, median", median(self.list), "ms"),
            Line(
                "searches that read every row",
                sum("every row of epay_collection_line" in s for s in self._scans()),
                "",
                aim=at_most(0),
            ),
        ]

    def _scans(self):
        return [str(scans) for plan in self.plans.values() for scans in plan.values()]

    def samples(self):
        by_text = {
            name: {
                text: median(series[at :: len(TYPED)]) for at, text in enumerate(TYPED)
            }
            for name, series in (("door", self.door), ("office", self.office))
        }
        return {
            "door": self.door,
            "office": self.office,
            "list": self.list,
            "medians": by_text,
            "plans": self.plans,
        }


class Import:
    """A file of a hundred thousand bills, in batches as Odoo's dialog sends them."""

    def __init__(self, world):
        self.world, self.shop = world, world.shop
        self.seconds, self.busy = [], []

    def prepare(self):
        self.manager = self.shop.user("manager")
        self.counter_id = self.shop.new_counter(kind="route")

    def round(self):
        [schedule_id] = self.manager.call(
            "epay.collection.schedule",
            "create",
            [{"counter_id": self.counter_id, "date": "2031-05-06"}],
        )
        content = import_file(IMPORTED).replace(",IB-", f",I{schedule_id}B-")
        context = {"default_schedule_id": schedule_id}
        [record_id] = self._call(
            "create", [{"res_model": "epay.collection.line"}], context=context
        )
        self._upload(record_id, content)
        began, busy = time.monotonic(), self.world.workers_seconds()
        self._import([record_id], context)
        self.seconds.append(time.monotonic() - began)
        self.busy.append(self.world.workers_seconds() - busy)
        made = self.shop.sql.value(
            "SELECT count(*) FROM epay_collection_line WHERE schedule_id = %s",
            schedule_id,
        )
        assert made == IMPORTED, made

    def _upload(self, record_id, content):
        """As the dialog does it."""
        http, url = self.manager.http, self.shop.url
        token = _CSRF.search(http.get(f"{url}/odoo", timeout=60).text)[1]
        answer = http.post(
            f"{url}/base_import/set_file",
            data={"id": record_id, "csrf_token": token},
            files={"ufile": ("bills.csv", content.encode(), "text/csv")},
            timeout=60,
        )
        answer.raise_for_status()

    def _import(self, ids, context):
        skip = 0
        while True:
            options = {**_OPTIONS, "skip": skip}
            answer = self._call(
                "execute_import", ids, _COLUMNS, _COLUMNS, options, context=context
            )
            assert not answer["messages"], json.dumps(answer["messages"][:3])
            skip = answer.get("nextrow")
            if not skip:
                return

    def _call(self, method, *args, **kwargs):
        return self.manager.call("base_import.import", method, *args, **kwargs)

    def lines(self):
        return [
            Line(
                "import of 100,000 lines", median(self.seconds), "s", aim=at_most(120)
            ),
            Line("import, Odoo's processor time", median(self.busy), "s"),
        ]

    def samples(self):
        return {"seconds": self.seconds, "processor": self.busy}


def _timed(call):
    """Milliseconds until the answer is here."""
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)
