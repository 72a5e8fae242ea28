"""The story as merchants run it: two workers, one for the bus, one for jobs, nginx."""

from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest
import requests
from support import facts
from support.sql import Sql
from support.waiting import eventually
from test_story_sale import AMOUNT, deal_id, pay_and_settle

pytestmark = [pytest.mark.story, pytest.mark.flavours("plain")]

WORKERS = 2
YEAR = "max-age=31536000"


@pytest.fixture(scope="module")
def shops(stockroom):
    """A shop of this module's own, behind nginx."""
    made = {}

    def shop(flavour):
        if flavour not in made:
            made[flavour] = stockroom.shop(flavour, workers=WORKERS)
            for _worker in range(WORKERS):
                desk = made[flavour].desk()
                desk.with_authorization(AMOUNT)
                # The first one of a worker takes seconds: it loads what it needs.
                desk.session("settle")
        return made[flavour]

    yield shop
    for found in made.values():
        found.close()


def get(shop, path, **headers):
    """What nginx answers to a browser that takes compressed files."""
    headers = {"Accept-Encoding": "gzip", **headers}
    return requests.get(shop.url + path, headers=headers, timeout=60)


def answer_to(shop, source, path, headers=None):
    """What nginx answers to one of this machine's addresses."""
    here = (source, 0)
    connection = HTTPConnection("127.0.0.1", shop.front.port, source_address=here)
    connection.request("GET", path, headers={**(headers or {}), "Connection": "close"})
    return connection.getresponse()


# --- the story ---------------------------------------------------------------


def test_sale_behind_nginx(story, shop):
    """Both screens follow by the bus, through nginx, whichever worker answers."""
    desk = shop.desk()
    clerk = story.clerk().open(desk.code).register(AMOUNT)
    assert clerk.code_url.startswith(shop.url)
    phone = story.customer().scan(clerk.code_url)
    pay_and_settle(story, clerk, phone)
    facts.assert_settled(shop, deal_id(shop, clerk.number), AMOUNT)
    clerk.press("next").is_free()


def test_bus_goes_through_nginx(story, shop):
    """With the phone's polling switched off, only the websocket can tell it."""
    desk = shop.desk().register(AMOUNT)
    phone = story.customer().scan(desk.code_url)
    phone.page.evaluate("() => { for (let i = 0; i < 9999; i++) clearTimeout(i); }")
    desk.session("cancel")
    phone.is_in("cancelled", timeout=shop.patience(1))


def test_jobs_run_by_themselves(shop):
    """The process for jobs ends a deal whose time is up; nobody asks for it."""
    desk = shop.desk().register(AMOUNT)
    shop.sql.run(
        "UPDATE epay_session SET expires_at = now() AT TIME ZONE 'UTC'"
        " - interval '1 minute' WHERE id = %s",
        desk.session_id,
    )
    shop.sql.run(
        "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' WHERE id = ("
        " SELECT res_id FROM ir_model_data"
        " WHERE module = 'epay_counter' AND name = 'ir_cron_expire')"
    )
    # What Odoo does itself when a job is wanted before its minute is over.
    waker = Sql("postgres")
    waker.run("SELECT pg_notify('cron_trigger', %s)", shop.name)
    waker.close()
    eventually(lambda: facts.state(shop, desk.session_id) == "expired", within=90)


# --- what is kept, and what never --------------------------------------------------


def test_pages_are_never_kept(shop):
    phone = shop.desk().with_phone(AMOUNT)
    paths = ["/epay", "/epay/main", "/epay/nowhere", phone.visit_path()]
    for path in [*paths, phone.visit_path("/state")]:
        answer = get(shop, path)
        assert answer.headers["Cache-Control"] == "no-store", path


def test_our_files_are_kept_for_a_year(shop):
    """Their address names their content, so a changed file has another address."""
    page = get(shop, "/epay")
    paths = [
        part.split('"')[0]
        for part in page.text.split('="')
        if part.startswith("/epay_counter/static/")
    ]
    assert {path.split("?")[0].rpartition(".")[2] for path in paths} == {"css", "js"}
    for path in paths:
        answer = get(shop, path)
        assert YEAR in answer.headers["Cache-Control"]
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"


def test_bundles_are_kept_for_a_year_and_by_nginx(shop):
    """The second request of a bundle doesn't reach Odoo."""
    [path, *_more] = get(shop, "/epay/i/a").json()
    first = get(shop, path)
    assert YEAR in first.headers["Cache-Control"]
    assert "Set-Cookie" not in first.headers
    assert answer_to(shop, "127.0.0.9", path).read() == first.content
    assert eventually(lambda: shop.front.asked(path, "127.0.0.9")) == ["HIT"]


def test_pages_are_compressed(shop):
    assert get(shop, "/epay").headers["Content-Encoding"] == "gzip"


# --- who asks -----------------------------------------------------------------------


def miss(shop, source, claimed):
    """Open an address that leads nowhere, from one of this machine's addresses."""
    headers = {"X-Forwarded-For": claimed, "X-Real-IP": claimed}
    assert answer_to(shop, source, "/epay/nowhere", headers).status == 404


def test_limits_see_the_real_visitor(shop):
    """Not nginx's own address, and not what the visitor claims to be."""

    def counted():
        query = "SELECT key FROM epay_attempt WHERE scope = 'miss'"
        return set(shop.sql.values(query))

    before = counted()
    miss(shop, "127.0.0.2", "203.0.113.7")
    miss(shop, "127.0.0.2", "203.0.113.8")
    assert len(counted() - before) == 1
    miss(shop, "127.0.0.3", "203.0.113.7")
    assert len(counted() - before) == 2


def test_a_visitor_cannot_claim_to_come_by_https(shop):
    phone = shop.phone()
    phone.http.headers["X-Forwarded-Proto"] = "https"
    phone.join_by_code(shop.desk().register(AMOUNT).code_url)
    [cookie] = [cookie for cookie in phone.http.cookies if cookie.name == "epay_phone"]
    assert not cookie.secure


def test_secrets_are_not_in_the_log(shop):
    phone = shop.desk().with_phone(AMOUNT)
    phone.page()
    log = shop.front.log.read_text()
    assert "/epay/v/*" in log
    assert phone.token not in log


def test_link_to_pay_ahead_is_not_in_the_log(shop):
    """Who has it may pay, and sees what is due."""
    code = "1-12-secretsecretsecret"
    for address in (f"/epay/c/{code}", f"/epay/c/{code}/pay"):
        get(shop, address)
    log = shop.front.log.read_text()
    assert "/epay/c/*/pay" in log
    assert code not in log


def test_database_manager_is_closed(shop):
    assert get(shop, "/web/database/manager").status_code == 404


# --- a full shop, and a phone that runs wild -----------------------------------------


def statuses(shop, path, times):
    """Ask so often, many at once, from one address."""
    with ThreadPoolExecutor(12) as pool:
        answers = pool.map(lambda _time: get(shop, path), range(times))
        return [answer.status_code for answer in answers]


def test_a_full_shop_behind_one_address_is_let_in(shop):
    """Ten phones ask as often in a moment as two hundred do in two seconds."""
    code = shop.desk().code
    phones = [shop.phone() for _number in range(10)]
    for phone in phones:
        phone.join_counter("main", code)
    for phone in phones:
        assert set(statuses(shop, phone.visit_path("/state"), 20)) == {200}


def test_a_phone_that_runs_wild_is_slowed_down(shop):
    """It gets 429, and another phone at the same address does not."""
    wild = shop.desk().with_phone(AMOUNT)
    calm = shop.desk().with_phone(AMOUNT)
    assert 429 in statuses(shop, wild.visit_path("/state"), 300)
    assert calm.state()["state"] == "engaged"
