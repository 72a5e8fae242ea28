from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..const import (
    AMOUNT_STATES,
    AUTHORIZED,
    CODE_SECONDS,
    DRAFT,
    FINAL_STATES,
    KIND_LABELS,
    KIND_SALE,
    OPEN,
    OPEN_OPERATION_STATES,
    SETTLING,
    STATE_LABELS,
    TRANSITIONS,
    VISIT_BOUND,
)
from ..db import lock_rows
from ..exceptions import WrongState
from ..reasons import Reason

# Only code of this process can hold it: a context sent by RPC never equals it.
_MACHINE = object()
# Fields that the state machine alone writes.
_MACHINE_FIELDS = {
    "state",
    "holds_counter",
    "version",
    "amount",
    "amount_by",
    "typed_amount",
    "sent_back",
    "payer_visit_id",
    "reason_visit_id",
    "accept_by_hand",
    "captured_amount",
    "refund_reserved",
    "returned_amount",
    "live_transaction_id",
    "in_doubt",
}


class EpaySession(models.Model):
    """One deal at a counter, which the clerk and one phone look at.

    This file has the fields, the database's rules and the state machine. What the clerk
    and the customer may do is in `epay_session_clerk.py`, `epay_session_customer.py`
    and `epay_session_choice.py`, the way to the provider in `epay_session_money.py`,
    what follows from its answers in `epay_session_follow.py` and
    `epay_session_late_money.py`, the books in `epay_session_books.py`, what screens are
    told in `epay_session_answer.py`.
    """

    _name = "epay.session"
    _description = "Deal at a counter"
    _order = "id desc"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char("Processing Number", readonly=True, required=True, copy=False)
    product_ref = fields.Char("Product Identification", readonly=True, copy=False)
    kind = fields.Selection(
        KIND_LABELS, required=True, default=KIND_SALE, readonly=True
    )
    state = fields.Selection(
        STATE_LABELS,
        required=True,
        default=DRAFT,
        readonly=True,
        copy=False,
        index=True,
    )
    version = fields.Integer(readonly=True, copy=False, default=0)
    counter_id = fields.Many2one(
        "epay.counter", required=True, readonly=True, ondelete="restrict"
    )
    store_id = fields.Many2one(
        related="counter_id.store_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="counter_id.company_id", store=True, index=True, precompute=True
    )
    holds_counter = fields.Boolean(readonly=True, copy=False)
    user_id = fields.Many2one("res.users", "Clerk", readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index="btree_not_null"
    )
    description = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(readonly=True, help="Zero until it is known.")
    line_ids = fields.One2many("epay.session.line", "session_id", readonly=True)
    reason = Reason(
        readonly=True,
        copy=False,
        help="Why the customer chooses again, or why it ended.",
    )
    reason_visit_id = fields.Many2one(
        "epay.visit",
        "Phone that the Reason is About",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Set for what a provider said of its payment: no other phone reads that.",
    )

    # What the customer chose (SA7).
    provider_id = fields.Many2one("payment.provider", readonly=True, copy=False)
    payment_method_id = fields.Many2one("payment.method", readonly=True, copy=False)
    token_id = fields.Many2one("payment.token", readonly=True, copy=False)
    condition_id = fields.Many2one("epay.condition", readonly=True, copy=False)
    flow = fields.Selection(
        [("direct", "Form"), ("redirect", "Redirect"), ("token", "Saved card")],
        readonly=True,
        copy=False,
    )
    charged_at_once = fields.Boolean(readonly=True, copy=False)

    # Money.
    transaction_ids = fields.One2many(
        "payment.transaction",
        "epay_session_id",
        string="Transactions",
        readonly=True,
        # Clerks may not read transactions.
        groups="epay_counter.group_epay_manager,base.group_system",
    )
    live_transaction_id = fields.Many2one(
        "payment.transaction", "Payment Attempt", readonly=True, copy=False
    )
    captured_amount = fields.Monetary(readonly=True, copy=False)
    refund_reserved = fields.Monetary(readonly=True, copy=False)
    return_state = fields.Selection(
        [("none", "None"), ("part", "In part"), ("full", "Full")],
        required=True,
        default="none",
        readonly=True,
        copy=False,
    )
    in_doubt = fields.Boolean(readonly=True, copy=False, index="btree_not_null")
    operation_ids = fields.One2many("epay.operation", "session_id", readonly=True)
    authorized_until = fields.Datetime(readonly=True, copy=False)

    # Books.
    sale_order_id = fields.Many2one(
        "sale.order", readonly=True, copy=False, index="btree_not_null"
    )
    invoice_id = fields.Many2one(
        "account.move", readonly=True, copy=False, index="btree_not_null"
    )

    # The phone and the time.
    visit_ids = fields.One2many("epay.visit", "session_id", readonly=True)
    payer_visit_id = fields.Many2one(
        "epay.visit",
        "Phone that Chose",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    accept_by_hand = fields.Boolean(
        readonly=True,
        copy=False,
        help="The clerk has sent a phone away: no other one is let in by itself.",
    )
    code_generation = fields.Integer(readonly=True, copy=False, default=1)
    expires_at = fields.Datetime(readonly=True, copy=False)
    state_date = fields.Datetime("Since", readonly=True, copy=False)
    settled_at = fields.Datetime(readonly=True, copy=False)
    event_ids = fields.One2many("epay.session.event", "session_id", readonly=True)

    # === RULES OF THE DATABASE === #

    _one_deal_holds_a_counter = models.UniqueIndex(
        "(counter_id) WHERE holds_counter", "Another deal holds this counter."
    )
    _name_uniq = models.UniqueIndex(
        "(company_id, name)",
        "A deal has this number already. Let the store's numbers go on above it.",
    )
    _counter_version = models.Index("(counter_id, version)")
    _counter_live = models.Index(f"(counter_id) WHERE state NOT IN {FINAL_STATES}")
    _counter_date = models.Index("(counter_id, create_date)")
    _expiry = models.Index(f"(expires_at) WHERE state NOT IN {FINAL_STATES}")
    _amount_known = models.Constraint(
        f"CHECK(amount >= 0 AND (amount > 0 OR state NOT IN {AMOUNT_STATES}))",
        "The amount of a deal must be above zero.",
    )
    _refunds_within_captured = models.Constraint(
        "CHECK(refund_reserved >= 0 AND captured_amount >= 0"
        " AND refund_reserved <= captured_amount)",
        "No more can be given back than was taken.",
    )

    def init(self):
        """One sequence for the versions of deals, phones and counters."""
        self.env.cr.execute("CREATE SEQUENCE IF NOT EXISTS epay_version_seq")

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Number the deals (`ir.sequence` of the store) and stamp them (SA2).

        Called by the acts of the counter only; nobody has the right to create deals by
        RPC.
        """
        # First: a number that was drawn is gone, even if nothing is made.
        self.browse().check_access("create")
        for vals in vals_list:
            store = self.env["epay.counter"].browse(vals["counter_id"]).store_id
            vals.setdefault("name", store.sequence_id.sudo().next_by_id())
            vals.setdefault("product_ref", self._new_product_ref(store))
            vals.setdefault("currency_id", store.currency_id.id)
            vals.setdefault("user_id", self.env.uid)
        sessions = super(EpaySession, self._as_machine()).create(vals_list)
        for session in sessions:
            session._append_event(False, session.state)
            session.counter_id._touch(session)
        return sessions.with_env(self.env)

    def write(self, vals):
        """Keep what the state machine alone may write from everybody else."""
        guarded = _MACHINE_FIELDS.intersection(vals)
        if guarded and self.env.context.get("epay_machine") is not _MACHINE:
            raise AccessError(
                self.env._(
                    "These fields of a deal move only by its own steps: %(names)s.",
                    names=", ".join(sorted(guarded)),
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("Deals are kept: they are the record of money."))

    def _as_machine(self):
        return self.with_context(epay_machine=_MACHINE)

    def _new_product_ref(self, store):
        """yyyymmddhhmmss in the store's time zone (product identification)."""
        now = fields.Datetime.now().replace(tzinfo=ZoneInfo("UTC"))
        return now.astimezone(ZoneInfo(store.tz)).strftime("%Y%m%d%H%M%S")

    # === THE STATE MACHINE === #

    def _transition(self, target, why=None, **values):
        """Move one locked deal to `target`: the only place that writes `state`.

        Called with the deal locked (`_lock`). The same state again is a no-op, so that
        a repeated webhook or call does no harm.

        :param str target: a state of `const.STATE_LABELS`
        :param why: the reason, for the history and the screens: a term of the code
            (`_lt`), which everybody reads in the own language, or what a person wrote
        :param values: other fields to write with it
        :return: whether the deal moved
        :raise WrongState: when the table has no such way
        """
        self.ensure_one()
        source = self.state
        if source == target:
            return False
        if target not in TRANSITIONS[self.kind].get(source, ()):
            raise WrongState(self._wrong_state_text())
        self._write_machine(
            {
                "reason_visit_id": False,
                **values,
                "state": target,
                "reason": why or False,
                "state_date": fields.Datetime.now(),
                "expires_at": self._expiry_of(target),
            }
        )
        self._append_event(source, target, why)
        return True

    def _write_machine(self, vals):
        """Write guarded fields of a locked deal and tell the screens."""
        self._as_machine().write(vals)
        self.counter_id._touch(self)

    def _lock(self):
        """Wait for the deal's row, read it afresh (docs/locking.md)."""
        return lock_rows(self)

    def _append_event(self, source, target, why=None):
        self.env["epay.session.event"].sudo()._append(self, source, target, why)

    def _expiry_of(self, state):
        """When a deal that enters `state` now expires if nobody moves it."""
        if state in FINAL_STATES:
            return False
        if state in (AUTHORIZED, SETTLING) and self.authorized_until:
            return self.authorized_until
        minutes = self.store_id.deal_minutes
        if state in (AUTHORIZED, SETTLING):
            minutes = self.store_id.authorization_minutes
        return fields.Datetime.now() + timedelta(minutes=minutes)

    def _wrong_state_text(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "This can't be done any more: deal %(number)s has moved on (%(state)s). "
            "The screen shows what can be done now.",
            number=self.name,
            state=labels[self.state],
        )

    def _require_state(self, *states):
        """Refuse unless the deal is in one of `states`."""
        self.ensure_one()
        if self.state not in states:
            raise WrongState(self._wrong_state_text())

    # === GETTERS === #

    def _bound_visit(self):
        """The phone that may pay this deal, if one is bound."""
        return self.visit_ids.filtered(lambda visit: visit.state == VISIT_BOUND)[:1]

    def _acting_visit(self):
        """The phone whose customer's act moves the money: the one that paid."""
        return self.live_transaction_id.epay_visit_id

    def _open_operation(self):
        """The operation under way on this deal itself, if any."""
        return self.operation_ids.filtered(
            lambda op: op.state in OPEN_OPERATION_STATES and not op.aside
        )[:1]

    def _shows_code(self):
        """Whether the clerk's screen shows the one-time code, which lets one phone in.

        A hook: add-ons whose deals let a phone in earlier override it together with
        `_is_for_a_phone`.
        """
        return self.state == OPEN

    def _code_turn(self):
        """How often the code on the clerk's screen was renewed since the deal began."""
        age = fields.Datetime.now() - self._code_began()
        return max(0, int(age.total_seconds()) // CODE_SECONDS)

    def _code_began(self):
        # Our clock counts whole seconds.
        return self.create_date.replace(microsecond=0)

    def _code_expires(self):
        """When the code that is shown now stops working: one turn after the next one
        takes its place."""
        seconds = (self._code_turn() + 2) * CODE_SECONDS
        return self._code_began() + timedelta(seconds=seconds)

    @api.model
    def _find_by_code(self, session_id):
        """The deal of a code on the clerk's screen; sudo, no effects."""
        return self.sudo().browse(session_id).exists()

    @api.model
    def _next_expired(self, limit=100):
        """Ids of deals whose time is up, oldest first."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM epay_session
                 WHERE state NOT IN %(final)s AND expires_at < now() AT TIME ZONE 'UTC'
                 ORDER BY expires_at LIMIT %(limit)s
                """,
                final=FINAL_STATES,
                limit=limit,
            )
        )
        return [row[0] for row in rows]
