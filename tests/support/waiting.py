"""Waiting for something to become true, with a deadline and without guessing."""

import time

PAUSE = 0.05


class NotYet(AssertionError):
    """What was waited for did not come true in time."""


def eventually(check, within=15, what=""):
    """Return the first true answer of ``check``; fail when there is none in time.

    An `AssertionError` of ``check`` counts as "not yet", so that a whole set of
    assertions can be waited for; the last one is what the failure shows.
    """
    deadline = time.monotonic() + within
    last = None
    while True:
        try:
            last = check()
            if last:
                return last
        except AssertionError as error:
            last = error
        if time.monotonic() > deadline:
            raise NotYet(f"{what or 'It'} was not so after {within} s: {last!r}")
        time.sleep(PAUSE)
