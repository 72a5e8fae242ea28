from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from ..const import NAMED_REFUNDS, OP_REFUND, OP_UNKNOWN, OPEN_OPERATION_STATES

_lt = LazyTranslate(__name__)


class PaymentTransaction(models.Model):
    """Refunds that a provider tells of without our reference, while the answer to ours
    is missing: is it ours, or did somebody make another one of the same sum?

    Only the answer to our request knows, or who looks it up by our reference. Until
    then both are kept, each on a row of its own: ours stays open, and the told one is
    neither ours nor somebody else's (docs/locking.md).
    """

    _inherit = "payment.transaction"

    epay_maybe_id = fields.Many2one(
        "payment.transaction",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The refund of ours that this one may be; its own answer is missing.",
    )
    epay_guessed = fields.Boolean(
        readonly=True,
        copy=False,
        help="Its provider reference is of a refund that was taken for it.",
    )

    # === TAKING IN === #

    def _create_child_transaction(self, amount, is_refund=False, **values):
        """Children belong to the deal, whoever makes them; a refund that a provider
        tells of may be one of ours.
        """
        session = self.epay_session_id
        own = self.env.context.get("epay_own_child")
        if not session:
            return super()._create_child_transaction(amount, is_refund, **values)
        if is_refund and not own:
            meant = self._epay_refund_meant(amount)
            if meant._is_by_hand():
                meant.child_id.write(values)
                return meant.child_id
            values["epay_maybe_id"] = meant.child_id.id
        values.setdefault("epay_session_id", session.id)
        return super()._create_child_transaction(amount, is_refund, **values)

    def _epay_refund_meant(self, amount):
        """Our act that a provider's message about a refund of this payment may mean: a
        manager recorded it by hand before, or its answer is still missing.
        """
        named = self._epay_names_refunds()
        meant = self.epay_session_id._own_operations().filtered(
            lambda op: (
                op.kind == OP_REFUND
                and op.transaction_id in (self, self.source_transaction_id)
                and (op._is_by_hand() or not named)
                and (op._is_by_hand() or op.state in OPEN_OPERATION_STATES)
                and not op.child_id.provider_reference
                and not self.currency_id.compare_amounts(-op.child_id.amount, amount)
            )
        )
        return meant[:1]

    def _epay_names_refunds(self):
        """Whether the provider's messages about refunds of ours name our reference, so
        that one without it is never ours; a hook of providers' modules.
        """
        return self.provider_code in NAMED_REFUNDS

    # === SORTING OUT === #

    def _epay_sort_out(self):
        """Decide about a told refund, as soon as our own one's end is known."""
        ours = self.epay_maybe_id
        operation = self.epay_session_id._own_operations().filtered(
            lambda op: op.kind == OP_REFUND and op.child_id == ours
        )
        known = ours.provider_reference
        if known and known == self.provider_reference:
            self._epay_merge(ours)
        elif known or ours.state in ("cancel", "error"):
            self._epay_is_another()
        elif operation.state not in OPEN_OPERATION_STATES:
            # A manager's word, or an answer that names nothing.
            ours.epay_guessed = True
            self._epay_merge(ours)
        elif operation.state == OP_UNKNOWN:
            operation.error = _lt(
                "No answer from the provider. It told of a refund of the same sum, "
                "%(reference)s: if this is resolved as done, that one counts as it.",
                reference=self.provider_reference or self.reference,
            )

    def _epay_merge(self, ours):
        """It is ours, told twice: one row of it stays, with what is known of it."""
        told = (self.provider_reference, self.state, self.state_message)
        self.unlink()
        reference, state, message = told
        if not ours.provider_reference:
            ours.provider_reference = reference
        if ours.state in ("draft", "pending") and state not in ("draft", "pending"):
            ours._epay_set_state(state, message)

    def _epay_is_another(self):
        """Somebody else's refund; Odoo may book it."""
        self.epay_maybe_id = False
        self.env.ref("payment.cron_post_process_payment_tx")._trigger()

    # === TWO AFTER ALL === #

    def write(self, vals):
        """When our own answer names another refund than the one that was taken for it,
        both were made, and the other one gets a row of its own again.
        """
        name = vals.get("provider_reference")
        mistaken = self.filtered(
            lambda tx: (
                name and tx.epay_guessed and tx.provider_reference not in (False, name)
            )
        )
        others = [(tx, tx.provider_reference) for tx in mistaken]
        done = super().write(vals)
        for ours, reference in others:
            ours.epay_guessed = False
            ours._epay_add_other(reference)
        return done

    def _epay_add_other(self, reference):
        """The row of somebody else's refund of the same sum as this one."""
        source = self.source_transaction_id.with_context(epay_own_child=True)
        other = source._create_child_transaction(
            -self.amount, is_refund=True, provider_reference=reference
        )
        other._set_done()
