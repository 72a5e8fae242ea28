"""A basket is taken back at the very moment in which its customer moves on."""

import pytest
from support import facts
from test_races import at_once, refusals

BREAD, HONEY = "4006381333931", "5901234123457"


def shown(shop):
    """A basket on a customer's phone."""
    desk = shop.desk()
    desk.counter("scan", BREAD)
    desk.counter("publish")
    phone = shop.phone()
    phone.join_by_code(desk.code_url)
    return desk, phone


@pytest.mark.parametrize("attempt", range(3))
def test_taking_back_against_choosing(shop, attempt):
    """Whoever comes first: the basket is the clerk's, and nothing is chosen."""
    desk, phone = shown(shop)
    page = phone.page()
    results = at_once(
        lambda: phone.choose(page=page),
        lambda: desk.twin().counter("take_back"),
    )
    assert not refusals(results)
    assert results[0].status in (200, 409)
    assert facts.state(shop, desk.session_id) == "draft"
    assert phone.page().state == "draft"
    assert not facts.transactions(shop, desk.session_id)


@pytest.mark.parametrize("attempt", range(3))
def test_taking_back_against_the_request(shop, attempt):
    """One of both, wholly: the clerk scans on, or the customer pays."""
    desk, phone = shown(shop)
    phone.choose()
    results = at_once(
        lambda: desk.twin().counter("take_back"),
        lambda: desk.twin().session("request_authorization"),
    )
    assert refusals(results) == ["wrong_state"]
    if facts.state(shop, desk.session_id) == "draft":
        assert not facts.open_operations(shop, desk.session_id)
        desk.counter("scan", HONEY)
        desk.counter("publish")
        phone.choose()
        desk.session("request_authorization")
    phone.pay_with_demo()
    assert desk.session("settle")["session"]["state"] == "settled"
