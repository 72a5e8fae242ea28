from odoo import models

from ..const import TERMINAL


class PosPaymentMethod(models.Model):
    """A payment method of registers: the customer's own phone."""

    _inherit = "pos.payment.method"

    def _get_payment_terminal_selection(self):
        name = self.env._("Counter (customer's phone)")
        return [*super()._get_payment_terminal_selection(), (TERMINAL, name)]
