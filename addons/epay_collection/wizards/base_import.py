from odoo import models

from odoo.addons.base_import.models.base_import import ImportValidationError


class BaseImport(models.TransientModel):
    """Odoo's import of files."""

    _inherit = "base_import.import"

    def _parse_float_from_data(self, data, index, name, options):
        """Amounts that can't be read are named with their line, as dates are: which
        one of a hundred thousand it is, nobody finds by the value.
        """
        if self.res_model != "epay.collection.line":
            return super()._parse_float_from_data(data, index, name, options)
        column = [row[index] for row in data]
        try:
            return super()._parse_float_from_data(data, index, name, options)
        except ImportValidationError as error:
            number = self._first_unreadable(column, name, options)
            raise ImportValidationError(
                self.env._(
                    "Line %(line)s: “%(value)s” can't be read as an amount. Choose the "
                    "separators of thousands and decimals that the file has.",
                    line=number + 1,
                    value=column[number],
                ),
                field=name,
            ) from error

    def _first_unreadable(self, column, name, options):
        for number, value in enumerate(column):
            try:
                super()._parse_float_from_data([[value]], 0, name, options)
            except ImportValidationError:
                return number
        return 0
