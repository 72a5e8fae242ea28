import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..const import (
    BOOKS_OPERATIONS,
    CHILD_NEEDS_PROVIDER_REFERENCE,
    KEY_HOURS,
    OP_AUTHORIZE,
    OP_CAPTURE,
    OP_FAILED,
    OP_REFUND,
    OP_REQUESTED,
    OP_SUCCEEDED,
    OP_UNKNOWN,
    OP_VOID,
    OPEN_OPERATION_STATES,
    OPERATION_KIND_LABELS,
    OPERATION_STATE_LABELS,
    PROVIDER_OPERATIONS,
    RECOVERY_BACKOFF,
    RECOVERY_SECONDS,
    REFUND_MAY_VOID,
    STATE_LABELS,
)
from ..db import in_own_transaction, lock_rows, without_trace
from ..exceptions import EpayRefusal, ProviderOutcomeUnknown
from ..recorder import Recorder

_logger = logging.getLogger(__name__)

# How long recording an answer goes on trying: it must not be lost.
_PATIENCE = 60


class EpayOperation(models.Model):
    """One act towards a provider or the books, written down before it is made.

    The way of an act (docs/locking.md): *intend* (by the deal, committed), *call* (no
    lock is held), *record* the answer on this row, which nobody else writes, *apply* it
    to transaction and deal under the deal's lock. Wherever the process dies, the row
    says what is known, and the recovery job goes on from there. Nothing is sent twice
    unless the provider recognizes the repetition by its idempotency key.
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
    why = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    idempotency_key = fields.Char(readonly=True, groups="base.group_system")
    called_at = fields.Datetime(readonly=True)
    answered_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    answer = fields.Json(readonly=True, groups="base.group_system")
    error = fields.Char(readonly=True)

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

    # === CARRYING OUT === # Methods of this part know only the ids: every step reads
    # and writes in a transaction of its own, and the caller's snapshot may be older
    # than the rows.

    def _run(self):
        """Carry out operations whose intent is committed, and what follows from them.

        Called by the acts after their commit, after a provider's message and by the
        recovery job. Never raises for what a provider or the books answer: that is on
        the rows.
        """
        for operation_id in self.ids:
            operation = self.browse(operation_id)
            kind = operation._own(lambda op: op._kind_to_run())
            if kind in BOOKS_OPERATIONS:
                operation._run_books()
            elif kind:
                operation._run_provider()

    def _kind_to_run(self):
        """The kind, or False when the server has nothing to carry out."""
        to_do = self.kind in BOOKS_OPERATIONS or self._is_for_server()
        return self.kind if to_do and self.state == OP_REQUESTED else False

    def _run_provider(self):
        """Call the provider for the first time; who comes second has nothing to do."""
        if self._own(lambda operation: operation._claim()):
            self._send_and_apply()

    def _send_and_apply(self):
        """Call, record, apply: each in a transaction of its own."""
        answer = without_trace(
            self.env, lambda env: env[self._name].browse(self.id)._call()
        )
        self._own(lambda operation: operation._record(answer))
        self._apply_and_go_on()

    def _apply_and_go_on(self):
        """Apply the recorded answer to the transaction, then let the deal follow under
        its lock. Two steps, because some providers' modules ask again while they apply,
        and no lock may be held meanwhile.
        """
        try:
            self._own(lambda operation: operation._apply_answer())
        except Exception:
            # What the provider said can't be made out: that is doubt, not failure.
            _logger.exception("The answer of operation %s can't be applied", self.id)
            self._own(lambda operation: operation._set_unknown())
        next_ids = self._own(
            lambda operation: operation.session_id._lock()._follow().ids
        )
        self.browse(next_ids)._run()

    def _own(self, step):
        """`step(operation)` in a transaction of its own, repeated until it holds."""
        return in_own_transaction(
            self.env,
            lambda env: step(env[self._name].browse(self.id)),
            patience=_PATIENCE,
        )

    def _claim(self):
        """Take the operation for its first call; False when somebody else has it."""
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE epay_operation
                   SET called_at = now() AT TIME ZONE 'UTC',
                       attempts = COALESCE(attempts, 0) + 1,
                       next_try = now() AT TIME ZONE 'UTC'
                                  + make_interval(secs => %(wait)s)
                 WHERE id = %(id)s AND called_at IS NULL AND state = %(requested)s
                RETURNING id
                """,
                id=self.id,
                wait=RECOVERY_SECONDS,
                requested=OP_REQUESTED,
            )
        )
        self.invalidate_recordset()
        if rows:
            self.session_id.counter_id._touch(self.session_id)
        return bool(rows)

    def _call(self):
        """Ask the provider; nothing written here survives, only the returned answer.

        :return: dict of `outcome` (answered, refused, unknown), `data` (what the
            provider's module wanted to process), `values` (what it wrote on the
            transaction), `error`
        """
        recorder = Recorder()
        transaction = self._target().with_context(
            epay_recorder=recorder,
            epay_idempotency_key=self.idempotency_key,
            epay_repetition=self.state == OP_UNKNOWN or self.attempts > 1,
            payment_backend_action=True,
        )
        self._lend_reference()
        before = _snapshot(transaction)
        try:
            transaction._ensure_provider_is_not_disabled()
            self._send(transaction)
        except ProviderOutcomeUnknown as error:
            return {"outcome": "unknown", "error": str(error)}
        except (ValidationError, UserError) as error:
            return {"outcome": "refused", "error": str(error)}
        except Exception as error:
            _logger.exception("Operation %s: the outcome is unknown", self.id)
            return {"outcome": "unknown", "error": repr(error)}
        after = _snapshot(transaction)
        return {
            "outcome": "answered",
            "data": recorder.data,
            "values": {key: after[key] for key in after if after[key] != before[key]},
        }

    def _lend_reference(self):
        """Give the child the payment's reference for the time of the call, where a
        provider's module looks for it there. It is rolled back with the call: webhooks
        search by it, and must find the payment alone.
        """
        needs = CHILD_NEEDS_PROVIDER_REFERENCE.get(self.kind, ())
        if self.child_id.provider_code in needs:
            self.child_id.provider_reference = self.transaction_id.provider_reference

    def _send(self, transaction):
        """The provider module's own request for this kind of act."""
        senders = {
            OP_AUTHORIZE: "_send_payment_request",
            OP_CAPTURE: "_send_capture_request",
            OP_VOID: "_send_void_request",
            OP_REFUND: "_send_refund_request",
        }
        getattr(transaction, senders[self.kind])()

    def _target(self):
        """The transaction that the provider is asked about."""
        return self.child_id or self.transaction_id

    # === RECORDING AND APPLYING === #

    def _record(self, answer, answered=True):
        """Write the answer on this row, which nobody else writes.

        :param bool answered: whether it ends the waiting for the request's own answer
        """
        known = self.answer and self.answer["outcome"] != "unknown"
        if known and answer["outcome"] == "unknown":
            return  # Who called was slower than the recovery job, but knows more.
        self.write(
            {
                "answer": json.loads(json.dumps(answer, default=str)),
                "answered_at": fields.Datetime.now() if answered else self.answered_at,
                "error": (answer.get("error") or "")[:500] or False,
            }
        )

    def _apply_answer(self):
        """Hand the recorded answer to the transaction, without the deal's lock."""
        if not self.answer:
            return
        is_open = self.state in OPEN_OPERATION_STATES
        outcome = self.answer["outcome"]
        if outcome == "answered":
            # Also when a manager's word came first: what the provider did counts.
            self.with_context(epay_applying=True)._process_answer()
        elif is_open and outcome == "unknown":
            self._set_unknown()
        elif is_open:
            self._target()._set_error(self.answer["error"])
        self.answer = False

    def _process_answer(self):
        """Hand the provider's data to Odoo's engine, as if it had just arrived."""
        transaction = self._target()
        values = self.answer.get("values") or {}
        state, message = values.pop("state", None), values.pop("state_message", "")
        if values:
            transaction.write(values)
        for code, data in self.answer.get("data") or []:
            transaction._process(code, data)
        if state and not self.answer.get("data"):
            transaction._epay_set_state(state, message)

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
                    "error": (error or "")[:500] or False
                    if state == OP_FAILED
                    else False,
                    "finished_at": fields.Datetime.now(),
                    "next_try": False,
                    "answer": False,
                }
            )

    def _outcome_by_transactions(self):
        """Succeeded or failed as the transactions say, or None while they don't."""
        child, source = self.child_id, self.transaction_id
        wanted = {OP_CAPTURE: "done", OP_VOID: "cancel", OP_REFUND: "done"}[self.kind]
        if child.state == wanted or self._was_voided_instead():
            return OP_SUCCEEDED
        if self.kind != OP_REFUND and source.state == wanted:
            return OP_SUCCEEDED
        return OP_FAILED if child.state in ("error", "cancel") else None

    def _was_voided_instead(self):
        """A refund of what was not settled yet, which the provider made a void."""
        return (
            self.kind == OP_REFUND
            and self.child_id.state == "cancel"
            and self.child_id.provider_code in REFUND_MAY_VOID
        )

    # === THE BOOKS === #

    def _run_books(self):
        """Register the sale; a failure leaves the money recorded and is tried again."""
        try:
            self._own(lambda operation: operation._book_locked())
        except Exception as error:
            if not isinstance(error, EpayRefusal):
                _logger.exception("Operation %s could not be booked", self.id)
            text = str(error)
            self._own(lambda operation: operation._note_booking_failure(text))

    def _book_locked(self):
        session = self.session_id._lock()
        self.invalidate_recordset()
        if self.state in OPEN_OPERATION_STATES:
            session._book(self)
            self._finish(OP_SUCCEEDED)

    def _note_booking_failure(self, text):
        session = self.session_id._lock()
        self.write({"attempts": self.attempts + 1, "error": text[:500]})
        self.next_try = self._next_try()
        if not self.aside:
            session._write_machine({"reason": text[:500]})

    # === RECOVERY === #

    @api.model
    def _wake_recovery(self):
        """Have the recovery job look a minute from now: a killed worker triggers
        nothing.
        """
        cron = self.env.ref("epay_counter.ir_cron_recover").sudo()
        cron._trigger(fields.Datetime.now() + timedelta(seconds=RECOVERY_SECONDS))

    @api.model
    def _cron_recover(self):
        """Take up operations that nobody finished (cron, every minute, and
        triggered).
        """
        for operation_id in self._waiting_ids():
            try:
                self.browse(operation_id)._recover()
            except Exception:
                # One operation that can't be recovered must not stop the others.
                _logger.exception("Recovery of operation %s failed", operation_id)
        self.env["epay.session"]._sweep_late_money()

    @api.model
    def _waiting_ids(self):
        now = fields.Datetime.now()
        return self.search(
            [
                ("state", "in", OPEN_OPERATION_STATES),
                ("create_date", "<", now - timedelta(seconds=RECOVERY_SECONDS)),
                "|",
                ("next_try", "=", False),
                ("next_try", "<=", now),
            ]
        ).ids

    def _recover(self):
        """Bring one operation nearer to its end."""
        plan = self._own(lambda operation: operation._plan_recovery())
        if plan:
            getattr(self, plan)()

    def _plan_recovery(self):
        """Take the operation for one try and say what to do: the name of a method.

        The try is counted and the next one set before anything is sent; a second
        recovery job finds the row taken.
        """
        lock_rows(self)
        taken = self.next_try and self.next_try > fields.Datetime.now()
        if taken or self.state not in OPEN_OPERATION_STATES:
            return False
        if self.kind in BOOKS_OPERATIONS:
            # Counted when it fails.
            self.next_try = self._next_try()
            return "_run_books"
        self.attempts += 1
        self.next_try = self._next_try()
        if self.answer:
            return "_apply_and_go_on"
        if self._waits_for_phone() and not self.transaction_id:
            return False
        if self._is_for_server() and not self.called_at:
            return "_run_provider"
        return "_recover_called"

    def _recover_called(self):
        """It was sent and the end is missing: ask, or repeat where that is safe."""
        known = without_trace(
            self.env, lambda env: env[self._name].browse(self.id)._inquire()
        )
        if known and known[1]:
            answer = {"outcome": "answered", "data": [known]}
            self._own(lambda operation: operation._record(answer, answered=False))
            self._apply_and_go_on()
        if not self._own(lambda operation: operation._is_unanswered()):
            return self._apply_and_go_on()
        if self._own(lambda operation: operation._may_repeat()):
            return self._send_and_apply()
        answer = self._why_unanswered(known)
        self._own(lambda operation: operation._record(answer))
        return self._apply_and_go_on()

    def _why_unanswered(self, known):
        """What to make of it when the provider can't be asked, or knows nothing."""
        if known and not known[1]:
            error = self.env._("The provider never got the request.")
            return {"outcome": "refused", "error": error}
        return {
            "outcome": "unknown",
            "error": self.env._("No answer from the provider."),
        }

    def _is_unanswered(self):
        """Sent by the server, and nothing came back (a webhook may be awaited else)."""
        is_open = self.state in OPEN_OPERATION_STATES
        silent = self.state == OP_UNKNOWN or not self.answered_at
        return is_open and silent and self._is_for_server()

    def _may_repeat(self):
        """Whether the request was lost and the provider recognizes its repetition."""
        provider = self._target().provider_id
        limit = fields.Datetime.now() - timedelta(hours=KEY_HOURS)
        return (
            self._is_unanswered()
            and self.called_at > limit
            and provider._epay_is_idempotent()
            and provider.state != "disabled"
        )

    def _inquire(self):
        """`[provider code, data]` about the transaction; data is empty when the
        provider knows nothing of it. None when it can't be asked.
        """
        transaction = self._target().with_context(epay_recorder=Recorder())
        if not transaction or transaction.state not in ("draft", "pending"):
            return None
        try:
            data = transaction._epay_fetch_payment_data()
        except (ValidationError, UserError, ProviderOutcomeUnknown) as error:
            _logger.info("Operation %s could not be inquired: %s", self.id, error)
            return None
        return None if data is None else [transaction.provider_code, data]

    def _next_try(self):
        tries = max(1, min(self.attempts, len(RECOVERY_BACKOFF)))
        wait = RECOVERY_BACKOFF[tries - 1]
        return fields.Datetime.now() + timedelta(seconds=wait)

    def _resolve(self, outcome, reason):
        """A manager's word on an operation in doubt; returns operations to run."""
        session = self.session_id
        session._append_event(session.state, session.state, reason)
        if outcome == OP_FAILED:
            self._target()._set_error(reason)
        else:
            target = {OP_CAPTURE: "done", OP_VOID: "cancel", OP_REFUND: "done"}
            authorized = "done" if session.charged_at_once else "authorized"
            self._target()._epay_set_state(target.get(self.kind, authorized), "")
        return session._follow()

    # === WHAT IS TOLD === #

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
            and self.transaction_id.state in (False, "draft")
        )

    def _can_be_resolved(self):
        """Whether a manager may settle it by hand: it is in doubt, or the provider has
        kept it for longer than an answer takes. Booking only waits for its cause.
        """
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
                    "The provider did not answer. It is being asked; do not pay again. "
                    "“Next” lets you go on meanwhile."
                )
                return {"type": "warning", "text": text, "code": "in_doubt"}
            if operation.error:
                code = "declined" if operation.state == OP_FAILED else "booking_failed"
                return {"type": "danger", "text": operation.error, "code": code}
        return False


def _snapshot(transaction):
    """What a provider's module may write on a transaction during a request."""
    return {
        "state": transaction.state,
        "state_message": transaction.state_message,
        "provider_reference": transaction.provider_reference,
    }
