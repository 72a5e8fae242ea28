"""Stories of the waiting room and of the customer's own amount, in real browsers."""

import base64
import io
import re
import shutil

import pytest
from lxml import html
from playwright.sync_api import expect
from PyPDF2 import PdfReader
from support import facts
from support.screens import marked
from support.waiting import eventually

pytestmark = pytest.mark.story
# As a camera that is moved: the library finds no code in some single pictures, at
# whichever size, so it sees the picture in several.
_READ = """async (picture) => {
    const image = new Image();
    image.src = picture;
    await image.decode();
    const reader = new ZXing.BrowserQRCodeReader();
    let refusal;
    for (const scale of [1, 0.7, 1.5, 0.5, 2]) {
        const frame = document.createElement("canvas");
        frame.width = image.width * scale;
        frame.height = image.height * scale;
        frame.getContext("2d").drawImage(image, 0, 0, frame.width, frame.height);
        const seen = new Image();
        seen.src = frame.toDataURL();
        await seen.decode();
        try {
            return reader.decode(seen).text;
        } catch (error) {
            refusal = error;
        }
    }
    throw refusal;
}"""
# A red square of eight pixels.
LOGO = (
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEU"
    "lEQVR4nGM4ISeHFTEMLQkAkL9BAbKfPiIAAAAASUVORK5CYII="
)


def deal_id(shop, number):
    return shop.sql.value("SELECT id FROM epay_session WHERE name = %s", number)


def read_code(page, picture):
    """What a camera reads from a picture, by the library that Odoo brings for that."""
    page.add_script_tag(url="/web/static/lib/zxing-library/zxing-library.js")
    data = base64.b64encode(picture.read_bytes()).decode()
    return page.evaluate(_READ, f"data:image/png;base64,{data}")


def waiting_phones(story, desk, *names):
    """Phones that came by the counter's address, each in a browser of its own."""
    phones = [story.customer(who=name) for name in names]
    for phone in phones:
        phone.page.goto(f"{phone.url}/epay/{desk.store}/{desk.code}")
        phone.tap("join").is_in("waiting").sees("phrase")
    return phones


def row(clerk, phone):
    """The phone's row on the clerk's screen, by the words that it shows."""
    return clerk.mark("visit", phrase=phone.text("phrase"))


def is_above_the_bar(clerk, mark, **attributes):
    """Whether the mark is all in sight: below the banner, above the acts."""
    found = clerk.mark(mark, **attributes).last
    expect(found).to_be_visible()
    box = found.bounding_box()
    bottoms = [clerk.page.viewport_size["height"]]
    bars = ".epay-screen-actions, .epay-keyin > .epay-button--main"
    for bar in clerk.page.locator(bars).all():
        place = bar.bounding_box()
        if place and bar.locator(marked(mark)).count() == 0:
            bottoms.append(place["y"])
    banner = clerk.page.locator(".epay-turn").bounding_box()
    assert banner["y"] + banner["height"] <= box["y"] + 1, mark
    assert box["y"] + box["height"] <= min(bottoms) + 1, (mark, box, bottoms)


def test_clerk_with_a_phone_compares_words_without_scrolling(story, desk):
    """Two phones wait: their words are in sight before and after the amount is keyed
    in, and so are the buttons once it is."""
    clerk = story.clerk(device="phone").open(desk.code)
    first, second = waiting_phones(story, desk, "first", "second")
    expect(clerk.mark("visit")).to_have_count(2)
    expect(clerk.mark("waiting-words")).to_contain_text(second.text("phrase"))
    is_above_the_bar(clerk, "waiting-words")
    story.step("words-while-keying-in")
    clerk.register("80.78")
    for phone in (first, second):
        expect(row(clerk, phone)).to_contain_text(f"Place {phone.text('place')}")
        is_above_the_bar(clerk, "visit", phrase=phone.text("phrase"))
    story.step("words-with-the-code")
    phrase = first.text("phrase")
    clerk.accept(phrase).is_in("engaged")
    first.tap("leave").is_in("left")
    clerk.is_in("open").sees("customer-left")
    expect(clerk.mark("customer-left")).to_contain_text(phrase)
    story.step("first-has-left")


def test_clerk_with_a_phone_has_all_keys_in_sight(story, shop):
    """Also where the way back to the customer's own amount takes a line."""
    desk = shop.desk(amount_by="customer")
    clerk = story.clerk(device="phone").open(desk.code).press("enter-amount")
    clerk.sees("amount-input").sees("customer-enters")
    story.step("keys")
    last = clerk.page.locator("[data-key]").last
    register = clerk.mark("register").bounding_box()
    for key in clerk.page.locator("[data-key]").all():
        box = key.bounding_box()
        assert box["y"] + box["height"] <= register["y"], box
    assert last.is_visible()


def test_only_the_accepted_phone_sees_and_pays(story, shop, desk):
    """Three browsers: two phones wait, one is accepted; the other one is told, and
    takes over and pays when the first one's battery dies."""
    clerk = story.clerk().open(desk.code)
    first, second = waiting_phones(story, desk, "first", "second")
    assert [first.text("place"), second.text("place")] == ["1", "2"]
    assert first.text("phrase") != second.text("phrase")
    # Both are there before anything is registered; who came last is on top.
    expect(clerk.mark("visit")).to_have_count(2)
    newest = clerk.mark("visit").first
    expect(newest).to_have_attribute("data-phrase", second.text("phrase"))
    clerk.misses("accept-visit")
    story.step("both-wait")
    clerk.register("80.78")
    second.page.evaluate("document.querySelector('main').dataset.kept = '1'")
    clerk.accept(first.text("phrase")).is_in("engaged")
    first.is_in("engaged").sees("amount").sees("phrase")
    told = second.page.get_by_text("The clerk is serving another phone")
    expect(told).to_be_visible()
    second.is_in("waiting").misses("amount").misses("choose")
    expect(second.mark("place")).to_have_text("1")
    # The page was not fetched again for that.
    expect(second.page.locator("main[data-kept]")).to_have_count(1)
    story.step("one-is-accepted")

    first.choose()
    clerk.is_in("chosen")
    # The battery dies.
    first.page.context.set_offline(True)
    clerk.let_go()
    story.step("let-go")
    clerk.accept(second.text("phrase"))
    second.is_in("engaged").sees("amount").sees("choose")
    story.step("the-other-takes-over")
    second.choose()
    clerk.is_in("chosen").press("request-authorization")
    second.pay_with_demo().is_in("authorized")
    clerk.is_in("authorized").press("settle").is_in("settled")
    second.is_in("settled").sees("completed")
    first.page.context.set_offline(False)
    first.is_in("left").misses("amount").misses("receipt")
    story.step("dead-phone-comes-back")
    deal = facts.deal(shop, deal_id(shop, clerk.number))
    assert (deal["state"], float(deal["amount"])) == ("settled", 80.78)


def test_phone_that_dies_on_the_providers_form_is_replaced(story, shop, desk):
    """The clerk lets it go while the authorization is asked for; the next phone pays,
    and the clerk lets yet another one look on."""
    clerk = story.clerk(device="phone").open(desk.code)
    [first] = waiting_phones(story, desk, "first")
    clerk.register("80.78").accept(first.text("phrase"))
    first.is_in("engaged").choose()
    clerk.is_in("chosen").press("request-authorization")
    first.page.wait_for_url("**/pay")
    first.page.context.set_offline(True)
    [second] = waiting_phones(story, desk, "second")
    clerk.is_in("authorizing").let_go().sees("hand-over")
    story.step("let-go-while-confirming")
    clerk.accept(second.text("phrase"))
    second.page.wait_for_url("**/pay")
    second.pay_with_demo().is_in("authorized")
    clerk.is_in("authorized")
    second.page.context.set_offline(True)
    [third] = waiting_phones(story, desk, "third")
    clerk.let_go()
    story.step("let-go-once-authorized")
    clerk.accept(third.text("phrase"))
    third.is_in("authorized").sees("amount").misses("method")
    story.step("third-looks-on")
    clerk.press("settle").is_in("settled")
    third.is_in("settled").misses("receipt")


def test_waiting_phone_reloads_sleeps_and_loses_the_network(story, shop, desk):
    """It keeps its words and its place, and the clerk sees when it is not there."""
    clerk = story.clerk().open(desk.code)
    first, second = waiting_phones(story, desk, "first", "second")
    phrase = second.text("phrase")
    second.reload().is_in("waiting")
    assert (second.text("phrase"), second.text("place")) == (phrase, "2")
    # Asleep: its page says nothing any more, and a minute goes by.
    second.page.context.set_offline(True)
    shop.sql.run(
        "UPDATE epay_visit SET last_seen = last_seen - interval '2 minutes'"
        " WHERE phrase = %s",
        phrase,
    )
    # Its last sign of life is older than this screen knows.
    clerk.reload().at_counter(desk.code)
    expect(row(clerk, second)).to_contain_text("Away")
    story.step("asleep")
    first.tap("leave").is_in("left")
    second.page.context.set_offline(False)
    expect(second.mark("place")).to_have_text("1")
    assert second.text("phrase") == phrase
    expect(row(clerk, second)).not_to_contain_text("Away", timeout=30000)
    clerk.register("5.00").accept(phrase)
    second.is_in("engaged")


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_wrong_amount_is_sent_back_and_corrected(story, shop, device):
    """On the keys of the page: a digit too few, sent back, entered again, confirmed."""
    desk = shop.desk(amount_by="customer", min_amount=5)
    clerk = story.clerk(device=device).open(desk.code).sees("invite-amount")
    story.step("free")
    clerk.invite("Vegetables")
    story.step("invited")
    phone = story.customer().scan(clerk.code_url).sees("amount-input")
    clerk.is_in("engaged").misses("session-amount")
    for key in ("8", "0", "7", "9", "back"):
        phone.page.locator(f"[data-key='{key}']").click()
    field = phone.mark("amount-input")
    expect(field).to_have_value("807")
    story.step("a-digit-too-few")
    phone.choose()
    clerk.is_in("chosen")
    expect(clerk.mark("session-amount")).to_contain_text("807.00")
    height = clerk.page.locator(".epay-own").bounding_box()["height"]
    assert height >= clerk.page.viewport_size["height"] / 2
    story.step("clerk-sees-it")
    clerk.press("send-back-open").sees("send-back-reason")
    # Whoever aims at "send" finds nothing that confirms; Enter sends.
    clerk.misses("request-authorization")
    clerk.mark("send-back-reason").fill("it was 8,078")
    story.step("clerk-says-why")
    clerk.page.keyboard.press("Enter")
    clerk.is_in("engaged")
    phone.is_in("engaged")
    expect(phone.mark("message")).to_contain_text("it was 8,078")
    expect(field).to_have_value("")
    story.step("sent-back")
    field.fill("8,078")
    words = phone.mark("amount-words")
    expect(words).to_contain_text("two ways")
    story.step("can-be-read-in-two-ways")
    field.fill("8078")
    expect(words).to_contain_text(re.compile("8,078.00.*Eight Thousand"))
    phone.choose()
    clerk.is_in("chosen")
    expect(clerk.mark("amount-words")).to_contain_text("Eight Thousand")
    expect(clerk.mark("request-authorization")).to_contain_text("8,078.00")
    story.step("corrected")
    clerk.press("request-authorization")
    phone.pay_with_demo().is_in("authorized")
    clerk.is_in("authorized").press("settle").is_in("settled")
    deal = facts.deal(shop, deal_id(shop, clerk.number))
    assert float(deal["amount"]) == 8078


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_clerk_checks_the_sticker(story, shop, desk, device):
    """Genuine, old and foreign, as a scanner types them."""
    manager = shop.user("manager")
    action = manager.call("epay.counter", "action_print_sticker", [desk.counter_id])
    page = html.fromstring(manager.http.get(shop.url + action["url"]).text)
    letters = page.xpath("(//main//*[name()='text'])[last()]")[0].text_content().split()
    clerk = story.clerk(device=device).open(desk.code).from_menu("sticker")
    clerk.check_sticker(letters[-1])
    # Anybody may print them below a code of his own.
    clerk.sees("sticker", sticker="letters").sees("serial")
    is_above_the_bar(clerk, "serial")
    story.step("letters")
    address = f"{shop.url}/epay/{desk.store}/{desk.code}?s={letters[-1]}"
    clerk.check_sticker(address)
    clerk.sees("sticker", sticker="genuine").sees("serial")
    story.step("genuine")
    manager.call("epay.counter", "rotate_codes", [desk.counter_id])
    clerk.check_sticker(letters[-1]).sees("sticker", sticker="old")
    story.step("old")
    clerk.check_sticker("https://evil.example/epay/main/C11?s=1-AAAAAAAAAAAAAAAA")
    clerk.sees("sticker", sticker="foreign").misses("serial")
    story.step("foreign")


def test_refused_amount_keeps_what_was_entered(story, shop):
    desk = shop.desk(amount_by="customer", min_amount=5, max_amount=100)
    desk.counter("invite_amount")
    phone = story.customer()
    phone.page.goto(desk.code_url)
    phone.tap("join").is_in("engaged")
    # What comes later has its style sheet by now.
    ahead = phone.page.locator("head link[rel=stylesheet][href*='extra.css']")
    expect(ahead).to_have_count(1)
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


@pytest.mark.skipif(
    not shutil.which("wkhtmltopdf"),
    reason="Odoo makes PDFs with wkhtmltopdf, which isn't on this machine",
)
@pytest.mark.parametrize("shape, paper", [("poster", (210, 297)), ("label", (90, 50))])
def test_sticker_as_a_pdf(story, shop, desk, shape, paper):
    """One page in the paper's size, from the link on the print view."""
    store = shop.sql.value("SELECT id FROM epay_store WHERE code = %s", desk.store)
    shop.admin.call("epay.store", "write", [store], {"logo": LOGO})
    manager = story.clerk(login="manager", who="manager")
    action = shop.user("manager").call(
        "epay.counter", "action_print_sticker", [desk.counter_id]
    )
    manager.page.goto(shop.url + action["url"].replace("poster", shape))
    link = manager.page.get_by_role("link", name="PDF").get_attribute("href")
    answer = manager.page.request.get(shop.url + link)
    story.step(shape)
    (story.folder / f"{shape}.pdf").write_bytes(answer.body())
    pages = PdfReader(io.BytesIO(answer.body())).pages
    size = [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]]
    assert (len(pages), tuple(size)) == (1, paper)
    shop.admin.call("epay.store", "write", [store], {"logo": False})


# A camera that sees a grey picture, and a reader that reads what the test says.
_CAMERA = """
window.BarcodeDetector = class {
    async detect() {
        return window.seen ? [{rawValue: window.seen}] : [];
    }
};
navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement("canvas");
    canvas.getContext("2d").fillRect(0, 0, 9, 9);
    return canvas.captureStream(5);
};
"""


def test_scanner_of_the_portal_follows_our_codes_only(story, shop, desk):
    """For a customer who opened the portal first, in a browser that reads codes."""
    desk.register()
    phone = story.customer()
    phone.page.goto(f"{shop.url}/epay")
    expect(phone.mark("scan")).to_be_hidden()
    phone.page.add_init_script(_CAMERA)
    phone.reload().tap("scan")
    foreign = phone.page.locator("[data-said=foreign]")
    for code in ("https://evil.example/epay/q/1-1-abc", "WIFI:S:Free;;"):
        phone.page.evaluate("code => { window.seen = code; }", code)
        expect(foreign).to_be_visible()
    story.step("foreign-code")
    phone.page.evaluate("code => { window.seen = code; }", desk.code_url)
    phone.sees("join", timeout=15000).tap("join").is_in("engaged")


def test_amount_whose_answer_was_lost_is_asked_for_afresh(story, shop):
    """The phone sent 807 and doesn't know; the clerk has sent it back meanwhile."""
    desk = shop.desk(amount_by="customer")
    desk.counter("invite_amount")
    phone = story.customer()
    phone.page.goto(desk.code_url)
    phone.tap("join").is_in("engaged")
    phone.mark("amount-input").fill("807")
    phone.mark("method-option").first.click()
    phone.page.route("**/choose", lambda route: (route.fetch(), route.abort()))
    phone.page.route("**/state?*", lambda route: route.abort())
    phone.tap("choose")
    eventually(lambda: desk.state()["state"] == "chosen")
    desk.session("send_back", "it was 8,078")
    expect(phone.mark("amount-input")).to_have_value("807")
    phone.page.unroute("**/choose")
    phone.page.unroute("**/state?*")
    phone.is_in("engaged").sees("message")
    expect(phone.mark("message")).to_contain_text("it was 8,078", timeout=30000)
    expect(phone.mark("amount-input")).to_have_value("")
    story.step("asked-afresh")
