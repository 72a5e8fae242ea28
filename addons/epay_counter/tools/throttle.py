"""A limit that costs no query, for one process, without the ORM."""

import time
from collections import OrderedDict


class Throttle:
    """A token bucket per key: `burst` calls at once, then `rate` a second.

    It keeps one page that runs wild (a loop in a browser) from taking a worker for
    itself. It knows its own process only; what must hold everywhere is counted in the
    database.
    """

    def __init__(self, rate, burst, size=10000, clock=time.monotonic):
        self.rate = rate
        self.burst = burst
        self.size = size
        self._clock = clock
        self._buckets = OrderedDict()

    def allow(self, key):
        """Take one call of `key`; False when there is none left."""
        now = self._clock()
        left, since = self._buckets.pop(key, (self.burst, now))
        left = min(self.burst, left + (now - since) * self.rate)
        self._buckets[key] = (max(left - 1, 0), now)
        if len(self._buckets) > self.size:
            self._buckets.popitem(last=False)
        return left >= 1
