from odoo import fields, models


class SaleOrderLine(models.Model):
    """Lines of deals' orders."""

    _inherit = "sale.order.line"

    epay_line_id = fields.Many2one(
        "epay.session.line",
        "Counter Deal's Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="What was sold at the counter by this line.",
    )
