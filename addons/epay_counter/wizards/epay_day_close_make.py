from odoo import api, fields, models

from ..exceptions import BadDate, NothingToClose


class EpayDayCloseMake(models.TransientModel):
    """Close a day at one or all counters of a store, after a look at what is counted
    and what is still open.
    """

    _name = "epay.day.close.make"
    _description = "Close a day"

    has_store = fields.Boolean(compute="_compute_has_store")
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
            wizard.date = self.env["epay.day.close"]._today(wizard.store_id)

    @api.onchange("store_id")
    def _onchange_store_id(self):
        self.counter_ids = self.counter_ids.filtered(
            lambda counter: counter.store_id == self.store_id
        )

    def _compute_has_store(self):
        self.has_store = bool(self.env["epay.store"].search([], limit=1))

    @api.depends("store_id", "date", "counter_ids")
    def _compute_summary(self):
        closes = self.env["epay.day.close"].sudo()
        for wizard in self:
            wizard.open_session_ids, wizard.summary = False, wizard._why_not()
            if wizard.summary or not wizard.store_id:
                continue
            counters = wizard._counters()
            open_deals = closes._open_deals(counters.sudo(), wizard.date)
            wizard.open_session_ids = open_deals.sudo(False)
            nothing = self.env._("Nothing: no deal was settled that is not counted.")
            wizard.summary = "\n".join(wizard._counts(closes, counters)) or nothing

    def _counts(self, closes, counters):
        """What closes of these counters would count, in words: a line for each at which
        there is something.
        """
        found = closes._to_be_counted(counters.sudo(), self.date)
        return [
            f"{counter.code}: {self._count(counter, *found[counter.id])}"
            for counter in counters
            if counter.id in found
        ]

    def _count(self, counter, deals, amount, refunds, failed):
        words = {
            "amount": counter.currency_id._epay_in_text(amount),
            "deals": deals,
            "refunds": refunds,
            "failed": failed,
        }
        if failed:
            return self.env._(
                "%(amount)s (deals: %(deals)s, refunds: %(refunds)s, refunds that "
                "failed after they were counted: %(failed)s)",
                **words,
            )
        return self.env._(
            "%(amount)s (deals: %(deals)s, refunds: %(refunds)s)", **words
        )

    @api.depends("store_id", "date")
    def _compute_earlier(self):
        closes = self.env["epay.day.close"].sudo()
        for wizard in self:
            wizard.earlier = False
            if wizard._why_not() or not wizard.store_id:
                continue
            days = closes._days_not_closed(wizard._all_counters().sudo(), wizard.date)
            wizard.earlier = ", ".join(fields.Date.to_string(day) for day in days)

    def _why_not(self):
        """Why the day can't be closed, in words; empty if it can."""
        try:
            self.env["epay.day.close"]._required_day(self.store_id, self.date)
        except BadDate as refusal:
            return str(refusal)
        return ""

    def _all_counters(self):
        counters = self.env["epay.counter"].with_context(active_test=False)
        return counters.search([("store_id", "=", self.store_id.id)])

    def _counters(self):
        everywhere, chosen = self._all_counters(), self.counter_ids._origin
        return everywhere & chosen if chosen else everywhere

    def action_close(self):
        """Close the day at these counters and show the closes.

        :raise DealsOpen: deals are open, and `despite_open` is not ticked
        :raise BadDate: the day is not there yet
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
