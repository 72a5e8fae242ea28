"""Money shared out in whole cents (or yen), right to the last one."""


def shares(amount, left, unit):
    """`amount` shared out in proportion to what is left, by the largest remainders: no
    part is below zero, and none above what is left there.

    :param float amount: at most the sum of what is left
    :param dict left: {key: amount of money that is left there}
    :param float unit: the currency's smallest amount (`res.currency.rounding`)
    :return: {key: part}, together `amount`; the float nearest to each
    :raise ValueError: `amount` is more than is left
    """
    caps = {key: max(0, round(money / unit)) for key, money in left.items()}
    whole, total = round(amount / unit), sum(caps.values())
    if whole > total:
        raise ValueError("More to be shared out than is left")
    parts = {key: whole * cap // (total or 1) for key, cap in caps.items()}
    by_remainder = sorted(caps, key=lambda key: -(whole * caps[key] % (total or 1)))
    for key in by_remainder[: whole - sum(parts.values())]:
        parts[key] += 1
    return {key: _amount(part, unit) for key, part in parts.items()}


def taken(amount, wanted, left, unit):
    """`amount` taken from where it is wanted, as far as there is something left; what
    is missing there, or is wanted nowhere, is shared out over the others.

    :param dict wanted: {key: amount}, together at most `amount`
    :return: as `shares`
    :raise ValueError: as `shares`
    """
    parts = {key: min(wanted.get(key, 0.0), money) for key, money in left.items()}
    remaining = {key: money - parts[key] for key, money in left.items()}
    more = shares(amount - sum(parts.values()), remaining, unit)
    return {key: _amount(round((parts[key] + more[key]) / unit), unit) for key in parts}


def _amount(units, unit):
    """So many of the smallest amount, without the dust of floating point."""
    return units / round(1 / unit) if unit < 1 else units * unit
