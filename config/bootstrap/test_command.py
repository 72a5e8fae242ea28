"""`make test`: every test, as up to three runs of pytest, summed up in one line."""

import json
import os
import shlex
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from . import browser, nginx, odoo_command, paths, postgres, report_engine
from .console import BootstrapError, say
from .databases import Databases
from .pytest_counts import OUTCOMES
from .templates import PLAIN, WEBSITE, Templates

# Tests in these folders run inside Odoo, all others look from outside.
_INSIDE_ODOO = (paths.ADDONS, paths.TEST_ADDONS)
_NO_TESTS = 5
_FLAVOURS = (PLAIN, WEBSITE)
_RUNS = (PLAIN.name, WEBSITE.name, "blackbox")


@dataclass
class Outcome:
    """What the runs of pytest came to."""

    counts: dict = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    wrong: list = field(default_factory=list)
    statuses: list = field(default_factory=list)

    @property
    def status(self):
        """0 if all is well; 5, like pytest, if no run found a test."""
        bad = [status for status in self.statuses if status not in (0, _NO_TESTS)]
        if bad or self.wrong:
            return 1
        return 0 if 0 in self.statuses else _NO_TESTS

    def add(self, title, status, report):
        self.statuses.append(status)
        for outcome, number in report.get("counts", {}).items():
            self.counts[outcome] += number
        self.wrong += report.get("wrong", [])
        if status not in (0, 1, _NO_TESTS):
            # Killed, or a mistake in the arguments: never to be taken for a success.
            self.counts["error"] += 1
            self.wrong.append(f"ERROR pytest itself ended with {status}: {title}")

    def summary(self, seconds):
        """The line that pytest would have written, had it been one run."""
        parts = [
            f"{number} {_plural(outcome, number)}"
            for outcome, number in self.counts.items()
            if number
        ]
        text = f"{', '.join(parts) or 'no tests ran'} in {seconds:.2f}s"
        if seconds >= 60:
            minutes, rest = divmod(int(seconds), 60)
            text += f" ({minutes // 60}:{minutes % 60:02}:{rest:02})"
        return f" {text} ".center(80, "=")


def _plural(outcome, number):
    """pytest writes "1 warning" and "2 errors", but "2 failed"."""
    if outcome == "warnings":
        return "warning" if number == 1 else "warnings"
    if outcome == "error":
        return "error" if number == 1 else "errors"
    return outcome


def run(arguments):
    """Run the tests that ``arguments`` ask for; returns the exit status."""
    started = time.monotonic()
    arguments = list(arguments) or shlex.split(os.environ.get("PYTEST_ARGS", ""))
    source = odoo_command.setup()
    chromium = browser.ensure()
    report_engine.ensure()
    server = postgres.server("pg-test")
    outcome = Outcome()
    try:
        with server.in_use():
            suite = Suite(source, server, chromium, arguments)
            suite.run(outcome)
    finally:
        server.stop_if_unused()
    say("")
    for line in outcome.wrong:
        say(line)
    say(outcome.summary(time.monotonic() - started))
    return outcome.status


class Suite:
    """The runs of pytest that one `make test` consists of."""

    def __init__(self, source, server, chromium, arguments):
        self.arguments = arguments
        self.selected = Selection(arguments)
        self.data = paths.TEST / "data"
        self.config = odoo_command.write_config(
            paths.TEST / "odoo.conf", source, self.data, [paths.TEST_ADDONS]
        )
        self.databases = Databases(server, self.data)
        self.environ = odoo_command.environ(server, self.config)
        self.environ["EPAY_TEST_CHROMIUM"] = chromium
        self.source = source

    def run(self, outcome):
        runs = self.selected.runs()
        self.databases.drop_orphans("epay_test_")
        # The black box tests want both templates.
        needed = [flavour.name for flavour in _FLAVOURS] if "blackbox" in runs else runs
        flavours = [flavour for flavour in _FLAVOURS if flavour.name in needed]
        prepared = Templates(self.source, self.databases, self.environ)
        templates = prepared.ensure(flavours)
        self._run_inside_odoo(
            {
                flavour.name: templates[flavour]
                for flavour in flavours
                if flavour.name in runs
            },
            outcome,
        )
        if "blackbox" in runs and not self._stops_after(outcome):
            self._run_black_box_tests(templates, outcome)

    def _stops_after(self, outcome):
        """With -x the first failure ends everything, not only its own run."""
        return self._stops_at_first() and bool(outcome.wrong)

    def _stops_at_first(self):
        return any(
            argument in ("-x", "--exitfirst") or argument.startswith("--maxfail")
            for argument in self.arguments
        )

    def _run_inside_odoo(self, templates, outcome):
        """The add-ons' tests on each kind of database: side by side, a core each, but
        one after the other where the first failure shall end everything.
        """
        if self._stops_at_first():
            for name, template in templates.items():
                if not outcome.wrong:
                    self._run_addon_tests(name, template, outcome)
            return
        with ThreadPoolExecutor() as pool:
            shown = [
                pool.submit(self._run_addon_tests, name, template, outcome, bool(turn))
                for turn, (name, template) in enumerate(templates.items())
            ]
        for future in shown:
            future.result()

    def _run_addon_tests(self, name, template, outcome, later=False):
        """The add-ons' own tests, inside Odoo, in a copy of the template.

        A whole run shares the classes out between the databases (`pytest_share`).

        :param bool later: show what pytest says when it is done, not meanwhile
        """
        shared = self.selected.is_shared_out()
        clone = f"epay_test_{name}_{os.getpid()}"
        self.databases.clone(template, clone)
        try:
            self._pytest(
                f"add-on tests, {name} database",
                [
                    *("-p", "bootstrap.pytest_share"),
                    *(f"--odoo-config={self.config}", f"--odoo-database={clone}"),
                    *("--odoo-http", "--odoo-log-level=warn"),
                    *("-o", f"cache_dir={paths.TEST / name}"),
                    *self._paths(paths.ADDONS, paths.TEST_ADDONS),
                ],
                outcome,
                later,
                EPAY_TEST_SHARE_OF=name if shared else "",
            )
        finally:
            self.databases.drop(clone)

    def _run_black_box_tests(self, templates, outcome):
        """The tests that start servers of their own and look only from outside."""
        self._pytest(
            "black box tests",
            [
                *("-p", "no:odoo"),
                *(f"--ignore={paths.TEST_ADDONS}", f"--ignore={paths.TESTS / 'bench'}"),
                *self._side_by_side(),
                *self._paths(paths.TESTS),
            ],
            outcome,
            EPAY_TEST_TEMPLATE=templates[PLAIN],
            EPAY_TEST_TEMPLATE_WEBSITE=templates[WEBSITE],
            EPAY_TEST_PYTHON=str(paths.VENV_PYTHON),
            EPAY_TEST_ODOO_CONFIG=str(self.config),
            EPAY_TEST_DATA_DIR=str(self.data),
            EPAY_TEST_LOG_DIR=str(paths.LOG),
            EPAY_TEST_NGINX=nginx.ensure(),
        )

    def _side_by_side(self):
        """The black box run mostly waits for servers and browsers: two halves of it at
        once, each with its own shops. What is picked out stays in one process, and so
        does what ends at the first failure.
        """
        whole = not self.selected.has_paths and not self._stops_at_first()
        return ("-n", "2", "--dist", "loadfile") if whole else ()

    def _paths(self, *defaults):
        """The arguments, with the run's own folders if they name none."""
        if self.selected.has_paths:
            return self.arguments
        folders = [path for path in defaults if path.is_dir()]
        return [*self.arguments, *(path.relative_to(paths.ROOT) for path in folders)]

    def _pytest(self, title, options, outcome, later=False, **environ):
        if not later:
            say(f"\n==> {title}")
        report = paths.TEST / f"counts-{os.getpid()}-{threading.get_ident()}.json"
        report.unlink(missing_ok=True)
        command = [paths.VENV_PYTHON, "-m", "pytest", "-p", "bootstrap.pytest_counts"]
        python_path = [str(paths.CONFIG), self.environ.get("PYTHONPATH", "")]
        environ["EPAY_TEST_COUNTS"] = str(report)
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, python_path))
        done = subprocess.run(
            [*command, *options],
            cwd=paths.ROOT,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if later else None,
            stderr=subprocess.STDOUT if later else None,
            text=True,
            check=False,
        )
        if later:
            say(f"\n==> {title}\n{done.stdout}")
        found = json.loads(report.read_text()) if report.is_file() else {}
        report.unlink(missing_ok=True)
        outcome.add(title, done.returncode, found)


class Selection:
    """Which runs the arguments for pytest are meant for.

    A path of an add-on is for the runs inside Odoo, another one below `tests/` for
    the black box run; anything else (-k, -x) is for all. EPAY_TEST_RUNS narrows it by
    name: `EPAY_TEST_RUNS=plain make test` while working on an add-on.
    """

    def __init__(self, arguments):
        given = [Path(argument.split("::")[0]).resolve() for argument in arguments]
        named = [path for path in given if path.exists()]
        inside = [path for path in named if _is_below(path, _INSIDE_ODOO)]
        self.addons = bool(inside)
        self.tests = any(
            _is_below(path, [paths.TESTS]) for path in named if path not in inside
        )
        if self.addons and self.tests:
            raise BootstrapError(
                "Give paths of add-ons or paths of black box tests, not both at once."
            )
        self.has_paths = self.addons or self.tests

    def runs(self):
        names = os.environ.get("EPAY_TEST_RUNS", "").split(",")
        wanted = [name for name in names if name] or list(_RUNS)
        unknown = set(wanted) - set(_RUNS)
        if unknown:
            raise BootstrapError(
                f"EPAY_TEST_RUNS knows {', '.join(_RUNS)}, not {', '.join(unknown)}."
            )
        return [name for name in _RUNS if name in wanted and self._has_tests(name)]

    def is_shared_out(self):
        """Whether an add-on's test class runs in one of the two databases only: when
        all runs are wanted and nobody named a file. EPAY_TEST_RUNS="plain,website"
        runs every class in both.
        """
        return not self.has_paths and not os.environ.get("EPAY_TEST_RUNS")

    def _has_tests(self, name):
        if name == "blackbox":
            found = paths.TESTS.glob("**/test_*.py")
            return not self.addons and any(
                not _is_below(path, _INSIDE_ODOO) for path in found
            )
        return not self.tests and any(
            any(folder.glob("*/tests/**/test_*.py")) for folder in _INSIDE_ODOO
        )


def _is_below(path, folders):
    return any(path.is_relative_to(folder) for folder in folders)
