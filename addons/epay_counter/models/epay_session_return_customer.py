from odoo import models
from odoo.tools.translate import LazyTranslate

from ..const import (
    CANCELLABLE,
    CONSENTED,
    ENGAGED,
    INQUIRING,
    OPEN,
    REFUSED,
    REVERSED,
    REVERSING,
)

_lt = LazyTranslate(__name__)
# The customer's consent is there, or waived, and no money moves yet.
BEFORE_MONEY = (CONSENTED, INQUIRING, CANCELLABLE)


class EpaySession(models.Model):
    """What the customer's phone does with a return (SB6–SB9); called by the visit
    controllers.
    """

    _inherit = "epay.session"

    def _consent(self, visit):
        """The customer agrees to what the page shows; a row of the history with time,
        visit, and whether it was the phone or the customer that paid.

        :raise WrongState: when the return has moved on :raise NotYourPhone:
        """
        by_staff = self._is_staff(self.env.user)
        self._as_customer(
            visit,
            lambda session: session._answer_request(
                CONSENTED, session._whose_word(by_staff)
            ),
        )

    def _refuse(self, visit):
        """The customer does not want it; the return ends.

        :raise WrongState: when the return has moved on :raise NotYourPhone:
        """
        why = _lt("The customer refused.")
        self._as_customer(visit, lambda session: session._answer_request(REFUSED, why))

    def _answer_request(self, target, why=None):
        """Move the locked return to what the customer answered; twice is once.

        :raise WrongState: it is no return, or has moved on
        """
        self._require_return()
        if target == CONSENTED and self.consent_waived and self.state in BEFORE_MONEY:
            self._note_late_consent()
        elif self.state != target:
            self._require_state(ENGAGED)
            self._transition(target, why)
            if target == CONSENTED:
                # Whose word it was is for the history.
                self._write_machine({"reason": False})

    def _is_staff(self, user):
        """Whether `user` works at the store: a consent is the customer's."""
        store = self.sudo().store_id
        return user in store.manager_ids | store.counter_ids.user_ids

    def _whose_word(self, by_staff):
        """What the history says of the phone that agrees: whoever looks for returns
        that no customer has seen finds them by it.

        :param bool by_staff: its browser is signed in as somebody of the store
        """
        visit = self._bound_visit()
        if by_staff:
            return _lt("In a browser that is signed in as staff of the store.")
        if visit._is_same_phone(self._paid_on()):
            return _lt("By the phone that paid.")
        if visit.partner_id & self.origin_id.partner_id:
            return _lt("By the customer who paid, signed in.")
        return _lt("By a phone that is not known to have paid.")

    def _paid_on(self):
        """The phone on which the original was paid."""
        origin = self.origin_id
        return origin.live_transaction_id.epay_visit_id or origin.payer_visit_id

    def _note_late_consent(self):
        """The customer agrees when a manager has gone on without: it is kept, too."""
        if not self.consent_late:
            self._note(_lt("The customer agreed all the same."))
            self._write_machine({"consent_late": True})

    def _unbind(self, why):
        """The consent of a phone that the clerk lets go does not count: it may have
        been somebody else's. A customer who leaves has agreed.
        """
        result = super()._unbind(why)
        left = self.env.context.get("epay_visit_id")
        if not left and self._is_return() and self.state in BEFORE_MONEY:
            self._strike_consent()
        return result

    def _strike_consent(self):
        """Back to `open` with a new code. Not what a manager has waived, and not once a
        refund was ordered: one that was held for failed may have been made.
        """
        if self.consent_waived or self.operation_ids.child_id:
            return
        self._give_up_inquiry()
        self._transition(
            OPEN,
            _lt("The phone that agreed was let go: its consent does not count."),
            code_generation=self.code_generation + 1,
            return_way=False,
            return_next=False,
        )

    def _buyer(self):
        """The money of a return goes to who paid, whoever holds the phone."""
        return self.origin_id.partner_id or super()._buyer()

    def _recognize(self, visit, partner):
        """Who signs in does not become the buyer of what was bought before."""
        self._require_sale()
        return super()._recognize(visit, partner)

    def _choose_locked(self, key, condition, signed_in, amount=None):
        self._require_sale()
        return super()._choose_locked(key, condition, signed_in, amount)

    def _unchoose_locked(self):
        self._require_sale()
        return super()._unchoose_locked()

    def _require_sale(self):
        """Refuse what is for sales only: a return has no such way in its table."""
        if self._is_return():
            self._require_state()

    def _steps(self):
        """The rail of a return: joined, agreed, checked, given back."""
        if not self._is_return():
            return super()._steps()
        reached = {
            ENGAGED: 1,
            CONSENTED: 2,
            INQUIRING: 2,
            CANCELLABLE: 3,
            REVERSING: 3,
            REVERSED: 4,
        }.get(self.state, 0)
        keys = ("joined", "agreed", "checked", "returned")
        undone = {"agreed"} if self._goes_on_without() else set()
        return [
            {
                "key": key,
                "done": number < reached and key not in undone,
                "current": number == reached,
            }
            for number, key in enumerate(keys)
        ]

    def _goes_on_without(self):
        """Whether a manager went on without the customer's answer."""
        return self.consent_waived and not self.consent_late
