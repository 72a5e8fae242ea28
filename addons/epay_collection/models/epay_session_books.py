from odoo import Command, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.epay_counter.exceptions import BookingBlocked

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """The books of a deal that collects: its source document is paid, or a part."""

    _inherit = "epay.session"

    def _register_sale(self):
        """Enter what was collected: an invoice is paid, an order confirmed, invoiced
        and paid; a part leaves the rest due.
        """
        if not self.collection_line_id:
            return super()._register_sale()
        line = self.collection_line_id._lock()._in_books()
        invoices = line._ensure_invoices()
        orders = line.sale_order_id | invoices.line_ids.sale_line_ids.order_id
        self.write(
            {
                "sale_order_id": orders[:1].id,
                "invoice_id": invoices[-1:].id,
                "partner_id": line.partner_id.id,
            }
        )
        self.with_context(epay_collecting=True)._pay_invoice(invoices)
        self.live_transaction_id.sale_order_ids = [Command.set(orders[:1].ids)]
        orders._epay_end_cash_on_delivery()

    def _require_paid(self, invoice):
        """A collection may pay a part. All of its money must be reconciled, as far as
        there was something to pay: what somebody else paid in the very moment in which
        the money was taken stays the customer's credit.

        :raise BookingBlocked:
        """
        if not self.collection_line_id:
            return super()._require_paid(invoice)
        source = self.live_transaction_id
        payments = (source | source.child_transaction_ids).payment_id
        open_items = payments.move_id.line_ids.filtered(
            lambda item: (
                item.account_id.account_type == "asset_receivable"
                and not item.reconciled
            )
        )
        if not payments or (open_items and invoice._epay_rest() > 0):
            raise BookingBlocked(
                _lt(
                    "Invoice %(invoice)s could not be paid with the captured payment. "
                    "Check the provider's payment journal, then press Settle again.",
                    invoice=", ".join(invoice.mapped("name")),
                )
            )
        if open_items:
            self._note_credit(-sum(open_items.mapped("amount_residual_currency")))
        return None

    def _note_credit(self, amount):
        """Somebody has to give it back, or to set it off against the next bill."""
        self._note(
            _lt(
                "%(amount)s was paid elsewhere meanwhile: it stays the customer's "
                "credit.",
                amount=self.currency_id.format(amount),
            )
        )

    def _receipt_values(self):
        """The tax of the invoice is not in a part of it."""
        values = super()._receipt_values()
        total = self.invoice_id.amount_total
        if self.collection_line_id and self.currency_id.compare_amounts(
            self.captured_amount, total
        ):
            values["tax"] = False
        return values
