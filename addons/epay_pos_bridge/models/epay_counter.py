from odoo import api, fields, models
from odoo.exceptions import ValidationError


class EpayCounter(models.Model):
    """What a counter has for baskets."""

    _inherit = "epay.counter"

    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Prices of what is scanned here. Empty: the store's price list.",
    )

    @api.constrains("pricelist_id", "store_id")
    def _check_pricelist_currency(self):
        """Deals are in the store's currency."""
        for counter in self.filtered("pricelist_id"):
            if counter.pricelist_id.currency_id != counter.store_id.currency_id:
                raise ValidationError(
                    self.env._(
                        "Counter %(code)s sells in %(currency)s: choose a price list "
                        "of that currency.",
                        code=counter.code,
                        currency=counter.store_id.currency_id.name,
                    )
                )

    def _pricelist(self):
        """The price list of what is scanned here; may be none (sales prices)."""
        return self.pricelist_id or self.store_id.pricelist_id
