from odoo import fields, models


class EpayStore(models.Model):
    """What a store decides about scanning."""

    _inherit = "epay.store"

    barcode_nomenclature_id = fields.Many2one(
        "barcode.nomenclature",
        help="What the codes on goods hold, such as weights and prices. Empty: the "
        "company's.",
    )
    live_lines = fields.Boolean(
        "Lines Appear While Scanning",
        help="A customer's phone may join while the clerk still scans, and sees each "
        "line at once. Else it sees the basket when it is complete.",
    )
    most_discount = fields.Float(
        "Clerks' Discount (%)",
        digits="Discount",
        help="The most that a clerk may take off a line. Managers may give any.",
    )
    sell_below_zero = fields.Boolean(
        default=True,
        help="Also sell goods of which, as the stock says, none are left.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        help="Where the goods are taken from. Empty: the company's first warehouse.",
    )

    _most_discount_sane = models.Constraint(
        "CHECK(most_discount >= 0 AND most_discount < 100)",
        "A discount must be at least zero and below 100 percent.",
    )

    def _nomenclature(self):
        """The rules by which codes are read here."""
        return self.barcode_nomenclature_id or self.company_id.nomenclature_id

    def _warehouse(self):
        """Where goods of this store are."""
        company = ("company_id", "=", self.company_id.id)
        return self.warehouse_id or self.env["stock.warehouse"].sudo().search(
            [company], limit=1
        )

    def _available(self, product):
        """How much of a product may be sold here, in the product's own unit."""
        here = product.sudo().with_company(self.company_id)
        return here.with_context(warehouse_id=self._warehouse().id).free_qty
