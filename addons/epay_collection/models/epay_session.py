from odoo import api, fields, models

from odoo.addons.epay_counter.const import (
    FINAL_STATES,
    KIND_SALE,
    REVERSED,
    SETTLED,
)


class EpaySession(models.Model):
    """Deals that collect: what was opened at a door, or is paid ahead."""

    _inherit = "epay.session"

    collection_line_id = fields.Many2one(
        "epay.collection.line",
        "Collection",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    paid_ahead = fields.Boolean(
        readonly=True,
        copy=False,
        help="The customer pays before the visit, by the link of the collection.",
    )

    _one_live_deal_a_collection = models.UniqueIndex(
        "(collection_line_id) WHERE collection_line_id IS NOT NULL"
        f" AND state NOT IN {FINAL_STATES}",
        "This collection is at a counter already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Deals of a collection are made with its line locked."""
        deals = super().create(vals_list)
        deals.sudo().collection_line_id._note_deal()
        return deals

    # === THE STATE MACHINE === #

    def _transition(self, target, why=None, **values):
        """The line goes where its deal went, in the same transaction."""
        moved = super()._transition(target, why, **values)
        if moved and target in FINAL_STATES:
            self._tell_collection(target, why)
        return moved

    def _tell_collection(self, target, why):
        line = (self.collection_line_id or self.origin_id.collection_line_id).sudo()
        if not line:
            return
        line._lock()
        if self.kind == KIND_SALE:
            line._deal_ended(self, target == SETTLED, why)
        elif target == REVERSED:
            line._deal_returned(self)

    def _is_ahead(self):
        """Whether no clerk is at it: the customer follows a link."""
        return self.paid_ahead

    # === WHAT IS DUE, BEFORE MONEY MOVES === #

    def _check_choice_still_offered(self):
        """Before the bank is asked (SA9): it is still owed."""
        result = super()._check_choice_still_offered()
        self._require_still_due()
        return result

    def _require_takeable(self):
        """Before the money is taken (SA14): nobody paid it meanwhile. What was charged
        at once and can't be given back is booked all the same.
        """
        result = super()._require_takeable()
        live = self.live_transaction_id
        if live.state != "done" or live._epay_can_refund():
            self._require_still_due()
        return result

    def _require_still_due(self):
        """Refuse when less is owed by now than this deal would take.

        :raise NothingDue: paid elsewhere, or the source was cancelled
        :raise AmountMismatch: paid in part meanwhile
        """
        line = self.collection_line_id.sudo()
        if line:
            line._require_same_currency()
        if line and self.currency_id.compare_amounts(self.amount, line._rest()) > 0:
            raise line._too_much(self)

    # === THE ANSWER === #

    def _clerk_values(self):
        """The `session` part of an answer, with the collection that it is for."""
        values = super()._clerk_values()
        line = self.collection_line_id
        values["collection"] = line._brief_values() if line else False
        values["ended_text"] = self._ahead_ended_text()
        return values
