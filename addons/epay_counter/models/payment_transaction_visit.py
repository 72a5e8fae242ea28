from odoo import fields, models


class PaymentTransaction(models.Model):
    """Which phone a payment is made with."""

    _inherit = "payment.transaction"

    epay_visit_id = fields.Many2one(
        "epay.visit",
        "Paying Phone",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The phone that went to the provider, or whose saved card was charged.",
    )
