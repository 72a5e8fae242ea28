"""The demo shop of `make run`: companies, stores, counters, people, goods.

`seed(env)` makes what is missing and never touches what is there. Every record has an
external id under the module name `epay_demo`.
"""

import logging

from odoo import Command, fields

_logger = logging.getLogger(__name__)

MODULE = "epay_demo"

PRODUCTS = [
    # xmlid, name, barcode (EAN-13), price in EUR
    ("product_bread", "Country bread", "4006381333931", 4.20),
    ("product_coffee", "Coffee beans 500 g", "4012345678901", 11.90),
    ("product_honey", "Honey 250 g", "5901234123457", 6.50),
    ("product_lamp", "Desk lamp", "4000417025005", 39.00),
    ("product_apples", "Apples, by weight", "2100010000002", 2.99),
]

CUSTOMERS = [
    # xmlid, name, street, zip, city, phone
    ("door_mueller", "Jürgen Müller", "Lange Straße 12", "10117", "+49 30 1234567"),
    ("door_cafe", "Café Bleu", "Harbour Road 3", "10115", "+49 30 7654321"),
    ("door_watanabe", "渡辺 花子", "Kastanienallee 7", "10435", "+49 30 2223334"),
    ("door_said", "فاطمة سعيد", "Sonnenallee 51", "12045", "+49 30 9988776"),
    ("door_schmidt", "Anna Schmidt", "Torstraße 140", "10119", "+49 30 5556667"),
]

# What is collected besides an order and an invoice: customer, what for, EUR
TYPED_COLLECTIONS = [
    ("door_watanabe", "Newspaper, this month", 24.50),
    ("door_said", "Bottled water, 6 crates", 80.78),
    ("door_schmidt", "Piano lesson", 35.00),
]

# The tax that prices include, where the companies are.
_PERCENT = {"main": 19, "ginza": 10}

USERS = [
    # login, name, group, companies
    ("clerk", "Clara Clerk", "epay_counter.group_epay_clerk", ("main",)),
    ("clerk2", "Carl Clerk", "epay_counter.group_epay_clerk", ("main",)),
    ("manager", "Mia Manager", "epay_counter.group_epay_manager", ("main", "ginza")),
    ("customer", "Casey Customer", "base.group_portal", ("main",)),
]

_CASHIERS = "point_of_sale.group_pos_user"

COUNTERS = [
    # store, code, spoken name, kind, clerks, who enters the amount
    ("main", "C11", "Bakery", "clerk", ("clerk",), "clerk"),
    ("main", "C12", "Deli", "clerk", ("clerk2",), "clerk"),
    ("main", "C13", "Market stall", "floor", ("clerk",), "customer"),
    ("main", "R1", "Delivery route", "route", ("clerk",), "clerk"),
    ("ginza", "G1", "Ginza", "clerk", (), "clerk"),
]


def seed(env):
    """Make what is missing of the demo shop."""
    env = env(context={**env.context, "lang": "en_US", "no_reset_password": True})
    if not _ref(env, "company_main"):
        _languages(env)
    companies = {"main": _main_company(env), "ginza": _second_company(env)}
    env = env(
        context={
            **env.context,
            "allowed_company_ids": [company.id for company in companies.values()],
        }
    )
    for code, company in companies.items():
        _accounts(env, code, company)
        _provider(env, code, company)
    _products(env)
    users = {login: _user(env, companies, *rest) for login, *rest in _named(USERS)}
    stores = {
        "main": _store(env, companies["main"], "main", "Main Street", "Europe/Berlin"),
        "ginza": _store(env, companies["ginza"], "ginza", "Ginza", "Asia/Tokyo"),
    }
    for store in stores.values():
        if users["manager"] not in store.manager_ids and _is_new(store):
            store.manager_ids = [Command.link(users["manager"].id)]
    for row in COUNTERS:
        _counter(env, stores, users, *row)
    _pricelists(env, companies["main"])
    if "epay.scan" in env:
        _barcodes(env)
        _food_tax(env, companies["main"])
        _register(env, companies, stores, users)
    _collections(env)


def _named(rows):
    return [(row[0], *row) for row in rows]


def _ref(env, xmlid):
    return env.ref(f"{MODULE}.{xmlid}", raise_if_not_found=False)


def _make(env, xmlid, model, vals):
    """The record of this external id, created when it is not there."""
    record = _ref(env, xmlid)
    if record:
        return record
    record = env[model].create(vals)
    _name(env, xmlid, record)
    _NEW.add((model, record.id))
    return record


def _name(env, xmlid, record):
    env["ir.model.data"].create(
        {
            "module": MODULE,
            "name": xmlid,
            "model": record._name,
            "res_id": record.id,
            "noupdate": True,
        }
    )


_NEW = set()


def _is_new(record):
    return (record._name, record.id) in _NEW


# === COMPANIES === #


def _languages(env):
    for code in ("en_US", "fr_FR", "ja_JP", "ar_001"):
        lang = (
            env["res.lang"]
            .with_context(active_test=False)
            .search([("code", "=", code)])
        )
        if not lang.active:
            env["base.language.install"].create(
                {"lang_ids": [Command.set(lang.ids)], "overwrite": False}
            ).lang_install()


def _main_company(env):
    company = _ref(env, "company_main")
    if company:
        return company
    company = _quietly(env.ref("base.main_company"))
    _activate(env, "EUR")
    company.write(
        {
            "name": "Main Street Goods",
            "currency_id": env.ref("base.EUR").id,
            "street": "12 Main Street",
            "zip": "10117",
            "city": "Berlin",
            "country_id": env.ref("base.de").id,
            "account_price_include": "tax_included",
        }
    )
    _name(env, "company_main", company)
    return company.with_env(env)


def _second_company(env):
    company = _ref(env, "company_ginza")
    if company:
        return company
    _activate(env, "JPY")
    return _make(
        _quietly(env["res.company"]).env,
        "company_ginza",
        "res.company",
        {
            "name": "Ginza Goods",
            "currency_id": env.ref("base.JPY").id,
            "city": "Tokyo",
            "country_id": env.ref("base.jp").id,
            "account_price_include": "tax_included",
        },
    )


def _quietly(companies):
    """A company's country must not bring a chart of its own at the next commit."""
    return companies.with_context(chart_template_load=True)


def _activate(env, name):
    env.ref(f"base.{name}").active = True


def _accounts(env, code, company):
    """The generic chart of accounts, moved to the company's country, with a tax."""
    if _ref(env, f"store_{code}"):
        return
    currency = company.currency_id
    if not company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )
    # After the chart, which is an American one.
    company.currency_id = currency
    before, country = company.account_fiscal_country_id, company.country_id
    home = [("company_id", "=", company.id), ("country_id", "=", before.id)]
    company.account_fiscal_country_id = country
    company.account_price_include = "tax_included"
    env["account.fiscal.position"].search(home).country_id = country
    company.account_sale_tax_id = _tax(env, code, company)


def _tax(env, code, company):
    """The tax that prices include in the company's country."""
    values = {"company_id": company.id, "country_id": company.country_id.id}
    group = env["account.tax.group"].create({"name": "Sales tax", **values})
    percent = _PERCENT[code]
    return _make(
        env,
        f"tax_{code}",
        "account.tax",
        {
            "name": f"{percent}%",
            "amount": percent,
            "type_tax_use": "sale",
            "tax_group_id": group.id,
            **values,
        },
    )


# === MONEY === #


def _provider(env, code, company):
    """Odoo's demo provider with manual capture, refunds and saved cards."""
    if _ref(env, f"provider_{code}"):
        return
    provider = env["payment.provider"].search(
        [("code", "=", "demo"), ("company_id", "=", company.id)], limit=1
    ) or env.ref("payment.payment_provider_demo").copy({"company_id": company.id})
    method = env.ref(
        "payment_demo.payment_method_demo", raise_if_not_found=False
    ) or env["payment.method"].with_context(active_test=False).search(
        [("code", "=", "demo")], limit=1
    )
    provider.write(
        {
            "state": "test",
            "is_published": True,
            "capture_manually": True,
            "allow_tokenization": True,
            "payment_method_ids": [Command.link(method.id)],
        }
    )
    method.active = True
    if not provider.journal_id:
        provider.journal_id = env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
        )
    _name(env, f"provider_{code}", provider)


# === PEOPLE === #


def _user(env, companies, login, name, group, company_codes):
    user = _ref(env, f"user_{login}")
    if user:
        return user
    allowed = [companies[code].id for code in company_codes]
    groups = [env.ref(group).id]
    if login != "customer":
        groups.append(env.ref("base.group_user").id)
    return _make(
        env,
        f"user_{login}",
        "res.users",
        {
            "login": login,
            "password": login,
            "name": name,
            "email": f"{login}@example.com",
            "tz": "Europe/Berlin",
            "lang": "en_US",
            "company_id": allowed[0],
            "company_ids": [Command.set(allowed)],
            "group_ids": [Command.set(groups)],
        },
    )


# === STORES === #


def _store(env, company, code, name, tz):
    product = _make(
        env,
        f"product_amount_{code}",
        "product.product",
        {
            "name": "Counter sale",
            "type": "service",
            "company_id": company.id,
            "list_price": 0.0,
            "invoice_policy": "order",
            "taxes_id": [Command.set(company.account_sale_tax_id.ids)],
            "supplier_taxes_id": [Command.clear()],
        },
    )
    address = _make(
        env,
        f"address_{code}",
        "res.partner",
        {
            "name": name,
            "type": "other",
            "parent_id": company.partner_id.id,
            "city": company.city,
            "country_id": company.country_id.id,
        },
    )
    return _make(
        env,
        f"store_{code}",
        "epay.store",
        {
            "name": name,
            "code": code,
            "company_id": company.id,
            "address_id": address.id,
            "tz": tz,
            "product_id": product.id,
        },
    )


def _counter(env, stores, users, store, code, name, kind, clerks, amount_by):
    _make(
        env,
        f"counter_{store}_{code}".lower(),
        "epay.counter",
        {
            "store_id": stores[store].id,
            "code": code,
            "name": name,
            "kind": kind,
            "amount_by": amount_by,
            "state": "open",
            "user_ids": [Command.set([users[login].id for login in clerks])],
        },
    )


# === GOODS === #


def _products(env):
    for xmlid, name, barcode, price in PRODUCTS:
        _make(
            env,
            xmlid,
            "product.product",
            {
                "name": name,
                "barcode": barcode,
                "list_price": price,
                "type": "consu",
                "invoice_policy": "order",
            },
        )


def _pricelists(env, company):
    for xmlid, name, percent in (
        ("pricelist_shop", "Shop", 0.0),
        ("pricelist_friends", "Friends", 10.0),
    ):
        if not _ref(env, xmlid):
            _make(
                env,
                xmlid,
                "product.pricelist",
                {
                    "name": name,
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "item_ids": [
                        Command.create(
                            {
                                "applied_on": "3_global",
                                "compute_price": "percentage",
                                "percent_price": percent,
                            }
                        )
                    ],
                },
            )


# === BARCODES AND THE REGISTER (epay_pos_bridge) === #


def _barcodes(env):
    """A label with a weight, and a crate of six with a code of its own."""
    _make(
        env,
        "barcode_rule_weight",
        "barcode.rule",
        {
            "name": "Weight Barcodes 3 Decimals",
            "barcode_nomenclature_id": env.ref(
                "barcodes.default_barcode_nomenclature"
            ).id,
            "sequence": 13,
            "type": "weight",
            "encoding": "ean13",
            "pattern": "21.....{NNDDD}",
        },
    )
    apples = env.ref(f"{MODULE}.product_apples")
    if _is_new(apples):
        apples.uom_id = env.ref("uom.product_uom_kgm")
    _make(
        env,
        "pack_coffee",
        "product.uom",
        {
            "product_id": env.ref(f"{MODULE}.product_coffee").id,
            "uom_id": env.ref("uom.product_uom_pack_6").id,
            "barcode": "14012345678908",
        },
    )
    for xmlid, *_rest in PRODUCTS:
        product = env.ref(f"{MODULE}.{xmlid}")
        if _is_new(product):
            product.available_in_pos = True


def _food_tax(env, company):
    """Bread has the lower tax, so that a basket may have two."""
    bread, full = env.ref(f"{MODULE}.product_bread"), company.account_sale_tax_id
    low = _make(
        env,
        "tax_food",
        "account.tax",
        {
            "name": "7%",
            "amount": 7,
            "type_tax_use": "sale",
            "tax_group_id": full.tax_group_id.id,
            "company_id": company.id,
            "country_id": full.country_id.id,
        },
    )
    if _is_new(low):
        bread.taxes_id = (bread.taxes_id - full) | low


def _register(env, companies, stores, users):
    """A register whose customers pay on their phone, with a counter of its own."""
    if _ref(env, "register_main"):
        return
    company = companies["main"]
    _user(env, companies, "cashier", "Cora Cashier", _CASHIERS, ("main",))
    _counter(env, stores, users, "main", "P1", "Checkout", "clerk", (), "clerk")
    journal = _make(
        env,
        "journal_phones",
        "account.journal",
        {
            "name": "Customers' phones",
            "code": "PHONE",
            "type": "bank",
            "company_id": company.id,
        },
    )
    method = _make(
        env,
        "method_phone",
        "pos.payment.method",
        {
            "name": "Counter (customer's phone)",
            "company_id": company.id,
            "journal_id": journal.id,
            "payment_method_type": "terminal",
            "use_payment_terminal": "epay_counter",
        },
    )
    _make(
        env(user=env.user, context={**env.context, "allowed_company_ids": company.ids}),
        "register_main",
        "pos.config",
        {
            "name": "Checkout",
            "company_id": company.id,
            "epay_counter_id": env.ref(f"{MODULE}.counter_main_p1").id,
            "payment_method_ids": [Command.set(method.ids)],
        },
    )


# === COLLECTIONS === #


def _collections(env):
    """A schedule for today on the delivery route: an order, an invoice, and what was
    typed by hand.
    """
    if "epay.collection.schedule" not in env:
        return
    route = _ref(env, "counter_main_r1")
    today = fields.Date.context_today(route.with_context(tz=route.store_id.tz))
    schedules = env["epay.collection.schedule"]
    if schedules.search_count([("counter_id", "=", route.id), ("date", "=", today)]):
        return
    _cash_journal(env, route.company_id)
    customers = {xmlid: _customer(env, xmlid, *rest) for xmlid, *rest in CUSTOMERS}
    schedule = schedules.create({"counter_id": route.id, "date": today})
    sources = [
        {"sale_order_id": _order(env, route, customers["door_mueller"]).id},
        {"invoice_id": _overdue_invoice(env, route, customers["door_cafe"], today).id},
    ]
    typed = [
        {"partner_id": customers[xmlid].id, "name": name, "amount": amount}
        for xmlid, name, amount in TYPED_COLLECTIONS
    ]
    env["epay.collection.line"].create(
        [
            {"schedule_id": schedule.id, "sequence": 10 * number, **values}
            for number, values in enumerate([*sources, *typed], 1)
        ]
    )
    schedule.action_open()


def _customer(env, xmlid, name, street, zip_code, phone):
    address = {"street": street, "zip": zip_code, "city": "Berlin", "phone": phone}
    return _make(env, xmlid, "res.partner", {"name": name, **address})


def _cash_journal(env, company):
    values = {"name": "Cash", "type": "cash", "company_id": company.id}
    _make(env, "journal_cash_main", "account.journal", values)


def _order(env, route, customer):
    """Confirmed, to be paid at the door."""
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "company_id": route.company_id.id,
            "pricelist_id": False,
            "epay_collect": True,
            "order_line": [
                Command.create(
                    {
                        "product_id": _ref(env, xmlid).id,
                        "product_uom_qty": quantity,
                        "discount": 0.0,
                    }
                )
                for xmlid, quantity in (("product_bread", 3), ("product_coffee", 2))
            ],
        }
    )
    order.action_confirm()
    return order


def _overdue_invoice(env, route, customer, today):
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "company_id": route.company_id.id,
            "invoice_date": fields.Date.subtract(today, days=40),
            "invoice_date_due": fields.Date.subtract(today, days=10),
            "invoice_line_ids": [
                Command.create(
                    {"product_id": _ref(env, "product_lamp").id, "quantity": 2}
                )
            ],
        }
    )
    invoice.action_post()
    return invoice
