from collections import defaultdict

from odoo import models


class AccountMove(models.Model):
    """Invoices of several orders: Odoo's wizard bills all orders of a customer on one,
    if nothing else is said. Each order owes its own lines, and all of them together
    what the invoice has left.
    """

    _inherit = "account.move"

    def _epay_orders(self):
        return self.sudo().line_ids.sale_line_ids.order_id

    def _epay_is_bill(self):
        """An invoice, be it a draft, that was not cancelled."""
        return self.move_type == "out_invoice" and self.state != "cancel"

    def _epay_is_shared(self):
        return len(self._epay_orders()) > 1

    def _epay_totals(self):
        """What of this document is for which order, taxes included. What is for none
        (added by hand, rounded) counts for the newest.

        :return: {order: amount}, together the document's total
        """
        orders = self._epay_orders().sorted("id")
        if len(orders) < 2:
            return dict.fromkeys(orders, self.amount_total)
        totals = dict.fromkeys(orders, 0.0)
        for line in self.invoice_line_ids:
            for order in line.sale_line_ids.order_id[:1]:
                totals[order] += line.price_total
        totals[orders[-1]] += self.amount_total - sum(totals.values())
        return totals

    def _epay_part_of(self, order, left):
        """What of `left`, which is unpaid of this document, the order owes.

        What was collected for an order counts for that one; what was paid for none in
        particular pays the oldest first. So the parts are never more than `left`, and
        paying one of them leaves the others as they are.
        """
        if not self._epay_is_shared():
            return left
        totals = self._epay_totals()
        if self.move_type == "out_refund":
            return left * totals[order] / self.amount_total if left else 0.0
        paid = self._epay_paid_by_order()
        for newest in sorted(totals, key=lambda one: one.id, reverse=True):
            part = max(min(totals[newest] - paid[newest], left), 0.0)
            if newest == order:
                return part
            left -= part
        return 0.0

    def _epay_paid_by_order(self):
        """{order: what was paid on this invoice for that order alone, or credited}"""
        paid = defaultdict(float)
        partials = [
            partial
            for item in self.line_ids
            if item.account_type == "asset_receivable"
            for partial in item.matched_credit_ids
        ]
        for partial in partials:
            source = partial.credit_move_id.move_id
            for order, share in source._epay_shares_paid().items():
                paid[order] += partial.debit_amount_currency * share
        return paid

    def _epay_shares_paid(self):
        """For which orders this entry pays.

        :return: {order: share of 1}; empty when it is for none in particular
        """
        if self.move_type == "out_refund" and self.amount_total:
            totals = self._epay_totals()
            return {order: sum_ / self.amount_total for order, sum_ in totals.items()}
        return dict.fromkeys(self.origin_payment_id._epay_order(), 1.0)
