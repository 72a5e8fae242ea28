import logging

from odoo import api, models

_logger = logging.getLogger(__name__)


class EpayOperation(models.Model):
    """Copies of a database that were cut off (`data/neutralize.sql`)."""

    _inherit = "epay.operation"

    @api.model
    def _cron_recover(self):
        """Never ask a provider from a neutralized copy, even if its jobs are on again:
        the operations in it belong to the original.
        """
        parameters = self.env["ir.config_parameter"].sudo()
        if parameters.get_param("database.is_neutralized"):
            _logger.info("A neutralized copy: no operation is taken up.")
            return
        super()._cron_recover()
