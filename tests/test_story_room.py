"""Stories of the waiting room and of the customer's own amount, in real browsers."""

import base64
import re

import pytest
from playwright.sync_api import expect
from support import facts

pytestmark = pytest.mark.story
_READ = """async (picture) => {
    const image = new Image();
    image.src = picture;
    await image.decode();
    return (await new ZXing.BrowserQRCodeReader().decodeFromImageElement(image)).text;
}"""
# A red square of eight pixels.
LOGO = (
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEU"
    "lEQVR4nGM4ISeHFTEMLQkAkL9BAbKfPiIAAAAASUVORK5CYII="
)


def read_code(page, picture):
    """What a camera reads from a picture, by the library that Odoo brings for that."""
    page.add_script_tag(url="/web/static/lib/zxing-library/zxing-library.js")
    data = base64.b64encode(picture.read_bytes()).decode()
    return page.evaluate(_READ, f"data:image/png;base64,{data}")


def test_only_the_accepted_phone_sees_and_pays(story, shop, desk):
    """Three browsers: two phones wait, one is accepted; the other one is told, and
    takes over when the first one's battery dies."""
    clerk = story.clerk().open(desk.code)
    desk.register("80.78")
    first, second = story.customer(who="first"), story.customer(who="second")
    address = f"{shop.url}/epay/{desk.store}/{desk.code}"
    for phone in (first, second):
        phone.page.goto(address)
        phone.tap("join").is_in("waiting").sees("phrase")
    assert [first.text("place"), second.text("place")] == ["1", "2"]
    assert first.text("phrase") != second.text("phrase")
    story.step("both-wait")
    clerk.accept(first.text("phrase"))
    first.is_in("engaged").sees("amount").sees("phrase")
    told = second.page.get_by_text("The clerk is serving another phone")
    expect(told).to_be_visible()
    second.is_in("waiting").misses("amount")
    expect(second.mark("place")).to_have_text("1")
    story.step("one-is-accepted")

    # The first phone's battery dies after the choice.
    first.page.context.set_offline(True)
    desk.counter("release_visit")
    clerk.accept(second.text("phrase"))
    second.is_in("engaged").sees("amount").sees("choose")
    story.step("the-other-takes-over")
    second.mark("method-option").first.click()
    second.tap("choose").is_in("chosen")
    assert float(facts.deal(shop, desk.session_id)["amount"]) == 80.78
    first.page.context.set_offline(False)
    first.is_in("left")
    story.step("dead-phone-comes-back")


def test_wrong_amount_is_sent_back_and_corrected(story, shop):
    """On the keys of the page: a digit too few, sent back, entered again."""
    desk = shop.desk(amount_by="customer", min_amount=5)
    desk.counter("invite_amount", description="Vegetables")
    phone = story.customer()
    phone.page.goto(desk.code_url)
    phone.tap("join").is_in("engaged").sees("amount-input")
    for key in ("8", "0", "7", "9", "back"):
        phone.page.locator(f"[data-key='{key}']").click()
    field = phone.mark("amount-input")
    expect(field).to_have_value("807")
    story.step("a-digit-too-few")
    phone.mark("method-option").first.click()
    phone.tap("choose").is_in("chosen")
    assert desk.state()["amount"] == 807
    desk.session("send_back", "it was 8,078")
    phone.is_in("engaged")
    expect(phone.mark("message")).to_contain_text("it was 8,078")
    expect(field).to_have_value("")
    story.step("sent-back")
    field.fill("8,078")
    expect(phone.mark("amount-words")).to_contain_text("two ways")
    story.step("can-be-read-in-two-ways")
    field.fill("8078")
    words = phone.mark("amount-words")
    expect(words).to_contain_text(re.compile("8,078.00.*Eight Thousand"))
    phone.mark("method-option").first.click()
    story.step("corrected")
    phone.tap("choose").is_in("chosen")
    deal = desk.state()
    assert (deal["state"], deal["amount"]) == ("chosen", 8078)
    story.step("chosen")


def test_refused_amount_keeps_what_was_entered(story, shop):
    desk = shop.desk(amount_by="customer", min_amount=5, max_amount=100)
    desk.counter("invite_amount")
    phone = story.customer()
    phone.page.goto(desk.code_url)
    phone.tap("join").is_in("engaged")
    phone.mark("amount-input").fill("100.01")
    phone.mark("method-option").first.click()
    phone.tap("choose").sees("refused")
    expect(phone.mark("amount-input")).to_have_value("100.01")
    story.step("above-the-most")
    phone.mark("amount-input").fill("100")
    phone.tap("choose").is_in("chosen")


def test_poster_and_label_as_pictures(story, shop, desk):
    """What is printed, with a logo, and the pages that lead to a counter."""
    store = shop.sql.value("SELECT id FROM epay_store WHERE code = %s", desk.store)
    shop.admin.call("epay.store", "write", [store], {"logo": LOGO})
    manager = story.clerk(login="manager", who="manager")
    action = shop.user("manager").call(
        "epay.counter", "action_print_sticker", [desk.counter_id]
    )
    address = f"{shop.url}/epay/{desk.store}/{desk.code}?s=1-"
    for shape in ("poster", "label"):
        manager.page.goto(shop.url + action["url"].replace("poster", shape))
        manager.sees("sticker")
        expect(manager.page.get_by_role("button", name="Print")).to_be_visible()
        story.step(shape)
        drawing = manager.page.locator("main > svg")
        path = story.folder / f"{shape}.png"
        drawing.screenshot(path=path)
        assert read_code(manager.page, path).startswith(address)
    closed = shop.desk(name="Locked cellar")
    closed.counter("close_counter")
    for path in ("", "?q=locked", f"?q=till+{desk.code}", f"/{desk.store}/{desk.code}"):
        manager.page.goto(f"{shop.url}/epay{path}")
        story.step("portal")
    shop.admin.call("epay.store", "write", [store], {"logo": False})
