from odoo import Command, fields, models
from odoo.tools.translate import LazyTranslate

from ..const import OP_REVERSE_SALE, SETTLED, SETTLING
from ..exceptions import BookingBlocked

_lt = LazyTranslate(__name__)

# The clerk sold it and knows: no mail about order and invoice, and no subscription to
# what is written on them later. Add-ons that book deals of another source use it, too.
QUIETLY = {
    "mail_auto_subscribe_no_notify": True,
    "mail_create_nosubscribe": True,
    "mail_post_autofollow_author_skip": True,
}


class EpaySession(models.Model):
    """The books: a settled deal becomes an order, an invoice and its payment.

    Runs as an operation of its own (`register_sale`), in one transaction with the move
    to `settled`, with sudo: the clerk needs no accounting rights. Mail and PDFs are
    never made here, because a failing mail server must not undo a booking.
    """

    _inherit = "epay.session"

    def _book(self, operation):
        """Carry out a books operation on this locked deal."""
        session = self.with_company(self.company_id).with_context(
            allowed_company_ids=self.company_id.ids,
            lang=self.partner_id.lang or self.env.lang,
            **QUIETLY,
        )
        if operation.kind == OP_REVERSE_SALE:
            session._reverse_sale(operation)
        elif self.state == SETTLING:
            session._register_sale()
            self._transition(SETTLED, settled_at=fields.Datetime.now())

    def _after_booking(self, operation):
        """What follows from a books operation that succeeded, on the locked deal.

        A hook for add-ons, in the booking's transaction: write down further acts
        (`_intend(…, aside=True)`), so that none is lost when the process dies.

        :return: `epay.operation` to carry out once that is committed
        """
        return operation.browse()

    def _register_sale(self):
        """Enter the sale in the sales records and reconcile it with its payment.

        A hook: add-ons whose deals have a source document of their own (an order, an
        invoice, a register) override it and book that one instead. It must be
        repeatable: it runs again from the start when it failed, after a rollback.

        :raise BookingBlocked: the total differs from the captured amount, or the
            invoice does not come out as paid
        """
        order = self._create_order()
        invoice = self._create_invoice(order)
        self.write({"sale_order_id": order.id, "invoice_id": invoice.id})
        self._pay_invoice(invoice)
        self.live_transaction_id.sale_order_ids = [Command.set(order.ids)]

    def _reverse_sale(self, operation):
        """Book money that came and went back without a sale.

        A payment that charged at once and was refunded moved money on the merchant's
        account twice. Both become payments, reconciled with each other. A refund that
        failed after all leaves the books again: the merchant still owes it.

        :param operation: `reverse_sale`, of the payment and its refund (`child_id`)
        """
        paid = operation.transaction_id
        both = (paid._epay_parts() or paid) | operation.child_id
        if operation.child_id.state != "done":
            operation.child_id.payment_id.action_cancel()
            return
        for transaction in both.with_company(self.company_id):
            # Not by post-processing: it makes none for a payment that has a child.
            if transaction.payment_id.state in (False, "canceled"):
                transaction._create_payment()
                transaction.is_post_processed = True
        lines = both.payment_id.move_id.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )
        lines.reconcile()

    def _create_order(self):
        """A confirmed order of the deal's lines, or of the store's product for
        amounts.
        """
        order = self.env["sale.order"].create(self._prepare_order())
        self._require_total(order.amount_total)
        order.action_confirm()
        return order

    def _prepare_order(self):
        return self.store_id._prepare_order(
            self.partner_id,
            self.currency_id,
            self._prepare_order_lines(),
            user_id=self.user_id.id,
            client_order_ref=self.name,
            origin=self.name,
        )

    def _prepare_order_lines(self):
        if self.line_ids:
            return [self._prepare_order_line(line) for line in self.line_ids]
        product = self.store_id.product_id
        return [
            {
                "product_id": product.id,
                "name": self.description or product.display_name,
                "product_uom_qty": 1.0,
                "price_unit": self.amount,
                "discount": 0.0,
            }
        ]

    def _prepare_order_line(self, line):
        return {
            "product_id": (line.product_id or self.store_id.product_id).id,
            "name": line.name,
            "product_uom_qty": line.quantity,
            "price_unit": line.price_unit,
            "epay_line_id": line.id,
            # The price is what is paid: a price list must not take off any more.
            "discount": 0.0,
        }

    def _create_invoice(self, order):
        """The posted invoice of what was ordered, delivered or not."""
        order._force_lines_to_invoice_policy_order()
        invoice = order.with_context(epay_as_ordered=True)._create_invoices(final=True)
        self._require_total(invoice.amount_total)
        invoice.action_post()
        return invoice

    def _pay_invoice(self, invoice):
        """Odoo's own post-processing makes the payment and reconciles it.

        The payment of a capture's child is reconciled with the source's invoice
        (`account_payment/models/payment_transaction.py`, `_create_payment`).

        :param invoice: the posted invoice; of a deal with another source, maybe several
        """
        source = self.live_transaction_id.with_context(epay_booking=True)
        source.invoice_ids = [Command.set(invoice.ids)]
        for transaction in source | source.child_transaction_ids.sorted("id"):
            if transaction.state == "done" and not transaction.is_post_processed:
                transaction._post_process()
        paying = source.child_transaction_ids.filtered(lambda tx: tx.amount > 0)
        if not (source | paying).payment_id:
            # Odoo makes none for a payment of which a part was refunded already.
            source._create_payment()
        self._require_paid(invoice)

    def _require_paid(self, invoice):
        """A hook: whether what was captured has paid what it should. Deals that may pay
        a part of their source document ask for less.

        :raise BookingBlocked:
        """
        if invoice.payment_state not in ("paid", "in_payment"):
            raise BookingBlocked(
                _lt(
                    "Invoice %(invoice)s could not be paid with the captured payment. "
                    "Check the provider's payment journal, then press Settle again.",
                    invoice=invoice.name,
                )
            )

    def _require_total(self, total):
        """Refuse to book another sum than the one that was captured."""
        if self.currency_id.compare_amounts(total, self.captured_amount):
            raise BookingBlocked(
                _lt(
                    "%(total)s would be booked, but %(captured)s was paid. Check the "
                    "taxes of the products, then press Settle again.",
                    total=self.currency_id._epay_in_text(total),
                    captured=self.currency_id._epay_in_text(self.captured_amount),
                )
            )
