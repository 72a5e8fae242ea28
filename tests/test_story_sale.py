"""SA1 to SA18 in two real windows, with Odoo's demo provider."""

from urllib.parse import urlsplit

import pytest
from support import facts
from support.waiting import eventually

pytestmark = pytest.mark.story

AMOUNT = "80.78"


def free(shop, counter_id):
    """Drop what a test that failed left at a counter of the demo shop."""
    admin = shop.admin
    held = shop.sql.values(
        "SELECT id FROM epay_session WHERE counter_id = %s AND holds_counter",
        counter_id,
    )
    for session_id in held:
        if facts.state(shop, session_id) not in ("settled", "cancelled", "expired"):
            admin.call("epay.session", "cancel", [session_id])
        admin.call("epay.counter", "next", [counter_id])


def deal_id(shop, number):
    return shop.sql.value("SELECT id FROM epay_session WHERE name = %s", number)


def pay_and_settle(story, clerk, phone):
    """From the customer's choice to "completed" on both sides."""
    phone.choose()
    clerk.is_in("chosen").sees("method")
    story.step("chosen")
    clerk.press("request-authorization")
    phone.page.wait_for_url("**/pay")
    story.step("form")
    phone.pay_with_demo()
    phone.is_in("authorized")
    clerk.is_in("authorized")
    story.step("authorized")
    assert not phone.has("completed"), "completed is said after the settlement only"
    clerk.press("settle")
    clerk.is_in("settled")
    phone.is_in("settled").sees("completed")
    story.step("completed")


@pytest.mark.flavours("plain", "website")
@pytest.mark.parametrize(
    "store, code, login, amount, shown",
    [
        ("main", "C11", "clerk", "80.78", "80.78"),
        ("ginza", "G1", "manager", "12800", "12,800"),
    ],
    ids=["EUR", "JPY"],
)
def test_sale(story, shop, store, code, login, amount, shown):
    """The whole deal at the demo shop's own counters, by a clerk at a desk."""
    free(shop, shop.counter_id(store, code))
    story.calm = True
    clerk = story.stranger().log_in(login).at_counter(code).is_free()
    story.step("register")
    clerk.key_in(amount, "Country bread")
    story.step("keyed-in")
    clerk.press("register")
    clerk.is_in("open").sees("qr").sees("portal-url").sees("counter-name")
    assert shown in clerk.text("session-amount")
    phone = story.customer()
    phone.open(clerk.code_url).sees("join")
    story.step("scanned")
    phone.tap("join").is_in("engaged")
    clerk.is_in("engaged")
    assert shown in phone.text("amount")
    assert phone.text("number") == clerk.number
    story.step("joined")
    pay_and_settle(story, clerk, phone)
    assert phone.taps <= 3
    number = clerk.number
    phone.tap("receipt")
    phone.page.wait_for_url("**/epay/r/*")
    assert phone.text("number") == number and shown in phone.text("amount")
    story.step("receipt")
    clerk.press("next").is_free()
    story.step("next")
    facts.assert_settled(shop, deal_id(shop, number), amount)


def test_clerk_on_a_phone(story, shop):
    desk = shop.desk()
    story.calm = True
    clerk = story.clerk(device="phone").open(desk.code)
    clerk.is_free()
    story.step("register")
    clerk.key_in(AMOUNT)
    story.step("keyed-in")
    clerk.press("register").is_in("open")
    phone = story.customer().scan(clerk.code_url)
    clerk.is_in("engaged")
    story.step("joined")
    pay_and_settle(story, clerk, phone)
    facts.assert_settled(shop, deal_id(shop, clerk.number), AMOUNT)
    clerk.press("next").is_free()
    story.step("next")


@pytest.mark.flavours("plain", "website")
def test_customer_comes_by_name(story, shop):
    """Portal, counter, waiting room; the clerk compares the phrase and accepts."""
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    phone = story.customer().open(f"{shop.url}/epay")
    phone.sees("portal-search")
    story.step("portal")
    phone.mark("portal-search").fill(desk.code)
    phone.mark("portal-search").press("Enter")
    phone.sees("counter", code=desk.code)
    story.step("found")
    phone.tap("counter", code=desk.code).sees("join")
    story.step("counter")
    phone.tap("join").is_in("waiting").sees("phrase")
    assert not phone.has("amount"), "a waiting phone sees no deal"
    clerk.sees("visit", phrase=phone.text("phrase"))
    story.step("waiting")
    clerk.accept(phone.text("phrase"))
    phone.is_in("engaged").sees("amount")
    clerk.is_in("engaged")
    story.step("accepted")
    pay_and_settle(story, clerk, phone)
    facts.assert_settled(shop, deal_id(shop, clerk.number), AMOUNT)


def test_customer_comes_by_the_store_page(story, shop):
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    phone = story.customer().open(f"{shop.url}/epay")
    phone.tap("store", code="main").tap("counter", code=desk.code)
    phone.tap("join").is_in("waiting")
    clerk.accept(phone.text("phrase"))
    phone.is_in("engaged")
    story.step("accepted")


@pytest.mark.flavours("plain", "website")
def test_declined_and_chosen_again(story, shop):
    """No new scan: the reason is shown on both sides, and the second try pays."""
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    phone = story.customer().scan(clerk.code_url)
    phone.choose()
    clerk.is_in("chosen").press("request-authorization")
    phone.pay_with_demo("error")
    phone.is_in("engaged").sees("message")
    clerk.is_in("engaged")
    story.step("declined")
    pay_and_settle(story, clerk, phone)
    path = [*("draft", "open", "engaged", "chosen", "authorizing", "engaged")]
    path += ["chosen", "authorizing", "authorized", "settling", "settled"]
    facts.assert_settled(shop, deal_id(shop, clerk.number), AMOUNT, path=path)


def test_customer_leaves(story, shop):
    """The deal is open again, with a new code for the next phone."""
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    first = clerk.code_url
    phone = story.customer().scan(first)
    phone.choose()
    clerk.is_in("chosen")
    phone.tap("leave").is_in("left")
    clerk.is_in("open")
    story.step("left")
    assert clerk.code_url != first
    story.customer(who="other").scan(clerk.code_url)
    clerk.is_in("engaged")
    story.step("next-phone")


def test_clerk_drops_an_authorized_deal(story, shop):
    """It asks once; the customer's page says that nothing is charged."""
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    phone = story.customer().scan(clerk.code_url)
    phone.choose()
    clerk.is_in("chosen").press("request-authorization")
    phone.pay_with_demo().is_in("authorized")
    clerk.is_in("authorized").press("cancel-session")
    story.step("asked")
    assert clerk.has("session", state="authorized"), "it asks before it drops"
    clerk.press("cancel-session").is_in("cancelled")
    phone.is_in("cancelled").sees("message")
    story.step("dropped")
    facts.assert_nothing_booked(shop, deal_id(shop, clerk.number))
    clerk.press("next").is_free()


def test_second_phone_and_copied_link(story, shop):
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    code_url = clerk.code_url
    phone = story.customer().scan(code_url)
    other = story.customer(who="other")
    assert other.page.goto(code_url).status == 409
    other.sees("message")
    story.step("second-phone")
    assert other.page.goto(phone.page.url).status == 200
    other.is_in("engaged").sees("amount").misses("choose").misses("leave")
    story.step("copied-link")
    phone.choose()
    other.is_in("chosen")
    clerk.is_in("chosen")
    story.step("copied-link-follows")


def test_two_tabs(story, shop):
    """Both tabs of one phone follow the deal; a choice in one shows in the other."""
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    code_url = clerk.code_url
    phone = story.customer().scan(code_url)
    tab = story.second_tab(phone, "tab").open(code_url)
    tab.is_in("engaged")
    phone.page.bring_to_front()
    phone.choose()
    tab.page.bring_to_front()
    tab.is_in("chosen")
    clerk.press("request-authorization")
    tab.pay_with_demo().is_in("authorized")
    phone.page.bring_to_front()
    phone.is_in("authorized")
    clerk.is_in("authorized").press("settle").is_in("settled")
    phone.is_in("settled")
    story.step("settled")
    facts.assert_settled(shop, deal_id(shop, clerk.number), AMOUNT)


def test_reload_on_both_sides(story, shop):
    """Whatever is on the screen is there again after a reload."""
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    clerk.reload().is_in("open").sees("qr")
    phone = story.customer().scan(clerk.code_url)
    phone.reload().is_in("engaged")
    clerk.reload().is_in("engaged")
    phone.choose()
    phone.reload().is_in("chosen")
    clerk.reload().is_in("chosen").press("request-authorization")
    phone.page.wait_for_url("**/pay")
    phone.reload()
    clerk.reload().is_in("authorizing")
    phone.pay_with_demo().is_in("authorized")
    phone.reload().is_in("authorized")
    clerk.reload().is_in("authorized").press("settle").is_in("settled")
    clerk.reload().is_in("settled")
    phone.is_in("settled").reload().is_in("settled").sees("completed")
    story.step("settled")
    facts.assert_settled(shop, deal_id(shop, clerk.number), AMOUNT)


def test_second_device_of_the_clerk_follows(story, shop):
    desk = shop.desk()
    clerk = story.clerk().open(desk.code)
    other = story.clerk(device="phone", who="clerk-phone").open(desk.code)
    clerk.register(AMOUNT)
    other.is_in("open")
    phone = story.customer().scan(clerk.code_url)
    other.is_in("engaged")
    phone.choose()
    other.is_in("chosen")
    story.step("both-devices")
    other.press("request-authorization")
    clerk.is_in("authorizing")
    phone.pay_with_demo().is_in("authorized")
    clerk.is_in("authorized").press("settle").is_in("settled")
    other.is_in("settled")
    other.press("next").is_free()
    clerk.is_free()
    story.step("next")


@pytest.mark.flavours("plain", "website")
def test_saved_card(story, shop):
    """A logged-in customer's card is charged by the server: no form on the phone."""
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    phone = story.customer(login="customer").scan(clerk.code_url)
    story.step("saved-first")
    phone.choose(saved=True)
    clerk.is_in("chosen")
    assert "4242" in clerk.text("method")
    clerk.press("request-authorization")
    clerk.is_in("authorized")
    phone.is_in("authorized")
    story.step("authorized")
    clerk.press("settle").is_in("settled")
    phone.is_in("settled")
    story.step("completed")
    assert phone.taps <= 3
    session_id = deal_id(shop, clerk.number)
    facts.assert_settled(shop, session_id, AMOUNT)
    login = "SELECT partner_id FROM res_users WHERE login = 'customer'"
    assert facts.deal(shop, session_id)["partner_id"] == shop.sql.value(login)


def test_receipt_by_mail(story, shop):
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    phone = story.customer().scan(clerk.code_url)
    pay_and_settle(story, clerk, phone)
    phone.page.locator("details summary").tap()
    phone.page.fill("input[type=email]", "casey@example.com")
    story.step("mail")
    phone.page.locator("details form button").tap()
    eventually(
        lambda: shop.sql.values(
            "SELECT id FROM mail_mail WHERE email_to = 'casey@example.com'"
        )
    )
    phone.is_in("settled")
    story.step("sent")


# --- bad lines -------------------------------------------------------------


def registered(shop, desk):
    return shop.sql.value(
        "SELECT count(*) FROM epay_session WHERE counter_id = %s", desk.counter_id
    )


def test_clerk_loses_the_network(story, shop):
    """A banner; the step is repeated when the line is back, and done once."""
    desk = shop.desk()
    clerk = story.clerk().open(desk.code)
    clerk.key_in(AMOUNT)
    clerk.page.context.set_offline(True)
    clerk.press("register").sees("offline")
    story.step("offline")
    assert registered(shop, desk) == 0
    clerk.page.context.set_offline(False)
    clerk.is_in("open").misses("offline")
    story.step("online")
    assert registered(shop, desk) == 1


def test_answer_to_the_clerk_is_lost(story, shop, line):
    """The server did it, the answer got lost: repeated, and done once."""
    desk = shop.desk()
    clerk = story.clerk_at(line.url).open(desk.code)
    clerk.key_in(AMOUNT)
    line.lose("register_sale")
    clerk.press("register").is_in("open")
    assert line.has_lost()
    assert registered(shop, desk) == 1
    phone = story.customer().scan(clerk.code_url)
    phone.choose()
    clerk.is_in("chosen").press("request-authorization")
    phone.pay_with_demo().is_in("authorized")
    clerk.is_in("authorized")
    line.lose("settle")
    clerk.press("settle").is_in("settled")
    assert line.has_lost()
    facts.assert_settled(shop, deal_id(shop, clerk.number), AMOUNT)


def test_reload_in_the_middle_of_an_act(story, shop, line):
    """An act under way is stored on the device: the reloaded app goes on with it."""
    desk = shop.desk()
    clerk = story.clerk_at(line.url).open(desk.code)
    clerk.key_in(AMOUNT)
    line.cut()
    clerk.press("register").sees("offline")
    line.down = False
    clerk.reload().is_in("open")
    assert registered(shop, desk) == 1


def test_customer_loses_the_network(story, shop):
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    phone = story.customer().scan(clerk.code_url)
    phone.page.context.set_offline(True)
    desk.counter("get_state")
    desk.session("cancel")
    clerk.is_in("cancelled")
    story.step("offline")
    phone.page.context.set_offline(False)
    phone.is_in("cancelled")
    story.step("online")


# --- how soon the other side knows -----------------------------------------


def test_bus_tells_within_a_second(story, shop):
    """Three times on an idle clerk's screen, whose poll comes every ten seconds only,
    and on a phone whose poll was switched off."""
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).is_free()
    phone = story.customer()
    for _time in range(3):
        desk.register(AMOUNT)
        second = shop.patience(1)
        clerk.is_in("open", timeout=second)
        phone.scan(desk.code_url)
        # No poll any more: only what the bus says makes the page look.
        phone.page.evaluate("() => { for (let i = 0; i < 9999; i++) clearTimeout(i); }")
        desk.session("cancel")
        clerk.is_in("cancelled", timeout=second)
        phone.is_in("cancelled", timeout=second)
        desk.counter("next")
        clerk.is_free(timeout=second)


def test_poll_finds_out_without_the_bus(story, shop, line):
    """With the websocket cut both screens know within three seconds."""
    line.block = "^/websocket"
    desk = shop.desk()
    three = shop.patience(3)
    clerk = story.clerk_at(line.url).open(desk.code).register(AMOUNT)
    desk.counter("get_state")
    code_path = urlsplit(clerk.code_url).path
    phone = story.customer_at(line.url).open(line.url + code_path).tap("join")
    phone.is_in("engaged")
    clerk.is_in("engaged", timeout=three)
    phone.choose()
    clerk.is_in("chosen", timeout=three)
    story.step("without-bus")
    desk.session("cancel")
    phone.is_in("cancelled", timeout=three)
    clerk.is_in("cancelled", timeout=three)
