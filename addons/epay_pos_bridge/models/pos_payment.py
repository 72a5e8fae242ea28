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
        payments = super().create([self._without_deal(vals) for vals in vals_list])
        payments._find_deals()
        return payments

    def write(self, vals):
        """A line that was kept with a draft order becomes paid later; somebody edits a
        payment on the receipt's screen.
        """
        result = super().write(self._without_deal(vals))
        if {"payment_status", "amount", "payment_method_id"} & vals.keys():
            self._find_deals()
        return result

    def _without_deal(self, vals):
        """Which deal paid a line is found here, and said by no register."""
        return {key: value for key, value in vals.items() if key != "epay_session_id"}

    def _find_deals(self):
        """Link the lines to the deals that paid them, by the register's name of the
        line. Of a line that the cashier forced nobody is to pay the deal any more.
        """
        for payment in self:
            if payment.payment_method_id.use_payment_terminal != TERMINAL:
                payment._leave_deal()
                continue
            config = payment.session_id.config_id
            deal = config._epay_deal(payment.uuid)
            if deal._is_paid():
                payment._take_deal(deal)
            elif deal and payment.payment_status == "done":
                deal._after_commit("epay_forced", "_end_forced")

    def _leave_deal(self):
        """Now it counts as cash, or as paid in another way: the deal's money is in no
        order, as the register's closing says.
        """
        if not self.epay_session_id:
            return True
        # Past our own `write`, which lets nobody name a deal
        return super(PosPayment, self.sudo()).write({"epay_session_id": False})

    def _take_deal(self, deal):
        """`deal` paid this line; it says which transaction it was. A line of another
        amount it did not pay: it stays in no order, as the register's closing says.
        """
        if not self:
            return
        if self.currency_id.compare_amounts(self.amount, deal._amount_in_register()):
            deal = deal.browse()
        if self.epay_session_id == deal:
            return
        # Past our own `write`, which lets nobody name a deal
        super(PosPayment, self.sudo()).write(
            {"epay_session_id": deal.id, **deal._register_references()}
        )
        if deal:
            self._note_given_back(deal)

    def _note_given_back(self, deal):
        """The order was late, and the money is not there any more: it was in no order
        when it was given back at the counter.
        """
        elsewhere = deal.return_ids.filtered(
            lambda back: back._is_paid() and not back.pos_config_id
        )
        if elsewhere:
            self.sudo().session_id.message_post(
                body=self.env._(
                    "Order %(order)s has a payment of which money was given back at "
                    "the counter before the order came: %(numbers)s.",
                    order=self.pos_order_id.name,
                    numbers=", ".join([deal.name, *elsewhere.mapped("name")]),
                )
            )
