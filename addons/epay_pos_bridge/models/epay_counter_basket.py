from decimal import Decimal

from odoo import models

from odoo.addons.epay_counter.acts import act, plain_key
from odoo.addons.epay_counter.const import FINAL_STATES
from odoo.addons.epay_counter.db import in_own_transaction
from odoo.addons.epay_counter.exceptions import (
    AmountMismatch,
    BadAmount,
    Busy,
    CounterBusy,
    EpayRefusal,
    WrongState,
)
from odoo.addons.epay_counter.tools.money import NotAnAmount, parse_amount
from odoo.addons.epay_counter.tools.text import clean, one_line

from ..const import LONGEST_CODE, MOST_SCANS
from ..exceptions import BadDiscount, BadQuantity
from .epay_barcode import Found

# More decimals than any quantity has; how many are allowed is said by the basket.
_DECIMALS = 9


class EpayCounter(models.Model):
    """What a clerk does with barcodes (SE1–SE3; contract: the clerk's calls)."""

    _inherit = "epay.counter"

    # === SCANNING === #

    @act
    def scan(self, barcode, quantity=1):
        """Put what a code stands for into the counter's basket, a draft deal; one is
        made if there is none (SE2).

        :param str barcode: as it was scanned or typed
        :param quantity: how often; number or decimal string
        :raise CounterClosed: :raise CounterBusy: a deal is being paid
        :raise BarcodeRefusal: in one of its kinds (`exceptions.py`)
        """
        self._scan_one(clean(barcode), self._basket_number(quantity))

    def scan_many(self, scans, client_key=None):
        """Many scans in one call, for scanners that are quicker than the network.

        What is refused keeps no other scan from being taken.

        :param list scans: dicts of `key` (a UUID of the caller's for this scan: it
            counts once, in whatever call it comes), `barcode`, `quantity`
        :return: the contract's answer, and in `scans` what came of each: key, barcode,
            taken, code, text, line_id
        :raise BadAmount: not a list of scans, or too many
        :raise CounterClosed: :raise CounterBusy:
        """
        answer = self._scan_many(scans, client_key=client_key)
        keys = [scan["key"] for scan in self._plain_scans(scans)]
        counter_id = self.id

        def told(env):
            counter = env["epay.counter"].browse(counter_id)
            return env["epay.scan"].sudo()._told(counter, keys)

        return {**answer, "scans": in_own_transaction(self.env, told)}

    @act
    def _scan_many(self, scans):
        scans = self._plain_scans(scans)
        self._require_basket_possible()
        log = self.env["epay.scan"]
        for scan in scans:
            if log._is_known(self, scan["key"]):
                continue
            try:
                with self.env.cr.savepoint():
                    quantity = self._basket_number(scan["quantity"])
                    line = self._scan_one(scan["barcode"], quantity)
                log._note_taken(self, {**scan, "quantity": quantity}, line)
            except Busy:
                raise
            except EpayRefusal as refusal:
                log._note_refused(self, {**scan, "quantity": 0.0}, refusal)

    def _plain_scans(self, scans):
        """:raise BadAmount: what is no list of scans"""
        wrong = BadAmount(
            self.env._(
                "Send a list of at most %(most)s scans, each with key, barcode and "
                "quantity.",
                most=MOST_SCANS,
            )
        )
        if not isinstance(scans, list | tuple) or len(scans) > MOST_SCANS:
            raise wrong
        plain = []
        for scan in clean(scans):
            if not isinstance(scan, dict) or not plain_key(scan.get("key")):
                raise wrong
            plain.append(
                {
                    "key": plain_key(scan["key"]),
                    "barcode": str(scan.get("barcode") or "")[: LONGEST_CODE + 1],
                    "quantity": scan.get("quantity", 1),
                }
            )
        return plain

    def _scan_one(self, barcode, quantity):
        found = self.env["epay.barcode"]._find(self.store_id, barcode)
        return self._basket()._put(found, quantity, barcode.strip())

    @act
    def add_product(self, product_id, quantity=1):
        """Put a product into the basket that was found by its name.

        :param int product_id: of `search_products`
        :param quantity: number or decimal string
        :raise NotForSale: and others, as for scans
        """
        product = self._product_to_sell(product_id)
        found = Found(product, product.uom_id)
        self._basket()._put(found, self._basket_number(quantity), product.barcode)

    # === CHANGING === #

    @act
    def set_line(self, line_id, quantity=None, note=None, discount=None):
        """Change a line of the basket, or remove it (quantity zero).

        :param int line_id: of the present basket
        :param quantity: number or decimal string; None or False: as it is
        :param str note: that the customer reads, too; "" for none
        :param discount: percent that is taken off; zero for none
        :raise WrongState: the basket was shown already, or the line is gone
        :raise BadQuantity: :raise BadDiscount: more than the clerk may give
        """
        basket = self._held_session()._lock()
        basket._require_basket()
        line = basket._basket_line(line_id)
        if _is_given(quantity):
            if self._is_zero(quantity):
                basket._remove(line)
                return
            number = self._basket_number(quantity)
            if number > line.quantity:
                # More of what a manager has made cheaper.
                self._require_may_discount(line.own_discount)
            line.quantity = number
        if _is_given(note, empty=True):
            line.note = one_line(note, 80)
            line.name = line._new_name(line.note)
        if _is_given(discount):
            line.own_discount = self._parse_discount(discount)
        basket._changed(line)

    def _parse_discount(self, percent):
        """:raise BadDiscount: not a percentage, or more than the clerk may give"""
        if self._is_zero(percent):
            return 0.0
        try:
            value = float(parse_amount(percent, 2))
        except NotAnAmount:
            value = 100.0
        self._require_may_discount(value)
        return value

    def _require_may_discount(self, percent):
        """:raise BadDiscount: more than the present user may give"""
        most = 99.99 if self._is_manager() else self.store_id.most_discount
        if percent > most:
            raise BadDiscount(
                self.env._(
                    "You may take off %(most)s percent at most. Ask your manager for "
                    "more.",
                    most=f"{most:g}",
                )
            )

    # === SHOWING === #

    @act
    def publish(self, amount=None):
        """Show the basket to the customer (SE3). From here on its lines are fixed.

        Prices are looked up once more: when they have changed since the scan, the
        basket stays with the clerk, with the new ones, and `message` says so.

        :param amount: what the clerk has seen (number or decimal string)
        :raise WrongState: there is no basket, or it was shown already
        :raise AmountMismatch: the basket is another one by now (another device)
        :raise BadAmount: nothing in it, or not an amount of this counter
        :raise OutOfStock:
        """
        basket = self._held_session()._lock()
        if not basket:
            raise self._nothing_scanned()
        basket._require_basket()
        if not basket.line_ids:
            raise self._nothing_scanned()
        self._require_seen(basket, amount)
        before = basket.amount
        basket._require_in_stock(basket.line_ids)
        basket._reprice(basket.line_ids)
        if self.currency_id.compare_amounts(before, basket.amount):
            basket._note_new_prices()
            return
        exact = self._exact(basket.amount)
        self._check_limits(exact)
        self._require_payable(exact)
        basket._show()

    @act
    def take_back(self):
        """Take a shown basket back to scanning: an article was forgotten. Its phone
        stays, and chooses anew once the basket is shown again (`publish`).

        A basket that is being scanned already stays as it is.

        :raise WrongState: there is no basket, or its customer has begun to pay
        """
        session = self._held_session()._lock()
        if session and session._is_basket():
            return
        if not session._was_scanned():
            raise WrongState(
                self.env._("There is no basket here that could be taken back.")
            )
        if not session._can_be_taken_back():
            raise WrongState(session._wrong_state_text())
        session._take_back()

    def _nothing_scanned(self):
        return BadAmount(self.env._("The basket is empty. Scan something first."))

    def _require_seen(self, basket, amount):
        """:raise AmountMismatch: the clerk has seen another total"""
        if not _is_given(amount):
            return
        seen = self._exact_of(amount)
        if seen != self._exact(basket.amount):
            raise AmountMismatch(
                self.env._(
                    "The basket is %(amount)s by now. Check it, then show it.",
                    amount=self.currency_id._epay_in_text(basket.amount),
                )
            )

    def _exact_of(self, amount):
        try:
            return parse_amount(amount, self.currency_id.decimal_places)
        except NotAnAmount as error:
            raise BadAmount(self._bad_amount_text(error.reason)) from error

    # === HELPERS === #

    def _basket(self):
        """The counter's locked basket; a new one when there is none.

        :raise CounterClosed: :raise CounterBusy: a deal is being paid here
        :raise Busy: another device has just begun one
        """
        self._require_basket_possible()
        held = self._held_session()
        if held:
            return held._lock()
        try:
            return self._create_session({})
        except CounterBusy as error:
            raise Busy(
                self.env._("Another device has just begun here. Please try again.")
            ) from error

    def _require_basket_possible(self):
        """:raise CounterClosed: :raise CounterBusy:"""
        self._require_open()
        held = self._held_session()
        if held and held.state in FINAL_STATES:
            self._dismiss_finished()
        elif held and not held._is_basket():
            raise self._counter_busy(held)

    def _basket_number(self, value):
        """How many, as a number above zero.

        :raise BadQuantity:
        """
        try:
            return float(parse_amount(value, _DECIMALS))
        except NotAnAmount as error:
            raise BadQuantity(
                self.env._("That is not a quantity. Enter a number above zero.")
            ) from error

    def _is_zero(self, value):
        """Whether somebody means zero: the number, or its digits."""
        if isinstance(value, str):
            return bool(value.strip()) and not value.strip().strip("0.")
        return type(value) in (int, float, Decimal) and value == 0

    def _product_to_sell(self, product_id):
        """:raise NotForSale: and others, as for scans"""
        products = self.env["product.product"]
        product = products.browse(product_id if type(product_id) is int else [])
        if not product.exists():
            raise self.env["epay.barcode"]._gone()
        why = self.env["epay.barcode"]._why_not_sold(self.store_id, product)
        if why:
            raise why
        return product


def _is_given(value, empty=False):
    """Whether an argument was given: XML-RPC sends False for what is not.

    :param bool empty: an empty text was given, too
    """
    if value is None or value is False:
        return False
    return empty or value != ""
