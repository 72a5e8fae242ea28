from odoo import models


class StockPicking(models.Model):
    """Deliveries of deals."""

    _inherit = "stock.picking"

    def _send_confirmation_email(self):
        """Not for goods that the customer carries out of the store; a failing mail
        server must not undo a delivery either.
        """
        if self.env.context.get("epay_delivering"):
            return None
        return super()._send_confirmation_email()
