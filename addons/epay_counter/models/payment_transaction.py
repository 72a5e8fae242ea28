from odoo import fields, models

from ..const import (
    CANNOT_VOID,
    OP_REFUND,
    OP_SUCCEEDED,
    OP_VOID,
    REFUND_MAY_VOID,
    SETTLED,
)
from ..db import after_commit
from ..recorder import Recorder

# A provider's message should not need the recovery job because a deal is just in use.
_PATIENCE = 20


class PaymentTransaction(models.Model):
    """The engine's transactions, where they belong to a deal at a counter."""

    _inherit = "payment.transaction"

    epay_session_id = fields.Many2one(
        "epay.session", "Counter Deal", readonly=True, index="btree_not_null"
    )
    epay_late = fields.Boolean(
        "Late Money", readonly=True, help="Came too late or twice; is given back."
    )
    epay_stuck = fields.Boolean(
        "To Be Refunded by Hand",
        readonly=True,
        help="Late money that the provider does not take back from here.",
    )

    # === BOOKS === #

    def _post_process(self):
        """Book nothing behind the clerk's back.

        Odoo calls this from the customer's status page and from a cron, and then
        confirms orders and makes payments. For a deal's transaction that waits for the
        deal's own booking (`epay.session._pay_invoice`), which sets `epay_booking`. A
        refund that somebody made elsewhere of a settled deal is Odoo's to book.
        """
        deals = self.filtered("epay_session_id")
        if self.env.context.get("epay_booking") or not deals:
            return super()._post_process()
        ended = deals.filtered(
            lambda tx: tx.state in ("cancel", "error") or tx._epay_is_foreign_refund()
        )
        return super(PaymentTransaction, (self - deals) | ended)._post_process()

    def _epay_is_foreign_refund(self):
        """A refund of what paid a settled deal that no operation of ours made (a
        dashboard's).
        """
        session = self.epay_session_id
        ours = self in session._own_operations().child_id
        known = not ours and not self.epay_maybe_id
        theirs = known and self in session.live_transaction_id._epay_refund_children()
        return theirs and session.state == SETTLED

    # === FOLLOWING === #

    def _update_state(self, allowed_states, target_state, state_message):
        """Record late money, and let the deal follow as soon as this is committed.

        An attempt that was given up here may still be paid at the provider; the engine
        would only log a warning, and the money would be forgotten.
        """
        if target_state in ("authorized", "done"):
            late = self.filtered(
                lambda tx: (
                    tx.epay_session_id
                    and not tx.source_transaction_id
                    and tx.state in ("cancel", "error")
                    and not tx._epay_was_voided()
                )
            )
            if late:
                moved = super(PaymentTransaction, late)._update_state(
                    ("cancel", "error"), target_state, state_message
                )
                rest = super(PaymentTransaction, self - late)._update_state(
                    allowed_states, target_state, state_message
                )
                (moved | rest)._epay_follow_later()
                return moved | rest
        moved = super()._update_state(allowed_states, target_state, state_message)
        # Also what was known already: the process that heard it first may have died.
        self._epay_follow_later()
        return moved

    def _epay_was_voided(self):
        """Whether we had it voided: an old message must not bring it back."""
        return any(
            operation.kind == OP_VOID and operation.state == OP_SUCCEEDED
            for operation in self.epay_session_id.operation_ids
            if operation.transaction_id == self
        )

    def _epay_follow_later(self):
        """The deals follow right after the commit: from the webhook or return page, not
        from a poll of the customer's page and not from the ten-minute cron."""
        for session in self.epay_session_id:
            after_commit(
                self.env,
                ("epay.session.follow", session.id),
                lambda env, i=session.id: env["epay.session"]._follow_one(
                    i, patience=_PATIENCE
                ),
            )

    def _process(self, provider_code, payment_data):
        """While an operation is being carried out, keep the answer for later
        (recorder).
        """
        recorder = self.env.context.get("epay_recorder")
        if isinstance(recorder, Recorder):
            recorder.keep(provider_code, payment_data)
            return self
        return super()._process(provider_code, payment_data)

    # === REQUESTS === #

    def _send_api_request(self, method, endpoint, **kwargs):
        """Give every request of an operation a key of its own, stable over
        repetitions.
        """
        key = self.env.context.get("epay_idempotency_key")
        if key and method == "POST" and self.provider_id._epay_is_idempotent():
            kwargs.setdefault("idempotency_key", f"{key}-{_slug(endpoint)}")
        return super()._send_api_request(method, endpoint, **kwargs)

    def _epay_fetch_payment_data(self):
        """What the provider says about this transaction now; a hook of the recovery
        job.

        A provider module that can ask overrides it. It must not change anything.

        :return: payment data as `_process` takes it; `{}` when the provider doesn't
            know the transaction; None when it can't be asked
        :rtype: dict|None
        """
        self.ensure_one()
        return self._epay_fetch_stripe() if self.provider_code == "stripe" else None

    # === CHILDREN === #

    def _epay_create_child(self, kind, session):
        """Odoo's child transaction for a capture, void or refund.

        :param str kind: the kind of the operation
        :param session: the deal whose act it is, and to which the child belongs
        """
        self.ensure_one()
        return self.with_context(epay_own_child=True)._create_child_transaction(
            session._child_amount(self, kind),
            is_refund=kind == OP_REFUND,
            epay_session_id=session.id,
        )

    def _epay_can_void(self):
        """Whether an authorization can be given up at the provider."""
        self.ensure_one()
        return self.provider_code not in CANNOT_VOID

    # === WHAT WENT BACK === #

    def _epay_refund_children(self):
        """Refunds of this payment or of its capture, whoever made them."""
        children = self.child_transaction_ids
        return (children | children.child_transaction_ids).filtered(
            lambda tx: tx.operation == "refund"
        )

    def _epay_done_refunds(self):
        """Refunds by which the customer has the money back; not one that may be another
        one's double (`epay_maybe_id`).
        """
        return self._epay_refund_children().filtered(
            lambda tx: (
                not tx.epay_maybe_id
                and (tx.state == "done" or tx._epay_ended_as_void())
            )
        )

    def _epay_ended_as_void(self):
        """A refund of what was not settled yet, which the provider made a void; one
        that it declined has its message.
        """
        may_void = self.provider_code in REFUND_MAY_VOID
        return self.state == "cancel" and may_void and not self.state_message

    def _epay_gave_back(self):
        """Whether the provider gave the money back by this refund, or by this void."""
        if self.operation == "refund":
            return self.state == "done" or self._epay_ended_as_void()
        return self.state == "cancel"

    def _epay_returned_amount(self):
        """How much of this payment went back: the one place that counts it."""
        return -sum(self._epay_done_refunds().mapped("amount"))

    def _epay_is_returned(self):
        """Whether all that was taken by this payment went back, and nothing more can be
        taken.
        """
        self.ensure_one()
        ended = self.state in ("done", "cancel")
        return ended and not self._epay_has_unreturned()

    def _epay_has_unreturned(self):
        """Whether some of this payment was taken and is not back yet."""
        taken, returned = self._epay_captured_amount(), self._epay_returned_amount()
        return bool(taken) and self.currency_id.compare_amounts(taken, returned) > 0

    def _epay_gone_amount(self):
        """How much of this payment went back or is on its way, by refunds of ours or of
        somebody else; also more than was taken, where somebody did that.
        """
        ended = self._epay_refund_children().filtered(
            lambda tx: tx.state in ("cancel", "error")
        )
        gone = self._epay_refund_children() - ended | self._epay_done_refunds()
        return -sum(gone.mapped("amount"))

    def _epay_returnable_amount(self):
        """What of this payment may still be given back."""
        self.ensure_one()
        left = self._epay_captured_amount() - self._epay_gone_amount()
        return max(0.0, self.currency_id.round(left))

    def _epay_can_refund(self):
        """Whether provider and method can give back what is left of the money."""
        self.ensure_one()
        support = self._epay_refund_support()
        left, taken = self._epay_returnable_amount(), self._epay_captured_amount()
        is_part = self.currency_id.compare_amounts(left, taken) < 0
        enabled = self.provider_id.state != "disabled"
        return bool(
            enabled and left and support and not (is_part and support == "full_only")
        )

    def _epay_method(self):
        """The payment method that says what is supported: of a card its kind."""
        return self.primary_payment_method_id or self.payment_method_id

    def _epay_refund_support(self):
        """What of this payment provider and method can give back: `partial` (a part,
        too), `full_only`, or False.
        """
        method = self._epay_method()
        supported = {self.provider_id.support_refund, method.support_refund}
        if "none" in supported or not all(supported):
            return False
        return "full_only" if "full_only" in supported else "partial"

    def _epay_set_state(self, state, message):
        """Bring the transaction to `state` by the engine's own method."""
        setters = {
            "pending": self._set_pending,
            "authorized": self._set_authorized,
            "done": self._set_done,
            "cancel": self._set_canceled,
        }
        if state == "error":
            return self._set_error(message or "")
        return setters[state](state_message=message or None)


def _slug(endpoint):
    """The last word of an endpoint: keys of two endpoints must differ."""
    return str(endpoint).strip("/").rsplit("/", 1)[-1][:40]
