"""The demo shop: sold with tax, and what people change in it stays."""

import os
import subprocess

import pytest
from support import settings

# French was switched off and the bakery renamed by a person since the first day.
_NEXT_DAY = """\
import sys
sys.path.insert(0, {config!r})
import demo_shop
french = env["res.lang"]._activate_lang("fr_FR")
french.active = False
env.ref("epay_demo.counter_main_c11").name = "Pastry"
demo_shop.seed(env)
assert not french.active
assert env.ref("epay_demo.counter_main_c11").name == "Pastry"
for store in env["epay.store"].search([("code", "in", ("main", "ginza"))]):
    company = store.company_id
    goods = env.ref("epay_demo.product_lamp") | store.product_id
    for product in goods:
        [tax] = store._taxes_of(product)
        assert tax.amount > 0 and tax.price_include, (store.code, tax.name)
        assert tax.country_id == company.country_id == company.account_fiscal_country_id
currencies = env["epay.store"].search([]).mapped("currency_id.name")
assert set(currencies) == {{"EUR", "JPY"}}, currencies
print("the shop is as it was left")
"""


@pytest.fixture
def database(stockroom):
    """A copy of the filled shop, without a server."""
    # Of a form that `make test` drops when its process has ended.
    name = f"epay_test_demo_{os.getpid()}"
    stockroom.copy("plain", name)
    yield name
    stockroom.databases.drop(name)


def test_the_next_days_seed_leaves_what_people_changed_and_sells_with_tax(database):
    command = [settings.PYTHON, "-W", "ignore", "-m", "odoo", "shell"]
    options = ["-c", settings.ODOO_CONFIG, "-d", database, "--no-http"]
    done = subprocess.run(
        [*command, *options, "--log-level", "error"],
        input=_NEXT_DAY.format(config=str(settings.ROOT / "config")),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the shop is as it was left" in done.stdout, done.stdout + done.stderr
