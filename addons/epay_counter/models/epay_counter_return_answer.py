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
        rows = self._returned_today()
        if not rows:
            return False
        return {
            "count": sum(count for _currency, count, _amount in rows),
            "amount_text": self._returned_text(rows),
            "net_text": self._net_today(rows),
        }

    def _today_values(self):
        """Also what went out: nobody takes the sales for what is left of them."""
        returned = self._returned_text(self._returned_today())
        return {**super()._today_values(), "returned_text": returned}

    def _returned_today(self):
        return self.env["epay.session"]._read_group(
            self._today_domain("settled_at") & Domain("state", "=", REVERSED),
            ["currency_id"],
            ["__count", "amount:sum"],
        )

    def _returned_text(self, rows):
        return ", ".join(currency.format(amount) for currency, _count, amount in rows)

    def _net_today(self, rows):
        """The day's sales less its returns; "" in several currencies."""
        [(currency, _count, returned), *others] = rows
        if others or currency != self.currency_id:
            return ""
        return currency.format(self._today_values()["amount"] - returned)
