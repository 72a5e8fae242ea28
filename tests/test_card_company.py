"""The mock card company by itself: what the other tests lean on must be right."""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

sys.path.insert(0, str(Path(__file__).parent))

from standin.fixtures import card_company  # noqa: F401
from standin.webhooks import SIGNATURE_HEADER, sign

TIMEOUT = 10


class Client:
    """A merchant's server."""

    def __init__(self, company):
        self.url = company.url

    def post(self, path, body=None, key=None, timeout=TIMEOUT):
        headers = {"Idempotency-Key": key} if key else {}
        return requests.post(
            self.url + path, json=body or {}, headers=headers, timeout=timeout
        )

    def get(self, path):
        return requests.get(self.url + path, timeout=TIMEOUT)

    def create(self, key=None, timeout=TIMEOUT, **values):
        body = {"reference": "tx-1", "amount": 1000, "currency": "EUR", **values}
        return self.post("/payments", body, key, timeout)

    def authorized(self, **values):
        return self.create(card="ok", capture="manual", **values).json()["id"]

    def captured(self, **values):
        return self.create(card="ok", **values).json()["id"]

    def pay(self, payment, outcome):
        """Press a button of the payment page."""
        return requests.post(
            f"{self.url}/pay/{payment}",
            data={"outcome": outcome},
            allow_redirects=False,
            timeout=TIMEOUT,
        )


class ShopHandler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        """Keep test output clean."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        shop = self.server
        shop.received.append((self.headers.get(SIGNATURE_HEADER), body))
        self.send_response(shop.statuses.pop(0) if shop.statuses else 200)
        self.end_headers()


@pytest.fixture
def company(card_company):  # noqa: F811
    card_company.configure(webhook_pause=0.01)
    return card_company


@pytest.fixture
def client(company):
    return Client(company)


@pytest.fixture
def shop(company):
    """A merchant that takes webhooks."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), ShopHandler)
    server.received, server.statuses = [], []
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    company.configure(webhook_url=f"http://127.0.0.1:{server.server_address[1]}/")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(4) as executor:
        yield executor


def totals(company):
    return company.ledger()["totals"]


def error_code(answer):
    return answer.json()["error"]["code"]


def events(shop):
    return [json.loads(body) for _signature, body in shop.received]


def kinds(company):
    return [entry["kind"] for entry in company.ledger()["entries"]]


# Payments and the acts on them


def test_hold_then_capture(client, company):
    payment = client.authorized()
    assert client.get(f"/payments/{payment}").json()["state"] == "authorized"
    assert totals(company)["held"] == 1000
    answer = client.post(f"/payments/{payment}/capture", {"reference": "P-tx-1"})
    assert answer.json()["state"] == "succeeded"
    assert answer.json()["reference"] == "P-tx-1"
    assert client.get(f"/payments/{payment}").json()["state"] == "captured"
    assert kinds(company) == ["authorization", "capture"]
    assert totals(company)["held"] == 0


def test_charge_at_once(client, company):
    assert client.create(card="ok").json()["state"] == "captured"
    assert kinds(company) == ["authorization", "capture"]


@pytest.mark.parametrize(
    ("card", "state"), [("declined", "declined"), ("pending", "pending")]
)
def test_other_cards(client, company, card, state):
    assert client.create(card=card).json()["state"] == state
    assert not company.ledger()["entries"]


def test_capture_of_a_part_releases_the_rest(client, company):
    payment = client.authorized()
    client.post(f"/payments/{payment}/capture", {"amount": 300})
    assert totals(company) == {
        "authorized": 1000,
        "captured": 300,
        "voided": 0,
        "released": 700,
        "refunded": 0,
        "held": 0,
        "net": 300,
    }


def test_capture_twice_is_refused(client, company):
    payment = client.authorized()
    client.post(f"/payments/{payment}/capture")
    again = client.post(f"/payments/{payment}/capture")
    assert (again.status_code, error_code(again)) == (400, "already_captured")
    assert error_code(client.post(f"/payments/{payment}/void")) == "already_captured"
    assert totals(company)["captured"] == 1000


def test_void_then_capture_is_refused(client, company):
    payment = client.authorized()
    client.post(f"/payments/{payment}/void", {"amount": 1000})
    assert error_code(client.post(f"/payments/{payment}/capture")) == "already_voided"
    assert totals(company)["voided"] == 1000
    assert totals(company)["captured"] == 0


def test_refunds_add_up_and_stop_at_what_was_captured(client, company):
    payment = client.captured()
    for amount in (400, 500):
        client.post(f"/payments/{payment}/refund", {"amount": amount})
    over = client.post(f"/payments/{payment}/refund", {"amount": 101})
    assert error_code(over) == "amount_too_large"
    assert client.post(f"/payments/{payment}/refund").json()["amount"] == 100
    assert error_code(client.post(f"/payments/{payment}/refund")) == "already_refunded"
    assert totals(company)["net"] == 0


@pytest.mark.parametrize(
    "values",
    [{"amount": 0}, {"amount": -1}, {"amount": 1.5}, {"amount": True}, {"currency": 0}],
)
def test_bad_input(client, company, values):
    assert client.create(card="ok", **values).status_code == 400
    assert not company.payments()


def test_find_by_reference(client):
    ids = [client.create().json()["id"] for _time in range(2)]
    found = client.get("/payments?reference=tx-1").json()["payments"]
    assert [payment["id"] for payment in found] == ids
    assert client.get("/payments?reference=other").json()["payments"] == []
    assert client.get("/payments/pay_unknown").status_code == 404


def test_saved_card(client):
    saved = client.create(card="ok", save=True).json()["saved"]
    assert saved["last4"] == "4242"
    assert client.create(token=saved["id"]).json()["state"] == "captured"
    declined = client.post("/tokens", {"card": "declined"}).json()["id"]
    assert client.create(token=declined).json()["state"] == "declined"
    assert client.create(token="tok_unknown").status_code == 404


# Idempotency keys


def test_same_key_answers_the_first_result(client, company):
    first = client.create(key="k", card="ok")
    again = client.create(key="k", card="ok")
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert totals(company)["captured"] == 1000


def test_same_key_with_another_body_is_an_error(client, company):
    client.create(key="k", card="ok")
    answer = client.create(key="k", card="ok", amount=2000)
    assert (answer.status_code, error_code(answer)) == (400, "idempotency_error")
    payment = client.authorized()
    assert error_code(client.post(f"/payments/{payment}/capture", key="k")) == (
        "idempotency_error"
    )


def test_a_refusal_is_repeated_too(client):
    payment = client.authorized()
    client.post(f"/payments/{payment}/void")
    for _time in range(2):
        answer = client.post(f"/payments/{payment}/capture", key="k")
        assert error_code(answer) == "already_voided"


def test_each_act_honours_the_key(client, company):
    payment = client.authorized()
    for _time in range(2):
        client.post(f"/payments/{payment}/capture", {"amount": 1000}, key="c")
    for _time in range(2):
        client.post(f"/payments/{payment}/refund", {"amount": 300}, key="r")
    assert kinds(company) == ["authorization", "capture", "refund"]
    assert [row["replayed"] for row in company.requests(act="refund")] == [False, True]


def test_repeat_while_the_first_runs_is_a_conflict(client, company, pool):
    company.fault("delay", act="create", seconds=None)
    first = pool.submit(client.create, key="k", card="ok")
    company.wait_for("requests", act="create", outcome="running")
    answer = client.create(key="k", card="ok")
    assert (answer.status_code, error_code(answer)) == (409, "idempotency_conflict")
    company.release()
    assert first.result().json()["state"] == "captured"
    assert client.create(key="k", card="ok").json() == first.result().json()
    assert totals(company)["captured"] == 1000


def test_repeat_while_the_first_runs_may_wait(client, company, pool):
    company.configure(idempotency_conflict="wait")
    company.fault("delay", act="create", seconds=None)
    both = [pool.submit(client.create, key="k", card="ok") for _time in range(2)]
    company.wait_for("requests", count=2, act="create")
    company.release()
    assert both[0].result().json() == both[1].result().json()
    assert totals(company)["captured"] == 1000


# Faults


def test_lost_answer_of_a_capture(client, company):
    payment = client.authorized()
    company.fault("drop", act="capture")
    with pytest.raises(requests.ConnectionError):
        client.post(f"/payments/{payment}/capture", key="k")
    assert totals(company)["captured"] == 1000
    again = client.post(f"/payments/{payment}/capture", key="k")
    assert again.json()["state"] == "succeeded"
    assert kinds(company).count("capture") == 1


def test_dropped_before_anything_was_done(client, company):
    payment = client.authorized()
    company.fault("drop_before", act="capture")
    with pytest.raises(requests.ConnectionError):
        client.post(f"/payments/{payment}/capture", key="k")
    assert totals(company)["captured"] == 0
    assert client.post(f"/payments/{payment}/capture", key="k").status_code == 201


def test_timeout_does_the_act(client, company):
    company.fault("timeout", act="create")
    with pytest.raises(requests.Timeout):
        client.create(key="k", card="ok", timeout=0.2)
    assert totals(company)["captured"] == 1000
    company.wait_for("requests", act="create", outcome="dropped")
    assert client.create(key="k", card="ok").json()["state"] == "captured"
    assert totals(company)["captured"] == 1000


def test_act_that_is_done_after_the_client_left(client, company):
    payment = client.authorized()
    company.fault("delay", act="capture", seconds=None)
    with pytest.raises(requests.Timeout):
        client.post(f"/payments/{payment}/capture", key="k", timeout=0.2)
    assert totals(company)["captured"] == 0
    company.release()
    company.wait_for("ledger", kind="capture")


@pytest.mark.parametrize("fault", ["http500", "http502", "http503"])
@pytest.mark.parametrize("done", [True, False])
def test_server_errors(client, company, fault, done):
    payment = client.authorized()
    company.fault(fault, act="capture", do_act=done)
    answer = client.post(f"/payments/{payment}/capture", key="k")
    assert answer.status_code == int(fault[4:])
    assert totals(company)["captured"] == (1000 if done else 0)
    assert client.post(f"/payments/{payment}/capture", key="k").status_code == 201
    assert totals(company)["captured"] == 1000


def test_garbage(client, company):
    company.fault("garbage", act="create")
    answer = client.create(card="ok")
    assert answer.status_code == 201
    with pytest.raises(ValueError):
        answer.json()
    assert totals(company)["captured"] == 1000


def test_wrong_amount(client, company):
    company.fault("wrong_amount", act="create")
    assert client.create(card="ok").json()["amount"] == 1001
    assert totals(company)["captured"] == 1000


def test_decline_with_a_reason(client, company):
    company.fault("decline", act="create", reason="insufficient_funds")
    answer = client.create(card="ok").json()
    assert (answer["state"], answer["reason"]) == ("declined", "insufficient_funds")
    company.fault("decline", act="create", status=402)
    assert client.create(card="ok").status_code == 402
    payment = client.authorized()
    company.fault("decline", act="capture", reason="fraud")
    answer = client.post(f"/payments/{payment}/capture")
    assert (answer.status_code, answer.json()["error"]["reason"]) == (402, "fraud")
    assert totals(company)["captured"] == 0
    assert client.post(f"/payments/{payment}/capture").status_code == 201


@pytest.mark.parametrize("outcome", ["succeeded", "failed"])
def test_pending_capture(client, company, shop, outcome):
    payment = client.authorized()
    company.fault("pending", act="capture")
    act = client.post(f"/payments/{payment}/capture", {"reference": "P-tx-1"}).json()
    assert act["state"] == "pending"
    assert error_code(client.post(f"/payments/{payment}/void")) == "act_in_progress"
    company.settle_pending(act["id"], outcome)
    company.wait_for("webhooks")
    # Messages may overtake each other.
    assert f"capture.{outcome}" in [event["type"] for event in events(shop)]
    assert totals(company)["captured"] == (1000 if outcome == "succeeded" else 0)


def test_pending_refund_reserves_its_amount(client, company):
    payment = client.captured()
    company.fault("pending", act="refund")
    client.post(f"/payments/{payment}/refund", {"amount": 600})
    over = client.post(f"/payments/{payment}/refund", {"amount": 500})
    assert error_code(over) == "amount_too_large"


def test_pending_payment(client, company):
    company.fault("pending", act="create")
    payment = client.create(card="ok", capture="manual").json()["id"]
    assert company.settle_pending(payment)["state"] == "authorized"
    payment = client.create(card="pending").json()["id"]
    assert company.settle_pending(payment, "declined", "fraud")["reason"] == "fraud"


def test_rules_count_down_and_match(client, company):
    company.fault("http500", count=2, act="create", reference="^tx-2$")
    codes = [
        client.create(card="ok", reference=reference).status_code
        for reference in ("tx-1", "tx-2", "tx-2", "tx-2")
    ]
    assert codes == [201, 500, 500, 201]
    company.fault("http500", count=-1, path="^/payments/")
    payment = company.payments()[0]["id"]
    assert [client.get(f"/payments/{payment}").status_code] * 3 == [500] * 3
    assert client.create().status_code == 201


def test_several_faults_on_one_request(client, company, shop):
    company.fault("drop", act="create")
    company.fault("no_webhook", act="create")
    with pytest.raises(requests.ConnectionError):
        client.create(card="ok")
    company.wait_for("webhooks")
    assert not shop.received
    assert company.requests()[0]["faults"] == ["drop", "no_webhook"]


@pytest.mark.parametrize(
    "rule",
    [
        {"fault": "explode"},
        {"fault": "drop", "seconds": 2},
        {"fault": "drop", "match": {"act": "steal"}},
        {"fault": "drop", "match": {"verb": "GET"}},
    ],
)
def test_mistyped_rules_are_refused(client, company, rule):
    assert client.post("/control/faults", rule).status_code == 400


# The hosted page


def test_page_shows_the_payment_without_changing_it(client):
    payment = client.create(amount=123456, reference="<tx>").json()
    page = requests.get(payment["pay_url"], timeout=TIMEOUT).text
    assert "1,234.56 EUR" in page
    assert "&lt;tx&gt;" in page
    assert client.get(f"/payments/{payment['id']}").json()["state"] == "created"
    yen = client.create(amount=500, currency="JPY").json()
    assert "500 JPY" in requests.get(yen["pay_url"], timeout=TIMEOUT).text


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("pay", "authorized"),
        ("decline", "declined"),
        ("pending", "pending"),
        ("cancel", "cancelled"),
    ],
)
def test_page_outcomes(client, company, shop, outcome, state):
    back = "http://shop.example/return?reference=tx-1"
    payment = client.create(capture="manual", return_url=back).json()["id"]
    answer = client.pay(payment, outcome)
    assert (answer.status_code, answer.headers["Location"]) == (303, back)
    company.wait_for("webhooks")
    assert [event["type"] for event in events(shop)] == [f"payment.{state}"]
    assert client.pay(payment, "pay").status_code == 303
    assert client.get(f"/payments/{payment}").json()["state"] == state
    assert totals(company)["authorized"] == (1000 if state == "authorized" else 0)


def test_page_that_loses_its_answer(client, company):
    payment = client.create().json()["id"]
    company.fault("drop", act="pay")
    with pytest.raises(requests.ConnectionError):
        client.pay(payment, "pay")
    assert totals(company)["captured"] == 1000


def test_browser_hands_in_the_card(client):
    payment = client.create(capture="manual").json()
    path = f"/payments/{payment['id']}/confirm"
    assert client.post(path, {"card": "ok"}).status_code == 403
    body = {"card": "ok", "client_secret": payment["client_secret"]}
    assert client.post(path, body).json()["state"] == "authorized"
    assert client.post(path, body).status_code == 409
    preflight = requests.options(client.url + path, timeout=TIMEOUT)
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "client_secret" not in client.get(f"/payments/{payment['id']}").json()


# Webhooks


def test_webhook_is_signed(client, company, shop):
    client.create(card="ok")
    company.wait_for("webhooks")
    signature, body = shop.received[0]
    moment = signature.split(",")[0][2:]
    assert signature == sign("whsec_standin", body, moment)


def test_webhook_is_repeated_until_it_is_taken(client, company, shop):
    shop.statuses = [500, 503]
    client.create(card="ok")
    company.wait_for("webhooks")
    assert [row["status"] for row in company.deliveries()] == [500, 503, 200]
    assert len({event["id"] for event in events(shop)}) == 1


def test_webhook_first(client, company, shop):
    company.fault("webhook_first", act="create")
    client.create(card="ok")
    assert len(shop.received) == 1
    company.wait_for("webhooks")
    assert len(shop.received) == 1


def test_webhook_duplicates_and_none(client, company, shop):
    company.fault("duplicate_webhook", act="create")
    client.create(card="ok")
    company.wait_for("webhooks")
    assert len(shop.received) == 2
    company.configure(webhooks=False)
    client.create(card="ok")
    company.wait_for("webhooks")
    assert len(shop.received) == 2


def test_webhook_sent_by_hand(client, company, shop):
    payment = client.authorized()
    company.wait_for("webhooks")
    company.send_webhook(payment, signature="bad")
    company.send_webhook(payment, signature="missing")
    assert shop.received[-2][0].startswith("t=")
    assert shop.received[-1][0] is None


def test_dashboard(client, company, shop):
    payment = client.authorized()
    company.dashboard(payment, "capture")
    company.dashboard(payment, "refund", 300)
    company.wait_for("webhooks")
    assert sorted(event["type"] for event in events(shop)) == [
        "payment.authorized",
        "payment.captured",
        "refund.succeeded",
    ]
    assert totals(company)["net"] == 700


# Levers over HTTP


def test_levers_over_http(client, company, shop):
    rules = [{"match": {"act": "capture"}, "fault": "pending", "count": 1}]
    assert len(client.post("/control/faults", rules).json()["rules"]) == 1
    payment = client.authorized()
    act = client.post(f"/payments/{payment}/capture").json()["id"]
    body = {"id": act, "outcome": "succeeded"}
    assert client.post("/control/settle_pending", body).json()["state"] == "succeeded"
    client.post("/control/wait", {"for": "webhooks"})
    rows = client.post("/control/wait", {"for": "ledger", "kind": "capture"}).json()
    assert rows["rows"][0]["amount"] == 1000
    ledger = client.get(f"/control/ledger?payment={payment}").json()
    assert ledger["totals"]["captured"] == 1000
    sent = client.post("/control/send_webhook", {"id": payment, "copies": 2}).json()
    assert [row["status"] for row in sent["deliveries"]] == [200, 200]
    body = {"id": payment, "act": "refund", "amount": 1}
    assert client.post("/control/dashboard", body).json()["amount"] == 1
    assert client.get("/control/requests?act=capture").json()["requests"]
    assert client.get("/control/webhooks").json()["deliveries"]
    assert client.post("/control/config", {"webhooks": False}).status_code == 200
    assert client.post("/control/config", {"webhook": 0}).status_code == 400
    assert client.post("/control/reset").status_code == 200
    assert company.config["webhooks"] and not company.payments()
    assert client.post("/control/unknown").status_code == 404
