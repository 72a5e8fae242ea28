"""Amounts as people and programs write them, without the ORM."""

import re
from decimal import Decimal, InvalidOperation

# Decimal also reads 1_000 and 1e3; a till does not.
_PLAIN = re.compile(r"[+-]?\d*\.?\d*")

# numeric(…) of the database takes more; a till does not.
LARGEST = Decimal("999999999999")


class NotAnAmount(ValueError):
    """`reason` is one of: not_a_number, not_positive, too_many_decimals, too_large."""

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
