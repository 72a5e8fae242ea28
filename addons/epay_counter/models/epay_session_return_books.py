from odoo import Command, fields, models
from odoo.tools.translate import LazyTranslate

from ..const import OP_REVERSE_SALE, REVERSED, REVERSING
from ..exceptions import BookingBlocked

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """The books of a return: credit note, its payment, and the order.

    Runs as an operation of its own (`reverse_sale`), in one transaction with the move
    to `reversed`, with sudo; a failure leaves the money recorded, and it runs again
    from the start. What is done with the order and the goods is in
    `epay_session_return_goods.py`.
    """

    _inherit = "epay.session"

    def _book(self, operation):
        """SB18: the return is done once the sale is reversed, too."""
        result = super()._book(operation)
        reverses = self._is_return() and operation.kind == OP_REVERSE_SALE
        if reverses and self.state == REVERSING:
            self._transition(REVERSED, settled_at=fields.Datetime.now())
        return result

    def _reverse_sale(self, operation):
        """Reverse a sale, or the part of it that this return gives back.

        A hook like `_register_sale`: add-ons whose deals are booked elsewhere override
        it for returns whose `origin_id` is such a deal. It must be repeatable.

        :param operation: `reverse_sale`, of the original payment (`transaction_id`) and
            what gave it back (`child_id`)
        :raise BookingBlocked: the credit note has another total, or is not paid by it
        """
        if not self._is_return():
            return super()._reverse_sale(operation)
        credit = self._create_credit_note()
        self.write(
            {
                "invoice_id": credit.id,
                "sale_order_id": self.origin_id.sale_order_id.id,
            }
        )
        if operation.child_id.state == "done":
            self._pay_credit_note(operation.child_id, credit)
        else:
            self._undo_payment(credit)
        self._require_credit_paid(credit)
        self._take_back_order(credit)

    # === THE CREDIT NOTE === #

    def _create_credit_note(self):
        """The posted credit note of what is given back, to the cent."""
        invoice = self.origin_id.invoice_id
        today = fields.Date.context_today(self.with_context(tz=self.store_id.tz))
        credit = invoice._reverse_moves(
            [
                {
                    "invoice_date": today,
                    "date": today,
                    "ref": self.env._(
                        "Return %(number)s of %(invoice)s",
                        number=self.name,
                        invoice=invoice.name,
                    ),
                    "invoice_origin": self.name,
                    "invoice_user_id": self.user_id.id,
                }
            ]
        )
        if not self._is_whole():
            self._keep_returned_part(credit, invoice)
            self._even_out_taxes(credit)
        self._require_credit_total(credit)
        credit.action_post()
        return credit

    def _is_whole(self):
        """Whether it gives back everything, in one go."""
        origin = self.origin_id
        return not self.currency_id.compare_amounts(self.amount, origin.captured_amount)

    def _keep_returned_part(self, credit, invoice):
        """Cut the credit note, which is one of everything, to what is given back."""
        parts = self._returned_parts(invoice)
        commands = []
        copies = credit.invoice_line_ids.sorted(lambda line: (line.sequence, line.id))
        lines = invoice.invoice_line_ids.sorted(lambda line: (line.sequence, line.id))
        for copy, line in zip(copies, lines, strict=True):
            if line in parts:
                commands.append(Command.update(copy.id, parts[line]))
            else:
                commands.append(Command.delete(copy.id))
        credit.write({"invoice_line_ids": commands})

    def _returned_parts(self, invoice):
        """What of each invoice line goes on the credit note.

        :return: {invoice line: values of its copy}
        """
        bought = invoice.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        if not self.line_ids:
            return self._shares_of_amount(bought)
        parts = {}
        for line in self.line_ids:
            found = self._invoiced_as(line.origin_line_id, bought)
            # What one costs, so that the line is what was given back, to the cent.
            price = line.subtotal / line.quantity
            parts[found] = {"quantity": line.quantity, "price_unit": price}
        return parts

    def _invoiced_as(self, original, bought):
        """The invoice line of a line of the original deal.

        Deals that were booked by an older version have them in the same order.
        """
        bought = bought.filtered(lambda line: line.display_type == "product")
        found = bought.filtered(
            lambda line: original in line.sale_line_ids.epay_line_id
        )
        if found:
            return found[:1]
        by_order = zip(original.session_id.line_ids, bought, strict=True)
        return dict(by_order)[original]

    def _shares_of_amount(self, bought):
        """A mere amount takes from every line its share, and so from every tax; no
        quantities come back with it, so it is not linked to the order's lines.
        """
        left = {line: self._left_of(line) for line in bought}
        *others, largest = sorted(bought, key=left.get)
        total = sum(left.values()) or 1.0
        shares = {
            line: self.currency_id.round(self.amount * left[line] / total)
            for line in others
        }
        shares[largest] = self.currency_id.round(self.amount - sum(shares.values()))
        return {
            line: {
                "quantity": 1.0,
                "price_unit": share,
                "discount": 0.0,
                "sale_line_ids": [Command.clear()],
            }
            for line, share in shares.items()
            if share
        }

    def _left_of(self, line):
        """What of an invoice line was not returned by lines yet."""
        sold = line.sale_line_ids.epay_line_id
        return sold._left()[1] if sold else line.price_total

    def _require_credit_total(self, credit):
        """Refuse to book another sum than the one that was given back."""
        if self.currency_id.compare_amounts(credit.amount_total, self.amount):
            raise BookingBlocked(
                _lt(
                    "The credit note would be %(total)s, but %(amount)s was given "
                    "back. Ask accounting, then go on with the return again.",
                    total=self.currency_id.format(credit.amount_total),
                    amount=self.currency_id.format(self.amount),
                )
            )

    # === ITS PAYMENT === #

    def _pay_credit_note(self, refund, credit):
        """Odoo's own post-processing makes the refund's payment and reconciles it with
        the credit note (`account_payment/models/payment_transaction.py`).
        """
        refund = refund.with_context(epay_booking=True)
        refund.invoice_ids = [Command.set(credit.ids)]
        refund._post_process()

    def _undo_payment(self, credit):
        """A voided payment never reaches the bank: it is cancelled, and the credit note
        pays the invoice in its place.
        """
        source = self.origin_id.live_transaction_id
        payments = (source | source.child_transaction_ids).payment_id
        payments.filtered(lambda payment: payment.state != "canceled").action_cancel()
        lines = (credit | self.origin_id.invoice_id).line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )
        lines.reconcile()

    def _require_credit_paid(self, credit):
        if credit.payment_state not in ("paid", "in_payment", "reversed"):
            raise BookingBlocked(
                _lt(
                    "Credit note %(credit)s could not be paid with the refund. Check "
                    "the provider's payment journal, then go on with the return again.",
                    credit=credit.name,
                )
            )
