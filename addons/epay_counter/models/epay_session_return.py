from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from ..acts import act
from ..const import (
    CANCELLABLE,
    CONSENTED,
    ENGAGED,
    INQUIRING,
    KIND_CANCELLATION,
    OP_FAILED,
    OP_INQUIRE,
    OP_REFUND,
    OP_REVERSE_SALE,
    OP_VOID,
    OPEN,
    REFUND_MAY_VOID,
    REJECTED,
    REVERSED,
    REVERSING,
    WAY_BY_HAND,
    WAY_LABELS,
    WAY_VOID,
)
from ..db import lock_rows
from ..exceptions import ManagerOnly, NotRefundable, ReasonMissing
from ..reasons import Reason
from ..tools.text import one_line

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """Returns (figure 3): a deal of its own that gives back another one's money.

    This file has the fields, the lock and the acts (SB11, SB16). How a return is found
    and registered is in `epay_counter_return.py`, what follows from the provider's
    answers in `epay_session_return_follow.py`, the books in
    `epay_session_return_books.py`, what screens are told in
    `epay_session_return_answer.py`.
    """

    _inherit = "epay.session"

    origin_id = fields.Many2one(
        "epay.session",
        "Original Deal",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    return_ids = fields.One2many(
        "epay.session", "origin_id", string="Returns", readonly=True
    )
    return_way = fields.Selection(WAY_LABELS, readonly=True, copy=False)
    return_next = Reason(
        readonly=True,
        copy=False,
        help="What else can be done when it is not possible, or is left to be done.",
    )
    may_be_recorded = fields.Boolean(
        readonly=True,
        copy=False,
        help="Not possible from here, but at the provider's own pages: a manager may "
        "record that it was given back there.",
    )
    consent_waived = fields.Boolean(
        "Without the Customer's Consent",
        readonly=True,
        copy=False,
        help="A manager went on with a reason, which is in the history.",
    )
    consent_reason = fields.Char("Why Without Consent", readonly=True, copy=False)
    consent_late = fields.Boolean(
        "Agreed All the Same",
        readonly=True,
        copy=False,
        help="The customer agreed on the phone after a manager had gone on without.",
    )

    _return_has_origin = models.Constraint(
        f"CHECK((kind = '{KIND_CANCELLATION}') = (origin_id IS NOT NULL))",
        "A return gives back another deal.",
    )

    # === ACTS === #

    @act
    def choose_part(self, lines=None, refund_amount=None):
        """Give back something else than what was registered: chosen lines, an amount,
        or, without both, everything that is left. Only while no phone is bound, so that
        nobody agrees to what has just changed.

        :param list lines: `{"line_id", "quantity"}` of the original's lines
        :param refund_amount: how much, number or decimal string
        :raise WrongState: once a phone has joined (let it go first)
        :raise NotRefundable: nothing is left of the original
        :raise BadAmount: :raise AmountMismatch: as `register_cancellation`
        """
        self._lock()
        self._require_return()
        self._require_state(OPEN)
        self.origin_id._require_returnable()
        values = self.origin_id._prepare_return(lines, refund_amount)
        self.line_ids.unlink()
        self._write_machine(values)
        amount = self.currency_id._epay_in_text(self.amount)
        why = _lt("To be given back: %(amount)s.", amount=amount)
        self._append_event(OPEN, OPEN, why)

    @act
    def inquire(self):
        """Ask what can be known before money moves (SB11): whether and how the payment
        can be given back. It has no effects, and may be asked again.

        :raise WrongState: before the customer's consent, or once money moves
        :raise InDoubt: while another act is under way
        """
        self._lock()
        if self.state == INQUIRING:
            return None
        self._require_state(CONSENTED, CANCELLABLE)
        self._require_nothing_under_way()
        self._transition(INQUIRING, return_way=False, return_next=False)
        return self._intend(OP_INQUIRE, self.origin_id.live_transaction_id)

    @act
    def execute_cancellation(self):
        """Give the money back and reverse the sale (SB16).

        What is given back is first reserved on the original deal (`_intend`), so that
        all of its returns together never exceed what was taken. Pressed again it
        resumes a booking that failed; a return that is done stays as it is.

        :raise WrongState: before the inquiry said that it is possible
        :raise NotRefundable: other returns have taken what was left
        :raise InDoubt: while the outcome of an act is unknown
        """
        self._lock()
        self._require_return()
        # What was held for failed may have been made meanwhile.
        self._follow_late_refunds()
        if self.state == REVERSED:
            return None
        if self.state == REVERSING:
            return self._booking() or self._open_operation().filtered(
                lambda op: op.kind == OP_REVERSE_SALE
            )
        self._require_state(CANCELLABLE)
        self._require_nothing_under_way()
        self._require_left()
        self._transition(REVERSING)
        return self._intend(self._return_kind(), self.origin_id.live_transaction_id)

    @act
    def waive_consent(self, reason):
        """A manager goes on without the customer's phone; marked in the history and on
        the receipt.

        :param str reason: why the customer could not be asked
        :raise ManagerOnly: :raise ReasonMissing:
        :raise WrongState: when it is no return, or the customer has answered
        """
        why = self._manager_reason(reason)
        self._lock()
        self._require_return()
        if self.state == CONSENTED and self.consent_waived:
            return
        self._require_state(OPEN, ENGAGED)
        self._transition(CONSENTED, why, consent_waived=True, consent_reason=why)

    @act
    def record_refund(self, reason):
        """A manager records that the money was given back at the provider's own pages,
        where that can't be done from here. The sale is reversed in the books.

        When the provider has told of such a refund already, it is that one; when it
        tells later, its message means this one (`_epay_refund_meant`).

        :param str reason: what was done there, for the history
        :raise ManagerOnly: :raise ReasonMissing:
        :raise WrongState: before consent (or its waiver), once money moves, or when
            the inquiry refused it for another reason than that it can't be done from
            here
        :raise NotRefundable: other returns have taken what was left
        """
        why = self._manager_reason(reason)
        self._lock()
        self._require_state(CONSENTED, *([REJECTED] if self.may_be_recorded else []))
        told = self.origin_id._foreign_refund(self.amount)
        if not told:
            self._require_left()
        self._transition(REVERSING, why, return_way=WAY_BY_HAND, return_next=False)
        if told:
            self._adopt(told)
        else:
            operation = self._intend(OP_REFUND, self.origin_id.live_transaction_id)
            operation.called_at = fields.Datetime.now()
            operation.child_id._epay_set_state("done", why)
        return self._follow()

    def _give_up_inquiry(self):
        """End an inquiry that got no answer yet: it has no effects, and what it says
        later moves nothing.
        """
        if self.state == INQUIRING:
            why = _lt("The answer was not waited for.")
            self._open_operation()._finish(OP_FAILED, why)
            self._transition(CONSENTED, why)

    # === CHECKS === #

    def _manager_reason(self, reason):
        """The reason of a manager's act, checked.

        :raise ManagerOnly: :raise ReasonMissing:
        """
        if not self.sudo(False).counter_id._is_manager():
            raise ManagerOnly(self.env._("Only the store's manager can do this."))
        reason = one_line(reason)
        if not reason:
            raise ReasonMissing(
                self.env._("Say why, in a few words; it is kept in the history.")
            )
        return reason

    def _is_return(self):
        return self.kind == KIND_CANCELLATION

    def _require_return(self):
        """Refuse what is for returns only: a sale has no such way in its table."""
        if not self._is_return():
            self._require_state()

    # === THE ORIGINAL DEAL === #

    def _lock(self):
        """A return and its original deal are locked together, the original (which has
        the lower id) first.
        """
        lock_rows(self | self.origin_id)
        return self

    def _left_to_return(self):
        """What of a settled deal can still be given back."""
        return self.currency_id.round(self.captured_amount - self.refund_reserved)

    def _require_left(self):
        """Refuse what other returns, or somebody elsewhere, have taken meanwhile.

        :raise NotRefundable: when less is left
        """
        # A refund elsewhere may be known, but not followed yet.
        self.origin_id._follow_returns()
        left = self.origin_id._left_to_return()
        if self.currency_id.compare_amounts(self.amount, left) > 0:
            raise NotRefundable(self._too_much_text(left))

    def _intend(self, kind, transaction=None, **values):
        """Reserve what is given back on the locked original, before anybody is called.
        Whatever was checked before, an act of ours is refused here when more would go
        back than was taken.

        :raise NotRefundable:
        """
        operation = super()._intend(kind, transaction, **values)
        if self._is_return():
            self.origin_id._follow_returns()
            if kind in (OP_REFUND, OP_VOID) and "child_id" not in values:
                self.origin_id._require_within_taken()
        return operation

    def _require_within_taken(self):
        """Refuse an act of ours by which more of this deal would go back than was
        taken. (The sum that is stored is cut to that: others may give back too much.)

        :raise NotRefundable:
        """
        if self.currency_id.compare_amounts(self._sum_gone(), self.captured_amount) > 0:
            raise NotRefundable(self._too_much_text(0.0))

    def _adopt(self, refund):
        """The refund that somebody made elsewhere is this return's act."""
        refund.write({"epay_session_id": self.id, "epay_noted": False})
        operation = self._intend(
            OP_REFUND, self.origin_id.live_transaction_id, child_id=refund.id
        )
        operation.called_at = fields.Datetime.now()

    def _too_much_text(self, left):
        """Why no more can be given back; `self` is the return or the original."""
        origin = self.origin_id or self
        if not left:
            return self.env._(
                "Deal %(number)s was given back in full already. Nothing is left.",
                number=origin.name,
            )
        return self.env._(
            "Only %(left)s of deal %(number)s can still be given back.",
            left=self.currency_id._epay_in_text(left),
            number=origin.name,
        )

    def _return_kind(self):
        """The act that gives the money back. Some providers' refund request makes a
        void of it by itself, whichever of both is still possible.
        """
        code = self.origin_id.live_transaction_id.provider_code
        voids = self.return_way == WAY_VOID and code not in REFUND_MAY_VOID
        return OP_VOID if voids else OP_REFUND

    def _child_amount(self, transaction, kind):
        """Of a return what was agreed, never what is left."""
        if self._is_return():
            return self.amount
        return super()._child_amount(transaction, kind)

    # === THE MACHINE === #

    def _expiry_of(self, state):
        """Money that is on its way does not expire."""
        return False if state == REVERSING else super()._expiry_of(state)

    def _may_be_parked(self):
        return self.state == REVERSING or super()._may_be_parked()
