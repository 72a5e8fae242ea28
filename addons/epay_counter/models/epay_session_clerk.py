from odoo import models
from odoo.exceptions import AccessError, MissingError
from odoo.tools.translate import LazyTranslate

from ..acts import act
from ..const import (
    AUTHORIZED,
    AUTHORIZING,
    CANCELLED,
    CHOSEN,
    DROPPABLE_STATES,
    FINAL_STATES,
    OP_CAPTURE,
    OP_FAILED,
    OP_REGISTER_SALE,
    OP_SUCCEEDED,
    OP_UNKNOWN,
    OPEN_OPERATION_STATES,
    SETTLED,
    SETTLING,
)
from ..exceptions import (
    AmountMismatch,
    ChoiceChanged,
    InDoubt,
    ManagerOnly,
    NotYourCounter,
    ReasonMissing,
    WrongState,
)
from ..guards import require_saved
from ..tools.text import one_line

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """What the clerk orders (SA9, SA14) and what a manager may do besides."""

    _inherit = "epay.session"

    # === ACTS === #

    @act
    def request_authorization(self, amount=None, choice=None):
        """Have the customer's payment authorized (SA9). That confirms an amount that
        the customer entered, and freezes it.

        A saved card is charged by the server at once; for other methods the customer's
        phone goes to the provider's form. The call again while it runs does nothing.

        :param amount: what the clerk has seen (number or decimal string); the customer
            may just have changed it
        :param str choice: the same of the whole choice (SA8), as the answer's `choice`
            has it: method, saved card, conditions, amount and phone
        :raise WrongState: when the customer has not chosen (or chooses again)
        :raise AmountMismatch: it is another amount by now
        :raise ChoiceChanged: it is another choice by now
        :raise MethodNotOffered: :raise ProviderDisabled: when that changed in between
        """
        self._lock()
        if self.state == AUTHORIZING:
            return None
        self._require_state(CHOSEN)
        self._require_amount_seen(amount)
        self._require_choice_seen(choice)
        self._check_choice_still_offered()
        self._transition(AUTHORIZING)
        return self._intend_authorization()

    @act
    def settle(self):
        """Take the money and register the sale (SA14).

        With a provider that charged at once only the books follow. Pressed again it
        resumes a booking that failed; a settled deal stays as it is.

        :raise WrongState: before the authorization
        :raise InDoubt: while the outcome of an act is unknown
        :raise AmountMismatch: only a part was taken at the provider, and no more can be
        """
        self._lock()
        if self.state == SETTLED:
            return None
        if self.state == SETTLING:
            return self._open_operation().filtered(
                lambda op: op.kind == OP_REGISTER_SALE
            )
        self._require_state(AUTHORIZED)
        self._require_nothing_under_way()
        self._require_takeable()
        self._transition(SETTLING)
        if self._is_captured():
            return self._intend(OP_REGISTER_SALE, self.live_transaction_id)
        return self._intend(OP_CAPTURE, self.live_transaction_id)

    @act
    def cancel(self, reason=None):
        """Drop a deal that is not settled; the customer is told.

        An authorization is voided, a method that charged at once is refunded; the deal
        ends once the provider did it.

        :raise WrongState: when it is settled or ended already
        :raise InDoubt: while the outcome of an act is unknown
        :raise NotRefundable: the provider can't give a charged payment back
        """
        reason = one_line(reason)
        self._lock()
        if self.state == CANCELLED:
            return None
        self._require_state(*DROPPABLE_STATES)
        self._give_up_inquiry()
        self._require_nothing_under_way(but_form=True)
        return self._drop(CANCELLED, reason or self._dropped_reason())

    def _dropped_reason(self):
        """What the customer reads where the clerk gave no reason."""
        if self._is_return():
            return _lt("The clerk dropped this return.")
        return _lt("The clerk ended this payment.")

    @act
    def resolve(self, outcome, reason, operation_id=None):
        """A manager settles an operation in doubt by hand, with what the provider says.

        :param str outcome: `succeeded` or `failed`
        :param str reason: what was found out, for the history
        :param int operation_id: the operation that was looked up at the provider;
            without, the one that is in doubt now
        :raise ManagerOnly: :raise ReasonMissing: :raise WrongState: nothing is in
            doubt, or somebody else has resolved it
        """
        reason = one_line(reason)
        if not self.sudo(False).counter_id._is_manager():
            raise ManagerOnly(self.env._("Only the store's manager can resolve this."))
        if outcome not in (OP_SUCCEEDED, OP_FAILED) or not reason:
            raise ReasonMissing(
                self.env._(
                    "Say what the provider did, “succeeded” or “failed”, and why."
                )
            )
        self._lock()
        operation = self._operation_to_resolve(operation_id)
        if not operation._can_be_resolved():
            raise WrongState(operation._not_in_doubt_text())
        return operation._resolve(outcome, reason)

    def _operation_to_resolve(self, operation_id):
        """The operation in doubt, which is the one that the manager has looked up.

        :raise WrongState: when that one is not open any more
        """
        if not operation_id:
            return self._open_operation() or self._doubtful_aside()
        operation = self.operation_ids.filtered(lambda op: op.id == operation_id)
        if operation.state not in OPEN_OPERATION_STATES:
            raise WrongState(operation._not_in_doubt_text())
        return operation

    def _doubtful_aside(self):
        """An act that gives late money back and whose outcome is unknown."""
        return self.operation_ids.filtered(
            lambda op: op.aside and op.state == OP_UNKNOWN
        )[:1]

    # === CHECKS === #

    def _check_clerk(self):
        """Refuse everybody but the clerks and managers of the deal's counter."""
        try:
            require_saved(self)
            self.check_access("read")
            self.fetch(["counter_id"])
        except (AccessError, MissingError) as error:
            raise NotYourCounter(
                self.env._("There is no such deal at your counters.")
            ) from error
        self.counter_id._check_clerk()

    def _require_choice_seen(self, choice):
        """Refuse to ask for what the clerk has not seen: the customer may have chosen
        anew a moment ago, such as a saved card in place of a form.

        :param choice: `_choice_mark` as it was shown; None if the caller doesn't say
        :raise ChoiceChanged:
        """
        if choice is not None and choice != self._choice_mark():
            raise ChoiceChanged(
                self.env._(
                    "The customer has just chosen anew. Look at it again before you go "
                    "on."
                )
            )

    def _require_takeable(self):
        """Refuse when somebody captured a part at the provider and the rest is gone.

        :raise AmountMismatch:
        """
        live = self.live_transaction_id
        if live.state == "done" and not self._is_captured():
            raise AmountMismatch(
                self.env._(
                    "Only %(taken)s of %(amount)s was taken at the provider, and no "
                    "more can be. Drop the deal; the customer gets it back.",
                    taken=self.currency_id._epay_in_text(self.captured_amount),
                    amount=self.currency_id._epay_in_text(self.amount),
                )
            )

    def _require_nothing_under_way(self, but_form=False):
        """Refuse while an operation runs or its outcome is unknown.

        :param bool but_form: let pass an authorization for which only the customer's
            phone has something to do
        """
        if self.in_doubt:
            raise InDoubt(
                self.env._(
                    "The outcome at the provider is not known yet. Nothing else may "
                    "start on deal %(number)s; it is being asked. You may serve other "
                    "customers meanwhile.",
                    number=self.name,
                )
            )
        operation = self._open_operation()
        if operation and not (but_form and operation._waits_for_phone()):
            raise InDoubt(
                self.env._(
                    "The provider is being asked. Please wait for its answer. You may "
                    "serve other customers meanwhile."
                )
            )

    def _may_be_parked(self):
        """Whether `next()` may leave the deal to itself."""
        pending = self.live_transaction_id.state == "pending"
        return (
            self.in_doubt
            or self.state in (AUTHORIZED, SETTLING)
            or (self.state == AUTHORIZING and pending)
            or bool(self._open_operation().filtered("called_at"))
        )

    def _is_parked(self):
        return not self.holds_counter and self.state not in FINAL_STATES

    # === THE ANSWER === #

    def _answer(self, operation_ids=()):
        """The contract's answer: this deal at its counter."""
        # Also of what followed: a capture is done, but booking it failed.
        operations = self.operation_ids.browse(operation_ids) | self._open_operation()
        answer = self.counter_id._answer(operations.ids)
        answer["session"] = self._clerk_values()
        return answer
