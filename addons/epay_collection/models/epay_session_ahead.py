from odoo import models
from odoo.tools.translate import LazyTranslate

from odoo.addons.epay_counter.const import (
    AUTHORIZED,
    AUTHORIZING,
    CANCELLED,
    CHOSEN,
    CUSTOMER_STATES,
    OP_CAPTURE,
    OP_FAILED,
    OP_REFUND,
    OP_REGISTER_SALE,
    OP_VOID,
    OPEN,
    SETTLED,
    SETTLING,
)
from odoo.addons.epay_counter.db import after_commit
from odoo.addons.epay_counter.exceptions import EpayRefusal

_lt = LazyTranslate(__name__)

_QUIET_STATES = (OPEN, *CUSTOMER_STATES, AUTHORIZING)


class EpaySession(models.Model):
    """Deals that are paid ahead: no clerk is there, so what the clerk orders at a door
    (SA9, SA14) the system orders by itself. A bank that declines, or a capture that
    fails, stops it: then the clerk sees the deal in the day list.
    """

    _inherit = "epay.session"

    def _choose_locked(self, key, condition, signed_in, amount=None):
        result = super()._choose_locked(key, condition, signed_in, amount)
        if self._is_ahead() and self.state == CHOSEN:
            self._authorize_by_itself()
        return result

    def _authorize_by_itself(self):
        """Ask for the authorization as soon as the customer has chosen."""
        self._check_choice_still_offered()
        self._transition(AUTHORIZING)
        operation = self._intend_authorization()
        if operation:
            after_commit(
                self.env,
                ("epay.operation.run", operation.id),
                lambda env, i=operation.id: env["epay.operation"].browse(i)._run(),
            )

    def _follow(self):
        operations = super()._follow()
        if self._is_ahead() and self.state == AUTHORIZED and not self.in_doubt:
            operations |= self._settle_by_itself()
        return operations

    def _settle_by_itself(self):
        """Take the money and register it, once; or give it back when it is not owed any
        more.

        :return: the operation to carry out
        """
        none = self.env["epay.operation"]
        tried = self.operation_ids.filtered(
            lambda op: (
                op.kind in (OP_CAPTURE, OP_VOID, OP_REFUND) and op.state == OP_FAILED
            )
        )
        if tried or self._open_operation():
            return none
        try:
            self._require_takeable()
        except EpayRefusal:
            return self._give_up_ahead() or none
        self._transition(SETTLING)
        kind = OP_REGISTER_SALE if self._is_captured() else OP_CAPTURE
        return self._intend(kind, self.live_transaction_id)

    def _give_up_ahead(self):
        """Give back what is not owed any more; None where the provider can't: then the
        deal waits for a person.
        """
        try:
            return self._drop(CANCELLED, _lt("It was paid meanwhile."))
        except EpayRefusal:
            return None

    def _is_waiting_ahead(self):
        """Whether it is paid ahead, and nothing has been paid yet."""
        return self._is_ahead() and self.state in (OPEN, *CUSTOMER_STATES)

    def _waits_at_form(self):
        """Whether the bank was asked nothing yet: only the customer's phone has
        something to do.
        """
        return (
            self.state == AUTHORIZING
            and not self.in_doubt
            and self._open_operation()._waits_for_phone()
        )

    # === WHAT SCREENS ARE TOLD === #

    def _sentences(self):
        """No clerk completes it."""
        sentences = super()._sentences()
        if self._is_ahead():
            sentences[OPEN] = self.env._("Your payment is being prepared.")
            sentences[AUTHORIZED] = self.env._(
                "Confirmed. The payment is being completed."
            )
        return sentences

    def _ahead_ended_text(self):
        """How it ended, told to a clerk who is at another door meanwhile: the goods of
        that door are not to be handed over for it. Empty: as any deal.
        """
        if not self._is_ahead() or self.state != SETTLED:
            return ""
        return self.env._(
            "%(customer)s has paid %(amount)s ahead (%(number)s).",
            customer=self.collection_line_id.partner_id.name,
            amount=self.currency_id.format(self.amount),
            number=self.name,
        )

    def _settles_by_itself(self):
        return self._is_ahead() or super()._settles_by_itself()

    def _needs_clerk(self):
        """Whether the deal belongs on the clerk's list: not while the customer, at home
        or elsewhere, is still choosing.
        """
        return not self._is_ahead() or self.state not in _QUIET_STATES or self.in_doubt
