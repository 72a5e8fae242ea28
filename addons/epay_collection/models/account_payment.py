from odoo import models
from odoo.tools.translate import LazyTranslate

from ..const import CASH

_lt = LazyTranslate(__name__)

# The money is in the cash box.
_TAKEN = ("in_process", "paid")


class AccountPayment(models.Model):
    """Cash that was taken at doors: what the office corrects in the books is corrected
    on the route, too, and in what its clerk hands over. A draft still counts: what
    becomes of it is said when it is posted again, or cancelled.
    """

    _inherit = "account.payment"

    def action_post(self):
        result = super().action_post()
        self._epay_follow_cash()
        return result

    def action_cancel(self):
        result = super().action_cancel()
        self._epay_follow_cash()
        return result

    def action_reject(self):
        result = super().action_reject()
        self._epay_follow_cash()
        return result

    def _epay_lacking_entry(self):
        """Those whose money is here, but not in the books yet."""
        return self.filtered(
            lambda payment: not payment.move_id and payment.state in _TAKEN
        )

    def _epay_amount(self):
        """In the payment's currency; below zero when the money goes out."""
        return self.amount if self.payment_type == "inbound" else -self.amount

    def _epay_pay(self, invoices):
        """Reconcile what is left of this posted payment with these invoices."""
        items = (self.move_id | invoices).line_ids.filtered(
            lambda item: (
                item.account_id == self.destination_account_id
                and not item.reconciled
                and item.parent_state == "posted"
            )
        )
        if items & self.move_id.line_ids:
            items.reconcile()

    def _epay_order(self):
        """The order for which alone this was paid, at a door or online; empty when it
        is not known.
        """
        taken = self.env["epay.collection.attempt"].sudo()
        tx = self.payment_transaction_id.source_transaction_id
        tx = tx or self.payment_transaction_id
        line = tx.epay_session_id.collection_line_id
        line = line or taken.search([("payment_id", "in", self.ids)], limit=1).line_id
        orders = line.sale_order_id if line else tx.sale_order_ids
        return orders if len(orders) == 1 else orders.browse()

    def _epay_follow_cash(self):
        """Note what differs between these payments and what their collections say."""
        rows = (
            self.env["epay.collection.attempt"]
            .sudo()
            ._read_group(
                [("payment_id", "in", self.ids)],
                ["payment_id", "line_id"],
                ["amount:sum"],
            )
        )
        for payment, line, noted in rows:
            taken = payment.amount if payment.state in _TAKEN else 0.0
            differs = payment.currency_id.round(taken - noted)
            if differs:
                line._lock()._add_attempt(
                    CASH,
                    _lt("The office corrected the payment."),
                    amount=differs,
                    payment_id=payment.id,
                )
                line._follow_money()
