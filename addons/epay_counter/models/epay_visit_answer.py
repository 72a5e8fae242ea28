from odoo import api, models
from odoo.tools import SQL

from ..const import (
    FINAL_STATES,
    TURN_CLERK,
    TURN_NOBODY,
    TURN_PROVIDER,
    TURNS,
    VISIT_BOUND,
    VISIT_LEFT,
    VISIT_WAITING,
)
from ..tools import codes


class EpayVisit(models.Model):
    """What a phone is told by the cheap state route, which every page asks all the
    time.
    """

    _inherit = "epay.visit"

    @api.model
    def _public_state(self, token):
        """What the cheap state route answers, in one query, or None for no such
        visit.

        :raise VisitOver:
        """
        if not codes.is_secret(token):
            return None
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT v.state AS visit, v.expires_at, s.state_date,
                       s.state, s.name AS number, s.amount,
                       s.in_doubt, c.name AS currency, t.state AS attempt,
                       GREATEST(v.version, COALESCE(s.version, 0)) AS version,
                       %(room)s,
                       EXISTS (
                           SELECT 1 FROM epay_operation o
                            WHERE o.session_id = s.id AND o.called_at IS NOT NULL
                              AND o.finished_at IS NULL AND o.aside IS NOT TRUE
                       ) AS asked
                  FROM epay_visit v
                  LEFT JOIN epay_session s ON s.id = v.session_id
                  LEFT JOIN res_currency c ON c.id = s.currency_id
                  LEFT JOIN payment_transaction t ON t.id = s.live_transaction_id
                 WHERE v.token_hash = %(token)s
                """,
                token=codes.digest(token),
                room=self._room_columns(),
            )
        )
        row = rows[0] if rows else None
        if row and self._has_passed(row["expires_at"], row["state"], row["state_date"]):
            raise self._over()
        return self._state_json(row) if row else None

    @api.model
    def _state_json(self, row):
        """The row of `_public_state` as the contract has it."""
        # Only a bound phone sees the deal; one that left is told nothing of it.
        known = row["visit"] == VISIT_BOUND
        under_way = row["asked"] or row["attempt"] == "pending" or row["in_doubt"]
        provider = under_way and row["state"] not in FINAL_STATES
        idle = TURNS.get(row["state"], TURN_NOBODY) if known else TURN_CLERK
        turn = TURN_PROVIDER if provider else idle
        if row["visit"] == VISIT_LEFT:
            turn = TURN_NOBODY
        return {
            "version": row["version"],
            "state": row["visit"] if row["visit"] != VISIT_BOUND else row["state"],
            "amount": known and float(row["amount"] or 0) or False,
            "currency": known and row["currency"] or False,
            "number": known and row["number"] or False,
            "in_doubt": known and bool(row["in_doubt"]),
            "turn": turn,
            **self._room_json(row),
        }

    @api.model
    def _room_columns(self):
        """Of a visit `v` in the waiting room: its place, and whether the clerk serves
        another phone just now.
        """
        return SQL(
            """
            CASE WHEN v.state = %(waiting)s THEN (
                SELECT count(*) FROM epay_visit w
                 WHERE w.counter_id = v.counter_id
                   AND w.state = %(waiting)s AND w.id <= v.id
            ) END AS place,
            v.state = %(waiting)s AND EXISTS (
                SELECT 1 FROM epay_session h
                  JOIN epay_visit b ON b.session_id = h.id
                 WHERE h.counter_id = v.counter_id AND h.holds_counter
                   AND h.state NOT IN %(final)s AND b.state = %(bound)s
            ) AS other
            """,
            waiting=VISIT_WAITING,
            bound=VISIT_BOUND,
            final=FINAL_STATES,
        )

    @api.model
    def _room_json(self, row):
        """The row's part of `_room_columns`, which changes without a new version."""
        if row["place"] is None:
            return {}
        return {"place": row["place"], "other_phone": row["other"]}

    def _room_values(self):
        """`place` and `other_phone` of `_public_state`, for the page itself."""
        self.env.flush_all()
        [row] = self.env.execute_query_dict(
            SQL(
                "SELECT %s FROM epay_visit v WHERE v.id = %s",
                self._room_columns(),
                self.id,
            )
        )
        return self._room_json(row)
