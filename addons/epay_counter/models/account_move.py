from odoo import fields, models


class AccountMove(models.Model):
    """Invoices of deals."""

    _inherit = "account.move"

    epay_session_count = fields.Integer(compute="_compute_epay_session_count")

    def _compute_epay_session_count(self):
        counts = self.env["epay.session"]._count_by("invoice_id", self)
        for move in self:
            move.epay_session_count = counts.get(move.id, 0)

    def action_epay_open_sessions(self):
        """The deals that it invoices (smart button)."""
        domain = [("invoice_id", "in", self.ids)]
        return self.env["epay.session"].search(domain)._office_action()
