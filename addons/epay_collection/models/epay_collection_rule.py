import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.epay_counter.db import in_own_transaction, lock_rows

from ..const import RECUR_AHEAD_DAYS

_logger = logging.getLogger(__name__)


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

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "The amount of a collection must be above zero."
    )
    _every_positive = models.Constraint(
        "CHECK(every BETWEEN 1 AND 120)", "Choose from 1 to 120 months."
    )

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
            try:
                in_own_transaction(
                    self.env,
                    lambda env, rule_id=rule.id: (
                        env[self._name].browse(rule_id)._plan(until)
                    ),
                )
            except Exception:
                # The other customers' collections shall not wait for this one.
                _logger.exception("Recurring collection %s", rule.id)

    def action_plan(self):
        """Plan now what the job would plan (managers)."""
        self.check_access("write")
        until = fields.Date.add(fields.Date.today(), days=RECUR_AHEAD_DAYS)
        for rule in self.sudo():
            rule._plan(until)

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
