from datetime import timedelta

from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from ..const import REFUND_DAYS, WAY_REFUND, WAY_VOID

_lt = LazyTranslate(__name__)


class PaymentTransaction(models.Model):
    """What can be known of a return before money moves (SB12–SB15)."""

    _inherit = "payment.transaction"

    def _epay_inquire_return(self, session):
        """Whether and how a part or the whole of this payment can be given back now.

        A hook of the inquiry; it must change nothing. What is known here is checked
        first, then the provider is asked where it can be (`_epay_ask_return`).

        :param session: the return, with its `amount` (in the deal's currency)
        :return: dict of `way` (`void`, `refund`, or False when it is not possible),
            `why` it is not possible, and `next`: what else can be done; both are terms
            (`_lt`), which everybody reads in the own language, or plain texts. With
            `by_hand` a manager may record that it was given back elsewhere.
        :raise ProviderOutcomeUnknown: :raise ValidationError: :raise UserError: the
            provider could not be asked; the clerk asks again
        """
        self.ensure_one()
        for check in (
            self._epay_check_provider,
            self._epay_check_left,
            self._epay_check_books,
            self._epay_check_state,
            self._epay_check_support,
            self._epay_check_age,
        ):
            if refusal := check(session):
                return refusal
        return self._epay_ask_return(session) or _possible(WAY_REFUND)

    def _epay_ask_return(self, session):
        """What the provider itself says of the payment's present state.

        A provider module that can ask overrides it. It must not change anything.

        :param session: the return
        :return: the same dict as of `_epay_inquire_return`, or None: nothing speaks
            against a refund
        :rtype: dict|None
        """
        if self.provider_code == "stripe":
            return self._epay_ask_stripe_return(session)
        if self.provider_code == "authorize":
            return self._epay_ask_authorize_return(session)
        return None

    # === WHAT IS KNOWN HERE === #

    # Each check gets the return, and answers as `_epay_inquire_return` when it is not
    # possible (or only by a void), or None.

    def _epay_check_provider(self, _session):
        """A provider that is switched off is not asked."""
        if self.provider_id.state == "disabled":
            return _not_possible(
                _lt(
                    "The payment provider %(provider)s is switched off.",
                    provider=self.provider_id.name,
                ),
                _lt("Ask the store's manager to switch it on, then try again."),
                by_hand=True,
            )
        return None

    def _epay_check_left(self, session):
        """Other returns, or somebody elsewhere, may have given it back."""
        origin = session.origin_id
        left = origin._left_to_return()
        if session.currency_id.compare_amounts(session.amount, left) > 0:
            return _not_possible(
                _lt(
                    "Only %(left)s of deal %(number)s can still be given back.",
                    left=origin.currency_id._epay_in_text(left),
                    number=origin.name,
                ),
                _lt("Look at the returns of the original deal."),
            )
        return None

    def _epay_check_books(self, session):
        """Accounting may have credited it; a manager may go on all the same."""
        asking = session._open_operation().user_id
        manager = session.counter_id.with_user(asking or self.env.user)._is_manager()
        why = session._why_books_object(manager)
        if not why:
            return None
        return _not_possible(
            why,
            _lt(
                "Ask accounting. If the money is still to go back, the store's manager "
                "registers the return."
            ),
            by_hand=True,
        )

    def _epay_check_state(self, session):
        """Only authorized: a void, of the whole. Neither that nor paid: nothing."""
        if self.state == "authorized":
            return self._epay_void_or_not(session)
        if self.state != "done":
            return _not_possible(
                _lt("The payment of this deal did not go through."),
                _lt("Look at the payment at the provider."),
            )
        return None

    def _epay_check_support(self, session):
        """Provider and method must give it back from here, also if it is a part."""
        method, support = self._epay_method(), self._epay_refund_support()
        if not support:
            return _not_possible(
                _lt(
                    "%(provider)s can't give back payments by %(method)s at the "
                    "counter.",
                    provider=self.provider_id.name,
                    method=method.name,
                ),
                self._epay_by_hand_text(),
                by_hand=True,
            )
        if support == "full_only" and not self._epay_is_whole(session):
            return _not_possible(
                _lt(
                    "%(provider)s gives back whole payments by %(method)s only.",
                    provider=self.provider_id.name,
                    method=method.name,
                ),
                _lt("Return the whole deal, and sell again what is kept."),
            )
        return None

    def _epay_check_age(self, _session):
        """Some providers take back no payments older than a number of days."""
        days = REFUND_DAYS.get(self.provider_code)
        paid = self.last_state_change or self.create_date
        if days and fields.Datetime.now() - paid > timedelta(days=days):
            return _not_possible(
                _lt(
                    "The payment is older than %(days)s days; %(provider)s gives back "
                    "no older ones.",
                    days=days,
                    provider=self.provider_id.name,
                ),
                _lt("Give the money back in another way, such as a transfer."),
                by_hand=True,
            )
        return None

    # === WHAT THE PROVIDER ANSWERED === #

    def _apply_updates(self, payment_data):
        """Authorize.Net's module ends a declined refund as cancelled, as it does a
        payment that was voided instead, but may say nothing of why: only a void ends
        without a word (`_epay_ended_as_void`).
        """
        answer = payment_data.get("response")
        if self.provider_code == "authorize" and self.operation == "refund" and answer:
            declined = answer.get("x_response_code") == "2"
            if declined and not answer.get("x_response_reason_text"):
                text = self.env._("The refund was declined.")
                answer = {**answer, "x_response_reason_text": text}
                payment_data = {**payment_data, "response": answer}
        return super()._apply_updates(payment_data)

    # === HELPERS === #

    def _epay_is_whole(self, session):
        """Whether the return gives back the whole payment, of which nothing went
        back.
        """
        same = not session.currency_id.compare_amounts(session.amount, self.amount)
        return same and not session.origin_id.refund_reserved

    def _epay_void_or_not(self, session):
        """Only a void is possible now, and that only of the whole."""
        if self._epay_is_whole(session):
            return _possible(WAY_VOID)
        return _not_possible(
            _lt("The payment is not settled yet: only the whole can be voided."),
            _lt("Return the whole deal, or try again tomorrow."),
        )

    def _epay_by_hand_text(self):
        return _lt(
            "Give it back at the provider's own pages; then the store's manager can "
            "record it here."
        )


def _possible(way):
    return {"way": way, "why": False, "next": False}


def _not_possible(why, what_else, by_hand=False):
    return {"way": False, "why": why, "next": what_else, "by_hand": by_hand}
