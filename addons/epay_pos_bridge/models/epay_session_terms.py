from odoo import fields, models

from odoo.addons.epay_counter.exceptions import WrongState

from ..exceptions import NoPrice


class EpaySession(models.Model):
    """By which price list and fiscal position a basket is sold: the counter's, or those
    that the merchant gave to the customer whose phone looks on while the clerk scans.

    Once a basket is shown they stay, whoever joins: the customer pays what was shown.
    """

    _inherit = "epay.session"

    pricelist_id = fields.Many2one("product.pricelist", readonly=True, copy=False)
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position", readonly=True, copy=False
    )
    own_terms = fields.Boolean(
        "The Customer's Own Prices",
        readonly=True,
        copy=False,
        help="Priced and taxed as it was agreed with this customer, not as the counter "
        "sells to everybody.",
    )

    def _terms(self):
        """Price list and fiscal position for whom the phone says, as values."""
        basket, counter = self.env["epay.basket"], self.counter_id
        pricelist, position = basket._terms(counter, self._buyer())
        everybodys = basket._terms(counter, self.store_id.walk_in_partner_id)
        return {
            "pricelist_id": pricelist.id,
            "fiscal_position_id": position.id,
            "own_terms": (pricelist, position) != everybodys,
        }

    def _known_terms(self):
        return {
            "pricelist_id": self.pricelist_id.id,
            "fiscal_position_id": self.fiscal_position_id.id,
            "own_terms": self.own_terms,
        }

    def _bind(self, visit):
        """Goods in the basket cost what this customer pays for them.

        :raise WrongState: it was shown with the prices of another customer
        """
        result = super()._bind(visit)
        if self._is_basket():
            self._take_terms()
        elif self.own_terms and self._terms() != self._known_terms():
            raise WrongState(
                self.env._(
                    "Deal %(number)s has the prices of another customer. Drop it, and "
                    "scan the goods again.",
                    number=self.name,
                )
            )
        return result

    def _unbind(self, why):
        result = super()._unbind(why)
        if self._is_basket():
            self._take_terms()
        return result

    def _take_terms(self):
        """Price the basket anew when another customer's phone looks on, or none."""
        if not self.line_ids or self._terms() == self._known_terms():
            return
        try:
            self._reprice(self.line_ids)
        except NoPrice:
            # Not on this customer's list: the clerk is told when the basket is shown.
            return
