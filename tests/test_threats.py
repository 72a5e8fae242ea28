"""One test for each threat that the waiting room, the customer's own amount and the
codes answer, named after it. As an attacker would: from outside, over HTTP and RPC.

The yardstick is RFC 10027, Best Current Practice for Security of Cross-Device Flows.
"""

import re
from datetime import UTC, datetime

import pytest
from support import facts
from support.rpc import Refusal
from support.waiting import eventually

both = pytest.mark.flavours("plain", "website")


def refused(code, call, *args, **kwargs):
    """Check that a call is refused with this code and a text for people."""
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code, repr(caught.value)
    assert len(str(caught.value)) > 15


def waiting(desk):
    """The waiting phones on the clerk's screen."""
    return desk.counter("get_state")["counter"]["visits"]


def visit_of(desk, phone):
    """The row of this phone on the clerk's screen, found as a clerk does: by its
    words."""
    words = phone.page().text("phrase")
    [row] = [row for row in waiting(desk) if row["phrase"] == words]
    return row


def in_room(shop, desk, **options):
    phone = shop.phone(**options)
    phone.join_counter(desk.store, desk.code)
    return phone


def print_sticker(shop, desk):
    """What a new printed code says, as a path with its query. A camera reads it from
    the drawing; the letters stand below it as well."""
    manager = shop.user("manager")
    action = manager.call("epay.counter", "action_print_sticker", [desk.counter_id])
    drawing = manager.http.get(f"{shop.url}{action['url']}/svg", timeout=60)
    assert drawing.status_code == 200
    [letters] = re.findall(r"· (\w+-[a-z2-7]{16})<", drawing.text)
    return f"/epay/{desk.store}/{desk.code}?s={letters}"


def invited(shop, desk):
    """A deal at the question for the customer's own amount, and its phone."""
    desk.counter("invite_amount")
    phone = shop.phone()
    phone.join_by_code(desk.code_url)
    return phone


@pytest.fixture
def own(shop):
    """A desk at a counter where the customer enters the amount."""
    return shop.desk(amount_by="customer")


# --- 1 ---------------------------------------------------------------------


@both
def test_threat_1_replaced_sticker(shop, desk):
    """Somebody pastes another code over ours: the clerk's check says so, and where it
    leads to another counter of ours, no words appear on this clerk's screen."""
    path = print_sticker(shop, desk)
    check = desk.rpc.call
    counters = [desk.counter_id]
    for text, told in (
        (shop.url + path, "genuine"),
        ("https://evil.example" + path, "foreign"),
        (shop.url + path[:-1] + ("a" if path[-1] != "a" else "b"), "foreign"),
        (shop.url + path.replace(desk.code, "C11"), "foreign"),
    ):
        assert check("epay.counter", "check_sticker", counters, text)["sticker"] == told
    # Our letters don't make another counter's address a genuine sticker.
    page = shop.phone().get(path.replace(desk.code, "C11"))
    assert (page.status, page.code) == (404, "foreign_sticker")
    # Led to another counter, the customer waits there, not here.
    elsewhere = shop.desk()
    in_room(shop, elsewhere)
    assert not waiting(desk)


@both
def test_threat_1_old_sticker_after_rotation(shop, desk):
    path = print_sticker(shop, desk)
    shop.user("manager").call("epay.counter", "rotate_codes", [desk.counter_id])
    told = desk.rpc.call(
        "epay.counter", "check_sticker", [desk.counter_id], shop.url + path
    )
    assert told["sticker"] == "old"
    phone = shop.phone()
    page = phone.get(path)
    data = {"csrf_token": page.csrf(), "s": path.partition("s=")[2]}
    phone.post(page.mark("counter").get("action"), data)
    [row] = waiting(desk)
    assert row["sticker"] == "old"
    seen = shop.user("manager").search(
        "epay.sticker.sighting", [["counter_id", "=", desk.counter_id]]
    )
    assert len(seen) == 1


# --- 2, 3 ------------------------------------------------------------------


@both
def test_threat_2_relayed_counter_code(shop, desk):
    """A victim elsewhere is shown our counter's code: the phone only waits, sees
    nothing of any deal, and its page says which store, counter and city this is."""
    desk.register("77.70")
    victim = shop.phone()
    page = victim.get(f"/epay/{desk.store}/{desk.code}")
    header = " ".join(page.tree.xpath("//header")[0].text_content().split())
    store = shop.sql.row(
        "SELECT s.name->>'en_US' AS name, p.city FROM epay_store s"
        " JOIN res_partner p ON p.id = s.address_id WHERE s.code = %s",
        desk.store,
    )
    assert store["name"] in header and desk.code in header
    assert (store["city"] or "") in header
    page = victim.send_join(page)
    assert page.state == "waiting"
    assert "77.70" not in page.answer.text
    assert "same words" in page.answer.text
    assert victim.state()["amount"] is False


@both
def test_threat_2_relayed_one_time_code(shop, desk):
    """The code on the clerk's screen is worth nothing after some minutes."""
    desk.register()
    late = desk.code_url
    shop.sql.run(
        "UPDATE epay_session SET create_date = create_date - interval '10 minutes'"
        " WHERE id = %s",
        desk.session_id,
    )
    page = shop.phone().join(late)
    assert (page.status, page.code) == (410, "expired")
    assert desk.counter("get_state")["session"]["code_url"] != late
    assert shop.phone().join_by_code(desk.code_url).state == "engaged"


def test_threat_3_photo_of_the_sticker_used_from_home(shop, desk):
    """Whoever comes by a picture waits for ever: the clerk accepts the words that the
    customer at the counter shows."""
    path = print_sticker(shop, desk)
    thief, customer = shop.phone(), shop.phone()
    thief.join(path)
    customer.join(path)
    desk.register()
    desk.counter("accept_visit", visit_of(desk, customer)["id"])
    assert customer.page().state == "engaged"
    assert thief.page().state == "waiting"
    assert thief.state()["other_phone"] is True
    [key, *_rest] = customer.options()
    page = thief.act("choose", thief.get(path), option=key)
    assert page.status in (409, 422)
    assert facts.state(shop, desk.session_id) == "engaged"


def test_threat_3_the_only_phone_is_not_let_in_by_itself(shop, desk):
    """Unless the store wants it so."""
    phone = in_room(shop, desk)
    desk.register()
    assert phone.page().state == "waiting"


# --- 4, 5 ------------------------------------------------------------------


@both
def test_threat_4_wrong_customer_pays_wrong_bill(shop, desk):
    """Two counters, two bills: nobody sees or pays the other's."""
    other = shop.desk()
    here, there = desk.with_phone("80.78"), other.with_phone("12.34")
    assert "80.78" in here.page().text("amount")
    assert "12.34" in there.page().text("amount")
    [key, *_rest] = there.options()
    there.token, mine = here.token, there.token
    page = there.act("choose", there.get(f"/epay/v/{mine}"), option=key)
    assert (page.status, page.code) == (409, "not_your_phone")
    page = there.get(desk.code_url)
    assert (page.status, page.code) == (409, "held_by_other_phone")
    assert facts.state(shop, desk.session_id) == "engaged"


def test_threat_4_accepted_on_the_wrong_phone(shop, desk):
    """Taken back in time: the wrong phone sees nothing any more and can't choose."""
    desk.register("80.78")
    wrong, right = in_room(shop, desk), in_room(shop, desk)
    desk.counter("accept_visit", visit_of(desk, wrong)["id"])
    page = wrong.page()
    [key, *_rest] = wrong.options(page)
    desk.counter("release_visit")
    assert wrong.act("choose", page, option=key).status == 409
    assert "80.78" not in wrong.page().answer.text
    desk.counter("accept_visit", visit_of(desk, right)["id"])
    right.choose()
    assert desk.state()["state"] == "chosen"


def test_threat_5_race_of_two_phones(shop, desk):
    """Code and waiting room for the same deal: who comes first ends the other way."""
    desk.register()
    by_room, by_code = in_room(shop, desk), shop.phone()
    opened = by_code.get(desk.code_url)
    desk.counter("accept_visit", visit_of(desk, by_room)["id"])
    page = by_code.send_join(opened)
    assert (page.status, page.code) == (409, "held_by_other_phone")
    desk.counter("release_visit")
    assert shop.phone().join(opened.path).status == 410, "and its code is used up"


# --- 6 ---------------------------------------------------------------------


def test_threat_6_double_payment_by_a_second_phone(shop, desk):
    """The battery dies on the provider's form, another phone pays, and then the first
    form is paid as well: one payment is kept, the other is given back."""
    first = desk.with_choice("80.78")
    desk.session("request_authorization")
    form = first.start_payment()
    desk.counter("release_visit")
    second = in_room(shop, desk)
    desk.counter("accept_visit", visit_of(desk, second)["id"])
    # Nobody had signed in: it goes straight to the form.
    second.pay_with_demo()
    assert desk.deal()["state"] == "authorized"
    first.rpc(
        "/payment/demo/simulate_payment",
        reference=form["reference"],
        payment_details="4242",
        simulated_state="done",
    )

    def late():
        """The transaction of the first form, once it is known to be too much."""
        return shop.sql.values(
            "SELECT id FROM payment_transaction WHERE reference = %s AND epay_late",
            form["reference"],
        )

    eventually(late)
    desk.session("settle")
    eventually(lambda: desk.deal()["state"] == "settled")
    shop.recover()
    found = facts.transactions(shop, desk.session_id)
    paid = [
        tx
        for tx in found
        if tx["state"] in ("authorized", "done") and not tx["source_transaction_id"]
    ]
    kept = shop.sql.value(
        "SELECT live_transaction_id FROM epay_session WHERE id = %s", desk.session_id
    )
    assert [tx["id"] for tx in paid] == [kept]
    given_back = [tx for tx in found if tx["source_transaction_id"] in late()]
    assert given_back and given_back[0]["state"] in ("cancel", "done")


# --- 7 ---------------------------------------------------------------------


@both
def test_threat_7_dropped_digit(shop, own):
    """8,078 entered as 807: the clerk sees 807 in the own screen's words and sends it
    back; only the confirmed amount is asked for."""
    phone = invited(shop, own)
    phone.choose(amount="807")
    seen = own.state()
    assert (seen["state"], seen["amount"]) == ("chosen", 807)
    own.session("send_back", "it was 8,078")
    page = phone.page()
    assert page.state == "engaged"
    assert "it was 8,078" in page.text("message")
    phone.choose(amount="8078")
    own.session("request_authorization", "8078")
    phone.pay_with_demo()
    own.session("settle")
    chosen_twice = ["draft", "open", "engaged", "chosen", *facts.PATH[1:]]
    facts.assert_settled(shop, own.session_id, "8078", chosen_twice)


def test_threat_7_amount_swapped_under_the_clerks_thumb(shop, own):
    """The customer changes 80.78 to 8.07 while the clerk presses Confirm."""
    phone = invited(shop, own)
    phone.choose(amount="80.78")
    assert own.state()["amount"] == 80.78
    phone.act("unchoose")
    phone.choose(amount="8.07")
    refused("amount_mismatch", own.session, "request_authorization", "80.78")
    assert facts.state(shop, own.session_id) == "chosen"


def test_threat_7_amount_changed_after_the_confirmation(shop, own):
    phone = invited(shop, own)
    phone.choose(amount="80.78")
    page = phone.page()
    [method] = shop.sql.values(
        "SELECT payment_method_id FROM epay_session WHERE id = %s", own.session_id
    )
    provider = facts.deal(shop, own.session_id)["provider_id"]
    own.session("request_authorization", "80.78")
    key = f"m-{method}-{provider}"
    assert phone.act("choose", page, option=key, amount="8.07").status == 409
    refused("amount_mismatch", phone.start_payment, phone.form(), amount=8.07)
    phone.pay_with_demo()
    assert own.deal()["amount"] == 80.78


def test_threat_7_old_success_screen(shop, own):
    """Yesterday's green page has yesterday's number; the clerk's screen has none."""
    phone = invited(shop, own)
    phone.choose(amount="80.78")
    own.session("request_authorization")
    phone.pay_with_demo()
    own.session("settle")
    old = phone.page().text("number")
    own.counter("next")
    own.counter("invite_amount")
    assert own.state()["state"] == "open"
    assert own.state()["name"] != old
    assert phone.page().text("number") == old, "it stays what it was"


# --- 13, 14 ----------------------------------------------------------------


def test_threat_13_enumeration(shop):
    """Guessed sticker letters and searches are counted; nothing is told of what is
    closed or not listed."""
    shop.sql.run("DELETE FROM epay_attempt")
    hidden = shop.desk(name="Hidden garden", portal_listed=False)
    closed = shop.desk(name="Locked cellar")
    closed.counter("close_counter")
    phone = shop.phone()
    for query in ("hidden garden", "locked cellar"):
        page = phone.get(f"/epay?q={query}")
        assert not page.marks("counter")
        assert hidden.code not in page.answer.text.replace(query, "")
        assert closed.code not in page.answer.text
    guess = f"/epay/{hidden.store}/{hidden.code}?s=1-" + "a" * 16
    statuses = [phone.get(guess).status for _turn in range(70)]
    assert statuses[0] == 404 and statuses[-1] == 429
    shop.sql.run("DELETE FROM epay_attempt")


def test_threat_13_flood_of_the_waiting_room(shop, desk):
    """One address, or two, can't fill the room so that nobody else gets in; the code on
    the clerk's screen always lets in."""
    shop.sql.run("DELETE FROM epay_attempt")

    def come(address, times):
        """The answers to so many phones from one of this machine's addresses."""
        counter = f"/epay/{desk.store}/{desk.code}"
        phones = [shop.phone(address=address) for _turn in range(times)]
        return [phone.join(counter).status for phone in phones]

    statuses = come("127.0.0.1", 65)
    assert statuses[:60] == [200] * 60
    assert statuses[60:] == [429] * 5
    assert come("127.0.0.2", 35) == [200] * 35
    assert len(waiting(desk)) == 90
    assert come("127.0.0.3", 25) == [200] * 25, "a shop behind its own address"
    assert len(waiting(desk)) == 90
    desk.register()
    assert shop.phone().join_by_code(desk.code_url).state == "engaged"
    shop.sql.run("DELETE FROM epay_attempt")


@both
def test_threat_14_get_with_side_effects(shop, desk, own):
    """Link previews open every address of this step; nothing changes by it."""
    path = print_sticker(shop, desk)
    desk.register()
    phone = invited(shop, own)
    tables = ("epay_visit", "epay_session", "epay_sticker", "epay_sticker_sighting")

    def rows():
        return [
            shop.sql.value(
                f"SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM {t} t"
            )
            for t in tables
        ]

    before = rows()
    for address in (path, desk.code_url, "/epay?q=bakery", phone.visit_path()):
        assert shop.phone().get(address).status == 200
    phone.get(phone.visit_path("/words?amount=8078"))
    assert rows() == before


# --- 18, 20 ----------------------------------------------------------------


def test_threat_18_first_customers_card_on_the_second_phone(shop, desk):
    """A signed-in customer's phone dies: the one that takes over sees neither card nor
    name, and can't use the card."""
    first = desk.with_choice(login="customer", pick="t")
    card = shop.sql.value(
        "SELECT t.payment_details FROM payment_token t JOIN epay_session s"
        " ON s.token_id = t.id WHERE s.id = %s",
        desk.session_id,
    )
    name = shop.sql.value(
        "SELECT p.name FROM res_partner p JOIN epay_session s ON s.partner_id = p.id"
        " WHERE s.id = %s",
        desk.session_id,
    )
    assert card in first.page().answer.text
    second = in_room(shop, desk)
    desk.counter("release_visit")
    desk.counter("accept_visit", visit_of(desk, second)["id"])
    page = second.page()
    assert page.state == "engaged"
    assert card not in page.answer.text and name not in page.answer.text
    assert not [key for key in second.options(page) if key.startswith("t")]


def test_threat_20_planted_phone_cookie(shop, desk):
    """Whoever plants a phone's secret in a victim's browser gets no page of the
    victim's: a new visit gets a new secret."""
    planted = "A" * 22
    victim = shop.phone()
    victim.http.cookies.set("epay_phone", planted, path="/epay")
    victim.join_counter(desk.store, desk.code)
    secrets = [c.value for c in victim.http.cookies if c.name == "epay_phone"]
    assert secrets and planted not in secrets[-1:]


# --- 23 --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("80,78", 80.78),
        ("8.078,50", 8078.5),
        ("٨٠٫٧٨", 80.78),
        ("８０．７８", 80.78),
        ("8,078", None),
        ("80.789", None),
        ("eighty", None),
    ],
)
def test_threat_23_language_and_amount_confusion(shop, own, typed, amount):
    """Read rightly or refused, whatever the language of the phone."""
    for lang in ("en-US", "fr-FR"):
        own.counter("invite_amount")
        phone = shop.phone(lang=lang)
        phone.join_by_code(own.code_url)
        page = phone.choose(amount=typed)
        deal = own.state()
        if amount is None:
            assert page.status == 422
            assert deal["state"] == "engaged" and deal["amount"] is False
        else:
            assert deal["amount"] == amount
        own.session("cancel")
        own.counter("next")


def test_threat_23_yen_have_no_decimals(shop):
    desk = shop.desk("ginza", login="manager", amount_by="customer")
    phone = invited(shop, desk)
    assert phone.choose(amount="80.78").status == 422
    phone.choose(amount="８,０７８")
    assert desk.state()["amount"] == 8078
    assert re.search(r"8,078", desk.state()["amount_text"])


# --- RFC 10027: how long things live ----------------------------------------


def test_codes_say_when_they_are_renewed_and_end(desk):
    """So that the clerk's screen never shows one that is over."""
    deal = desk.register().state()
    renews, ends = (
        datetime.fromisoformat(deal[name]) for name in ("code_renews", "code_expires")
    )
    assert datetime.now(UTC) < renews < ends
