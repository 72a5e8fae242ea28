"""What the customer's pages do by themselves, on a real phone's browser."""

import pytest
from playwright.sync_api import expect
from support import facts

pytestmark = pytest.mark.story

AMOUNT = "80.78"


def joined(story, shop):
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    return clerk, story.customer().scan(clerk.code_url)


def authorized(story, shop):
    clerk, phone = joined(story, shop)
    phone.choose()
    clerk.is_in("chosen").press("request-authorization")
    phone.pay_with_demo().is_in("authorized")
    clerk.is_in("authorized")
    return clerk, phone


def test_who_signs_in_for_a_saved_card_is_that_customer_on_return(story, shop):
    clerk, phone = joined(story, shop)
    phone.tap("sign-in")
    phone.page.fill("input[name=login]", "customer")
    phone.page.fill("input[name=password]", "customer")
    phone.page.press("input[name=password]", "Enter")
    phone.sees("paying-as")
    story.step("signed-in")
    assert "Casey Customer" in phone.text("paying-as")
    # The saved card is chosen already.
    phone.tap("choose").is_in("chosen")
    clerk.is_in("chosen")
    assert "4242" in clerk.text("method")


def test_a_link_makes_nobody_that_customer(story, shop):
    """Only who was sent to sign in by a tap is identified; opening a page isn't one."""
    _clerk, phone = joined(story, shop)
    visit = phone.page.url
    login = f"{shop.url}/web/login?redirect=/epay/back?signed_in=1"
    phone.page.goto(login)
    phone.page.fill("input[name=login]", "customer")
    phone.page.fill("input[name=password]", "customer")
    phone.page.press("input[name=password]", "Enter")
    phone.page.wait_for_url(visit)
    phone.sees("identify").misses("paying-as")
    story.step("has-a-button")


def test_continue_without_a_choice_says_so_in_our_words(story, shop):
    _clerk, phone = joined(story, shop)
    said = phone.page.locator("#unpicked")
    phone.page.evaluate("document.querySelector('[name=option]').checked = false")
    phone.tap("choose")
    expect(said).to_be_visible()
    story.step("said")
    phone.is_in("engaged").tap("method-option")
    expect(said).to_be_hidden()
    phone.tap("choose").is_in("chosen")


def test_what_was_pressed_without_a_network_is_to_be_pressed_again(story, shop):
    _clerk, phone = joined(story, shop)
    said = phone.page.locator("[data-unsent]")
    phone.page.context.set_offline(True)
    phone.tap("choose")
    expect(said).to_be_visible()
    story.step("offline")
    phone.page.context.set_offline(False)
    expect(said).to_be_hidden()
    phone.tap("choose").is_in("chosen")


def test_join_and_leave_without_a_network_keep_the_page(story, shop):
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    phone = story.customer()
    phone.page.goto(clerk.code_url)
    network, said = phone.page.context, phone.page.locator("[data-unsent]")
    network.set_offline(True)
    phone.tap("join")
    expect(said).to_be_visible()
    story.step("join-offline")
    network.set_offline(False)
    expect(said).to_be_hidden()
    phone.tap("join").is_in("engaged")
    network.set_offline(True)
    phone.tap("leave")
    expect(said).to_be_visible()
    story.step("leave-offline")
    network.set_offline(False)
    phone.tap("leave").is_in("left")
    expect(phone.page.locator("#let-go")).to_be_hidden()


def test_phone_that_the_clerk_lets_go_is_told_so(story, shop):
    clerk, phone = joined(story, shop)
    clerk.is_in("engaged").press("release-visit")
    phone.is_in("left")
    expect(phone.page.locator("#let-go")).to_be_visible()
    story.step("let-go")


LARGE = """addEventListener("DOMContentLoaded", () => {
    document.documentElement.style.setProperty("font-size", "200%", "important");
})"""
# What hides or cuts off: wider than the page, or a piece of text narrower than a word.
MISFITS = """() => [...document.querySelectorAll("main *, header *")]
    .filter((e) => e.getClientRects().length && !e.closest(".ep-hidden, svg"))
    .filter((e) => {
        const {left, right} = e.getBoundingClientRect();
        return left < -1 || right > innerWidth + 1;
    })
    .map((e) => e.outerHTML.slice(0, 80))"""
COVERED = """() => [...document.querySelectorAll("#say, [data-epay=method-option]")]
    .filter((e) => {
        const {left, top, width, height} = e.getBoundingClientRect();
        const [x, y] = [left + width / 2, top + height / 2];
        const there = document.elementFromPoint(x, y);
        return y < innerHeight && !(e.contains(there) || there?.contains(e));
    })
    .map((e) => e.outerHTML.slice(0, 80))"""


def test_letters_of_twice_the_size_fit_a_narrow_phone(story, shop):
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register("1234.50", "Country bread")
    phone = story.customer()
    phone.page.add_init_script(LARGE)

    def fits(step):
        story.step(step)
        assert phone.page.evaluate(MISFITS) == []
        assert phone.page.evaluate(COVERED) == []
        width = phone.page.evaluate("document.documentElement.scrollWidth")
        assert width == phone.page.viewport_size["width"]

    phone.page.goto(f"{shop.url}/epay")
    fits("portal")
    phone.scan(clerk.code_url)
    fits("choose")
    # No letter stands alone in its line.
    label = phone.mark("method-option").locator("strong").first
    assert label.bounding_box()["width"] > 60
    phone.choose()
    clerk.is_in("chosen").press("request-authorization")
    phone.pay_with_demo().is_in("authorized")
    fits("authorized")
    clerk.is_in("authorized").press("settle")
    phone.is_in("settled")
    fits("completed")


def test_phone_that_leaves_while_paying_is_asked_once_and_sees_the_end(story, shop):
    clerk, phone = authorized(story, shop)
    box = phone.mark("ask-leave").bounding_box()
    spot = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    # A double tap leaves nothing.
    phone.page.touchscreen.tap(*spot)
    phone.sees("leave")
    story.step("asked")
    phone.page.touchscreen.tap(*spot)
    phone.is_in("authorized")
    expect(phone.mark("leave")).to_be_hidden()
    phone.tap("ask-leave").tap("leave").is_in("left").sees("amount")
    story.step("left")
    clerk.press("settle").is_in("settled")
    phone.is_in("settled", timeout=3000).sees("receipt")
    story.step("settled")
    session_id = shop.sql.value(
        "SELECT id FROM epay_session WHERE name = %s", clerk.number
    )
    facts.assert_settled(shop, session_id, AMOUNT)


def test_form_whose_scripts_do_not_come_says_so_and_tries_again(story, shop):
    clerk, phone = joined(story, shop)
    phone.choose()

    def lose(route):
        route.abort() if ".js" in route.request.url else route.continue_()

    phone.page.route("**/web/assets/**", lose)
    clerk.is_in("chosen").press("request-authorization")
    phone.page.wait_for_url("**/pay")
    note = phone.page.locator("#unloaded")
    expect(note).to_be_visible()
    story.step("not-loaded")
    phone.page.unroute("**/web/assets/**")
    note.locator("a[href$='/pay']").tap()
    expect(phone.mark("pay")).to_be_enabled()
    expect(note).to_be_hidden()
    phone.tap("pay").is_in("authorized")
