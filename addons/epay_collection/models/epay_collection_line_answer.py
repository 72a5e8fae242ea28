from odoo import models
from odoo.tools.translate import LazyTranslate

from ..const import LIVE_STATES

_lt = LazyTranslate(__name__)


class EpayCollectionLine(models.Model):
    """What the clerk's screen is told of a line. No value is ever None."""

    _inherit = "epay.collection.line"

    # === THE DEAL === #

    def _prepare_deal(self, amount):
        """Values of the deal that collects `amount`: what the customer reads (SD5)."""
        return {
            "amount": amount,
            "description": self._text_of(amount)[:200],
            "collection_line_id": self.id,
            "line_ids": [(0, 0, vals) for vals in self._prepare_deal_lines(amount)],
        }

    def _text_of(self, amount):
        """What the customer reads above the amount: also whether it is a part."""
        if not self.currency_id.compare_amounts(amount, self._rest()):
            return self._deal_text()
        line = self.with_context(lang=self.partner_id.lang or self.env.lang)
        return line.env._(
            "%(what)s: a part of %(due)s",
            what=self._deal_text(),
            due=line.currency_id.format(self._rest()),
        )

    def _deal_text(self):
        source = self._source_text() if self._source() else self.ref
        known = source and source not in self.name
        return f"{self.name} ({source})" if known else self.name

    def _opened_anew(self):
        return _lt("The clerk opened it anew.")

    # === THE ANSWER === #

    def _answer(self, operation_ids=()):
        """The contract's answer to an act on a line: the counter's, and the line."""
        return {**self.counter_id._answer(operation_ids), "line": self._line_values()}

    def _brief_values(self):
        """Which line a deal is for."""
        return {
            "id": self.id,
            "name": self.name,
            "partner": self.partner_id.name or "",
            "due": self._rest(),
            "due_text": self.currency_id.format(self._rest()),
        }

    def _row_values(self):
        """A row of the list."""
        due = self._due()
        return {
            "id": self.id,
            "code": self._slip_code(),
            "schedule": self.schedule_id.name,
            "date": self.date.isoformat(),
            "sequence": self.sequence,
            "name": self.name,
            "partner": self.partner_id.name or "",
            "address": self.address or "",
            "phone": self.phone or "",
            "from": _iso(self.planned_from),
            "until": _iso(self.planned_until),
            "source": self._source_text() if self._source() else self.ref or "",
            "state": self.state,
            "state_text": self._state_text(due),
            "done": self._is_done(due),
            "amount": self.amount,
            "due": due,
            "due_text": self.currency_id.format(due),
            "collected": self.collected_amount,
            "collected_text": self.currency_id.format(self.collected_amount),
            "note": self.note or "",
            "deal": self._live_deal().name or False,
            "last": self._last_outcome(),
            "signed": bool(self.signed_at),
        }

    def _line_values(self):
        """Everything about one line: with the lines that it was moved from."""
        attempts = self._history().attempt_ids.sorted("id", reverse=True)
        return {
            **self._row_values(),
            "attempts": [attempt._values() for attempt in attempts[:20]],
            "moved_to": self.moved_to_id.date.isoformat() if self.moved_to_id else "",
        }

    def _is_done(self, due):
        """Nothing is left to do at this door: also when it was paid elsewhere."""
        return self.state not in LIVE_STATES or not due and not self._live_deal()

    def _state_text(self, due):
        if self.state in LIVE_STATES and self._is_done(due):
            return self.env._("Nothing due any more")
        return self._labels_of("state")[self.state]

    def _last_outcome(self):
        # Not a slice: that would be read line by line.
        last = max(self.attempt_ids, key=lambda row: row.id, default=self.attempt_ids)
        outcomes = self.env["epay.collection.attempt"]._labels_of("outcome")
        return outcomes.get(last.outcome, "")

    def _labels_of(self, field):
        return self.env["epay.collection.attempt"]._labels_of(field, self._name)

    def _slip_code(self):
        """What is printed on route sheet and slip as a code, and scanned."""
        return f"L{self.id}"


def _iso(moment):
    """A UTC moment for JavaScript, or False."""
    return f"{moment.isoformat(timespec='seconds')}Z" if moment else False
