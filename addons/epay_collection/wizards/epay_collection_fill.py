import psycopg2

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.epay_counter.exceptions import WrongState

from ..const import FILL_STEP, LIVE_STATES, SCHEDULE_CLOSED
from ..exceptions import LineOpened

INVOICES = "invoices"
ORDERS = "orders"


class EpayCollectionFill(models.TransientModel):
    """Fill a schedule from what is owed: unpaid invoices, or orders to be paid on
    delivery.

    It goes on in steps, so that the progress can be shown, and each step is kept. A
    source that is on an open schedule already is left alone; one that is left over from
    a closed schedule is moved with its history.
    """

    _name = "epay.collection.fill"
    _description = "Fill a collection schedule"

    schedule_id = fields.Many2one("epay.collection.schedule", required=True)
    store_id = fields.Many2one(related="schedule_id.store_id")
    company_id = fields.Many2one(related="schedule_id.company_id")
    source = fields.Selection(
        [(INVOICES, "Unpaid invoices"), (ORDERS, "Orders to be paid on delivery")],
        required=True,
        default=INVOICES,
    )
    due_until = fields.Date(help="Empty: whenever they are due, or to be delivered.")
    category_ids = fields.Many2many("res.partner.category", string="Customer Tags")
    partner_ids = fields.Many2many("res.partner", string="Customers")
    city = fields.Char(help="A part of the place, or of the postcode.")
    least = fields.Float("From This Amount")
    total = fields.Integer("Found", compute="_compute_total")
    done = fields.Integer("Looked At", readonly=True)
    made = fields.Integer("Planned", readonly=True)
    last_id = fields.Integer(readonly=True)

    # === WHAT IS FOUND === #

    def _compute_total(self):
        for fill in self:
            model = fill._sources()
            fill.total = model.search_count(fill._domain()) if fill.schedule_id else 0

    def _sources(self):
        """The model of the sources, with sudo: planning takes no accounting rights, and
        the domain names the company.
        """
        model = "sale.order" if self.source == ORDERS else "account.move"
        return self.env[model].sudo()

    def _domain(self):
        """Sources that may be owed and are on no open schedule."""
        domain = [
            ("company_id", "=", self.company_id.id),
            ("currency_id", "=", self.store_id.currency_id.id),
        ]
        own = self._order_domain if self.source == ORDERS else self._invoice_domain
        return Domain.AND([domain, own(), self._partner_domain(), self._not_planned()])

    def _partner_domain(self):
        domain = Domain.TRUE
        if self.category_ids:
            domain &= Domain("partner_id.category_id", "in", self.category_ids.ids)
        if self.partner_ids:
            domain &= Domain("partner_id", "child_of", self.partner_ids.ids)
        if self.city:
            domain &= Domain("partner_id.city", "ilike", self.city) | Domain(
                "partner_id.zip", "ilike", self.city
            )
        return domain

    def _invoice_domain(self):
        domain = [
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            # Others are said to be paid as soon as a part is, whose payment has no
            # entry yet.
            ("payment_state", "not in", ("blocked", "invoicing_legacy")),
            ("amount_residual", ">", 0.0),
            ("amount_residual", ">=", self.least),
        ]
        if self.due_until:
            domain.append(("invoice_date_due", "<=", self.due_until))
        return Domain(domain)

    def _order_domain(self):
        """Confirmed, and to be paid at the door."""
        domain = Domain("state", "=", "sale")
        if self.least:
            domain &= Domain("amount_total", ">=", self.least)
        if self.due_until:
            domain &= Domain("commitment_date", "=", False) | Domain(
                "commitment_date", "<", fields.Date.add(self.due_until, days=1)
            )
        return domain & self._to_be_collected()

    def _to_be_collected(self):
        marked = Domain("epay_collect", "=", True)
        modes = self.env["payment.provider"]._fields.get("custom_mode")
        if not modes or "cash_on_delivery" not in modes.get_values(self.env):
            return marked
        promised = [
            ("state", "=", "pending"),
            ("provider_id.custom_mode", "=", "cash_on_delivery"),
        ]
        return marked | Domain("transaction_ids", "any", promised)

    def _not_planned(self):
        """Not on an open schedule itself; the rest is looked at in `_plan`."""
        own = self._own_field()
        self.env["epay.collection.line"].flush_model([own, "state", "schedule_id"])
        self.env["epay.collection.schedule"].flush_model(["state"])

        def to_sql(model, alias, query):
            return SQL(
                """NOT EXISTS (
                    SELECT FROM epay_collection_line line
                      JOIN epay_collection_schedule plan ON plan.id = line.schedule_id
                     WHERE line.%s = %s AND line.state IN %s AND plan.state <> %s)""",
                SQL.identifier(own),
                SQL.identifier(alias, "id"),
                LIVE_STATES,
                SCHEDULE_CLOSED,
            )

        return Domain.custom(to_sql=to_sql)

    def _own_field(self):
        """The field of lines that names this kind of source."""
        return "sale_order_id" if self.source == ORDERS else "invoice_id"

    # === FILLING === #

    def action_fill(self):
        """Begin; the screen goes on step by step and shows the progress."""
        self._require_plannable()
        return {
            "type": "ir.actions.client",
            "tag": "epay_collection.fill",
            "name": self.env._("Filling %s", self.schedule_id.name),
            "target": "new",
            "params": {"fill_id": self.id, "total": self.total},
        }

    def fill_step(self):
        """Take the next sources; called by the screen until `more` is false.

        :return: dict of `done` (sources looked at), `made` (lines planned), `more`, and
            `next`: the action to go on with
        :raise WrongState: :raise AccessError:
        """
        self.ensure_one()
        self._require_plannable()
        domain = self._domain() & Domain("id", ">", self.last_id)
        sources = self._sources().search(domain, order="id", limit=FILL_STEP)
        made = self._plan(sources)
        self.write(
            {
                "done": self.done + len(sources),
                "made": self.made + made,
                "last_id": sources[-1:].id or self.last_id,
            }
        )
        return {
            "done": self.done,
            "made": self.made,
            "more": len(sources) == FILL_STEP,
            "next": self.schedule_id._open_form(),
        }

    def _require_plannable(self):
        self.schedule_id.check_access("write")
        if self.schedule_id.state == SCHEDULE_CLOSED:
            raise WrongState(self.schedule_id.sudo()._wrong_state_text())

    def _plan(self, sources):
        """Lines of what is owed by these sources; returns how many.

        An order may be planned by its invoice, and the other way round: then it is
        planned, too.
        """
        owed = sources.filtered(self._is_owed)
        live = owed._epay_lines().filtered(lambda line: line.state in LIVE_STATES)
        own = self._own_field()
        left_over = live.filtered(
            lambda line: line[own] and line.schedule_id.state == SCHEDULE_CLOSED
        )
        planned = (live - left_over)._epay_sources(own) | left_over[own]
        moved = sum(self._move(line) for line in left_over)
        return moved + self._make([self._prepare(s) for s in owed - planned])

    def _is_owed(self, source):
        """Whether so much is owed that somebody goes there, and can be booked."""
        rest = source._epay_rest()
        if rest <= 0 or source.currency_id.compare_amounts(rest, self.least) < 0:
            return False
        return self.source != ORDERS or not source._epay_paid_by_invoice()

    def _move(self, line):
        """Move a line; not one whose customer is paying ahead just now."""
        line._lock_with_deal()
        if not line._due():
            return 0
        try:
            line._drop_waiting_deal(line._no_longer_planned())
        except LineOpened:
            return 0
        line._move_to(self.schedule_id.sudo())
        return 1

    def _prepare(self, source):
        """Values of the line of an order or an invoice."""
        is_order = source._name == "sale.order"
        place = source.partner_shipping_id or source.partner_id
        return {
            "schedule_id": self.schedule_id.id,
            "partner_id": source.partner_id.id,
            "name": source.name,
            "amount": source._epay_rest(),
            "currency_id": source.currency_id.id,
            "address": place._epay_on_one_line(),
            "phone": place.phone or source.partner_id.phone,
            "sale_order_id": source.id if is_order else False,
            "invoice_id": False if is_order else source.id,
        }

    def _make(self, vals_list):
        """All at once; one by one when somebody else plans the same at this moment."""
        lines = self.env["epay.collection.line"].sudo()
        if not vals_list:
            return 0
        try:
            with self.env.cr.savepoint():
                return len(lines.create(vals_list))
        except psycopg2.errors.UniqueViolation:
            return sum(self._make_one(lines, vals) for vals in vals_list)

    def _make_one(self, lines, vals):
        try:
            with self.env.cr.savepoint():
                return len(lines.create([vals]))
        except psycopg2.errors.UniqueViolation:
            return 0
