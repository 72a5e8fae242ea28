from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.epay_counter.db import lock_rows
from odoo.addons.epay_counter.exceptions import WrongState
from odoo.addons.epay_counter.guards import keep_own, without_defaults

from ..const import (
    CANCELLED,
    LIVE_STATES,
    PLANNED,
    STATE_LABELS,
    TRANSITIONS,
)

# What only the acts and our own code write.
_OWN_FIELDS = {
    *("state", "state_date", "collected_amount", "moved_to_id", "moved_from_id"),
    *("signature", "signed_by", "signed_at", "attempt_ids", "session_ids"),
    *("rule_id", "period", "search_key", "tokens", "link_generation", "told_at"),
    "deals_opened",
}
# What a line was agreed on; it stays as it is once somebody was at the door.
_PLAN_FIELDS = {
    *("schedule_id", "amount", "currency_id", "partner_id", "product_id"),
    *("sale_order_id", "invoice_id"),
}


class EpayCollectionLine(models.Model):
    """One collection at one door (collection detail 331).

    This file has the fields, the database's rules and the state machine. What is still
    due is in `epay_collection_line_due.py`, what happens at doors in
    `epay_collection_line_door.py`, moving in `epay_collection_line_move.py`, the books
    in `epay_collection_line_books.py`, searching in `epay_collection_line_search.py`,
    what screens are told in `epay_collection_line_answer.py`.
    """

    _name = "epay.collection.line"
    _description = "Collection"
    _order = "date desc, sequence, id"
    _check_company_auto = True

    # === FIELDS === #

    schedule_id = fields.Many2one(
        "epay.collection.schedule", required=True, ondelete="restrict"
    )
    counter_id = fields.Many2one(
        related="schedule_id.counter_id", store=True, index=True, precompute=True
    )
    store_id = fields.Many2one(
        related="schedule_id.store_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="schedule_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        related="schedule_id.user_id", store=True, index=True, precompute=True
    )
    date = fields.Date(related="schedule_id.date", store=True, precompute=True)
    sequence = fields.Integer("Order of Visit", default=10)
    state = fields.Selection(
        STATE_LABELS, required=True, default=PLANNED, readonly=True, copy=False
    )
    state_date = fields.Datetime("Since", readonly=True, copy=False)

    # What is collected, and from whom.
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        check_company=True,
        index=True,
    )
    name = fields.Char(
        "Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="What the customer reads above the amount.",
    )
    product_id = fields.Many2one(
        "product.product", check_company=True, domain=[("sale_ok", "=", True)]
    )
    amount = fields.Monetary(
        "Planned Amount",
        compute="_compute_amount",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="What was due when it was planned, taxes included.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    amount_due = fields.Monetary(
        "Still Due",
        compute="_compute_amount_due",
        help="What is owed at this moment, by the source itself.",
    )
    collected_amount = fields.Monetary(
        "Collected",
        compute="_compute_collected_amount",
        store=True,
        precompute=True,
        copy=False,
    )

    # Where and when.
    planned_from = fields.Datetime("From")
    planned_until = fields.Datetime("Until")
    address = fields.Char(
        compute="_compute_contact", store=True, readonly=False, precompute=True
    )
    phone = fields.Char(
        compute="_compute_contact", store=True, readonly=False, precompute=True
    )
    note = fields.Char("Note for the Clerk")

    # Where it comes from: an order, an invoice, or none (typed by hand).
    sale_order_id = fields.Many2one(
        "sale.order", "Order", check_company=True, copy=False, index="btree_not_null"
    )
    invoice_id = fields.Many2one(
        "account.move",
        check_company=True,
        copy=False,
        index="btree_not_null",
        domain=[("move_type", "=", "out_invoice"), ("state", "=", "posted")],
    )
    ref = fields.Char("Reference", copy=False, help="The number on bill or slip.")

    # What became of it.
    attempt_ids = fields.One2many(
        "epay.collection.attempt", "line_id", "Attempts", readonly=True
    )
    session_ids = fields.One2many(
        "epay.session", "collection_line_id", "Deals", readonly=True
    )
    moved_to_id = fields.Many2one("epay.collection.line", readonly=True, copy=False)
    moved_from_id = fields.Many2one(
        "epay.collection.line", readonly=True, copy=False, index="btree_not_null"
    )
    signature = fields.Binary(readonly=True, copy=False, attachment=True)
    signed_by = fields.Char(readonly=True, copy=False)
    signed_at = fields.Datetime(readonly=True, copy=False)

    # === RULES OF THE DATABASE === #

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "The amount of a collection must be above zero."
    )
    _window = models.Constraint(
        "CHECK(planned_until IS NULL OR planned_from <= planned_until)",
        "The planned time must not end before it begins.",
    )
    _one_source = models.Constraint(
        "CHECK(sale_order_id IS NULL OR invoice_id IS NULL)",
        "A collection comes from an order or from an invoice, not from both.",
    )
    _order_uniq = models.UniqueIndex(
        f"(sale_order_id) WHERE sale_order_id IS NOT NULL AND state IN {LIVE_STATES}",
        "This order is on a schedule already.",
    )
    _invoice_uniq = models.UniqueIndex(
        f"(invoice_id) WHERE invoice_id IS NOT NULL AND state IN {LIVE_STATES}",
        "This invoice is on a schedule already.",
    )
    _visit_order = models.Index("(schedule_id, sequence, id)")
    _visits_left = models.Index(
        f"(schedule_id, sequence, id) WHERE state IN {LIVE_STATES}"
    )
    _newest = models.Index("(date DESC, sequence, id)")

    # === COMPUTES === #

    @api.depends("sale_order_id", "invoice_id")
    def _compute_partner_id(self):
        for line in self:
            line.partner_id = line.partner_id or line._source().partner_id

    @api.depends("sale_order_id", "invoice_id")
    def _compute_name(self):
        for line in self:
            source = line._source()
            line.name = line.name or (source and line._source_text())

    @api.depends("sale_order_id", "invoice_id")
    def _compute_amount(self):
        for line in self:
            source = line._source()
            line.amount = line.amount or (line._source_rest() if source else 0.0)

    @api.depends("schedule_id")
    def _compute_currency_id(self):
        for line in self:
            line.currency_id = line.currency_id or line.schedule_id.currency_id

    @api.depends("partner_id")
    def _compute_contact(self):
        """Where the customer lives, unless the plan says another place."""
        for line in self:
            partner = line.partner_id
            line.address = line.address or partner._epay_on_one_line()
            line.phone = line.phone or partner.phone

    @api.depends("attempt_ids.amount")
    def _compute_collected_amount(self):
        sums = self.env["epay.collection.attempt"]._read_group(
            [("line_id", "in", self.ids)], ["line_id"], ["amount:sum"]
        )
        by_line = {line.id: amount for line, amount in sums}
        for line in self:
            line.collected_amount = by_line.get(line.id, 0.0)

    @api.depends("partner_id", "name")
    def _compute_display_name(self):
        for line in self:
            names = (line.partner_id.display_name, line.name)
            line.display_name = " · ".join(filter(None, names))

    # === CONSTRAINTS === #

    @api.constrains("currency_id", "schedule_id", "sale_order_id", "invoice_id")
    def _check_currency(self):
        for line in self.sudo():
            own = line.store_id.currency_id
            source = line._source()
            if line.currency_id != own or (source and source.currency_id != own):
                raise ValidationError(
                    self.env._(
                        "%(store)s takes %(currency)s only. Collect “%(line)s” in a "
                        "store of its own currency.",
                        store=line.store_id.name,
                        currency=own.name,
                        line=line.name,
                    )
                )

    @api.constrains("sale_order_id", "invoice_id")
    def _check_planned_once(self):
        """An order and its invoice are one debt: the unique indexes see to either, this
        to both.
        """
        lines = self.sudo()._live()
        orders = lines.invoice_id.line_ids.sale_line_ids.order_id
        invoices = lines.sale_order_id.invoice_ids
        twice = self.env["epay.collection.line"].sudo()
        if orders or invoices:
            twice = (
                (orders._epay_lines() | invoices._epay_lines())
                ._live()
                .filtered(
                    lambda line: (
                        line.sale_order_id in orders or line.invoice_id in invoices
                    )
                )
            )
        if twice:
            raise ValidationError(
                self.env._(
                    "%(document)s is on schedule %(schedule)s already, as “%(line)s”: "
                    "an order and its invoice are collected once.",
                    document=twice[0]._source_text(),
                    schedule=twice[0].schedule_id.name,
                    line=twice[0].display_name,
                )
            )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        keep_own(self, vals_list, _OWN_FIELDS)
        plain = without_defaults(self, _OWN_FIELDS)
        lines = super(EpayCollectionLine, plain).create(vals_list)
        lines.counter_id._touch()
        return lines.with_env(self.env)

    def write(self, vals):
        """A line on which something happened keeps its plan; what is left of it is
        moved or cancelled. Its place in the route, note and phone may change.
        """
        keep_own(self, [vals], _OWN_FIELDS)
        if _PLAN_FIELDS.intersection(vals) and not self.env.su:
            self._require_untouched()
        result = super().write(vals)
        if not self.env.su:
            self.check_access("write")
            self.sudo().counter_id._touch()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_untouched_only(self):
        self._require_untouched()

    def _require_untouched(self):
        for line in self.sudo():
            if line.state != PLANNED or line.attempt_ids or line.session_ids:
                raise UserError(
                    self.env._(
                        "Something happened with “%(line)s” already, so it stays as it "
                        "was planned. Move or cancel it.",
                        line=line.display_name,
                    )
                )

    # === THE STATE MACHINE === #

    def _transition(self, target, **values):
        """Move one locked line to `target`: the only place that writes `state`.

        The same state again is a no-op, so that a repeated act does no harm.

        :param str target: a state of `const.STATE_LABELS`
        :param values: other fields to write with it
        :raise WrongState: when the table has no such way
        """
        self.ensure_one()
        if target == self.state:
            return
        if target not in TRANSITIONS[self.state]:
            raise WrongState(self._wrong_state_text())
        self.write({**values, "state": target, "state_date": fields.Datetime.now()})
        self.counter_id._touch()

    def _lock(self):
        """Wait for the line's row, read it afresh (docs/locking.md): after the deal's,
        if both are needed.
        """
        return lock_rows(self)

    def _lock_with_deal(self):
        """Lock the lines with the deals that are under way for them, deals first."""
        for line in self:
            line._live_deal()._lock()
        return self._lock()

    def _wrong_state_text(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "“%(line)s” is “%(state)s” now; this can't be done any more. The schedule "
            "shows what can.",
            line=self.display_name,
            state=labels[self.state],
        )

    def _require_live(self):
        if self.state not in LIVE_STATES:
            raise WrongState(self._wrong_state_text())

    # === ACTIONS (managers) === #

    def action_cancel(self):
        """Take collections off the plan for good. What they are about stays due.

        :raise WrongState: :raise AccessError:
        """
        self.check_access("write")
        for line in self.sudo()._lock_with_deal():
            line._drop_waiting_deal(line._no_longer_planned())
            line._transition(CANCELLED)

    def action_open_deals(self):
        """The deals of the collection (smart button)."""
        self.check_access("read")
        return self.session_ids._office_action()

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise AccessError(
            self.env._("A collection is planned once. Make a new one instead.")
        )
