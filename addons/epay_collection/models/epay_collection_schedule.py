import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.epay_counter.const import FINAL_STATES as DEAL_FINAL_STATES
from odoo.addons.epay_counter.const import KIND_SALE
from odoo.addons.epay_counter.db import lock_rows
from odoo.addons.epay_counter.exceptions import WrongState
from odoo.addons.epay_counter.guards import keep_own, without_defaults

from ..const import (
    LIVE_STATES,
    SCHEDULE_CLOSED,
    SCHEDULE_DRAFT,
    SCHEDULE_OPEN,
    SCHEDULE_STATE_LABELS,
    SCHEDULE_TRANSITIONS,
)

# The name that a schedule has by itself: route, if there is one, and day.
_OWN_NAME = re.compile(r"(.* )?\d{4}-\d{2}-\d{2}")
# What only our own code writes.
_OWN_FIELDS = {"state", "company_id", "store_id", "closed_at"}


class EpayCollectionSchedule(models.Model):
    """The plan of a route for a day: where the clerk goes, and what is due there
    (schedule 330).
    """

    _name = "epay.collection.schedule"
    _description = "Collection schedule"
    _order = "date desc, id desc"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    counter_id = fields.Many2one(
        "epay.counter",
        "Route",
        required=True,
        index=True,
        ondelete="restrict",
        help="The counter that the clerk takes along.",
    )
    store_id = fields.Many2one(
        related="counter_id.store_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="counter_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="store_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Clerk",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    state = fields.Selection(
        SCHEDULE_STATE_LABELS,
        required=True,
        default=SCHEDULE_DRAFT,
        readonly=True,
        copy=False,
        index=True,
    )
    closed_at = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many("epay.collection.line", "schedule_id", "Collections")
    note = fields.Text()

    _route_of_day = models.Index("(counter_id, date)")

    # === COMPUTES === #

    @api.depends("counter_id", "date")
    def _compute_name(self):
        """Route and day, also when they are chosen anew; what somebody typed stays."""
        for schedule in self:
            if not schedule.name or schedule._is_named_by_itself():
                counter = schedule.counter_id
                parts = (counter.name or counter.code, str(schedule.date or ""))
                schedule.name = " ".join(filter(None, parts)) or self.env._("New")

    def _is_named_by_itself(self):
        own = _OWN_NAME.fullmatch(self.name)
        route = own and (own[1] or "").rstrip()
        if not route:
            return bool(own)
        named = ["|", ("name", "=", route), ("code", "=", route)]
        return bool(self.env["epay.counter"].sudo().search_count(named, limit=1))

    @api.depends("counter_id")
    def _compute_user_id(self):
        """The route's only clerk; with several somebody chooses."""
        for schedule in self:
            clerks = schedule.counter_id.user_ids
            if not schedule.user_id and len(clerks) == 1:
                schedule.user_id = clerks

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        keep_own(self, vals_list, _OWN_FIELDS)
        plain = without_defaults(self, _OWN_FIELDS)
        schedules = super(EpayCollectionSchedule, plain).create(vals_list)
        return schedules.with_env(self.env)

    def write(self, vals):
        """A schedule with collections stays on its route: deals were made there. Moved
        to another day, it takes along the hours at which they are planned.

        :raise UserError: :raise WrongState: a closed one stays on its day
        """
        keep_own(self, [vals], _OWN_FIELDS)
        day = fields.Date.to_date(vals.get("date"))
        redated = self.filtered(lambda plan: day and plan.date != day)
        for plan in redated:
            plan._require_not_closed()
        if "counter_id" in vals:
            moved = self.filtered(lambda plan: plan.counter_id.id != vals["counter_id"])
            if moved.sudo().line_ids:
                raise UserError(
                    self.env._(
                        "A schedule with collections stays on its route. Move the "
                        "collections to a schedule of the other route."
                    )
                )
        result = super().write(vals)
        if "counter_id" in vals:
            self.check_access("write")
        redated.sudo().line_ids._follow_day()
        return result

    def _require_not_closed(self):
        """:raise WrongState: what was done on a day stays there"""
        if self.state == SCHEDULE_CLOSED:
            raise WrongState(self._wrong_state_text())

    @api.ondelete(at_uninstall=False)
    def _unlink_empty_only(self):
        if self.sudo().line_ids:
            raise UserError(
                self.env._(
                    "A schedule with collections is kept: it is the record of what "
                    "was planned. Cancel or move its collections instead."
                )
            )

    # === ACTIONS (managers) === #

    def action_open(self):
        """Hand the schedule to the clerk: from now on it is on the clerk app's list.

        :raise WrongState: :raise AccessError:
        """
        self._move(SCHEDULE_OPEN)

    def action_draft(self):
        """Take the schedule back for planning; the clerk app shows it no more.

        :raise WrongState: while a deal of one of its collections is under way
        """
        self._require_no_deals_at_doors()
        self._move(SCHEDULE_DRAFT)

    def action_close(self):
        """End the route. What was not collected stays due and can be moved.

        :raise WrongState: while a deal of one of its collections is under way
        """
        for line in self._live_deals().collection_line_id:
            if line._live_deal()._is_waiting_ahead():
                line._lock_with_deal()._drop_waiting_deal(line._no_longer_planned())
        self._require_no_deals_at_doors()
        self._move(SCHEDULE_CLOSED, closed_at=fields.Datetime.now())

    def _require_no_deals_at_doors(self):
        """A customer who pays ahead needs no clerk: such a deal goes on.

        :raise WrongState:
        """
        self.check_access("write")
        deals = self._live_deals().filtered(lambda deal: not deal._is_waiting_ahead())
        busy = deals.collection_line_id
        if busy:
            raise WrongState(
                self.env._(
                    "“%(line)s” is at the counter now. Finish or drop its deal first.",
                    line=busy[0].display_name,
                )
            )

    def _move(self, target, **values):
        """The only place that writes `state`. The same state again is a no-op."""
        self.check_access("write")
        for schedule in lock_rows(self.sudo()):
            if schedule.state == target:
                continue
            if target not in SCHEDULE_TRANSITIONS[schedule.state]:
                raise WrongState(schedule._wrong_state_text())
            schedule.write({"closed_at": False, **values, "state": target})
            schedule.counter_id._touch()

    def _wrong_state_text(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "Schedule %(name)s is “%(state)s” now; this can't be done.",
            name=self.name,
            state=labels[self.state],
        )

    def action_tell(self):
        """Tell the customers of all open collections (mail, SMS) with a link to pay
        ahead, each once: who was told already is told again by the collection's own
        button only.
        """
        return self._live_lines().filtered(lambda line: not line.told_at).action_tell()

    def action_fill(self):
        """The wizard that fills the schedule from invoices or orders."""
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fill %s", self.name),
            "res_model": "epay.collection.fill",
            "view_mode": "form",
            "target": "new",
            "context": {"default_schedule_id": self.id},
        }

    def action_import(self):
        """Odoo's import of a file, into this schedule."""
        self.check_access("write")
        return {
            "type": "ir.actions.client",
            "tag": "import",
            "name": self.env._("Import into %s", self.name),
            "params": {
                "model": "epay.collection.line",
                "context": {"default_schedule_id": self.id},
                "active_model": "epay.collection.line",
            },
        }

    def _open_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "main",
        }

    # === GETTERS === #

    @api.model
    def _for(self, counter, date):
        """The schedule of that route and day, made where there is none.

        Called when collections are moved and by recurring rules.

        :param counter: `epay.counter`, sudo
        :param date: date
        :return: a schedule that is not closed
        """
        domain = [
            ("counter_id", "=", counter.id),
            ("date", "=", date),
            ("state", "!=", SCHEDULE_CLOSED),
        ]
        found = self.search(domain, limit=1, order="id")
        return found or self.create({"counter_id": counter.id, "date": date})

    def _live_deals(self):
        """Deals of these schedules' collections that are under way; sudo."""
        return (
            self.env["epay.session"]
            .sudo()
            .search(
                [
                    ("collection_line_id.schedule_id", "in", self.ids),
                    ("kind", "=", KIND_SALE),
                    ("state", "not in", DEAL_FINAL_STATES),
                ]
            )
        )

    def _live_lines(self):
        """Collections of which something is still to be done."""
        return self.env["epay.collection.line"].search(
            [("schedule_id", "in", self.ids), ("state", "in", LIVE_STATES)]
        )
