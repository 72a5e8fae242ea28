from odoo import fields, models


class EpayCondition(models.Model):
    """A payment condition (SA7): one payment, three instalments and the like.

    Offered only where it is really passed on: by a provider's hook
    (`payment.provider._epay_passes_condition`) or, where the manager marked it so, by
    the customer choosing it on the provider's page.
    """

    _name = "epay.condition"
    _description = "Payment condition"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    provider_ids = fields.Many2many(
        "payment.provider",
        string="Chosen on the provider's page",
        # Nobody else may read providers.
        groups="base.group_system",
        help="Providers on whose own page the customer chooses this condition. For "
        "other providers it is offered only when their integration passes it on.",
    )

    _code_uniq = models.UniqueIndex("(code)")

    def _offered_for(self, provider, method):
        """The conditions that `provider` really carries out for `method`."""
        return self.filtered(
            lambda condition: (
                provider in condition.provider_ids
                or provider._epay_passes_condition(condition, method)
            )
        )
