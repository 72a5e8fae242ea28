from odoo import api, fields, models

from odoo.addons.epay_counter.acts import act
from odoo.addons.epay_counter.const import OPEN
from odoo.addons.epay_counter.tools.text import one_line

from ..const import LIVE_STATES, MOST_FOUND, MOST_SHOWN, OPENED, SCHEDULE_OPEN
from ..exceptions import LineOpened, NotYourLine


class EpayCounter(models.Model):
    """A counter on its way: the schedule is searched and a collection opened (SD2)."""

    _inherit = "epay.counter"

    # === THE ACT === #

    @act
    def open_collection(self, line_id, amount=None):
        """Open a line of the schedule at the counter (SD2): a deal with its amount and
        details is there, and goes on as any sale (SD3).

        Called again while its deal holds the counter, nothing happens: a second device
        of the clerk sees the same deal. With another amount, the deal is made anew as
        long as no money is on its way.

        :param int line_id: `epay.collection.line` of a route of the same store
        :param amount: a part (number or decimal string, in the store's currency); the
            rest stays due. Without, everything that is due
        :raise NothingDue: paid meanwhile, or the source was cancelled
        :raise BadAmount: not an amount, more than is due, or not for this counter
        :raise LineOpened: its deal is under way at another counter, or parked
        :raise NotYourLine: :raise WrongState: :raise CounterClosed: :raise CounterBusy:
        """
        self._require_open()
        line = self._collection(line_id)
        line._lock_with_deal()
        line._require_live()
        line._require_open_schedule()
        if self._shows_already(line, amount):
            return
        self._make_room_for(line)
        self._dismiss_finished()
        wanted = line._wanted(amount)
        self._check_limits(self._exact(wanted))
        self._require_payable(wanted)
        session = self._create_session(line._prepare_deal(wanted))
        session._transition(OPEN)
        line._transition(OPENED)
        self._accept_by_itself()

    def _collection(self, line_id):
        """The line, if the user may open it here.

        :raise NotYourLine: not there, not on a route of the user, or of another store
        """
        lines = self.env["epay.collection.line"].sudo(False)
        line = lines.browse(line_id if type(line_id) is int else 0)
        if not line._is_visible() or line.sudo().store_id != self.store_id:
            raise NotYourLine(
                self.env._(
                    "There is no such collection on your routes. Search the schedule "
                    "again."
                )
            )
        return line.sudo()

    def _shows_already(self, line, amount):
        """Whether the line's deal is at this counter, with the wanted amount."""
        deal = line._live_deal()
        if not deal or deal != self._held_session():
            return False
        if amount is None or amount is False or amount == "":
            return True
        wanted = float(self._parse_amount(amount))
        return not self.currency_id.compare_amounts(wanted, deal.amount)

    def _make_room_for(self, line):
        """Drop a deal of the line that waits for another amount, or for a customer who
        may pay ahead but is at the door now.

        :raise LineOpened: another clerk is at it, or its money is on its way
        """
        deal = line._live_deal()
        if not deal:
            return
        if deal != self._held_session() and not deal._is_ahead():
            raise LineOpened(line._opened_text(deal))
        line._drop_waiting_deal(line._opened_anew())

    # === READING (public, no effects) === #

    @api.readonly
    def get_schedule(self):
        """Today's collections of the clerk's routes in this store, in order of visit.

        :return: dict of `date`, `lines` (`epay.collection.line._row_values`; of very
            many the first `const.MOST_SHOWN` that are left), `total` and `left` (how
            many there are, and how many are not done; of more than
            `const.MOST_COUNTED` only that, and `more` is true), `collected` and `cash`
            with their texts
        :raise NotYourCounter:
        """
        self.ensure_one()
        self._check_clerk()
        schedules = self._open_schedules()
        lines = schedules._lines_to_show()
        counter = self.sudo()
        return {
            "date": counter._today().isoformat(),
            "lines": [line._row_values() for line in lines.sudo()],
            **schedules.sudo()._sums(lines.sudo(), counter.currency_id),
        }

    @api.readonly
    def search_collections(self, query):
        """Search at the door: the clerk's open routes first, then all other collections
        that the clerk may see in this store.

        :param str query: a name, a part of the address, a phone, order or invoice
            number, or what a scanned slip holds
        :return: dict of `lines`, at most `const.MOST_FOUND`, each with `today`: whether
            it is on an open route
        :raise NotYourCounter:
        """
        self.ensure_one()
        self._check_clerk()
        lines = self.env["epay.collection.line"]
        text = one_line(query, 100)
        if not text:
            return {"lines": []}
        found = lines._find_on(self._open_schedules(), text)
        today = set(found.ids)
        if len(found) < MOST_FOUND:
            domain = [
                ("search_text", "ilike", text),
                ("store_id", "=", self.sudo().store_id.id),
                ("state", "in", LIVE_STATES),
                ("id", "not in", found.ids),
            ]
            found += lines.search(domain, limit=MOST_FOUND - len(found))
        return {
            "lines": [
                {**line._row_values(), "today": line.id in today}
                for line in found.sudo()
            ]
        }

    @api.readonly
    def get_collection(self, line_id):
        """One line with everything that happened, for the clerk's screen.

        :raise NotYourCounter: :raise NotYourLine:
        """
        self.ensure_one()
        self._check_clerk()
        return self.sudo()._collection(line_id)._line_values()

    def _open_schedules(self):
        """Schedules that the clerk is on today; the present counter's first."""
        schedules = self.env["epay.collection.schedule"].search(
            [
                ("state", "=", SCHEDULE_OPEN),
                ("store_id", "=", self.sudo().store_id.id),
                ("date", "=", self.sudo()._today()),
            ]
        )
        return schedules.sorted(lambda plan: plan.counter_id != self)

    def _today(self):
        return fields.Date.context_today(self.with_context(tz=self.store_id.tz))

    def _parked_sessions(self):
        """Without deals whose customers are choosing at home."""
        return super()._parked_sessions().filtered(lambda deal: deal._needs_clerk())

    # === THE ANSWER === #

    def _clerk_values(self):
        """How many collections the counter's own route has today, and how many of them
        are left; of very many, that there are as many as can be shown.
        """
        values = super()._clerk_values()
        plans = self.env["epay.collection.schedule"].search(
            [
                ("counter_id", "=", self.id),
                ("date", "=", self._today()),
                ("state", "=", SCHEDULE_OPEN),
            ]
        )
        lines = self.env["epay.collection.line"]
        today = [("schedule_id", "in", plans.ids)]
        left = [*today, ("state", "in", LIVE_STATES)]
        return {
            **values,
            "collections": lines.search_count(today, limit=MOST_SHOWN),
            "collections_left": lines.search_count(left, limit=MOST_SHOWN),
        }
