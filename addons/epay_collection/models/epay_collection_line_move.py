from datetime import date as Date

from odoo import fields, models
from odoo.tools import format_date

from odoo.addons.epay_counter.exceptions import BadDate, WrongState

from ..const import (
    LATER,
    MOVED,
    REPLANNED,
    SCHEDULE_CLOSED,
    SCHEDULE_OPEN,
)
from ..tools.days import at_place, on_another_day


class EpayCollectionLine(models.Model):
    """Moving to another day or route: a new line, and the old one stays as history."""

    _inherit = "epay.collection.line"

    def _postpone(self, date, reason):
        """The customer wants to pay on another day: onto the route's plan of that day.

        :raise BadDate: not a day, or not after this one
        """
        day = self._later_day(date)
        schedule = self.env["epay.collection.schedule"]._for(self.counter_id, day)
        self._move_to(schedule, LATER, reason)

    def _later_day(self, date):
        try:
            # XML-RPC has no date without a time.
            day = Date.fromisoformat(str(date).partition(" ")[0])
        except ValueError:
            day = None
        if not day or not self.date < day <= fields.Date.add(self.date, years=2):
            raise BadDate(
                self.env._(
                    "Choose a day after %(date)s.",
                    date=format_date(self.env, self.date),
                )
            )
        return day

    def _move_to(self, schedule, outcome=REPLANNED, reason=None):
        """Plan what is left of this locked line anew.

        :param schedule: `epay.collection.schedule` of the same store
        :param str outcome: why, for the history
        :return: the new line
        :raise WrongState: the schedule is closed, or of another store
        """
        if schedule.state == SCHEDULE_CLOSED:
            raise WrongState(schedule._wrong_state_text())
        if schedule.store_id != self.store_id:
            raise WrongState(
                self.env._("Choose a schedule of %(store)s.", store=self.store_id.name)
            )
        left = self._require_due()
        self._add_attempt(outcome, reason)
        self._transition(MOVED)
        # Before the new line: a source has one live line at most.
        self.flush_recordset()
        moved = self.create([self._prepare_moved(schedule, left)])
        self.moved_to_id = moved
        return moved

    def _prepare_moved(self, schedule, left):
        return {
            "schedule_id": schedule.id,
            "sequence": self.sequence,
            "partner_id": self.partner_id.id,
            "name": self.name,
            "product_id": self.product_id.id,
            "amount": left,
            "currency_id": self.currency_id.id,
            "address": self.address,
            "phone": self.phone,
            "note": self.note,
            "ref": self.ref,
            "sale_order_id": self.sale_order_id.id,
            "invoice_id": self.invoice_id.id,
            "rule_id": self.rule_id.id,
            "period": self.period,
            "moved_from_id": self.id,
        }

    def _follow_day(self):
        """Plan these lines at the same hours of their schedule's day, where their store
        is. Called when a schedule is moved to another day.
        """
        for (date, begin, end), lines in self.grouped(
            lambda line: (line.date, line.planned_from, line.planned_until)
        ).items():
            zone = lines.store_id.tz
            first = begin or end
            delta = first and date - at_place(first, zone).date()
            if delta:
                lines.write(
                    {
                        "planned_from": begin and on_another_day(begin, delta, zone),
                        "planned_until": end and on_another_day(end, delta, zone),
                    }
                )

    def _require_open_schedule(self):
        """Refuse what belongs on the way while the plan is not handed out.

        :raise WrongState:
        """
        if self.schedule_id.state != SCHEDULE_OPEN:
            raise WrongState(self.schedule_id._wrong_state_text())

    def _history(self):
        """This line and those that it was moved from, newest first."""
        lines = self
        while lines[-1:].moved_from_id and lines[-1:].moved_from_id not in lines:
            lines += lines[-1:].moved_from_id
        return lines
