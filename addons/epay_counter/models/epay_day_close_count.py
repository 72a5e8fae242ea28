from odoo import api, fields, models
from odoo.tools import SQL

from ..const import REFUND_MAY_VOID, SETTLED

# Forgotten days that the wizard names at once.
_DAYS_NAMED = 10
# Of each counter, the oldest ones, to find these days: once they are closed, the next
# ones are found. It is quick at a counter that nobody has closed for years.
_DEALS_LOOKED_AT = 1000


class EpayDayClose(models.Model):
    """What a day close counts: in the database, as a day may have thousands of deals.

    A refund may come to light after the close of its day: from a provider's dashboard,
    or of a deal that was settled only later. It is in the counter's next close. The
    next one also takes out a refund that was counted and failed after all.
    """

    _inherit = "epay.day.close"

    # === WHAT IS TO BE COUNTED === #

    @api.model
    def _deals_to_close(self, counters, date):
        """Query of the deals settled that day which no close has counted.

        :param counters: counters of one store
        """
        start, end = self._period(counters.store_id, date)
        return SQL(
            """
            SELECT id FROM epay_session
             WHERE counter_id = ANY(%s) AND settled_at >= %s AND settled_at < %s
               AND state = %s AND day_close_id IS NULL
            """,
            counters.ids,
            start,
            end,
            SETTLED,
        )

    @api.model
    def _refunds_to_close(self, counters, date):
        """Query of the refunds of settled deals, done that day or on an earlier one
        since the counter's first close, which no close has counted.
        """
        start, end = self._period(counters.store_id, date)
        first = self._first_closes(counters)
        since = {counter: min(first.get(counter, start), start) for counter in counters}
        return self._uncounted_refunds(since, end)

    @api.model
    def _reversals_to_close(self, counters, date):
        """Query of the refunds that a close has counted and that failed after all, by
        the end of that day.
        """
        return self._failed_refunds(counters, self._period(counters.store_id, date)[1])

    def _first_closes(self, counters):
        """`{counter: start of the first day that was closed there}`."""
        return dict(
            self.env["epay.day.close"]._read_group(
                [("counter_id", "in", counters.ids)],
                ["counter_id"],
                ["period_start:min"],
            )
        )

    def _uncounted_refunds(self, since, until):
        """Query of the refunds that are done and not counted, or not any more; those
        of a return at the counter that took it.

        :param dict since: {counter: moment}
        """
        return SQL(
            """
            SELECT r.id
              FROM payment_transaction r
              JOIN payment_transaction p ON p.id = r.source_transaction_id
              JOIN payment_provider v ON v.id = r.provider_id
              JOIN epay_session s ON s.id = r.epay_session_id
              JOIN %(since)s ON since.counter_id = s.counter_id
             WHERE r.operation = 'refund' AND r.epay_session_id IS NOT NULL
               AND r.epay_maybe_id IS NULL
               AND (r.epay_day_close_id IS NULL OR r.epay_reversal_close_id IS NOT NULL)
               AND %(is_done)s
               AND r.last_state_change >= %(earliest)s
               AND r.last_state_change >= since.moment
               AND r.last_state_change < %(until)s
               AND (s.origin_id IS NOT NULL OR s.state = %(settled)s
                    AND s.live_transaction_id IN (p.id, p.source_transaction_id))
            """,
            since=_since_table(since),
            earliest=min(since.values(), default=until),
            is_done=_IS_DONE,
            until=until,
            settled=SETTLED,
        )

    def _failed_refunds(self, counters, until):
        """Query of the refunds that are counted and not done."""
        return SQL(
            """
            SELECT r.id
              FROM payment_transaction r
              JOIN payment_provider v ON v.id = r.provider_id
              JOIN epay_session s ON s.id = r.epay_session_id
             WHERE r.epay_day_close_id IS NOT NULL AND r.epay_reversal_close_id IS NULL
               AND r.state <> 'done' AND NOT %(is_done)s
               AND r.last_state_change < %(until)s
               AND s.counter_id = ANY(%(counters)s)
            """,
            is_done=_IS_DONE,
            until=until,
            counters=counters.ids,
        )

    @api.model
    def _to_be_counted(self, counters, date):
        """What closes of that day would count, for who is about to close it.

        :return: {counter id: (deals, their amount, refunds, refunds that failed)}
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT counter_id, sum(deal), sum(amount), sum(refund), sum(failed)
                  FROM (SELECT counter_id, 1 AS deal, captured_amount AS amount,
                               0 AS refund, 0 AS failed
                          FROM epay_session WHERE id IN (%(deals)s)
                         UNION ALL
                        SELECT s.counter_id, 0, 0, 1, 0
                          FROM payment_transaction t
                          JOIN epay_session s ON s.id = t.epay_session_id
                         WHERE t.id IN (%(refunds)s)
                         UNION ALL
                        SELECT s.counter_id, 0, 0, 0, 1
                          FROM payment_transaction t
                          JOIN epay_session s ON s.id = t.epay_session_id
                         WHERE t.id IN (%(failed)s)) AS found
                 GROUP BY counter_id
                """,
                deals=self._deals_to_close(counters, date),
                refunds=self._refunds_to_close(counters, date),
                failed=self._reversals_to_close(counters, date),
            )
        )
        return {counter: counts for counter, *counts in rows}

    @api.model
    def _days_not_closed(self, counters, date):
        """Days before `date`, since the first close of each counter, with something
        that no close has counted; the first ones.
        """
        since = self._first_closes(counters)
        until = self._period(counters.store_id, date)[0]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT (moment AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date
                  FROM (SELECT deal.settled_at AS moment
                          FROM %(since)s
                         CROSS JOIN LATERAL (
                               SELECT settled_at FROM epay_session
                                WHERE counter_id = since.counter_id
                                  AND settled_at >= since.moment
                                  AND settled_at < %(until)s
                                  AND day_close_id IS NULL AND state = %(settled)s
                                ORDER BY settled_at LIMIT %(looked_at)s) AS deal
                         UNION ALL
                        SELECT last_state_change FROM payment_transaction
                         WHERE id IN (%(refunds)s)
                         UNION ALL
                        SELECT last_state_change FROM payment_transaction
                         WHERE id IN (%(failed)s)) AS found
                 ORDER BY 1 LIMIT %(most)s
                """,
                tz=counters.store_id.tz or "UTC",
                since=_since_table(since),
                until=until,
                settled=SETTLED,
                refunds=self._uncounted_refunds(since, until),
                failed=self._failed_refunds(counters, until),
                looked_at=_DEALS_LOOKED_AT,
                most=_DAYS_NAMED,
            )
        )
        return [day for [day] in rows]

    # === COUNTING === #

    def _stamp_all(self):
        """Mark everything that is to be counted as counted here.

        :return: how many deals, refunds, and refunds that failed after all
        """
        self.env.flush_all()
        scope = (self.counter_id, self.date)
        transactions = "payment_transaction"
        reversals = self._stamp(
            transactions,
            self._reversals_to_close(*scope),
            epay_reversal_close_id=self.id,
        )
        refunds = self._stamp(
            transactions,
            self._refunds_to_close(*scope),
            epay_day_close_id=self.id,
            # It failed, was taken out, and was made after all.
            epay_reversal_close_id=None,
        )
        deals = self._stamp(
            "epay_session", self._deals_to_close(*scope), day_close_id=self.id
        )
        self.env.invalidate_all(flush=False)
        return deals, refunds, reversals

    def _stamp(self, table, found, **values):
        """Write `values` to the rows of a query; returns how many."""
        assignments = [
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in values.items()
        ]
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id IN (%s)",
                SQL.identifier(table),
                SQL(", ").join(assignments),
                found,
            )
        )
        return self.env.cr.rowcount

    def _sums_query(self):
        """Query of the values of the lines: of all that is stamped with this close."""
        return SQL(
            """
            SELECT provider_id, payment_method_id, currency_id,
                   sum(settled_count) AS settled_count,
                   sum(settled_amount) AS settled_amount,
                   sum(returned_count) AS returned_count,
                   sum(returned_amount) AS returned_amount
              FROM (SELECT provider_id, payment_method_id, currency_id,
                           count(*) AS settled_count,
                           sum(captured_amount) AS settled_amount,
                           0 AS returned_count, 0 AS returned_amount
                      FROM epay_session WHERE day_close_id = %(close)s
                     GROUP BY 1, 2, 3
                     UNION ALL
                    SELECT provider_id, payment_method_id, currency_id,
                           0, 0, count(*), -sum(amount)
                      FROM payment_transaction WHERE epay_day_close_id = %(close)s
                     GROUP BY 1, 2, 3
                     UNION ALL
                    SELECT provider_id, payment_method_id, currency_id,
                           0, 0, -count(*), sum(amount)
                      FROM payment_transaction WHERE epay_reversal_close_id = %(close)s
                     GROUP BY 1, 2, 3) AS counted
             GROUP BY 1, 2, 3 ORDER BY 5 DESC
            """,
            close=self.id,
        )


# Of `payment_transaction r` and its `payment_provider v`: the customer has the money
# back. A refund of what was not settled at the company became a void there.
_IS_DONE = SQL(
    "(r.state = 'done' OR r.state = 'cancel' AND v.code IN %s"
    " AND COALESCE(r.state_message, '') = '')",
    tuple(REFUND_MAY_VOID),
)


def _since_table(since):
    """`{counter: moment}` as the table `since`."""
    return SQL(
        "unnest(%s::int[], %s::timestamp[]) AS since(counter_id, moment)",
        [counter.id for counter in since],
        list(since.values()),
    )


class EpaySession(models.Model):
    _inherit = "epay.session"

    _to_be_closed = models.Index(
        f"(counter_id, settled_at) WHERE state = '{SETTLED}' AND day_close_id IS NULL"
    )


class PaymentTransaction(models.Model):
    """Refunds as day closes count them, and take them out again if they fail.

    If one is done in the end all the same, it is counted anew, and only the last close
    names it; the sums of the earlier ones stay.
    """

    _inherit = "payment.transaction"

    epay_reversal_close_id = fields.Many2one(
        "epay.day.close",
        string="Taken Out by Day Close",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The day close in which a refund was taken out again, once, because it "
        "failed after it had been counted.",
    )

    _epay_to_be_closed = models.Index(
        "(last_state_change) WHERE operation = 'refund' AND epay_session_id IS NOT NULL"
        " AND (epay_day_close_id IS NULL OR epay_reversal_close_id IS NOT NULL)"
    )
    _epay_to_be_reversed = models.Index(
        "(last_state_change) WHERE epay_day_close_id IS NOT NULL"
        " AND epay_reversal_close_id IS NULL AND state <> 'done'"
    )
