from odoo import models

from odoo.addons.epay_counter.const import DRAFT


class EpaySession(models.Model):
    """What the screens are told of a basket."""

    _inherit = "epay.session"

    def _allowed(self):
        verbs = super()._allowed()
        if self._is_basket() and self.holds_counter:
            verbs += ["scan", "set_line", *(["publish"] if self.line_ids else [])]
        if self._can_be_taken_back():
            verbs.append("take_back")
        if "choose_part" in verbs:
            verbs.append("scan_back")
        return verbs

    def _clerk_values(self):
        values = super()._clerk_values()
        if self._is_basket():
            values["lines"] = [
                {**line, **stock}
                for line, stock in zip(
                    values["lines"], self._stock_of_lines(), strict=True
                )
            ]
        return {
            **values,
            "is_live": self._is_live(),
            "own_terms": self.own_terms,
            "delivery": self._delivery_values(),
            **self._most_discount_values(),
        }

    def _sentences(self):
        sentences = super()._sentences()
        if self._is_basket():
            sentences[DRAFT] = self.env._("The clerk is still scanning your goods.")
        return sentences

    def _stock_of_lines(self):
        counter = self.counter_id
        return [counter._stock_values(line.product_id) for line in self.line_ids]

    def _most_discount_values(self):
        """Up to which percentage this clerk may take off a line."""
        manager = self.counter_id._is_manager()
        return {"most_discount": 99.99 if manager else self.store_id.most_discount}
