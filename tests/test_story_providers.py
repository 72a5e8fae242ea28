"""Two windows and a card company: redirect, one phase, form, saved cards, doubt."""

import pytest
from support import facts
from support.waiting import eventually

pytestmark = pytest.mark.story

AMOUNT = "80.78"


def kinds(cards):
    return [entry["kind"] for entry in cards.ledger()["entries"]]


def deal_id(shop, number):
    return shop.sql.value("SELECT id FROM epay_session WHERE name = %s", number)


def open_both(story, shop, store, login=None, **clerk_options):
    """Both windows, as far as the customer sees what there is to choose."""
    desk = shop.desk(store)
    clerk = story.clerk(**clerk_options).open(desk.code).register(AMOUNT)
    phone = story.customer(login=login).scan(clerk.code_url)
    return clerk, phone


def to_the_card_company(story, clerk, phone):
    """The clerk asks; the phone goes to the card company's page by itself."""
    phone.choose()
    clerk.is_in("chosen").press("request-authorization")
    phone.page.wait_for_url("**/pay/pay_*")
    story.step("card-company")


@pytest.mark.flavours("plain", "website")
def test_redirect(story, shop, cards):
    """To the card company's page and back, without the customer doing a thing."""
    clerk, phone = open_both(story, shop, "redir")
    to_the_card_company(story, clerk, phone)
    clerk.is_in("authorizing")
    phone.pay_at_card_company()
    phone.is_in("authorized")
    clerk.is_in("authorized")
    story.step("authorized")
    clerk.press("settle").is_in("settled")
    phone.is_in("settled").sees("completed")
    story.step("completed")
    assert phone.taps <= 3
    assert kinds(cards) == ["authorization", "capture"]
    facts.assert_settled(shop, deal_id(shop, clerk.number), AMOUNT)


def test_redirect_declined_then_paid(story, shop, cards):
    clerk, phone = open_both(story, shop, "redir", device="phone")
    to_the_card_company(story, clerk, phone)
    phone.pay_at_card_company("decline")
    phone.is_in("engaged").sees("message")
    clerk.is_in("engaged")
    story.step("declined")
    to_the_card_company(story, clerk, phone)
    phone.pay_at_card_company()
    phone.is_in("authorized")
    clerk.is_in("authorized").press("settle").is_in("settled")
    phone.is_in("settled")
    assert kinds(cards) == ["authorization", "capture"]


def test_customer_turns_back_at_the_card_company(story, shop, cards):
    """The back button leads to the visit, where the customer may choose again."""
    clerk, phone = open_both(story, shop, "redir")
    to_the_card_company(story, clerk, phone)
    phone.page.go_back()
    phone.sees("visit")
    story.step("back")
    phone.is_in("authorizing").sees("pay")
    phone.page.locator('[data-epay="change"]').tap()
    phone.is_in("engaged")
    clerk.is_in("engaged")
    to_the_card_company(story, clerk, phone)
    phone.pay_at_card_company()
    phone.is_in("authorized")
    clerk.is_in("authorized")
    assert kinds(cards) == ["authorization"]


@pytest.mark.flavours("plain", "website")
def test_one_phase(story, shop, cards):
    """Charged at once: customer and clerk are told before anybody is asked."""
    clerk, phone = open_both(story, shop, "once")
    assert "at once" in phone.text("method-option").lower()
    story.step("told-the-customer")
    phone.choose()
    clerk.is_in("chosen")
    assert "at once" in clerk.text("session").lower()
    story.step("told-the-clerk")
    clerk.press("request-authorization")
    phone.pay_at_card_company().is_in("authorized")
    clerk.is_in("authorized")
    story.step("charged")
    assert kinds(cards) == ["authorization", "capture"]
    session_id = deal_id(shop, clerk.number)
    facts.assert_nothing_booked(shop, session_id)
    assert not phone.has("completed")
    clerk.press("settle").is_in("settled")
    phone.is_in("settled")
    story.step("completed")
    assert kinds(cards) == ["authorization", "capture"]
    facts.assert_settled(shop, session_id, AMOUNT, captures=0)


def test_one_phase_dropped_gives_the_money_back(story, shop, cards):
    clerk, phone = open_both(story, shop, "once")
    phone.choose()
    clerk.is_in("chosen").press("request-authorization")
    phone.pay_at_card_company().is_in("authorized")
    clerk.is_in("authorized").press("cancel-session")
    story.step("asked")
    clerk.press("cancel-session").is_in("cancelled")
    phone.is_in("cancelled")
    story.step("given-back")
    assert cards.ledger()["totals"]["net"] == 0
    session_id = deal_id(shop, clerk.number)
    eventually(lambda: facts.assert_came_and_went(shop, session_id, AMOUNT))


@pytest.mark.flavours("plain", "website")
def test_form_of_the_card_company(story, shop, cards):
    """Its own form on our page; the card goes from the browser to the card company."""
    clerk, phone = open_both(story, shop, "form")
    phone.choose()
    clerk.is_in("chosen").press("request-authorization")
    phone.page.wait_for_url("**/pay")
    phone.page.locator("select[name=standin_card]").wait_for(state="attached")
    story.step("form")
    phone.tap("pay").is_in("authorized")
    clerk.is_in("authorized").press("settle").is_in("settled")
    phone.is_in("settled")
    story.step("completed")
    assert phone.taps <= 3
    assert kinds(cards) == ["authorization", "capture"]
    facts.assert_settled(shop, deal_id(shop, clerk.number), AMOUNT)


def test_saved_card(story, shop, cards):
    shop.give_saved_cards(cards)
    clerk, phone = open_both(story, shop, "redir", login="customer")
    phone.choose(saved=True)
    clerk.is_in("chosen").press("request-authorization")
    clerk.is_in("authorized")
    phone.is_in("authorized")
    clerk.press("settle").is_in("settled")
    phone.is_in("settled")
    story.step("completed")
    assert phone.taps <= 3
    assert kinds(cards) == ["authorization", "capture"]
    facts.assert_settled(shop, deal_id(shop, clerk.number), AMOUNT)


def test_saved_card_declined(story, shop, cards):
    shop.give_saved_cards(cards)
    cards.fault("decline", act="create", reason="insufficient_funds")
    clerk, phone = open_both(story, shop, "redir", login="customer")
    phone.choose(saved=True)
    clerk.is_in("chosen").press("request-authorization")
    phone.is_in("engaged")
    clerk.is_in("engaged")
    assert "insufficient funds" in phone.text("message")
    story.step("declined")


# --- doubt -----------------------------------------------------------------


def says_do_not_pay_again(phone):
    return "not pay again" in phone.page.locator("main").inner_text().lower()


@pytest.mark.flavours("plain", "website")
@pytest.mark.parametrize("fault", ["drop", "timeout"])
@pytest.mark.parametrize("act", ["authorization", "capture"])
def test_in_doubt_and_back(story, shop, cards, act, fault):
    """The card company is silent, and comes back: both screens say so all along."""
    cards.configure(webhooks=False)
    shop.give_saved_cards(cards)
    clerk, phone = open_both(story, shop, "redir", login="customer")
    phone.choose(saved=True)
    clerk.is_in("chosen")
    cards.fault(fault, act="create" if act == "authorization" else "capture")
    clerk.press("request-authorization")
    if act == "capture":
        clerk.is_in("authorized").press("settle")
    clerk.page.locator("[data-screen=doubt]").wait_for()
    eventually(lambda: says_do_not_pay_again(phone))
    assert not phone.has("completed") and not phone.has("pay")
    story.step("in-doubt")
    number = clerk.number
    session_id = deal_id(shop, number)
    clerk.press("next").is_free()
    story.step("parked")
    shop.recover()
    if act == "authorization":
        eventually(lambda: facts.state(shop, session_id) == "authorized")
        phone.is_in("authorized")
        story.step("known")
        clerk.page.locator(f'.epay-parked [data-id="{session_id}"]').click()
        clerk.is_in("authorized").press("settle")
    eventually(lambda: facts.state(shop, session_id) == "settled")
    phone.is_in("settled").sees("completed")
    story.step("settled")
    assert kinds(cards) == ["authorization", "capture"]
    facts.assert_settled(shop, session_id, AMOUNT)


@pytest.mark.parametrize("store, act", [("redir", "void"), ("once", "refund")])
def test_dropped_in_doubt_and_back(story, shop, cards, store, act):
    """Nobody answers to the void or refund: in doubt, then given back once."""
    cards.configure(webhooks=False)
    clerk, phone = open_both(story, shop, store)
    phone.choose()
    clerk.is_in("chosen").press("request-authorization")
    phone.pay_at_card_company().is_in("authorized")
    cards.fault("drop", act=act)
    clerk.is_in("authorized").press("cancel-session").press("cancel-session")
    clerk.page.locator("[data-screen=doubt]").wait_for()
    eventually(lambda: says_do_not_pay_again(phone))
    story.step("in-doubt")
    shop.recover()
    clerk.is_in("cancelled")
    phone.is_in("cancelled")
    story.step("given-back")
    assert kinds(cards).count(act) == 1
    totals = cards.ledger()["totals"]
    assert totals["held"] == 0 and totals["net"] == 0


def test_slow_answer_shows_since_when(story, shop, cards):
    """While the card company is being asked, both sides see that it is."""
    shop.wait_for_provider(30)
    clerk, phone = open_both(story, shop, "redir")
    to_the_card_company(story, clerk, phone)
    phone.pay_at_card_company().is_in("authorized")
    other = story.clerk(device="phone", who="clerk-phone")
    other.open(clerk.mark("counter").first.get_attribute("data-code"))
    cards.fault("delay", act="capture", seconds=None)
    clerk.is_in("authorized").press("settle")
    other.is_in("settling")
    phone.is_in("settling")
    story.step("slow")
    cards.release()
    clerk.is_in("settled")
    other.is_in("settled")
    phone.is_in("settled")
    shop.wait_for_provider(1.5)


def test_webhook_tells_both_screens(story, shop, cards):
    """The customer closes the card company's page; its webhook moves the deal."""
    clerk, phone = open_both(story, shop, "redir")
    to_the_card_company(story, clerk, phone)
    payment = phone.page.url.rsplit("/", 1)[-1]
    phone.page.close()
    phone.page.context.request.post(
        f"{cards.url}/pay/{payment}", form={"outcome": "pay"}, max_redirects=0
    )
    clerk.is_in("authorized", timeout=shop.patience(2))
    clerk.press("settle").is_in("settled")
    story.step("settled")
    facts.assert_settled(shop, deal_id(shop, clerk.number), AMOUNT)


def test_late_money_is_given_back(story, shop, cards):
    """The clerk drops the deal while the customer is at the card company and pays."""
    clerk, phone = open_both(story, shop, "redir")
    to_the_card_company(story, clerk, phone)
    clerk.is_in("authorizing").press("cancel-session")
    if clerk.has("session", state="authorizing"):
        clerk.press("cancel-session")
    clerk.is_in("cancelled")
    phone.pay_at_card_company().is_in("cancelled")
    story.step("late")
    cards.wait_for("ledger", kind="void")
    assert cards.ledger()["totals"]["held"] == 0
    facts.assert_nothing_booked(shop, deal_id(shop, clerk.number))


def test_provider_disabled_in_between(story, shop, cards):
    """A clear refusal on the clerk's screen that says what to do next."""
    clerk, phone = open_both(story, shop, "redir")
    phone.choose()
    clerk.is_in("chosen")
    shop.set_provider("redir", state="disabled")
    try:
        clerk.press("request-authorization")
        clerk.sees("message", code="provider_disabled")
        story.step("refused")
    finally:
        shop.set_provider("redir", state="test")
    clerk.press("request-authorization")
    phone.pay_at_card_company().is_in("authorized")
