"""Taxes of every kind and income, whatever is returned in which order."""

import random

from odoo import Command
from odoo.tests import tagged

from .test_return_books import ReturnBooksCase


@tagged("post_install", "-at_install")
class TestReturnTaxes(ReturnBooksCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = [cls.taxed(f"VAT {rate}", rate) for rate in (19, 7)]

    @classmethod
    def taxed(cls, name, rate):
        tax = cls.make_tax(
            name=name, amount=rate, price_include_override="tax_included"
        )
        return cls.make_product(name=name, taxes_id=[Command.set(tax.ids)])

    def sell(self, *lines):
        """A settled deal of `(which product, quantity, price)`."""
        values = [
            {
                "product_id": self.goods[which].id,
                "quantity": quantity,
                "price_unit": price,
            }
            for which, quantity, price in lines
        ]
        total = sum(round(quantity * price, 2) for _which, quantity, price in lines)
        sale = self.register(round(total, 2), lines=values)
        self.join(sale)
        self.choose(sale)
        self.as_clerk(sale).request_authorization()
        self.provider_says(self.attempt(sale))
        self.settle(sale)
        self.assertEqual(sale.state, "settled")
        return sale

    def kept(self, sale):
        """`{tax: amount}` that is left of the sale in the ledger, and all its income.

        (Odoo books rounding cents of one tax into the income of another's lines.)
        """
        moves = sale.invoice_id | sale.return_ids.invoice_id
        kept = dict.fromkeys(moves.line_ids.tax_ids.mapped("name"), 0)
        for line in moves.line_ids.filtered("tax_line_id"):
            kept[line.tax_line_id.name] -= line.balance
        income = moves.line_ids.filtered(lambda line: line.display_type == "product")
        kept["income"] = -sum(income.mapped("balance"))
        return {name: round(amount, 2) for name, amount in kept.items()}

    def assertSound(self, sale, back):
        """Booked, no price below zero, and nothing given back beyond what was sold."""
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        credit = back.invoice_id
        self.assertEqual(credit.amount_total, back.amount)
        self.assertTrue(all(line.price_unit >= 0 for line in credit.invoice_line_ids))
        for name, amount in self.kept(sale).items():
            self.assertGreaterEqual(amount, 0, name)

    def assertNothingLeft(self, sale):
        self.assertFalse(any(self.kept(sale).values()), self.kept(sale))
        self.assertEqual(sale.sale_order_id.state, "cancel")

    def test_an_amount_then_a_line_then_the_rest(self):
        sale = self.sell((0, 1, 50), (1, 1, 50))
        self.assertSound(sale, self.reversed(sale, refund_amount=30))
        line = self.reversed(sale, lines=[self.line(sale, 0, 1)])
        self.assertEqual(line.amount, 35, "15 of it went with the amount")
        self.assertSound(sale, line)
        self.assertEqual(self.kept(sale)["VAT 19"], 0)
        rest = self.reversed(sale)
        self.assertEqual(rest.amount, 35)
        self.assertSound(sale, rest)
        self.assertNothingLeft(sale)

    def test_an_amount_that_is_booked_after_the_line(self):
        """The line was agreed on when nobody had taken anything of it."""
        sale = self.sell((0, 1, 50), (1, 1, 50))
        other = self.make_counter(code="T2")
        line = self.cancellable(sale, lines=[self.line(sale, 0, 1)], counter=other)
        self.assertSound(sale, self.reversed(sale, refund_amount=30))
        self.execute(line)
        self.assertEqual(line.amount, 50)
        self.assertSound(sale, line)
        self.assertSound(sale, self.reversed(sale))
        self.assertNothingLeft(sale)

    def test_a_small_amount_of_many_lines(self):
        sale = self.sell(*[(number % 2, 1, 0.05) for number in range(10)])
        back = self.reversed(sale, refund_amount=0.05)
        self.assertSound(sale, back)
        prices = back.invoice_id.invoice_line_ids.mapped("price_unit")
        self.assertEqual(prices, [0.01] * 5)
        self.assertSound(sale, self.reversed(sale))
        self.assertNothingLeft(sale)

    def test_cents_again_and_again(self):
        """Each of these alone has no tax, or twice as much."""
        sale = self.sell((0, 1, 0.2), (1, 1, 0.1))
        for amount in (0.03, 0.03, 0.04, 0.08):
            self.assertSound(sale, self.reversed(sale, refund_amount=amount))
        self.assertSound(sale, self.reversed(sale))
        self.assertNothingLeft(sale)

    def test_any_order(self):
        for seed in range(2):
            chance = random.Random(seed)  # noqa: S311
            with self.subTest(seed=seed):
                self.any_order(chance)

    def any_order(self, chance):
        lines = [
            (which, chance.choice((1, 2, 3)), round(chance.uniform(0.05, 60), 2))
            for which in (0, 1, chance.randrange(2))
        ]
        sale = self.sell(*lines)
        for _turn in range(4):
            self.assertSound(sale, self.reversed(sale, **self.part(chance, sale)))
            if sale._left_to_return() <= 0:
                break
        else:
            self.assertSound(sale, self.reversed(sale))
        self.assertNothingLeft(sale)

    def part(self, chance, sale):
        """Some line of which something is left, or some amount."""
        number = chance.randrange(len(sale.line_ids))
        quantity, money = sale.line_ids[number]._left()
        if chance.random() < 0.6 and quantity and money:
            # Of a few cents a part may be none.
            least = 1 if money > 0.1 else int(quantity)
            some = chance.randint(least, int(quantity))
            return {"lines": [self.line(sale, number, some)]}
        amount = chance.uniform(0.01, sale._left_to_return())
        return {"refund_amount": max(0.01, round(amount / 2, 2))}
