from odoo import models


class EpaySession(models.Model):
    """The last cent of tax: each credit note rounds its own taxes; the one that gives
    back the rest takes exactly what is left of every tax, so that nothing of the sale
    stays in the ledger.
    """

    _inherit = "epay.session"

    def _even_out_taxes(self, credit):
        """Move what the taxes of all credit notes together differ from the invoice's
        between tax and base of a line; the totals stay.

        :param credit: the draft credit note
        """
        if not self._gives_back_the_rest(credit):
            return
        notes = self.origin_id._standing_credit_notes()
        wanted = _taxes_of(self.origin_id.invoice_id)
        given = _taxes_of(notes | credit)
        for tax, amount in wanted.items():
            missing = self.currency_id.round(amount - given.get(tax, 0.0))
            if missing:
                self._shift_tax(credit, tax, missing)

    def _shift_tax(self, credit, tax, missing):
        """Have the note's tax be higher by `missing`, and the base of its largest line
        that has this tax and no other lower.

        Where taxes are rounded over the whole note, those of its lines have fractions
        of a cent: so every line gets its own whole ones.
        """
        taxed = credit.invoice_line_ids.filtered(lambda line: tax in line.tax_ids)
        lines = taxed.filtered(lambda line: line.tax_ids == tax).sorted("price_total")
        amounts = {line: line.price_total - _base_of(line) for line in lines}
        if not lines:
            return
        *others, largest = lines
        if taxed == lines:
            rest = sum(amounts[line] for line in others)
            amounts[largest] = _taxes_of(credit)[tax] - rest
        bases = {line: _base_of(line) for line in lines}
        bases[largest] -= missing
        amounts[largest] += missing
        for line in lines:
            self._set_tax(line, tax, amounts[line], bases[line])

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


def _base_of(line):
    """What is booked as the line's income, in the note's currency."""
    return abs(line.amount_currency)


def _taxes_of(moves):
    """{tax: amount} of invoices or credit notes, in their currency."""
    amounts = {}
    for line in moves.line_ids.filtered("tax_line_id"):
        tax = line.tax_line_id
        amounts[tax] = amounts.get(tax, 0.0) + abs(line.amount_currency)
    return amounts
