"""A register of the Point of Sale, whose customer pays on the phone."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.story

# Bread, a crate of six packs of coffee, 0.53 kg of apples, a lamp, honey: the basket of
# `test_story_scan.py`, at two tax rates and ten percent less.
CODES = "4006381333931 14012345678908 2100010005304 4000417025005 5901234123457".split()
TOTAL = 110.42


def demo_id(shop, name):
    return shop.sql.value(
        "SELECT res_id FROM ir_model_data WHERE module = 'epay_demo' AND name = %s",
        name,
    )


def with_friends_prices(shop, config):
    """The register sells by the price list that takes ten percent off."""
    friends = demo_id(shop, "pricelist_friends")
    values = {
        "use_pricelist": True,
        "available_pricelist_ids": [[6, 0, [friends]]],
        "pricelist_id": friends,
    }
    shop.admin.call("pos.config", "write", [config], values)


def opened(shop, cashier, config):
    """The register's open session; a test before may have closed it."""
    found = shop.sql.values(
        "SELECT id FROM pos_session WHERE config_id = %s AND state <> 'closed'", config
    )
    if found:
        return found[0]
    [session] = cashier.call("pos.session", "create", [{"config_id": config}])
    cashier.call("pos.session", "set_opening_control", [session], 0, "")
    return session


@pytest.mark.flavours("plain")
def test_a_register_is_paid_on_a_phone_and_closes_without_a_difference(story, shop):
    cashier, config = shop.user("cashier"), demo_id(shop, "register_main")
    with_friends_prices(shop, config)
    session = opened(shop, cashier, config)
    till = story.clerk(login="cashier", who="register").page
    till.goto(f"{shop.url}/pos/ui/{config}")
    # The first visit has Odoo compile the register's style sheets and scripts.
    till.locator(".open-register-btn").click(timeout=120_000)
    expect(till.locator("article.product").first).to_be_visible()
    for number, code in enumerate(CODES, 1):
        till.keyboard.type(code)
        till.keyboard.press("Enter")
        expect(till.locator(".orderline")).to_have_count(number)
    till.locator(".pay-order-button").first.click()
    code = till.locator("[data-epay=qr]")
    expect(code).to_be_visible()
    story.step("code")
    phone = story.customer().scan(code.get_attribute("data-url"))
    assert str(TOTAL) in phone.text("amount")
    assert phone.mark("line").count() == len(CODES)
    phone.tap("choose")
    # Nobody at the register presses anything from here on.
    phone.pay_with_demo().is_in("settled")
    expect(till.locator(".receipt-screen")).to_be_visible()
    story.step("receipt")
    order = shop.sql.row(
        "SELECT o.amount_total, o.state, p.transaction_id, s.name, s.amount,"
        " s.sale_order_id, s.invoice_id FROM pos_order o"
        " JOIN pos_payment p ON p.pos_order_id = o.id"
        " JOIN epay_session s ON s.id = p.epay_session_id"
        " WHERE o.session_id = %s ORDER BY o.id DESC LIMIT 1",
        session,
    )
    assert order["transaction_id"] == order["name"]
    assert float(order["amount_total"]) == float(order["amount"]) == TOTAL
    assert not order["sale_order_id"] and not order["invoice_id"]
    answer = cashier.call("pos.session", "close_session_from_ui", [session])
    assert answer["successful"], answer
    closed = shop.sql.row(
        "SELECT s.state, sum(l.balance) AS difference FROM pos_session s"
        " JOIN account_move_line l ON l.move_id = s.move_id WHERE s.id = %s"
        " GROUP BY s.state",
        session,
    )
    assert closed["state"] == "closed" and not closed["difference"]
    paid = shop.sql.values(
        "SELECT amount FROM account_payment WHERE pos_session_id = %s", session
    )
    assert [float(amount) for amount in paid] == [TOTAL]
