from odoo import models
from odoo.tools.translate import LazyTranslate

from ..const import (
    AUTHORIZED,
    AUTHORIZING,
    CHOSEN,
    CUSTOMER_STATES,
    ENGAGED,
    KIND_SALE,
    MONEY_STATES,
    OPEN,
    PAID_STATES,
    SETTLED,
    SETTLING,
    VISIT_BOUND,
)
from ..db import in_own_transaction, see_commits
from ..exceptions import (
    HeldByOtherPhone,
    MethodNotOffered,
    NotYourPhone,
    WrongState,
)

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """What the customer's phone does (SA6–SA7, SA17); called by the visit controllers.

    Each method takes the visit and works in a transaction of its own; whether the
    browser is the visit's phone is the controller's question (`epay.visit._is_phone`).
    """

    _inherit = "epay.session"

    # === BINDING A PHONE === #

    def _bind(self, visit):
        """Make `visit` the phone that pays this locked deal.

        When the phone that should go to the provider has left, another one may go on;
        for somebody else's it is a new choice: whom the first one was is not told.

        :raise HeldByOtherPhone: when another phone is bound
        :raise WrongState: when there is nothing (more) for a phone to do
        """
        if self._bound_visit():
            raise HeldByOtherPhone(
                self.env._("Another phone has joined this payment already.")
            )
        if not self._is_for_a_phone():
            raise WrongState(self._wrong_state_text())
        visit.write({"state": VISIT_BOUND, "session_id": self.id})
        acting = self.with_context(epay_visit_id=visit.id)
        if self.state == OPEN:
            acting._transition(ENGAGED, partner_id=self._buyer().id)
        elif self._waits_for_choosers_form():
            acting._take_over(visit)
        self.counter_id._touch(visit)
        self.counter_id._touch(self)

    def _is_for_a_phone(self):
        """Whether a phone may be let in: it joins, goes to the provider, or looks on
        where the first one's battery died, until the end.
        """
        selling = self.kind == KIND_SALE
        return self.state == OPEN or (selling and self.state in MONEY_STATES)

    def _waits_for_choosers_form(self):
        """Whether nothing happens until the customer's phone pays at the provider."""
        live = self.live_transaction_id
        idle = live.state not in ("pending", *PAID_STATES) and not self.in_doubt
        waits = self.state == AUTHORIZING and self._open_operation()._waits_for_phone()
        return idle and bool(waits)

    def _take_over(self, visit):
        """A new phone goes on where the first one's battery died: to the provider's
        form, or back to the choice where it is somebody else's. Who the first one was
        is not told. A form that is still open may yet be paid; that money is given
        back by itself.
        """
        if self._buyer() == self.partner_id:
            self._write_machine({"payer_visit_id": visit.id})
            return
        self._choose_again(_lt("Another customer's phone goes on."))
        # For the history; nobody did anything wrong.
        self._write_machine({"reason": False})

    def _unbind(self, why):
        """Let the bound phone go: a deal before the money is open for another one."""
        self._bound_visit()._end()
        if self.state in CUSTOMER_STATES:
            self._reopen(why)
        self.counter_id._touch(self)

    def _reopen(self, why, **values):
        """Back to `open`, for whichever phone comes next: by a new code, as somebody
        has used the last one, and without anything of what was chosen.

        Called when the phone is let go before the money, and when its payment comes to
        nothing after that; `values` as for `_transition`.
        """
        self._transition(
            OPEN,
            why,
            code_generation=self.code_generation + 1,
            **{**self._no_choice(same_phone=False), **values},
        )

    def _customer_leave(self, visit):
        """The customer pressed Leave. From `authorizing` on the deal goes on
        without.
        """
        self._as_customer(
            visit, lambda session: session._unbind(_lt("The customer left."))
        )

    def _recognize(self, visit, partner):
        """The customer signed in on the phone: the sale is theirs, cards may be used.

        :raise WrongState: once the authorization was requested, or the customer's
            account belongs to another company
        """
        partner_id = partner.id
        if not self.sudo().store_id._serves(partner):
            raise WrongState(
                self.env._(
                    "This account is not for this merchant. Go on without signing in."
                )
            )

        def work(session):
            session._require_state(*CUSTOMER_STATES)
            visit = session._bound_visit()
            if visit.partner_id == session.partner_id == partner:
                return
            visit.partner_id = partner_id
            session.partner_id = partner_id
            session.counter_id._touch(session)

        self._as_customer(visit, work)

    def _buyer(self):
        """Whose sale it is: of who signed in on the bound phone, else the walk-in
        customer's. Not of a phone that left before this one chose.
        """
        return self._bound_visit().partner_id or self.store_id.walk_in_partner_id

    def _paying_visit(self):
        """The phone that chose; else the bound one, or the last one that was."""
        return self.payer_visit_id or self._bound_visit() or self.visit_ids[:1]

    # === PAYING === #

    def _prepare_attempt(self, visit, flow=None, tokenize=False):
        """A fresh draft transaction for the provider's form or redirect, committed.

        An older draft of the deal is cancelled; if it should be paid all the same, its
        money is used or given back.

        :param str flow: `redirect` when a provider's form sends the browser away
        :param bool tokenize: the customer asked to save the card
        :return: `payment.transaction`, sudo
        :raise WrongState: when the clerk has not asked, or a payment is on its way
        :raise MethodNotOffered: what was chosen is not offered any more; the deal is
            back at the choice
        """
        tx_id = self._as_customer(
            visit,
            lambda session: session._start_attempt(flow or session.flow, tokenize).id,
        )
        if not tx_id:
            raise self._no_longer_offered()
        return self.env["payment.transaction"].sudo().browse(tx_id)

    def _check_form_offered(self):
        """Refuse to show a form for what is not offered any more (no effects).

        :raise MethodNotOffered:
        """
        if not self._is_choice_offered():
            raise self._no_longer_offered()

    def _no_longer_offered(self):
        return MethodNotOffered(
            self.env._(
                "This payment method is not offered any more. Go back and choose "
                "another one."
            )
        )

    def _attempt_failed(self, tx, message):
        """The provider could not even show its page: the customer chooses again."""
        tx_id = tx.id

        def work(env):
            env["payment.transaction"].browse(tx_id)._set_error(message)

        in_own_transaction(self.sudo().env, work)
        see_commits(self.env)

    # === HELPERS === #

    def _as_customer(self, visit, work):
        """Run `work(session)` on the locked deal, if `visit` is its phone.

        :raise NotYourPhone: when another phone (or none) is bound
        """
        session_id, visit_id = self.id, visit.id

        def locked(env):
            session = env["epay.session"].browse(session_id)._lock()
            bound = session._bound_visit()
            if bound.id != visit_id:
                raise NotYourPhone(
                    env._("This payment is not on this phone any more. Ask the clerk.")
                )
            return work(session.with_context(epay_visit_id=visit_id))

        env = self.sudo().env
        result = in_own_transaction(env(context={**env.context}), locked)
        see_commits(self.env)
        return result

    # === WHAT THE PAGE SAYS === #

    def _steps(self):
        """The rail of four steps: joined, chosen, authorized, completed."""
        reached = {
            ENGAGED: 1,
            CHOSEN: 2,
            AUTHORIZING: 3,
            AUTHORIZED: 3,
            SETTLING: 3,
            SETTLED: 4,
        }.get(self.state, 0)
        third = "confirming" if self.state == AUTHORIZING else "authorized"
        keys = ("joined", "chosen", third, "completed")
        return [
            {"key": key, "done": number < reached, "current": number == reached}
            for number, key in enumerate(keys)
        ]
