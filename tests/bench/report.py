"""What a run of the benchmarks leaves behind: a table and a file."""

import json
import operator
from dataclasses import dataclass
from typing import NamedTuple

_COLUMNS = ("measure", "ours", "Odoo's own", "ratio", "aim", "")


class Aim(NamedTuple):
    """What a number should be."""

    text: str
    holds: object
    limit: float

    def __call__(self, value):
        return self.holds(value, self.limit)


def at_least(limit):
    return Aim(f"at least {limit:g}", operator.ge, limit)


def at_most(limit):
    return Aim(f"at most {limit:g}", operator.le, limit)


@dataclass
class Line:
    """One line of the table.

    :param str of: which number the aim is about: "ours" or "ratio"
    :param theirs: the same of Odoo's own, measured in the same run
    :param float ratio: of the two, where it isn't simply ours by theirs
    """

    name: str
    ours: float
    unit: str
    theirs: float | None = None
    ratio: float | None = None
    aim: Aim | None = None
    of: str = "ours"
    note: str = ""

    def __post_init__(self):
        if self.ratio is None and self.theirs:
            self.ratio = self.ours / self.theirs

    @property
    def verdict(self):
        if not self.aim:
            return ""
        return "met" if self.aim(getattr(self, self.of)) else "MISSED"

    def cells(self):
        aim = ""
        if self.aim:
            unit = self.unit if self.of == "ours" else "times"
            aim = f"{self.aim.text} {unit}".strip()
        return (
            self.name,
            _number(self.ours, self.unit),
            _number(self.theirs, self.unit),
            "" if self.ratio is None else f"{self.ratio:.2f}",
            aim,
            self.verdict,
        )


def _number(value, unit):
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 or value == int(value) else 2
    return f"{value:.{digits}f} {unit}".strip()


def table(lines):
    """The lines as a Markdown table that is also readable as it is."""
    rows = [_COLUMNS, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    shown = [_row(row, widths) for row in rows]
    shown.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(shown)


def _row(cells, widths):
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def save(path, facts, lines, samples):
    """Write everything that was measured, for a look at it later."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = [
        {**vars(line), "aim": line.aim and line.aim.text, "verdict": line.verdict}
        for line in lines
    ]
    content = {"about": facts, "lines": shown, "samples": samples}
    path.write_text(json.dumps(content, indent=1) + "\n")
