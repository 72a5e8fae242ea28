from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _epay_charging_routes(cls):
        """Override of `epay_counter`: the shop's server hands the card in."""
        routes = super()._epay_charging_routes()
        return {**routes, "/payment/standin/pay": "reference"}
