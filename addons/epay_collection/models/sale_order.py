from odoo import fields, models

# Money of a payment in these states is not to be collected once more.
_PAID = ("authorized", "done")


class SaleOrder(models.Model):
    """Orders that are paid at the door."""

    _inherit = "sale.order"

    epay_collect = fields.Boolean(
        "Paid at the Door",
        copy=False,
        help="The order is offered when a collection schedule is filled.",
    )

    def _epay_rest(self):
        """What is unpaid of the order: of its invoices, and of what was never invoiced;
        without what was paid online and waits for the invoice.
        """
        self.ensure_one()
        order = self.sudo()
        if order.state == "cancel":
            return 0.0
        posted = order.invoice_ids.filtered(lambda move: move.state == "posted")
        rest = posted._epay_rest() + order._epay_never_invoiced()
        return max(order.currency_id.round(rest - order._epay_paid_ahead()), 0.0)

    def _epay_never_invoiced(self, states=("posted",)):
        """What of the order is on no invoice in one of these states. What the office
        credited was invoiced: nobody collects it once more.
        """
        moves = self.invoice_ids.filtered(lambda move: move.state in (*states, "draft"))
        if not (moves.filtered(lambda move: move.state not in states)):
            if not self._epay_has_quantities_left():
                return 0.0  # But for a cent by which taxes of parts differ.
        invoices = moves.filtered(
            lambda move: move.state in states and move.move_type == "out_invoice"
        )
        return max(self.amount_total - sum(invoices.mapped("amount_total")), 0.0)

    def _epay_has_quantities_left(self):
        return any(
            line.qty_invoiced < line.product_uom_qty
            for line in self.order_line
            if not line.display_type and not line.is_downpayment
        )

    def _epay_paid_ahead(self):
        """What was paid by a card outside of counters and is on no invoice yet."""
        transactions = self.transaction_ids.filtered(
            lambda tx: tx.state in _PAID and not tx.epay_session_id
        )
        return sum(
            tx.amount
            for tx in transactions
            if not (tx | tx.child_transaction_ids).payment_id.filtered("is_reconciled")
        )

    def _epay_is_to_invoice(self):
        """Whether something of the order is on no invoice yet, not even on a draft."""
        left = self._epay_never_invoiced(("posted", "draft"))
        return self._epay_has_quantities_left() and left > 0

    def _epay_lines(self):
        """Collections of these orders, or of their invoices."""
        lines = self.env["epay.collection.line"].sudo()
        invoices = self.sudo().invoice_ids
        return lines.search(
            [
                "|",
                ("sale_order_id", "in", self.ids),
                ("invoice_id", "in", invoices.ids),
            ]
        )

    def _action_cancel(self):
        """Nobody collects a cancelled order."""
        result = super()._action_cancel()
        self._epay_lines()._follow_source()
        return result

    # === CASH ON DELIVERY (Odoo's `delivery`, where it is installed) === #

    def _epay_cod_transactions(self):
        """Odoo's promise to pay on delivery: a transaction that stays pending."""
        if "cash_on_delivery" not in _custom_modes(self.env):
            return self.env["payment.transaction"].sudo()
        return self.sudo().transaction_ids.filtered(
            lambda tx: (
                tx.state == "pending"
                and tx.provider_id.custom_mode == "cash_on_delivery"
            )
        )

    def _epay_end_cash_on_delivery(self, cash_payment=None):
        """Once nothing is due any more, the promise ends: as done when all of it came
        in cash, else as cancelled, because the money came by another way.

        Never by post-processing, which would make a second payment.

        :param cash_payment: the payment in cash that is the whole order's, or None
        """
        for order in self:
            if order._epay_rest() > 0:
                continue
            for promise in order._epay_cod_transactions():
                promise._epay_end_promise(cash_payment)


def _custom_modes(env):
    field = env["payment.provider"]._fields.get("custom_mode")
    return field.get_values(env) if field else ()
