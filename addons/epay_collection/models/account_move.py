from odoo import models


class AccountMove(models.Model):
    """Invoices that are collected at doors."""

    _inherit = "account.move"

    def _epay_rest(self):
        """What is unpaid of these invoices, in their currency; zero of one that is not
        posted.
        """
        posted = self.sudo().filtered(lambda move: move.state == "posted")
        return sum(
            -move.amount_residual
            if move.move_type == "out_refund"
            else move.amount_residual
            for move in posted
        )

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
        """Nobody collects a cancelled invoice."""
        lines = self._epay_lines()
        result = super().button_cancel()
        lines._follow_source()
        return result

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """Odoo's habit of posting credit notes; see `epay.session._reverse_sale`."""
        if self.env.context.get("epay_keep_open"):
            return reverse_moves
        return super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)
