"""Servers that die and answers that get lost while money goes back: it goes once, and
the sale is reversed once.
"""

import pytest
from support import facts
from support.obstacle import obstacle
from support.waiting import eventually
from test_faults import AMOUNT, LOST, in_background, kinds
from test_races_returns import returning

pytestmark = pytest.mark.flavours("plain")


@pytest.fixture
def cards(cards):
    """No webhooks: they would tell by another way."""
    cards.configure(webhooks=False)
    return cards


@pytest.fixture
def back(shop, cards):
    """A clerk with a return that can be given back, of a deal paid by card."""
    desk = shop.desk("redir")
    desk.with_card(AMOUNT)
    sale = desk.session("settle")["session"]
    return returning(shop, sale, "redir")


PLACES = {
    "after the intent, before the call": (
        "epay_operation",
        "UPDATE",
        "NEW.kind = 'refund' AND OLD.called_at IS NULL AND NEW.called_at IS NOT NULL",
    ),
    "after the call, before the answer is written down": (
        "epay_operation",
        "UPDATE",
        "NEW.kind = 'refund' AND OLD.answered_at IS NULL"
        " AND NEW.answered_at IS NOT NULL",
    ),
    "after the answer is written down, before it is applied": (
        "payment_transaction",
        "UPDATE",
        "NEW.operation = 'refund' AND OLD.state <> 'done' AND NEW.state = 'done'",
    ),
    "at the start of the credit note": (
        "account_move",
        "INSERT",
        "NEW.move_type = 'out_refund'",
    ),
    "at the end of the booking": (
        "epay_session",
        "UPDATE",
        "OLD.state = 'reversing' AND NEW.state = 'reversed'",
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_killed(shop, cards, back, place):
    """kill -9 at the worst moments of a return; the next server ends it."""
    with obstacle(shop, *PLACES[place]) as found:
        in_background(lambda: back.twin().session("execute_cancellation"))
        found.wait_for_somebody()
        shop.server.kill()
    shop.server.start()
    assert back.deal()["state"] == "reversing", "the order is not forgotten"
    shop.recover()
    eventually(lambda: facts.state(shop, back.session_id) == "reversed")
    assert kinds(cards).count("refund") == 1
    facts.assert_returned(shop, back.session_id, AMOUNT)


@pytest.mark.parametrize("fault", LOST)
def test_lost_answer(shop, cards, back, fault):
    """In doubt, and resolved by the recovery job; done exactly once."""
    cards.fault(fault, act="refund")
    answer = back.session("execute_cancellation")
    assert answer["message"]["code"] == "in_doubt"
    assert answer["session"]["state"] == "reversing"
    shop.recover()
    eventually(lambda: facts.state(shop, back.session_id) == "reversed")
    assert kinds(cards).count("refund") == 1
    facts.assert_returned(shop, back.session_id, AMOUNT)


def test_held_for_failed_and_made_all_the_same(shop, cards):
    """A manager looked too early; the card company tells later that it was made."""
    desk = shop.desk("mute")
    desk.with_card(AMOUNT)
    sale = desk.session("settle")["session"]
    back = returning(shop, sale, "mute")
    cards.fault("drop", act="refund")
    back.session("execute_cancellation")
    resolve = ["epay.session", "resolve", [back.session_id]]
    shop.user("manager").call(*resolve, "failed", "Not in the dashboard")
    assert back.deal()["state"] == "cancellable"
    [payment] = cards.payments()
    [refund] = [act for act in payment["acts"] if act["object"] == "refund"]
    assert cards.send_webhook(refund["id"])["status"] == 200
    eventually(lambda: facts.state(shop, back.session_id) == "reversed")
    back.session("execute_cancellation")
    assert len(cards.requests(act="refund")) == 1
    facts.assert_books_even(shop, sale["id"], AMOUNT)


# --- the office refunds the same sum ---


def gone(shop, sale):
    """How much of a sale went back, and how much is not to go back once more."""
    row = facts.deal(shop, sale["id"])
    return float(row["returned_amount"]), float(row["refund_reserved"])


def part_of_a_sale(shop, store):
    """A clerk with a return of 30.00 that can be given back; and the sale."""
    desk = shop.desk(store)
    desk.with_card(AMOUNT)
    sale = desk.session("settle")["session"]
    return returning(shop, sale, store, refund_amount="30.00"), sale


def test_the_dashboard_refunds_the_same_while_ours_is_under_way(shop, cards):
    """Both are made, the dashboard's is told first: Odoo knows of both."""
    back, sale = part_of_a_sale(shop, "redir")
    cards.configure(webhooks=True)
    cards.fault("delay", act="refund", seconds=None)
    in_background(lambda: back.twin().session("execute_cancellation"))
    cards.wait_for("requests", act="refund")
    [payment] = cards.payments()
    cards.dashboard(payment["id"], "refund", 3000)
    eventually(lambda: gone(shop, sale) == (30, 60))
    cards.release()
    eventually(lambda: facts.state(shop, back.session_id) == "reversed")
    assert kinds(cards).count("refund") == 2
    assert gone(shop, sale) == (60, 60)


def test_the_dashboard_refunds_the_same_while_ours_is_in_doubt(shop, cards):
    """It ends no doubt: a manager looks, and both count."""
    back, sale = part_of_a_sale(shop, "mute")
    cards.fault("drop", act="refund")
    back.session("execute_cancellation")
    cards.configure(webhooks=True)
    [payment] = cards.payments()
    cards.dashboard(payment["id"], "refund", 3000)
    eventually(lambda: gone(shop, sale) == (30, 60))
    assert back.deal()["in_doubt"]
    resolve = ["epay.session", "resolve", [back.session_id]]
    shop.user("manager").call(*resolve, "succeeded", "Two of 30.00 in the dashboard")
    assert gone(shop, sale) == (60, 60)
    assert back.deal()["state"] == "reversed"
