from odoo import models


class EpaySession(models.Model):
    """Returns of what was collected.

    The credit note is of what this deal took, which may be a part of the invoice. Then
    it is a share of every line, as that of a mere amount, and the order goes on: the
    rest of it is still owed.
    """

    _inherit = "epay.session"

    def _paid_a_part(self):
        """Whether the original deal paid a part of its invoice only."""
        origin = self.origin_id
        return bool(origin.collection_line_id) and bool(
            self.currency_id.compare_amounts(
                origin.captured_amount, origin.invoice_id.amount_total
            )
        )

    def _reverse_sale(self, operation):
        """The credit note of a part is paid by the refund, not by what is still owed:
        posting it would reconcile it with the open rest of the invoice.
        """
        session = self
        if self._is_return() and self._paid_a_part():
            session = self.with_context(epay_keep_open=True)
        return super(EpaySession, session)._reverse_sale(operation)

    def _is_whole(self):
        return super()._is_whole() and not self._paid_a_part()

    def _even_out_taxes(self, credit):
        if not self._paid_a_part():
            return super()._even_out_taxes(credit)
        return None

    def _take_back_order(self, credit):
        if not self._paid_a_part():
            return super()._take_back_order(credit)
        return None
