"""What every act of a clerk has in common: rights, `client_key`, transactions, answer.

The clerk app, and integrators by XML-RPC, JSON-RPC and `/json/2`, act only through
methods that carry the decorator `act`.
"""

import functools
import hashlib
import inspect
import logging

import psycopg2

from .db import in_own_transaction
from .exceptions import Busy
from .tools.text import clean

_logger = logging.getLogger(__name__)

# What a caller's context may say: language, time, and where; never how Odoo works.
_CALLERS_KEYS = ("lang", "tz", "uid", "allowed_company_ids")
# A UUID has 36 characters; longer keys are remembered by their hash.
_LONGEST_KEY = 64


def act(method):
    """Make a public method of a counter or deal an act.

    The method runs with sudo in a transaction of its own, after the user's rights were
    checked and `client_key` was taken, and returns the operations (`epay.operation`) to
    carry out once that transaction is committed, or nothing. The caller gets the
    present state.

    Texts among the arguments come without control characters.

    The decorated method takes an additional `client_key=None`: a UUID made by the
    caller. The same key with the same arguments acts once; see `epay.client.key`.

    :raise NotYourCounter: the user is neither clerk nor manager of the counter
    :raise KeyReused: the key came with other arguments
    :raise Busy: somebody else is working on the same deal, or the database was lost
    """

    @functools.wraps(method)
    def wrapper(self, *args, client_key=None, **kwargs):
        self.ensure_one()
        self = with_plain_context(self)
        try:
            return _act(self, method, clean(args), clean(kwargs), plain_key(client_key))
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            # The driver's own words are for the log.
            _logger.exception("The database was lost during %s", method.__name__)
            raise Busy(
                self.env._(
                    "The database did not answer. The screen shows how far it got; "
                    "try again."
                )
            ) from error

    wrapper.__signature__ = _with_client_key(method)
    return wrapper


def _act(record, method, args, kwargs, client_key):
    """Write the act down, carry it out, answer: each in transactions of its own."""
    operation_ids = in_own_transaction(
        record.env,
        lambda env: _write_down(record.with_env(env), method, args, kwargs, client_key),
    )
    if operation_ids:
        record.env["epay.operation"].sudo().browse(operation_ids)._run()
    return in_own_transaction(
        record.env, lambda env: record.with_env(env).sudo()._answer(operation_ids)
    )


def plain_key(client_key):
    key = clean(str(client_key or ""))
    if len(key) > _LONGEST_KEY:
        return hashlib.sha256(key.encode()).hexdigest()
    return key


def with_plain_context(record):
    """`record` with what a caller may say about itself, and nothing else.

    Every RPC may bring a context, and acts go on with sudo: `epay_visit_id` would sign
    the history with a phone, `check_move_validity` unbalance the books.
    """
    context = record.env.context
    kept = {key: context[key] for key in _CALLERS_KEYS if key in context}
    return record.with_env(record.env(context=kept))


def _write_down(record, method, args, kwargs, client_key):
    """The act's own transaction; returns the ids of the operations to carry out."""
    record._check_clerk()
    if client_key and not _claim(record, method, args, kwargs, client_key):
        return []
    operations = method(record.sudo(), *args, **kwargs)
    return operations.ids if operations else []


def _claim(record, method, args, kwargs, client_key):
    arguments = inspect.signature(method).bind(record, *args, **kwargs)
    arguments.apply_defaults()
    call = [
        record._name,
        record.id,
        method.__name__,
        list(arguments.arguments.values())[1:],
    ]
    return record.env["epay.client.key"].sudo()._claim(client_key, call)


def _with_client_key(method):
    """The signature that `/json/2` checks arguments against."""
    signature = inspect.signature(method)
    parameter = inspect.Parameter(
        "client_key", inspect.Parameter.KEYWORD_ONLY, default=None
    )
    return signature.replace(parameters=[*signature.parameters.values(), parameter])
