from odoo import api, fields, models

from ..const import OP_UNKNOWN, OPEN_OPERATION_STATES, OPERATION_STATE_LABELS
from ..exceptions import WrongState


class EpayOperation(models.Model):
    """Operations in doubt that a manager settles by hand, after a look at the
    provider's own pages.
    """

    _inherit = "epay.operation"

    session_id = fields.Many2one(string="Deal")
    counter_id = fields.Many2one(related="session_id.counter_id")
    store_id = fields.Many2one(related="session_id.store_id")
    provider_id = fields.Many2one(related="transaction_id.provider_id")
    can_resolve = fields.Boolean(compute="_compute_can_resolve")
    resolved_by_id = fields.Many2one("res.users", readonly=True)
    resolved_at = fields.Datetime(readonly=True)
    resolved_as = fields.Selection(OPERATION_STATE_LABELS, readonly=True)

    _in_doubt = models.Index(f"(id) WHERE state = '{OP_UNKNOWN}'")
    _open_id = models.Index(f"(id) WHERE state IN {OPEN_OPERATION_STATES}")

    @api.depends("state", "called_at", "kind")
    @api.depends_context("uid")
    def _compute_can_resolve(self):
        for operation in self:
            operation.can_resolve = (
                operation.state in OPEN_OPERATION_STATES
                and operation.sudo()._can_be_resolved()
                and operation.session_id.counter_id._is_manager()
            )

    @api.depends("kind", "session_id.name")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for operation in self:
            kind = labels.get(operation.kind, "")
            operation.display_name = f"{kind} {operation.session_id.name or ''}"

    def action_resolve(self):
        """Open the Resolve wizard.

        :raise WrongState: when there is nothing to resolve any more
        """
        if not self or not self.can_resolve:
            raise WrongState(self._not_in_doubt_text())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Resolve"),
            "res_model": "epay.operation.resolve",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_operation_id": self.id},
        }

    def _resolve(self, outcome, reason):
        """Remember on the row who settled it, and as what."""
        self.write(
            {
                "resolved_by_id": self.env.uid,
                "resolved_at": fields.Datetime.now(),
                "resolved_as": outcome,
            }
        )
        return super()._resolve(outcome, reason)

    def _not_in_doubt_text(self):
        """Why this one can't be resolved: who was quicker, or nothing is in doubt."""
        resolver = self.sudo().resolved_by_id
        if not resolver:
            return self.env._("Nothing is in doubt on this deal any more.")
        labels = dict(self._fields["resolved_as"]._description_selection(self.env))
        return self.env._(
            "%(user)s has resolved this already, as “%(outcome)s”. Look at the deal "
            "before you do anything else.",
            user=resolver.name,
            outcome=labels[self.sudo().resolved_as],
        )
