"""At the door, too: whatever comes at once, it is collected once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from support.obstacle import obstacle
from support.route import Route
from support.waiting import eventually
from test_races import at_once, refusals


@pytest.fixture
def route(shop):
    return Route(shop)


def deals(shop, line_id):
    """States of all deals of a line, the oldest first."""
    return shop.sql.values(
        "SELECT state FROM epay_session WHERE collection_line_id = %s ORDER BY id",
        line_id,
    )


def test_one_line_on_ten_devices(shop, route):
    """Every device sees the one deal."""
    line = route.typed()
    devices = [route.twin() for _number in range(10)]
    calls = [
        lambda d=device: d.counter("open_collection", line)["session"]["id"]
        for device in devices
    ]
    results = at_once(*calls)
    assert set(refusals(results)) <= {"busy", "counter_busy"}
    seen = {result for result in results if isinstance(result, int)}
    assert len(seen) == 1
    assert deals(shop, line) == ["open"]


def test_two_clerks_open_one_line(shop):
    """One wins, the other is told who."""
    route = Route(shop, logins=("clerk", "clerk2"))
    second = shop.desk(login="clerk2")
    line = route.typed()
    results = at_once(
        lambda: route.counter("open_collection", line),
        lambda: second.counter("open_collection", line),
    )
    assert set(refusals(results)) <= {"line_opened", "busy"}
    assert len(refusals(results)) == 1
    assert deals(shop, line) == ["open"]


def test_cash_on_two_devices(shop, route):
    """The money is in the box once."""
    line = route.typed(50)
    results = at_once(
        lambda: route.report(line, "cash"),
        lambda: route.twin().rpc.call("epay.collection.line", "report", [line], "cash"),
    )
    assert set(refusals(results)) <= {"wrong_state", "nothing_due", "busy"}
    payments = shop.sql.values(
        "SELECT p.amount FROM account_payment p"
        " JOIN epay_collection_attempt a ON a.payment_id = p.id WHERE a.line_id = %s",
        line,
    )
    assert payments == [50]
    assert route.owed(route.row(line)["partner_id"]) == 0


def test_cash_and_card_at_once(shop, route):
    """While the card is being settled, cash is refused; nothing is taken twice."""
    line = route.typed(50)
    route.open(line)
    phone = shop.phone()
    phone.join_by_code(route.code_url)
    phone.choose(None)
    route.session("request_authorization")
    phone.pay_with_demo()
    eventually(lambda: deals(shop, line) == ["authorized"])
    results = at_once(
        lambda: route.session("settle"), lambda: route.report(line, "cash")
    )
    assert set(refusals(results)) <= {"line_opened", "wrong_state", "busy"}
    eventually(lambda: deals(shop, line) == ["settled"])
    assert route.row(line)["collected_amount"] == 50
    assert route.owed(route.row(line)["partner_id"]) == 0


def pay_now(shop, route, line):
    """A customer who looks at the link, ready to tap."""
    phone, link = shop.phone(), route.link(line)
    form = {"csrf_token": phone.get(link).csrf()}
    return lambda: phone.post(f"{link}/pay", form)


@pytest.mark.parametrize("attempt", range(3))
def test_paid_ahead_and_opened_at_once(shop, route, attempt):
    """The customer taps the link while the clerk rings: the clerk is never refused, and
    the customer is, or joins a deal that the clerk's takes the place of.
    """
    line = route.typed(50)
    page, opened = at_once(
        pay_now(shop, route, line), lambda: route.counter("open_collection", line)
    )
    assert not refusals([page, opened])
    if page.code:
        assert (page.status, page.code) == (409, "line_opened")
        assert deals(shop, line) == ["open"]
    else:
        assert page.status == 200
        assert deals(shop, line) == ["cancelled", "open"]


@pytest.mark.parametrize("at_the_door", ["opened", "cash"])
def test_the_door_waits_for_a_customer_who_begins_to_pay(shop, route, at_the_door):
    """The clerk began when the customer's deal was not there yet, and ends it."""
    line = route.typed(50)
    acts = {
        "opened": lambda: route.counter("open_collection", line),
        "cash": lambda: route.report(line, "cash"),
    }
    with ThreadPoolExecutor(2) as pool:
        with obstacle(shop, "epay_session", "INSERT", "NEW.paid_ahead") as found:
            paying = pool.submit(pay_now(shop, route, line))
            found.wait_for_somebody()
            at_door = pool.submit(acts[at_the_door])
            eventually(lambda: waits_for_a_row(shop))
        assert paying.result().code is None
        at_door.result()
    left = {"opened": ["cancelled", "open"], "cash": ["cancelled"]}
    assert deals(shop, line) == left[at_the_door]
    assert route.row(line)["state"] == {"cash": "collected"}.get(at_the_door, "opened")


def waits_for_a_row(shop):
    return shop.sql.value(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event IN ('transactionid', 'tuple')"
    )


def test_two_lines_at_one_counter(shop, route):
    """One deal holds the counter."""
    lines = [route.typed(), route.typed()]
    results = at_once(
        *(lambda n=line: route.twin().counter("open_collection", n) for line in lines)
    )
    assert set(refusals(results)) <= {"counter_busy", "busy"}
    assert len(refusals(results)) == 1


def test_filling_twice_at_once(shop, route):
    """An invoice gets one line, however many fill at the same moment."""
    partner = route.customer("Filled Twice")
    invoices = [route.bill(partner, quantity) for quantity in (1, 2, 3)]

    def fill():
        admin = shop.admin
        [fill_id] = admin.call(
            "epay.collection.fill",
            "create",
            [
                {
                    "schedule_id": route.schedule_id,
                    "partner_ids": [(6, 0, [partner])],
                }
            ],
        )
        return admin.call("epay.collection.fill", "fill_step", [fill_id])["made"]

    results = at_once(fill, fill, fill)
    assert not [result for result in results if isinstance(result, Exception)]
    assert sum(results) == len(invoices)
    found = shop.sql.values(
        "SELECT invoice_id FROM epay_collection_line WHERE partner_id = %s", partner
    )
    assert sorted(found) == sorted(invoices)
