import re

from markupsafe import Markup

from odoo import fields, models

from odoo.addons.epay_counter.tools.svg import qr_svg

from ..const import (
    CASH,
    LIVE_STATES,
    MOST_COUNTED,
    MOST_SHOWN,
    MOVED,
)

_SIZE = re.compile(r'\b(width|height)="[\d.]+mm"')
_SLIP_MM = 18


class EpayCollectionSchedule(models.Model):
    """Sums of a route, for the office and for the end of the day: by the database, as a
    schedule may have very many lines.
    """

    _inherit = "epay.collection.schedule"

    line_count = fields.Integer("Number of Collections", compute="_compute_counts")
    left_count = fields.Integer("Left", compute="_compute_counts")
    moved_count = fields.Integer("Moved Away", compute="_compute_counts")
    planned_amount = fields.Monetary("Planned", compute="_compute_counts")
    open_amount = fields.Monetary("Open", compute="_compute_counts")
    collected_amount = fields.Monetary("Collected", compute="_compute_money")
    cash_amount = fields.Monetary("Cash to Hand Over", compute="_compute_money")
    progress = fields.Float(compute="_compute_counts")

    def _compute_counts(self):
        rows = self.env["epay.collection.line"]._read_group(
            [("schedule_id", "in", self.ids)],
            ["schedule_id", "state"],
            ["__count", "amount:sum", "collected_amount:sum"],
        )
        for schedule in self:
            own = [row[1:] for row in rows if row[0].id == schedule.id]
            live = [row for row in own if row[0] in LIVE_STATES]
            schedule.line_count = sum(row[1] for row in own)
            schedule.left_count = sum(row[1] for row in live)
            schedule.moved_count = sum(row[1] for row in own if row[0] == MOVED)
            schedule.planned_amount = sum(row[2] for row in own)
            schedule.open_amount = sum(row[2] - row[3] for row in live)
            done = schedule.line_count - schedule.left_count
            schedule.progress = 100 * done / (schedule.line_count or 1)

    def _compute_money(self):
        rows = self.env["epay.collection.attempt"]._read_group(
            [("schedule_id", "in", self.ids), ("amount", "!=", 0)],
            ["schedule_id", "outcome"],
            ["amount:sum"],
        )
        for schedule in self:
            own = [row[1:] for row in rows if row[0].id == schedule.id]
            schedule.collected_amount = sum(amount for _outcome, amount in own)
            schedule.cash_amount = sum(
                amount for outcome, amount in own if outcome == CASH
            )

    # === THE CLERK'S SCREEN === #

    def _lines_to_show(self, limit=MOST_SHOWN):
        """Lines of these schedules, in order of visit; of very many those first at
        which something is left to do.

        :return: `epay.collection.line`
        """
        left = self._first_lines("in", limit)
        shown = left | self._first_lines("not in", limit - len(left))
        place = {schedule: number for number, schedule in enumerate(self)}
        return shown.sorted(
            lambda line: (place[line.schedule_id], line.sequence, line.id)
        )

    def _first_lines(self, operator, limit):
        """One schedule at a time, so that its index gives the order of visit."""
        lines = self.env["epay.collection.line"]
        for schedule in self:
            if len(lines) < limit:
                lines += lines.search(
                    [
                        ("schedule_id", "=", schedule.id),
                        ("state", operator, LIVE_STATES),
                    ],
                    order="sequence, id",
                    limit=limit - len(lines),
                )
        return lines

    def _sums(self, shown, currency):
        """What is left to do on these schedules, what was collected, and what the clerk
        hands over, for the clerk's screen.

        :param shown: the lines that the screen shows: of them it is known which are
            done without anybody having been there
        """
        done_elsewhere = shown.filtered(
            lambda line: line.state in LIVE_STATES and line._is_done(line._due())
        )
        lines = self.env["epay.collection.line"]
        on_them = [("schedule_id", "in", self.ids)]
        total = lines.search_count(on_them, limit=MOST_COUNTED)
        left = lines.search_count(
            [*on_them, ("state", "in", LIVE_STATES)], limit=MOST_COUNTED
        )
        collected = sum(self.mapped("collected_amount"))
        cash = sum(self.mapped("cash_amount"))
        return {
            "total": total,
            "left": left - len(done_elsewhere),
            "more": total == MOST_COUNTED,
            "collected": collected,
            "collected_text": currency.format(collected),
            "cash": cash,
            "cash_text": currency.format(cash),
        }

    # === THE END OF THE ROUTE === #

    def _methods(self):
        """What came in by which method, for the summary.

        :return: list of dicts of `name`, `count`, `amount`, largest first
        """
        rows = self.env["epay.collection.attempt"]._read_group(
            [("schedule_id", "=", self.id), ("amount", "!=", 0)],
            ["outcome", "payment_method_id"],
            ["__count", "amount:sum"],
            order="amount:sum DESC",
        )
        outcomes = dict(
            self.env["epay.collection.attempt"]
            ._fields["outcome"]
            ._description_selection(self.env)
        )
        return [
            {
                "name": " · ".join(
                    filter(None, (outcomes[outcome], method.sudo().name))
                ),
                "count": count,
                "amount": amount,
            }
            for outcome, method, count, amount in rows
        ]

    def _lines_of(self, *states):
        """Lines in order of visit, for printed lists."""
        return self.line_ids.filtered(lambda line: line.state in states).sorted(
            lambda line: (line.sequence, line.id)
        )

    def _open_lines(self):
        """Without those that were paid elsewhere: nobody has to go there."""
        lines = self._lines_of(*LIVE_STATES)
        return lines.filtered(lambda line: not line.sudo()._is_done(line.amount_due))

    def _moved_lines(self):
        return self._lines_of(MOVED)

    # === ACTIONS === #

    def action_open_lines(self):
        """The collections of the schedule, with search, pivot and graph."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "epay_collection.epay_collection_line_action"
        )
        return {
            **action,
            "domain": [("schedule_id", "in", self.ids)],
            "context": {"default_schedule_id": self[:1].id},
        }

    def action_open_attempts(self):
        """What happened on the route."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "epay_collection.epay_collection_attempt_action"
        )
        return {
            **action,
            "domain": [("schedule_id", "in", self.ids)],
            "context": {"search_default_money": 1},
        }


class EpayCollectionLine(models.Model):
    """A line on paper."""

    _inherit = "epay.collection.line"

    def _slip_svg(self):
        """The line's code as a drawing: scanned at the door, it opens the line."""
        drawing = qr_svg(self._slip_code())
        # wkhtmltopdf lets no style sheet say how large it is.
        return Markup(_SIZE.sub(rf'\1="{_SLIP_MM}mm"', drawing))

    def _window_text(self):
        """The planned time, where the store is."""
        local = self.with_context(tz=self.store_id.tz)
        times = [
            fields.Datetime.context_timestamp(local, moment).strftime("%H:%M")
            for moment in (self.planned_from, self.planned_until)
            if moment
        ]
        return "–".join(times)
