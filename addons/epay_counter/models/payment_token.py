import re

from odoo import models

# Five digits or more, with what people type between them and the dots that Odoo puts
# before.
_LONG_NUMBER = re.compile(r"(?:•+ ?)?(\d(?:[\s.-]?\d){4,})")


class PaymentToken(models.Model):
    _inherit = "payment.token"

    def _epay_label(self):
        """The saved card as we show it, on every screen and paper; "" for none.

        Never more of a number than its last four digits, whatever the provider's
        module keeps: Odoo's demo provider keeps what was typed.
        """
        return _LONG_NUMBER.sub(_last_four, self.display_name or "")


def _last_four(found):
    digits = re.sub(r"\D", "", found.group(1))
    return f"•••• {digits[-4:]}"
