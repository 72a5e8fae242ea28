from odoo import models

from ..const import (
    CANCELLABLE,
    CANCELLED,
    CONSENTED,
    ENGAGED,
    EXPIRED,
    INQUIRING,
    OP_REVERSE_SALE,
    OPEN,
    REFUSED,
    REJECTED,
    REVERSED,
    REVERSING,
    SETTLED,
    WAY_BY_HAND,
    WAY_REFUND,
    WAY_VOID,
)


class EpaySession(models.Model):
    """What the screens are told of returns, and of what was given back of a sale."""

    _inherit = "epay.session"

    # === THE CLERK'S SCREEN === #

    def _clerk_values(self):
        return {
            **super()._clerk_values(),
            "origin": self.origin_id._original_values() if self.origin_id else False,
            "return": self._return_answer() if self._is_return() else False,
            **self._given_back_values(),
        }

    def _given_back_values(self):
        """How much of a sale went back, and what can still go."""
        left = self._left_to_return() if self.state == SETTLED else 0.0
        return {
            "return_state": self.return_state,
            "returned_amount": self.returned_amount,
            "returned_text": self._money_text(self.returned_amount),
            "left_to_return": left,
            "left_text": self._money_text(left),
            "returns": [deal._return_row() for deal in self.return_ids],
        }

    def _money_text(self, amount):
        return self.currency_id.format(amount) if amount else ""

    def _original_values(self):
        """The original deal, so that the clerk sees what was bought, when, how it was
        paid, and what went back already (SB5).
        """
        method = self._method_values()
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "date": self._moment(self.settled_at),
            "amount": self.amount,
            "amount_text": self._amount_text(),
            "description": self.description or False,
            "method": method,
            "counter": self.counter_id.code,
            "store": self.store_id.name,
            "clerk": self.user_id.name or False,
            "lines": [line._original_line_values() for line in self.line_ids],
            "receipt_url": f"/epay/r/{self._receipt_token()}",
            **self._given_back_values(),
        }

    def _return_row(self):
        """A return in the list of the original deal's."""
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "date": self._moment(self.settled_at or self.create_date),
            "amount": self.amount,
            "amount_text": self._amount_text(),
        }

    def _return_answer(self):
        """What is particular of a return."""
        agreed = self._consent_event()
        went_back = bool(self._refund_operation())
        return {
            "whole": self._is_whole(),
            "way": self.return_way or False,
            "way_text": self._way_text(),
            "next": self.return_next or False,
            "consent_at": self._moment(agreed.date),
            "consent_waived": self.consent_waived,
            "consent_reason": self.consent_reason or False,
            "credit_note": went_back and self.invoice_id.name or False,
            "money_on_its_way": went_back,
            "bounced": self._has_bounced(),
            "left": self._left_phrase(),
        }

    def _acting_visit(self):
        """Of a return the phone on which the customer agreed."""
        if self._is_return():
            return self._consent_event().visit_id
        return super()._acting_visit()

    def _consent_event(self):
        """The row of the history in which the customer (or a manager) agreed, unless
        the phone was let go since (`_strike_consent`).
        """
        rows = self.event_ids.sorted("id")
        struck = rows.filtered(lambda event: event.target == OPEN)[-1:].id or 0
        return rows.filtered(
            lambda event: (
                event.id > struck
                and event.target == CONSENTED
                and event.source in (OPEN, ENGAGED)
            )
        )[:1]

    def _moment(self, moment):
        return f"{moment.isoformat(timespec='seconds')}Z" if moment else False

    def _way_text(self):
        """How the money goes back, for the clerk."""
        method = self.origin_id.payment_method_id.name or ""
        texts = {
            WAY_VOID: self.env._("The payment is voided; it is never charged."),
            WAY_REFUND: self.env._("Refunded to %(method)s.", method=method),
            WAY_BY_HAND: self.env._("Given back at the provider's own pages."),
        }
        return texts.get(self.return_way, False)

    def _allowed(self):
        """Also what a return is waiting for; `return` on a sale that has something left
        to give back.
        """
        verbs = super()._allowed()
        if self._is_return():
            return verbs + self._allowed_return()
        if self.state == SETTLED and self._left_to_return() > 0:
            verbs.append("return")
        return verbs

    def _allowed_return(self):
        """The verbs of a return in its state, for the present user."""
        verbs = []
        idle = not self.in_doubt and not self._open_operation()
        manager = self.counter_id._is_manager()
        if self.state == OPEN:
            verbs.append("choose_part")
        if self.state == INQUIRING:
            verbs.append("cancel")
        if idle and self.state in (CONSENTED, CANCELLABLE):
            verbs.append("inquire")
        if idle and self.state == CANCELLABLE or self._reversal_failed():
            verbs.append("execute_cancellation")
        if manager and self.state in (OPEN, ENGAGED):
            verbs.append("waive_consent")
        recordable = self.state == REJECTED and self.may_be_recorded
        if manager and idle and (self.state == CONSENTED or recordable):
            verbs.append("record_refund")
        return verbs

    def _reversal_failed(self):
        """Whether the money is on its way back, but the books refused."""
        operation = self._open_operation()
        booking = operation.kind == OP_REVERSE_SALE
        return self.state == REVERSING and booking and bool(operation.error)

    def _books_values(self):
        values = super()._books_values()
        if self.state == REVERSED:
            values["receipt_url"] = f"/epay/r/{self._receipt_token()}"
        return values

    def _method_values(self):
        """A return goes to where the original was paid from."""
        if self._is_return():
            return self.origin_id._method_values()
        return super()._method_values()

    def _day_values(self):
        origin = self.origin_id
        return {
            **super()._day_values(),
            "kind": self.kind,
            "method": (origin or self).payment_method_id.name or False,
            "return_state": self.return_state,
            "origin": origin.name or False,
        }

    # === THE CUSTOMER'S PAGE === #

    def _sentences(self):
        if not self._is_return():
            return super()._sentences()
        on_its_way = bool(self._refund_operation())
        return {
            OPEN: self.env._("The clerk is preparing your return."),
            ENGAGED: self.env._("Do you agree that this is given back?"),
            CONSENTED: self._consented_sentence(),
            INQUIRING: self.env._("Your bank is being asked."),
            CANCELLABLE: self.env._("It can be given back. Waiting for the clerk."),
            REVERSING: (
                self.env._("Your money is on its way back. The clerk finishes.")
                if on_its_way
                else self.env._("Your money is being given back.")
            ),
            REVERSED: (
                self.env._("Cancelled. Your money is on its way back.")
                if on_its_way
                else self.env._("Your bank did not take the money back. Ask the store.")
            ),
            REFUSED: self.env._("You refused. Nothing is given back."),
            REJECTED: self.env._("This can't be given back this way."),
            CANCELLED: self.env._("The clerk ended this return. Nothing changed."),
            EXPIRED: self.env._("Time ran out. Nothing changed."),
        }

    def _consented_sentence(self):
        if self._goes_on_without():
            return self.env._(
                "The store goes on without your answer: %(reason)s",
                reason=self.consent_reason,
            )
        return self.env._("You agreed. The clerk asks your bank.")

    def _customer_sentence(self):
        if self._is_return() and self.in_doubt:
            return self.env._(
                "We are asking your bank about your money. The clerk sees the result."
            )
        return super()._customer_sentence()

    def _receipt_values(self):
        """The receipt of a return names the original."""
        values = super()._receipt_values()
        values["origin"] = self._origin_receipt() if self._is_return() else False
        return values

    def _receipt_template(self):
        if not self._is_return():
            return super()._receipt_template()
        return self.env.ref("epay_counter.mail_template_return_receipt")

    def _origin_receipt(self):
        origin = self.origin_id
        return {
            "number": origin.name,
            "time": origin._settled_text() or False,
            "amount": origin.amount,
            "lines": origin.line_ids,
            "goes_to": self.env._(
                "%(method)s, the same as you paid with",
                method=self._shown_method(),
            ),
            "arrives": self._arrival_text(),
            "bounced": self._has_bounced(),
            "made": bool(self._refund_operation()),
            "waived": self.consent_reason if self._goes_on_without() else False,
        }

    def _shown_method(self):
        """How the original was paid; the card's last digits only for who agreed, or
        who paid: any phone may be let in.
        """
        if self._shows_card():
            return self._method_values()["name"]
        return self.origin_id.payment_method_id.name

    def _shows_card(self):
        if self.state == REVERSED or self._consent_event().visit_id:
            return True
        visit = self._bound_visit()
        same_customer = visit.partner_id & self.origin_id.partner_id
        return visit._is_same_phone(self._paid_on()) or bool(same_customer)

    def _has_bounced(self):
        """Whether the refund failed after this return had ended."""
        return self.state == REVERSED and not self._refund_operation()

    def _arrival_text(self):
        """When the money is there, for the customer."""
        if self._has_bounced():
            return self.env._("Not yet: your bank did not take it. Ask the store.")
        if self.return_way == WAY_VOID:
            return self.env._("Your bank does not charge it")
        least, most = self.origin_id.provider_id._epay_refund_arrival()
        return self.env._(
            "Usually within %(least)s to %(most)s business days",
            least=least,
            most=most,
        )
