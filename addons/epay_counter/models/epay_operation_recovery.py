import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import (
    AUTHORIZED,
    CHILD_OPERATIONS,
    KEY_HOURS,
    OP_AUTHORIZE,
    OP_FAILED,
    OP_UNKNOWN,
    OPEN_OPERATION_STATES,
    RECOVERY_SECONDS,
    SETTLED,
)
from ..db import lock_rows, without_trace
from ..exceptions import ProviderOutcomeUnknown
from ..recorder import Recorder

_logger = logging.getLogger(__name__)


class EpayOperation(models.Model):
    """Recovery: what a process left unfinished, and what is in doubt.

    A job looks for it, asks the provider, repeats where that is safe, and else leaves
    it in doubt until the provider or a manager says what became of it.
    """

    _inherit = "epay.operation"

    # === THE JOB === #

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
        if self._is_for_books():
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

    # === SENT, AND NO END === #

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
            return self._send_and_apply(repetition=True)
        answer = self._why_unanswered(known)
        self._own(lambda operation: operation._record(answer))
        return self._apply_and_go_on()

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

    def _is_unanswered(self):
        """Sent by the server, and nothing came back (a webhook may be awaited else)."""
        is_open = self.state in OPEN_OPERATION_STATES
        silent = self.state == OP_UNKNOWN or not self.answered_at
        sent = self._is_for_server() or self._is_charging()
        return is_open and silent and sent

    def _may_repeat(self):
        """Whether the request was lost and the provider recognizes its repetition."""
        provider = self._target().provider_id
        limit = fields.Datetime.now() - timedelta(hours=KEY_HOURS)
        return (
            self._is_unanswered()
            # What the customer entered in a form is not kept: it can't be sent again.
            and self._is_for_server()
            and self.called_at > limit
            and provider._epay_is_idempotent()
            and provider.state != "disabled"
        )

    def _why_unanswered(self, known):
        """What to make of it when the provider can't be asked, or knows nothing."""
        if known and not known[1]:
            error = self.env._("The provider never got the request.")
            return {"outcome": "refused", "error": error}
        return {
            "outcome": "unknown",
            "error": self.env._("No answer from the provider."),
        }

    # === BY HAND === #

    def _resolve(self, outcome, reason):
        """A manager's word on an operation in doubt; returns operations to run."""
        session = self.session_id
        session._append_event(session.state, session.state, reason)
        if self._is_for_books():
            self._resolve_booking(outcome, reason)
        elif outcome == OP_FAILED:
            # The customer reads why an authorization failed; the manager's words are
            # for the history.
            said = "" if self.kind == OP_AUTHORIZE else reason
            self._target()._set_error(said)
        else:
            authorized = "done" if session.charged_at_once else "authorized"
            self._target()._epay_set_state(
                CHILD_OPERATIONS.get(self.kind, authorized), ""
            )
        return session._follow()

    def _resolve_booking(self, outcome, reason):
        """A sale that can't be booked by itself was entered by hand, or is given up:
        the money is still there, and the deal may be dropped.
        """
        self._finish(outcome, reason)
        if outcome == OP_FAILED:
            self.session_id._transition(AUTHORIZED, reason)
            # The goods may be gone: no clock gives this money back, a person decides.
            self.session_id._write_machine({"expires_at": False, "warn_at": False})
        else:
            now = fields.Datetime.now()
            self.session_id._transition(SETTLED, reason, settled_at=now)
