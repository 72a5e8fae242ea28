from odoo import models
from odoo.tools.translate import LazyTranslate

from odoo.addons.epay_counter.models.epay_session_return_books import products

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """Returns of what was collected.

    The credit note is of what this deal took, which may be a part of the invoice. Then
    it is a share of every line, as that of a mere amount, and the order goes on: the
    rest of it is still owed. The collection follows what is collected and owed then.
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

    # === THE BOOKS === #

    def _reverse_sale(self, operation):
        """The credit note of a part is paid by the refund, not by what is still owed:
        posting it would reconcile it with the open rest of the invoice.
        """
        if not self.origin_id.collection_line_id:
            return super()._reverse_sale(operation)
        # What becomes of order and invoice here is no news for the collection.
        session = self.with_context(
            epay_collecting=True, epay_keep_open=self._paid_a_part()
        )
        return super(EpaySession, session)._reverse_sale(operation)

    def _by_hand_in_books_text(self):
        """An order that was invoiced before in parts is paid with all its invoices at
        once; how much of which one comes back, nobody knows here.
        """
        if self.origin_id.collection_line_id and self._invoices_paid()[1:]:
            return _lt(
                "Several invoices were paid at once: %(invoices)s. Book their credit "
                "notes and the refund by hand.",
                invoices=", ".join(self._invoices_paid().mapped("name")),
            )
        shared = self._part_of_shared()
        if shared:
            return _lt(
                "Invoice %(invoice)s is for other orders, too. Book the credit note of "
                "%(order)s and the refund by hand.",
                invoice=shared.name,
                order=self.origin_id.collection_line_id.sale_order_id.name,
            )
        return super()._by_hand_in_books_text()

    def _part_of_shared(self):
        """The invoice of several orders of which one was collected: a credit note of a
        mere amount would be for all of them.
        """
        line = self.origin_id.collection_line_id
        return line._shared_with_others(self.origin_id.invoice_id)

    def _invoices_paid(self):
        return self.origin_id.live_transaction_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice"
        )

    def _unbook_refund(self, operation, is_second):
        """A refund that failed afterwards: what was given back is collected again."""
        result = super()._unbook_refund(operation, is_second)
        line = self.origin_id.collection_line_id.sudo()
        if line and not is_second:
            line._lock()._return_failed(self)
        return result

    # === WHOLE OR PART === #

    def _is_whole(self):
        return super()._is_whole() and not self._paid_a_part()

    def _chosen_on(self, bought):
        """Of an invoice that was changed since, nobody knows which line is which: then
        it is the amount that counts.
        """
        return super()._chosen_on(bought) if self._lines_are_known() else {}

    def _returned_quantities(self, order, is_rest):
        if is_rest or self._lines_are_known():
            return super()._returned_quantities(order, is_rest)
        return {}

    def _lines_are_known(self):
        origin = self.origin_id
        return not origin.collection_line_id or len(origin.line_ids) in (
            0,
            len(products(origin.invoice_id)),
        )

    def _take_back_order(self, credit):
        """Of a part the order goes on, until all parts are given back."""
        if not self._paid_a_part() or self._takes_back_all(credit):
            return super()._take_back_order(credit)
        return None

    def _takes_back_all(self, credit):
        """An order that has other invoices beside the collected one goes on."""
        origin = self.origin_id
        others = origin.sale_order_id.invoice_ids - origin.invoice_id
        stands = origin.collection_line_id and others.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        return super()._takes_back_all(credit) and not stands
