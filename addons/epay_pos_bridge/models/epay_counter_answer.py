from odoo import api, models
from odoo.fields import Domain

from odoo.addons.epay_counter.acts import with_plain_context
from odoo.addons.epay_counter.const import DRAFT
from odoo.addons.epay_counter.tools.text import clean, plain_text

from ..const import MOST_PRODUCTS
from ..exceptions import NoPrice
from .epay_barcode import Found


class EpayCounter(models.Model):
    """What can be asked about goods without starting a deal."""

    _inherit = "epay.counter"

    @api.readonly
    def check_price(self, barcode, quantity=1):
        """What a code would cost here, without touching the basket.

        :param str barcode: as it was scanned or typed
        :param quantity: how often; number or decimal string
        :return: as a row of `search_products`, with the quantity's total
        :raise NotYourCounter: :raise BarcodeRefusal: in one of its kinds
        """
        counter = self._to_ask()
        found = self.env["epay.barcode"]._find(counter.store_id, clean(barcode))
        if found.discount:
            raise self.env["epay.barcode"]._gone()
        return counter._goods_values(found, counter._basket_number(quantity))

    @api.readonly
    def search_products(self, query):
        """Goods by name or reference, with their prices, without effects.

        :param str query: a part of it
        :return: list of dicts: product_id, name, barcode, uom, quantity, price_text,
            total_text, is_counted, available (False of what nobody counts); both texts
            are False where there is no price
        :raise NotYourCounter:
        """
        counter = self._to_ask()
        query = plain_text(str(query or "")).strip()[:200]
        if not query:
            return []
        products = self.env["product.product"].sudo()
        found = products.search(counter._goods_domain(query), limit=MOST_PRODUCTS)
        return [
            counter._goods_values(Found(product, product.uom_id), 1.0, may_lack=True)
            for product in found
        ]

    def _answer(self, operation_ids=()):
        """A basket whose prices have changed says so where refusals are read."""
        answer = super()._answer(operation_ids)
        session = answer["session"]
        if not answer["message"] and session and session["state"] == DRAFT:
            if session["reason"]:
                answer["message"] = {
                    "type": "warning",
                    "text": session["reason"],
                    "code": "prices_changed",
                }
        return answer

    def _to_ask(self):
        """The counter with sudo, for its clerk.

        :raise NotYourCounter:
        """
        self.ensure_one()
        counter = with_plain_context(self)
        counter._check_clerk()
        return counter.sudo()

    def _goods_domain(self, query):
        companies = [False, *self.company_id.parent_ids.ids]
        return (
            Domain("sale_ok", "=", True)
            & Domain("type", "!=", "combo")
            & Domain("company_id", "in", companies)
            & (Domain("name", "ilike", query) | Domain("default_code", "ilike", query))
        )

    def _goods_values(self, found, quantity, may_lack=False):
        """One product with its price here.

        :param bool may_lack: also without a price
        """
        quantity *= found.quantity
        product, uom = found.product, found.uom
        return {
            "product_id": product.id,
            "name": self.env["epay.basket"]._goods_name(product, uom),
            "barcode": product.barcode or False,
            "uom": uom.name,
            "quantity": quantity,
            **self._price_values(found, quantity, may_lack),
            **self._stock_values(product),
        }

    def _price_values(self, found, quantity, may_lack):
        basket = self.env["epay.basket"]
        item = {
            "product": found.product,
            "uom": found.uom,
            "quantity": quantity,
            "price": found.price,
        }
        try:
            [price], _total = basket._price(self, [item])
        except NoPrice:
            if not may_lack:
                raise
            return {"price_text": False, "total_text": False}
        currency = self.currency_id
        return {
            "price_text": currency.format(price["net_each"]),
            "total_text": currency.format(price["total"]),
        }

    def _stock_values(self, product):
        """How much is there; False of what nobody counts."""
        if not product.is_storable:
            return {"available": False, "is_counted": False}
        return {"available": self.store_id._available(product), "is_counted": True}
