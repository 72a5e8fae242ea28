from odoo import models

from ..const import FINAL_STATES, OP_UNKNOWN, OPEN_OPERATION_STATES
from ..exceptions import DealsOpen

_MODULE = "epay_counter"


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        """Refuse while money is on its way: only the add-on knows whose it is.

        :raise DealsOpen: with what to do
        """
        leaving = self | self.downstream_dependencies()
        if _MODULE in leaving.mapped("name"):
            self._epay_require_no_open_deals()
        return super().button_uninstall()

    def _epay_require_no_open_deals(self):
        sessions = self.env["epay.session"].sudo()
        open_deals = sessions.search([("state", "not in", FINAL_STATES)], limit=100)
        operations = self.env["epay.operation"].sudo()
        acts = operations.search([("state", "in", OPEN_OPERATION_STATES)], limit=100)
        concerned = open_deals | acts.session_id
        if not concerned:
            return
        doubtful = acts.filtered(lambda op: op.state == OP_UNKNOWN).session_id
        raise DealsOpen(
            self.env._(
                "Counter Payments can't be uninstalled while deals are open: "
                "%(numbers)s (%(doubtful)s in doubt). Close the counters, settle or "
                "drop these deals in the counter app, and resolve what is in doubt.",
                numbers=", ".join(concerned[:10].mapped("name")),
                doubtful=len(doubtful),
            )
        )
