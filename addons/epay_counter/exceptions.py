"""The one place for refusals: one class per reason, each with a stable code.

A refusal is an Odoo `UserError`, so that every channel (the web client, XML-RPC,
JSON-RPC, `/json/2`) shows its text; `context["code"]` is for machines. Public pages
answer `http_status`. The text says what to do next and never what an attacker could
use.
"""

from odoo.exceptions import UserError

from .reasons import in_english


class EpayRefusal(UserError):
    """Base of all refusals. Subclasses set `code` and `http_status`."""

    code = "refused"
    http_status = 422

    def __init__(self, message):
        super().__init__(message)
        self.context = {"code": self.code}


class WrongState(EpayRefusal):
    """The deal has moved on, or is not there yet."""

    code = "wrong_state"
    http_status = 409


class Busy(EpayRefusal):
    """Somebody else is working on the same deal right now; trying again helps."""

    code = "busy"
    http_status = 409


class Overloaded(Busy):
    """No connection to the database was free for some seconds; trying again helps."""

    http_status = 503


class BadAmount(EpayRefusal):
    """Not an amount of this currency that may be taken at this counter."""

    code = "bad_amount"


class AmountMismatch(EpayRefusal):
    """Two sums that must be the same are not."""

    code = "amount_mismatch"


class ChoiceChanged(EpayRefusal):
    """The customer has chosen anew since the clerk looked."""

    code = "choice_changed"
    http_status = 409


class NotYourCounter(EpayRefusal):
    """The user is not a clerk of this counter, or there is no such counter."""

    code = "not_your_counter"
    http_status = 403


class ManagerOnly(EpayRefusal):
    """The act is for the store's manager."""

    code = "manager_only"
    http_status = 403


class CounterClosed(EpayRefusal):
    code = "counter_closed"
    http_status = 409


class CounterBusy(EpayRefusal):
    """Another deal holds the counter."""

    code = "counter_busy"
    http_status = 409


class TooManyAttempts(EpayRefusal):
    """Tried too often; `context["seconds"]` is how long to wait, where it is known."""

    code = "too_many_attempts"
    http_status = 429

    def __init__(self, message, seconds=None):
        super().__init__(message)
        if seconds:
            self.context["seconds"] = seconds


class InDoubt(EpayRefusal):
    """The outcome of an act is not known; nothing else may start on the deal."""

    code = "in_doubt"
    http_status = 409


class KeyReused(EpayRefusal):
    """The same `client_key` came with other arguments."""

    code = "key_reused"


class MethodNotOffered(EpayRefusal):
    """The payment method is not (or no longer) offered for this deal."""

    code = "method_not_offered"


class ProviderDisabled(EpayRefusal):
    code = "provider_disabled"


class NotRefundable(EpayRefusal):
    """The provider can't give the money back by itself."""

    code = "not_refundable"


class NoMatch(EpayRefusal):
    """Processing number and amount don't belong together, or there is no such deal.

    It never says which: whoever guesses learns nothing.
    """

    code = "no_match"


class BadAddress(EpayRefusal):
    """Not a mail address."""

    code = "bad_address"


class HeldByOtherPhone(EpayRefusal):
    code = "held_by_other_phone"
    http_status = 409


class NotYourPhone(EpayRefusal):
    """The link was opened on a device that has not joined the counter."""

    code = "not_your_phone"
    http_status = 409


class Expired(EpayRefusal):
    code = "expired"
    http_status = 410


class VisitOver(EpayRefusal):
    """The visit ended some time ago, and so did the deal that it was for."""

    code = "visit_over"
    http_status = 410


class ReceiptOver(EpayRefusal):
    """The sale was so long ago that its receipt is not shown any more."""

    code = "receipt_over"
    http_status = 410


class UnknownCode(EpayRefusal):
    code = "unknown_code"
    http_status = 404


class ForeignSticker(EpayRefusal):
    """The printed code is forged, or was printed for another counter."""

    code = "foreign_sticker"
    http_status = 404


class ReasonMissing(EpayRefusal):
    """An act that leaves the beaten track needs a reason for the history."""

    code = "reason_missing"


class BookingBlocked(EpayRefusal):
    """The sale can't be booked as it was paid; the money stays recorded.

    The text is kept on the deal: a term (`_lt`), which everybody reads in the own
    language.
    """

    code = "booking_blocked"

    def __init__(self, term):
        super().__init__(in_english(term))
        self.term = term


class DealsOpen(EpayRefusal):
    """Deals are not finished, so that the books of a day or the add-on can't close."""

    code = "deals_open"
    http_status = 409


class NothingToClose(EpayRefusal):
    """No deal and no refund of that day that a day close has not counted."""

    code = "nothing_to_close"


class BadDate(EpayRefusal):
    """Not a day, or one that is not there yet."""

    code = "bad_date"


class SetupIncomplete(EpayRefusal):
    """Something is missing or wrong in the set-up; the text says what to do."""

    code = "setup_incomplete"


class ProviderOutcomeUnknown(Exception):
    """The provider was asked and nobody knows what it did.

    Not a `ValidationError`: Odoo's engine and its provider modules swallow those and
    call them failures (`payment/models/payment_transaction.py`, `_capture`).
    """
