"""Amounts as people and programs write them, without the ORM."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

# Decimal also reads 1_000 and 1e3; a till does not.
_PLAIN = re.compile(r"[+-]?\d*\.?\d*")

# numeric(…) of the database takes more; a till does not.
LARGEST = Decimal("999999999999")


class NotAnAmount(ValueError):
    """`reason` is one of: not_a_number, not_positive, too_many_decimals, too_large,
    ambiguous.
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def parse_amount(value, decimals):
    """Read an amount exactly.

    :param value: int, float, Decimal or decimal string with a dot; digits of any script
        (`Decimal` reads Arabic-Indic and full-width digits), no thousands separators
    :param int decimals: the currency's decimals
    :return: Decimal above zero with at most `decimals` decimals
    :raise NotAnAmount: for everything else; nothing is rounded silently
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise NotAnAmount("not_a_number")
    if isinstance(value, float):
        value = repr(value)
    elif isinstance(value, str):
        value = value.strip()
        if not _PLAIN.fullmatch(value):
            raise NotAnAmount("not_a_number")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise NotAnAmount("not_a_number") from None
    return _checked(amount, decimals)


def _checked(amount, decimals):
    if not amount.is_finite():
        raise NotAnAmount("not_a_number")
    if amount <= 0:
        raise NotAnAmount("not_positive")
    if amount > LARGEST:
        raise NotAnAmount("too_large")
    if amount != amount.quantize(Decimal(1).scaleb(-decimals)):
        raise NotAnAmount("too_many_decimals")
    return amount


# Separators of thousands that are never a decimal point: spaces of all kinds, the Swiss
# apostrophes, the Arabic separator.
_GROUPS = " \u00a0\u2009\u202f'\u2019\u066c"
_POINTS = ".,"
_ARABIC_POINT = "\u066b"
# Marks that only say in which direction something is written.
_DIRECTIONS = str.maketrans("", "", "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2069")
_LONGEST = 40

# How people also write a currency beside an amount, by its code: `marks` of
# `parse_typed`. A counter has one currency, so "dollars" are its own.
WORDS = {
    "JPY": ("円", "yen"),
    "CNY": ("元", "圆", "yuan", "rmb"),
    "KRW": ("원", "won"),
    "EUR": ("euro", "euros", "ユーロ", "يورو"),
    "USD": ("dollar", "dollars", "ドル", "دولار"),
    "GBP": ("pound", "pounds"),
    "CHF": ("Fr.", "Franken", "francs"),
}


def parse_typed(text, decimals, point=".", marks=()):
    """Read an amount as customers type or paste it, or refuse it; never guess.

    Digits of any script are read (full-width, Arabic-Indic …), a comma or a dot before
    the decimals, and thousands where they can't be anything else. What could be meant
    in two ways is refused: "1,234" in a currency with decimals.

    :param str text: what was typed
    :param int decimals: the currency's decimals
    :param str point: the decimal point of the reader's language, for currencies with
        three decimals, in which "1.234" is a usual amount
    :param marks: the currency's own symbol, code and words, in any case, which may
        stand before or after
    :return: Decimal above zero
    :raise NotAnAmount: also with the reason `ambiguous`
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise NotAnAmount("not_a_number")
    if any(unicodedata.category(letter) in ("No", "Nl") for letter in text):
        # "8²" and "½" are no digits, though they can be written with some.
        raise NotAnAmount("not_a_number")
    plain = _plain_digits(_without_marks(text, marks))
    if plain[0] in (*_POINTS, _ARABIC_POINT):
        # ".5", as the keys offer it.
        plain = f"0{plain}"
    whole, fraction = _split(plain, decimals, point)
    if not whole.isdecimal() or (fraction and not fraction.isdecimal()):
        raise NotAnAmount("not_a_number")
    if len(fraction) > decimals:
        raise NotAnAmount("too_many_decimals")
    return _checked(Decimal(f"{whole}.{fraction or 0}"), decimals)


def is_unfinished(text):
    """Whether whoever types `text` is about to type decimals: nothing is wrong yet."""
    plain = unicodedata.normalize("NFKC", text).translate(_DIRECTIONS).strip()
    return plain.endswith((*_POINTS, _ARABIC_POINT)) and len(plain) <= _LONGEST


def _without_marks(text, marks):
    text = unicodedata.normalize("NFKC", text).translate(_DIRECTIONS).strip().lower()
    # "Euros" before "Euro".
    for mark in sorted(filter(None, marks), key=len, reverse=True):
        mark = unicodedata.normalize("NFKC", mark).lower()
        for begins, cut in (
            (text.startswith(mark), text[len(mark) :]),
            (text.endswith(mark), text[: -len(mark)]),
        ):
            if begins:
                return cut.strip()
    return text


def _plain_digits(text):
    """ASCII digits in place of those of other scripts, and a dot for the Arabic point.

    :raise NotAnAmount: for letters, signs, and the like
    """
    text = "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in text
    )
    if not text or not set(text) <= set(f"0123456789{_POINTS}{_ARABIC_POINT}{_GROUPS}"):
        raise NotAnAmount("not_a_number")
    return text


def _split(text, decimals, point):
    """The digits before and after the decimal point."""
    if _ARABIC_POINT in text:
        # It is never anything else, so dots and commas beside it are not read.
        whole, _point, fraction = text.partition(_ARABIC_POINT)
        return _join_groups(whole, _GROUPS), fraction
    used = [letter for letter in text if letter in _POINTS]
    if not used:
        return _join_groups(text, _GROUPS), ""
    last = used[-1]
    whole, _last, fraction = text.rpartition(last)
    if used.count(last) > 1:
        if set(used) != {last}:
            raise NotAnAmount("not_a_number")
        # "1.234.567": only thousands come more than once.
        return _join_groups(text, last), ""
    others = set(used) - {last}
    if others or any(letter in _GROUPS for letter in whole):
        return _join_groups(whole, "".join(others) or _GROUPS), fraction
    if not fraction:
        raise NotAnAmount("not_a_number")
    if len(fraction) == 3 and len(whole) <= 3:
        return _thousands_or_decimals(whole, fraction, last, decimals, point)
    return whole, fraction


def _thousands_or_decimals(whole, fraction, mark, decimals, point):
    """ "1,234" and the like."""
    if decimals >= 3 and mark == point:
        return whole, fraction
    if decimals == 0 and mark != point and not whole.startswith("0"):
        return f"{whole}{fraction}", ""
    raise NotAnAmount("ambiguous")


def _join_groups(text, separators):
    """Digits in groups of three without what separates them.

    :raise NotAnAmount: when they are grouped in another way, or after a leading zero:
        nobody writes thousands so, and a digit may be missing
    """
    found = {letter for letter in text if letter in separators}
    if not found:
        return text
    if len(found) > 1:
        raise NotAnAmount("not_a_number")
    first, *groups = text.split(found.pop())
    if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups):
        raise NotAnAmount("not_a_number")
    if first.startswith("0"):
        raise NotAnAmount("ambiguous")
    return first + "".join(groups)
