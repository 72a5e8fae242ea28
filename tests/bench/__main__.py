"""`python -m bench`: what `make bench` runs once everything is prepared."""

import argparse
import datetime
import os
import platform
import subprocess
import sys
from pathlib import Path

from bootstrap import nginx
from support import settings

from . import report, world
from .load import Load
from .pages import Pages
from .scanning import Scanning
from .schedules import Import, Search
from .telling import Telling

# name -> what makes the measure, and how many rounds it takes in a whole run
MEASURES = {
    "load": (Load, 5),
    "pages": (Pages, 5),
    "bus": (lambda place: Telling(place, cut=False), 14),
    "cut": (lambda place: Telling(place, cut=True), 7),
    "scan": (Scanning, 10),
    "search": (Search, 4),
    "import": (Import, 1),
}
# Fills the shop with so much that the others would measure that, too.
ALONE = {"scan"}


def main():
    options = _options()
    began = datetime.datetime.now()
    with world.opened("plain") as place:
        measures = {name: MEASURES[name][0](place) for name in options.measures}
        for name, measure in measures.items():
            print(f"==> Warming up: {name}", flush=True)
            measure.prepare()
        _run(measures, options.rounds)
    lines = [line for measure in measures.values() for line in measure.lines()]
    path = _folder() / f"{began:%Y%m%d-%H%M%S}.json"
    facts = {**_facts(), "began": f"{began:%Y-%m-%d %H:%M}", "website": options.website}
    samples = {name: measure.samples() for name, measure in measures.items()}
    report.save(path, facts, lines, samples)
    print(f"\n{report.table(lines)}\n\n{_shown(facts)}\nAll numbers: {path}")
    return 0


def _options():
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "measures", nargs="*", help=f"some of {', '.join(MEASURES)}; else all"
    )
    parser.add_argument("--rounds", type=float, default=1, help="that many times more")
    parser.add_argument("--website", action="store_true", help="with Odoo's website")
    options = parser.parse_args()
    unknown = set(options.measures) - set(MEASURES)
    if unknown:
        parser.error(f"there is no measure {', '.join(sorted(unknown))}")
    options.measures = options.measures or [
        name for name in MEASURES if name not in ALONE
    ]
    return options


def _run(measures, times):
    """Round by round, each measure in turn: a busy minute hits all of them."""
    left = {name: max(1, round(MEASURES[name][1] * times)) for name in measures}
    total = max(left.values())
    for number in range(total):
        print(f"==> Round {number + 1} of {total}", flush=True)
        for name, measure in measures.items():
            # Spread over the whole run, however many rounds the measure has.
            if (number + 1) * left[name] // total > number * left[name] // total:
                measure.round()
    for measure in measures.values():
        getattr(measure, "close", lambda: None)()


def _facts():
    """What the numbers depend on."""
    commit = ["git", "-C", settings.ROOT, "describe", "--always", "--dirty"]
    told = subprocess.run(commit, capture_output=True, text=True, check=False)
    return {
        "commit": told.stdout.strip(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "workers": world.WORKERS,
        "nginx": nginx.version(settings.NGINX),
        # Far above the cores: others were at work, and only ratios say something.
        "load": round(os.getloadavg()[2], 1),
    }


def _shown(facts):
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def _folder():
    return Path(os.environ.get("EPAY_BENCH_DIR") or settings.ROOT / ".local/bench")


if __name__ == "__main__":
    sys.exit(main())
