import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from odoo.addons.epay_counter.db import in_own_transaction, lock_rows
from odoo.addons.epay_counter.reasons import Reason

from ..const import RECUR_AHEAD_DAYS

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)


class EpayCollectionRule(models.Model):
    """A collection that comes again: a monthly subscription, say.

    Each run makes the line of one period at most, whoever runs it and how often: a
    unique index over rule and period sees to it.
    """

    _name = "epay.collection.rule"
    _description = "Recurring collection"
    _order = "next_date, id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    counter_id = fields.Many2one("epay.counter", "Route", required=True, index=True)
    store_id = fields.Many2one(related="counter_id.store_id", store=True, index=True)
    company_id = fields.Many2one(
        related="counter_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="store_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, check_company=True, index=True
    )
    name = fields.Char("Description", required=True)
    product_id = fields.Many2one(
        "product.product", check_company=True, domain=[("sale_ok", "=", True)]
    )
    amount = fields.Monetary(required=True)
    sequence = fields.Integer("Order of Visit", default=10)
    every = fields.Integer("Every … Months", required=True, default=1)
    next_date = fields.Date(
        "Next Collection", required=True, default=fields.Date.context_today
    )
    # The day of the month that was meant: the 31st stays the 31st after February.
    day = fields.Integer(compute="_compute_day", store=True)
    until = fields.Date("Last Day", help="Empty: until it is switched off.")
    line_ids = fields.One2many("epay.collection.line", "rule_id", "Collections")
    problem = Reason("Why Not Planned", readonly=True, copy=False)

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "The amount of a collection must be above zero."
    )
    _every_positive = models.Constraint(
        "CHECK(every BETWEEN 1 AND 120)", "Choose from 1 to 120 months."
    )

    def write(self, vals):
        """A rule goes to a route only by who may plan there, with a customer and a
        product of its company: the job that plans asks nobody.

        :raise AccessError: :raise UserError: Odoo's
        """
        result = super().write(vals)
        if "counter_id" in vals:
            # Odoo looks at the rules before, and at the companies of what is written.
            self.check_access("write")
            self._check_company()
        return result

    @api.depends("next_date")
    def _compute_day(self):
        for rule in self:
            if not rule.day or rule.next_date.day > rule.day:
                rule.day = rule.next_date.day

    @api.model
    def _cron_plan(self):
        """Plan what comes in the next days (cron, daily)."""
        until = fields.Date.add(fields.Date.today(), days=RECUR_AHEAD_DAYS)
        for rule in self.search([("next_date", "<=", until)]):
            problem = self._plan_one(rule.id, until)
            if problem:
                self._in_own(rule.id, "_tell_problem", problem)

    @api.model
    def _plan_one(self, rule_id, until):
        """Plan one rule; returns what is wrong, if something is: the other customers'
        collections shall not wait for it.
        """
        try:
            self._in_own(rule_id, "_plan", until)
        except UserError as error:
            return str(error)
        except Exception:
            _logger.exception("Recurring collection %s", rule_id)
            return _lt("An unexpected error. Ask who looks after Odoo to read the log.")
        return None

    @api.model
    def _in_own(self, rule_id, method, *args):
        in_own_transaction(
            self.env,
            lambda env: getattr(env[self._name].browse(rule_id), method)(*args),
        )

    def action_plan(self):
        """Plan now what the job would plan (managers).

        :return: a notification that says how many collections were planned
        """
        self.check_access("write")
        until = fields.Date.add(fields.Date.today(), days=RECUR_AHEAD_DAYS)
        before = self.sudo().line_ids
        for rule in self.sudo():
            rule._plan(until)
        planned = self.sudo().line_ids - before
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if planned else "info",
                "message": self._planned_text(len(planned), until),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _planned_text(self, number, until):
        until = format_date(self.env, until)
        if not number:
            return self.env._("Nothing new to plan until %(until)s.", until=until)
        return self.env._(
            "Collections planned until %(until)s: %(number)s.",
            number=number,
            until=until,
        )

    def _plan(self, until):
        """Make the lines of all periods up to `until`; those that are there are left.

        :param until: date
        """
        lock_rows(self)
        while self.next_date <= until and not self._is_over():
            self._plan_period(self.next_date)
            self.next_date = self._following(self.next_date)
        if self._is_over():
            self.active = False
        self.problem = False

    def _tell_problem(self, problem):
        """Say on the rule why it can't be planned, and tell the store's managers once.

        :param problem: a term (`_lt`), or what was refused
        """
        is_known = bool(self.problem)
        self.problem = problem
        for manager in self.store_id.manager_ids if not is_known else ():
            rule = self.with_context(lang=manager.lang)
            rule.env["mail.thread"].message_notify(
                partner_ids=manager.partner_id.ids,
                model=rule._name,
                res_id=rule.id,
                subject=rule.env._("A recurring collection can't be planned"),
                body=f"{rule.partner_id.name}, {rule.name}: {rule.problem}",
            )

    def _is_over(self):
        return bool(self.until) and self.next_date > self.until

    def _plan_period(self, period):
        """The line of one period, unless it was made before."""
        lines = self.env["epay.collection.line"]
        if lines.search_count([("rule_id", "=", self.id), ("period", "=", period)]):
            return
        schedule = self.env["epay.collection.schedule"]._for(self.counter_id, period)
        lines.create(
            [
                {
                    "schedule_id": schedule.id,
                    "partner_id": self.partner_id.id,
                    "name": self.name,
                    "product_id": self.product_id.id,
                    "amount": self.amount,
                    "sequence": self.sequence,
                    "rule_id": self.id,
                    "period": period,
                }
            ]
        )

    def _following(self, date):
        """The same day some months later; the last one of a shorter month."""
        return date + relativedelta(months=self.every, day=self.day)


class EpayCollectionLine(models.Model):
    """Lines of recurring collections."""

    _inherit = "epay.collection.line"

    rule_id = fields.Many2one(
        "epay.collection.rule",
        "Recurring Collection",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    period = fields.Date(readonly=True, copy=False)

    _period_uniq = models.UniqueIndex(
        "(rule_id, period) WHERE rule_id IS NOT NULL AND moved_from_id IS NULL",
        "This period of the recurring collection is planned already.",
    )
