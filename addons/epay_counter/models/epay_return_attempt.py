from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..const import WRONG_PAIRS, WRONG_PAIRS_SECONDS, WRONG_PAIRS_STORE
from ..db import in_own_transaction
from ..exceptions import NoMatch, ReceiptOver, TooManyAttempts
from ..tools.text import RECEIPT, plain_text

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
    own: the refusal must not undo it. In any ten minutes wrong pairs are limited, per
    clerk and counter; and per clerk and store, so that nobody goes on guessing from
    counter to counter.
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
    shown_number = fields.Char(
        "Deal Looked For",
        compute="_compute_shown",
        compute_sudo=True,
        help="As it was typed; of a receipt that was scanned, its number.",
    )
    shown_amount = fields.Char(
        "Typed Amount", compute="_compute_shown", compute_sudo=True
    )
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

    _recent = models.Index("(user_id, date)")

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
                ),
                wait,
            )
        return self.sudo().browse(attempt_id)

    def _begin_locked(self, counter_id, values):
        """The new row's id, and how many seconds to wait first; 0: go on."""
        counter = self.env["epay.counter"].browse(counter_id)
        # One after the other: who comes second repeats with what the first has written.
        key = f"{counter.store_id.id}-{self.env.uid}"
        self.env["epay.attempt"]._count("return", key, _FOREVER)
        wait = self._seconds_to_wait(counter)
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

    def _seconds_to_wait(self, counter):
        """Until the oldest of the last wrong tries is old enough."""
        now = fields.Datetime.now()
        longest = timedelta(seconds=WRONG_PAIRS_SECONDS)
        waits = [
            (dates[-1] + longest - now).total_seconds()
            for dates, most in self._wrong_lately(counter)
            if len(dates) >= most
        ]
        return max(1, int(max(waits))) if waits else 0

    def _tries_left(self, counter):
        return min(most - len(dates) for dates, most in self._wrong_lately(counter))

    def _wrong_lately(self, counter):
        """When the present user's last tries that count were made, newest first: those
        at the counter and at all of its store, each with how many may be made.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.date, a.counter_id FROM epay_return_attempt a
                  JOIN epay_counter c ON c.id = a.counter_id
                 WHERE c.store_id = %s AND a.user_id = %s AND a.date > %s
                   AND a.outcome IN %s
                 ORDER BY a.date DESC
                """,
                counter.store_id.id,
                self.env.uid,
                fields.Datetime.now() - timedelta(seconds=WRONG_PAIRS_SECONDS),
                _COUNTED,
            )
        )
        here = [date for date, counter_id in rows if counter_id == counter.id]
        everywhere = [date for date, _counter_id in rows]
        return [
            (here[:WRONG_PAIRS], WRONG_PAIRS),
            (everywhere[:WRONG_PAIRS_STORE], WRONG_PAIRS_STORE),
        ]

    def _end(self, refusal=None):
        """Say how the try ended, in a transaction of its own.

        :param EpayRefusal refusal: if it was refused
        :return: how many tries the present user has left
        """
        attempt_id = self.id
        code = refusal.code if refusal else False
        outcome = _NOT_LOOKED if code in _BEFORE else _FOUND
        if code == NoMatch.code:
            outcome = _WRONG
        values = {"outcome": outcome, "why": str(refusal) if refusal else False}
        return in_own_transaction(
            self.env, lambda env: env[self._name].browse(attempt_id)._end_as(values)
        )

    def _end_as(self, values):
        self.write(values)
        self.flush_recordset()
        return self._tries_left(self.counter_id)

    def _tries_left_text(self, left):
        """What a clerk is told who typed a pair that is wrong."""
        if left > 1:
            return self.env._("%s tries are left.", left)
        if left == 1:
            return self.env._("One try is left.")
        minutes = WRONG_PAIRS_SECONDS // 60
        return self.env._(
            "That was the last try for %s minutes; the store's manager can try, too.",
            minutes,
        )

    # === THE OFFICE === #

    def _compute_shown(self):
        for attempt in self:
            attempt.shown_number = attempt._receipt_text() or attempt.number
            currency = attempt.counter_id.currency_id.name
            attempt.shown_amount = " ".join(filter(None, (attempt.amount, currency)))

    def _receipt_text(self):
        """Whose receipt was scanned; False where a number was typed."""
        match = RECEIPT.search(self.number or "")
        if not match:
            return False
        store = self.counter_id.store_id
        try:
            deal = self.env["epay.session"]._find_receipt(match[1])
        except ReceiptOver:
            deal = self.env["epay.session"]
        is_ours = deal.store_id in (store | store.return_store_ids)
        name = is_ours and deal.name
        return name or self.env._("The code of a receipt")
