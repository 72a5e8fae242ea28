from odoo import api, fields, models


class SaleOrder(models.Model):
    """Orders that are paid at the door."""

    _inherit = "sale.order"

    epay_collect = fields.Boolean(
        "Paid at the Door",
        copy=False,
        help="The order is offered when a collection schedule is filled.",
    )

    def _epay_rest(self):
        """What is unpaid of the order: of its part of its invoices, and of what was
        never invoiced; without what was paid online and waits for the invoice.
        """
        self.ensure_one()
        order = self.sudo()
        if order.state == "cancel":
            return 0.0
        left, spare = order.invoice_ids._epay_left()
        invoiced = sum(
            move._epay_part_of(order, left[move]) for move in order.invoice_ids
        )
        online = sum(
            spare.get(tx, tx._epay_open_money())
            for tx in order.transaction_ids._epay_online()
        )
        rest = invoiced + order._epay_never_invoiced() - online
        return max(order.currency_id.round(rest), 0.0)

    def _epay_never_invoiced(self):
        """What of the order is on no invoice yet, not even on a draft. What the office
        credited was invoiced: nobody collects it once more.
        """
        if not self._epay_has_quantities_left():
            return 0.0  # But for a cent by which taxes of parts differ.
        invoiced = sum(
            # Not filtered: see `account.move._epay_rest`.
            move._epay_totals()[self]
            for move in self.invoice_ids
            if move._epay_is_bill()
        )
        return max(self.currency_id.round(self.amount_total - invoiced), 0.0)

    def _epay_paid_by_invoice(self):
        """Unpaid invoices of which the order owes a part, if there are several: a
        payment of the order would pay one of them for the other orders, too.
        """
        shared = self.sudo().invoice_ids.filtered(
            lambda move: (
                move._epay_is_bill()
                and (move.state == "draft" or move.amount_residual)
                and move._epay_is_shared()
            )
        )
        return shared if len(shared) > 1 else shared.browse()

    def _epay_has_quantities_left(self):
        return any(
            line.qty_invoiced < line.product_uom_qty
            for line in self.order_line
            if not line.display_type and not line.is_downpayment
        )

    def _epay_is_to_invoice(self):
        """Whether something of the order is on no invoice yet, not even on a draft."""
        return self._epay_never_invoiced() > 0

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

    @api.ondelete(at_uninstall=False)
    def _unlink_collected(self):
        self._epay_lines().filtered(
            lambda line: line.sale_order_id in self
        )._lose_source()

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
