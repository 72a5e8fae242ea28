from odoo import models
from odoo.tools.translate import LazyTranslate

from ..const import (
    CANCELLABLE,
    CONSENTED,
    FINAL_STATES,
    INQUIRING,
    OP_FAILED,
    OP_INQUIRE,
    OP_REFUND,
    OP_REVERSE_SALE,
    OP_SUCCEEDED,
    OP_VOID,
    REJECTED,
    REVERSING,
    WAY_REFUND,
    WAY_VOID,
)
from ..reasons import plain, unpacked

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """Following, for returns: what the provider said moves the return, and shows on the
    original deal.
    """

    _inherit = "epay.session"

    # === THE RETURN === #

    def _follow(self):
        """A return follows its inquiry and its refund; the original is brought in line
        under the same lock.
        """
        if not self._is_return():
            return super()._follow()
        self._follow_inquiry()
        self._follow_operation()
        self._follow_failed_refunds()
        self._follow_late_refunds()
        self._follow_doubt()
        self.origin_id._follow_returns()
        return self._booking() | self._correcting()

    def _follow_inquiry(self):
        """inquiring → cancellable, rejected, or back when nobody answered (SB15)."""
        operation = self._open_operation()
        if self.state != INQUIRING or operation.kind != OP_INQUIRE:
            return
        answer = operation.answer
        if not answer:
            return
        if answer["outcome"] != "answered":
            why = _why_not_asked(answer.get("error"))
            operation._finish(OP_FAILED, why)
            self._transition(CONSENTED, why)
            return
        found = answer["found"]
        operation._finish(OP_SUCCEEDED)
        if found["way"]:
            self._transition(
                CANCELLABLE,
                return_way=found["way"],
                return_next=self._by_hand_in_books_text(),
            )
        else:
            self._transition(
                REJECTED,
                unpacked(found["why"]),
                return_next=unpacked(found["next"]),
                may_be_recorded=found.get("by_hand", False),
            )

    def _after_operation(self, operation, outcome):
        """A refund of a return that was refused for certain can be tried again; what it
        had reserved is free. The books follow what was done.
        """
        if not self._is_return():
            return super()._after_operation(operation, outcome)
        if outcome == OP_FAILED:
            why = operation._why_refused()
            operation.error = why
            self._back_to_cancellable(why)
        elif operation._was_voided_instead():
            self._write_machine({"return_way": WAY_VOID})

    def _after_failed_refund(self, operation, why):
        """Not booked yet, it can be tried again; what was booked is taken out of the
        books (`_correcting`).
        """
        if not self._is_return():
            return super()._after_failed_refund(operation, why)
        self._open_operation().filtered(
            lambda op: op.kind == OP_REVERSE_SALE and op.child_id == operation.child_id
        )._finish(OP_FAILED, why)
        self._back_to_cancellable(why)

    def _back_to_cancellable(self, why):
        """reversing → cancellable, unless another refund of it was made or is under
        way: then, and where it has ended, it is noted only.
        """
        alone = not self._refund_operation() and not self._open_operation()
        if self.state == REVERSING and alone:
            self._transition(CANCELLABLE, why)
        else:
            self._note_reason(why)

    def _follow_late_refunds(self):
        """A refund that was held for failed may have been made (error → done): then
        nothing more is sent, and the sale is reversed.
        """
        for operation in self.operation_ids.filtered(
            lambda op: (
                op.kind in (OP_REFUND, OP_VOID)
                and op.state == OP_FAILED
                and op.child_id._epay_gave_back()
            )
        ):
            was_made = bool(self._refund_operation())
            operation._finish(OP_SUCCEEDED)
            self._after_late_refund(operation, _made_after_all(operation, was_made))

    def _after_late_refund(self, operation, why):
        """Go on with the books from where it could have been tried again; an inquiry
        that is under way has nothing more to ask.
        """
        if self.state in (CONSENTED, INQUIRING, CANCELLABLE):
            self._open_operation()._finish(OP_FAILED, why)
            way = WAY_VOID if operation.kind == OP_VOID else WAY_REFUND
            self._transition(REVERSING, why, return_way=self.return_way or way)
        else:
            self._note_reason(why)

    def _booking(self):
        """Once the money is on its way back the sale is reversed (SB18), as an act of
        its own.
        """
        if not self._is_return():
            return super()._booking()
        done = self._refund_operation()
        if self.state != REVERSING or not done or self._open_operation():
            return self.env["epay.operation"]
        return self._intend(
            OP_REVERSE_SALE, done.transaction_id, child_id=done.child_id.id
        )

    def _correcting(self):
        """What the books of a return that has ended say of its refunds otherwise than
        the provider: made after it was dropped, failed after it was booked, or both
        attempts made.

        :return: acts beside the return itself, one for each such refund
        """
        operations = self.env["epay.operation"]
        if not self._is_return() or self.state not in FINAL_STATES:
            return operations
        for act in self.operation_ids.filtered(
            lambda op: op.kind in (OP_REFUND, OP_VOID) and op.finished_at
        ):
            refund = act.child_id
            if self._is_booked(refund) not in (None, refund._epay_gave_back()):
                operations |= self._intend(
                    OP_REVERSE_SALE, act.transaction_id, child_id=refund.id, aside=True
                )
        return operations

    def _refund_operation(self):
        """The act by which the money of this return went back, if it did."""
        return self.operation_ids.filtered(
            lambda op: op.kind in (OP_REFUND, OP_VOID) and op.state == OP_SUCCEEDED
        )[:1]

    # === THE ORIGINAL === #

    def _sum_returned(self):
        """Also what returns gave back by a void, of which no refund tells."""
        voided = self._voids().filtered(lambda op: op.state == OP_SUCCEEDED)
        return super()._sum_returned() + sum(voided.mapped("amount"))

    def _sum_gone(self):
        return super()._sum_gone() + sum(self._voids().mapped("amount"))

    def _voids(self):
        """Voids of this deal's payment by returns, done or under way."""
        return self.return_ids.operation_ids.filtered(
            lambda op: op.kind == OP_VOID and op.state != OP_FAILED
        )

    def _own_operations(self):
        return super()._own_operations() | self.return_ids.operation_ids


def _made_after_all(operation, was_made):
    """:param bool was_made: another refund of the same return was made, too"""
    reference = operation.child_id.reference
    if was_made:
        return _lt(
            "Refund %(reference)s was made after all: the customer has it twice. See "
            "to it at the provider.",
            reference=reference,
        )
    return _lt("Refund %(reference)s was made after all.", reference=reference)


def _why_not_asked(error):
    """:param str error: what the provider said, if it said anything"""
    if not error:
        return _lt("The provider did not answer. Please ask again.")
    return _lt(
        "The provider could not be asked: %(error)s. Please ask again.",
        error=plain(error).rstrip("."),
    )
