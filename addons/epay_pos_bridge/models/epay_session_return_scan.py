from odoo import fields, models
from odoo.tools import float_compare
from odoo.tools.translate import LazyTranslate

from odoo.addons.epay_counter.acts import act
from odoo.addons.epay_counter.const import OPEN
from odoo.addons.epay_counter.exceptions import BadAmount
from odoo.addons.epay_counter.tools.text import clean

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """Returns by scanning: the receipt's code finds the sale, the goods' codes say what
    of it comes back.
    """

    _inherit = "epay.session"

    by_scan = fields.Boolean(
        readonly=True, copy=False, help="What is given back was scanned."
    )

    @act
    def scan_back(self, barcode, quantity=1):
        """Give back the goods of a code. The first one takes the place of everything
        that was left; each further one adds to it.

        Only while the return is open for a phone, as `choose_part`. Goods that are not
        sold any more can be given back all the same.

        :param str barcode: as it was scanned or typed
        :param quantity: how often; number or decimal string
        :raise WrongState: a phone has joined already
        :raise BadAmount: not bought with this deal, or returned already
        :raise BarcodeRefusal: in one of its kinds
        """
        self._lock()
        self._require_return()
        self._require_state(OPEN)
        self.origin_id._require_returnable()
        often = self.counter_id._basket_number(quantity)
        chosen = self._scanned_back()
        line, back = self._bought_as(clean(barcode), often, chosen)
        chosen[line] = chosen.get(line, 0.0) + back
        lines = [
            {"line_id": line.id, "quantity": round(back, 6)}
            for line, back in chosen.items()
        ]
        values = self.origin_id._prepare_return(lines, None)
        self.line_ids.unlink()
        self._write_machine({**values, "by_scan": True})
        why = _lt("To be given back: %(amount)s.", amount=self._amount_text())
        self._append_event(OPEN, OPEN, why)

    def _scanned_back(self):
        """{line of the original deal: quantity} of what was scanned until now."""
        if not self.by_scan:
            return {}
        return {line.origin_line_id: line.quantity for line in self.line_ids}

    def _bought_as(self, barcode, often, chosen):
        """The line of the original deal that these goods are of, and how much of it.

        :return: (line, quantity in the line's unit)
        :raise BadAmount: none of which so much is left
        """
        goods, reading = self.env["epay.barcode"]._find_goods(self.store_id, barcode)
        for product, uom in goods:
            count = (reading.quantity or 1.0) * often
            for line in self.origin_id.line_ids:
                if line.product_id != product or not line._has_price_of(reading):
                    continue
                back = self._in_unit_of(line, uom, count)
                left = line._left()[0] - chosen.get(line, 0.0)
                if back and float_compare(back, left, precision_digits=6) <= 0:
                    return line, back
        raise BadAmount(
            self.env._(
                "%(code)s was not bought with deal %(number)s, or is returned already.",
                code=barcode.strip(),
                number=self.origin_id.name,
            )
        )

    def _in_unit_of(self, line, uom, count):
        """How much of a line is `count` of these goods; zero when it is a part of what
        was bought as a whole (a bottle of a crate).
        """
        bought = line.uom_id or line.product_id.uom_id
        if bought == uom:
            return count
        basket = self.env["epay.basket"]
        if not bought._has_common_reference(uom):
            return 0.0
        back = count * uom.factor / bought.factor
        whole = not float_compare(back, round(back), precision_digits=6)
        return back if whole or not basket._counts_pieces(bought) else 0.0
