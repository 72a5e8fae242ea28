from datetime import timedelta

from odoo import fields, models
from odoo.tools import float_compare
from odoo.tools.translate import LazyTranslate

from odoo.addons.epay_counter.const import (
    BY_CLERK,
    CUSTOMER_STATES,
    DRAFT,
    ENGAGED,
    FINAL_STATES,
    KIND_SALE,
    MOST_LINES,
    OPEN,
)
from odoo.addons.epay_counter.exceptions import BadAmount, SetupIncomplete, WrongState
from odoo.addons.epay_counter.tools.money import LARGEST

from ..exceptions import BadDiscount, OutOfStock, TooManyLines

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """The basket: lines of a draft deal, before the customer is to pay them (SE2)."""

    _inherit = "epay.session"

    # === CHANGING === #

    def _put(self, found, quantity, barcode=None):
        """Put goods into the locked basket; what is there already adds up.

        :param found: `epay_barcode.Found`
        :param float quantity: how often
        :param str barcode: that was scanned
        :return: the line
        :raise BadQuantity: :raise TooManyLines: :raise OutOfStock: :raise NoPrice:
        :raise BadDiscount: a discount label, and nothing that it could be for
        """
        if found.discount:
            return self._discount_last(found.discount)
        line = self.line_ids.filtered(lambda line: line._is_like(found))[:1]
        added = found.quantity * quantity
        if line:
            line.write(
                {
                    "quantity": line.quantity + added,
                    "put_number": self._next_put_number(),
                }
            )
        else:
            line = self._add_line(found, added, barcode)
        self._changed(line)
        return line

    def _add_line(self, found, quantity, barcode):
        """:raise TooManyLines: :raise BadQuantity:"""
        if len(self.line_ids) >= MOST_LINES:
            raise TooManyLines(
                self.env._(
                    "A deal has %(most)s lines at most. Let the customer pay these "
                    "first.",
                    most=MOST_LINES,
                )
            )
        self._require_warehouse(found.product)
        # Before the database refuses it in its own words.
        self.env["epay.basket"]._require_quantity(found.product, found.uom, quantity)
        number = self._next_put_number()
        line = self.env["epay.session.line"].create(
            {
                "session_id": self.id,
                "sequence": number,
                "put_number": number,
                "product_id": found.product.id,
                "uom_id": found.uom.id,
                "name": found.product.display_name,
                "quantity": quantity,
                "price_unit": 0.0,
                "fixed_price": found.price,
                "barcode": barcode,
            }
        )
        line.name = line._new_name(False)
        return line

    def _next_put_number(self):
        return max(self.line_ids.mapped("put_number"), default=0) + 1

    def _discount_last(self, percent):
        """A label with a discount is for what was scanned before it. Anybody can type
        one, so it may say no more than the clerk may give.
        """
        line = self.line_ids.sorted("put_number")[-1:]
        if not line or percent >= 100:
            raise BadDiscount(
                self.env._("This label is a discount. Scan the goods first.")
            )
        self.counter_id._require_may_discount(percent)
        line.own_discount = percent
        self._changed(line)
        return line

    def _changed(self, lines):
        """These lines were changed: check them, price them, tell the screens."""
        for line in lines:
            self.env["epay.basket"]._require_quantity(
                line.product_id, line.uom_id, line.quantity
            )
        self._require_in_stock(lines)
        self._reprice(lines)

    def _reprice(self, lines):
        """Price these lines by the price list of now, and add all up as the order will.

        :param lines: the others keep their prices
        :raise NoPrice: :raise BadAmount: more than any till takes
        """
        total, basket = 0.0, self.env["epay.basket"]
        if self.line_ids:
            items = [line._item(line in lines) for line in self.line_ids]
            terms = basket._terms(self.counter_id, self._buyer())
            prices, total = basket._price(self.counter_id, items, terms)
            if total > LARGEST:
                raise BadAmount(self.counter_id._bad_amount_text("too_large"))
            for line, price in zip(self.line_ids, prices, strict=True):
                if line in lines:
                    line._take_price(price)
            self._add_up(prices, total)
        minutes = self.store_id.deal_minutes
        self._write_machine(
            {
                **self._terms(),
                "amount": total,
                "reason": False,
                "expires_at": fields.Datetime.now() + timedelta(minutes=minutes),
            }
        )

    def _add_up(self, prices, total):
        """Where a company rounds globally, lines may miss their order's total by cents:
        the dearest line takes them, so that the customer's lines, and what they give
        back line by line, are what was paid.
        """
        totals = [price["total"] for price in prices]
        dearest = totals.index(max(totals))
        totals[dearest] = self.currency_id.round(totals[dearest] + total - sum(totals))
        for line, wanted in zip(self.line_ids, totals, strict=True):
            if self.currency_id.compare_amounts(line.priced_total, wanted):
                line.write(
                    {"priced_total": wanted, "price_unit": wanted / line.quantity}
                )

    def _remove(self, line):
        line.unlink()
        self._reprice(self.line_ids.browse())

    # === STOCK === #

    def _require_warehouse(self, product):
        """Refuse goods that could never leave: Odoo makes a warehouse for the first
        company only.

        :raise SetupIncomplete:
        """
        if product.type == "consu" and not self.store_id._warehouse():
            raise SetupIncomplete(
                self.env._(
                    "%(company)s has no warehouse, so no goods can be sold. Ask your "
                    "manager to make one in the inventory app.",
                    company=self.company_id.name,
                )
            )

    def _require_in_stock(self, lines):
        """Refuse goods that are not there, where the store wants that.

        :raise OutOfStock:
        """
        if self.store_id.sell_below_zero:
            return
        for product in lines.product_id.filtered("is_storable"):
            wanted = sum(
                line.uom_id._compute_quantity(line.quantity, product.uom_id)
                for line in self.line_ids.filtered(
                    lambda line, product=product: line.product_id == product
                )
            )
            there = self.store_id._available(product) - self._promised(product)
            rounding = product.uom_id.rounding
            if float_compare(wanted, there, precision_rounding=rounding) > 0:
                raise self._out_of_stock(product, there)

    def _promised(self, product):
        """How much of it other customers of the store are just paying, in the product's
        own unit: the stock knows it once they have paid.
        """
        alive = self.search(
            [
                ("counter_id", "in", self.store_id.counter_ids.ids),
                ("state", "not in", FINAL_STATES),
            ]
        )
        paying = (alive - self).filtered(
            lambda deal: deal.kind == KIND_SALE and deal.state != DRAFT
        )
        # Those of a document take what was promised to it before.
        lines = paying.filtered(lambda deal: not deal.sale_order_id).line_ids.filtered(
            lambda line: line.product_id == product
        )
        return sum(
            (line.uom_id or product.uom_id)._compute_quantity(
                line.quantity, product.uom_id
            )
            for line in lines
        )

    def _out_of_stock(self, product, there):
        return OutOfStock(
            self.env._(
                "Of “%(product)s” only %(there)s %(unit)s are in stock.",
                product=product.display_name,
                there=f"{max(there, 0):g}",
                unit=product.uom_id.name,
            )
        )

    # === SHOWING === #

    def _is_basket(self):
        """Whether the clerk may still change the lines."""
        return self.kind == KIND_SALE and self.state == DRAFT

    def _show(self):
        """Show the locked basket to the customer (SE3), whose phone may be there."""
        self._transition(OPEN)
        visit = self._bound_visit()
        if visit:
            acting = self.with_context(epay_visit_id=visit.id)
            acting._transition(ENGAGED, partner_id=self._buyer().id)
        else:
            self.counter_id._accept_by_itself()

    def _can_be_taken_back(self):
        """Whether this is a basket that was shown, and whose customer has not begun to
        pay: no form is open, and nothing is under way at a provider.
        """
        return (
            self.holds_counter
            and self.state in (OPEN, *CUSTOMER_STATES)
            and self._was_scanned()
            and not self.in_doubt
            and not self.live_transaction_id
            and not self._open_operation()
        )

    def _was_scanned(self):
        """Whether the deal's lines were put into a basket: not an amount of the clerk's
        or the customer's own, a register's order, or what is collected.
        """
        return (
            self.kind == KIND_SALE
            and self.amount_by == BY_CLERK
            and not self.pos_config_id
            and bool(self.line_ids)
            and all(line.uom_id for line in self.line_ids)
        )

    def _take_back(self):
        """Back to the clerk, who scans on, with lines and discounts as they are. The
        phone stays; what its customer chose was for another total, and is gone.
        """
        self._transition(
            DRAFT,
            _lt("The clerk goes on scanning."),
            partner_id=self._buyer().id,
            **self._no_choice(same_phone=True),
        )
        # For the history; nothing went wrong.
        self._write_machine({"reason": False})
        if not self._bound_visit() and not self._is_live():
            # Who has just read the code is told to read the next one.
            self.code_generation += 1
        self._take_terms()

    def _note_new_prices(self):
        """The price list has changed since the goods were scanned: the clerk looks at
        the total once more, and the customer pays what is shown.
        """
        self._write_machine(
            {
                "reason": _lt(
                    "Prices have changed since these goods were scanned: it is "
                    "%(amount)s now. Check it, then show it to the customer.",
                    amount=self.currency_id._epay_in_text(self.amount),
                )
            }
        )

    # === PHONES WHILE SCANNING === #

    def _is_live(self):
        """Whether a phone may look on while the clerk still scans."""
        return self._is_basket() and self.store_id.live_lines

    def _is_for_a_phone(self):
        return super()._is_for_a_phone() or self._is_live()

    def _hides_sum(self):
        """A phone that was bound when the basket was taken back sees the lines again
        when they are shown, or live where the store wants that.
        """
        return super()._hides_sum() or (self._is_basket() and not self._is_live())

    def _shows_code(self):
        waits = self._is_live() and not self._bound_visit()
        return super()._shows_code() or waits

    def _unbind(self, why):
        """The code that the phone came with is used up, also while scanning."""
        if self._is_basket() and self._bound_visit():
            self.code_generation += 1
        return super()._unbind(why)

    # === CHECKS === #

    def _require_basket(self):
        """:raise WrongState: it was shown to the customer already, or has ended"""
        if not self._is_basket():
            raise WrongState(self._wrong_state_text())

    def _basket_line(self, line_id):
        """:raise WrongState: it is not in the basket (any more)"""
        line = self.line_ids.filtered(
            lambda line: type(line_id) is int and line.id == line_id
        )
        if not line:
            raise WrongState(
                self.env._("This line is not in the basket any more. Look again.")
            )
        return line
