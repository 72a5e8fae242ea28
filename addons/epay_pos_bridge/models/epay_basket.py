from odoo import Command, api, fields, models
from odoo.tools import float_compare

from ..exceptions import BadQuantity, NoPrice


class EpayBasket(models.AbstractModel):
    """What a basket costs: the figures that its sale order will have, to the cent.

    Nothing is computed here: an order in memory has the same lines, and Odoo's own
    computes say what they cost, by price list, quantity, unit, date, taxes and fiscal
    position.
    """

    _name = "epay.basket"
    _description = "Prices of baskets"

    @api.model
    def _price(self, counter, items, terms=None):
        """What `items` cost at `counter` now.

        Called for every change of a basket, by the price check, and when a basket is
        shown to the customer.

        :param counter: `epay.counter`, sudo
        :param list items: dicts of `product`, `uom`, `quantity`; `price` and
            `price_discount` (percent) where they are not the price list's any more;
            `own_discount` (percent), the clerk's
        :param tuple terms: of `_terms`; without, everybody's
        :return: (list of dicts of `price`, `discount`, `total`, and with taxes `each`,
            and `net_each` less the discount, in the items' order; what the whole order
            totals)
        :raise NoPrice: an item without a price above zero
        """
        terms = terms or self._terms(counter, counter.store_id.walk_in_partner_id)
        order = self._order_in_memory(counter, items, *terms)
        prices = [
            self._price_of(counter, line, item)
            for line, item in zip(order.order_line, items, strict=True)
        ]
        return prices, order.amount_total

    @api.model
    def _terms(self, counter, customer):
        """By what `customer` buys at `counter`: the price list and the fiscal position
        that the merchant gave them, else the counter's and the store's. Where somebody
        lives changes nothing: goods are sold and taxed at the counter.

        :return: (`product.pricelist`, `account.fiscal.position`); each may be none
        """
        store, company = counter.store_id, counter.company_id
        pricelist, position = counter._pricelist(), store._fiscal_position()
        if customer == store.walk_in_partner_id:
            return pricelist, position
        known = customer.sudo().with_company(company)
        own = known.specific_property_product_pricelist
        if own.active and own.currency_id == counter.currency_id:
            pricelist = own
        return pricelist, known.property_account_position_id or position

    def _order_in_memory(self, counter, items, pricelist, position):
        """An order in memory, as `epay.session._prepare_order` makes the real one."""
        store, company = counter.store_id, counter.company_id
        orders = self.env["sale.order"].sudo().with_company(company)
        order = orders.with_context(allowed_company_ids=company.ids).new(
            {
                "partner_id": store.walk_in_partner_id.id,
                "company_id": company.id,
                "pricelist_id": pricelist.id,
                "currency_id": counter.currency_id.id,
                "fiscal_position_id": position.id,
                "date_order": fields.Datetime.now(),
                "order_line": [
                    Command.create(self._order_line_vals(item)) for item in items
                ],
            }
        )
        for line, item in zip(order.order_line, items, strict=True):
            if item.get("own_discount"):
                self._take_off(line, item["own_discount"])
        return order

    def _order_line_vals(self, item):
        vals = {
            "product_id": item["product"].id,
            "product_uom_id": item["uom"].id,
            "product_uom_qty": item["quantity"],
        }
        if item.get("price"):
            vals["price_unit"] = vals["technical_price_unit"] = item["price"]
            vals["discount"] = item.get("price_discount", 0.0)
        return vals

    def _take_off(self, line, percent):
        """The clerk's discount, on top of what the price list takes off: the price list
        makes the price, as on a register, and the line shows the clerk's.
        """
        reduced = line.price_unit * (1 - line.discount / 100)
        line.price_unit = line.technical_price_unit = reduced
        line.discount = percent

    def _price_of(self, counter, line, item):
        """:raise NoPrice:"""
        if counter.currency_id.compare_amounts(line.price_total, 0.0) <= 0:
            raise NoPrice(
                self.env._(
                    "“%(product)s” has no price here. Ask your manager, or register "
                    "the amount without scanning.",
                    product=item["product"].display_name,
                )
            )
        return {
            "price": line.price_unit,
            "discount": line.discount,
            "total": line.price_total,
            "each": self._price_of_one(line, line.price_unit),
            "net_each": self._price_of_one(
                line, line.price_unit * (1 - line.discount / 100)
            ),
        }

    def _price_of_one(self, line, price):
        """`price` with its taxes: what stands on the shelf. The rounded total of 0.53
        kg says it only nearly.
        """
        amounts = line.tax_ids.compute_all(
            price,
            currency=line.currency_id,
            product=line.product_id,
            partner=line.order_id.partner_id,
        )
        return amounts["total_included"]

    @api.model
    def _goods_name(self, product, uom):
        """The product, and its unit where that says something."""
        name = product.display_name
        piece = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        return name if uom == piece else f"{name} ({uom.name})"

    # === QUANTITIES === #

    @api.model
    def _require_quantity(self, product, uom, quantity):
        """Refuse what can't be sold in one go.

        :raise BadQuantity: not above zero; a part of what is sold by the piece; more
            decimals than quantities have
        """
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        rounded = round(quantity, digits)
        if quantity <= 0 or float_compare(quantity, rounded, precision_digits=9):
            raise BadQuantity(
                self.env._(
                    "A quantity must be above zero, with %(digits)s decimals at most. "
                    "Enter it again.",
                    digits=digits,
                )
            )
        if self._counts_pieces(uom) and float_compare(
            quantity, round(quantity), precision_digits=digits
        ):
            raise BadQuantity(
                self.env._(
                    "“%(product)s” is sold by the piece (%(unit)s). Enter a whole "
                    "number.",
                    product=product.display_name,
                    unit=uom.name,
                )
            )

    @api.model
    def _counts_pieces(self, uom):
        """Whether `uom` is pieces, or packs of them: nobody sells a part of one."""
        piece = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        return bool(piece) and uom._has_common_reference(piece)
