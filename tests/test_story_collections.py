"""SD1 to SD6 in two real windows: a route of the day, door by door."""

from decimal import Decimal

import pytest
from support.route import Route
from support.screens import marked

pytestmark = pytest.mark.story


@pytest.fixture
def route(shop):
    return Route(shop)


def row_of(clerk, line_id):
    return clerk.mark("schedule-line", id=line_id)


def open_line(clerk, line_id):
    row_of(clerk, line_id).locator(marked("open-line")).click()
    clerk.is_in("open").sees("qr")


def pay(story, clerk, phone):
    """From the customer's choice to "completed" on both sides."""
    phone.choose()
    clerk.is_in("chosen").press("request-authorization")
    phone.pay_with_demo().is_in("authorized")
    clerk.is_in("authorized").press("settle")
    phone.is_in("settled").sees("completed")
    clerk.is_in("settled")
    story.step("paid")


# There is Odoo's `delivery`, with its cash on delivery.
@pytest.mark.flavours("website")
@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_an_order_on_delivery_and_an_overdue_invoice(story, shop, route, device):
    """One is paid in whole on the phone, the other in part on the phone and the rest in
    cash, and the ledger is right to the cent.
    """
    story.calm = True
    mueller, cafe = route.customer(), route.customer("Café Bleu")
    order, bill = route.order(mueller), route.bill(cafe)
    promise = route.promise(order, 78)
    ordered = route.line(sale_order_id=order, sequence=1, partner_id=mueller)
    billed = route.line(invoice_id=bill, sequence=2, partner_id=cafe)
    clerk = story.clerk(device=device).open(route.code)
    clerk.sees("schedule-line", id=ordered).sees("schedule-line", id=billed)
    story.step("schedule")

    clerk.mark("schedule-search").fill("müll")
    clerk.misses("schedule-line", id=billed)
    story.step("found")
    open_line(clerk, ordered)
    phone = story.customer().scan(clerk.code_url)
    assert "78.00" in phone.text("amount")
    assert phone.has("line"), "the customer reads what was ordered"
    story.step("order-joined")
    pay(story, clerk, phone)
    clerk.press("next")
    clerk.sees("schedule-search").mark("schedule-search").fill("")

    row_of(clerk, billed).locator(marked("show-line")).click()
    clerk.sees("collection", id=billed)
    story.step("door")
    clerk.press("outcome-part").mark("line-amount-input").fill("40.03")
    story.step("part")
    clerk.press("report-line").is_in("open")
    phone = story.customer(who="other").scan(clerk.code_url)
    assert "40.03" in phone.text("amount")
    pay(story, clerk, phone)
    clerk.press("next").sees("schedule-line", id=billed, state="partly")
    story.step("part-paid")
    assert route.owed(cafe) == Decimal("76.97")
    assert route.due(billed) == 76.97

    row_of(clerk, billed).locator(marked("show-line")).click()
    clerk.press("outcome-cash").press("report-line")
    clerk.sees("schedule-line", id=billed, state="collected")
    story.step("done")

    assert route.owed(mueller) == route.owed(cafe) == 0
    assert route.states_of(ordered, billed) == ["collected", "collected"]
    assert_paid_in_full(route.invoice_of_order(order), "78.00")
    assert route.state_of_promise(promise) == "cancel", "the money came by card"


def assert_paid_in_full(invoice, amount):
    assert invoice["amount_total"] == Decimal(amount)
    assert (invoice["payment_state"], invoice["amount_residual"]) == ("paid", 0)


def test_what_happens_at_doors(story, route):
    """Each is one tap and a reason; a signature is drawn."""
    story.calm = True
    doors = [route.typed(10, "Bread"), route.typed(20, "Milk"), route.typed(30, "Tea")]
    clerk = story.clerk(device="phone").open(route.code)
    for door, outcome, reason in (
        (doors[0], "absent", "Dark windows"),
        (doors[1], "disputed", "Says it was paid"),
    ):
        row_of(clerk, door).locator(marked("show-line")).click()
        clerk.press(f"outcome-{outcome}").mark("line-reason-input").fill(reason)
        story.step(outcome)
        clerk.press("report-line")
        clerk.sees("schedule-line", id=door, state="not_collected")
    row_of(clerk, doors[2]).locator(marked("show-line")).click()
    clerk.press("sign-line")
    canvas = clerk.page.locator(".modal canvas")
    box = canvas.bounding_box()
    clerk.page.mouse.move(box["x"] + 20, box["y"] + 20)
    clerk.page.mouse.down()
    clerk.page.mouse.move(box["x"] + 120, box["y"] + 60, steps=8)
    clerk.page.mouse.up()
    story.step("signing")
    clerk.page.locator(".modal-footer .btn-primary").click()
    clerk.page.locator(".modal").wait_for(state="detached")
    story.step("signed")
    reasons = route.shop.sql.values(
        "SELECT reason FROM epay_collection_attempt WHERE line_id IN (%s, %s)"
        " ORDER BY id",
        *doors[:2],
    )
    assert reasons == ["Dark windows", "Says it was paid"]
    assert route.row(doors[2])["signed_at"]


def test_the_route_is_read_without_a_network(story, route):
    door = route.typed(10, "Bread", phone="+49 30 555")
    clerk = story.clerk(device="phone").open(route.code)
    clerk.sees("schedule-line", id=door)
    clerk.page.context.set_offline(True)
    clerk.sees("offline")
    clerk.mark("schedule-search").fill("555")
    clerk.sees("schedule-line", id=door)
    row_of(clerk, door).locator(marked("show-line")).click()
    clerk.sees("collection", id=door)
    story.step("offline")
    clerk.page.context.set_offline(False)
    clerk.misses("offline")


def test_a_customer_pays_ahead(story, route):
    """By the link of the mail, on the same pages; the line is closed."""
    story.calm = True
    door = route.typed(24.5, "Newspaper")
    [values] = route.admin.call(
        "epay.collection.line", "read", [door], ["pay_ahead_url"]
    )
    phone = story.customer().open(values["pay_ahead_url"])
    assert "24.50" in phone.text("amount")
    story.step("link")
    phone.tap("join").is_in("engaged")
    story.step("joined")
    phone.tap("choose")
    phone.pay_with_demo()
    phone.is_in("settled").sees("completed")
    story.step("completed")
    assert route.row(door)["state"] == "collected"
    assert route.due(door) == 0
