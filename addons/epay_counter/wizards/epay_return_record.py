from odoo import fields, models


class EpayReturnRecord(models.TransientModel):
    """A manager records, also days later, that a return was given back at the
    provider's own pages: the day list has only the deals of today.
    """

    _name = "epay.return.record"
    _description = "Record a return as given back"

    # Without sudo: who may not see the deal must not see it here either.
    session_id = fields.Many2one("epay.session", "Return", required=True, readonly=True)
    origin_id = fields.Many2one(
        "epay.session", related="session_id.origin_id", related_sudo=False
    )
    amount = fields.Monetary(related="session_id.amount", related_sudo=False)
    currency_id = fields.Many2one(related="session_id.currency_id", related_sudo=False)
    reason = fields.Char("What Was Done There", required=True)

    def action_confirm(self):
        """Record it by the deal's own act, which checks rights and locks the deal.

        :raise ManagerOnly: :raise WrongState: :raise NotRefundable: as the act says
        """
        self.ensure_one()
        self.session_id.record_refund(self.reason)
        return {"type": "ir.actions.act_window_close"}
