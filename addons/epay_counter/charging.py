"""Whether a provider was really asked while it charges for a deal's form.

A route of a provider's module may fail before it has sent anything: that is no doubt,
and a stranger's junk must not become one. What goes out is noted here, where
`payment.provider._send_api_request` and the clients of modules that don't use it come
by.
"""

import sys
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

# Clients of modules that send without `_send_api_request`: {module: (class, method)}
OWN_CLIENTS = {
    "odoo.addons.payment_authorize.models.authorize_request": (
        "AuthorizeAPI",
        "_make_request",
    ),
}

# Not in Odoo's context: those clients have none, and nobody can send one by RPC.
_current = ContextVar("epay_charge", default=None)


class Charge:
    """One charge for a provider's form, and what is known of its requests."""

    def __init__(self, transaction):
        self.transaction = transaction
        self.sent = False
        self.answered = False
        self._depth = 0

    @contextmanager
    def asked(self):
        """Around each request. One within another only prepares it (PayPal's access
        token): its answer isn't the charge's.
        """
        self.sent = True
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
        self.answered = self.answered or not self._depth


def current_charge():
    """The charge that is being made by this thread, or None."""
    return _current.get()


@contextmanager
def charging(transaction):
    """While the body runs, what is sent belongs to the charge that it gets."""
    token = _current.set(Charge(transaction))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


@contextmanager
def noted():
    """Around a request to a provider, by whoever sends one without
    `_send_api_request`; outside of a charge it does nothing.
    """
    charge = current_charge()
    if charge is None:
        yield
        return
    with charge.asked():
        yield


def watch_own_clients():
    """Have the clients of `OWN_CLIENTS` note what they send, as far as their modules
    are there (`payment.provider._register_hook`). For all databases of this process:
    it changes nothing but for a deal's charge.
    """
    for module, (name, method) in OWN_CLIENTS.items():
        client = getattr(sys.modules.get(module), name, None)
        send = getattr(client, method, None)
        if send and not hasattr(send, "epay_noted"):
            setattr(client, method, _noting(send))


def _noting(send):
    @wraps(send)
    def noting(*args, **kwargs):
        with noted():
            return send(*args, **kwargs)

    noting.epay_noted = True
    return noting
