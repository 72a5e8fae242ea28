from odoo import fields, models

from ..const import OP_DELIVER


class EpayOperation(models.Model):
    """Deliveries are acts towards the books."""

    _inherit = "epay.operation"

    kind = fields.Selection(
        selection_add=[(OP_DELIVER, "Deliver the goods")],
        ondelete={OP_DELIVER: "cascade"},
    )

    def _is_for_books(self):
        return super()._is_for_books() or self.kind == OP_DELIVER
