from odoo import models
from odoo.tools.translate import LazyTranslate

from ..const import CASH

_lt = LazyTranslate(__name__)

# The money is in the cash box.
_TAKEN = ("in_process", "paid")


class AccountPayment(models.Model):
    """Cash that was taken at doors: what the office corrects in the books is corrected
    on the route, too, and in what its clerk hands over. A draft still counts: what
    becomes of it is said when it is posted again, or cancelled.
    """

    _inherit = "account.payment"

    def action_post(self):
        result = super().action_post()
        self._epay_follow_cash()
        return result

    def action_cancel(self):
        result = super().action_cancel()
        self._epay_follow_cash()
        return result

    def action_reject(self):
        result = super().action_reject()
        self._epay_follow_cash()
        return result

    def _epay_follow_cash(self):
        """Note what differs between these payments and what their collections say."""
        rows = (
            self.env["epay.collection.attempt"]
            .sudo()
            ._read_group(
                [("payment_id", "in", self.ids)],
                ["payment_id", "line_id"],
                ["amount:sum"],
            )
        )
        for payment, line, noted in rows:
            taken = payment.amount if payment.state in _TAKEN else 0.0
            differs = payment.currency_id.round(taken - noted)
            if differs:
                line._lock()._add_attempt(
                    CASH,
                    _lt("The office corrected the payment."),
                    amount=differs,
                    payment_id=payment.id,
                )
                line._follow_money()
