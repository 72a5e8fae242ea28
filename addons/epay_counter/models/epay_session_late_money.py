import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..const import (
    AUTHORIZING,
    DROPPED_STATES,
    GIVE_BACK_DAYS,
    GIVE_BACK_MINUTES,
    GIVE_BACK_TRIES,
    OP_FAILED,
    OP_REFUND,
    OP_SUCCEEDED,
    OP_VOID,
    PAID_STATES,
)

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """Late money: payments that came too late or twice are given back.

    `_follow` notices them; the recovery job looks for those that nobody has seen to.
    """

    _inherit = "epay.session"

    # === GIVING BACK === #

    def _give_back_late_money(self):
        """Payments beside the deal's own, or on a dropped deal, are given back.

        :return: operations to carry out
        """
        operations = self.env["epay.operation"]
        for tx in self._attempts().filtered(self._holds_money):
            if tx.epay_stuck:
                if tx._epay_is_returned():
                    tx.epay_stuck = False  # The person who saw to it is done.
                continue
            if not self._is_late(tx):
                continue
            if self._refused_too_often(tx):
                self._note_stuck_money(tx)
                continue
            kind = self._way_back(tx)
            able = tx._epay_can_refund if kind == OP_REFUND else tx._epay_can_void
            if not able():
                self._note_stuck_money(tx)
                continue
            tx.epay_late = True
            why = _lt("Came late; given back.")
            operations |= self._intend(kind, tx, aside=True, why=why)
        return operations

    def _note_stuck_money(self, tx):
        """Say once on the deal that somebody has to refund `tx` at the provider."""
        tx.write({"epay_late": True, "epay_stuck": True})
        why = _lt(
            "%(reference)s was paid late and can't be given back from here. Refund it "
            "at the provider.",
            reference=tx.reference,
        )
        _logger.warning("Deal %s: refund %s by hand", self.name, tx.reference)
        self._append_event(self.state, self.state, why)
        self._write_machine({"reason": why})

    def _is_late(self, tx):
        """Whether the money of `tx` belongs to nobody here and is not yet on its way
        back.
        """
        beside = tx != self.live_transaction_id and (
            self.state != AUTHORIZING or not self._may_pay(tx)
        )
        return (beside or self.state in DROPPED_STATES) and not self._is_given_back(tx)

    def _holds_money(self, tx):
        """Whether the customer's money is set aside or was taken by `tx`; also a part
        of a payment that ended at the provider afterwards.
        """
        return tx.state in PAID_STATES or bool(tx._epay_captured_amount())

    def _is_given_back(self, tx):
        """Whether the money of `tx` went back, is on its way, or was just refused.

        Whoever gave it back: what counts is what the refunds say.
        """
        acts = self._giving_back(tx)
        failed = acts.filtered(lambda op: op.state == OP_FAILED)
        pause = fields.Datetime.now() - timedelta(minutes=GIVE_BACK_MINUTES)
        if any(op.finished_at > pause for op in failed):
            return True
        if (acts - failed).filtered(
            lambda op: op.kind == OP_VOID or not op.finished_at
        ):
            return True
        return tx.state != "authorized" and not tx._epay_returnable_amount()

    def _refused_too_often(self, tx):
        failed = self._giving_back(tx).filtered(lambda op: op.state == OP_FAILED)
        return len(failed) >= GIVE_BACK_TRIES

    def _giving_back(self, tx):
        return self.operation_ids.filtered(
            lambda op: op.transaction_id == tx and op.kind in (OP_VOID, OP_REFUND)
        )

    # === LOOKING FOR IT === #

    @api.model
    def _sweep_late_money(self):
        """Give back late money that nobody has seen to (recovery job): the process that
        heard of it died, or the provider refused the first time.
        """
        for session_id in self._with_stray_money():
            try:
                self._follow_one(session_id)
            except Exception:
                # The other deals' money shall not wait for this one.
                _logger.exception("Late money of deal %s", session_id)

    @api.model
    def _with_stray_money(self):
        """Ids of deals with a payment that is not theirs and not on its way back."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT s.id
                  FROM payment_transaction t
                  JOIN epay_session s ON s.id = t.epay_session_id
                 WHERE t.source_transaction_id IS NULL
                   AND (t.state IN %(paid)s OR EXISTS (
                       SELECT 1 FROM payment_transaction c
                        WHERE c.source_transaction_id = t.id AND c.state = 'done'
                          AND c.operation <> 'refund'
                   ))
                   AND t.epay_stuck IS NOT TRUE
                   AND t.last_state_change > %(limit)s
                   AND (s.state IN %(dropped)s
                        OR s.live_transaction_id IS DISTINCT FROM t.id)
                   AND NOT EXISTS (
                       SELECT 1 FROM epay_operation o
                        WHERE o.transaction_id = t.id AND o.kind IN %(back)s
                          AND o.state <> %(failed)s
                          -- What is still authorized beside a refunded part is not
                          -- seen to by that refund, once it is done.
                          AND (t.state <> 'authorized' OR o.kind = %(void)s
                               OR o.state <> %(succeeded)s)
                   )
                   AND t.amount > COALESCE((
                       SELECT -sum(r.amount) FROM payment_transaction r
                        WHERE r.source_transaction_id = t.id AND r.state = 'done'
                          AND r.operation = 'refund' AND r.epay_maybe_id IS NULL
                   ), 0)
                """,
                paid=PAID_STATES,
                dropped=DROPPED_STATES,
                back=(OP_VOID, OP_REFUND),
                failed=OP_FAILED,
                void=OP_VOID,
                succeeded=OP_SUCCEEDED,
                limit=fields.Datetime.now() - timedelta(days=GIVE_BACK_DAYS),
            )
        )
        return [row[0] for row in rows]
