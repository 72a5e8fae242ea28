"""Bad input over real HTTP and RPC: refused clearly, and nothing is lost or charged."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import facts
from support.rpc import Refusal

# Where Odoo's `website` takes part: pages, and the page with the provider's form.
both = pytest.mark.flavours("plain", "website")


def refused(code, call, *args, **kwargs):
    """Check that a call is refused with this code and a text for people."""
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code, repr(caught.value)
    assert len(str(caught.value)) > 15
    return caught.value


# --- amounts ---------------------------------------------------------------


@pytest.mark.parametrize(
    "amount",
    ["0", 0, "-1", -0.01, "abc", "", False, "1,5", "NaN", "Infinity", "12.345", 10**12],
)
def test_bad_amount(desk, amount):
    refused("bad_amount", desk.counter, "register_sale", amount)
    assert desk.state() is False


def test_yen_have_no_decimals(shop):
    desk = shop.desk("ginza", login="manager")
    refused("bad_amount", desk.counter, "register_sale", "100.5")
    assert desk.register("100").state()["amount_text"]


def test_counter_limits(shop):
    desk = shop.desk(min_amount=5, max_amount=50)
    for amount in ("4.99", "50.01"):
        assert "50" in str(refused("bad_amount", desk.counter, "register_sale", amount))
    assert desk.register("50").state()["state"] == "open"


def test_above_the_providers_maximum(shop):
    """No provider of the store takes it: said at the till, not on the phone."""
    desk = shop.desk("redir")
    provider = [shop.provider_id("redir")]
    shop.admin.call("payment.provider", "write", provider, {"maximum_amount": 500})
    try:
        refused("bad_amount", desk.counter, "register_sale", "500.01")
        assert desk.register("500").state()["state"] == "open"
    finally:
        shop.admin.call("payment.provider", "write", provider, {"maximum_amount": 0})


def test_lines_that_do_not_add_up(desk):
    lines = [{"name": "Bread", "quantity": 2, "price_unit": 4.2}]
    refused("amount_mismatch", desk.counter, "register_sale", "8.41", lines=lines)
    assert desk.state() is False
    desk.counter("register_sale", "8.40", lines=lines)


# --- people and counters ---------------------------------------------------


def test_clerk_of_another_counter(shop, desk):
    other = shop.user("clerk2")
    for method in ("get_state", "register_sale", "next", "open_counter"):
        args = ("5.00",) if method == "register_sale" else ()
        call = (other.call, "epay.counter", method, [desk.counter_id], *args)
        refused("not_your_counter", *call)
    desk.register()
    call = (other.call, "epay.session", "cancel", [desk.session_id])
    refused("not_your_counter", *call)


def test_counter_that_is_not_there(shop):
    rpc = shop.user("clerk")
    refused("not_your_counter", rpc.call, "epay.counter", "get_state", [987654])
    refused("not_your_counter", rpc.call, "epay.session", "settle", [987654])


def test_customer_is_no_clerk(shop, desk):
    customer = shop.user("customer")
    with pytest.raises(Refusal):
        customer.call("epay.counter", "get_state", [desk.counter_id])


def test_state_is_not_for_writing(shop, desk):
    """The machine alone moves a deal, whoever calls."""
    desk.register()
    for login in ("clerk", "manager", "admin"):
        with pytest.raises(Refusal):
            shop.user(login).call(
                "epay.session", "write", [desk.session_id], {"state": "settled"}
            )
    assert facts.state(shop, desk.session_id) == "open"


@both
def test_closed_counter(shop, desk):
    desk.counter("close_counter")
    refused("counter_closed", desk.counter, "register_sale", "5.00")
    phone = shop.phone()
    page = phone.get(f"/epay/{desk.store}/{desk.code}")
    assert page.status == 200 and not page.marks("join")
    page = phone.post(
        f"/epay/{desk.store}/{desk.code}/join", {"csrf_token": csrf_of(shop, phone)}
    )
    assert (page.status, page.code) == (409, "counter_closed")


def csrf_of(shop, phone):
    """A CSRF token of this browser, from a page that has a form."""
    other = shop.desk()
    return phone.get(f"/epay/{other.store}/{other.code}").csrf()


def test_counter_is_busy(desk):
    desk.register()
    refused("counter_busy", desk.counter, "register_sale", "5.00")


# --- order of steps --------------------------------------------------------


def test_clerk_is_too_early(desk):
    desk.register()
    refused("wrong_state", desk.session, "request_authorization")
    refused("wrong_state", desk.session, "settle")
    refused("wrong_state", desk.counter, "next")
    refused("wrong_state", desk.counter, "release_visit")
    refused("wrong_state", desk.counter, "accept_visit", 987654)


def test_nothing_after_the_end(shop, desk):
    desk.with_authorization()
    desk.session("settle")
    refused("wrong_state", desk.session, "cancel")
    refused("wrong_state", desk.session, "request_authorization")
    assert desk.session("settle")["session"]["state"] == "settled"
    facts.assert_settled(shop, desk.session_id, "80.78")


def test_settle_twice_charges_once(shop, desk):
    desk.with_authorization()
    desk.session("settle")
    desk.session("settle", client_key=str(uuid.uuid4()))
    facts.assert_settled(shop, desk.session_id, "80.78")


# --- client keys -----------------------------------------------------------


def test_same_client_key_acts_once(shop, desk):
    key = str(uuid.uuid4())
    first = desk.counter("register_sale", "12.00", client_key=key)
    again = desk.counter("register_sale", "12.00", client_key=key)
    assert first["session"]["id"] == again["session"]["id"]
    count = shop.sql.value(
        "SELECT count(*) FROM epay_session WHERE counter_id = %s", desk.counter_id
    )
    assert count == 1


def test_client_key_with_other_arguments(desk):
    key = str(uuid.uuid4())
    desk.counter("register_sale", "12.00", client_key=key)
    refused("key_reused", desk.counter, "register_sale", "13.00", client_key=key)
    refused("key_reused", desk.session, "cancel", client_key=key)


def test_client_key_of_a_refused_act_is_free(desk):
    """A refusal did nothing, so that its key may be used for the corrected call."""
    key = str(uuid.uuid4())
    refused("bad_amount", desk.counter, "register_sale", "0", client_key=key)
    assert desk.counter("register_sale", "1", client_key=key)["session"]


# --- other programs --------------------------------------------------------


def test_xmlrpc_can_do_the_whole_deal(shop, desk):
    """No answer holds a None, which XML-RPC can't carry."""
    clerk = shop.xmlrpc("clerk")
    answer = clerk.call("epay.counter", "register_sale", [desk.counter_id], "80.78")
    session = answer["session"]
    phone = shop.phone()
    phone.join_by_code(session["code_url"])
    phone.choose()
    clerk.call("epay.session", "request_authorization", [session["id"]])
    phone.pay_with_demo()
    answer = clerk.call("epay.session", "settle", [session["id"]])
    assert answer["session"]["state"] == "settled"
    for call in ("get_state", "get_day"):
        clerk.call("epay.counter", call, [desk.counter_id])
    clerk.call("epay.counter", "get_my_counters")
    assert clerk.call("epay.counter", "next", [desk.counter_id])["session"] is False


def test_json2_and_its_refusals(shop, desk):
    clerk = shop.json2("clerk")
    answer = clerk.call("epay.counter", "register_sale", [desk.counter_id], amount="0")
    assert answer.status_code == 422
    assert answer.json()["context"]["code"] == "bad_amount"
    key = str(uuid.uuid4())
    for _time in range(2):
        answer = clerk.call(
            "epay.counter",
            "register_sale",
            [desk.counter_id],
            amount="7.50",
            client_key=key,
        )
        assert answer.status_code == 200, answer.text
    assert answer.json()["session"]["amount"] == 7.5
    other = shop.json2("clerk2").call("epay.counter", "get_state", [desk.counter_id])
    assert other.json()["context"]["code"] == "not_your_counter"


# --- addresses that lead nowhere -------------------------------------------


@both
@pytest.mark.parametrize(
    "path",
    [
        "/epay/nowhere",
        "/epay/main/NOPE",
        "/epay/nowhere/C11",
        "/epay/q/1-aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "/epay/q/nonsense",
        "/epay/v/AAAAAAAAAAAAAAAAAAAAAA",
        "/epay/v/short",
        "/epay/r/1-aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "/epay/v/AAAAAAAAAAAAAAAAAAAAAA/pay",
    ],
)
def test_unknown_address(shop, path):
    page = shop.phone().get(path)
    assert page.status == 404
    assert page.marks("message")
    assert len(page.answer.content) < 6000, "the page of a refusal is light"


def test_unknown_state_is_json(shop):
    answer = shop.phone().http.get(f"{shop.url}/epay/v/AAAAAAAAAAAAAAAAAAAAAA/state")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_code"


def test_codes_are_case_insensitive(shop):
    assert shop.phone().get("/epay/MAIN/c11").status == 200


def test_code_of_another_phone_and_after_the_end(shop, desk):
    phone = desk.with_phone()
    other = shop.phone()
    page = other.get(desk.code_url)
    assert (page.status, page.code) == (409, "held_by_other_phone")
    own = phone.get(desk.code_url)
    assert own.status == 200 and own.path == phone.visit_path()
    desk.session("cancel")
    page = other.get(desk.code_url)
    assert (page.status, page.code) == (410, "expired")


def test_old_code_after_the_phone_was_released(shop, desk):
    """A new code is shown for another phone; the old one is worth nothing."""
    desk.with_phone()
    old = desk.code_url
    desk.counter("release_visit")
    assert desk.code_url != old
    page = shop.phone().get(old)
    assert page.status in (404, 410)
    assert shop.phone().join_by_code(desk.code_url).state == "engaged"


# --- the wrong phone -------------------------------------------------------


@both
def test_copied_link_shows_the_state_only(shop, desk):
    phone = desk.with_phone()
    thief = shop.phone()
    thief.token = phone.token
    page = thief.page()
    assert page.status == 200 and page.state == "engaged"
    for mark in ("choose", "method-option", "leave", "pay"):
        assert not page.marks(mark)
    csrf = csrf_of(shop, thief)
    [key, *_rest] = phone.options()
    for verb in ("choose", "unchoose", "leave", "seen", "redirect", "mail"):
        data = {"csrf_token": csrf, "option": key, "email": "a@example.com"}
        page = thief.post(thief.visit_path(f"/{verb}"), data)
        assert page.status == 409, verb
    assert facts.state(shop, desk.session_id) == "engaged"


@both
def test_copied_link_cannot_pay(shop, desk):
    phone = desk.with_choice()
    desk.session("request_authorization")
    form = phone.form()
    thief = shop.phone()
    thief.token = phone.token
    assert thief.get(thief.visit_path("/pay")).status == 409
    refused("not_your_phone", thief.start_payment, form)
    assert not facts.transactions(shop, desk.session_id)


def test_forms_need_their_token(shop, desk):
    """Without Odoo's CSRF token nothing is accepted."""
    phone = desk.with_phone()
    [key, *_rest] = phone.options()
    page = phone.post(phone.visit_path("/choose"), {"option": key})
    assert page.status == 400
    assert facts.state(shop, desk.session_id) == "engaged"


# --- choosing and paying ---------------------------------------------------


def test_method_that_is_not_offered(shop, desk):
    phone = desk.with_phone()
    foreign = shop.provider_id("redir")
    for key in ("m-1-1", f"m-1-{foreign}", "t-1", "x", ""):
        page = phone.act("choose", option=key)
        assert (page.status, page.code) == (422, "method_not_offered"), key
    assert facts.state(shop, desk.session_id) == "engaged"


def test_condition_that_is_not_offered(desk):
    phone = desk.with_phone()
    page = phone.choose(condition="x12")
    assert (page.status, page.code) == (422, "method_not_offered")


@both
@pytest.mark.parametrize(
    "changes, code",
    [
        ({"amount": 0.01}, "amount_mismatch"),
        ({"amount": 80.77}, "amount_mismatch"),
        ({"amount": None}, "amount_mismatch"),
        ({"provider_id": 1}, "method_not_offered"),
        ({"payment_method_id": 1}, "method_not_offered"),
        ({"landing_route": "https://example.com/"}, "method_not_offered"),
        ({"token_id": 1}, "method_not_offered"),
        ({"flow": "token"}, "method_not_offered"),
        ({"is_validation": True}, "method_not_offered"),
        ({"partner_id": 3}, None),
        ({"reference_prefix": "FREE"}, None),
    ],
)
def test_tampered_payment(shop, desk, changes, code):
    phone = desk.with_choice()
    desk.session("request_authorization")
    with pytest.raises(Refusal) as caught:
        phone.start_payment(**changes)
    assert code is None or caught.value.code == code, repr(caught.value)
    assert not facts.transactions(shop, desk.session_id)
    phone.pay_with_demo()
    assert facts.state(shop, desk.session_id) == "authorized"


@both
def test_paying_before_the_clerk_asks(shop, desk):
    phone = desk.with_choice()
    page = phone.get(phone.visit_path("/pay"))
    assert page.path == phone.visit_path()
    refused("wrong_state", phone.start_payment, {"amount": 80.78, "flow": "direct"})
    assert not facts.transactions(shop, desk.session_id)


def test_second_payment_of_a_paid_deal(shop, desk):
    phone = desk.with_choice()
    desk.session("request_authorization")
    form = phone.form()
    phone.pay_with_demo(form=form)
    refused("wrong_state", phone.start_payment, form)
    desk.session("settle")
    refused("wrong_state", phone.start_payment, form)
    facts.assert_settled(shop, desk.session_id, "80.78")


def test_provider_disabled_in_between(shop):
    desk = shop.desk("redir")
    phone = desk.with_choice()
    provider = [shop.provider_id("redir")]
    shop.admin.call("payment.provider", "write", provider, {"state": "disabled"})
    try:
        refused("provider_disabled", desk.session, "request_authorization")
        assert facts.state(shop, desk.session_id) == "chosen"
        assert phone.page().status == 200
    finally:
        shop.admin.call("payment.provider", "write", provider, {"state": "test"})
    desk.session("request_authorization")


def test_mail_address_that_is_none(desk):
    phone = desk.with_authorization()
    desk.session("settle")
    assert phone.act("mail", email="nonsense").status == 422
    assert phone.act("mail", email="casey@example.com").status == 200


# --- a GET changes nothing -------------------------------------------------


def get_routes(phone, desk):
    """Every address of ours that a link scanner may open."""
    visit = phone.visit_path()
    return [
        *("/epay", f"/epay/{desk.store}", f"/epay/{desk.store}/{desk.code}"),
        *(desk.code_url, visit, f"{visit}/state", f"{visit}/state?since=0"),
        *(f"{visit}/pay", "/epay/back", "/epay/nowhere", "/epay?q=bakery"),
        *(f"{visit}?sent=1", "/epay/i/a", f"/epay/i/s/{desk.store}", "/epay/i/m/1"),
        # Those that are POST only.
        *(f"{visit}/{verb}" for verb in ("choose", "leave", "seen", "redirect")),
        *(f"{desk.code_url}/join", f"/epay/{desk.store}/{desk.code}/join"),
        *(f"{visit}/transaction", f"{visit}/mail", f"{visit}/unchoose"),
    ]


@both
@pytest.mark.parametrize(
    "state", ["open", "engaged", "chosen", "authorizing", "settled"]
)
def test_get_has_no_effect(shop, desk, state):
    phone = desk.with_phone()
    if state == "open":
        phone.leave()
        desk.state()
        desk.code_url = desk.state()["code_url"]
    if state in ("chosen", "authorizing", "settled"):
        phone.choose()
    if state in ("authorizing", "settled"):
        desk.session("request_authorization")
    if state == "settled":
        phone.pay_with_demo()
        desk.session("settle")
    routes = get_routes(phone, desk)
    if state == "settled":
        routes += [desk.deal()["receipt_url"], desk.deal()["receipt_url"] + "?save=1"]
    tables = shop.sql.tables("epay%", "payment_transaction", "account_payment")
    # The limiter's counters are the one exception.
    tables.remove("epay_attempt")
    before = shop.sql.fingerprint(tables)
    for who in (phone, shop.phone()):
        who.token = phone.token
        for path in routes:
            page = who.get(path)
            assert page.status < 500, (path, page.status)
    assert shop.sql.fingerprint(tables) == before


def test_head_has_no_effect(shop, desk):
    phone = desk.with_phone()
    tables = shop.sql.tables("epay%", "payment_transaction")
    tables.remove("epay_attempt")
    before = shop.sql.fingerprint(tables)
    for path in get_routes(phone, desk):
        address = path if path.startswith("http") else shop.url + path
        assert phone.http.head(address, timeout=30).status_code < 500
    assert shop.sql.fingerprint(tables) == before


# --- light, in the visitor's language --------------------------------------


@both
def test_refusals_speak_the_visitors_language(shop):
    page = shop.phone(lang="fr-CH,fr;q=0.9").get("/epay/nowhere")
    assert page.status == 404
    assert page.tree.get("lang", "").startswith("fr")


@both
def test_light_pages_have_no_third_party(shop, desk):
    page = desk.with_phone().page()
    headers = page.answer.headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    for address in page.tree.xpath("//@src | //link/@href"):
        assert address.startswith(("/", "data:")), address
    assert len(page.answer.content) < 20000


def test_too_many_misses_of_one_address(shop):
    """Whoever tries addresses is slowed down; others go on."""
    shop.sql.run("DELETE FROM epay_attempt")
    # More than two minutes' worth: however the clock stands, one has too many.
    paths = [f"/epay/v/{'A' * 20}{number:04}" for number in range(130)]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda path: shop.phone().get(path).status, paths))
    shop.sql.run("DELETE FROM epay_attempt")
    assert set(statuses) == {404, 429}
    # At most two slices of a minute were touched.
    assert 60 <= statuses.count(404) <= 120
