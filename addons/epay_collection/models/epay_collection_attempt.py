from odoo import api, fields, models, tools
from odoo.exceptions import AccessError

from odoo.addons.epay_counter.reasons import Reason

from ..const import MONEY_OUTCOMES, OUTCOME_LABELS


class EpayCollectionAttempt(models.Model):
    """What happened at a door: who was there, when, what came of it, and why.

    Rows are appended by the acts and never changed or deleted. Those with money are
    what a line has collected, and what a route hands over.
    """

    _name = "epay.collection.attempt"
    _description = "Attempt to collect"
    _order = "id desc"
    _rec_name = "outcome"

    line_id = fields.Many2one(
        "epay.collection.line",
        "Collection",
        required=True,
        index=True,
        ondelete="restrict",
    )
    schedule_id = fields.Many2one(
        related="line_id.schedule_id", store=True, index=True, precompute=True
    )
    counter_id = fields.Many2one(
        related="line_id.counter_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="line_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="line_id.currency_id")
    date = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", readonly=True, help="Empty: the customer or the system."
    )
    outcome = fields.Selection(OUTCOME_LABELS, required=True, readonly=True)
    reason = Reason(readonly=True)
    # Never empty: to Odoo's search, an empty one is not zero.
    amount = fields.Monetary(
        required=True,
        default=0.0,
        readonly=True,
        help="What came in; below zero, what went back.",
    )
    session_id = fields.Many2one(
        "epay.session",
        "Deal",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    payment_method_id = fields.Many2one("payment.method", readonly=True)
    payment_id = fields.Many2one(
        "account.payment",
        "Cash Payment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _money_with_outcome = models.Constraint(
        f"CHECK(amount = 0 OR outcome IN {MONEY_OUTCOMES})",
        "Only a payment has an amount.",
    )

    @api.model
    def _append(self, line, outcome, reason=None, **values):
        """Add a row. Called with the line locked.

        :param str outcome: one of `const.OUTCOME_LABELS`
        :param reason: a term (`_lt`), or what somebody wrote
        :param values: amount, session_id, payment_method_id, payment_id
        """
        is_person = not (self.env.user._is_public() or self.env.user._is_superuser())
        return self.create(
            {
                "line_id": line.id,
                "date": fields.Datetime.now(),
                "user_id": self.env.uid if is_person else False,
                "outcome": outcome,
                "reason": reason or False,
                **values,
            }
        )

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("What happened at a door can't be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("What happened at a door can't be deleted."))

    @api.model
    @tools.ormcache("self.env.lang", "field", "model")
    def _labels_of(self, field, model="epay.collection.attempt"):
        """{value: label} in the reader's language; looked up once, not for every row of
        a list.
        """
        return dict(self.env[model]._fields[field]._description_selection(self.env))

    def _values(self):
        """An attempt as the clerk's screen shows it."""
        return {
            "id": self.id,
            "date": f"{self.date.isoformat(timespec='seconds')}Z",
            "who": self.user_id.name or False,
            "outcome": self.outcome,
            "outcome_text": self._labels_of("outcome")[self.outcome],
            "reason": self.reason or False,
            "amount": self.amount,
            "amount_text": self.currency_id.format(self.amount) if self.amount else "",
        }
