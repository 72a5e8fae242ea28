from odoo import models


class PaymentTransaction(models.Model):
    """Refunds of Odoo's demo provider."""

    _inherit = "payment.transaction"

    def _apply_updates(self, payment_data):
        """Override of `payment_demo`: a refund is done, also while manual capture is
        on, where Odoo 19.0 leaves it `authorized` for ever (odoo/odoo#282315).
        """
        if self.provider_code == "demo" and self.operation == "refund":
            payment_data = {**payment_data, "manual_capture": True}
        return super()._apply_updates(payment_data)
