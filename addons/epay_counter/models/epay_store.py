import re
import unicodedata
from zoneinfo import available_timezones

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import (
    AUTHORIZATION_MINUTES,
    DEAL_MINUTES,
    LONGEST_MINUTES,
    MOST_FOUND,
    RESERVED_CODES,
    VISIT_MINUTES,
)
from ..guards import keep_own, without_defaults
from ..tools.codes import ilike_literal
from ..tools.spoken import spoken_guess, spoken_index, spoken_query
from ..tools.text import is_plain

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]+")
# What forms show and nobody writes.
_OWN_FIELDS = {"sequence_id", "currency_id", "spoken"}
# Prices at which a product must come out to the cent when a sale is booked on it.
_SAMPLE_PRICES = (0.05, 0.99, 1.0, 3.33, 10.05, 19.99, 33.33, 80.78, 1234.56)

# What public pages show of a store, read together with finding it.
_PUBLIC_FIELDS = ("name", "code", "company_id", "address_id", "write_date")


class EpayStore(models.Model):
    """A merchant's store, with its site on the portal (store sites 320 of the
    document).
    """

    _name = "epay.store"
    _description = "Store"
    _order = "name, id"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(required=True, translate=True)
    # How it is found by what people type (`tools/spoken.py`).
    spoken = fields.Char(compute="_compute_spoken", store=True, index="trigram")
    code = fields.Char(
        required=True,
        help="The store's part of the address that customers open, such as “main”.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    address_id = fields.Many2one(
        "res.partner", default=lambda self: self._default_address()
    )
    city = fields.Char(related="address_id.city")
    logo = fields.Image(max_width=512, max_height=512)
    pricelist_id = fields.Many2one("product.pricelist", check_company=True)
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True
    )
    tz = fields.Selection(
        selection=lambda self: [(tz, tz) for tz in sorted(available_timezones())],
        string="Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
    )
    provider_ids = fields.Many2many(
        "payment.provider",
        string="Payment Providers",
        check_company=True,
        # Nobody else may read providers.
        groups="base.group_system",
        help="Empty: all published providers of the company.",
    )
    condition_ids = fields.Many2many("epay.condition", string="Payment Conditions")
    product_id = fields.Many2one(
        "product.product",
        string="Product for Amounts",
        required=True,
        check_company=True,
        domain=[("sale_ok", "=", True), ("type", "=", "service")],
        help="Sales of an amount without goods are booked on this product. Its taxes "
        "must be included in the price. Empty: a new service that fits is made.",
    )
    walk_in_partner_id = fields.Many2one(
        "res.partner", string="Walk-in Customer", check_company=True
    )
    manager_ids = fields.Many2many("res.users", string="Managers")
    counter_ids = fields.One2many("epay.counter", "store_id", string="Counters")
    sequence_id = fields.Many2one("ir.sequence", readonly=True, copy=False)
    portal_listed = fields.Boolean("Listed on the Portal", default=True)
    auto_accept = fields.Boolean(
        "Accept the Only Waiting Phone",
        help="While a deal is open and one phone waits, it is let in without the "
        "clerk's tap.",
    )
    deal_minutes = fields.Integer(
        "Deal Lifetime (minutes)",
        required=True,
        default=DEAL_MINUTES,
        help="A deal that nobody moves expires after this time.",
    )
    visit_minutes = fields.Integer(
        "Visit Lifetime (minutes)", required=True, default=VISIT_MINUTES
    )
    authorization_minutes = fields.Integer(
        "Authorization Lifetime (minutes)",
        required=True,
        default=AUTHORIZATION_MINUTES,
        help="An authorization that is not settled in this time is given back.",
    )

    _code_uniq = models.UniqueIndex("(lower(code))", "A store has this code already.")
    _lifetimes_positive = models.Constraint(
        "CHECK(deal_minutes > 0 AND visit_minutes > 0 AND authorization_minutes > 0)",
        "Lifetimes must be at least one minute.",
    )
    _lifetimes_end = models.Constraint(
        f"CHECK(deal_minutes <= {LONGEST_MINUTES}"
        f" AND visit_minutes <= {LONGEST_MINUTES}"
        f" AND authorization_minutes <= {LONGEST_MINUTES})",
        "Lifetimes must not be longer than 30 days.",
    )

    # === DEFAULTS AND COMPUTES === #

    def _default_address(self):
        return self.env.company.partner_id

    @api.depends("company_id.currency_id", "pricelist_id.currency_id")
    def _compute_currency_id(self):
        for store in self:
            store.currency_id = (
                store.pricelist_id.currency_id or store.company_id.currency_id
            )

    @api.depends("name", "code", "address_id.city")
    def _compute_spoken(self):
        for store in self:
            store.spoken = spoken_index([*store._names(), store.code, store.city])

    # === CONSTRAINTS === #

    @api.constrains("code")
    def _check_code(self):
        for store in self:
            code = store.code
            if not _CODE.fullmatch(code) or code.lower() in RESERVED_CODES:
                raise ValidationError(
                    self.env._(
                        "“%(code)s” can't be a store's code: use letters, digits, “-” "
                        "and “_” only (no spaces), at least two, starting with a "
                        "letter or digit, and not “back”.",
                        code=store.code,
                    )
                )

    @api.constrains("tz")
    def _check_tz(self):
        """Odoo takes anything for a selection that a function makes."""
        for store in self:
            if store.tz not in available_timezones():
                raise ValidationError(
                    self.env._("“%(tz)s” is not a time zone.", tz=store.tz)
                )

    @api.constrains("product_id", "company_id", "pricelist_id", "walk_in_partner_id")
    def _check_product_books_to_the_cent(self):
        """An amount must come out of the taxes as it went in (design, section 3)."""
        for store in self:
            for price in _SAMPLE_PRICES:
                if not store._books_to_the_cent(price):
                    raise ValidationError(
                        self.env._(
                            "Amounts can't be booked to the cent on “%(product)s”: "
                            "choose a product whose taxes are included in the price, "
                            "or leave the product empty, and a new one that fits is "
                            "made.",
                            product=store.product_id.display_name,
                        )
                    )

    def _books_to_the_cent(self, price, quantity=1.0, product=None):
        """Whether a sale at `price` (store currency) totals it, on the store's product
        or another one.
        """
        self.ensure_one()
        product = product or self.product_id
        digits = self.env["decimal.precision"].precision_get("Product Price")
        price = self.currency_id.round(price)
        if round(price, digits) != price or not price:
            return not price
        result = self._taxes_of(product).compute_all(
            price, self.currency_id, quantity, product, self.walk_in_partner_id
        )
        total = self.currency_id.round(price * quantity)
        return not self.currency_id.compare_amounts(result["total_included"], total)

    def _basket_total(self, lines):
        """What an order of these lines will total (store currency): a company may
        round its taxes once for all of them.

        :param list lines: (product or empty, quantity, price)
        """
        self.ensure_one()
        taxes = self.env["account.tax"].sudo().with_company(self.company_id)
        base_lines = [
            self._base_line(taxes, product or self.product_id, quantity, price)
            for product, quantity, price in lines
        ]
        taxes._add_tax_details_in_base_lines(base_lines, self.company_id)
        taxes._round_base_lines_tax_details(base_lines, self.company_id)
        totals = taxes._get_tax_totals_summary(
            base_lines=base_lines, currency=self.currency_id, company=self.company_id
        )
        return totals["total_amount_currency"]

    def _base_line(self, taxes, product, quantity, price):
        """A line for Odoo's tax engine, as `sale.order.line` makes it."""
        return taxes._prepare_base_line_for_taxes_computation(
            None,
            product_id=product,
            tax_ids=self._taxes_of(product),
            quantity=quantity,
            price_unit=price,
            partner_id=self.walk_in_partner_id,
            currency_id=self.currency_id,
        )

    def _taxes_of(self, product):
        """Taxes of a product sold here, after the walk-in customer's position."""
        store = self.sudo().with_company(self.company_id)
        product = product.sudo().with_company(self.company_id)
        taxes = product.taxes_id._filter_taxes_by_company(store.company_id)
        return store._fiscal_position().map_tax(taxes)

    def _fiscal_position(self):
        """Sales at a counter are taxed where the store is: as for the walk-in
        customer.
        """
        store = self.sudo().with_company(self.company_id)
        return (
            self.env["account.fiscal.position"]
            .sudo()
            .with_company(store.company_id)
            ._get_fiscal_position(store.walk_in_partner_id)
        )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        keep_own(self, vals_list, _OWN_FIELDS)
        plain = without_defaults(self, _OWN_FIELDS)
        stores = super(EpayStore, plain).create(vals_list).with_env(self.env)
        for store in stores:
            store._ensure_sequence()
            store._ensure_walk_in_partner()
        return stores

    def write(self, vals):
        """A store with deals stays in its company, whose books they are in.

        The record rules look at the company before the change; look again afterwards.
        """
        keep_own(self, [vals], _OWN_FIELDS)
        if "company_id" in vals:
            moved = self.filtered(
                lambda store: store.company_id.id != vals["company_id"]
            )
            if moved.sudo().counter_ids.session_ids:
                raise ValidationError(
                    self.env._(
                        "A store with deals stays in its company. Make a new one."
                    )
                )
        result = super().write(vals)
        if "company_id" in vals:
            self.check_access("write")
        return result

    def _ensure_sequence(self):
        """The numbers of the store's deals: ASCII prefix plus digits."""
        if self.sequence_id:
            return
        self.sudo().sequence_id = (
            self.env["ir.sequence"]
            .sudo()
            .create(
                {
                    "name": self.env._("Deals of %(store)s", store=self.name),
                    "code": "epay.session",
                    "prefix": self._number_prefix(),
                    "padding": 6,
                    "company_id": self.company_id.id,
                }
            )
        )

    def _number_prefix(self):
        """ASCII letters and digits of the code: what no other store of the company
        numbers its deals with, also one that has another code by now.
        """
        plain = unicodedata.normalize("NFKD", self.code).encode("ascii", "ignore")
        prefix = re.sub(r"[^A-Z0-9]", "", plain.decode().upper()) or f"S{self.id}"
        if prefix[-1].isdigit():
            # MAIN1 and 000001 must not read like MAIN and the millionth deal.
            prefix += "-"
        numbered = self.env["ir.sequence"].sudo().with_context(active_test=False)
        taken = numbered.search_count(
            [
                ("code", "=", "epay.session"),
                ("company_id", "=", self.company_id.id),
                ("prefix", "=", prefix),
            ],
            limit=1,
        )
        return f"{prefix.rstrip('-')}-{self.id}-" if taken else prefix

    def _ensure_walk_in_partner(self):
        if self.walk_in_partner_id:
            return
        self.walk_in_partner_id = (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": self.env._("Walk-in customer, %(store)s", store=self.name),
                    "company_id": self.company_id.id,
                    "country_id": self.company_id.country_id.id,
                }
            )
        )

    # === GETTERS FOR THE PORTAL === #

    @api.model
    def _find(self, code):
        """The store of a public address, or an empty recordset. Sudo; no effects."""
        if not is_plain(code or ""):
            return self.sudo().browse()
        domain = [("code", "=ilike", ilike_literal(code))]
        return self.sudo().search_fetch(domain, _PUBLIC_FIELDS, limit=1)

    @api.model
    def _portal_stores(self):
        """Stores that the portal lists."""
        return self.sudo().search([("portal_listed", "=", True)])

    @api.model
    def _search_portal(self, text):
        """Listed stores and their open counters of the name that was typed, however it
        was written, with or without the store's; where nothing has all of the words,
        what has one of them.

        :param str text: what a customer typed or heard
        :return: (stores, open counters, whether a listed counter of this name is closed
            now), sudo. Which one is closed is not told
        """
        found = self._search_spoken(spoken_query(text))
        guess = [[word] for word in spoken_guess(text)]
        return found if any(found) else self._search_spoken(guess)

    @api.model
    def _search_spoken(self, queries):
        """As `_search_portal`, by lists of words of which all must be there."""
        counters = self.env["epay.counter"].sudo()
        if not queries:
            return self.sudo(), counters, False
        named = Domain.OR(
            Domain.AND(Domain("spoken", "ilike", word) for word in words)
            for words in queries
        )
        listed = (
            named
            & Domain("portal_listed", "=", True)
            & Domain("store_id.portal_listed", "=", True)
            & Domain("store_id.active", "=", True)
        )
        is_open = Domain("state", "=", "open")
        found = counters.search(listed & is_open, limit=MOST_FOUND)
        stores = self.sudo().search(
            named & Domain("portal_listed", "=", True), limit=MOST_FOUND
        )
        # Who typed a store's name did not mean all of its counters.
        closed = not (found or stores) and bool(
            counters.search_count(listed & ~is_open, limit=1)
        )
        return stores, found, closed

    def _names(self):
        """The store's name in all languages in which people may type it."""
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        return list(
            dict.fromkeys(self.with_context(lang=lang).name or "" for lang in langs)
        )

    def _public_counters(self):
        """The counters that the store's page lists: open and listed."""
        return self.sudo().counter_ids.filtered(
            lambda counter: counter.state == "open" and counter.portal_listed
        )

    # === GETTERS FOR MONEY === #

    def _serves(self, partner):
        """Whether a sale of this store can be booked on `partner`: not on a contact
        that another company keeps for itself.
        """
        theirs = partner.sudo().company_id
        return not theirs or theirs in self.company_id.parent_ids

    def _payment_providers(self, partner, amount):
        """Providers that may take `amount` (store currency) from `partner` here."""
        self.ensure_one()
        # Read here what Odoo asks of wide tables, or it reads all their columns; the
        # same for the time zone, which it would look up at the user's partner.
        self.company_id.fetch(["currency_id", "parent_path"])
        partner.sudo().fetch(["country_id"])
        return (
            self.env["payment.provider"]
            .sudo()
            .with_context(tz=self.tz)
            ._get_compatible_providers(
                self.company_id.id,
                partner.id,
                amount,
                currency_id=self.currency_id.id,
                epay_store=self,
            )
        )
