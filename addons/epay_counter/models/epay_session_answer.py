from datetime import timedelta

from odoo import models

from ..const import (
    AUTHORIZED,
    AUTHORIZING,
    CANCELLED,
    CHOSEN,
    CODE_SECONDS,
    CUSTOMER_STATES,
    DRAFT,
    DROPPABLE_STATES,
    DROPPED_STATES,
    ENGAGED,
    EXPIRED,
    FINAL_STATES,
    MONEY_HELD,
    MONEY_NONE,
    MONEY_RETURNED,
    OP_REGISTER_SALE,
    OPEN,
    SETTLED,
    SETTLING,
    TURN_NOBODY,
    TURN_PROVIDER,
    TURNS,
)
from ..tools import codes
from ..tools.svg import qr_svg


class EpaySession(models.Model):
    """What the screens are told of a deal. No value is ever None."""

    _inherit = "epay.session"

    # === THE CLERK'S SCREEN === #

    def _clerk_values(self):
        """The `session` part of an answer (contract)."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "product_ref": self.product_ref or False,
            "kind": self.kind,
            "state": self.state,
            "version": self.version,
            "amount": self.amount or False,
            "amount_text": self._amount_text(),
            "amount_by": self.amount_by,
            "amount_words": self._amount_words() or False,
            "sent_back": self.sent_back,
            "currency": self.currency_id.name,
            "description": self.description or False,
            "turn": self._turn(),
            "in_doubt": self.in_doubt,
            "reason": self.reason or False,
            "declined": self._how_declined(),
            "money": self._money_of_customer(),
            "charged_at_once": self.charged_at_once,
            "captured_amount": self.captured_amount,
            "since": _iso(self.state_date),
            "expires": _iso(self.expires_at),
            "authorized_until": _iso(self.authorized_until),
            "holds": self.holds_counter,
            "parked": self._is_parked(),
            "method": self._method_values(),
            "choice": self.state == CHOSEN and self._choice_mark(),
            "lines": [line._values() for line in self.line_ids],
            "visit": self._visit_values(),
            "left": self._left_phrase(),
            "operation": self._open_operation()._clerk_values(),
            "allowed": self._allowed(),
            **self._code_values(),
            **self._books_values(),
        }

    def _amount_text(self):
        return self.currency_id.format(self.amount) if self.amount else ""

    def _turn(self):
        """Whose turn it is: clerk, customer, provider or nobody."""
        operation = self._open_operation()
        under_way = operation and not operation._waits_for_phone()
        if self.state not in FINAL_STATES and (under_way or self.in_doubt):
            return TURN_PROVIDER
        return TURNS.get(self.state, TURN_NOBODY)

    def _settles_by_itself(self):
        """Whether no clerk is there who orders it: a hook of add-ons whose deals go on
        without one. Then the customer's page names none.
        """
        return False

    def _how_declined(self):
        """Why the customer chooses again: the last try was "declined", or "cancelled"
        on the provider's page; else False.
        """
        if self.state != ENGAGED or not self.reason:
            return False
        last = self._attempts().sorted("id")[-1:]
        return {"error": "declined", "cancel": "cancelled"}.get(last.state, False)

    def _method_values(self):
        method = self.payment_method_id
        if not method:
            return False
        return {
            "name": self.token_id._epay_label() or method.name,
            "code": method.code,
            "icon": f"/epay/i/m/{method.id}",
            "saved": bool(self.token_id),
            "flow": self.flow,
            "charged_at_once": self.charged_at_once,
            "condition": self.condition_id.name or False,
            "condition_code": self.condition_id.code or False,
        }

    def _choice_mark(self):
        """Stands for what the clerk checks before the request (SA8): who pays how much,
        with what, and on which conditions. The same choice again has the same mark.
        """
        self.ensure_one()
        parts = (
            f"{self.amount:.{self.currency_id.decimal_places}f}",
            *(self.provider_id.id, self.payment_method_id.id, self.token_id.id),
            *(self.condition_id.id, self.flow, self.charged_at_once),
            *(self.payer_visit_id.id, self.partner_id.id),
        )
        return codes.digest(repr(parts))[:16]

    def _visit_values(self):
        visit = self._bound_visit()
        return visit._clerk_values() if visit else False

    def _left_phrase(self):
        """The words of the phone whose customer left by himself before the money, until
        the next one joins; False without.
        """
        last = self.event_ids[-1:] if self.state == OPEN else self.event_ids.browse()
        return (last.source in CUSTOMER_STATES and last.visit_id.phrase) or False

    def _code_values(self):
        """The one-time code, while the deal waits for a phone: where it leads, as a
        drawing, when a new one takes its place, and when it stops working.
        """
        if not self._shows_code():
            return dict.fromkeys(
                ("code_url", "code_svg", "code_renews", "code_expires"), False
            )
        code = self.counter_id._one_time_code(self)
        url = f"{self.counter_id._base_url()}/epay/q/{code}"
        expires = self._code_expires()
        return {
            "code_url": url,
            "code_svg": qr_svg(url),
            "code_renews": _iso(expires - timedelta(seconds=CODE_SECONDS)),
            "code_expires": _iso(expires),
        }

    def _books_values(self):
        settled = self.state == SETTLED
        return {
            "sale_order": self.sale_order_id.name or False,
            "invoice": self.invoice_id.name or False,
            "receipt_url": f"/epay/r/{self._receipt_token()}" if settled else False,
        }

    def _allowed(self):
        """The acts that the clerk may do now, as the acts themselves check it."""
        verbs = []
        operation = self._open_operation()
        idle = not self.in_doubt and (not operation or operation._waits_for_phone())
        if idle and self.state == CHOSEN:
            verbs.append("request_authorization")
            if self._is_own_amount():
                verbs.append("send_back")
        if idle and self.state == AUTHORIZED or self._booking_failed():
            verbs.append("settle")
        if idle and self.state in DROPPABLE_STATES:
            verbs.append("cancel")
        if self._has_phone_to_release():
            verbs.append("release_visit")
        if self._wants_phone():
            verbs.append("accept_visit")
        if self.holds_counter and (self.state in FINAL_STATES or self._may_be_parked()):
            verbs.append("next")
        if operation._can_be_resolved() and self.counter_id._is_manager():
            verbs.append("resolve")
        return verbs

    def _wants_phone(self):
        """Whether a waiting phone can help: also when the one that should go to the
        provider has left.
        """
        alone = self._is_for_a_phone() and not self._bound_visit()
        return self.holds_counter and alone

    def _has_phone_to_release(self):
        under_way = self.holds_counter and self.state not in FINAL_STATES
        return under_way and bool(self._bound_visit())

    def _booking_failed(self):
        operation = self._open_operation()
        booking = operation.kind == OP_REGISTER_SALE
        return self.state == SETTLING and booking and bool(operation.error)

    def _day_values(self):
        """A row of the day list."""
        return {
            "id": self.id,
            "name": self.name,
            "time": _iso(self.create_date),
            "amount": self.amount,
            "amount_text": self._amount_text(),
            "currency": self.currency_id.name,
            "state": self.state,
            "turn": self._turn(),
            "method": self.payment_method_id.name or False,
            "description": self.description or False,
            "in_doubt": self.in_doubt,
            "parked": self._is_parked(),
            "authorized_until": _iso(self._held_until()),
        }

    def _held_until(self):
        """Until when the customer's money is held for the clerk to settle, or False."""
        held = self.state == AUTHORIZED and not self.charged_at_once
        return self.authorized_until if held else False

    # === THE CUSTOMER'S PAGE === #

    def _customer_sentence(self):
        """One sentence that says whose turn it is, in the customer's words."""
        if self.in_doubt:
            return self.env._("We are checking with your bank. Do not pay again.")
        return self._sentences().get(self.state, "")

    def _hides_sum(self):
        """Whether the phone that is bound sees neither amount nor lines just now: a
        hook of add-ons whose clerks still change them.
        """
        return False

    def _reason_for(self, visit):
        """Why the deal is where it is, as this phone may read it: what the provider
        said of another phone's card is told to the clerk only.
        """
        about = self.reason_visit_id
        if not self.reason or not about or about == visit:
            return self.reason
        return self.env._("The payment from the other phone was not made.")

    def _sentences(self):
        under_way = self._turn() == TURN_PROVIDER
        return {
            DRAFT: self.env._("The clerk is preparing your payment."),
            OPEN: self.env._("The clerk is preparing your payment."),
            ENGAGED: (
                self.env._("Enter the amount, then choose how to pay.")
                if self._is_own_amount()
                else self.env._("Choose how you want to pay.")
            ),
            CHOSEN: self.env._("Waiting for the clerk."),
            AUTHORIZING: (
                self.env._("Your bank is being asked.")
                if under_way or self.flow == "token"
                else self.env._("Confirm the payment now.")
            ),
            AUTHORIZED: (
                self.env._("You were charged. The clerk completes the sale.")
                if self.charged_at_once
                else self.env._("Confirmed. The clerk completes the payment.")
            ),
            SETTLING: self.env._("The payment is being completed."),
            SETTLED: self.env._("Completed. Thank you!"),
            **self._ended_sentences(),
        }

    def _ended_sentences(self):
        """What a dropped deal meant for the customer's money."""
        money = self._money_of_customer()
        if money != MONEY_NONE:
            ended = (
                self.env._("This payment has ended. What was charged was given back.")
                if money == MONEY_RETURNED
                else self.env._(
                    "This payment has ended. What was charged is given back."
                )
            )
            return {CANCELLED: ended, EXPIRED: ended}
        return {
            CANCELLED: self.env._("This payment was cancelled. Nothing is charged."),
            EXPIRED: self.env._("Time ran out. Nothing is charged."),
        }

    def _money_of_customer(self):
        """Whether the customer of a dropped deal was charged, and has it back: one of
        `const.MONEY_*`.
        """
        if self.state not in DROPPED_STATES:
            return MONEY_NONE
        charged = self._attempts().filtered(lambda tx: tx._epay_captured_amount())
        if any(tx._epay_has_unreturned() for tx in charged):
            return MONEY_HELD
        return MONEY_RETURNED if charged else MONEY_NONE


def _iso(moment):
    """A UTC moment for JavaScript, or False."""
    return f"{moment.isoformat(timespec='seconds')}Z" if moment else False
