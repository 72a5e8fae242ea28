from odoo import api, fields, models

from odoo.addons.epay_counter.db import after_commit

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

    def write(self, vals):
        """A line that was kept with a draft order becomes paid later."""
        result = super().write(vals)
        if "payment_status" in vals:
            self._find_deals()
        return result

    def _find_deals(self):
        """Link the lines to the deals that paid them, by the register's name of the
        line. Of a line that the cashier forced nobody is to pay the deal any more.
        """
        for payment in self:
            if payment.payment_method_id.use_payment_terminal != TERMINAL:
                continue
            config = payment.session_id.config_id
            deal = config._epay_deal(payment.uuid)
            if deal._is_paid():
                payment._take_deal(deal)
            elif deal and payment.payment_status == "done":
                deal_id = deal.id
                after_commit(
                    self.env,
                    ("epay_forced", deal_id),
                    lambda env, deal_id=deal_id: env["epay.session"]._end_forced(
                        deal_id
                    ),
                )

    def _take_deal(self, deal):
        """`deal` paid this line; it says which transaction it was."""
        if self.epay_session_id:
            return
        told = deal._told_transaction()
        self.sudo().write(
            {
                "epay_session_id": deal.id,
                "transaction_id": deal.name,
                "payment_ref_no": told.provider_reference or told.reference,
            }
        )
