from odoo import models
from odoo.tools.translate import LazyTranslate

from ..const import (
    CANCELLABLE,
    CONSENTED,
    ENGAGED,
    INQUIRING,
    REFUSED,
    REVERSED,
    REVERSING,
)

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """What the customer's phone does with a return (SB6–SB9); called by the visit
    controllers.
    """

    _inherit = "epay.session"

    def _consent(self, visit):
        """The customer agrees to what the page shows; a row of the history with time
        and visit.

        :raise WrongState: when the return has moved on :raise NotYourPhone:
        """
        self._as_customer(visit, lambda session: session._answer_request(CONSENTED))

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
        if self.state != target:
            self._require_state(ENGAGED)
            self._transition(target, why)

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
        return [
            {"key": key, "done": number < reached, "current": number == reached}
            for number, key in enumerate(keys)
        ]
