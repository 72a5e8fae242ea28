"""Short transactions of our own, and when we may have them.

Money needs to be written down before a provider is called and after it answered,
whatever happens to the request around it (docs/locking.md). So an act never works on
the request's cursor: it opens its own, and repeats on a conflict with another
transaction until it is committed, never afterwards. Under a test cursor nothing may be
committed, and everything happens in the test's transaction inside savepoints; the
commits are proved by the tests in `tests/`.
"""

import logging
import random
import time
from contextlib import closing
from functools import partial

from psycopg2.errors import UniqueViolation
from psycopg2.pool import PoolError

from odoo import SUPERUSER_ID, modules, tools
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL
from odoo.tools.misc import Callbacks

from .const import LOCK_TIMEOUT_SECONDS
from .exceptions import Busy, Overloaded

_logger = logging.getLogger(__name__)

_CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, PoolError, UniqueViolation)


class _Undo(Exception):
    """Carries a result out of a savepoint that is to be rolled back."""

    def __init__(self, result):
        super().__init__()
        self.result = result


def can_commit():
    """Whether real commits are allowed here (as `account.move.send._can_commit`)."""
    return not (tools.config["test_enable"] or modules.module.current_test)


def in_own_transaction(env, work, *, patience=LOCK_TIMEOUT_SECONDS):
    """Run `work(env)` in a transaction of its own and commit it.

    :param env: environment whose user and context `work` gets
    :param work: function of one environment; it may run several times and so must not
        do anything that a rollback doesn't undo
    :param float patience: seconds to go on repeating on a conflict with others
    :return: what `work` returned; no recordsets, their cursor is closed
    :raise Busy: when the conflict lasted longer than `patience`
    :raise Overloaded: when all connections of this process were in use for as long
    """
    if not can_commit():
        with env.cr.savepoint():
            result = work(env)
        env["epay.counter"]._publish_touched()
        return result
    deadline = time.monotonic() + patience
    while True:
        try:
            cr, result = _work_and_commit(env, work)
        except _CONFLICTS as conflict:
            if not _may_pass(conflict):
                raise
            if time.monotonic() > deadline:
                raise _busy(env, conflict) from conflict
            time.sleep(random.uniform(0.005, 0.05))
        else:
            with closing(cr):
                _run_hooks(cr.postcommit)
            return result


def _may_pass(conflict):
    """Whether another try can end otherwise. Of what must be unique only the references
    of payments are drawn anew: a provider's message and an act may draw the same one.
    """
    if isinstance(conflict, UniqueViolation):
        return conflict.diag.constraint_name == "payment_transaction_reference_uniq"
    return True


def _busy(env, conflict):
    if isinstance(conflict, PoolError):
        return Overloaded(
            env._("Very many people are here at this moment. Please try again.")
        )
    return Busy(env._("Somebody else is working on this deal. Please try again."))


def _work_and_commit(env, work):
    """The open cursor and the result of `work`, committed. What waits for the commit is
    still to be run: it must not be taken for a failure of the work.
    """
    cr = _cursor(env)
    try:
        result = work(env(cr=cr))
        cr.flush()
        hooks, cr.postcommit = cr.postcommit, Callbacks()
        # The cursor is our own.
        cr.commit()  # pylint: disable=invalid-commit
    except BaseException:
        cr.close()
        raise
    cr.postcommit = hooks
    return cr, result


def _run_hooks(hooks):
    """Run what waited for a commit. One that fails is logged, and keeps neither the
    others nor the result: Odoo's bus wants a connection of its own, and all may be in
    use.
    """
    while hooks:
        try:
            hooks.run()
        except Exception:
            # The rest is still in the queue.
            _logger.exception("What follows a commit failed")


def _cursor(env):
    """A cursor of our own, waiting for it while all of this process's are in use.

    A threaded server gives each request one and has a limited pool; a burst of requests
    that each want a second one must not become errors, least of all when a provider's
    answer is to be written down.
    """
    deadline = time.monotonic() + LOCK_TIMEOUT_SECONDS
    while True:
        try:
            return env.registry.cursor()
        except PoolError:
            if time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(0.005, 0.05))


def without_trace(env, work):
    """Run `work(env)` and roll back whatever it wrote; return what it returned.

    For the call to a provider: what Odoo's engine writes around it must not decide
    whether we keep the answer, and no row may be locked while the network is waited
    for.
    """
    if can_commit():
        with _cursor(env) as cr:
            result = work(env(cr=cr))
            cr.rollback()
            return result
    try:
        with env.cr.savepoint():
            raise _Undo(work(env))
    except _Undo as undo:
        env.invalidate_all(flush=False)
        return undo.result


def after_commit(env, key, work):
    """Run `work(env)` with a superuser environment once the transaction is committed.

    :param key: hashable; the same key registered twice in one transaction runs once
    :param work: makes its own transactions; a failure is logged, and the recovery job
        finds the same work again by the open operation
    """
    callbacks = env.cr.postcommit if can_commit() else env.cr.precommit
    seen = callbacks.data.setdefault("epay_after_commit", set())
    if key in seen:
        return
    seen.add(key)
    callbacks.add(partial(_run_after_commit, env, key, work))


def _run_after_commit(env, key, work):
    if not can_commit():
        env.cr.precommit.data.get("epay_after_commit", set()).discard(key)
        return work(env(user=SUPERUSER_ID))
    try:
        # It needs no connection but those of its own transactions.
        return work(env(user=SUPERUSER_ID, context={}))
    except Exception:
        _logger.exception("Work after a commit failed: %s", key)


def lock_rows(records):
    """Lock `records` and read them afresh: the start of every change (docs/locking.md).

    `FOR NO KEY UPDATE`, because plain `FOR UPDATE` also waits for anybody who merely
    inserts a child row; with a timeout, because Odoo's `lock_for_update` skips locked
    rows instead of waiting (`odoo/orm/models.py`).
    """
    if not records:
        return records
    env = records.env
    records.flush_recordset()
    env.cr.execute("SET LOCAL lock_timeout = %s", (f"{LOCK_TIMEOUT_SECONDS}s",))
    env.cr.execute(
        SQL(
            "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            SQL.identifier(records._table),
            list(records.ids),
        ),
        # A conflict is nothing to be alarmed about: the transaction is repeated.
        log_exceptions=False,
    )
    records.invalidate_recordset()
    return records


def next_versions(env, touched):
    """Give every touched row a new version, in the order in which transactions commit.

    A screen that has seen version n asks for "anything newer than n", so a lower number
    must never appear after a higher one. The advisory lock of the counter, taken last
    and held to the commit, makes the sequence follow the commits; it is never waited
    for long.

    :param dict touched: {counter id: {table name: set of ids}}
    """
    env.flush_all()
    for counter_id in sorted(touched):
        env.cr.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", (_LOCK_SPACE, counter_id)
        )
        for table, ids in sorted(touched[counter_id].items()):
            env.cr.execute(
                SQL(
                    "UPDATE %s SET version = nextval('epay_version_seq') WHERE id = "
                    "ANY(%s)",
                    SQL.identifier(table),
                    list(ids),
                )
            )


# Class id of our advisory locks, so that they don't meet anybody else's ("epay").
_LOCK_SPACE = 0x65706179


def see_commits(env):
    """Let `env` see what our own transactions committed.

    Only for public routes, whose cursor has written nothing: its snapshot is from
    before.
    """
    if can_commit():
        env.cr.commit()
        env.invalidate_all()
