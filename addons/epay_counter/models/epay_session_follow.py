from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..const import (
    AUTHORIZED,
    AUTHORIZING,
    CANCELLED,
    CHILD_OPERATIONS,
    DROPPED_STATES,
    ENGAGED,
    GIVE_BACK_MINUTES,
    GIVE_BACK_TRIES,
    LOCK_TIMEOUT_SECONDS,
    OP_CAPTURE,
    OP_FAILED,
    OP_REFUND,
    OP_REGISTER_SALE,
    OP_REVERSE_SALE,
    OP_SUCCEEDED,
    OP_UNKNOWN,
    OP_VOID,
    OPEN_OPERATION_STATES,
    PAID_STATES,
    SETTLING,
)
from ..db import in_own_transaction
from ..reasons import as_stored, plain

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """Following: the deal is brought in line with what happened to its money.

    `_follow` is the one place where a provider's answer moves a deal. It looks at the
    transactions and operations as they are, whoever changed them (an operation's
    answer, a webhook, a return page, the recovery job), and may be called any number of
    times.
    """

    _inherit = "epay.session"

    @api.model
    def _follow_one(self, session_id, patience=LOCK_TIMEOUT_SECONDS):
        """Have a deal follow in a transaction of its own, and carry out what comes of
        it. Called after a commit and by the recovery job.

        :param int session_id: the deal, maybe newer than the caller's snapshot
        :param float patience: seconds to go on trying while others hold the deal
        :raise Busy: others held it for longer than that
        """
        operation_ids = in_own_transaction(
            self.env,
            lambda env: env["epay.session"].browse(session_id)._lock()._follow().ids,
            patience=patience,
        )
        self.env["epay.operation"].browse(operation_ids)._run()

    def _follow(self):
        """Bring the locked deal in line with its transactions; returns operations to
        run.
        """
        self.ensure_one()
        if self.state == AUTHORIZING:
            self._follow_authorization()
        self._follow_operation()
        self._follow_failed_refunds()
        self._follow_end_at_provider()
        self._follow_captured()
        self._follow_doubt()
        return self._booking() | self._washing() | self._give_back_late_money()

    # === THE AUTHORIZATION === #

    def _follow_authorization(self):
        """authorizing → authorized, or back to choosing when it was declined (SA13)."""
        operation = self._open_operation()
        paid = self._successful_attempt()
        if paid:
            if paid != self.live_transaction_id:
                self._write_machine({"live_transaction_id": paid.id})
            operation.transaction_id = paid
            operation._finish(OP_SUCCEEDED)
            until = fields.Datetime.now() + timedelta(
                minutes=self.store_id.authorization_minutes
            )
            self._transition(
                AUTHORIZED,
                authorized_until=until,
                warn_at=self._warn_before(until),
                **_paid_with(paid),
            )
        elif self.live_transaction_id.state in ("error", "cancel"):
            self._back_to_choosing(operation)
        elif self.live_transaction_id.state == "pending":
            # No move, but the provider's turn now, and the deal may be parked.
            self.counter_id._touch(self)

    def _back_to_choosing(self, operation):
        """Declined: no new scan, the same phone chooses again; where none is bound any
        more, the next one by a new code.
        """
        live = self.live_transaction_id
        why = live.state_message or (
            _lt("The payment was cancelled.")
            if live.state == "cancel"
            else _lt("The payment was declined.")
        )
        operation._finish(OP_FAILED, why)
        self._write_machine({"live_transaction_id": False})
        whose = {
            "partner_id": self._buyer().id,
            "reason_visit_id": live.epay_visit_id.id,
        }
        if not self._bound_visit():
            self._reopen(plain(why), **whose)
            return
        again = self._no_choice(self._is_same_phone())
        self._transition(ENGAGED, plain(why), **again, **whose)

    def _successful_attempt(self):
        """The attempt that pays the deal: the live one, or an older one that came
        late.
        """
        right = self._attempts().filtered(
            lambda tx: (
                tx.state in PAID_STATES and not tx.epay_late and self._may_pay(tx)
            )
        )
        return right.filtered(lambda tx: tx == self.live_transaction_id) or right[:1]

    def _may_pay(self, tx):
        """Whether `tx` may still pay this deal, whose authorization is waited for.

        An older attempt of the sum may, by the phone that chose or in the name of the
        customer whose sale it is. Another customer's, on whose phone the deal was
        before, is late money: it must not pay what is sold to somebody else.
        """
        is_sum = tx.currency_id == self.currency_id and not (
            self.currency_id.compare_amounts(tx.amount, self.amount)
        )
        is_theirs = (
            tx == self.live_transaction_id
            or tx.epay_visit_id == self.payer_visit_id
            or tx.partner_id == self.partner_id
        )
        return is_sum and is_theirs

    # === CAPTURE, VOID AND REFUND === #

    def _follow_operation(self):
        """Finish a capture, void or refund whose transaction reached its end."""
        for operation in self.operation_ids.filtered(
            lambda op: op.state in OPEN_OPERATION_STATES and op.kind in CHILD_OPERATIONS
        ):
            outcome = operation._outcome_by_transactions()
            if outcome:
                operation._finish(outcome, operation.child_id.state_message)
                self._after_operation(operation, outcome)

    def _after_operation(self, operation, outcome):
        """Move the deal after a capture, void or refund became final."""
        said = as_stored(operation)
        why = plain(said.error or said.why)
        if operation.aside:
            return
        if operation.kind == OP_CAPTURE and outcome == OP_FAILED:
            self._transition(AUTHORIZED, why)
        elif operation.kind in (OP_VOID, OP_REFUND) and outcome == OP_SUCCEEDED:
            self._transition(operation.target_state or CANCELLED, plain(said.why))
        elif outcome == OP_FAILED:
            self._write_machine(
                {"reason": why, "expires_at": self._next_drop(operation)}
            )

    def _next_drop(self, operation):
        """When an expired deal that could not be given back is tried again: after a
        pause, a few times, then by hand.
        """
        failed = self.operation_ids.filtered(
            lambda op: op.kind == operation.kind and op.state == OP_FAILED
        )
        if len(failed) >= GIVE_BACK_TRIES:
            why = _lt("The provider refuses to give it back. See to it there.")
            self._append_event(self.state, self.state, why)
            return False
        return fields.Datetime.now() + timedelta(
            minutes=GIVE_BACK_MINUTES * 4 ** len(failed)
        )

    def _follow_failed_refunds(self):
        """A refund that was done may fail later (the card's account was closed)."""
        for operation in self.operation_ids.filtered(
            lambda op: (
                op.kind == OP_REFUND
                and op.state == OP_SUCCEEDED
                and op.child_id.state == "error"
            )
        ):
            operation._finish(OP_FAILED, operation.child_id.state_message)
            why = _lt(
                "Refund %(reference)s failed afterwards. See to it at the provider.",
                reference=operation.child_id.reference,
            )
            self._after_failed_refund(operation, why)

    def _after_failed_refund(self, operation, why):
        """What follows when a refund that was done has failed; `why` says it.

        Sending it again to the same card would fail again, or reach an account that
        nobody reads: from here on a person sees to it, and the job doesn't.
        """
        operation.transaction_id.epay_stuck = True
        self._note_reason(why)

    def _note_reason(self, why):
        """Say on the deal and in its history what happened without moving it."""
        self._append_event(self.state, self.state, why)
        self._write_machine({"reason": why})

    def _follow_end_at_provider(self):
        """An authorization that ended at the provider (revoked there, or given back in
        its dashboard) can't be settled any more.
        """
        live = self.live_transaction_id
        if self.state != AUTHORIZED or self._open_operation():
            return
        if live.state in ("cancel", "error") or live._epay_is_returned():
            why = live.state_message or _lt("It was ended at the provider.")
            about = live.epay_visit_id.id
            self._transition(CANCELLED, plain(why), reason_visit_id=about)

    def _follow_captured(self):
        """How much was taken, by what the transactions say."""
        captured = self.live_transaction_id._epay_captured_amount()
        if self.currency_id.compare_amounts(captured, self.captured_amount):
            reserved = min(self.refund_reserved, captured)
            self._write_machine(
                {"captured_amount": captured, "refund_reserved": reserved}
            )

    def _is_captured(self):
        """Whether the provider has taken all of the live attempt's money."""
        live = self.live_transaction_id
        return bool(live) and not self.currency_id.compare_amounts(
            live._epay_captured_amount(), live.amount
        )

    def _follow_doubt(self):
        """In doubt as long as the outcome of an operation is unknown."""
        in_doubt = any(
            op.state == OP_UNKNOWN and not op.aside for op in self.operation_ids
        )
        if in_doubt != self.in_doubt:
            self._write_machine({"in_doubt": in_doubt})

    # === WHAT COMES NEXT === #

    def _booking(self):
        """Once the money is captured the sale is registered, as an act of its own."""
        none = self.env["epay.operation"]
        if self.state != SETTLING or not self._is_captured() or self._open_operation():
            return none
        return self._intend(OP_REGISTER_SALE, self.live_transaction_id)

    def _washing(self):
        """Money that was charged and went back without a sale goes to the books, too,
        whoever refunded it; and leaves them when that failed afterwards.

        :return: one operation for each such refund that is not in the books as it is
        """
        operations = self.env["epay.operation"]
        for tx in self._attempts().filtered(self._is_unsold):
            refunds = tx._epay_refund_children().filtered(self._is_booked_wrong)
            for refund in refunds.filtered(lambda tx: not tx.epay_maybe_id):
                operations |= self._intend(
                    OP_REVERSE_SALE, tx, child_id=refund.id, aside=True
                )
        return operations

    def _is_unsold(self, tx):
        """Whether `tx` will never pay a sale of this deal."""
        beside = tx != self.live_transaction_id
        return not tx.invoice_ids and (beside or self.state in DROPPED_STATES)

    def _is_booked_wrong(self, refund):
        """Whether the books say another thing of `refund` than the provider."""
        return self._is_booked(refund) not in (None, refund.state == "done")

    def _is_booked(self, refund):
        """Whether the books have `refund`; None while they are being written.

        Acts of one refund book it and take it out again in turn, by themselves or by
        hand.
        """
        acts = self.operation_ids.filtered(
            lambda op: op.kind == OP_REVERSE_SALE and op.child_id == refund
        )
        if any(op.state in OPEN_OPERATION_STATES for op in acts):
            return None
        ended = acts.filtered(lambda op: op.state == OP_SUCCEEDED or op.resolved_as)
        return bool(len(ended) % 2)


def _paid_with(transaction):
    """What the money really came by: the card's brand, or an older attempt's method."""
    provider, method = transaction.provider_id, transaction.payment_method_id
    return {
        "provider_id": provider.id,
        "payment_method_id": method.id,
        "charged_at_once": transaction.state == "done",
    }
