from odoo import models

_MODULE = "epay_pos_bridge"


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        """Refuse while deals are open: without us a register's deal would be booked a
        second time, and a basket would lose its units and prices.

        :raise DealsOpen: with what to do
        """
        leaving = self | self.downstream_dependencies()
        if _MODULE in leaving.mapped("name"):
            self._epay_require_no_open_deals()
        return super().button_uninstall()
