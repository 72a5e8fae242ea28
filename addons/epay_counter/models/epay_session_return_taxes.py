from odoo import models

from .epay_session_return_books import base_of, gross_of, products


class EpaySession(models.Model):
    """The last cent of tax: each credit note rounds its own taxes, as any document
    does. Where the cents of several notes would add up, or the last part of a line is
    given back, it takes what is right for all of them together. So neither income nor
    tax of a line is ever given back beyond what was sold, and nothing of it is left.

    Lines with several taxes have theirs as Odoo computes them: for these, cents may
    stay between tax and income.
    """

    _inherit = "epay.session"

    def _even_out_taxes(self, credit):
        """Set income and tax of the lines that would be a cent off; the totals stay.

        :param credit: the draft credit note
        """
        lines = credit.invoice_line_ids.filtered(
            lambda line: len(line.tax_ids) == 1 and line.epay_credited_line_id
        )
        left = self._left_on(products(self.origin_id.invoice_id))
        bases = {line: self._base_wanted(line, left) for line in lines}
        for tax in lines.tax_ids:
            of_tax = lines.filtered(lambda line, tax=tax: line.tax_ids == tax)
            if self._is_uneven(credit, tax, of_tax, bases):
                for line in of_tax:
                    base = bases[line]
                    self._set_tax(line, tax, gross_of(line) - base, base)

    def _base_wanted(self, line, left):
        """How much of the line is income: as Odoo has it, unless what is kept of the
        sale would be a cent off.

        :param dict left: as `_left_on`
        """
        sold, unit = line.epay_credited_line_id, self.currency_id.rounding
        gross_left, base_left = left[sold]
        part = (gross_left - gross_of(line)) / (gross_of(sold) or 1.0)
        kept = base_of(sold) * part
        if abs(base_left - base_of(line) - kept) < unit * 0.999:
            return base_of(line)
        return self.currency_id.round(base_left - self.currency_id.round(kept))

    def _is_uneven(self, credit, tax, lines, bases):
        """Whether Odoo computes another income of a line, or another tax of them."""
        is_off = self.currency_id.compare_amounts
        entries = credit.line_ids.filtered(lambda line: line.tax_line_id == tax)
        booked = sum(abs(line.amount_currency) for line in entries)
        wanted = sum(gross_of(line) - bases[line] for line in lines)
        return _has_one_entry(tax) and bool(
            is_off(booked, wanted)
            or any(is_off(base_of(line), bases[line]) for line in lines)
        )

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


def _has_one_entry(tax):
    """Whether a line with this tax is its income and the tax, and nothing else."""
    entries = tax.refund_repartition_line_ids.filtered(
        lambda entry: entry.repartition_type == "tax"
    )
    return entries.mapped("factor_percent") == [100]
