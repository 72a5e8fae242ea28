from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import SETTLED
from ..exceptions import NothingToClose


class EpayDayCloseMake(models.TransientModel):
    """Close a day at one or all counters of a store, after a look at what is counted
    and what is still open.
    """

    _name = "epay.day.close.make"
    _description = "Close a day"

    store_id = fields.Many2one(
        "epay.store", required=True, default=lambda self: self._default_store_id()
    )
    date = fields.Date(
        "Day", required=True, compute="_compute_date", store=True, readonly=False
    )
    counter_ids = fields.Many2many(
        "epay.counter",
        string="Counters",
        domain="[('store_id', '=', store_id)]",
        help="Empty: all counters of the store at which something is to be counted.",
    )
    summary = fields.Text("To Be Counted", compute="_compute_summary")
    open_session_ids = fields.Many2many(
        "epay.session", string="Deals Still Open", compute="_compute_summary"
    )
    earlier = fields.Char("Earlier Days Not Closed", compute="_compute_earlier")
    despite_open = fields.Boolean("Close although deals are open")

    def _default_store_id(self):
        stores = self.env["epay.store"].search([], limit=2)
        return stores if len(stores) == 1 else False

    @api.depends("store_id")
    def _compute_date(self):
        for wizard in self:
            zone = ZoneInfo(wizard.store_id.tz or "UTC")
            wizard.date = datetime.now(zone).date()

    @api.depends("store_id", "date", "counter_ids")
    def _compute_summary(self):
        closes = self.env["epay.day.close"].sudo()
        for wizard in self:
            lines, open_deals = [], self.env["epay.session"]
            for counter in wizard._counters() if wizard.date else ():
                open_deals |= closes._open_deals(counter.sudo(), wizard.date)
                found = wizard._count(closes, counter)
                if found:
                    lines.append(f"{counter.code}: {found}")
            nothing = self.env._("Nothing: no deal was settled that is not counted.")
            wizard.summary = "\n".join(lines) or nothing
            wizard.open_session_ids = open_deals.sudo(False)

    def _count(self, closes, counter):
        """What a close of this counter would count, in words; empty for nothing."""
        _table, deals = closes._deals_to_close(counter.sudo(), self.date)
        _table, refunds = closes._refunds_to_close(counter.sudo(), self.date)
        [(count, total)] = self.env.execute_query(
            SQL(
                "SELECT count(*), sum(captured_amount) FROM epay_session"
                " WHERE id IN (%s)",
                deals,
            )
        )
        [(refunded,)] = self.env.execute_query(
            SQL("SELECT count(*) FROM (%s) AS found", refunds)
        )
        if not count and not refunded:
            return ""
        return self.env._(
            "%(amount)s (deals: %(deals)s, refunds: %(refunds)s)",
            deals=count,
            amount=counter.currency_id.format(total or 0.0),
            refunds=refunded,
        )

    @api.depends("store_id", "date")
    def _compute_earlier(self):
        for wizard in self:
            days = wizard._earlier_days() if wizard.date else []
            wizard.earlier = ", ".join(fields.Date.to_string(day) for day in days)

    def _earlier_days(self):
        """Days since the store's first close with deals that no close has counted."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT (s.settled_at AT TIME ZONE 'UTC' AT TIME ZONE
                                 %(tz)s)::date AS day
                  FROM (SELECT counter_id, min(period_start) AS since
                          FROM epay_day_close GROUP BY counter_id) AS first
                  JOIN epay_session s ON s.counter_id = first.counter_id
                 WHERE s.settled_at >= first.since AND s.settled_at < %(day)s
                   AND s.day_close_id IS NULL AND s.state = %(settled)s
                   AND s.counter_id = ANY(%(counters)s)
                 ORDER BY 1 LIMIT 10
                """,
                tz=self.store_id.tz or "UTC",
                day=self.env["epay.day.close"]._period(self.store_id, self.date)[0],
                settled=SETTLED,
                counters=self._all_counters().ids,
            )
        )
        return [row[0] for row in rows]

    def _all_counters(self):
        counters = self.env["epay.counter"].with_context(active_test=False)
        return counters.search([("store_id", "=", self.store_id.id)])

    def _counters(self):
        return self.counter_ids._origin or self._all_counters()

    def action_close(self):
        """Close the day at these counters and show the closes.

        :raise DealsOpen: deals are open, and `despite_open` is not ticked
        :raise NothingToClose: at none of the counters
        """
        self.ensure_one()
        closes = self.env["epay.day.close"]
        made = []
        for counter in self._counters():
            try:
                with self.env.cr.savepoint():
                    made.append(
                        closes.close_day(counter.id, self.date, self.despite_open)
                    )
            except NothingToClose:
                continue
        if not made:
            raise NothingToClose(
                self.env._("Nothing was settled that day that is not closed already.")
            )
        return closes.browse(made)._list_action()
