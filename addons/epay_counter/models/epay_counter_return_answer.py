from odoo import models
from odoo.fields import Domain

from ..const import REVERSED


class EpayCounter(models.Model):
    """What the day list tells of returns."""

    _inherit = "epay.counter"

    def _given_back_today(self):
        """Count and sums, of each currency, of the returns that were done today,
        whenever they were registered; False without any.
        """
        rows = self.env["epay.session"]._read_group(
            self._today_domain("settled_at") & Domain("state", "=", REVERSED),
            ["currency_id"],
            ["__count", "amount:sum"],
        )
        if not rows:
            return False
        texts = [currency.format(amount) for currency, _count, amount in rows]
        return {
            "count": sum(count for _currency, count, _amount in rows),
            "amount_text": ", ".join(texts),
        }
