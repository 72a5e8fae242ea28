from odoo import api, fields, models


class EpaySessionLine(models.Model):
    """One line of what is sold (purchase detail 343)."""

    _name = "epay.session.line"
    _description = "Line of a deal"
    _order = "session_id, sequence, id"

    session_id = fields.Many2one(
        "epay.session", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="session_id.company_id")
    currency_id = fields.Many2one(related="session_id.currency_id")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one("product.product", ondelete="restrict")
    name = fields.Char(required=True)
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    price_unit = fields.Float(
        required=True, digits="Product Price", help="What one costs, taxes included."
    )
    subtotal = fields.Monetary(compute="_compute_subtotal", store=True)

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of a line must be above zero."
    )

    @api.depends("quantity", "price_unit", "currency_id")
    def _compute_subtotal(self):
        for line in self:
            line.subtotal = line.currency_id.round(line.quantity * line.price_unit)

    def _values(self):
        """A line as the clerk's screen shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "quantity": self.quantity,
            "price_unit": self.price_unit,
            "subtotal": self.subtotal,
            "subtotal_text": self.currency_id.format(self.subtotal),
        }
