from odoo import models
from odoo.tools.translate import LazyTranslate

from ..const import (
    CANCELLABLE,
    CONSENTED,
    INQUIRING,
    OP_FAILED,
    OP_INQUIRE,
    OP_REFUND,
    OP_REVERSE_SALE,
    OP_SUCCEEDED,
    OP_VOID,
    REJECTED,
    REVERSING,
    WAY_VOID,
)
from ..reasons import as_stored, plain, unpacked

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
        self._follow_failed_return()
        self._follow_doubt()
        self.origin_id._follow_returns()
        return self._booking()

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
            self._transition(CANCELLABLE, return_way=found["way"])
        else:
            self._transition(
                REJECTED,
                unpacked(found["why"]),
                return_next=unpacked(found["next"]),
            )

    def _after_operation(self, operation, outcome):
        """A refund of a return that was refused for certain can be tried again; what it
        had reserved is free. The books follow what was done.
        """
        if not self._is_return():
            return super()._after_operation(operation, outcome)
        if outcome == OP_FAILED:
            error = as_stored(operation).error
            why = plain(error) or _lt("The provider refused the refund.")
            self._transition(CANCELLABLE, why)
        elif operation._was_voided_instead():
            self._write_machine({"return_way": WAY_VOID})

    def _follow_failed_return(self):
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
            self._append_event(self.state, self.state, why)
            self._write_machine({"reason": why})

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

    def _refund_operation(self):
        """The act by which the money of this return went back, if it did."""
        return self.operation_ids.filtered(
            lambda op: op.kind in (OP_REFUND, OP_VOID) and op.state == OP_SUCCEEDED
        )[:1]

    # === THE ORIGINAL === #

    def _return_values(self):
        """Also what returns gave back by a void, of which no refund tells."""
        values = super()._return_values()
        voids = self.return_ids.operation_ids.filtered(
            lambda op: op.kind == OP_VOID and op.state != OP_FAILED
        )
        if not voids:
            return values
        done = voids.filtered(lambda op: op.state == OP_SUCCEEDED)
        returned = values["returned_amount"] + sum(done.mapped("amount"))
        reserved = values["refund_reserved"] + sum(voids.mapped("amount"))
        full = self.currency_id.compare_amounts(returned, self.captured_amount) >= 0
        return {
            "returned_amount": self.currency_id.round(returned),
            "refund_reserved": self.currency_id.round(reserved),
            "return_state": ("full" if full else "part") if returned else "none",
        }

    def _own_operations(self):
        return super()._own_operations() | self.return_ids.operation_ids


def _why_not_asked(error):
    """:param str error: what the provider said, if it said anything"""
    if not error:
        return _lt("The provider did not answer. Please ask again.")
    return _lt(
        "The provider could not be asked: %(error)s. Please ask again.",
        error=plain(error).rstrip("."),
    )
