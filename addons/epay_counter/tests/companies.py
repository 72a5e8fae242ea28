"""The companies that tests sell in."""

from unittest.mock import patch

# Name, currency and country of those that most tests use. `make test` has them ready in
# the database that it copies (tests/addons/epay_test_companies).
EUROPE = ("Test Street Goods", "EUR", "base.de")
JAPAN = ("Test Ginza Goods", "JPY", "base.jp")

# Odoo parses the manifests of all its localizations at every look.
_chart_templates = {}


def ready_company(env, name, currency, country):
    """The company of this name, made if the database doesn't have it yet."""
    found = env["res.company"].search([("name", "=", name)], limit=1)
    return found or make_company(env, name, currency, country)


def make_company(env, name, currency, country):
    """A company with the generic chart and a 20 % tax that prices include."""
    coin = env.ref(f"base.{currency}")
    coin.active = True
    company = env["res.company"].create(
        {"name": name, "country_id": env.ref(country).id}
    )
    _load_generic_chart(env, company)
    # After the chart, which brings dollars.
    company.currency_id = coin
    company.account_price_include = "tax_included"
    company.account_sale_tax_id = make_tax(env, company)
    _ensure_warehouse(env, company)
    return company


def make_tax(env, company, **values):
    """20 %, included in the price unless `values` say otherwise."""
    country = company.account_fiscal_country_id
    group = env["account.tax.group"].create(
        {
            "name": "Test tax",
            "company_id": company.id,
            "country_id": country.id,
        }
    )
    return env["account.tax"].create(
        {
            "name": f"Test {values or 20}",
            "amount": 20,
            "type_tax_use": "sale",
            "company_id": company.id,
            "country_id": country.id,
            "tax_group_id": group.id,
            **values,
        }
    )


def _ensure_warehouse(env, company):
    """Where there is stock: Odoo makes one with the company only while tests run."""
    houses = env.get("stock.warehouse")
    if houses is not None and not houses.search_count(
        [("company_id", "=", company.id)], limit=1
    ):
        houses.create({"company_id": company.id})


def _load_generic_chart(env, company):
    """Give `company` the generic chart: the slow part of a test's set-up, so with one
    look at the templates and without translations.
    """
    templates = env["account.chart.template"].sudo()
    if not _chart_templates:
        for flag in (False, True):
            _chart_templates[flag] = templates._get_chart_template_mapping(flag)
    with (
        patch.object(
            type(templates),
            "_get_chart_template_mapping",
            lambda self, get_all=False: _chart_templates[get_all],
        ),
        patch.object(type(templates), "_load_translations", lambda *args, **kw: None),
    ):
        templates.try_loading("generic_coa", company, install_demo=False)
