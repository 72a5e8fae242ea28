"""pytest plugin that hands one run's outcome to `make test`, which sums them up."""

import json
import os
from pathlib import Path

# In the order of pytest's own summary line.
OUTCOMES = (
    "failed",
    "passed",
    "skipped",
    "deselected",
    "xfailed",
    "xpassed",
    "warnings",
    "error",
)


def pytest_terminal_summary(terminalreporter):
    """Write how many tests ended how, and which ones went wrong."""
    target = os.environ.get("EPAY_TEST_COUNTS")
    if not target:
        return
    stats = terminalreporter.stats
    counted = {
        outcome: [report for report in stats.get(outcome, ()) if _counts(report)]
        for outcome in OUTCOMES
    }
    wrong = [
        f"{outcome.upper()} {report.nodeid}"
        for outcome in ("failed", "error")
        for report in counted[outcome]
    ]
    counts = {outcome: len(reports) for outcome, reports in counted.items()}
    Path(target).write_text(json.dumps({"counts": counts, "wrong": wrong}))


def _counts(report):
    """Leave out what pytest itself leaves out of its summary line."""
    return getattr(report, "count_towards_summary", True)
