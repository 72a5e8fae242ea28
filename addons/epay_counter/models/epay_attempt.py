from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import LIMITS
from ..db import in_own_transaction
from ..exceptions import TooManyAttempts


class EpayAttempt(models.Model):
    """Counts what may be tried only so often: searches, joins, misses.

    One row per scope, key and time slice, raised by one statement, in a transaction of
    its own that is committed before anything is refused (or the refusal would undo the
    count).
    """

    _name = "epay.attempt"
    _description = "Counted attempts"
    _log_access = False

    scope = fields.Char(required=True)
    key = fields.Char(required=True)
    slice_start = fields.Datetime(required=True, index=True)
    count = fields.Integer(required=True, default=0)

    _slice_uniq = models.UniqueIndex("(scope, key, slice_start)")

    @api.model
    def _check(self, scope, key, limit=None, seconds=None):
        """Count one attempt and refuse it when there were too many.

        Called by the public controllers (`portal_search`, `miss` …).

        :param str scope: what is tried; the limit comes from `const.LIMITS`
        :param str key: who tries, for example an address or a counter
        :return: how many there were in this time slice
        :raise TooManyAttempts: above `limit` in `seconds`
        """
        default_limit, default_seconds = LIMITS.get(scope, (60, 60))
        limit, seconds = limit or default_limit, seconds or default_seconds
        count = self._note(scope, key, seconds)
        if count > limit:
            raise self._too_many(seconds)
        return count

    @api.model
    def _require_left(self, scope, key):
        """Refuse when as many as may be were counted; what is refused counts nothing.
        For what `_note` counts once it has succeeded.

        :raise TooManyAttempts:
        """
        limit, seconds = LIMITS[scope]
        if self._so_far(scope, key) >= limit:
            raise self._too_many(seconds)

    @api.model
    def _note(self, scope, key, seconds=None):
        """Count one attempt, whatever follows, and return how many there were."""
        seconds = seconds or LIMITS[scope][1]
        return in_own_transaction(
            self.env, lambda env: env["epay.attempt"]._count(scope, str(key), seconds)
        )

    @api.model
    def _so_far(self, scope, key):
        """How many attempts were counted in the present time slice. No effects."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT count FROM epay_attempt
                 WHERE scope = %(scope)s AND key = %(key)s AND slice_start =
                       to_timestamp(
                           floor(extract(epoch FROM now()) / %(seconds)s) * %(seconds)s
                       ) AT TIME ZONE 'UTC'
                """,
                scope=scope,
                key=str(key),
                seconds=LIMITS[scope][1],
            )
        )
        return rows[0][0] if rows else 0

    @api.model
    def _too_many(self, seconds):
        return TooManyAttempts(
            self.env._(
                "Too many attempts. Please wait %(seconds)s seconds and try again.",
                seconds=seconds,
            )
        )

    @api.model
    def _count(self, scope, key, seconds):
        """Raise the counter of the present time slice and return it."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO epay_attempt (scope, key, slice_start, count)
                VALUES (%(scope)s, %(key)s, to_timestamp(
                    floor(extract(epoch FROM now()) / %(seconds)s) * %(seconds)s
                ) AT TIME ZONE 'UTC', 1)
                ON CONFLICT (scope, key, slice_start)
                DO UPDATE SET count = epay_attempt.count + 1
                RETURNING count
                """,
                scope=scope,
                key=key[:128],
                seconds=seconds,
            ),
            # Two at once: the transaction is repeated.
            log_exceptions=False,
        )
        return self.env.cr.fetchone()[0]

    @api.autovacuum
    def _gc_attempts(self):
        limit = fields.Datetime.now() - timedelta(hours=1)
        self.env.execute_query(
            SQL("DELETE FROM epay_attempt WHERE slice_start < %s RETURNING id", limit)
        )
