from odoo import models


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _epay_in_text(self, amount):
        """An amount as part of a sentence: isolated, or its sign goes astray between
        words that are read from right to left.
        """
        return f"\u2068{self.format(amount)}\u2069"
