"""A shorter wait for the card company than the ten seconds written in Odoo.

``payment.provider._send_api_request`` has its timeout as a number, and Odoo's test
cases raise shorter ones back to ten seconds. So the wait is set where a request
leaves the process, and only inside ``with patience(seconds)``.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from requests.adapters import HTTPAdapter

_seconds = ContextVar("payment_standin_patience", default=0)
_send = HTTPAdapter.send


def _send_patiently(adapter, request, stream=False, timeout=None, *args, **kwargs):  # pylint: disable=keyword-arg-before-vararg
    timeout = _seconds.get() or timeout
    return _send(adapter, request, stream, timeout, *args, **kwargs)


HTTPAdapter.send = _send_patiently


@contextmanager
def patience(seconds):
    """Wait at most so many seconds for each answer (0: as long as Odoo does)."""
    token = _seconds.set(seconds)
    try:
        yield
    finally:
        _seconds.reset(token)
