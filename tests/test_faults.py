"""Servers that die and answers that get lost: no money twice, none forgotten.

The card company's ledger is the judge; it shows what really happened.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from support import facts
from support.obstacle import obstacle
from support.phone import HttpPhone
from support.rpc import Refusal
from support.waiting import eventually

AMOUNT = "80.78"
CENTS = 8078


@pytest.fixture
def cards(cards):
    """No webhooks unless a test wants them: they would tell by another way."""
    cards.configure(webhooks=False)
    return cards


def kinds(cards):
    return [entry["kind"] for entry in cards.ledger()["entries"]]


def in_background(call):
    """A call whose server may die: nobody waits for its answer."""
    pool = ThreadPoolExecutor(1)
    pool.submit(call)
    pool.shutdown(wait=False)


# --- killed ----------------------------------------------------------------

PLACES = {
    "after the intent, before the call": (
        "epay_operation",
        "UPDATE",
        "NEW.kind = 'capture' AND OLD.called_at IS NULL AND NEW.called_at IS NOT NULL",
    ),
    "after the call, before the answer is written down": (
        "epay_operation",
        "UPDATE",
        "NEW.kind = 'capture' AND OLD.answered_at IS NULL"
        " AND NEW.answered_at IS NOT NULL",
    ),
    "after the answer is written down, before it is applied": (
        "payment_transaction",
        "UPDATE",
        "OLD.state <> 'done' AND NEW.state = 'done'",
    ),
    "at the start of the booking": ("sale_order", "INSERT", "TRUE"),
    "at the end of the booking": (
        "epay_session",
        "UPDATE",
        "OLD.state = 'settling' AND NEW.state = 'settled'",
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_killed(shop, cards, place):
    """kill -9 at the worst moments of Settle; the next server brings it to its end."""
    desk = shop.desk("redir")
    desk.with_card(AMOUNT)
    with obstacle(shop, *PLACES[place]) as found:
        in_background(lambda: desk.twin().session("settle"))
        found.wait_for_somebody()
        shop.server.kill()
    shop.server.start()
    assert desk.deal()["state"] == "settling", "the order to settle is not forgotten"
    assert facts.open_operations(shop, desk.session_id)
    shop.recover()
    eventually(lambda: facts.state(shop, desk.session_id) == "settled")
    assert kinds(cards) == ["authorization", "capture"]
    facts.assert_settled(shop, desk.session_id, AMOUNT)


@pytest.mark.parametrize(
    "fault, done", [("timeout", True), ("delay", False)], ids=["done", "not yet done"]
)
def test_killed_while_the_card_company_holds_the_answer(shop, cards, fault, done):
    """The request is out, the process gone: the same key is never charged twice."""
    shop.wait_for_provider(60)
    desk = shop.desk("redir")
    desk.with_card(AMOUNT)
    cards.fault(fault, act="capture", seconds=None)
    in_background(lambda: desk.twin().session("settle"))
    cards.wait_for("requests", act="capture")
    if done:
        cards.wait_for("ledger", kind="capture")
    shop.server.kill()
    cards.release()
    cards.wait_for("ledger", kind="capture")
    shop.server.start()
    shop.wait_for_provider(1.5)
    assert desk.deal()["turn"] == "provider"
    shop.recover()
    eventually(lambda: facts.state(shop, desk.session_id) == "settled")
    assert kinds(cards) == ["authorization", "capture"]
    facts.assert_settled(shop, desk.session_id, AMOUNT)


def test_killed_during_the_charge_of_a_saved_card(shop, cards):
    shop.give_saved_cards(cards)
    shop.wait_for_provider(60)
    desk = shop.desk("redir")
    desk.with_choice(AMOUNT, pick="t", login="customer")
    cards.fault("timeout", act="create", seconds=None)
    in_background(lambda: desk.twin().session("request_authorization"))
    cards.wait_for("ledger", kind="authorization")
    shop.server.kill()
    cards.release()
    shop.server.start()
    shop.wait_for_provider(1.5)
    assert desk.deal()["state"] == "authorizing"
    shop.recover()
    eventually(lambda: facts.state(shop, desk.session_id) == "authorized")
    desk.session("settle")
    assert kinds(cards) == ["authorization", "capture"]
    facts.assert_settled(shop, desk.session_id, AMOUNT)


def test_killed_twice(shop, cards):
    """The recovery itself dies in the middle; the one after it ends the story."""
    desk = shop.desk("redir")
    desk.with_card(AMOUNT)
    cards.fault("drop", act="capture")
    desk.session("settle")
    place = PLACES["after the answer is written down, before it is applied"]
    with obstacle(shop, *place) as found:
        in_background(shop.recover)
        found.wait_for_somebody()
        shop.server.kill()
    shop.server.start()
    shop.recover()
    eventually(lambda: facts.state(shop, desk.session_id) == "settled")
    assert kinds(cards) == ["authorization", "capture"]
    facts.assert_settled(shop, desk.session_id, AMOUNT)


# --- our server charges for the provider's form ----------------------------


@pytest.fixture
def form(shop):
    """A counter whose provider's form hands the card to our server."""
    shop.set_provider("form", standin_flow="server", standin_keys=False)
    yield shop.desk("form")
    shop.set_provider("form", standin_flow="direct", standin_keys=True)


def open_form(desk):
    """The phone with the form, and what presses its button."""
    phone = desk.with_choice(AMOUNT)
    desk.session("request_authorization")
    shown = phone.form()
    reference = phone.start_payment(form=shown)["reference"]

    def press():
        return phone.rpc("/payment/standin/pay", reference=reference)

    return phone, shown, press


def test_forms_charge_with_a_lost_answer(shop, cards, form):
    """The customer presses again, and begins anew: nothing is charged twice."""
    phone, shown, press = open_form(form)
    cards.fault("drop", act="create")
    codes = []
    for again in (press, press, lambda: phone.start_payment(form=shown)):
        with pytest.raises(Refusal) as caught:
            again()
        codes.append(caught.value.code)
    assert codes == ["in_doubt", "in_doubt", "wrong_state"]
    assert form.deal()["in_doubt"] and form.deal()["turn"] == "provider"
    shop.recover()
    eventually(lambda: facts.state(shop, form.session_id) == "authorized")
    form.session("settle")
    assert kinds(cards) == ["authorization", "capture"]
    facts.assert_settled(shop, form.session_id, AMOUNT)


def test_strangers_do_not_touch_the_forms_charge(shop, cards, form):
    """Who guesses a reference neither charges nor brings doubt."""
    _phone, _shown, press = open_form(form)
    [transaction] = facts.transactions(shop, form.session_id)
    with pytest.raises(Refusal) as caught:
        HttpPhone(shop).rpc("/payment/standin/pay", reference=transaction["reference"])
    assert caught.value.code == "wrong_state"
    assert not form.deal()["in_doubt"] and not cards.requests()
    press()
    eventually(lambda: facts.state(shop, form.session_id) == "authorized")
    assert kinds(cards) == ["authorization"]


def test_killed_during_the_forms_charge(shop, cards, form):
    shop.wait_for_provider(60)
    phone, shown, press = open_form(form)
    cards.fault("timeout", act="create", seconds=None)
    in_background(press)
    cards.wait_for("ledger", kind="authorization")
    shop.server.kill()
    cards.release()
    shop.server.start()
    shop.wait_for_provider(1.5)
    with pytest.raises(Refusal) as caught:
        phone.start_payment(form=shown)
    assert caught.value.code == "wrong_state"
    shop.recover()
    eventually(lambda: facts.state(shop, form.session_id) == "authorized")
    assert kinds(cards) == ["authorization"]


# --- answers that get lost -------------------------------------------------


def start_capture(shop, cards):
    desk = shop.desk("redir")
    desk.with_card(AMOUNT)
    return desk, "capture", lambda: desk.session("settle"), "settled"


def start_void(shop, cards):
    desk = shop.desk("redir")
    desk.with_card(AMOUNT)
    return desk, "void", lambda: desk.session("cancel"), "cancelled"


def start_refund(shop, cards):
    desk = shop.desk("once")
    desk.with_card(AMOUNT)
    return desk, "refund", lambda: desk.session("cancel"), "cancelled"


def start_token(shop, cards):
    shop.give_saved_cards(cards)
    desk = shop.desk("redir")
    desk.with_choice(AMOUNT, pick="t", login="customer")
    return desk, "create", lambda: desk.session("request_authorization"), "authorized"


STARTS = {
    "authorization": start_token,
    "capture": start_capture,
    "void": start_void,
    "refund": start_refund,
}
# What happens to the request, and whether the card company did what it was asked.
LOST = ["drop", "timeout", "http502", "garbage", "drop_before"]


@pytest.mark.flavours("plain", "website")
@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("kind", STARTS)
def test_lost_answer(shop, cards, kind, fault):
    """In doubt, parked, resolved by the recovery job; done exactly once."""
    desk, act, go, end = STARTS[kind](shop, cards)
    before = kinds(cards).count(kind)
    cards.fault(fault, act=act)
    answer = go()
    assert answer["message"]["code"] == "in_doubt"
    deal = answer["session"]
    assert deal["in_doubt"] and deal["turn"] == "provider"
    assert desk.counter("next")["session"] is False
    assert [parked["id"] for parked in parked_deals(desk)] == [desk.session_id]
    assert desk.twin().register("5.00").state()["amount"] == 5.0, "the till goes on"
    shop.recover()
    eventually(lambda: facts.state(shop, desk.session_id) == end)
    assert not desk.deal()["in_doubt"]
    assert not facts.open_operations(shop, desk.session_id)
    assert kinds(cards).count(kind) == before + 1


def parked_deals(desk):
    answer = desk.rpc.call("epay.counter", "get_state", [desk.counter_id])
    return answer["counter"]["parked"]


def test_nothing_starts_on_a_deal_in_doubt(shop, cards):
    desk, act, go, _end = start_capture(shop, cards)
    cards.fault("drop", act=act)
    go()
    for method in ("cancel", "request_authorization"):
        with pytest.raises(Refusal) as caught:
            desk.session(method)
        assert caught.value.code in ("in_doubt", "wrong_state")
    desk.session("settle")
    assert len(cards.requests(act="capture")) == 1
    assert desk.deal()["in_doubt"]


def test_provider_stays_away_and_comes_back(shop, cards):
    """While nobody answers nothing is decided; then it is done once."""
    desk, act, go, end = start_capture(shop, cards)
    cards.fault("drop_before", count=-1)
    go()
    for _time in range(3):
        shop.recover()
        assert desk.deal()["in_doubt"]
    with cards.condition:
        cards.fault_book.rules.clear()
    shop.recover()
    eventually(lambda: facts.state(shop, desk.session_id) == end)
    assert kinds(cards) == ["authorization", "capture"]
    facts.assert_settled(shop, desk.session_id, AMOUNT)


def test_without_keys_it_asks_and_does_not_repeat(shop, cards):
    """A provider that doesn't recognize repetitions is asked how it stands."""
    shop.set_provider("redir", standin_keys=False)
    try:
        desk, act, go, end = start_capture(shop, cards)
        cards.fault("drop", act=act)
        go()
        shop.recover()
        eventually(lambda: facts.state(shop, desk.session_id) == end)
        assert len(cards.requests(act="capture")) == 1
    finally:
        shop.set_provider("redir", standin_keys=True)
    facts.assert_settled(shop, desk.session_id, AMOUNT)


def test_without_keys_and_questions_it_waits_for_the_webhook(shop, cards):
    """Neither repeated nor asked: in doubt until the card company tells."""
    desk = shop.desk("mute")
    desk.with_card(AMOUNT)
    cards.fault("drop", act="capture")
    desk.session("settle")
    for _time in range(2):
        shop.recover()
        assert desk.deal()["in_doubt"]
    assert len(cards.requests(act="capture")) == 1
    [payment] = cards.payments()
    assert cards.send_webhook(payment["acts"][0]["id"])["status"] == 200
    eventually(lambda: facts.state(shop, desk.session_id) == "settled")
    facts.assert_settled(shop, desk.session_id, AMOUNT)


@pytest.mark.parametrize("outcome, end", [("succeeded", "settled"), ("failed", None)])
def test_manager_resolves_by_hand(shop, cards, outcome, end):
    """For the rare rest: with a reason, in the history, by a manager only."""
    desk = shop.desk("mute")
    desk.with_card(AMOUNT)
    fault = "drop" if outcome == "succeeded" else "drop_before"
    cards.fault(fault, act="capture")
    desk.session("settle")
    with pytest.raises(Refusal):
        desk.session("resolve", outcome, "I think so.")
    manager = shop.user("manager")
    with pytest.raises(Refusal) as caught:
        manager.call("epay.session", "resolve", [desk.session_id], outcome, " ")
    assert caught.value.code == "reason_missing"
    reason = "Seen in the card company's list."
    manager.call("epay.session", "resolve", [desk.session_id], outcome, reason)
    assert facts.state(shop, desk.session_id) == (end or "authorized")
    whys = shop.sql.values(
        "SELECT why FROM epay_session_event WHERE session_id = %s", desk.session_id
    )
    assert reason in whys
    if not end:
        desk.session("settle")
    assert kinds(cards).count("capture") == 1


# --- webhooks --------------------------------------------------------------


@pytest.mark.parametrize("fault", ["webhook_first", "duplicate_webhook"])
def test_webhooks_first_and_twice(shop, cards, fault):
    """The webhook overtakes the answer, or comes twice: settled once all the same."""
    cards.configure(webhooks=True)
    desk = shop.desk("redir")
    desk.with_card(AMOUNT)
    cards.fault(fault, act="capture")
    desk.session("settle")
    eventually(lambda: facts.state(shop, desk.session_id) == "settled")
    cards.wait_for("webhooks")
    assert kinds(cards) == ["authorization", "capture"]
    facts.assert_settled(shop, desk.session_id, AMOUNT)


def test_answer_lost_and_webhook_tells(shop, cards):
    """No recovery needed: the webhook ends the doubt."""
    cards.configure(webhooks=True)
    desk = shop.desk("redir")
    desk.with_card(AMOUNT)
    cards.wait_for("webhooks")
    cards.fault("drop", act="capture")
    desk.session("settle")
    eventually(lambda: facts.state(shop, desk.session_id) == "settled")
    assert not desk.deal()["in_doubt"]
    facts.assert_settled(shop, desk.session_id, AMOUNT)


def test_pending_capture_is_finished_by_its_webhook(shop, cards):
    cards.configure(webhooks=True)
    desk = shop.desk("redir")
    desk.with_card(AMOUNT)
    cards.fault("pending", act="capture")
    answer = desk.session("settle")
    assert answer["session"]["state"] == "settling"
    assert answer["session"]["turn"] == "provider"
    facts.assert_nothing_booked(shop, desk.session_id)
    [payment] = cards.payments()
    cards.settle_pending(payment["acts"][0]["id"])
    eventually(lambda: facts.state(shop, desk.session_id) == "settled")
    facts.assert_settled(shop, desk.session_id, AMOUNT)


def test_refused_capture_leads_back(shop, cards):
    """A known failure is no doubt: the deal is authorized again and may be dropped."""
    desk = shop.desk("redir")
    desk.with_card(AMOUNT)
    cards.fault("decline", act="capture")
    answer = desk.session("settle")
    assert answer["session"]["state"] == "authorized"
    assert answer["message"]["type"] == "danger"
    desk.session("cancel")
    assert kinds(cards) == ["authorization", "void"]
    assert facts.state(shop, desk.session_id) == "cancelled"
    facts.assert_nothing_booked(shop, desk.session_id)


# --- late money ------------------------------------------------------------


@pytest.mark.parametrize(
    "store, given_back",
    [("redir", "void"), ("once", "refund")],
    ids=["held", "charged"],
)
def test_money_after_the_deal_was_dropped(shop, cards, store, given_back):
    """The customer still pays on the provider's page: it is given back by itself."""
    cards.configure(webhooks=True)
    desk = shop.desk(store)
    phone = desk.with_choice(AMOUNT)
    desk.session("request_authorization")
    address = phone.go_to_provider()
    desk.session("cancel")
    assert facts.state(shop, desk.session_id) == "cancelled"
    phone.post(address, {"outcome": "pay"})
    cards.wait_for("ledger", kind=given_back)
    cards.wait_for("webhooks")
    totals = cards.ledger()["totals"]
    assert totals["held"] == 0 and totals["net"] == 0
    eventually(lambda: not facts.open_operations(shop, desk.session_id))
    assert facts.state(shop, desk.session_id) == "cancelled"
    assert any(tx["epay_late"] for tx in facts.transactions(shop, desk.session_id))
    if given_back == "void":
        facts.assert_nothing_booked(shop, desk.session_id)
    else:
        eventually(lambda: facts.assert_came_and_went(shop, desk.session_id, AMOUNT))


def test_second_payment_beside_the_first(shop, cards):
    """Two tabs at the provider, both paid: one pays the deal, the other goes back."""
    cards.configure(webhooks=True)
    desk = shop.desk("redir")
    phone = desk.with_choice(AMOUNT)
    desk.session("request_authorization")
    addresses = [phone.go_to_provider() for _tab in range(2)]
    for address in reversed(addresses):
        phone.post(address, {"outcome": "pay"})
    cards.wait_for("ledger", kind="void")
    cards.wait_for("webhooks")
    desk.session("settle")
    eventually(lambda: facts.state(shop, desk.session_id) == "settled")
    totals = cards.ledger()["totals"]
    assert totals["captured"] == CENTS and totals["held"] == 0
    facts.assert_settled(shop, desk.session_id, AMOUNT)


def test_expired_authorization_is_voided(shop, cards):
    desk = shop.desk("redir")
    desk.with_card(AMOUNT)
    shop.expire(desk.session_id)
    assert facts.state(shop, desk.session_id) == "expired"
    assert kinds(cards) == ["authorization", "void"]
    assert cards.ledger()["totals"]["held"] == 0


def test_abandoned_deals_expire(shop, cards):
    desk = shop.desk("redir")
    phone = desk.with_choice(AMOUNT)
    shop.expire(desk.session_id)
    assert facts.state(shop, desk.session_id) == "expired"
    assert phone.page().state == "expired"
    assert not cards.requests()


def test_deal_in_doubt_does_not_expire(shop, cards):
    desk, act, go, end = start_capture(shop, cards)
    cards.fault("drop", act=act)
    go()
    shop.expire(desk.session_id)
    assert desk.deal()["in_doubt"] and desk.deal()["state"] == "settling"
    shop.recover()
    eventually(lambda: facts.state(shop, desk.session_id) == end)
