from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..const import WRONG_PAIRS, WRONG_PAIRS_SECONDS
from ..db import in_own_transaction
from ..exceptions import NoMatch, TooManyAttempts
from ..tools.text import plain_text

_LOOKING = "looking"
_WRONG = "wrong"
_FOUND = "found"
_TOO_MANY = "too_many"
# One row of `epay.attempt` for all times, on which tries wait for each other.
_FOREVER = 10**9
_NOT_LOOKED = "not_looked"
# Refusals before anything is looked up.
_BEFORE = {"counter_closed", "counter_busy", "busy", "key_reused"}
# What counts against the clerk: a try whose process died may have been a wrong one.
_COUNTED = (_LOOKING, _WRONG)


class EpayReturnAttempt(models.Model):
    """The history of a counter: who looked for which deal, to give its money back.

    A row is written and committed before anything is looked up, in a transaction of its
    own: the refusal must not undo it. Wrong pairs are limited, per clerk and counter,
    in any ten minutes.
    """

    _name = "epay.return.attempt"
    _description = "Search for a deal to return"
    _order = "id desc"
    _log_access = False

    counter_id = fields.Many2one(
        "epay.counter", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="counter_id.company_id", store=True, index=True
    )
    user_id = fields.Many2one("res.users", "Clerk", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    number = fields.Char("Processing Number", readonly=True)
    amount = fields.Char(readonly=True, help="As it was typed.")
    outcome = fields.Selection(
        [
            (_LOOKING, "Looking"),
            (_WRONG, "Wrong pair"),
            (_FOUND, "Found"),
            (_TOO_MANY, "Too many attempts"),
            (_NOT_LOOKED, "Not looked up"),
        ],
        required=True,
        readonly=True,
    )
    why = fields.Char(readonly=True, help="The refusal, when no return was opened.")

    _recent = models.Index("(counter_id, user_id, date)")

    # === RULES === #

    def write(self, vals):
        """Only how it ended is written, and only by this process."""
        if not self.env.su or set(vals) - {"outcome", "why"}:
            raise AccessError(self.env._("The history can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The history can't be deleted."))

    # === COUNTING === #

    @api.model
    def _begin(self, counter, number, amount):
        """Note a try of the present user; refuse it after too many wrong ones.

        :return: the row, to be ended by `_end`
        :raise TooManyAttempts: with the seconds to wait
        """
        counter_id, values = (
            counter.id,
            {
                "number": plain_text(str(number or ""))[:100],
                "amount": plain_text(str(amount or ""))[:40],
            },
        )
        attempt_id, wait = in_own_transaction(
            self.sudo().env,
            lambda env: env[self._name]._begin_locked(counter_id, values),
        )
        if wait:
            raise TooManyAttempts(
                self.env._(
                    "Too many wrong pairs of number and amount. Please wait "
                    "%(minutes)s minutes (%(seconds)s seconds), then try again.",
                    minutes=-(-wait // 60),
                    seconds=wait,
                )
            )
        return self.sudo().browse(attempt_id)

    def _begin_locked(self, counter_id, values):
        """The new row's id, and how many seconds to wait first; 0: go on."""
        # One after the other: who comes second repeats with what the first has written.
        key = f"{counter_id}-{self.env.uid}"
        self.env["epay.attempt"]._count("return", key, _FOREVER)
        wait = self._seconds_to_wait(counter_id)
        attempt = self.create(
            {
                **values,
                "counter_id": counter_id,
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
                "outcome": _TOO_MANY if wait else _LOOKING,
            }
        )
        return attempt.id, wait

    def _seconds_to_wait(self, counter_id):
        """Until the oldest of the last wrong tries is old enough."""
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT date FROM epay_return_attempt
                 WHERE counter_id = %s AND user_id = %s AND date > %s
                   AND outcome IN %s
                 ORDER BY date DESC LIMIT %s
                """,
                counter_id,
                self.env.uid,
                now - timedelta(seconds=WRONG_PAIRS_SECONDS),
                _COUNTED,
                WRONG_PAIRS,
            )
        )
        if len(rows) < WRONG_PAIRS:
            return 0
        until = rows[-1][0] + timedelta(seconds=WRONG_PAIRS_SECONDS)
        return max(1, int((until - now).total_seconds()))

    def _end(self, refusal=None):
        """Say how the try ended, in a transaction of its own.

        :param EpayRefusal refusal: if it was refused
        """
        attempt_id = self.id
        code = refusal.code if refusal else False
        outcome = _NOT_LOOKED if code in _BEFORE else _FOUND
        if code == NoMatch.code:
            outcome = _WRONG
        values = {"outcome": outcome, "why": str(refusal) if refusal else False}
        in_own_transaction(
            self.env, lambda env: env[self._name].browse(attempt_id).write(values)
        )
