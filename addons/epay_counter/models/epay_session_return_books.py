from odoo import Command, fields, models
from odoo.tools.translate import LazyTranslate

from ..const import OP_REVERSE_SALE, REVERSED, REVERSING
from ..exceptions import BookingBlocked
from ..tools.shares import shares, taken

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """The books of a return: credit note, its payment, and the order.

    Runs as an operation of its own (`reverse_sale`), in one transaction with the move
    to `reversed`, with sudo; a failure leaves the money recorded, and it runs again
    from the start. What becomes of the payment is in `epay_session_return_payment.py`,
    of the order and the goods in `epay_session_return_goods.py`.
    """

    _inherit = "epay.session"

    def _book(self, operation):
        """SB18: the return is done once the sale is reversed, too."""
        result = super()._book(operation)
        reverses = self._is_return() and operation.kind == OP_REVERSE_SALE
        if reverses and self.state == REVERSING and not operation.aside:
            self._transition(REVERSED, settled_at=fields.Datetime.now())
        return result

    def _reverse_sale(self, operation):
        """Reverse a sale, or the part of it that this return gives back.

        A hook like `_register_sale`: add-ons whose deals are booked elsewhere override
        it for returns whose `origin_id` is such a deal. It must be repeatable.

        Beside the return itself (`aside`) it also runs for what ended otherwise than
        was thought (`_correcting`): then a refund that failed is taken out of the books
        again, and a second one of the same return is its payment only.

        :param operation: `reverse_sale`, of the original payment (`transaction_id`) and
            what gave it back (`child_id`)
        :raise BookingBlocked: the credit note has another total, or is not paid by it
        """
        if not self._is_return():
            return super()._reverse_sale(operation)
        refund = operation.child_id
        is_second = any(map(self._is_booked, self.transaction_ids - refund))
        if not refund._epay_gave_back():
            self._unbook_refund(operation, is_second)
        elif is_second:
            refund.with_context(epay_booking=True)._post_process()
        elif why := self._by_hand_in_books_text():
            self._append_event(self.state, self.state, why)
            self.return_next = why
        else:
            self._book_credit_note(refund)

    def _by_hand_in_books_text(self):
        """What is left to a person when the sale is not in the books by our doing: a
        manager entered it by hand (`resolve`). Else False.

        A hook: add-ons whose deals have no invoice, but are booked elsewhere, override
        it together with `_reverse_sale`.
        """
        if self.origin_id.invoice_id:
            return False
        return _lt("The sale was booked by hand: book this return by hand, too.")

    def _book_credit_note(self, refund):
        """Credit note, payment and order, for what `refund` gave back."""
        credit = self._create_credit_note()
        self.write(
            {
                "invoice_id": credit.id,
                "sale_order_id": self.origin_id.sale_order_id.id,
            }
        )
        if refund.state == "done":
            self._pay_credit_note(refund, credit)
        else:
            self._undo_payment(credit)
        self._require_credit_paid(credit)
        self._take_back_order(credit)

    def _unbook_refund(self, operation, is_second):
        """A refund that failed after it was booked: the merchant owes it again, and the
        sale counts again, until another return gives it back.

        :param bool is_second: the credit note is another refund's
        :raise BookingBlocked: it is the return's own booking, which has come too late
        """
        if not operation.aside:
            raise BookingBlocked(_lt("The refund failed; nothing was booked."))
        operation.child_id.payment_id.action_cancel()
        credit = self.invoice_id
        if not is_second and credit:
            credit._reverse_moves([self._reversal_values(credit)], cancel=True)
            self._give_quantities_back(credit)

    # === THE CREDIT NOTE === #

    def _create_credit_note(self):
        """The posted credit note of what is given back, to the cent."""
        invoice = self.origin_id.invoice_id
        credit = invoice._reverse_moves([self._reversal_values(invoice)])
        if not self._is_whole():
            self._keep_returned_part(credit, invoice)
            self._even_out_taxes(credit)
        self._require_credit_total(credit)
        credit.action_post()
        return credit

    def _reversal_values(self, move):
        """Date and reference of what reverses `move`, an invoice or a credit note."""
        today = fields.Date.context_today(self.with_context(tz=self.store_id.tz))
        return {
            "invoice_date": today,
            "date": today,
            "ref": self.env._(
                "Return %(number)s of %(invoice)s",
                number=self.name,
                invoice=move.name,
            ),
            "invoice_origin": self.name,
            "invoice_user_id": self.user_id.id,
        }

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
        """What of each invoice line goes on the credit note: the money of the chosen
        lines from theirs, a mere amount in shares from all. None gives back more than
        is left of it, so that no tax of it is given back twice.

        :return: {invoice line: values of its copy}
        :raise BookingBlocked: less is left of the invoice
        """
        bought = products(invoice)
        chosen = self._chosen_on(bought)
        wanted = {line: chosen[line].subtotal for line in chosen}
        parts = self._taken_from(bought, wanted)
        return {
            line: {
                **self._part_values(line, chosen.get(line), money),
                "epay_credited_line_id": line.id,
            }
            for line, money in parts.items()
            if money or line in chosen
        }

    def _chosen_on(self, bought):
        """{invoice line: line of this return}; empty of a mere amount. A hook of
        add-ons whose deals may have other lines than their invoice.
        """
        return {
            self._invoiced_as(line.origin_line_id, bought): line
            for line in self.line_ids
        }

    def _taken_from(self, bought, wanted):
        """{invoice line: how much of its money this return gives back}"""
        left = self._left_on(bought)
        try:
            return taken(self.amount, wanted, left, self.currency_id.rounding)
        except ValueError as error:
            raise BookingBlocked(
                _lt(
                    "Only %(left)s of invoice %(invoice)s is not credited yet. Ask "
                    "accounting, then go on with the return again.",
                    left=self.currency_id._epay_in_text(sum(left.values())),
                    invoice=bought.move_id.name,
                )
            ) from error

    def _part_values(self, invoiced, chosen, money):
        """Quantity and price of a line of the credit note, to total `money`.

        :param invoiced: the invoice line that it is a copy of
        :param chosen: the line of this return; empty for a share of a mere amount, with
            which no quantities come back, so it is not linked to the order's lines
        """
        if chosen:
            # What one costs, so that the line is what was given back, to the cent.
            price = self._price_to_total(invoiced, money / chosen.quantity)
            return {"quantity": chosen.quantity, "price_unit": price, "discount": 0.0}
        return {
            "quantity": 1.0,
            "price_unit": self._price_to_total(invoiced, money),
            "discount": 0.0,
            "sale_line_ids": [Command.clear()],
        }

    def _price_to_total(self, line, total):
        """The price of one on a copy of an invoice line that totals `total` with its
        taxes: less, where they are not included in the price.
        """
        if includes_taxes(line):
            return total
        result = line.tax_ids._get_tax_details(
            total,
            1.0,
            precision_rounding=self.currency_id.rounding,
            rounding_method="round_globally",
            product=line.product_id,
            special_mode="total_included",
        )
        return result["total_excluded"]

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

    # === WHAT IS CREDITED ALREADY === #

    def _left_on(self, bought):
        """What of invoice lines no standing credit note has given back, whoever made
        it.

        :return: {invoice line: amount, taxes included}
        """
        left = _paid_for(bought)
        for given in products(self.origin_id._standing_credit_notes()).sorted("id"):
            for line, part in self._credited_lines(given, left).items():
                left[line] = self.currency_id.round(left[line] - part)
        return left

    def _credited_lines(self, given, left):
        """{invoice line: how much a line of a credit note gives back of it}; of those
        that accounting made the line that it was copied from, or one like it.
        """
        copied = [
            lambda line: line == given.epay_credited_line_id,
            lambda line: line.sale_line_ids & given.sale_line_ids,
            lambda line: line.name == given.name,
            lambda line: line.tax_ids == given.tax_ids,
            lambda line: True,
        ]
        for is_meant in copied:
            meant = {line: left[line] for line in left if is_meant(line)}
            if meant:
                amount = max(0.0, min(gross_of(given), sum(meant.values())))
                return shares(amount, meant, self.currency_id.rounding)
        return {}

    def _require_credit_total(self, credit):
        """Refuse to book another sum than the one that was given back."""
        if self.currency_id.compare_amounts(credit.amount_total, self.amount):
            raise BookingBlocked(
                _lt(
                    "The credit note would be %(total)s, but %(amount)s was given "
                    "back. Ask accounting, then go on with the return again.",
                    total=self.currency_id._epay_in_text(credit.amount_total),
                    amount=self.currency_id._epay_in_text(self.amount),
                )
            )


def gross_of(line):
    """What is paid for the line, taxes included.

    As prices at a counter include them, not Odoo's `price_total`: where taxes are
    rounded over the whole invoice, it is the sum of two rounded amounts, and may be a
    cent off.
    """
    if not includes_taxes(line):
        return line.price_total
    price = line.price_unit * (1 - line.discount / 100)
    return line.currency_id.round(line.quantity * price)


def _paid_for(lines):
    """{invoice line: what is paid for it}, together the invoice's total: where taxes
    beside the prices are rounded over all, the last cent is on the largest line.
    """
    gross = {line: gross_of(line) for line in lines}
    currency, total = lines.currency_id, sum(lines.move_id.mapped("amount_total"))
    more = currency.round(total - sum(gross.values()))
    # More than that is no rounding, but something else on an invoice of accounting's.
    if more and abs(more) <= len(lines) * currency.rounding:
        largest = max(gross, key=gross.get)
        gross[largest] = currency.round(gross[largest] + more)
    return gross


def includes_taxes(line):
    """Whether the price of an invoice line has all its taxes in it."""
    return all(tax.price_include for tax in line.tax_ids.flatten_taxes_hierarchy())


def products(moves):
    return moves.invoice_line_ids.filtered(lambda line: line.display_type == "product")
