from odoo import fields, models


class AccountMoveLine(models.Model):
    """Lines of the credit notes of returns."""

    _inherit = "account.move.line"

    epay_credited_line_id = fields.Many2one(
        "account.move.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The line of the sale's invoice of which it gives back something.",
    )
