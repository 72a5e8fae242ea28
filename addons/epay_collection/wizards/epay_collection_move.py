from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.epay_counter.tools.text import one_line

from ..const import SCHEDULE_CLOSED


class EpayCollectionMove(models.TransientModel):
    """The office plans collections anew, on another day or route: each gets a new line,
    and the old one keeps what happened.
    """

    _name = "epay.collection.move"
    _description = "Move collections"

    line_ids = fields.Many2many(
        "epay.collection.line",
        string="Collections",
        required=True,
        default=lambda self: self._default_lines(),
    )
    store_id = fields.Many2one("epay.store", compute="_compute_store_id")
    schedule_id = fields.Many2one(
        "epay.collection.schedule",
        "To Schedule",
        domain=f"[('store_id', '=', store_id), ('state', '!=', '{SCHEDULE_CLOSED}')]",
    )
    counter_id = fields.Many2one(
        "epay.counter", "Or Route", domain="[('store_id', '=', store_id)]"
    )
    date = fields.Date("On")
    reason = fields.Char()

    @api.model
    def _default_lines(self):
        if self.env.context.get("active_model") != "epay.collection.line":
            return self.env["epay.collection.line"]
        ids = self.env.context.get("active_ids")
        return self.env["epay.collection.line"].browse(ids).exists()

    @api.depends("line_ids")
    def _compute_store_id(self):
        for move in self:
            move.store_id = move.line_ids.store_id[:1]

    def action_move(self):
        """Move all that is still due; what is done, or there already, stays.

        :raise UserError: nobody said where to
        :raise WrongState: :raise AccessError: :raise NothingDue:
        """
        if not (self.schedule_id or self.counter_id or self.date):
            raise UserError(
                self.env._("Choose a schedule, a route or a day to move to.")
            )
        self.line_ids.check_access("write")
        schedule = self._target()
        schedule.check_access("write")
        lines = self.line_ids.sudo()._lock_with_deal()
        lines = lines.filtered(lambda line: line.schedule_id != schedule)
        for line in lines.filtered(lambda line: line._due() > 0):
            line._drop_waiting_deal(line._no_longer_planned())
            line._move_to(schedule.sudo(), reason=one_line(self.reason))
        return schedule._open_form()

    def _target(self):
        """The chosen schedule, or that of route and day."""
        if self.schedule_id:
            return self.schedule_id
        line = self.line_ids[:1]
        counter = self.counter_id or line.counter_id
        counter.check_access("read")
        schedules = self.env["epay.collection.schedule"]
        return schedules._for(counter, self.date or line.date)
