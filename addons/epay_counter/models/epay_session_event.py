from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..const import STATE_LABELS
from ..reasons import Reason


class EpaySessionEvent(models.Model):
    """The history: who moved which deal, from where to where, why and when.

    Rows are appended by the state machine and never changed or deleted.
    """

    _name = "epay.session.event"
    _description = "History of a deal"
    _order = "id"
    _log_access = False
    _rec_name = "session_id"

    session_id = fields.Many2one(
        "epay.session", "Deal", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="session_id.company_id")
    date = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", help="Empty: the customer or the system.")
    visit_id = fields.Many2one(
        "epay.visit", "Phone", help="The phone that acted.", index="btree_not_null"
    )
    source = fields.Selection(STATE_LABELS, "From")
    target = fields.Selection(STATE_LABELS, "To", required=True)
    why = Reason()

    @api.model
    def _append(self, session, source, target, why=None):
        """Add a row. The phone that acts is named in the context (`epay_visit_id`)."""
        visit_id = self.env.context.get("epay_visit_id")
        is_person = not visit_id and self.env.uid != self.env.ref("base.user_root").id
        return self.create(
            {
                "session_id": session.id,
                "date": fields.Datetime.now(),
                "user_id": self.env.uid if is_person else False,
                "visit_id": visit_id,
                "source": source,
                "target": target,
                "why": why,
            }
        )

    @api.model
    def _times_entered(self, session, state):
        """How often a deal has come to a state; two times may lie in the same second.

        :param str state: of `const.STATE_LABELS`
        :rtype: int
        """
        entered = [("session_id", "=", session.id), ("target", "=", state)]
        return self.search_count([*entered, ("source", "!=", state)])

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The history can't be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The history can't be deleted."))
