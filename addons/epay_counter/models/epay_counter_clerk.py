from decimal import ROUND_DOWN, Decimal

import psycopg2

from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from ..acts import act
from ..const import (
    BY_CUSTOMER,
    FINAL_STATES,
    GONE_CLOSED,
    MOST_LINES,
    OPEN,
    VISIT_WAITING,
)
from ..exceptions import (
    AmountMismatch,
    BadAmount,
    CounterBusy,
    CounterClosed,
    SetupIncomplete,
    WrongState,
)
from ..tools.money import NotAnAmount, parse_amount

_lt = LazyTranslate(__name__)

# The database's name for "at most one deal holds a counter".
_HOLDER = "epay_session_one_deal_holds_a_counter"


class EpayCounter(models.Model):
    """What a clerk does at a counter (contract: the clerk's calls)."""

    _inherit = "epay.counter"

    # === OPENING === #

    @act
    def open_counter(self):
        """Open the counter, so that phones may come (SA1). Open already: nothing
        happens.

        :raise CounterClosed: the counter, or its store, is archived
        """
        self._require_not_archived()
        if self.state != "open":
            self.state = "open"
            self._touch()

    @act
    def close_counter(self):
        """Close the counter and send waiting phones away. Parked deals go on.

        :raise CounterBusy: while a deal that is not finished holds the counter
        """
        self._dismiss_finished()
        if self.state != "closed":
            self.state = "closed"
            self._touch()
        self._waiting_visits()._end(GONE_CLOSED)

    # === REGISTERING === #

    @act
    def register_sale(self, amount, description=None, lines=None):
        """Register what is to be paid at the counter (SA2–SA3).

        :param amount: number or decimal string, in the store's currency, taxes included
        :param str description: what the customer reads under the amount
        :param list lines: `{"product_id" or "name", "quantity", "price_unit"}`; their
            total (taxes included) must be `amount`
        :raise CounterClosed: :raise CounterBusy: :raise BadAmount: :raise
            AmountMismatch:
        """
        self._require_open()
        self._dismiss_finished()
        exact = self._parse_amount(amount)
        line_vals = self._prepare_lines(lines or [], exact)
        self._require_payable(exact)
        session = self._create_session(
            {
                "amount": float(exact),
                "description": str(description or "").strip()[:200],
                "line_ids": [(0, 0, vals) for vals in line_vals],
            }
        )
        session._transition(OPEN)
        self._accept_by_itself()

    @act
    def invite_amount(self, description=None):
        """Open a deal whose amount the customer will enter (SC1).

        :param str description: what the customer reads above the amount
        :raise WrongState: the clerk enters the amounts of this counter
        :raise CounterClosed: :raise CounterBusy: :raise SetupIncomplete:
        """
        self._require_open()
        if self.amount_by != BY_CUSTOMER:
            raise WrongState(
                self.env._(
                    "At counter %(code)s the clerk enters the amount.", code=self.code
                )
            )
        self._dismiss_finished()
        self._require_any_method()
        session = self._create_session(
            {
                "amount_by": BY_CUSTOMER,
                "description": str(description or "").strip()[:200],
            }
        )
        session._transition(OPEN)
        self._accept_by_itself()

    def _create_session(self, vals):
        """A draft deal that holds the counter.

        :raise CounterBusy: when another one was quicker (partial unique index)
        """
        try:
            with self.env.cr.savepoint():
                return self.env["epay.session"].create(
                    {"counter_id": self.id, "holds_counter": True, **vals}
                )
        except psycopg2.errors.UniqueViolation as error:
            if error.diag.constraint_name != _HOLDER:
                raise
            raise self._counter_busy() from error

    def _require_not_archived(self):
        if self._is_archived():
            raise CounterClosed(
                self.env._(
                    "Counter %(code)s is archived. Choose another one, or ask the "
                    "store's manager.",
                    code=self.code,
                )
            )

    def _require_open(self):
        self._require_not_archived()
        if self.state != "open":
            raise CounterClosed(
                self.env._("Counter %(code)s is closed. Open it first.", code=self.code)
            )

    def _dismiss_finished(self):
        """Let a finished deal go, so that the next one may come.

        :raise CounterBusy: when the deal that holds the counter is not finished
        """
        held = self._held_session()
        if held and held.state not in FINAL_STATES:
            raise self._counter_busy(held)
        if held:
            held._write_machine({"holds_counter": False})

    def _counter_busy(self, held=None):
        held = held or self._held_session()
        return CounterBusy(
            self.env._(
                "Deal %(number)s is still at counter %(code)s. Finish it or drop it "
                "first; while its provider is asked, “Next customer” parks it.",
                number=held.name or "",
                code=self.code,
            )
        )

    # === AMOUNTS === #

    def _parse_amount(self, amount):
        """`amount` as an exact Decimal that may be taken at this counter.

        :raise BadAmount: with what is wrong with it
        """
        try:
            exact = parse_amount(amount, self.currency_id.decimal_places)
        except NotAnAmount as error:
            raise BadAmount(self._bad_amount_text(error.reason)) from error
        self._check_limits(exact)
        return exact

    def _bad_amount_text(self, reason):
        texts = {
            "not_a_number": self.env._(
                "That is not an amount. Enter digits, like %(example)s.",
                example=self._example("12.5"),
            ),
            "not_positive": self.env._("Enter an amount above zero."),
            "too_large": self.env._("That amount is too large. Check the digits."),
            "ambiguous": self.env._(
                "This amount can be read in two ways. Write it without separating "
                "thousands, like %(example)s.",
                example=self._example("1234"),
            ),
            "too_many_decimals": self._too_many_decimals_text(),
        }
        return texts[reason]

    def _too_many_decimals_text(self):
        if not self.currency_id.decimal_places:
            return self.env._(
                "Amounts in %(currency)s have no decimals. Enter it like %(example)s.",
                currency=self.currency_id.symbol or self.currency_id.name,
                example=self._example("1234"),
            )
        return self.env._(
            "These are too many decimals. Enter the amount like %(example)s.",
            example=self._example("12.5"),
        )

    def _example(self, amount):
        """How an amount is entered: with the currency's decimals, as the reader's
        language writes them.
        """
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        digits = self.currency_id.decimal_places
        exact = Decimal(amount).quantize(Decimal(1).scaleb(-digits), ROUND_DOWN)
        return str(exact).replace(".", lang.decimal_point or ".")

    def _check_limits(self, exact):
        least, most = self._exact(self.min_amount), self._exact(self.max_amount)
        if (least and exact < least) or (most and exact > most):
            raise BadAmount(self._limits_text(least, most))

    def _limits_text(self, least, most):
        least = least and self.currency_id._epay_in_text(float(least))
        most = most and self.currency_id._epay_in_text(float(most))
        if least and most:
            return self.env._(
                "Counter %(code)s takes amounts from %(least)s to %(most)s.",
                code=self.code,
                least=least,
                most=most,
            )
        if least:
            return self.env._(
                "Counter %(code)s takes amounts of at least %(least)s.",
                code=self.code,
                least=least,
            )
        return self.env._(
            "Counter %(code)s takes amounts of at most %(most)s.",
            code=self.code,
            most=most,
        )

    def _exact(self, amount):
        digits = self.currency_id.decimal_places
        return Decimal(f"{amount:.{digits}f}")

    def _require_payable(self, exact):
        """Refuse an amount that no payment method of the store would take."""
        store = self.store_id
        if not store._payment_providers(store.walk_in_partner_id, float(exact)):
            raise BadAmount(
                self.env._(
                    "No payment method of this store takes %(amount)s. Enter another "
                    "amount, or ask the store's manager to check the payment "
                    "providers.",
                    amount=self.currency_id._epay_in_text(float(exact)),
                )
            )

    def _require_any_method(self):
        """Refuse to invite a customer who could not pay any amount."""
        store = self.store_id
        if not store._payment_providers(store.walk_in_partner_id, self.min_amount):
            raise SetupIncomplete(
                self.env._(
                    "No payment method of this store takes payments here. Ask the "
                    "store's manager to check the payment providers."
                )
            )

    def _prepare_lines(self, lines, exact):
        """Checked values of the lines, whose total must be `exact`.

        :raise BadAmount: a line that makes no sense
        :raise AmountMismatch: another total
        """
        if not lines:
            return []
        if not isinstance(lines, list | tuple):
            raise self._bad_line()
        if len(lines) > MOST_LINES:
            raise BadAmount(
                self.env._(
                    "A deal has %(most)s lines at most. Register the amount without "
                    "lines.",
                    most=MOST_LINES,
                )
            )
        vals_list = [
            self._prepare_line(number, line) for number, line in enumerate(lines)
        ]
        total = sum(
            self.currency_id.round(vals["quantity"] * vals["price_unit"])
            for vals in vals_list
        )
        if self.currency_id.compare_amounts(total, float(exact)):
            raise AmountMismatch(
                self.env._(
                    "The lines add up to %(total)s, not to %(amount)s. Check both.",
                    total=self.currency_id._epay_in_text(total),
                    amount=self.currency_id._epay_in_text(float(exact)),
                )
            )
        self._require_basket(vals_list, exact)
        return vals_list

    def _require_basket(self, vals_list, exact):
        """Refuse lines that would be booked as another sum than is paid.

        :raise AmountMismatch: taxes are rounded over all lines, not on each
        """
        products = self.env["product.product"]
        total = self.store_id._basket_total(
            [
                (
                    products.browse(vals["product_id"]),
                    vals["quantity"],
                    vals["price_unit"],
                )
                for vals in vals_list
            ]
        )
        if self.currency_id.compare_amounts(total, float(exact)):
            raise AmountMismatch(
                self.env._(
                    "Taxes are rounded over the whole sale here: these lines would be "
                    "booked as %(total)s, not as %(amount)s. Register the amount "
                    "without lines.",
                    total=self.currency_id._epay_in_text(total),
                    amount=self.currency_id._epay_in_text(float(exact)),
                )
            )

    def _prepare_line(self, number, line):
        if not isinstance(line, dict):
            raise self._bad_line()
        product = self._line_product(line)
        name = line.get("name") or product.display_name or ""
        if not isinstance(name, str) or not name.strip():
            raise self._bad_line()
        # As many decimals as are stored: a rounded quantity makes another total.
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        quantity = float(self._line_number(line.get("quantity", 1), digits))
        digits = self.currency_id.decimal_places
        price = float(self._line_number(line.get("price_unit"), digits))
        if product and not self.store_id._books_to_the_cent(price, quantity, product):
            raise BadAmount(
                self.env._(
                    "“%(product)s” can't be sold here: its taxes must be included in "
                    "the price. Ask the store's manager.",
                    product=product.display_name,
                )
            )
        return {
            "sequence": number,
            "product_id": product.id,
            "name": name.strip()[:200],
            "quantity": quantity,
            "price_unit": price,
        }

    def _bad_line(self):
        return BadAmount(self.env._("Every line needs a product or a name."))

    def _line_product(self, line):
        product_id = line.get("product_id") or []
        if product_id and type(product_id) is not int:
            raise self._bad_line()
        product = self.env["product.product"].browse(product_id)
        if product and (
            not product.exists()
            or not product.sale_ok
            or product.company_id not in (self.env["res.company"], self.company_id)
        ):
            raise BadAmount(
                self.env._("This product is not sold here. Choose another one.")
            )
        return product

    def _line_number(self, value, decimals):
        try:
            return parse_amount(value, decimals)
        except NotAnAmount as error:
            raise BadAmount(
                self.env._("Quantities and prices of lines must be above zero.")
            ) from error

    # === PHONES === #

    @act
    def accept_visit(self, visit_id):
        """Bind a waiting phone to the deal at the counter.

        :raise WrongState: no deal to pay yet, another phone is bound, or the phone has
            gone
        """
        visit = self._visit(visit_id)
        session = self._held_session()
        if not session or session.state in FINAL_STATES:
            raise WrongState(
                self.env._("Register an amount first, then accept the phone.")
            )
        session._lock()._bind(visit)

    @act
    def dismiss_visit(self, visit_id):
        """Send a waiting phone away. When it comes back it is accepted by hand only."""
        self._by_hand_from_now_on(self._held_session())
        visit = self._visit(visit_id)
        visit.sent_away_at = fields.Datetime.now()
        visit._end()

    @act
    def release_visit(self):
        """Let the bound phone go; a new code is shown for another one, which the clerk
        accepts by hand.

        From `authorizing` on the phone is only detached: the deal goes on without it.

        :raise WrongState: when no phone is bound, or the deal has ended: its phone
            keeps the result
        """
        session = self._held_session()._lock()
        if session.state in FINAL_STATES:
            raise WrongState(session._wrong_state_text())
        if not session._bound_visit():
            raise WrongState(self.env._("No phone has joined this deal."))
        self._by_hand_from_now_on(session)
        session._bound_visit().sent_away_at = fields.Datetime.now()
        session._unbind(_lt("The clerk let the phone go."))

    def _by_hand_from_now_on(self, session):
        """No phone is let in by itself any more for the deal whose clerk has sent one
        away (`_accept_by_itself`).
        """
        if self.store_id.auto_accept and session and session.state not in FINAL_STATES:
            session._lock()._write_machine({"accept_by_hand": True})

    def _visit(self, visit_id):
        visit = self.env["epay.visit"].search(
            [
                ("id", "=", visit_id if type(visit_id) is int else 0),
                ("counter_id", "=", self.id),
                ("state", "=", VISIT_WAITING),
            ]
        )
        if not visit:
            raise WrongState(
                self.env._(
                    "This phone does not wait here any more. Ask the customer to "
                    "open the counter again."
                )
            )
        return visit

    # === GOING ON === #

    @act
    def next(self):
        """Make room for the next deal: dismiss a finished one, park a slow one.

        A deal that is in doubt, pending at the provider, authorized or settling stays
        alive in the day list, so that one slow provider never closes a till.

        :raise WrongState: when the deal needs to be finished or dropped instead
        """
        session = self._held_session()._lock()
        if not session:
            return
        if session.state not in FINAL_STATES and not session._may_be_parked():
            raise WrongState(
                self.env._(
                    "Deal %(number)s is not finished. Drop it first if it shall not go "
                    "on.",
                    number=session.name,
                )
            )
        session._write_machine({"holds_counter": False})
