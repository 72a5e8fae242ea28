import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..const import (
    AUTHORIZED,
    AUTHORIZING,
    CHILD_OPERATIONS,
    EXPIRED,
    OP_AUTHORIZE,
    OP_FAILED,
    OP_REFUND,
    OP_VOID,
    PAID_STATES,
    SETTLING,
)
from ..db import in_own_transaction
from ..exceptions import InDoubt, NotRefundable, WrongState

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """The way to the provider: intents, attempts, dropping and expiry.

    What becomes of them is followed in `epay_session_follow.py`.
    """

    _inherit = "epay.session"

    # === WRITING AN ACT DOWN === #

    def _intend(self, kind, transaction=None, **values):
        """Write down an act on the locked deal, before anybody is called.

        For capture, void and refund Odoo's child transaction is made now, so that a
        webhook finds it even when the process dies during the call.

        :param str kind: one of `const.OPERATION_KIND_LABELS`
        :param transaction: the payment that it is about
        :param values: other values of the operation (aside, target_state, or the
            `child_id` that is there already)
        :return: `epay.operation`; carry it out with `_run()` after the commit
        """
        child = self.env["payment.transaction"].browse(values.get("child_id"))
        if kind in CHILD_OPERATIONS and not child:
            child = transaction._epay_create_child(kind, self)
        operation = self.env["epay.operation"].create(
            {
                "session_id": self.id,
                "kind": kind,
                "transaction_id": transaction.id if transaction else False,
                "child_id": child.id,
                "amount": abs(child.amount) if child else self.amount,
                "user_id": self.env.uid,
                **values,
            }
        )
        if kind == OP_REFUND:
            # Reserved before anybody is called, under the lock.
            self._follow_captured()
            self._follow_returns()
        self.counter_id._touch(self)
        self.env["epay.operation"]._wake_recovery()
        return operation

    def _child_amount(self, transaction, kind):
        """The amount of Odoo's child transaction: what is not captured yet, or of a
        refund what is left of the rest.
        """
        if kind == OP_REFUND:
            return transaction._epay_returnable_amount()
        return transaction._epay_uncaptured_amount()

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

    def _attempts(self):
        """Payments of the customer, without Odoo's capture, void and refund
        children.
        """
        return self.transaction_ids.filtered(lambda tx: not tx.source_transaction_id)

    def _start_attempt(self, flow, tokenize=False):
        """A new payment attempt of the locked deal; takes the place of an older
        draft.

        :return: the transaction; empty when what was chosen is not offered any more
            (the provider was switched off, or charges at once now), and the customer
            chooses again
        """
        self._require_state(AUTHORIZING)
        operation = self._open_operation()
        live = self.live_transaction_id
        if not operation._waits_for_phone() or live.state in ("pending", *PAID_STATES):
            raise WrongState(
                self.env._("A payment is on its way already. Please wait a moment.")
            )
        if not self._is_choice_offered():
            self._choose_again(_lt("The chosen method is not offered any more."))
            return self.env["payment.transaction"]
        transaction = self._create_attempt(flow, tokenize=tokenize)
        self._write_machine({"live_transaction_id": transaction.id})
        operation.write(
            {"transaction_id": transaction.id, "called_at": False, "answered_at": False}
        )
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
                "epay_visit_id": self._paying_visit().id,
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
        :raise InDoubt: a refund that somebody else made is under way
        """
        live = self.live_transaction_id
        if self.state == AUTHORIZED and not live._epay_is_returned():
            kind = self._way_back(live)
            self._require_possible(kind)
            return self._intend(kind, live, target_state=target, why=why)
        if self.state == AUTHORIZING:
            self._abandon_attempt(why)
        self._transition(target, why)
        return None

    def _way_back(self, tx):
        """How the money of `tx` is given back: what was taken is refunded first. What
        is still authorized beside it follows, as late money.
        """
        return OP_REFUND if tx._epay_has_unreturned() else OP_VOID

    def _require_possible(self, kind):
        """Refuse a void or refund that the provider can't make, or that somebody else
        makes just now.
        """
        if kind == OP_REFUND and not self.live_transaction_id._epay_returnable_amount():
            raise InDoubt(
                self.env._(
                    "%(provider)s is giving this money back already. Please wait for "
                    "its answer.",
                    provider=self.provider_id.name,
                )
            )
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

    # === EXPIRY === #

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
        return (self._drop(EXPIRED, _lt("Time ran out.")) or operation.browse()).ids

    def _must_not_expire(self, operation):
        """In doubt, under way, pending, settling, or charged by one that can't
        refund.
        """
        under_way = operation and not operation._waits_for_phone()
        live = self.live_transaction_id
        refund = self._way_back(live) == OP_REFUND
        able = live._epay_can_refund if refund else live._epay_can_void
        stuck = self.state == AUTHORIZED and not able()
        pending = self.live_transaction_id.state == "pending"
        return self.in_doubt or under_way or pending or stuck or self.state == SETTLING
