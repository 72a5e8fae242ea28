from odoo import fields, models


class SaleOrder(models.Model):
    """Orders of deals."""

    _inherit = "sale.order"

    epay_session_count = fields.Integer(compute="_compute_epay_session_count")

    def _compute_epay_session_count(self):
        counts = self.env["epay.session"]._count_by("sale_order_id", self)
        for order in self:
            order.epay_session_count = counts.get(order.id, 0)

    def action_epay_open_sessions(self):
        """The deals that it was sold by (smart button)."""
        domain = [("sale_order_id", "in", self.ids)]
        return self.env["epay.session"].search(domain)._office_action()

    def _prepare_invoice(self):
        """The order's fiscal position, also when it is none.

        Odoo would then look where the customer lives; a sale at a counter is taxed and
        booked where the store is.
        """
        values = super()._prepare_invoice()
        if self.env.context.get("epay_as_ordered"):
            values["fiscal_position_id"] = self.fiscal_position_id.id
        return values
