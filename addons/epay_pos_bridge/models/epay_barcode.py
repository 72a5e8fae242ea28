from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import float_round

from ..const import LONGEST_CODE
from ..exceptions import (
    AmbiguousBarcode,
    BadQuantity,
    MalformedBarcode,
    NotForSale,
    OtherCompany,
    ProductArchived,
    UnknownBarcode,
    WrongCheckDigit,
)
from ..tools.gtin import has_wrong_check_digit, spellings

# GS1's end of a field (FNC1). It reaches us as a space: texts from outside come without
# control characters (`epay_counter.tools.text`).
_FNC1 = "\x1d"
# What a rule of the nomenclature may say of goods; others are about people and places.
_GOODS = ("product", "weight", "price", "discount", "quantity", "error")
# More products with one code than these are ambiguous in any case.
_ENOUGH = 10


@dataclass(frozen=True)
class Reading:
    """What a code says by itself, before any product is looked for.

    `codes` may be on the product or its packaging; `quantity` is in `uom` (or in the
    product's unit), `price` for one, `discount` in percent for the line before.
    """

    codes: tuple = ()
    quantity: float = 0.0
    uom: object = None
    price: float = 0.0
    discount: float = 0.0


@dataclass(frozen=True)
class Found:
    """What is to be put into the basket: `quantity` of `product` in `uom`.

    `price` is for one, when the code holds it, else zero: by the price list. Of a
    discount for the line before there is no product.
    """

    product: object
    uom: object
    quantity: float = 1.0
    price: float = 0.0
    discount: float = 0.0


class EpayBarcode(models.AbstractModel):
    """From a barcode to goods, as Odoo does it (SE2).

    The store's nomenclature says what is in the code (weight, price, GS1 fields), then
    products and packagings are looked up by equality, which an index answers.
    """

    _name = "epay.barcode"
    _description = "Barcodes of goods"

    @api.model
    def _find(self, store, text):
        """The goods that a code stands for in `store`.

        Called by the scans and the price check.

        :param store: `epay.store`, sudo
        :param str text: as it was scanned or typed
        :return: `Found`
        :raise MalformedBarcode: :raise WrongCheckDigit: :raise UnknownBarcode:
        :raise AmbiguousBarcode: :raise ProductArchived: :raise NotForSale:
        :raise OtherCompany: :raise BadQuantity:
        """
        goods, reading = self._find_goods(store, text)
        if reading.discount:
            return Found(self.env["product.product"], None, discount=reading.discount)
        product, uom = self._one_of(store, goods, text.strip())
        return self._counted(product, uom, reading)

    @api.model
    def _find_goods(self, store, text):
        """All goods that have a code, whether they may be sold in `store` or not, and
        what the code says besides.

        :return: (list of (product, unit), `Reading`); no goods of a discount label
        :raise MalformedBarcode: :raise WrongCheckDigit: :raise UnknownBarcode:
        :raise BadQuantity:
        """
        code = self._plain_code(text)
        reading = self._reading_of(store._nomenclature(), code)
        if reading.discount:
            # Any code may begin like a discount label: goods have it as their own.
            goods = self._goods_of((code,))
            return (goods, Reading(codes=(code,))) if goods else ([], reading)
        goods = self._goods_of(reading.codes)
        if not goods:
            # It looks like a label, but a product may have it as its own code.
            reading = Reading(codes=(code,))
            goods = self._goods_of(reading.codes)
        if not goods:
            raise self._nothing_found(code)
        return goods, reading

    def _plain_code(self, text):
        """:raise MalformedBarcode: nothing that a scanner reads"""
        code = text.strip() if isinstance(text, str) else ""
        if not code or len(code) > LONGEST_CODE or "\n" in code:
            raise MalformedBarcode(
                self.env._("That is not a barcode. Scan it again, or type its digits.")
            )
        return code

    def _nothing_found(self, code):
        if has_wrong_check_digit(code):
            return WrongCheckDigit(
                self.env._(
                    "%(code)s was misread: its last digit does not fit. Scan it again.",
                    code=code,
                )
            )
        return UnknownBarcode(
            self.env._(
                "No product has the code %(code)s. Search it by its name.", code=code
            )
        )

    # === WHAT IS IN THE CODE === #

    def _reading_of(self, nomenclature, code):
        """What the code says by the rules of the nomenclature."""
        parsed = self._parse(nomenclature, code.replace(" ", _FNC1))
        if isinstance(parsed, list):
            return self._read_fields(parsed)
        if not parsed or parsed["type"] not in _GOODS:
            return Reading(codes=(code,))
        if parsed["type"] in ("product", "error"):
            return Reading(codes=self._spellings(nomenclature, parsed["code"]))
        values = {
            "weight": {"quantity": parsed["value"]},
            "quantity": {"quantity": parsed["value"]},
            "price": {"price": parsed["value"]},
            "discount": {"discount": parsed["value"]},
        }
        if not parsed["value"]:
            raise BadQuantity(
                self.env._(
                    "The label %(code)s says neither weight nor price. Weigh it again, "
                    "or search it by its name.",
                    code=code,
                )
            )
        return Reading(codes=(parsed["base_code"],), **values[parsed["type"]])

    def _parse(self, nomenclature, code):
        """As the nomenclature reads it; None of what it stumbles over: a GS1 date of
        month 13, an EPC address without its parts.
        """
        try:
            parsed = nomenclature.parse_barcode(code)
        except (ValueError, IndexError, ValidationError):
            return None
        # Addresses that it doesn't know come back as they are
        return None if isinstance(parsed, str) else parsed

    def _spellings(self, nomenclature, code):
        """UPC-A and EAN-13 of the same article, where the nomenclature converts them
        (`upc_ean_conv`).
        """
        lengths = {
            "none": (),
            "ean2upc": (12,),
            "upc2ean": (13,),
            "always": (12, 13),
        }
        wanted = lengths[nomenclature.upc_ean_conv or "always"]
        return tuple(spellings(code, wanted) if len(code) in (12, 13) else [code])

    def _read_fields(self, fields):
        """What the fields of a GS1 code, or of an EPC address, say."""
        codes, quantity, uom = (), 0.0, None
        for field in fields:
            if field["type"] == "product" and not codes:
                codes = tuple(spellings(field["value"]))
            elif field["type"] == "quantity" and not quantity:
                quantity = float(field["value"])
                uom = field["rule"].associated_uom_id if "rule" in field else None
        return Reading(codes=codes, quantity=quantity, uom=uom)

    # === WHOSE CODE IT IS === #

    def _goods_of(self, codes):
        """(product, unit) of all products and packagings that have one of `codes`.

        By equality on an indexed column: `ilike` would read a million products. GS1's
        own search would look for more than is in the code.
        """
        if not codes:
            return []
        having = Domain("barcode", "in", list(codes))
        context = {"active_test": False, "skip_preprocess_gs1": True}
        products = self.env["product.product"].sudo().with_context(**context)
        packagings = self.env["product.uom"].sudo().with_context(**context)
        goods = [
            (product, product.uom_id)
            for product in products.search(having, limit=_ENOUGH, order="id")
        ]
        goods += [
            (packaging.product_id, packaging.uom_id)
            for packaging in packagings.search(having, limit=_ENOUGH, order="id")
        ]
        # What follows sees products as everybody does.
        return [(product.with_env(self.env).sudo(), uom) for product, uom in goods]

    def _one_of(self, store, goods, code):
        """The only one that may be sold in `store`.

        :raise AmbiguousBarcode: several :raise ProductArchived: :raise NotForSale:
        :raise OtherCompany: none, and why
        """
        refusals = [self._why_not_sold(store, product) for product, _uom in goods]
        fitting = [pair for pair, why in zip(goods, refusals, strict=True) if not why]
        if not fitting:
            raise refusals[0]
        if len(fitting) > 1:
            raise AmbiguousBarcode(
                self.env._(
                    "Several products have the code %(code)s: %(names)s. Search the "
                    "right one by its name, and tell your manager.",
                    code=code,
                    names=", ".join(product.display_name for product, _uom in fitting),
                )
            )
        return fitting[0]

    @api.model
    def _why_not_sold(self, store, product):
        """Why a product can't be sold in `store`: a refusal, or None.

        :return: `BarcodeRefusal`
        """
        name = product.display_name
        if product.company_id and product.company_id not in store.company_id.parent_ids:
            return OtherCompany(
                self.env._(
                    "This code belongs to a product of another company. Tell your "
                    "manager."
                )
            )
        if not product.active:
            return ProductArchived(
                self.env._(
                    "“%(product)s” is not sold any more. Tell your manager.",
                    product=name,
                )
            )
        if not product.sale_ok or product.type == "combo":
            return NotForSale(
                self.env._(
                    "“%(product)s” is not for sale. Tell your manager.", product=name
                )
            )
        return None

    def _counted(self, product, uom, reading):
        """How much of it: what the code says, else one."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        quantity = reading.quantity
        if quantity and reading.uom and reading.uom != uom:
            # A weight on goods that are sold by the piece says nothing of their number.
            common = reading.uom._has_common_reference(uom)
            quantity = reading.uom._compute_quantity(
                quantity, uom, rounding_method="HALF-UP"
            )
            quantity = quantity if common else 1.0
        quantity = float_round(quantity, precision_digits=digits)
        if reading.quantity and not quantity:
            # A few grams are not a whole kilo.
            raise BadQuantity(
                self.env._(
                    "The label on “%(product)s” says less than can be sold. Weigh it "
                    "again, or search it by its name.",
                    product=product.display_name,
                )
            )
        return Found(product, uom, quantity=quantity or 1.0, price=reading.price)

    @api.model
    def _gone(self):
        """A product that is not there (any more)."""
        return NotForSale(
            self.env._("This product is not there any more. Search again.")
        )
