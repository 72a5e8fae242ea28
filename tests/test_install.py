"""The add-on comes to an Odoo in use, is upgraded, and leaves: nothing is lost."""

import os

import pytest
from support.server import OdooServer
from support.used_odoo import UsedOdoo

# What belongs to Odoo and must not change, whatever becomes of the add-on.
BOOKS = (
    *("sale_order", "sale_order_line", "account_move", "account_move_line"),
    *("account_payment", "account_partial_reconcile", "pos_order", "pos_session"),
)

# The first steps of the administrator, and two deals: one settled, one authorized.
DEALS = """
admin = env.ref("base.user_admin")
provider = env.ref("payment.payment_provider_demo")
provider.write({"state": "test", "is_published": True})
env.ref("payment_demo.payment_method_demo").active = True
env.cr.commit()
env = env(user=admin.id)
steps = env["epay.first.steps"]
wizard = steps.browse(steps.action_start()["res_id"])
wizard.write({"name": "New Street", "code": "newstreet"})
wizard.action_next()
wizard.provider_id = provider
wizard.action_copy_provider()
wizard.action_next()
wizard.action_next()
env.cr.commit()
counter = wizard.counter_id
store = wizard.store_id
public = env.ref("base.public_user")


def fresh(record):
    env.cr.commit()
    env.invalidate_all()
    return record


def deal(amount):
    answer = counter.register_sale(amount)
    session = fresh(env["epay.session"].browse(answer["session"]["id"])).sudo()
    code = counter.sudo()._one_time_code(session)
    counter.with_user(public).sudo()._join(False, None, code)
    visit = fresh(session)._bound_visit()
    customer = session.with_user(public).sudo()
    customer._choose(visit, customer._payment_options(visit)[0]["key"], None)
    fresh(session).with_env(env).request_authorization()
    fresh(session).with_user(public).sudo()._prepare_attempt(session._bound_visit())
    reference = fresh(session).live_transaction_id.reference
    said = {"reference": reference, "simulated_state": "done"}
    env["payment.transaction"].sudo()._process("demo", said)
    return fresh(session)


counter.open_counter()
settled = deal(12)
settled.with_env(env).settle()
fresh(counter).next()
authorized = deal(7)
result = {
    "settled": fresh(settled).state,
    "authorized": authorized.state,
    "order": settled.sale_order_id.name,
    "invoice": settled.invoice_id.name,
    "paid": settled.invoice_id.payment_state,
    "copies": env["payment.provider"].search_count([("epay_only", "=", True)]),
}
env.cr.commit()
"""

REFUSED = """
module = env.ref("base.module_epay_counter")
try:
    module.button_immediate_uninstall()
    result = "not refused"
except Exception as refusal:
    env.cr.rollback()
    result = [str(refusal), env.ref("base.module_epay_counter").state]
# So that nothing but the uninstallation is left to be done.
session = env["epay.session"].search([("state", "=", "authorized")])
session.cancel("Closing down")
env.cr.commit()
"""

UNINSTALL = """
env.ref("base.module_epay_counter").button_immediate_uninstall()
result = True
"""


def books(odoo):
    """A hash of every table, so that a failure names the one that changed."""
    return odoo.sql.fingerprint(BOOKS)[1]


@pytest.fixture(scope="module")
def odoo(stockroom):
    """An Odoo in use, with what its books were before."""
    found = UsedOdoo(stockroom.databases, f"epay_test_install_{os.getpid()}")
    found.books = books(found)
    yield found
    found.drop()


def test_installing_changes_nothing_that_was_there(odoo):
    odoo.command("-i", "epay_counter", "--without-demo", "--log-level", "warn")
    assert books(odoo) == odoo.books
    odoo.told = odoo.shell(DEALS)
    assert odoo.told["settled"] == "settled"
    assert odoo.told["authorized"] == "authorized"
    assert odoo.told["paid"] in ("paid", "in_payment")
    assert odoo.told["copies"] == 1


def test_an_upgrade_keeps_deals_and_books(odoo):
    tables = (*BOOKS, "epay_session", "epay_session_event", "epay_operation")
    before = odoo.sql.fingerprint(tables)
    odoo.command("-u", "epay_counter", "--log-level", "warn")
    assert odoo.sql.fingerprint(tables) == before


def test_open_deals_refuse_the_uninstallation(odoo):
    text, state = odoo.shell(REFUSED)
    assert "NEWSTREET000002" in text and "drop" in text
    assert state == "installed"


def test_uninstalling_leaves_the_books_whole(odoo):
    before = books(odoo)
    odoo.shell(UNINSTALL)
    assert books(odoo) == before
    assert not odoo.sql.tables("epay\\_%")
    columns = (
        "SELECT count(*) FROM information_schema.columns WHERE column_name LIKE %s"
    )
    assert odoo.sql.value(columns, "epay\\_%") == 0
    sequences = "SELECT count(*) FROM pg_sequences WHERE sequencename LIKE %s"
    assert odoo.sql.value(sequences, "epay\\_%") == 0
    paid = "SELECT payment_state FROM account_move WHERE name = %s"
    assert odoo.sql.value(paid, odoo.told["invoice"]) in ("paid", "in_payment")
    # A copy would otherwise be offered in the shop, with manual capture on.
    offered = (
        "SELECT count(*) FROM payment_provider WHERE is_published"
        " AND name->>'en_US' LIKE '%%(counter)%%'"
    )
    assert odoo.sql.value(offered) == 0


def test_odoo_works_on_without_the_add_on(odoo):
    server = OdooServer(odoo.name).start()
    try:
        assert server.process.poll() is None
    finally:
        server.kill()
