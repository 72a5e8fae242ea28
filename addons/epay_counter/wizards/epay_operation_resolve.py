from odoo import api, fields, models

from ..const import (
    OP_AUTHORIZE,
    OP_CAPTURE,
    OP_FAILED,
    OP_REFUND,
    OP_REGISTER_SALE,
    OP_REVERSE_SALE,
    OP_SUCCEEDED,
    OP_VOID,
)


class EpayOperationResolve(models.TransientModel):
    """A manager's word on an operation in doubt: what is known, what the provider's
    own pages show, and what follows.
    """

    _name = "epay.operation.resolve"
    _description = "Resolve an operation in doubt"

    operation_id = fields.Many2one("epay.operation", required=True, readonly=True)
    # Without sudo: who may not see the operation must not see it here either.
    session_id = fields.Many2one(
        "epay.session", "Deal", related="operation_id.session_id", related_sudo=False
    )
    counter_id = fields.Many2one(related="operation_id.counter_id", related_sudo=False)
    kind = fields.Selection(related="operation_id.kind", related_sudo=False)
    amount = fields.Monetary(related="operation_id.amount", related_sudo=False)
    currency_id = fields.Many2one(
        related="operation_id.currency_id", related_sudo=False
    )
    provider_id = fields.Many2one(
        related="operation_id.provider_id", related_sudo=False
    )
    reference = fields.Char(
        related="operation_id.transaction_id.reference", related_sudo=False
    )
    provider_reference = fields.Char(
        related="operation_id.transaction_id.provider_reference", related_sudo=False
    )
    called_at = fields.Datetime(
        "Asked", related="operation_id.called_at", related_sudo=False
    )
    attempts = fields.Integer(related="operation_id.attempts", related_sudo=False)
    error = fields.Char("Last Answer", related="operation_id.error", related_sudo=False)
    seen = fields.Char("What You Saw", required=True)
    outcome = fields.Selection(
        [(OP_SUCCEEDED, "It was done"), (OP_FAILED, "It was not done")],
        required=True,
    )
    reason = fields.Text(required=True)
    consequence = fields.Char("What Follows", compute="_compute_consequence")

    @api.depends("outcome", "kind")
    def _compute_consequence(self):
        texts = self._consequences()
        for wizard in self:
            kind = OP_VOID if wizard.kind == OP_REFUND else wizard.kind
            wizard.consequence = texts.get((kind, wizard.outcome), False)

    def _consequences(self):
        return {
            (OP_AUTHORIZE, OP_SUCCEEDED): self.env._(
                "The deal counts as authorized; the clerk can settle it."
            ),
            (OP_AUTHORIZE, OP_FAILED): self.env._("The customer chooses again."),
            (OP_CAPTURE, OP_SUCCEEDED): self.env._(
                "The money counts as taken, and the sale is registered."
            ),
            (OP_CAPTURE, OP_FAILED): self.env._(
                "The deal is authorized again; the clerk can settle or drop it."
            ),
            (OP_VOID, OP_SUCCEEDED): self.env._(
                "The money counts as given back, and the deal ends."
            ),
            (OP_VOID, OP_FAILED): self.env._(
                "The customer has not got the money back; it can be tried again."
            ),
            (OP_REGISTER_SALE, OP_SUCCEEDED): self.env._(
                "You have entered the sale by hand; the deal counts as settled."
            ),
            (OP_REGISTER_SALE, OP_FAILED): self.env._(
                "The deal is authorized again; when it is dropped, the customer gets "
                "the money back."
            ),
            (OP_REVERSE_SALE, OP_SUCCEEDED): self.env._(
                "You have entered the reversal by hand; the return counts as done."
            ),
            (OP_REVERSE_SALE, OP_FAILED): self.env._(
                "The return counts as done, without being reversed in the books."
            ),
        }

    def action_confirm(self):
        """Settle it by the deal's own act, which checks rights and locks the deal.

        :raise WrongState: somebody else was quicker
        """
        self.ensure_one()
        self.session_id.resolve(
            self.outcome,
            f"{self.seen.strip()} – {self.reason.strip()}",
            operation_id=self.operation_id.id,
        )
        return {"type": "ir.actions.act_window_close"}
