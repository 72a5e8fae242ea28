import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import (
    BOOKS_OPERATIONS,
    CHILD_OPERATIONS,
    OP_AUTHORIZE,
    OP_FAILED,
    OP_REFUND,
    OP_REGISTER_SALE,
    OP_REQUESTED,
    OP_SUCCEEDED,
    OP_UNKNOWN,
    OPEN_OPERATION_STATES,
    OPERATION_KIND_LABELS,
    OPERATION_STATE_LABELS,
    PROVIDER_OPERATIONS,
    RECOVERY_BACKOFF,
    RECOVERY_SECONDS,
    STATE_LABELS,
)
from ..reasons import Reason, plain

_logger = logging.getLogger(__name__)


class EpayOperation(models.Model):
    """One act towards a provider or the books, written down before it is made.

    The way of an act (docs/locking.md): *intend* (by the deal, committed), *call* (no
    lock is held), *record* the answer on this row, which nobody else writes, *apply* it
    to transaction and deal under the deal's lock. Wherever the process dies, the row
    says what is known, and the recovery job goes on from there. Nothing is sent twice
    unless the provider recognizes the repetition by its idempotency key.

    This file has the fields, the database's rules, the end of an act and what is told
    of it. `epay_operation_run.py` carries it out, `epay_operation_recovery.py` takes up
    what was left unfinished.
    """

    _name = "epay.operation"
    _description = "Act towards a provider or the books"
    _order = "id desc"

    session_id = fields.Many2one(
        "epay.session", required=True, index=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="session_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="session_id.currency_id")
    kind = fields.Selection(OPERATION_KIND_LABELS, required=True, readonly=True)
    state = fields.Selection(
        OPERATION_STATE_LABELS, required=True, readonly=True, default=OP_REQUESTED
    )
    transaction_id = fields.Many2one("payment.transaction", readonly=True, index=True)
    child_id = fields.Many2one(
        "payment.transaction",
        readonly=True,
        index="btree_not_null",
        help="The transaction that Odoo makes for a capture, void or refund.",
    )
    amount = fields.Monetary(readonly=True)
    aside = fields.Boolean(
        readonly=True, help="Gives late money back; doesn't touch the deal itself."
    )
    target_state = fields.Selection(STATE_LABELS, readonly=True)
    why = Reason(readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    idempotency_key = fields.Char(readonly=True, groups="base.group_system")
    called_at = fields.Datetime(readonly=True)
    answered_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    answer = fields.Json(readonly=True, groups="base.group_system")
    error = Reason(readonly=True)

    _one_open_a_deal = models.UniqueIndex(
        f"(session_id) WHERE state IN {OPEN_OPERATION_STATES} AND aside IS NOT TRUE",
        "Another act is under way on this deal.",
    )
    _open = models.Index(f"(next_try) WHERE state IN {OPEN_OPERATION_STATES}")

    @api.model_create_multi
    def create(self, vals_list):
        """Every act gets its own key towards the provider, for all of its
        repetitions.
        """
        for vals in vals_list:
            vals.setdefault("idempotency_key", self.env["epay.operation"]._new_key())
        # The unique index looks at rows: the act that just ended must be one.
        self.flush_model(["state"])
        return super().create(vals_list)

    @api.model
    def _new_key(self):
        rows = self.env.execute_query(SQL("SELECT gen_random_uuid()::text"))
        return rows[0][0]

    # === THE END === #

    def _set_unknown(self):
        if self.state == OP_REQUESTED:
            _logger.warning(
                "Operation %s (%s) on deal %s is in doubt: %s",
                self.id,
                self.kind,
                self.session_id.name,
                self.error,
            )
            self.state = OP_UNKNOWN
            self.session_id.counter_id._touch(self.session_id)

    def _finish(self, state, error=None):
        """Close the operation as succeeded or failed. Empty recordset: nothing."""
        for operation in self:
            operation.write(
                {
                    "state": state,
                    "error": (plain(error) if state == OP_FAILED else "") or False,
                    "finished_at": fields.Datetime.now(),
                    "next_try": False,
                    "answer": False,
                }
            )

    def _outcome_by_transactions(self):
        """Succeeded or failed as the transactions say, or None while they don't."""
        child, source = self.child_id, self.transaction_id
        wanted = CHILD_OPERATIONS[self.kind]
        if child.state == wanted or self._was_voided_instead():
            return OP_SUCCEEDED
        if self.kind != OP_REFUND and source.state == wanted:
            return OP_SUCCEEDED
        return OP_FAILED if child.state in ("error", "cancel") else None

    def _was_voided_instead(self):
        """A refund of what was not settled yet, which the provider made a void."""
        return self.kind == OP_REFUND and self.child_id._epay_ended_as_void()

    # === WHAT IS TOLD === #

    def _target(self):
        """The transaction that the provider is asked about."""
        return self.child_id or self.transaction_id

    def _next_try(self):
        tries = max(1, min(self.attempts, len(RECOVERY_BACKOFF)))
        wait = RECOVERY_BACKOFF[tries - 1]
        return fields.Datetime.now() + timedelta(seconds=wait)

    def _is_for_books(self):
        """Whether our own books are written, and no provider is called.

        A hook: add-ons with books operations of their own (`kind` by `selection_add`)
        add them here and carry them out in `epay.session._book`.
        """
        return self.kind in BOOKS_OPERATIONS

    def _is_for_server(self):
        """Whether the server itself makes the call (not the customer's phone)."""
        if self.kind != OP_AUTHORIZE:
            return self.kind in PROVIDER_OPERATIONS
        return self.transaction_id.operation == "online_token"

    def _waits_for_phone(self):
        """Whether only the customer has something to do: nothing was sent yet."""
        return (
            self.kind == OP_AUTHORIZE
            and not self._is_for_server()
            and not self._is_charging()
            and self.transaction_id.state in (False, "draft")
        )

    def _is_charging(self):
        """Whether our server charges for the provider's form, and nobody knows yet what
        came of it (`payment.transaction._epay_charge_by_form`).
        """
        for_form = self.kind == OP_AUTHORIZE and not self._is_for_server()
        silent = self.state == OP_UNKNOWN or not self.answered_at
        return bool(for_form and self.called_at and silent)

    def _can_be_resolved(self):
        """Whether a manager may settle it by hand: it is in doubt, the provider has
        kept it for longer than an answer takes, or a sale can't be booked.
        """
        if self.kind == OP_REGISTER_SALE:
            return bool(self.error)
        at_provider = self.kind in PROVIDER_OPERATIONS and not self._waits_for_phone()
        limit = fields.Datetime.now() - timedelta(seconds=RECOVERY_SECONDS)
        since = self.called_at or self.create_date
        return at_provider and (self.state == OP_UNKNOWN or since < limit)

    def _clerk_values(self):
        """The operation under way as the clerk's screen shows it; empty: False."""
        if not self or self._waits_for_phone():
            return False
        since = self.called_at or self.create_date
        return {
            "kind": self.kind,
            "state": self.state,
            "since": f"{since.isoformat(timespec='seconds')}Z",
        }

    def _clerk_message(self):
        """What an act has to tell beyond the new state, or False."""
        for operation in self:
            if operation.state == OP_UNKNOWN:
                text = self.env._(
                    "The provider has not answered yet. It is being asked what became "
                    "of the payment. You may serve other customers meanwhile."
                )
                return {"type": "warning", "text": text, "code": "in_doubt"}
            if operation.error:
                code = "declined" if operation.state == OP_FAILED else "booking_failed"
                return {"type": "danger", "text": operation.error, "code": code}
        return False
