from odoo import api, models


class AccountMove(models.Model):
    """Invoices that are collected at doors."""

    _inherit = "account.move"

    def _epay_rest(self):
        """What is unpaid of these invoices, in their currency, without what is on its
        way by Odoo's own pages; zero of one that is not posted.
        """
        moves = self.sudo()
        return moves._epay_residual() - moves.transaction_ids._epay_not_in_books()

    def _epay_residual(self):
        """What is unpaid by the books. Payments without an entry count as well: with
        Odoo's accounting they stay so until the bank statement has them.
        """
        residuals = [
            -move.amount_residual
            if move.move_type == "out_refund"
            else move.amount_residual
            for move in self
            if move.state == "posted"
        ]
        return sum(residuals) - self.matched_payment_ids._epay_without_entry()

    def _epay_lines(self):
        """Collections of these invoices, or of the orders that they are for."""
        orders = self.sudo().line_ids.sale_line_ids.order_id
        return (
            self.env["epay.collection.line"]
            .sudo()
            .search(
                [
                    "|",
                    ("invoice_id", "in", self.ids),
                    ("sale_order_id", "in", orders.ids),
                ]
            )
        )

    def _invoice_paid_hook(self):
        """Paid elsewhere means done on the route, too."""
        result = super()._invoice_paid_hook()
        self._epay_lines()._follow_source()
        return result

    def button_cancel(self):
        """Nobody collects a cancelled invoice, nor hands over cash whose entry was
        cancelled.
        """
        lines = self._epay_lines()
        result = super().button_cancel()
        lines._follow_source()
        self.payment_ids._epay_follow_cash()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_collected(self):
        self._epay_lines().filtered(lambda line: line.invoice_id in self)._lose_source()

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """Odoo's habit of posting credit notes; see `epay.session._reverse_sale`."""
        if self.env.context.get("epay_keep_open"):
            return reverse_moves
        return super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)
