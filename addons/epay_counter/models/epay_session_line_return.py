from odoo import api, fields, models


class EpaySessionLine(models.Model):
    """Lines of returns, each a line of the original deal or a part of it."""

    _inherit = "epay.session.line"

    origin_line_id = fields.Many2one(
        "epay.session.line",
        "Original Line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The line of the original deal that is returned, or a part of it.",
    )
    return_line_ids = fields.One2many("epay.session.line", "origin_line_id")

    @api.depends("origin_line_id")
    def _compute_subtotal(self):
        """A returned line has its share of what was paid, to the cent, once and for
        all (`epay.session._prepare_return_line`).
        """
        returned = self.filtered("origin_line_id")
        for line in returned:
            line.subtotal = line.subtotal
        return super(EpaySessionLine, self - returned)._compute_subtotal()

    def _values(self):
        return {**super()._values(), "origin_line_id": self.origin_line_id.id or False}

    def _original_line_values(self):
        """A line of the original deal, with what of it can still be returned."""
        quantity, subtotal = self._left()
        return {
            **self._values(),
            "left_quantity": quantity,
            "left_subtotal": subtotal,
            "left_text": self.currency_id.format(subtotal),
            "is_whole": self._is_whole_pieces(),
        }

    def _is_whole_pieces(self):
        """Whether it is returned by the piece: bought so, in a unit that is counted.
        Half a lamp is a slip. Odoo rounds all units alike, by “Product Unit”, so what
        is counted is what has its unit “Units”; half a dozen is no slip.
        """
        product = self.product_id or self.session_id.store_id.product_id
        pieces = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        return product.uom_id == pieces and self.quantity.is_integer()

    def _left(self):
        """Quantity and money that were not given back, nor are on their way."""
        gone = self.return_line_ids.filtered(
            lambda line: line.session_id._takes_money()
        )
        quantity = self.quantity - sum(gone.mapped("quantity"))
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        money = self.session_id._money_left()[self]
        return round(quantity, digits), self.currency_id.round(money)
