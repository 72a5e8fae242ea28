"""Refusals of scanning and of the register; see `epay_counter.exceptions`."""

from odoo.addons.epay_counter.exceptions import EpayRefusal


class BarcodeRefusal(EpayRefusal):
    """A code that becomes no line; the basket stays as it was."""


class UnknownBarcode(BarcodeRefusal):
    code = "unknown_barcode"
    http_status = 404


class AmbiguousBarcode(BarcodeRefusal):
    """Several products that may be sold here have this code."""

    code = "ambiguous_barcode"


class MalformedBarcode(BarcodeRefusal):
    """Nothing that a scanner reads."""

    code = "malformed_barcode"


class WrongCheckDigit(BarcodeRefusal):
    """An article number that was misread or mistyped."""

    code = "wrong_check_digit"


class ProductArchived(BarcodeRefusal):
    code = "product_archived"


class NotForSale(BarcodeRefusal):
    code = "not_for_sale"


class OtherCompany(BarcodeRefusal):
    """The product is another company's."""

    code = "other_company"


class NoPrice(BarcodeRefusal):
    """The price list has no price above zero for it."""

    code = "no_price"


class BadQuantity(BarcodeRefusal):
    """Negative, not a number, or a part of what is sold by the piece."""

    code = "bad_quantity"


class OutOfStock(BarcodeRefusal):
    """The store sells nothing that is not there."""

    code = "out_of_stock"


class TooManyLines(BarcodeRefusal):
    code = "too_many_lines"


class BadDiscount(EpayRefusal):
    """More than the clerk may give."""

    code = "bad_discount"


class RegisterClosed(EpayRefusal):
    """The register has no counter, or no open session."""

    code = "register_closed"
    http_status = 409
