from odoo import models


class ResPartner(models.Model):
    """Where a clerk goes."""

    _inherit = "res.partner"

    def _epay_on_one_line(self):
        """Street, postcode and place, as they are said to a driver; or False."""
        place = " ".join(filter(None, (self.zip, self.city)))
        parts = (self.street, self.street2, place)
        return ", ".join(filter(None, parts)) or False
