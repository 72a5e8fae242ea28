from decimal import Decimal

from odoo import models
from odoo.tools import float_compare

from ..const import REVERSING, SETTLED
from ..exceptions import AmountMismatch, BadAmount, NotRefundable, WrongState
from ..tools.money import NotAnAmount, parse_amount
from ..tools.shares import taken


class EpaySession(models.Model):
    """Whole or part: how much a return gives back, and which lines."""

    _inherit = "epay.session"

    def _require_returnable(self):
        """Refuse a deal of which there is nothing to give back.

        :raise WrongState: never settled :raise NotRefundable: nothing is left
        """
        if self.state != SETTLED:
            raise WrongState(
                self.env._(
                    "Deal %(number)s was never settled, so there is nothing to give "
                    "back. What was only authorized is given up by dropping the deal.",
                    number=self.name,
                )
            )
        if self.currency_id.compare_amounts(self._left_to_return(), 0) <= 0:
            raise NotRefundable(self._too_much_text(0))

    def _takes_money(self):
        """Whether what this return gives back is gone from the original: it went back
        or is on its way, whatever became of the return.
        """
        return self.state == REVERSING or bool(self._refund_operation())

    def _mere_amounts(self):
        """The returns of this deal that took money without naming lines."""
        return self.return_ids.filtered(
            lambda back: not back.line_ids and back._takes_money()
        )

    def _money_left(self):
        """What of the money of each line of this deal was not given back.

        A mere amount takes from every line its share (`_shares`), so a line of which
        it took something is returned with what is left of it.

        :return: {line: amount}
        """
        left = {line: line.subtotal for line in self.line_ids}
        for back in self.return_ids.sorted("id").filtered(lambda r: r._takes_money()):
            wanted = {line.origin_line_id: line.subtotal for line in back.line_ids}
            amount = min(back.amount, sum(left.values()))
            parts = taken(amount, wanted, left, self.currency_id.rounding)
            left = {
                line: self.currency_id.round(money - parts[line])
                for line, money in left.items()
            }
        return left

    def _typed_amount(self, amount):
        """What was typed, exactly, as an amount of this deal's currency (not of the
        counter's that looks for it); None when it is none.
        """
        try:
            return parse_amount(amount, self.currency_id.decimal_places)
        except NotAnAmount:
            return None

    def _exact_amount(self):
        """The deal's amount, to be compared with what was typed."""
        return Decimal(f"{self.amount:.{self.currency_id.decimal_places}f}")

    # === AMOUNT AND LINES === #

    def _prepare_return(self, lines, refund_amount):
        """Amount and lines of a return of this locked deal.

        :param list lines: chosen lines and quantities, or None
        :param refund_amount: a chosen amount, or None; without both: what is left
        :raise BadAmount: :raise AmountMismatch: as `register_cancellation` says
        """
        left = self._left_to_return()
        # XML-RPC sends False for what is not given; zero and an empty list are given.
        given = None if refund_amount is False else refund_amount
        if lines is not None and lines is not False:
            vals_list = self._prepare_return_lines(lines)
            amount = self._total_of_lines(vals_list, given)
        elif given is not None:
            vals_list, amount = [], self._parse_refund(given)
        else:
            amount = left
            vals_list = self._prepare_all_lines(left)
        if self.currency_id.compare_amounts(amount, left) > 0:
            raise BadAmount(self._too_much_text(left))
        return {
            "amount": amount,
            "line_ids": [(0, 0, vals) for vals in vals_list],
        }

    def _parse_refund(self, amount):
        """:raise BadAmount: when it is no amount of this currency, or zero"""
        try:
            return float(parse_amount(amount, self.currency_id.decimal_places))
        except NotAnAmount as error:
            raise BadAmount(self.counter_id._bad_amount_text(error.reason)) from error

    def _total_of_lines(self, vals_list, given):
        """What the chosen lines were paid with.

        :raise AmountMismatch: when an amount was given, and it is another one
        :raise BadAmount: when nothing was paid for so little
        """
        total = self.currency_id.round(sum(vals["subtotal"] for vals in vals_list))
        if total <= 0:
            raise BadAmount(
                self.env._("Nothing was paid for these lines. Choose more of them.")
            )
        if given is not None and self.currency_id.compare_amounts(
            total, self._parse_refund(given)
        ):
            raise AmountMismatch(
                self.env._(
                    "The chosen lines add up to %(total)s, not to %(amount)s.",
                    total=self.currency_id._epay_in_text(total),
                    amount=self.currency_id._epay_in_text(self._parse_refund(given)),
                )
            )
        return total

    def _prepare_all_lines(self, left):
        """What is left of the lines; none when a mere amount was given back before."""
        if self._mere_amounts():
            return []
        remaining = [(line, line._left()[0]) for line in self.line_ids]
        vals_list = [
            self._prepare_return_line(line, quantity)
            for line, quantity in remaining
            if quantity > 0
        ]
        total = sum(vals["subtotal"] for vals in vals_list)
        same = not self.currency_id.compare_amounts(total, left)
        return vals_list if same else []

    def _prepare_return_lines(self, lines):
        """Checked values of chosen lines.

        :raise BadAmount: not a line of this deal, twice the same, or more than bought
        """
        if not lines or not isinstance(lines, list | tuple):
            raise self._not_bought()
        chosen = {}
        for line in lines:
            bought = self._bought_line(line)
            if bought in chosen:
                raise self._not_bought()
            chosen[bought] = self._parse_quantity(line.get("quantity"), bought)
        return [self._prepare_return_line(*pair) for pair in chosen.items()]

    def _bought_line(self, line):
        line_id = line.get("line_id") if isinstance(line, dict) else None
        bought = self.line_ids.filtered(
            lambda candidate: type(line_id) is int and candidate.id == line_id
        )
        if not bought:
            raise self._not_bought()
        return bought

    def _not_bought(self):
        return BadAmount(
            self.env._(
                "That was not bought with deal %(number)s. Choose from its lines, each "
                "once.",
                number=self.name,
            )
        )

    def _parse_quantity(self, value, line):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        try:
            quantity = float(parse_amount(value, digits))
        except NotAnAmount as error:
            raise BadAmount(
                self.env._("Quantities of returned lines must be above zero.")
            ) from error
        left = line._left()[0]
        if float_compare(quantity, left, precision_digits=digits) > 0:
            raise BadAmount(
                self.env._(
                    "Of “%(line)s” only %(left)s can still be returned.",
                    line=line.name,
                    left=f"{left:g}",
                )
            )
        if line._is_whole_pieces() and not quantity.is_integer() and quantity != left:
            raise BadAmount(
                self.env._("“%s” is returned by the piece, in whole ones.", line.name)
            )
        return quantity

    def _prepare_return_line(self, line, quantity):
        """Values of the line of a return; the last part gets what is left, so that all
        parts together are what was paid.
        """
        left_quantity, left = line._left()
        one = line.subtotal / line.quantity
        if self._mere_amounts():
            one = left / (left_quantity or 1.0)
        share = self.currency_id.round(one * quantity)
        is_last = quantity >= left_quantity
        subtotal = left if is_last else min(share, left)
        return {
            "origin_line_id": line.id,
            "sequence": line.sequence,
            "product_id": line.product_id.id,
            "name": line.name,
            "quantity": quantity,
            "price_unit": line.price_unit,
            "subtotal": subtotal,
        }

    def _require_left(self):
        """Also the lines: another return may have taken them meanwhile.

        :raise NotRefundable:
        """
        for line in self.line_ids.filtered("origin_line_id"):
            if line.quantity > line.origin_line_id._left()[0]:
                raise NotRefundable(
                    self.env._(
                        "“%(line)s” was returned already. Register the return again.",
                        line=line.name,
                    )
                )
        return super()._require_left()
