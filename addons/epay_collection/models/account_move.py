from odoo import api, models


class AccountMove(models.Model):
    """Invoices that are collected at doors."""

    _inherit = "account.move"

    def _epay_lines(self):
        """Collections of these invoices, or of the orders that they are for."""
        orders = self._epay_orders()
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
