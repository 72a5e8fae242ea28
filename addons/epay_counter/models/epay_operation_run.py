import json
import logging

import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..const import (
    CHILD_NEEDS_PROVIDER_REFERENCE,
    OP_AUTHORIZE,
    OP_CAPTURE,
    OP_REFUND,
    OP_REQUESTED,
    OP_SUCCEEDED,
    OP_VOID,
    OPEN_OPERATION_STATES,
    RECOVERY_SECONDS,
)
from ..db import in_own_transaction, without_trace
from ..exceptions import EpayRefusal, ProviderOutcomeUnknown
from ..reasons import plain
from ..recorder import Recorder

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

# How long recording an answer goes on trying: it must not be lost.
_PATIENCE = 60


class EpayOperation(models.Model):
    """Carrying out: claim, call, record, apply, and let the deal follow.

    The methods that do it know only the ids: every step reads and writes in a
    transaction of its own, and the caller's snapshot may be older than the rows.
    """

    _inherit = "epay.operation"

    # === THE WAY === #

    def _run(self):
        """Carry out operations whose intent is committed, and what follows from them.

        Called by the acts after their commit, after a provider's message and by the
        recovery job. Never raises for what a provider or the books answer: that is on
        the rows.
        """
        for operation_id in self.ids:
            operation = self.browse(operation_id)
            way = operation._own(lambda op: op._way_to_run())
            if way:
                getattr(operation, way)()

    def _way_to_run(self):
        """The name of the method that carries it out, or False when the server has
        nothing to do.
        """
        if self.state != OP_REQUESTED:
            return False
        if self._is_for_books():
            return "_run_books"
        return "_run_provider" if self._is_for_server() else False

    def _run_provider(self):
        """Call the provider for the first time; who comes second has nothing to do."""
        if self._own(lambda operation: operation._claim()):
            self._send_and_apply()

    def _send_and_apply(self, repetition=False):
        """Call, record, apply: each in a transaction of its own.

        :param bool repetition: whether the same request went out before
        """
        answer = without_trace(
            self.env, lambda env: env[self._name].browse(self.id)._call(repetition)
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

    # === CALLING === #

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

    def _call(self, repetition):
        """Ask the provider; nothing written here survives, only the returned answer.

        :param bool repetition: its refusal then says nothing about the first request
        :return: dict of `outcome` (answered, refused, unknown), `data` (what the
            provider's module wanted to process), `values` (what it wrote on the
            transaction), `error`
        """
        recorder = Recorder()
        transaction = self._target().with_context(
            epay_recorder=recorder,
            epay_idempotency_key=self.idempotency_key,
            epay_repetition=repetition,
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

    # === THE BOOKS === #

    def _run_books(self):
        """Register the sale; a failure leaves the money recorded and is tried again.
        Then what follows from it.
        """
        try:
            next_ids = self._own(lambda operation: operation._book_locked())
        except Exception as error:
            if not isinstance(error, EpayRefusal):
                _logger.exception("Operation %s could not be booked", self.id)
            why = _why_not_booked(error)
            self._own(lambda operation: operation._note_booking_failure(why))
        else:
            self.browse(next_ids)._run()

    def _book_locked(self):
        """Write the books; returns ids of operations that follow."""
        session = self.session_id._lock()
        self.invalidate_recordset()
        if self.state not in OPEN_OPERATION_STATES:
            return []
        session._book(self)
        self._finish(OP_SUCCEEDED)
        return session._after_booking(self).ids

    def _note_booking_failure(self, why):
        session = self.session_id._lock()
        self.invalidate_recordset()
        if self.state not in OPEN_OPERATION_STATES:
            return  # Another process was quicker, and could do it.
        self.write({"attempts": self.attempts + 1, "error": plain(why)})
        self.next_try = self._next_try()
        if not self.aside:
            session._write_machine({"reason": plain(why)})


def _why_not_booked(error):
    """What people read; the words of the database's driver are for the log."""
    if isinstance(error, psycopg2.Error):
        return _lt("The books could not be written. It is tried again by itself.")
    return getattr(error, "term", None) or str(error) or repr(error)


def _snapshot(transaction):
    """What a provider's module may write on a transaction during a request."""
    return {
        "state": transaction.state,
        "state_message": transaction.state_message,
        "provider_reference": transaction.provider_reference,
    }
