"""Real concurrent connections: the money of a deal goes back once, whoever asks."""

import pytest
from support import facts
from support.waiting import eventually
from test_races import at_once, count, refusals

pytestmark = pytest.mark.flavours("plain")
AMOUNT = "80.78"


@pytest.fixture
def sold(shop, desk):
    """A settled deal of the demo provider: its number and its id."""
    desk.with_authorization(AMOUNT)
    answer = desk.session("settle")
    assert answer["session"]["state"] == "settled"
    return answer["session"]


def returning(shop, sale, store="main", **arguments):
    """A clerk at a counter of its own, with a return that can be given back."""
    desk = shop.desk(store)
    desk.counter("register_cancellation", sale["name"], AMOUNT, **arguments)
    phone = shop.phone()
    phone.join_by_code(desk.code_url)
    assert phone.act("consent").state == "consented"
    answer = desk.session("inquire")
    assert answer["session"]["state"] == "cancellable", answer
    return desk


def refunds(shop, sale):
    """What went back of the deal, by all of its returns."""
    return shop.sql.values(
        "SELECT -t.amount FROM payment_transaction t"
        " JOIN epay_session s ON s.id = t.epay_session_id"
        " WHERE s.origin_id = %s AND t.operation = 'refund' AND t.state = 'done'",
        sale["id"],
    )


def executed(desks):
    """All press at once; the codes of what was refused for good."""
    results = at_once(
        *(lambda d=desk: d.session("execute_cancellation") for desk in desks)
    )
    codes = refusals(results)
    # Who only met somebody else at the door may knock again.
    for desk, result in zip(desks, results, strict=True):
        if getattr(result, "code", None) == "busy":
            codes.remove("busy")
            codes += refusals(at_once(lambda d=desk: d.session("execute_cancellation")))
    return codes


def test_twenty_full_returns_at_once(shop, sold):
    """Twenty clerks at twenty counters: exactly one refund."""
    desks = [returning(shop, sold) for _number in range(20)]
    assert executed(desks) == ["not_refundable"] * 19
    assert [str(amount) for amount in refunds(shop, sold)] == [AMOUNT]
    states = [facts.state(shop, desk.session_id) for desk in desks]
    assert sorted(states) == ["cancellable"] * 19 + ["reversed"]
    origin = facts.deal(shop, sold["id"])
    assert str(origin["refund_reserved"]) == AMOUNT
    assert origin["return_state"] == "full"
    notes = "account_move WHERE move_type = 'out_refund' AND reversed_entry_id = %s"
    assert count(shop, notes, origin["invoice_id"]) == 1


def test_twenty_full_returns_at_a_slow_card_company(shop, cards):
    """It is asked for one refund, however many clerks press meanwhile."""
    desk = shop.desk("redir")
    desk.with_card(AMOUNT)
    sale = desk.session("settle")["session"]
    desks = [returning(shop, sale, "redir") for _number in range(20)]
    cards.fault("delay", act="refund", seconds=1)
    assert executed(desks) == ["not_refundable"] * 19
    eventually(lambda: facts.deal(shop, sale["id"])["return_state"] == "full")
    assert len(cards.requests(act="refund")) == 1
    assert cards.ledger()["totals"]["refunded"] == 8078


def test_one_return_pressed_twenty_times(shop, sold):
    desk = returning(shop, sold)
    codes = executed([desk.twin() for _number in range(20)])
    assert set(codes) <= {"in_doubt"}
    eventually(lambda: facts.state(shop, desk.session_id) == "reversed")
    assert len(refunds(shop, sold)) == 1
    assert len(facts.operations(shop, desk.session_id, "refund")) == 1
    assert len(facts.operations(shop, desk.session_id, "reverse_sale")) == 1


def test_parts_never_add_up_to_more_than_was_taken(shop, sold):
    """Twelve returns of 10.00 of a deal of 80.78: eight are made."""
    desks = [returning(shop, sold, refund_amount="10.00") for _number in range(12)]
    assert executed(desks) == ["not_refundable"] * 4
    assert sum(refunds(shop, sold)) == 80
    assert facts.deal(shop, sold["id"])["return_state"] == "part"


def test_consent_against_refusal(shop, sold):
    """Pressed in two tabs of the one phone: one of both counts."""
    desk = shop.desk()
    desk.counter("register_cancellation", sold["name"], AMOUNT)
    phone = shop.phone()
    phone.join_by_code(desk.code_url)
    page = phone.page()
    results = at_once(
        lambda: phone.act("consent", page), lambda: phone.act("refuse", page)
    )
    assert sorted(page.status for page in results) == [200, 409]
    history = facts.history(shop, desk.session_id)
    assert history[-1] in ("consented", "refused")
    assert len(history) == 4


def test_wrong_pairs_at_once(shop, sold, own_guesses):
    """Twenty guesses at the same time: five are looked up."""
    desk = shop.desk()
    devices = [desk.twin() for _number in range(20)]
    results = at_once(
        *(
            lambda d=device, n=number: d.counter(
                "register_cancellation", sold["name"], f"{n}.00"
            )
            for number, device in enumerate(devices, 1)
        )
    )
    codes = [code for code in refusals(results) if code != "busy"]
    assert codes.count("no_match") <= 5
    assert set(codes) <= {"no_match", "too_many_attempts"}
    rows = "epay_return_attempt WHERE counter_id = %s AND outcome = %s"
    assert count(shop, rows, desk.counter_id, "wrong") <= 5
    assert count(shop, rows, desk.counter_id, "looking") == 0
