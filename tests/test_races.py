"""Real concurrent connections: whatever comes at once, it happens once."""

import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import facts
from support.rpc import Refusal
from support.waiting import eventually


def at_once(*calls):
    """Start all calls at the same moment; what each returned or raised."""
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait(timeout=60)
        try:
            return call()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def refusals(results):
    """Codes of what was refused; anything else that was raised is a failure."""
    found = [result for result in results if isinstance(result, Exception)]
    strange = [error for error in found if not isinstance(error, Refusal)]
    strange += [error for error in found if not getattr(error, "code", None)]
    assert not strange, strange
    return [error.code for error in found]


def count(shop, query, *parameters):
    return shop.sql.value(f"SELECT count(*) FROM {query}", *parameters)


def test_settle_twenty_times_at_once(shop, desk):
    """One capture, one booking; all twenty see it settled in the end."""
    desk.with_authorization()
    devices = [desk.twin() for _number in range(20)]
    results = at_once(*(lambda d=device: d.session("settle") for device in devices))
    assert set(refusals(results)) <= {"busy", "in_doubt"}
    eventually(lambda: facts.state(shop, desk.session_id) == "settled")
    facts.assert_settled(shop, desk.session_id, "80.78")
    assert len(facts.operations(shop, desk.session_id, "capture")) == 1
    assert len(facts.operations(shop, desk.session_id, "register_sale")) == 1


def test_settle_twenty_times_at_a_slow_provider(shop, cards):
    """The provider is really asked once, however many ask for it meanwhile."""
    desk = shop.desk("redir")
    phone = desk.with_choice()
    desk.session("request_authorization")
    phone.pay_at_card_company()
    eventually(lambda: facts.state(shop, desk.session_id) == "authorized")
    cards.fault("delay", act="capture", seconds=1)
    devices = [desk.twin() for _number in range(20)]
    at_once(*(lambda d=device: d.session("settle") for device in devices))
    eventually(lambda: facts.state(shop, desk.session_id) == "settled")
    assert len(cards.requests(act="capture")) == 1
    assert cards.ledger()["totals"]["captured"] == 8078
    facts.assert_settled(shop, desk.session_id, "80.78")


def test_two_phones_with_one_code(shop, desk):
    """Both have the page open and press at once: exactly one is bound."""
    desk.register()
    phones = [shop.phone() for _number in range(4)]
    pages = [phone.get(desk.code_url) for phone in phones]
    joins = [
        lambda p=phone, page=page: p.send_join(page)
        for phone, page in zip(phones, pages, strict=True)
    ]
    results = at_once(*joins)
    assert sorted(page.status for page in results) == [200, 409, 409, 409]
    codes = {page.code for page in results if page.status == 409}
    assert codes == {"held_by_other_phone"}
    bound = "epay_visit WHERE session_id = %s AND state = 'bound'"
    assert count(shop, bound, desk.session_id) == 1
    # Who was refused left nothing behind.
    assert count(shop, "epay_visit WHERE counter_id = %s", desk.counter_id) == 1


def test_one_phone_presses_join_twice(shop, desk):
    desk.register()
    phone = shop.phone()
    page = phone.get(desk.code_url)
    phone.send_join(page)
    results = at_once(*[lambda: phone.send_join(page)] * 4)
    assert [page.status for page in results] == [200] * 4
    assert len({page.path for page in results}) == 1
    assert count(shop, "epay_visit WHERE counter_id = %s", desk.counter_id) == 1


def test_two_clerks_register_at_once(shop, desk):
    devices = [desk.twin() for _number in range(6)]
    results = at_once(
        *(
            lambda d=device, n=number: d.counter("register_sale", f"{n}.00")
            for number, device in enumerate(devices, 1)
        )
    )
    assert refusals(results) == ["counter_busy"] * 5
    held = "epay_session WHERE counter_id = %s AND holds_counter"
    assert count(shop, held, desk.counter_id) == 1
    assert count(shop, "epay_session WHERE counter_id = %s", desk.counter_id) == 1


def test_same_client_key_ten_times_at_once(shop, desk):
    """A phone on a bad line repeats; every answer is that of the one act."""
    key = str(uuid.uuid4())
    devices = [desk.twin() for _number in range(10)]
    results = at_once(
        *(
            lambda d=device: d.counter("register_sale", "9.90", client_key=key)
            for device in devices
        )
    )
    assert not refusals(results)
    assert len({answer["session"]["id"] for answer in results}) == 1
    assert count(shop, "epay_session WHERE counter_id = %s", desk.counter_id) == 1


@pytest.mark.parametrize("attempt", range(3))
def test_choose_against_cancel(shop, desk, attempt):
    """Whoever comes first: the deal ends cancelled, and the phone is told so."""
    phone = desk.with_phone()
    page = phone.page()
    results = at_once(
        lambda: phone.choose(page=page), lambda: desk.twin().session("cancel")
    )
    assert not refusals(results)
    assert results[0].status in (200, 409)
    assert facts.state(shop, desk.session_id) == "cancelled"
    assert phone.page().state == "cancelled"
    assert not facts.transactions(shop, desk.session_id)


@pytest.mark.parametrize("attempt", range(3))
def test_choose_again_against_request(shop, desk, attempt):
    """The customer changes the choice while the clerk asks for the authorization."""
    phone = desk.with_choice()
    page = phone.page()
    results = at_once(
        lambda: phone.act("unchoose", page),
        lambda: desk.twin().session("request_authorization"),
    )
    assert set(refusals(results)) <= {"wrong_state"}
    assert facts.state(shop, desk.session_id) == "engaged"
    assert not facts.open_operations(shop, desk.session_id)


def test_leaving_against_accepting(shop, desk):
    """A waiting phone leaves while the clerk accepts it: one of both, wholly."""
    desk.register()
    phone = shop.phone()
    phone.join_counter(desk.store, desk.code)
    page = phone.page()
    visit = shop.sql.value(
        "SELECT id FROM epay_visit WHERE counter_id = %s", desk.counter_id
    )
    at_once(
        lambda: phone.act("leave", page),
        lambda: desk.twin().counter("accept_visit", visit),
    )
    row = shop.sql.row("SELECT state, session_id FROM epay_visit WHERE id = %s", visit)
    state = facts.state(shop, desk.session_id)
    if row["state"] == "left":
        assert state == "open", "a phone that has gone holds nothing"
    else:
        assert (row["state"], state) == ("bound", "engaged")


@pytest.mark.flavours("plain", "website")
@pytest.mark.parametrize("copies", [1, 3])
def test_webhook_against_settle(shop, cards, copies):
    """The card company tells of the authorization again while the clerk settles."""
    desk = shop.desk("redir")
    phone = desk.with_choice()
    desk.session("request_authorization")
    phone.pay_at_card_company()
    eventually(lambda: facts.state(shop, desk.session_id) == "authorized")
    [payment] = cards.payments()
    at_once(
        lambda: desk.twin().session("settle"),
        *[lambda: cards.send_webhook(payment["id"])] * copies,
    )
    eventually(lambda: facts.state(shop, desk.session_id) == "settled")
    cards.wait_for("webhooks")
    facts.assert_settled(shop, desk.session_id, "80.78")
    assert [entry["kind"] for entry in cards.ledger()["entries"]] == [
        "authorization",
        "capture",
    ]


def test_settle_against_cancel(shop, cards):
    """One of the two: either captured and settled, or voided and cancelled."""
    desk = shop.desk("redir")
    phone = desk.with_choice()
    desk.session("request_authorization")
    phone.pay_at_card_company()
    eventually(lambda: facts.state(shop, desk.session_id) == "authorized")
    results = at_once(
        lambda: desk.twin().session("settle"), lambda: desk.twin().session("cancel")
    )
    assert len(refusals(results)) == 1
    state = eventually(
        lambda: (
            facts.deal(shop, desk.session_id)["state"] in ("settled", "cancelled")
            and facts.state(shop, desk.session_id)
        )
    )
    totals = cards.ledger()["totals"]
    if state == "settled":
        assert (totals["captured"], totals["voided"]) == (8078, 0)
        facts.assert_settled(shop, desk.session_id, "80.78")
    else:
        assert (totals["captured"], totals["voided"]) == (0, 8078)
        facts.assert_nothing_booked(shop, desk.session_id)


def test_pay_pressed_in_two_tabs(shop, desk):
    """Both tabs send the form: one attempt lives, the deal is paid once."""
    phone = desk.with_choice()
    desk.session("request_authorization")
    form = phone.form()
    tabs = [shop.phone() for _number in range(2)]
    for tab in tabs:
        tab.http.cookies.update(phone.http.cookies)
        tab.token = phone.token
    at_once(*(lambda t=tab: t.pay_with_demo(form=form) for tab in tabs))
    eventually(lambda: facts.state(shop, desk.session_id) == "authorized")
    desk.session("settle")
    # What the other tab paid, if it could, was given back.
    eventually(lambda: not facts.open_operations(shop, desk.session_id))
    live = [
        tx
        for tx in facts.transactions(shop, desk.session_id)
        if tx["state"] in ("authorized", "done") and not tx["epay_late"]
    ]
    assert len([tx for tx in live if not tx["source_transaction_id"]]) == 1
    facts.assert_settled(shop, desk.session_id, "80.78")


def test_limit_counts_under_parallel_fire(shop):
    """Twenty searches at a time: exactly as many pass as may."""
    shop.sql.run("DELETE FROM epay_attempt")

    def search(_number):
        return shop.phone().get("/epay?q=bakery").status

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(search, range(80)))
    slices = shop.sql.rows(
        "SELECT count FROM epay_attempt WHERE scope = 'portal_search'"
    )
    shop.sql.run("DELETE FROM epay_attempt")
    assert sum(row["count"] for row in slices) == 80, "every attempt was counted"
    assert set(statuses) == {200, 429}
    assert statuses.count(200) == sum(min(row["count"], 60) for row in slices)


def test_fifty_phones_at_one_counter(shop, desk):
    """All get in with a phrase of their own; the clerk accepts one of them."""
    shop.sql.run("DELETE FROM epay_attempt")
    desk.register()
    phones = [shop.phone() for _number in range(50)]
    # As many at a time as a threaded server of Odoo has database connections for.
    with ThreadPoolExecutor(25) as pool:
        list(pool.map(lambda p: p.join_counter(desk.store, desk.code), phones))
    waiting = desk.counter("get_state")["counter"]["visits"]
    assert len(waiting) == 50
    assert len({visit["phrase"] for visit in waiting}) == 50
    desk.counter("accept_visit", waiting[25]["id"])
    with ThreadPoolExecutor(10) as pool:
        states = list(pool.map(lambda phone: phone.state()["state"], phones))
    assert sorted(states) == ["engaged"] + ["waiting"] * 49
    shop.sql.run("DELETE FROM epay_attempt")


@pytest.fixture
def let_in_alone(shop, desk):
    """The store lets the only phone that waits in by itself."""
    switch = (
        "UPDATE epay_store SET auto_accept = %s"
        " WHERE id = (SELECT store_id FROM epay_counter WHERE id = %s)"
    )
    shop.sql.run(switch, True, desk.counter_id)
    yield
    shop.sql.run(switch, False, desk.counter_id)


@pytest.mark.usefixtures("let_in_alone")
@pytest.mark.parametrize("attempt", range(5))
def test_nobody_is_let_in_by_itself_beside_an_old_sticker(shop, desk, attempt):
    """Two come at once, one with a sticker that was replaced: the other one is let in
    only if it was the first."""
    manager = shop.user("manager")
    sticker = manager.call("epay.counter", "action_print_sticker", [desk.counter_id])
    drawing = manager.http.get(f"{shop.url}{sticker['url']}/svg", timeout=60).text
    [letters] = re.findall(r"· (\w+-[a-z2-7]{16})<", drawing)
    manager.call("epay.counter", "rotate_codes", [desk.counter_id])
    desk.register()
    path = f"/epay/{desk.store}/{desk.code}"
    phones = [shop.phone(), shop.phone()]
    pages = [phone.get(path) for phone in phones]
    pages_say = ({"s": letters}, {})
    at_once(
        *(
            lambda p=phone, page=page, say=say: p.post(
                page.mark("counter").get("action"), {"csrf_token": page.csrf(), **say}
            )
            for phone, page, say in zip(phones, pages, pages_say, strict=True)
        )
    )
    visits = shop.sql.rows(
        "SELECT state, version, sticker_state FROM epay_visit WHERE counter_id = %s"
        " ORDER BY sticker_state",
        desk.counter_id,
    )
    assert [visit["sticker_state"] for visit in visits] == ["old", None]
    old, other = visits
    assert old["state"] == "waiting"
    # Versions follow the commits.
    assert other["state"] == "waiting" or other["version"] < old["version"]


def test_accept_two_phones_at_once(shop, desk):
    """Two devices of the clerk accept different phones: one of them is bound."""
    desk.register()
    for _number in range(2):
        shop.phone().join_counter(desk.store, desk.code)
    visits = desk.counter("get_state")["counter"]["visits"]
    results = at_once(
        *(
            lambda i=visit["id"]: desk.twin().counter("accept_visit", i)
            for visit in visits
        )
    )
    assert len(refusals(results)) == 1
    bound = "epay_visit WHERE session_id = %s AND state = 'bound'"
    assert count(shop, bound, desk.session_id) == 1


def test_versions_follow_the_commits(shop, desk):
    """Nobody who asks for news "since n" ever misses some."""
    phone = desk.with_phone()
    seen, stop = [], threading.Event()

    def watch():
        version = 0
        while not stop.is_set():
            news = phone_two.state(since=version)
            if news:
                assert news["version"] > version
                version = news["version"]
                seen.append(news["state"])
        last = phone_two.state(since=version)
        return seen + ([last["state"]] if last else [])

    phone_two = shop.phone()
    phone_two.token = phone.token
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        phone.choose()
        phone.act("unchoose")
        phone.choose()
        desk.session("cancel")
        stop.set()
        assert watching.result(timeout=60)[-1] == "cancelled"
