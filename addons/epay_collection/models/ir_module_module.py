from odoo import models

from odoo.addons.epay_counter.const import FINAL_STATES
from odoo.addons.epay_counter.exceptions import DealsOpen

_MODULE = "epay_collection"


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        """Refuse while collections are at a counter: without this add-on their deals
        would be booked as new sales, and the bills stay unpaid.

        :raise DealsOpen: with what to do
        """
        leaving = self | self.downstream_dependencies()
        if _MODULE in leaving.mapped("name"):
            self._epay_require_no_open_collections()
        return super().button_uninstall()

    def _epay_require_no_open_collections(self):
        domain = [
            ("collection_line_id", "!=", False),
            ("state", "not in", FINAL_STATES),
        ]
        deals = self.env["epay.session"].sudo().search(domain, limit=10)
        if deals:
            raise DealsOpen(
                self.env._(
                    "Collections can't be uninstalled while these deals are open: "
                    "%(numbers)s. Settle or drop them in the counter app.",
                    numbers=", ".join(deals.mapped("name")),
                )
            )
