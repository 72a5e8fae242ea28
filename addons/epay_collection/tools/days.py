"""Moments as the clock on the wall of a store says them."""

from datetime import UTC
from zoneinfo import ZoneInfo


def at_place(moment, zone):
    """A moment of Odoo's (UTC without a time zone), as it is there.

    :param str zone: name of the time zone
    """
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))


def on_another_day(moment, delta, zone):
    """The same hour some days later, also when the clocks were changed in between.

    :param moment: UTC, without a time zone, as what is returned
    :param delta: timedelta of whole days
    """
    there = at_place(moment, zone) + delta
    return there.astimezone(UTC).replace(tzinfo=None)
