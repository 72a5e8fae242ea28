"""What the page that asks for the customer's own amount shows, on a small phone."""

import io
import unicodedata

import pytest
from playwright.sync_api import expect
from PyPDF2 import PdfReader

pytestmark = pytest.mark.story
SMALL = {"width": 360, "height": 740}
# Keys of which the middle is not in sight, or under something else.
COVERED = """() => [...document.querySelectorAll(".ep-keys [data-key]")]
    .filter((key) => {
        const {left, top, width, height} = key.getBoundingClientRect();
        const there = document.elementFromPoint(left + width / 2, top + height - 2);
        return !key.contains(there);
    })
    .map((key) => key.dataset.key)"""


@pytest.fixture
def asked(story, shop):
    """A phone that is asked for its amount, and the counter."""
    desk = shop.desk(amount_by="customer", min_amount=5, max_amount=100)
    desk.counter("invite_amount")
    phone = story.customer()
    phone.page.set_viewport_size(SMALL)
    phone.page.goto(desk.code_url)
    phone.tap("join").is_in("engaged").sees("amount-input")
    return phone, desk


def keys_under_something(phone):
    expect(phone.page.locator("[data-key='0']")).to_be_visible()
    phone.page.evaluate("scrollTo(0, 0)")
    return phone.page.evaluate(COVERED)


def test_all_keys_are_in_sight(story, asked):
    """When the page opens, when an amount was refused, and when it was sent back."""
    phone, desk = asked
    assert keys_under_something(phone) == []
    story.step("opened")
    phone.mark("amount-input").fill("100.01")
    phone.tap("choose").sees("refused")
    assert keys_under_something(phone) == []
    story.step("refused")
    phone.mark("amount-input").fill("80.70")
    phone.choose().is_in("chosen")
    desk.session("send_back", "it was 80.78")
    phone.is_in("engaged")
    assert keys_under_something(phone) == []
    story.step("sent-back")


def test_what_was_refused_is_over_with_the_next_key(asked):
    phone, _desk = asked
    field = phone.mark("amount-input")
    field.fill("100.01")
    phone.tap("choose").sees("refused")
    expect(phone.page.locator("#limits")).to_be_hidden()
    phone.page.locator("[data-key=back]").click()
    phone.misses("refused")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(phone.page.locator("#limits")).to_be_visible()


def test_no_amount_is_said_in_our_words(story, asked):
    phone, _desk = asked
    said = phone.page.locator("#no-amount")
    phone.tap("choose")
    expect(said).to_be_visible()
    expect(phone.mark("amount-input")).to_be_focused()
    story.step("nothing-entered")
    phone.page.locator("[data-key='8']").click()
    expect(said).to_be_hidden()


def test_who_leaves_is_not_told_that_the_phone_was_let_go(asked):
    """Nor is it read aloud."""
    phone, _desk = asked
    phone.tap("leave").is_in("left")
    live = phone.page.locator("#live")
    expect(live).to_contain_text("Nothing is charged")
    expect(live).not_to_contain_text("let go")


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_poster_is_one_sheet_on_paper(story, shop, desk, paper):
    manager = story.clerk(login="manager", who="manager")
    action = shop.user("manager").call(
        "epay.counter", "action_print_sticker", [desk.counter_id]
    )
    manager.page.goto(shop.url + action["url"])
    manager.sees("sticker")
    printed = manager.page.pdf(format=paper)
    (sheet,) = PdfReader(io.BytesIO(printed)).pages
    letters = manager.page.locator("main svg > text").last.text_content().strip()
    # A font may draw two letters as one sign.
    printed_text = unicodedata.normalize("NFKC", sheet.extract_text())
    assert letters.split()[-1] in printed_text
