from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The register's counter among the settings of the point of sale."""

    _inherit = "res.config.settings"

    pos_epay_counter_id = fields.Many2one(
        related="pos_config_id.epay_counter_id", readonly=False
    )
