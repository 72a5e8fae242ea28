from odoo import api, fields, models
from odoo.tools import float_compare


class EpaySessionLine(models.Model):
    """Lines of baskets: goods in a unit, at a price that Odoo computed."""

    _inherit = "epay.session.line"

    uom_id = fields.Many2one("uom.uom", "Unit", readonly=True, ondelete="restrict")
    barcode = fields.Char(readonly=True)
    note = fields.Char(readonly=True)
    put_number = fields.Integer(
        readonly=True, help="The line of the highest number was scanned last."
    )
    # As the order's line will have them. Prices are not rounded there either.
    order_price = fields.Float(readonly=True, min_display_digits="Product Price")
    discount = fields.Float("Discount (%)", digits="Discount", readonly=True)
    own_discount = fields.Float(
        "Clerk's Discount (%)", digits="Discount", readonly=True
    )
    fixed_price = fields.Float(
        readonly=True, help="The price that the barcode holds, instead of the list's."
    )
    price_each = fields.Float(
        readonly=True,
        min_display_digits="Product Price",
        help="What one costs, taxes included, before the discount: as on the shelf.",
    )
    priced_total = fields.Monetary(
        "Total", readonly=True, help="What the order's line totals, taxes included."
    )

    _discounts_sane = models.Constraint(
        "CHECK(discount >= 0 AND discount < 100"
        " AND own_discount >= 0 AND own_discount < 100)",
        "A discount must be at least zero and below 100 percent.",
    )

    @api.depends("priced_total")
    def _compute_subtotal(self):
        """A line of a basket totals what the order's line will."""
        priced = self.filtered(lambda line: line.uom_id and not line.origin_line_id)
        for line in priced:
            line.subtotal = line.priced_total
        return super(EpaySessionLine, self - priced)._compute_subtotal()

    def _item(self, fresh):
        """The line for `epay.basket._price`.

        :param bool fresh: by the price list of now; else as it was priced
        """
        item = {
            "product": self.product_id,
            "uom": self.uom_id,
            "quantity": self.quantity,
        }
        if not fresh:
            return {
                **item,
                "price": self.order_price,
                "price_discount": self.discount,
            }
        return {**item, "price": self.fixed_price, "own_discount": self.own_discount}

    def _take_price(self, price):
        """Keep what `epay.basket._price` said of this line."""
        self.write(
            {
                "order_price": price["price"],
                "discount": price["discount"],
                "priced_total": price["total"],
                "price_each": price["each"],
                "price_unit": price["total"] / self.quantity,
            }
        )

    def _is_like(self, found):
        """Whether another scan of the same adds up here."""
        return (
            self.product_id == found.product
            and self.uom_id == found.uom
            and self.fixed_price == found.price
            and not self.note
            # Who took something off did so for what was there: as on a register.
            and not self.own_discount
        )

    def _has_price_of(self, reading):
        """Whether the price on a label (`epay_barcode.Reading`) is the one that was
        paid: of two pieces of cheese each costs what its own label says.
        """
        return not reading.price or not float_compare(
            reading.price, self.fixed_price, precision_digits=6
        )

    def _new_name(self, note):
        """What everybody reads: the product, its unit where that says something, and
        the clerk's note.
        """
        name = self.env["epay.basket"]._goods_name(self.product_id, self.uom_id)
        return f"{name} · {note}"[:200] if note else name[:200]

    def _values(self):
        values = super()._values()
        if not self.uom_id:
            return values
        return {
            **values,
            "barcode": self.barcode or False,
            "note": self.note or False,
            "uom": self.uom_id.name,
            "is_pieces": self.env["epay.basket"]._counts_pieces(self.uom_id),
            "discount": self.discount,
            "own_discount": self.own_discount,
            "price_text": self.currency_id.format(self.price_each or self.price_unit),
            "put_number": self.put_number,
        }
