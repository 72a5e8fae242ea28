import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import (
    AUTHORIZED,
    AUTHORIZING,
    CANCELLED,
    DROPPED_STATES,
    ENGAGED,
    EXPIRED,
    GIVE_BACK_DAYS,
    GIVE_BACK_MINUTES,
    GIVE_BACK_TRIES,
    OP_AUTHORIZE,
    OP_CAPTURE,
    OP_FAILED,
    OP_REFUND,
    OP_REGISTER_SALE,
    OP_REVERSE_SALE,
    OP_SUCCEEDED,
    OP_UNKNOWN,
    OP_VOID,
    OPEN,
    OPEN_OPERATION_STATES,
    SETTLING,
)
from ..db import in_own_transaction
from ..exceptions import NotRefundable, WrongState

_logger = logging.getLogger(__name__)

# Transaction states in which the provider has (or may get) the money.
_PAID = ("authorized", "done")
# Acts for which Odoo makes a child transaction.
_BY_CHILDREN = (OP_CAPTURE, OP_VOID, OP_REFUND)


class EpaySession(models.Model):
    """The way to the provider: intents, attempts, and following what became of them.

    `_follow` is the one place where a provider's answer moves a deal. It looks at the
    transactions and operations as they are, whoever changed them (an operation's
    answer, a webhook, a return page, the recovery job), and may be called any number of
    times.
    """

    _inherit = "epay.session"

    # === WRITING AN ACT DOWN === #

    def _intend(self, kind, transaction=None, **values):
        """Write down an act on the locked deal, before anybody is called.

        For capture, void and refund Odoo's child transaction is made now, so that a
        webhook finds it even when the process dies during the call.

        :param str kind: one of `const.OPERATION_KIND_LABELS`
        :param transaction: the payment that it is about
        :param values: other values of the operation (aside, target_state)
        :return: `epay.operation`; carry it out with `_run()` after the commit
        """
        child = self.env["payment.transaction"]
        if kind in _BY_CHILDREN:
            child = transaction._epay_create_child(kind)
        operation = self.env["epay.operation"].create(
            {
                "session_id": self.id,
                "kind": kind,
                "transaction_id": transaction.id if transaction else False,
                "child_id": child.id,
                "amount": self.amount,
                "user_id": self.env.uid,
                **values,
            }
        )
        self.counter_id._touch(self)
        self.env["epay.operation"]._wake_recovery()
        return operation

    def _intend_authorization(self):
        """The clerk's request (SA9): a saved card is charged by the server, else the
        customer's phone goes to the provider."""
        if self.flow == "token":
            transaction = self._create_attempt("token")
            self._write_machine({"live_transaction_id": transaction.id})
            return self._intend(OP_AUTHORIZE, transaction)
        self._intend(OP_AUTHORIZE)
        return None

    # === ATTEMPTS === #

    def _start_attempt(self, flow, tokenize=False):
        """A new payment attempt of the locked deal; takes the place of an older
        draft.
        """
        self._require_state(AUTHORIZING)
        operation = self._open_operation()
        live = self.live_transaction_id
        if not operation._waits_for_phone() or live.state in ("pending", *_PAID):
            raise WrongState(
                self.env._("A payment is on its way already. Please wait a moment.")
            )
        transaction = self._create_attempt(flow, tokenize=tokenize)
        self._write_machine({"live_transaction_id": transaction.id})
        operation.transaction_id = transaction
        live.filtered(lambda tx: tx.state == "draft")._set_canceled()
        return transaction

    def _create_attempt(self, flow, tokenize=False):
        """A draft transaction with what the deal says; nothing comes from the
        browser.
        """
        provider, method = self.provider_id, self.payment_method_id
        # A card is saved for who buys, and only from the buyer's own phone.
        known = self._paying_visit().partner_id & self.partner_id
        may_save = provider.allow_tokenization and method.support_tokenization and known
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "token_id": self.token_id.id if flow == "token" else False,
                "reference": self.env["payment.transaction"]._compute_reference(
                    provider.code, prefix=self.name
                ),
                "amount": self.amount,
                "currency_id": self.currency_id.id,
                "partner_id": self.partner_id.id,
                "operation": f"online_{flow}",
                "tokenize": bool(tokenize and may_save and flow != "token"),
                "landing_route": "/epay/back",
                "epay_session_id": self.id,
            }
        )

    def _abandon_attempt(self, why):
        """Give up the draft attempt and its authorization; late money is seen to."""
        operation = self._open_operation()
        live = self.live_transaction_id
        self._write_machine({"live_transaction_id": False})
        live.filtered(lambda tx: tx.state in ("draft", "pending"))._set_canceled()
        operation._finish(OP_FAILED, why)

    # === DROPPING === #

    def _drop(self, target, why):
        """End the locked deal as `target`; what was authorized is given back first.

        :return: the operation to carry out, or None when the deal ended at once
        :raise NotRefundable: charged already, and the provider can't refund
        """
        if self.state == AUTHORIZED:
            kind = OP_REFUND if self._is_captured() else OP_VOID
            self._require_possible(kind)
            return self._intend(
                kind, self.live_transaction_id, target_state=target, why=why
            )
        if self.state == AUTHORIZING:
            self._abandon_attempt(why)
        self._transition(target, why)
        return None

    def _require_possible(self, kind):
        """Refuse a refund that the provider can't make."""
        if kind == OP_VOID and not self.live_transaction_id._epay_can_void():
            raise NotRefundable(
                self.env._(
                    "%(provider)s can't give up an authorization; it lapses by itself. "
                    "Settle the deal, or see to it at the provider.",
                    provider=self.provider_id.name,
                )
            )
        if kind == OP_REFUND and not self.live_transaction_id._epay_can_refund():
            raise NotRefundable(
                self.env._(
                    "%(provider)s can't give the money back by itself. Settle the "
                    "deal, or refund it at the provider first.",
                    provider=self.provider_id.name,
                )
            )

    @api.model
    def _cron_expire(self):
        """End deals that nobody moves (cron, every minute). An authorization is voided;
        what was charged is refunded where the provider can, and else stays."""
        in_own_transaction(self.env, lambda env: env["epay.visit"]._drop_absent())
        for session_id in self._next_expired():
            try:
                self._expire_one(session_id)
            except Exception:
                # One deal that can't end must not keep the others alive.
                _logger.exception("Deal %s could not expire", session_id)

    @api.model
    def _expire_one(self, session_id):
        operation_ids = in_own_transaction(
            self.env, lambda env: env["epay.session"].browse(session_id)._expire()
        )
        self.env["epay.operation"].browse(operation_ids)._run()

    def _expire(self):
        """Expire one deal, if its time is still up; returns ids of operations to
        run.
        """
        self._lock()
        if not self.expires_at or self.expires_at > fields.Datetime.now():
            return []
        operation = self._open_operation()
        if self._must_not_expire(operation):
            self._write_machine(
                {"expires_at": fields.Datetime.now() + timedelta(minutes=5)}
            )
            return []
        return (
            self._drop(EXPIRED, self.env._("Time ran out.")) or operation.browse()
        ).ids

    def _must_not_expire(self, operation):
        """In doubt, under way, pending, settling, or charged by one that can't
        refund.
        """
        under_way = operation and not operation._waits_for_phone()
        live = self.live_transaction_id
        able = live._epay_can_refund if self._is_captured() else live._epay_can_void
        stuck = self.state == AUTHORIZED and not able()
        pending = self.live_transaction_id.state == "pending"
        return self.in_doubt or under_way or pending or stuck or self.state == SETTLING

    # === FOLLOWING === #

    def _follow(self):
        """Bring the locked deal in line with its transactions; returns operations to
        run.
        """
        self.ensure_one()
        if self.state == AUTHORIZING:
            self._follow_authorization()
        self._follow_operation()
        self._follow_failed_refunds()
        self._follow_end_at_provider()
        self._follow_captured()
        self._follow_doubt()
        return self._booking() | self._washing() | self._give_back_late_money()

    def _follow_authorization(self):
        """authorizing → authorized, or back to choosing when it was declined (SA13)."""
        operation = self._open_operation()
        paid = self._successful_attempt()
        if paid:
            if paid != self.live_transaction_id:
                self._write_machine({"live_transaction_id": paid.id})
            operation.transaction_id = paid
            operation._finish(OP_SUCCEEDED)
            until = fields.Datetime.now() + timedelta(
                minutes=self.store_id.authorization_minutes
            )
            self._transition(AUTHORIZED, authorized_until=until, **_paid_with(paid))
        elif self.live_transaction_id.state in ("error", "cancel"):
            self._back_to_choosing(operation)

    def _back_to_choosing(self, operation):
        """Declined: no new scan, the same phone chooses again."""
        why = self.live_transaction_id.state_message or self.env._(
            "The payment was declined."
        )
        operation._finish(OP_FAILED, why)
        self._write_machine({"live_transaction_id": False})
        target = ENGAGED if self._bound_visit() else OPEN
        self._transition(target, _plain(why), **self._no_choice())

    def _successful_attempt(self):
        """The attempt that pays the deal: the live one, or an older one that came
        late.
        """
        paid = self._attempts().filtered(
            lambda tx: tx.state in _PAID and not tx.epay_late
        )
        right = paid.filtered(
            lambda tx: (
                tx.currency_id == self.currency_id
                and not self.currency_id.compare_amounts(tx.amount, self.amount)
            )
        )
        return right.filtered(lambda tx: tx == self.live_transaction_id) or right[:1]

    def _attempts(self):
        """Payments of the customer, without Odoo's capture, void and refund
        children.
        """
        return self.transaction_ids.filtered(lambda tx: not tx.source_transaction_id)

    def _follow_operation(self):
        """Finish a capture, void or refund whose transaction reached its end."""
        for operation in self.operation_ids.filtered(
            lambda op: op.state in OPEN_OPERATION_STATES and op.kind in _BY_CHILDREN
        ):
            outcome = operation._outcome_by_transactions()
            if outcome:
                operation._finish(outcome, operation.child_id.state_message)
                self._after_operation(operation, outcome)

    def _after_operation(self, operation, outcome):
        """Move the deal after a capture, void or refund became final."""
        why = _plain(operation.error or operation.why or "")
        if operation.aside:
            return
        if operation.kind == OP_CAPTURE and outcome == OP_FAILED:
            self._transition(AUTHORIZED, why)
        elif operation.kind in (OP_VOID, OP_REFUND) and outcome == OP_SUCCEEDED:
            if operation.kind == OP_REFUND:
                self._write_machine(
                    {"refund_reserved": self.captured_amount, "return_state": "full"}
                )
            self._transition(operation.target_state or CANCELLED, _plain(operation.why))
        elif outcome == OP_FAILED:
            self._write_machine(
                {"reason": why, "expires_at": self._next_drop(operation)}
            )

    def _next_drop(self, operation):
        """When an expired deal that could not be given back is tried again: after a
        pause, a few times, then by hand.
        """
        failed = self.operation_ids.filtered(
            lambda op: op.kind == operation.kind and op.state == OP_FAILED
        )
        if len(failed) >= GIVE_BACK_TRIES:
            why = self.env._("The provider refuses to give it back. See to it there.")
            self._append_event(self.state, self.state, why)
            return False
        return fields.Datetime.now() + timedelta(
            minutes=GIVE_BACK_MINUTES * 4 ** len(failed)
        )

    def _follow_failed_refunds(self):
        """A refund that was done may fail later (the card's account was closed)."""
        for operation in self.operation_ids.filtered(
            lambda op: (
                op.kind == OP_REFUND
                and op.state == OP_SUCCEEDED
                and op.child_id.state == "error"
            )
        ):
            operation._finish(OP_FAILED, operation.child_id.state_message)
            why = self.env._(
                "Refund %(reference)s failed afterwards. See to it at the provider.",
                reference=operation.child_id.reference,
            )
            self._append_event(self.state, self.state, why)
            values = {"reason": why}
            if not operation.aside:
                values |= {"refund_reserved": 0.0, "return_state": "none"}
            self._write_machine(values)

    def _follow_end_at_provider(self):
        """An authorization that ended at the provider (revoked there, or given back in
        its dashboard) can't be settled any more.
        """
        live = self.live_transaction_id
        if self.state != AUTHORIZED or self._open_operation():
            return
        returned = live._epay_returned_amount() if live else 0.0
        given_back = returned and self.currency_id.compare_amounts(
            returned, self.amount
        ) in (0, 1)
        if live.state in ("cancel", "error") or given_back:
            why = live.state_message or self.env._("It was ended at the provider.")
            self._transition(CANCELLED, _plain(why))

    def _follow_captured(self):
        """How much was taken, by what the transactions say."""
        captured = self.amount if self._is_captured() else 0.0
        if self.currency_id.compare_amounts(captured, self.captured_amount):
            self._write_machine({"captured_amount": captured})

    def _is_captured(self):
        """Whether the provider has taken the money of the live attempt.

        The source's state is the truth, not the child's (odoo/odoo#259223): a capture
        child that is done counts as well, for the moment between the two.
        """
        live = self.live_transaction_id
        captures = self.operation_ids.filtered(lambda op: op.kind == OP_CAPTURE)
        return bool(live) and (
            live.state == "done" or "done" in captures.child_id.mapped("state")
        )

    def _follow_doubt(self):
        """In doubt as long as the outcome of an operation is unknown."""
        in_doubt = any(
            op.state == OP_UNKNOWN and not op.aside for op in self.operation_ids
        )
        if in_doubt != self.in_doubt:
            self._write_machine({"in_doubt": in_doubt})

    def _booking(self):
        """Once the money is captured the sale is registered, as an act of its own."""
        none = self.env["epay.operation"]
        if self.state != SETTLING or not self._is_captured() or self._open_operation():
            return none
        return self._intend(OP_REGISTER_SALE, self.live_transaction_id)

    def _washing(self):
        """Money that was charged and refunded without a sale goes to the books, too.

        :return: one operation for each such refund that has none yet
        """
        operations = self.env["epay.operation"]
        booked = self.operation_ids.filtered(lambda op: op.kind == OP_REVERSE_SALE)
        for refund in self.operation_ids.filtered(
            lambda op: op.kind == OP_REFUND and op.state == OP_SUCCEEDED
        ):
            sold = refund.transaction_id.invoice_ids
            moved = refund.child_id.state == "done"
            if sold or not moved or refund.child_id in booked.child_id:
                continue
            operations |= self._intend(
                OP_REVERSE_SALE,
                refund.transaction_id,
                child_id=refund.child_id.id,
                aside=True,
            )
        return operations

    # === LATE MONEY === #

    def _give_back_late_money(self):
        """Payments beside the deal's own, or on a dropped deal, are given back.

        :return: operations to carry out
        """
        operations = self.env["epay.operation"]
        for tx in self._attempts().filtered(lambda tx: tx.state in _PAID):
            if not self._is_late(tx):
                continue
            if self._refused_too_often(tx):
                self._note_stuck_money(tx)
                continue
            kind = OP_REFUND if tx.state == "done" else OP_VOID
            if kind == OP_REFUND and not tx._epay_can_refund():
                self._note_stuck_money(tx)
                continue
            tx.epay_late = True
            why = self.env._("Came late; given back.")
            operations |= self._intend(kind, tx, aside=True, why=why)
        return operations

    def _note_stuck_money(self, tx):
        """Say once on the deal that somebody has to refund `tx` at the provider."""
        if tx.epay_stuck:
            return
        tx.write({"epay_late": True, "epay_stuck": True})
        why = self.env._(
            "%(reference)s was paid late and can't be given back from here. Refund it "
            "at the provider.",
            reference=tx.reference,
        )
        _logger.warning("Deal %s: refund %s by hand", self.name, tx.reference)
        self._append_event(self.state, self.state, why)
        self._write_machine({"reason": why})

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
    def _follow_one(self, session_id):
        operation_ids = in_own_transaction(
            self.env,
            lambda env: env["epay.session"].browse(session_id)._lock()._follow().ids,
        )
        self.env["epay.operation"].browse(operation_ids)._run()

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
                   AND t.state IN %(paid)s
                   AND t.epay_stuck IS NOT TRUE
                   AND t.last_state_change > %(limit)s
                   AND (s.state IN %(dropped)s
                        OR s.live_transaction_id IS DISTINCT FROM t.id)
                   AND NOT EXISTS (
                       SELECT 1 FROM epay_operation o
                        WHERE o.transaction_id = t.id AND o.kind IN %(back)s
                          AND o.state <> %(failed)s
                   )
                """,
                paid=_PAID,
                dropped=DROPPED_STATES,
                back=(OP_VOID, OP_REFUND),
                failed=OP_FAILED,
                limit=fields.Datetime.now() - timedelta(days=GIVE_BACK_DAYS),
            )
        )
        return [row[0] for row in rows]

    def _is_late(self, tx):
        """Whether the money of `tx` belongs to nobody here and is not yet on its way
        back.
        """
        beside = tx != self.live_transaction_id and (
            self.state != AUTHORIZING
            or self.currency_id.compare_amounts(tx.amount, self.amount)
        )
        return (beside or self.state in DROPPED_STATES) and not self._is_given_back(tx)

    def _is_given_back(self, tx):
        """Whether the money of `tx` went back, is on its way, or was just refused."""
        acts = self._giving_back(tx)
        failed = acts.filtered(lambda op: op.state == OP_FAILED)
        pause = fields.Datetime.now() - timedelta(minutes=GIVE_BACK_MINUTES)
        return bool(acts - failed) or any(op.finished_at > pause for op in failed)

    def _refused_too_often(self, tx):
        failed = self._giving_back(tx).filtered(lambda op: op.state == OP_FAILED)
        return len(failed) >= GIVE_BACK_TRIES

    def _giving_back(self, tx):
        return self.operation_ids.filtered(
            lambda op: op.transaction_id == tx and op.kind in (OP_VOID, OP_REFUND)
        )


def _paid_with(transaction):
    """What the money really came by: the card's brand, or an older attempt's method."""
    provider, method = transaction.provider_id, transaction.payment_method_id
    return {
        "provider_id": provider.id,
        "payment_method_id": method.id,
        "charged_at_once": transaction.state == "done",
    }


def _plain(html):
    """A provider's message on one line, for the history and the screens."""
    return " ".join((html or "").split())[:500]
