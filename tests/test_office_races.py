"""Two managers do the same in the same moment."""

from datetime import datetime
from zoneinfo import ZoneInfo

from test_races import at_once, count, refusals


def test_two_managers_resolve_one_operation(shop, cards):
    """One word counts; the other manager is told that it was resolved."""
    # Else a message would tell what became of it before the managers can.
    cards.configure(webhooks=False)
    desk = shop.desk("mute")
    desk.with_card()
    cards.fault("drop", act="capture")
    desk.session("settle")
    operation = shop.sql.value(
        "SELECT id FROM epay_operation WHERE session_id = %s AND state = 'unknown'",
        desk.session_id,
    )

    def say(outcome):
        return shop.user("manager").call(
            *("epay.session", "resolve", [desk.session_id], outcome),
            *(f"I saw that it {outcome}.", operation),
        )

    results = at_once(lambda: say("succeeded"), lambda: say("failed"))
    assert refusals(results) == ["wrong_state"]
    # A word may be on two rows: of the look, and of the step that follows from it.
    words = shop.sql.rows(
        "SELECT DISTINCT why FROM epay_session_event"
        " WHERE session_id = %s AND why LIKE 'I saw%%'",
        desk.session_id,
    )
    assert len(words) == 1
    query = "epay_operation WHERE id = %s AND resolved_at IS NOT NULL"
    assert count(shop, query, operation) == 1


def test_managers_print_at_once(shop, desk):
    """Every print has a number of its own, and nobody is sent away."""

    def print_one():
        return shop.user("manager").call(
            "epay.counter", "action_print_sticker", [desk.counter_id]
        )

    results = at_once(*[print_one] * 5)
    assert not refusals(results)
    assert len({action["url"] for action in results}) == 5
    prints = shop.sql.rows(
        "SELECT number FROM epay_sticker WHERE counter_id = %s ORDER BY number",
        desk.counter_id,
    )
    assert [row["number"] for row in prints] == [1, 2, 3, 4, 5]


def test_two_managers_close_one_day(shop, desk):
    """Every deal is counted in one close; numbers have no gap."""
    desk.with_authorization()
    desk.session("settle")
    today = datetime.now(ZoneInfo("Europe/Berlin")).date().isoformat()

    def close():
        return shop.user("manager").call(
            "epay.day.close", "close_day", desk.counter_id, today
        )

    results = at_once(*[close] * 5)
    assert sorted(set(refusals(results))) == ["nothing_to_close"]
    closes = shop.sql.rows(
        "SELECT number, deal_count FROM epay_day_close WHERE counter_id = %s",
        desk.counter_id,
    )
    assert closes == [{"number": 1, "deal_count": 1}]
