from odoo import models

from ..tools.shares import shares
from .epay_session_return_books import gross_of, products


class EpaySession(models.Model):
    """The last cent of tax: each credit note rounds its own taxes, as any document
    does. Where the cents of several notes would add up, or the last of what was sold
    with a tax is given back, it takes what is right for all of them together. So no tax
    is ever given back beyond what was sold, and nothing of it is left.

    Taxes of lines that have several, and such with several entries, are left as Odoo
    computes them.
    """

    _inherit = "epay.session"

    def _even_out_taxes(self, credit):
        """Set the taxes that would be a cent off; the totals stay.

        :param credit: the draft credit note
        """
        sold = self.origin_id.invoice_id
        notes = self.origin_id._standing_credit_notes()
        # Taxes beside the price: price and tax, each rounded, may be a cent too much.
        is_off = self.currency_id.compare_amounts(credit.amount_total, self.amount)
        for tax in products(credit).tax_ids:
            lines = _with_tax(credit, tax)
            if not _is_plain(sold | notes | credit, tax):
                continue
            wanted = self._tax_wanted(sold, notes, credit, tax)
            computed = _tax_of(credit, tax)
            if is_off or self.currency_id.compare_amounts(wanted, computed):
                gross = {line: gross_of(line) for line in lines}
                parts = shares(wanted, gross, self.currency_id.rounding)
                for line in lines:
                    self._set_tax(line, tax, parts[line], gross[line] - parts[line])

    def _tax_wanted(self, sold, notes, credit, tax):
        """How much of `tax` the draft has to have: what Odoo computes, unless what is
        kept of the sale's would be a cent off.
        """
        unit = self.currency_id.rounding
        gross = _gross_with(sold, tax)
        kept = max(0.0, gross - _gross_with(notes, tax) - _gross_with(credit, tax))
        right = _tax_of(sold, tax) * kept / (gross or 1.0)
        left = _tax_of(sold, tax) - _tax_of(notes, tax)
        computed = _tax_of(credit, tax)
        if abs(left - computed - right) < unit * 0.999:
            return computed
        wanted = self.currency_id.round(left - self.currency_id.round(right))
        return min(max(wanted, 0.0), _gross_with(credit, tax))

    def _set_tax(self, line, tax, amount, base):
        """Have Odoo's tax engine use these amounts for the line (`extra_tax_data`, as
        for its down payments).
        """
        rate = line.move_id.invoice_currency_rate or 1.0
        company = line.company_currency_id
        amounts = {
            "tax_amount_currency": self.currency_id.round(amount),
            "base_amount_currency": self.currency_id.round(base),
            "tax_amount": company.round(amount / rate),
            "base_amount": company.round(base / rate),
        }
        price = line.price_unit
        data = {
            "currency_id": line.currency_id.id,
            "price_unit": price,
            "discount": line.discount,
            "quantity": line.quantity,
            "rate": rate,
            "manual_total_excluded_currency": amounts["base_amount_currency"],
            "manual_total_excluded": amounts["base_amount"],
            "manual_tax_amounts": {str(tax.id): amounts},
        }
        # Odoo computes taxes again only when a price has changed.
        line.price_unit = 0.0
        line.write({"price_unit": price, "extra_tax_data": data})


def _with_tax(moves, tax):
    return products(moves).filtered(lambda line: tax in line.tax_ids)


def _gross_with(moves, tax):
    """What is paid for the lines that have this tax."""
    return sum(map(gross_of, _with_tax(moves, tax)))


def _tax_of(moves, tax):
    """How much of a tax invoices or credit notes have, in their currency."""
    entries = moves.line_ids.filtered(lambda line: line.tax_line_id == tax)
    return sum(abs(line.amount_currency) for line in entries)


def _is_plain(moves, tax):
    """Whether lines with this tax are income and this tax, and nothing else."""
    entries = tax.refund_repartition_line_ids.filtered(
        lambda entry: entry.repartition_type == "tax"
    )
    alone = all(line.tax_ids == tax for line in _with_tax(moves, tax))
    return alone and entries.mapped("factor_percent") == [100]
