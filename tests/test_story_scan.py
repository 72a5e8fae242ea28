"""SE1 to SE18: goods are scanned, the customer pays them on the phone."""

import pytest
from playwright.sync_api import expect
from support import facts

pytestmark = pytest.mark.story

BREAD, HONEY, LAMP = "4006381333931", "5901234123457", "4000417025005"
# Six packs of coffee in a crate, and a label with 0.53 kg of apples.
CRATE, APPLES = "14012345678908", "2100010005304"
UNKNOWN = "9780201379624"


def friends(shop):
    """The price list that takes ten percent off."""
    return shop.sql.value(
        "SELECT res_id FROM ir_model_data"
        " WHERE module = 'epay_demo' AND name = 'pricelist_friends'"
    )


def deal(shop, number):
    return shop.sql.row(
        "SELECT s.id, s.amount, o.amount_total AS ordered, m.amount_total AS invoiced,"
        " m.payment_state AS paid FROM epay_session s"
        " LEFT JOIN sale_order o ON o.id = s.sale_order_id"
        " LEFT JOIN account_move m ON m.id = s.invoice_id WHERE s.name = %s",
        number,
    )


def lines_of(shop, number):
    """What the deal's lines, the order's and the invoice's total."""
    deal_id = deal(shop, number)["id"]
    totals = []
    for query in (
        "SELECT subtotal FROM epay_session_line WHERE session_id = %s ORDER BY id",
        "SELECT l.price_total FROM sale_order_line l JOIN epay_session s"
        " ON s.sale_order_id = l.order_id WHERE s.id = %s ORDER BY l.sequence, l.id",
        "SELECT l.price_total FROM account_move_line l JOIN epay_session s"
        " ON s.invoice_id = l.move_id WHERE s.id = %s AND l.display_type = 'product'"
        " ORDER BY l.sequence, l.id",
    ):
        totals.append([float(total) for total in shop.sql.values(query, deal_id)])
    return totals


def figure(text):
    """The digits of an amount on a screen."""
    return text.replace("€", "").strip()


@pytest.mark.flavours("plain", "website")
def test_a_basket_is_the_same_on_both_screens_and_in_the_books(story, shop):
    desk = shop.desk(pricelist_id=friends(shop))
    story.calm = True
    clerk = story.clerk().open(desk.code).is_free()
    clerk.from_menu("scan").sees("scan-input")
    clerk.scan_goods(BREAD, CRATE, APPLES, LAMP, HONEY)
    expect(clerk.mark("session-line")).to_have_count(5)
    expect(clerk.mark("session-amount")).to_contain_text("110.42")
    story.step("scanned")
    clerk.press("publish").is_in("open")
    number = clerk.number
    phone = story.customer().scan(clerk.code_url)
    assert figure(phone.text("amount")) == figure(clerk.text("session-amount"))
    assert phone.mark("line").count() == 5
    story.step("joined")
    phone.choose()
    clerk.is_in("chosen").press("request-authorization")
    phone.pay_with_demo().is_in("authorized")
    clerk.is_in("authorized").press("settle").is_in("settled")
    phone.is_in("settled").sees("completed")
    story.step("completed")
    found = deal(shop, number)
    assert float(found["amount"]) == 110.42
    assert found["ordered"] == found["invoiced"] == found["amount"]
    assert found["paid"] in ("paid", "in_payment")
    shown, ordered, invoiced = lines_of(shop, number)
    assert shown == ordered == invoiced == [3.78, 64.26, 1.43, 35.1, 5.85]
    rates = shop.sql.values(
        "SELECT DISTINCT t.amount::int FROM account_move_line l"
        " JOIN account_tax t ON t.id = l.tax_line_id"
        " JOIN epay_session s ON s.invoice_id = l.move_id WHERE s.id = %s ORDER BY 1",
        found["id"],
    )
    assert rates == [7, 19]
    moved = shop.sql.values(
        "SELECT p.state FROM stock_picking p JOIN epay_session s"
        " ON s.sale_order_id = p.sale_id WHERE s.id = %s",
        found["id"],
    )
    assert moved == ["done"]


def test_a_scanner_that_is_quicker_than_the_network_loses_nothing(story, shop):
    desk = shop.desk()
    clerk = story.clerk(device="phone").open(desk.code).is_free()
    clerk.from_menu("scan").sees("scan-input")
    clerk.scan_goods(*[BREAD, HONEY] * 10, UNKNOWN)
    clerk.sees("refused-scan", barcode=UNKNOWN)
    expect(clerk.mark("line-quantity")).to_have_text(["10", "10"])
    expect(clerk.mark("session-amount")).to_contain_text("107.00")
    story.step("scanned")


def test_on_a_clerks_phone_the_code_is_seen_without_scrolling(story, shop):
    """However much is in the basket: its lines come after the code."""
    desk = shop.desk()
    clerk = story.clerk(device="phone").open(desk.code).is_free()
    clerk.from_menu("scan").sees("scan-input")
    clerk.scan_goods(BREAD, CRATE, APPLES, LAMP, HONEY)
    expect(clerk.mark("session-line")).to_have_count(5)
    clerk.press("publish").is_in("open").sees("qr")
    story.step("code")
    amount = clerk.mark("session-amount").bounding_box()
    code = clerk.mark("qr").bounding_box()
    acts = clerk.page.locator(".epay-screen-actions").bounding_box()
    assert amount["y"] + amount["height"] <= code["y"]
    assert code["y"] + code["height"] <= acts["y"] + 1


def test_the_phone_sees_the_lines_while_the_clerk_scans(story, shop):
    desk = shop.desk()
    shop.sql.run("UPDATE epay_store SET live_lines = true WHERE code = 'main'")
    try:
        clerk = story.clerk().open(desk.code).is_free()
        clerk.from_menu("scan").sees("scan-input")
        clerk.scan_goods(BREAD).sees("qr")
        phone = story.customer().open(clerk.code_url).tap("join").is_in("draft")
        expect(clerk.mark("qr")).to_have_count(0)
        expect(clerk.page.locator("[data-epay-phone]")).to_contain_text(
            phone.text("phrase")
        )
        expect(phone.mark("line")).to_have_count(1)
        clerk.scan_goods(HONEY)
        expect(phone.mark("line")).to_have_count(2)
        story.step("live")
        clerk.press("publish")
        phone.is_in("engaged")
        clerk.is_in("engaged")
    finally:
        shop.sql.run("UPDATE epay_store SET live_lines = false WHERE code = 'main'")


def test_a_forgotten_article_is_scanned_and_shown_again(story, shop):
    """The lamp lay behind the till when the basket was on the phone already."""
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).is_free()
    clerk.from_menu("scan").sees("scan-input")
    clerk.scan_goods(BREAD, HONEY)
    expect(clerk.mark("session-line")).to_have_count(2)
    clerk.press("publish").is_in("open")
    number = clerk.number
    phone = story.customer().scan(clerk.code_url)
    assert phone.mark("line").count() == 2
    phone.choose()
    clerk.is_in("chosen").press("take-back").sees("scan-input")
    phone.is_in("draft")
    expect(phone.mark("amount")).to_have_count(0)
    story.step("taken-back")
    clerk.scan_goods(LAMP)
    expect(clerk.mark("session-line")).to_have_count(3)
    total = figure(clerk.text("session-amount"))
    clerk.press("publish").is_in("engaged")
    phone.is_in("engaged")
    assert figure(phone.text("amount")) == total
    assert phone.mark("line").count() == 3
    story.step("shown-again")
    phone.choose()
    clerk.is_in("chosen").press("request-authorization")
    phone.pay_with_demo().is_in("authorized")
    clerk.is_in("authorized").press("settle").is_in("settled")
    phone.is_in("settled").sees("completed")
    found = deal(shop, number)
    assert f"{found['amount']:.2f}" == total
    assert found["ordered"] == found["invoiced"] == found["amount"]
    assert found["paid"] in ("paid", "in_payment")
    shown, ordered, invoiced = lines_of(shop, number)
    assert shown == ordered == invoiced
    assert len(shown) == 3


def sold(desk, *codes):
    """A settled basket of this desk; its customer has gone."""
    for code in codes:
        desk.counter("scan", code)
    desk.counter("publish")
    phone = desk.shop.phone()
    phone.join_by_code(desk.code_url)
    phone.choose()
    desk.session("request_authorization")
    phone.pay_with_demo()
    sale = desk.session("settle")["session"]
    assert sale["state"] == "settled"
    desk.counter("next")
    return sale


@pytest.mark.flavours("plain")
def test_goods_come_back_by_the_receipts_code_and_their_own(story, shop):
    """The scanner reads the receipt, then what lies on the counter: one of two breads.

    The lamp was not bought here; the honey stays with the customer.
    """
    desk = shop.desk()
    story.calm = True
    sale = sold(desk, BREAD, BREAD, HONEY)
    clerk = story.clerk().open(desk.code).is_free()
    clerk.from_menu("return").sees("cancel-number-input")
    clerk.scan_goods(shop.url + sale["receipt_url"])
    expect(clerk.mark("cancel-amount-input")).to_be_focused()
    clerk.mark("cancel-amount-input").fill("14.90")
    clerk.press("find-sale").is_in("open").sees("scan-back")
    assert sale["name"] in clerk.text("origin")
    clerk.scan_goods(BREAD)
    expect(clerk.mark("session-amount")).to_contain_text("4.20")
    clerk.scan_goods(LAMP)
    expect(clerk.mark("message")).to_contain_text(LAMP)
    expect(clerk.mark("session-amount")).to_contain_text("4.20")
    story.step("scanned-back")
    number = clerk.number
    phone = story.customer().scan(clerk.code_url)
    assert figure(phone.text("amount")) == "4.20"
    assert phone.mark("line").count() == 1
    phone.tap("consent").is_in("consented")
    clerk.is_in("consented").press("inquire").is_in("cancellable")
    clerk.press("execute-cancellation").is_in("reversed")
    phone.is_in("reversed").sees("completed")
    story.step("given-back")
    back = deal(shop, number)["id"]
    path = ["draft", "open", *facts.RETURN_PATH[1:]]
    facts.assert_returned(shop, back, "4.20", path)
    facts.assert_books_even(shop, sale["id"], "4.20")
    expected = shop.sql.row(
        "SELECT m.product_uom_qty, p.state FROM stock_move m"
        " JOIN stock_move o ON o.id = m.origin_returned_move_id"
        " JOIN stock_picking p ON p.id = m.picking_id"
        " JOIN sale_order_line l ON l.id = o.sale_line_id"
        " JOIN epay_session s ON s.sale_order_id = l.order_id WHERE s.id = %s",
        sale["id"],
    )
    assert expected["product_uom_qty"] == 1 and expected["state"] != "done"
