from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.epay_counter.const import FINAL_STATES as DEAL_FINAL_STATES
from odoo.addons.epay_counter.exceptions import AmountMismatch

from ..const import (
    CANCELLED,
    COLLECTED,
    ELSEWHERE,
    LIVE_STATES,
    PROMISED_STATES,
)
from ..exceptions import NothingDue, OtherCurrency

_lt = LazyTranslate(__name__)


class EpayCollectionLine(models.Model):
    """What is still due, asked of the source at every moment.

    Nothing of it is stored: an invoice that is paid in the office while the clerk is on
    the way is done at the door, too, and nobody can collect more than is owed.
    """

    _inherit = "epay.collection.line"

    # Raised with each deal; see `_note_deal`.
    deals_opened = fields.Integer(readonly=True, copy=False)

    @api.depends("state", "amount", "collected_amount", "session_ids.state")
    def _compute_amount_due(self):
        for line in self.sudo():
            line.amount_due = line._due()

    def _due(self):
        """What may be collected now: the source's rest, without what is promised."""
        if self.state not in LIVE_STATES:
            return 0.0
        if not self._has_one_currency():
            return 0.0
        promised = self._deals().filtered(lambda deal: deal.state in PROMISED_STATES)
        rest = self._rest() - sum(promised.mapped("amount"))
        return max(self.currency_id.round(rest), 0.0)

    def _rest(self):
        """What the customer owes, whatever is under way."""
        if self._source():
            return self._source_rest()
        return self.currency_id.round(self.amount - self.collected_amount)

    # === THE SOURCE === #

    def _source(self):
        """The order or invoice behind it; empty when it was typed by hand.

        Once an invoice was made of an order or of what was typed, that is the source:
        it has the rest.
        """
        return self.sale_order_id or self.invoice_id

    def _source_text(self):
        return self._source().name

    def _source_rest(self):
        """What is unpaid of the source; zero when it is not valid any more."""
        if self.sale_order_id:
            return self.sale_order_id._epay_rest()
        return self.invoice_id._epay_rest()

    def _source_is_gone(self):
        """Whether the source was cancelled or credited, so that nobody owes it."""
        source = self._source()
        invoices = self._epay_sources("invoice_id").filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        credited = set(invoices.mapped("payment_state")) == {"reversed"}
        return bool(source) and (source.state == "cancel" or credited)

    def _source_is_changed(self):
        """Whether its invoice was taken back to draft: it is owed again once that is
        posted.
        """
        return self.invoice_id.state == "draft"

    def _lose_source(self):
        """Called before the order or invoice behind these lines is deleted: nobody owes
        it any more.

        :raise LineOpened: its money is on its way
        """
        for line in self._live()._lock_with_deal():
            why = _lt("The source was cancelled.")
            line._drop_waiting_deal(why)
            line._add_attempt(ELSEWHERE, why)
            line._transition(CANCELLED)

    def _epay_sources(self, kind):
        """All orders, or all invoices, that these lines collect: also the order of an
        invoice, and the invoices of an order.

        :param str kind: `sale_order_id` or `invoice_id`
        """
        if kind == "sale_order_id":
            return self.sale_order_id | self.invoice_id.line_ids.sale_line_ids.order_id
        return self.invoice_id | self.sale_order_id.invoice_ids

    # === DEALS === #

    def _deals(self):
        """The sales that were opened for this line."""
        return self.session_ids.filtered(lambda deal: deal.kind == "sale")

    def _live_deal(self):
        """The deal under way for this line, if any: at most one (unique index)."""
        return self._deals().filtered(lambda d: d.state not in DEAL_FINAL_STATES)[:1]

    def _note_deal(self):
        """Change these locked lines' rows, because they have a new deal.

        Called whenever one is made. Who began before and waits for the line would get
        it as it was and not see the deal (docs/locking.md); of a row that was changed
        the database refuses the lock, and that act is begun again.
        """
        for line in self:
            line.deals_opened += 1

    # === SETTLED ELSEWHERE === #

    def _require_due(self):
        """Refuse to collect what is not owed (any more).

        :return: what is due
        :raise NothingDue: paid elsewhere, or the source was cancelled
        :raise OtherCurrency:
        """
        self._require_same_currency()
        due = self._due()
        if self.currency_id.is_zero(due):
            raise NothingDue(self._nothing_due_text())
        return due

    def _has_one_currency(self):
        """Whether source and store still have the currency that was planned: nobody
        pays as many euros as dollars are owed.
        """
        currencies = {self.currency_id, self.store_id.currency_id}
        return len(currencies | set(self._source().mapped("currency_id"))) == 1

    def _require_same_currency(self):
        if not self._has_one_currency():
            raise OtherCurrency(self._other_currency_text())

    def _other_currency_text(self):
        return self.env._(
            "%(store)s takes %(currency)s only. Collect “%(line)s” in a store of its "
            "own currency.",
            store=self.store_id.name,
            currency=self.store_id.currency_id.name,
            line=self.name,
        )

    def _nothing_due_text(self):
        if self._source_is_changed():
            return self.env._(
                "%(document)s is being changed in the office, so nothing is due for "
                "“%(line)s” at this moment. Ask the office.",
                document=self._source_text(),
                line=self.name,
            )
        if self._source_is_gone():
            return self.env._(
                "%(document)s was cancelled, so nothing is due for “%(line)s”. Don't "
                "collect it.",
                document=self._source_text(),
                line=self.name,
            )
        return self.env._(
            "Nothing is due for “%(line)s” any more: it was paid meanwhile. Don't "
            "collect it.",
            line=self.name,
        )

    def _too_much(self, deal):
        """The refusal of a deal that would take more than is owed by now.

        :return: an `EpayRefusal`, to be raised
        """
        if deal._is_ahead():
            return self._too_much_ahead()
        if self._rest() <= 0:
            return NothingDue(self._nothing_due_text())
        return AmountMismatch(
            self.env._(
                "Only %(due)s is due for “%(line)s” by now, not %(amount)s. Drop the "
                "deal and open the collection again.",
                due=self.currency_id.format(self._rest()),
                line=self.name,
                amount=self.currency_id.format(deal.amount),
            )
        )

    def _follow_source(self):
        """Close lines whose source was paid elsewhere or cancelled.

        Called when Odoo says that an invoice is paid, and when orders or invoices are
        cancelled. A line whose own deal is under way is left to it.
        """
        if self.env.context.get("epay_collecting"):
            return
        for line in self.sudo().filtered(lambda line: line.state in LIVE_STATES):
            line._lock()
            if line.state not in LIVE_STATES or line._live_deal():
                continue
            if line._rest() > 0 or line._source_is_changed():
                continue
            gone = line._source_is_gone()
            why = _lt("The source was cancelled.") if gone else _lt("Paid elsewhere.")
            line.env["epay.collection.attempt"]._append(line, ELSEWHERE, why)
            line._transition(CANCELLED if gone else COLLECTED)
            line._epay_sources("sale_order_id")._epay_end_cash_on_delivery()
