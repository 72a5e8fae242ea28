"""Rules by which the card company misbehaves."""

import re
from dataclasses import asdict, dataclass, field

from .books import DEFAULT_REASON, Refusal, Verdict

# fault -> the options that it takes, with their defaults
FAULTS = {
    "timeout": {"seconds": 20},
    "drop": {},
    "drop_before": {},
    "http500": {"do_act": True},
    "http502": {"do_act": True},
    "http503": {"do_act": True},
    "garbage": {},
    "wrong_amount": {},
    "decline": {"reason": DEFAULT_REASON, "status": 0},
    "delay": {"seconds": 20},
    "pending": {},
    "duplicate_webhook": {},
    "no_webhook": {},
    "webhook_first": {},
}
ACTS = (
    "create",
    "confirm",
    "page",
    "pay",
    "capture",
    "void",
    "refund",
    "get",
    "token",
)
MATCHERS = ("method", "path", "act", "reference")


@dataclass
class Rule:
    """One fault for the next ``count`` matching requests (-1: for all of them)."""

    fault: str
    match: dict = field(default_factory=dict)
    count: int = 1
    options: dict = field(default_factory=dict)

    @classmethod
    def parse(cls, values):
        """Check and build a rule from its JSON form; raise Refusal on a mistake."""
        values = dict(values)
        name = values.pop("fault", None)
        if name not in FAULTS:
            raise Refusal(400, "invalid_rule", f"No such fault: {name}.")
        match = values.pop("match", {})
        if set(match) - set(MATCHERS) or match.get("act", "get") not in ACTS:
            raise Refusal(400, "invalid_rule", f"Cannot match on {match}.")
        count = values.pop("count", 1)
        if set(values) - set(FAULTS[name]):
            raise Refusal(400, "invalid_rule", f"{name} does not take {values}.")
        return cls(name, match, count, {**FAULTS[name], **values})

    def matches(self, method, path, act, reference):
        match = self.match
        return (
            self.count != 0
            and match.get("method", method).upper() == method
            and match.get("act", act) == act
            and re.search(match.get("path", ""), path) is not None
            and re.search(match.get("reference", ""), reference) is not None
        )

    def as_dict(self):
        return asdict(self)


class Faults:
    """The faults that hit one request."""

    def __init__(self, rules):
        self.rules = {rule.fault: rule.options for rule in rules}

    def __contains__(self, name):
        return name in self.rules

    def __iter__(self):
        return iter(self.rules)

    def option(self, name, option):
        return self.rules[name][option]

    def broken_status(self, before):
        """Return the 5xx status to answer with, before or after the act."""
        for name, options in self.rules.items():
            if name.startswith("http") and options["do_act"] != before:
                return int(name[4:])
        return 0

    def verdict(self):
        declined = self.rules.get("decline", {})
        return Verdict(
            decline=declined.get("reason", ""),
            status=declined.get("status", 0),
            pending="pending" in self,
        )


class FaultBook:
    """All rules in force; called with the company's lock held."""

    def __init__(self):
        self.rules = []

    def add(self, rules):
        self.rules += [Rule.parse(values) for values in rules]

    def take(self, method, path, act, reference):
        """Return the faults for this request and count their rules down."""
        hit = [r for r in self.rules if r.matches(method, path, act, reference)]
        for rule in hit:
            rule.count -= 1 if rule.count > 0 else 0
        return Faults(hit)
