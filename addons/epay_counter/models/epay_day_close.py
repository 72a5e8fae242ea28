from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..const import FINAL_STATES
from ..db import lock_rows
from ..exceptions import (
    BadDate,
    DealsOpen,
    ManagerOnly,
    NothingToClose,
    NotYourCounter,
)

_UTC = ZoneInfo("UTC")
# No deal is older, and moments long before it are none for Python.
_FIRST_DAY = date(2000, 1, 1)
_MOST_ID = 2**31 - 1


class EpayDayClose(models.Model):
    """What a counter took and gave back on one day, by payment method.

    Each settled deal and each refund is stamped with the close that counted it, so that
    none is counted twice and none is lost: what is settled after a close, or was being
    committed meanwhile, is in the next one of that day; a refund, in the counter's next
    one. A close never changes: what fails after it was counted, the next one takes out.
    """

    _name = "epay.day.close"
    _description = "Day close of a counter"
    _order = "date desc, id desc"

    name = fields.Char("Number", required=True, readonly=True)
    number = fields.Integer("Number at the Counter", required=True, readonly=True)
    counter_id = fields.Many2one(
        "epay.counter", required=True, readonly=True, ondelete="restrict"
    )
    store_id = fields.Many2one(
        "epay.store", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    date = fields.Date("Day", required=True, readonly=True)
    tz = fields.Char("Time Zone", required=True, readonly=True)
    period_start = fields.Datetime("From", required=True, readonly=True)
    period_end = fields.Datetime("Until", required=True, readonly=True)
    period_text = fields.Char("Period", compute="_compute_period_text")
    user_id = fields.Many2one("res.users", "Closed By", required=True, readonly=True)
    deal_count = fields.Integer("Deals", readonly=True)
    refund_count = fields.Integer("Refunds", readonly=True)
    open_count = fields.Integer("Still Open", readonly=True)
    open_names = fields.Text("Open Deals", readonly=True)
    line_ids = fields.One2many("epay.day.close.line", "close_id", readonly=True)
    total_text = fields.Char("Total", compute="_compute_total_text")
    session_ids = fields.One2many(
        "epay.session", "day_close_id", string="Settled Deals", readonly=True
    )
    refund_ids = fields.One2many(
        "payment.transaction", "epay_day_close_id", readonly=True
    )
    reversal_ids = fields.One2many(
        "payment.transaction",
        "epay_reversal_close_id",
        string="Failed Refunds",
        readonly=True,
    )

    _number_uniq = models.UniqueIndex("(counter_id, number)")
    _counter_day = models.Index("(counter_id, date)")

    @api.depends("line_ids")
    def _compute_total_text(self):
        for close in self:
            close.total_text = "; ".join(
                currency.format(net) for currency, *_sums, net in close._totals()
            )

    @api.depends("period_start", "period_end", "tz")
    def _compute_period_text(self):
        """In the store's time, wherever the reader is."""
        for close in self:
            zone = ZoneInfo(close.tz)
            start, end = (
                moment.replace(tzinfo=_UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M")
                for moment in (close.period_start, close.period_end)
            )
            close.period_text = f"{start} – {end} ({close.tz})"

    # === CRUD === #

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("A day close can't be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("A day close can't be deleted."))

    # === CLOSING === #

    @api.model
    def close_day(self, counter_id, date, despite_open=False):
        """Close a day at a counter (managers of its store).

        :param int counter_id: the counter
        :param date: the day, in the store's time zone (date or `YYYY-MM-DD`)
        :param bool despite_open: close although deals are open, and mark them on it
        :return: id of the close
        :raise NotYourCounter: :raise ManagerOnly: :raise NothingToClose:
        :raise BadDate: it is no date, or in the future
        :raise DealsOpen: deals are still open at the counter
        """
        counter = self._required_counter(counter_id)
        if not counter._is_manager():
            raise ManagerOnly(self.env._("Only the store's manager can close a day."))
        counter = counter.sudo()
        day = self._required_day(counter.store_id, date)
        return self.sudo()._close(counter, day, despite_open).id

    def _required_counter(self, counter_id):
        """The counter, whatever RPC gave for its id."""
        if type(counter_id) is not int or not 0 < counter_id <= _MOST_ID:
            raise NotYourCounter(
                self.env._(
                    "This counter is not yours. Choose one of your counters, or ask "
                    "the store's manager to make you its clerk."
                )
            )
        counter = self.env["epay.counter"].browse(counter_id)
        counter._check_clerk()
        return counter

    @api.model
    def _required_day(self, store, value):
        """The day that is to be closed, whatever RPC or a form gave for it.

        :raise BadDate:
        """
        day, today = _parse_day(value), self._today(store)
        if day and _FIRST_DAY <= day <= today:
            return day
        raise BadDate(
            self.env._(
                "This day can't be closed. Give today or an earlier day, in the form "
                "%(today)s.",
                today=fields.Date.to_string(today),
            )
        )

    @api.model
    def _today(self, store):
        return datetime.now(ZoneInfo(store.tz or "UTC")).date()

    def _close(self, counter, date, despite_open):
        """The close itself; refused or not, one counter closes once at a time."""
        number = self._next_number(counter)
        open_deals = self._open_deals(counter, date)
        if open_deals and not despite_open:
            raise DealsOpen(self._deals_open_text(open_deals))
        close = self.create(self._prepare(counter, date, number, open_deals))
        counted = close._stamp_all()
        if not any(counted):
            raise NothingToClose(
                self.env._(
                    "Nothing was settled or given back at counter %(code)s on %(day)s "
                    "that is not closed already.",
                    code=counter.code,
                    day=date,
                )
            )
        close._sum_up(*counted)
        return close

    def _sum_up(self, deals, refunds, reversals):
        """Write the sums of what was stamped, once and for all; returns True."""
        rows = self.env.execute_query_dict(self._sums_query())
        self.env["epay.day.close.line"].create(
            [{"close_id": self.id, **row} for row in rows]
        )
        return super().write({"deal_count": deals, "refund_count": refunds - reversals})

    def _prepare(self, counter, date, number, open_deals):
        """Values of a close before its sums."""
        start, end = self._period(counter.store_id, date)
        prefix = counter.store_id.sequence_id.prefix
        return {
            "name": f"{prefix}-{counter.code}-Z{number:04d}",
            "number": number,
            "counter_id": counter.id,
            "store_id": counter.store_id.id,
            "company_id": counter.company_id.id,
            "date": date,
            "tz": counter.store_id.tz,
            "period_start": start,
            "period_end": min(end, fields.Datetime.now()),
            "user_id": self.env.uid,
            "open_count": len(open_deals),
            "open_names": self._open_names(open_deals),
        }

    def _next_number(self, counter):
        """The counter's next number, without gaps: a refused close gives it back.

        Counted up on the counter's row, so that of two closes at once the second fails
        to serialize, is repeated by Odoo, and sees what the first one counted.
        """
        lock_rows(counter)
        counter.day_close_number += 1
        counter.flush_recordset(["day_close_number"])
        return counter.day_close_number

    @api.model
    def _period(self, store, date):
        """Start and end (UTC) of a day in the store's time zone."""
        zone = ZoneInfo(store.tz or "UTC")
        days = (date, date + timedelta(days=1))
        return [
            datetime.combine(day, time.min, zone).astimezone(_UTC).replace(tzinfo=None)
            for day in days
        ]

    @api.model
    def _open_deals(self, counters, date):
        """Deals of that day or before which are not finished, at counters of one
        store.
        """
        return self.env["epay.session"].search(
            [
                ("counter_id", "in", counters.ids),
                ("state", "not in", FINAL_STATES),
                ("create_date", "<", self._period(counters.store_id, date)[1]),
            ]
        )

    def _open_names(self, open_deals):
        labels = dict(open_deals._fields["state"]._description_selection(self.env))
        return "\n".join(f"{deal.name}: {labels[deal.state]}" for deal in open_deals)

    def _deals_open_text(self, open_deals):
        return self.env._(
            "%(count)s deals are still open at counter %(code)s: %(numbers)s. Finish "
            "or drop them first, or close the day with them marked as open.",
            count=len(open_deals),
            code=open_deals[:1].counter_id.code,
            numbers=", ".join(open_deals[:10].mapped("name")),
        )

    # === GETTERS === #

    def _totals(self):
        """`(currency, settled, returned, net)` for each currency of the lines."""
        self.ensure_one()
        totals = []
        for currency, lines in self.line_ids.grouped("currency_id").items():
            settled = sum(lines.mapped("settled_amount"))
            returned = sum(lines.mapped("returned_amount"))
            totals.append((currency, settled, returned, settled - returned))
        return totals

    def _list_action(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "epay_counter.epay_day_close_action"
        )
        if len(self) == 1:
            return {**action, "res_id": self.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", self.ids)]}

    def action_open_deals(self):
        """The deals that it counted."""
        action = self.session_ids._office_action()
        return {
            **action,
            "res_id": False,
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("day_close_id", "=", self.id)],
        }


def _parse_day(value):
    """The date that `value` means, or None."""
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()
    except (TypeError, ValueError):
        return None


class EpayDayCloseLine(models.Model):
    """Sums of a day close for one payment method."""

    _name = "epay.day.close.line"
    _description = "Line of a day close"
    _order = "id"
    _log_access = False

    close_id = fields.Many2one(
        "epay.day.close", required=True, index=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="close_id.company_id")
    provider_id = fields.Many2one(
        "payment.provider", readonly=True, ondelete="restrict"
    )
    payment_method_id = fields.Many2one(
        "payment.method", readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    settled_count = fields.Integer("Deals", readonly=True)
    settled_amount = fields.Monetary("Settled", readonly=True)
    returned_count = fields.Integer("Refunds", readonly=True)
    returned_amount = fields.Monetary("Given Back", readonly=True)
    net_amount = fields.Monetary("Total", compute="_compute_net_amount")

    @api.depends("settled_amount", "returned_amount")
    def _compute_net_amount(self):
        for line in self:
            line.net_amount = line.settled_amount - line.returned_amount

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("A day close can't be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("A day close can't be deleted."))


class EpayCounter(models.Model):
    """The numbers of a counter's day closes."""

    _inherit = "epay.counter"

    day_close_number = fields.Integer("Last Day Close", readonly=True, copy=False)
