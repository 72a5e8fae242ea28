"""SB1 to SB20 in two real windows: a sale that is given back, in whole or in part."""

import re
from decimal import Decimal

import pytest
from support import facts
from test_story_sale import deal_id, free

pytestmark = pytest.mark.story

AMOUNT = "80.78"
BASKET = [
    {"name": "Desk lamp", "quantity": 3, "price_unit": 39},
    {"name": "Country bread", "quantity": 2, "price_unit": 4.2},
]
TEA = [
    {"name": "Sencha", "quantity": 3, "price_unit": 333},
    {"name": "Tea pot", "quantity": 1, "price_unit": 4800},
]

# The clerk chose a part while it was open.
CHOSEN_PATH = ["draft", "open", *facts.RETURN_PATH[1:]]


def sold(desk, amount=AMOUNT, lines=None):
    """A settled deal at this desk; its customer has gone."""
    arguments = {"lines": lines} if lines else {}
    desk.counter("register_sale", amount, **arguments)
    phone = desk.shop.phone()
    phone.join_by_code(desk.code_url)
    phone.choose(None)
    desk.session("request_authorization")
    phone.pay_with_demo()
    sale = desk.session("settle")["session"]
    assert sale["state"] == "settled"
    desk.counter("next")
    return sale


def agree(story, clerk, phone):
    """From the page with what is given back to the clerk's question (SB9 to SB15)."""
    phone.sees("consent").sees("refuse").sees("origin-number")
    story.step("joined")
    phone.tap("consent").is_in("consented")
    clerk.is_in("consented").sees("inquire")
    story.step("agreed")
    clerk.press("inquire").is_in("cancellable")
    phone.is_in("cancellable")
    assert not phone.has("completed"), "nothing is cancelled yet"
    story.step("possible")


def give_back(story, clerk, phone):
    """SB16 to SB19: both sides say so when the money is on its way back."""
    clerk.press("execute-cancellation").is_in("reversed")
    phone.is_in("reversed").sees("completed")
    assert "cancelled" in phone.text("message").lower()
    story.step("given-back")


def assert_receipts(shop, story, phone, sale, number):
    """The receipt of the cancellation names the original, whose own is unchanged."""
    phone.tap("receipt")
    phone.page.wait_for_url("**/epay/r/*")
    assert phone.text("number") == number
    assert phone.text("origin-number") == sale["name"]
    story.step("receipt")
    phone.open(shop.url + sale["receipt_url"]).sees("receipt-code")
    assert phone.text("number") == sale["name"]
    assert not phone.has("origin-number")
    story.step("original-receipt")


@pytest.mark.parametrize(
    "flavour, store, code, login, amount, shown",
    [
        ("website", "main", "C11", "clerk", "80.78", "80.78"),
        ("plain", "ginza", "G1", "manager", "12800", "12,800"),
    ],
    ids=["EUR", "JPY"],
)
def test_whole(story, shop, store, code, login, amount, shown):
    """Everything goes back; the number is typed without letters and zeros."""
    free(shop, shop.counter_id(store, code))
    story.calm = True
    desk = shop.desk(store, login, shop.counter_id(store, code))
    sale = sold(desk, amount)
    clerk = story.clerk(login=login).open(code).is_free()
    clerk.find_sale(_short(sale["name"]), amount)
    clerk.is_in("open").sees("qr").sees("origin")
    assert sale["name"] in clerk.text("origin")
    assert shown in clerk.text("session-amount")
    number = clerk.number
    story.step("found")
    phone = story.customer().open(clerk.code_url).tap("join").is_in("engaged")
    clerk.is_in("engaged")
    assert shown in phone.text("amount")
    assert phone.text("origin-number") == sale["name"]
    agree(story, clerk, phone)
    assert shown in clerk.text("return-question")
    give_back(story, clerk, phone)
    assert_receipts(shop, story, phone, sale, number)
    clerk.press("next").is_free()
    facts.assert_returned(shop, deal_id(shop, number), amount)
    facts.assert_books_even(shop, sale["id"], amount)


def _short(number):
    """As somebody types it who reads it out: no letters, no leading zeros."""
    return number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").lstrip("0")


@pytest.mark.parametrize(
    "flavour, store, login, total, lines, part, rest",
    [
        ("plain", "main", "clerk", "125.40", BASKET, "82.20", "43.20"),
        ("website", "ginza", "manager", "5799", TEA, "5133", "666"),
    ],
    ids=["EUR", "JPY"],
)
def test_part_by_lines(story, shop, store, login, total, lines, part, rest):
    """Chosen with the steppers: of the first line one or two, of the second one; then
    what is left of the same sale.
    """
    story.calm = True
    desk = shop.desk(store, login)
    sale = sold(desk, total, lines)
    clerk = story.clerk(login=login).open(desk.code).is_free()
    clerk.find_sale(sale["name"], total).is_in("open")
    clerk.press("open-part")
    story.step("choosing")
    first, second = (clerk.mark("part-more").nth(row) for row in (0, 1))
    for _press in range(2 if store == "main" else 1):
        first.click()
    second.click()
    story.step("chosen")
    clerk.press("choose-part").misses("part-line")
    assert _digits(part) in _digits(clerk.text("session-amount"))
    story.step("part")
    number = clerk.number
    phone = story.customer().scan(clerk.code_url)
    clerk.is_in("engaged")
    assert _digits(part) in _digits(phone.text("amount"))
    assert phone.mark("line").count() == 2
    agree(story, clerk, phone)
    give_back(story, clerk, phone)
    clerk.press("next").is_free()
    part_id = deal_id(shop, number)
    facts.assert_returned(shop, part_id, part, CHOSEN_PATH)
    facts.assert_books_even(shop, sale["id"], part)
    _return_the_rest(story, shop, clerk, sale, total, rest)


def _return_the_rest(story, shop, clerk, sale, total, rest):
    clerk.find_sale(sale["name"], total).is_in("open").sees("origin-return")
    assert _digits(rest) in _digits(clerk.text("session-amount"))
    story.step("rest")
    number = clerk.number
    phone = story.customer(who="second-customer").scan(clerk.code_url)
    clerk.is_in("engaged")
    phone.tap("consent").is_in("consented")
    clerk.is_in("consented").press("inquire").is_in("cancellable")
    clerk.press("execute-cancellation").is_in("reversed")
    phone.is_in("reversed")
    facts.assert_returned(shop, deal_id(shop, number), rest)
    facts.assert_books_even(shop, sale["id"], total)
    clerk.press("next").is_free()
    clerk.find_sale(sale["name"], total).sees("message", code="not_refundable")
    story.step("nothing-left")


def _digits(text):
    return "".join(char for char in text if char.isdigit())


def test_an_amount_from_the_day_list_by_a_clerk_on_a_phone(story, shop):
    """The settled deal's "Return" fills in number and amount."""
    story.calm = True
    desk = shop.desk()
    sale = sold(desk)
    clerk = story.clerk(device="phone").open(desk.code).is_free()
    clerk.page.get_by_role("button", name="Menu", exact=True).click()
    story.step("menu")
    clerk.page.locator("[data-epay-menu=day]").click()
    clerk.page.locator(f".epay-day-deal[data-id='{sale['id']}']").click()
    clerk.is_in("settled").press("return-sale")
    assert clerk.mark("cancel-number-input").input_value() == sale["name"]
    assert clerk.mark("cancel-amount-input").input_value() == AMOUNT
    story.step("filled-in")
    clerk.press("find-sale").is_in("open")
    story.step("found")
    clerk.press("open-part")
    clerk.mark("part-amount-input").fill("80.79")
    clerk.press("choose-part").sees("message", code="bad_amount")
    clerk.mark("part-amount-input").fill("30.78")
    story.step("amount")
    clerk.press("choose-part").misses("part-amount-input")
    number = clerk.number
    phone = story.customer().scan(clerk.code_url)
    clerk.is_in("engaged")
    assert "30.78" in phone.text("amount")
    agree(story, clerk, phone)
    give_back(story, clerk, phone)
    facts.assert_returned(shop, deal_id(shop, number), "30.78", CHOSEN_PATH)
    facts.assert_books_even(shop, sale["id"], "30.78")
    clerk.press("next").is_free()
    clerk.page.get_by_role("button", name="Menu", exact=True).click()
    clerk.page.locator("[data-epay-menu=day]").click()
    clerk.page.locator(f".epay-day-deal[data-id='{sale['id']}']").click()
    clerk.is_in("settled").sees("returns", state="part")
    story.step("original")


def test_the_customer_refuses(story, shop):
    """The clerk sees it at once; nothing has moved."""
    story.calm = True
    desk = shop.desk()
    sale = sold(desk)
    clerk = story.clerk().open(desk.code).is_free()
    clerk.find_sale(sale["name"], AMOUNT).is_in("open")
    number = clerk.number
    phone = story.customer().scan(clerk.code_url)
    clerk.is_in("engaged")
    phone.tap("refuse").is_in("refused").sees("message")
    clerk.is_in("refused")
    story.step("refused")
    assert not phone.has("completed") and not phone.has("consent")
    clerk.misses("inquire").misses("execute-cancellation")
    _assert_nothing_moved(shop, sale, deal_id(shop, number))
    clerk.press("next").is_free()


def _assert_nothing_moved(shop, sale, return_id):
    row = facts.deal(shop, sale["id"])
    assert (row["return_state"], row["refund_reserved"]) == ("none", 0)
    assert not facts.transactions(shop, return_id)
    assert not facts.deal(shop, return_id)["invoice_id"]
    facts.assert_settled(
        shop, sale["id"], AMOUNT, captures=len(facts.transactions(shop, sale["id"])) - 1
    )


def test_not_possible(story, shop, cards):
    """A provider without refunds: said before anything moves, with what else to do."""
    story.calm = True
    desk = shop.desk("keeps")
    desk.with_card(AMOUNT)
    sale = desk.session("settle")["session"]
    desk.counter("next")
    clerk = story.clerk().open(desk.code).is_free()
    clerk.find_sale(sale["name"], AMOUNT).is_in("open")
    number = clerk.number
    phone = story.customer().scan(clerk.code_url)
    clerk.is_in("engaged")
    phone.tap("consent").is_in("consented")
    clerk.is_in("consented").press("inquire").is_in("rejected")
    clerk.sees("reason").sees("return-next").misses("execute-cancellation")
    assert "own pages" in clerk.text("return-next")
    phone.is_in("rejected").sees("message")
    assert not phone.has("completed")
    story.step("not-possible")
    _assert_nothing_moved(shop, sale, deal_id(shop, number))
    assert cards.requests(act="refund") == []


def test_wrong_pairs(story, shop, own_guesses):
    """Only that the pair is wrong, whichever half; after five of them, a wait."""
    desk = shop.desk()
    sale = sold(desk)
    clerk = story.clerk().open(desk.code).is_free()
    clerk.find_sale(sale["name"], "80.77").sees("message", code="no_match")
    wrong_amount, left = clerk.text("message").split("4 tries")
    story.step("wrong-pair")
    clerk.mark("cancel-number-input").fill("MAIN999999")
    clerk.mark("cancel-amount-input").fill(AMOUNT)
    clerk.press("find-sale").sees("message", code="no_match")
    assert clerk.text("message").split("3 tries") == [wrong_amount, left]
    for _try in range(3):
        clerk.press("find-sale").sees("message", code="no_match")
        clerk.page.locator(".epay-message-close").click()
        clerk.misses("message")
    clerk.mark("cancel-number-input").fill(sale["name"])
    clerk.press("find-sale").sees("message", code="too_many_attempts")
    assert re.search(r"Wait for \d+:\d\d", clerk.text("message"))
    story.step("wait")
    assert facts.returns_of(shop, sale["id"]) == []


def test_a_manager_goes_on_without_a_phone(story, shop):
    """With a reason, which the receipt shows; a clerk has no such button."""
    story.calm = True
    desk = shop.desk(login="clerk")
    sale = sold(desk)
    clerk = story.clerk().open(desk.code).is_free()
    clerk.find_sale(sale["name"], AMOUNT).is_in("open").misses("waive-consent-open")
    manager = story.clerk(login="manager", who="manager").open(desk.code)
    manager.is_in("open").press("waive-consent-open").press("waive-consent")
    manager.sees("message", code="reason_missing").is_in("open")
    manager.mark("waive-consent-reason").fill("The phone's battery is empty")
    story.step("reason")
    manager.press("waive-consent").is_in("consented")
    clerk.is_in("consented").press("inquire").is_in("cancellable")
    number = clerk.number
    clerk.press("execute-cancellation").is_in("reversed")
    story.step("given-back")
    return_id = deal_id(shop, number)
    path = [state for state in facts.RETURN_PATH if state != "engaged"]
    facts.assert_returned(shop, return_id, AMOUNT, path)
    facts.assert_books_even(shop, sale["id"], AMOUNT)
    receipt = clerk.page.locator("a[href*='/epay/r/']").last.get_attribute("href")
    phone = story.customer().open(shop.url + receipt).sees("waived")
    assert "battery" in phone.text("waived")
    story.step("receipt")


def test_the_provider_does_not_answer(story, shop, cards):
    """In doubt on both sides, never sent twice blindly; found out, it is done."""
    story.calm = True
    cards.configure(webhooks=False)
    desk = shop.desk("mute")
    desk.with_card(AMOUNT)
    sale = desk.session("settle")["session"]
    desk.counter("next")
    clerk = story.clerk().open(desk.code).is_free()
    clerk.find_sale(sale["name"], AMOUNT).is_in("open")
    number = clerk.number
    phone = story.customer().scan(clerk.code_url)
    clerk.is_in("engaged")
    phone.tap("consent").is_in("consented")
    clerk.is_in("consented").press("inquire").is_in("cancellable")
    cards.fault("drop", act="refund")
    clerk.press("execute-cancellation")
    clerk.page.locator("[data-screen=doubt]").wait_for()
    phone.is_in("reversing")
    assert not phone.has("completed"), "cancelled is said of what is certain only"
    story.step("in-doubt")
    shop.recover()
    assert len(cards.requests(act="refund")) == 1
    clerk.press("next").is_free()
    story.step("parked")
    return_id = deal_id(shop, number)
    manager = shop.desk("mute", "manager", desk.counter_id)
    manager.session_id = return_id
    manager.session("resolve", "succeeded", "Seen in the card company's pages")
    phone.is_in("reversed").sees("completed")
    story.step("resolved")
    facts.assert_books_even(shop, sale["id"], Decimal(AMOUNT))
