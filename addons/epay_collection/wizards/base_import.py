import re
import unicodedata

from odoo import models

from odoo.addons.base_import.models.base_import import ImportValidationError

# From the first digit to the last one
_DIGITS = re.compile(r"\d(?:.*\d)?")


_LINES = "epay.collection.line"


class BaseImport(models.TransientModel):
    """Odoo's import of files."""

    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        """Odoo's dialog sends a long file in batches. How many rows came before is put
        into the context (`epay_rows_before`): rows are counted as in the file.
        """
        if self.res_model == _LINES:
            self = self.with_context(epay_rows_before=options.get("skip") or 0)
        return super().execute_import(fields, columns, options, dryrun=dryrun)

    def _convert_import_data(self, fields, options):
        """All rows are looked at with the first batch, so that a mistake is told before
        anything is made. Later ones need only their own: each would take seconds for
        what comes after it.
        """
        data, names = super()._convert_import_data(fields, options)
        if self.res_model == _LINES and options.get("skip") and options.get("limit"):
            data = data[: options["limit"]]
        return data, names

    def _parse_float_from_data(self, data, index, name, options):
        """Amounts that can't be read are named with their line, as dates are: which
        one of a hundred thousand it is, nobody finds by the value.
        """
        if self.res_model != _LINES:
            return super()._parse_float_from_data(data, index, name, options)
        for row in data:
            row[index] = _without_symbol(row[index])
        column = [row[index] for row in data]
        most_decimals = self._most_decimals()
        for number, value in enumerate(column):
            if self._reads_wrongly(value, options, most_decimals):
                raise self._unreadable(number, value, name)
        try:
            return super()._parse_float_from_data(data, index, name, options)
        except ImportValidationError as error:
            number = self._first_unreadable(column, name, options)
            raise self._unreadable(number, column[number], name) from error

    def _unreadable(self, number, value, name):
        text = self.env._(
            "Line %(line)s: “%(value)s” can't be read as an amount. Choose the "
            "separators of thousands and decimals that the file has.",
            line=(self.env.context.get("epay_rows_before") or 0) + number + 1,
            value=value,
        )
        return ImportValidationError(text, field=name)

    def _most_decimals(self):
        found = self.env["epay.store"].sudo()._read_group([], ["currency_id"])
        return max([2, *(currency.decimal_places for [currency] in found)])

    def _reads_wrongly(self, value, options, most_decimals):
        """Whether Odoo would take the decimals for thousands or the other way round: it
        drops the one and splits by the other wherever they stand, and 7,50 is 750.
        """
        found = _DIGITS.search(value)
        if not found:
            return False
        digits = found[0]
        thousands, decimal = self._infer_separators(digits, options)
        whole, _point, cents = digits.partition(decimal or ".")
        groups = whole.split(thousands) if thousands else [whole]
        return (
            _are_no_thousands(groups)
            or (bool(thousands) and thousands in cents)
            or (len(cents) > most_decimals and cents.endswith("0"))
        )

    def _first_unreadable(self, column, name, options):
        for number, value in enumerate(column):
            try:
                super()._parse_float_from_data([[value]], 0, name, options)
            except ImportValidationError:
                return number
        return 0


def _without_symbol(value):
    """Without a currency's sign at either end, and the space before it, which Odoo
    would take for a separator.
    """
    while value and _is_symbol(value[-1]):
        value = value[:-1]
    while value and _is_symbol(value[0]):
        value = value[1:]
    return value


def _is_symbol(letter):
    return letter.isspace() or unicodedata.category(letter) == "Sc"


def _are_no_thousands(groups):
    """Of three digits each; in India of two before the last three."""
    first, *others = groups
    return bool(others) and (
        not 1 <= len(first) <= 3
        or len(others[-1]) != 3
        or any(len(group) not in (2, 3) for group in others)
    )
