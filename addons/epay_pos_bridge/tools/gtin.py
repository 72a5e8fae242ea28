"""Article numbers (GTIN) as scanners read them, without the ORM."""

from odoo.tools.barcode import get_barcode_check_digit

from ..const import GTIN_LENGTHS


def is_gtin(code):
    """Whether `code` looks like an article number, right or wrong."""
    return code.isascii() and code.isdigit() and len(code) in GTIN_LENGTHS


def has_wrong_check_digit(code):
    """Whether an article number was misread: its last digit doesn't fit the others."""
    return is_gtin(code) and get_barcode_check_digit(code) != int(code[-1])


def spellings(code, lengths=GTIN_LENGTHS):
    """All lengths in which one article number may be kept on a product.

    GS1 codes hold 14 digits; the same number has 13 on the product as EAN-13, 12 as
    UPC-A. Leading zeros count for nothing, also in the check digit.

    :return: list, `code` itself first
    """
    found = [code]
    if is_gtin(code):
        short = code.lstrip("0")
        found += [short.zfill(length) for length in lengths if len(short) <= length]
    return list(dict.fromkeys(found))
