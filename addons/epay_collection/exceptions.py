"""Refusals of collections, beside those of `epay_counter`."""

from odoo.addons.epay_counter.exceptions import EpayRefusal


class NothingDue(EpayRefusal):
    """Nothing is owed any more: paid elsewhere, or the source is cancelled."""

    code = "nothing_due"
    http_status = 409


class OtherCurrency(EpayRefusal):
    """Store or source have another currency than was planned."""

    code = "other_currency"
    http_status = 409


class NotYourLine(EpayRefusal):
    """There is no such line on a route of this user, or of this store."""

    code = "not_your_line"
    http_status = 403


class LineOpened(EpayRefusal):
    """Another deal of the same line is under way."""

    code = "line_opened"
    http_status = 409


class PaidByOtherPhone(EpayRefusal):
    """Another phone pays ahead just now, and no clerk is there to let this one in."""

    code = "paid_by_other_phone"
    http_status = 409


class BadOutcome(EpayRefusal):
    """Not one of the things that happen at doors."""

    code = "bad_outcome"


class BadSignature(EpayRefusal):
    """Not a drawing, or one of unreasonable size."""

    code = "bad_signature"


class PayAheadOver(EpayRefusal):
    """The link to pay ahead is too old, or was taken back."""

    code = "pay_ahead_over"
    http_status = 410
