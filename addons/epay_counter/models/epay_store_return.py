import re
import unicodedata

from odoo import fields, models

_NOT_IN_NUMBERS = re.compile(r"[^0-9A-Z]")


class EpayStore(models.Model):
    """What a store has for returns."""

    _inherit = "epay.store"

    return_store_ids = fields.Many2many(
        "epay.store",
        "epay_store_return_rel",
        "store_id",
        "other_id",
        string="Also Takes Returns of",
        check_company=True,
        domain="[('company_id', '=', company_id), ('id', '!=', id)]",
        help="Stores of the company whose deals can be returned here, too.",
    )

    def _numbers_for(self, text):
        """Processing numbers of this store that somebody may mean by `text`.

        :param str text: typed with or without prefix, leading zeros, spaces
        """
        sequence = self.sudo().sequence_id
        prefix = sequence.prefix or ""
        typed = _plain(text)
        names = {text, typed}
        for digits in (typed, typed.removeprefix(_plain(prefix))):
            if digits.isascii() and digits.isdigit():
                names.add(f"{prefix}{digits.lstrip('0').zfill(sequence.padding)}")
        return names


def _plain(text):
    """Capital letters and digits only, of any width."""
    wide = unicodedata.normalize("NFKC", text or "").upper()
    return _NOT_IN_NUMBERS.sub("", wide)
