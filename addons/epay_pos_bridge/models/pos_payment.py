from odoo import api, fields, models

from ..const import TERMINAL


class PosPayment(models.Model):
    """Payment lines that were paid on a customer's phone."""

    _inherit = "pos.payment"

    epay_session_id = fields.Many2one(
        "epay.session",
        "Counter Deal",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty although it was paid by the customer's phone: the cashier forced "
        "it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        payments._find_deals()
        return payments

    def _find_deals(self):
        """Link the lines to the deals that paid them, by the register's name of the
        line; it says which transaction it was.
        """
        deals = self.env["epay.session"].sudo()
        for payment in self:
            if payment.payment_method_id.use_payment_terminal != TERMINAL:
                continue
            deal = deals.search(
                [
                    ("pos_payment_uuid", "=", payment.uuid),
                    ("state", "in", ("settled", "reversed")),
                ],
                limit=1,
            )
            if deal:
                told = deal._told_transaction()
                payment.sudo().write(
                    {
                        "epay_session_id": deal.id,
                        "transaction_id": deal.name,
                        "payment_ref_no": told.provider_reference or told.reference,
                    }
                )
