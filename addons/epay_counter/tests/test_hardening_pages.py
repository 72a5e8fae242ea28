import json
import re
from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import parse_qs, urlparse

from psycopg2.pool import PoolError

from odoo import Command
from odoo.tests import JsonRpcException, tagged
from odoo.tools import config, mute_logger

from .. import db
from ..const import LIMITS
from ..controllers.visit import EpayVisit
from .pages_common import PagesCase


@tagged("post_install", "-at_install")
class TestShopPayments(PagesCase):
    """The shop's own payment pages know nothing of counter copies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer()
        cls.invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "invoice_line_ids": [
                    Command.create({"product_id": cls.product.id, "price_unit": 10})
                ],
            }
        )
        cls.invoice.action_post()

    def pay_invoice(self, provider):
        """What the payment form of the customer's portal sends."""
        values = {
            "access_token": self.invoice._portal_ensure_token(),
            "provider_id": provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": self.invoice.amount_total,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/my/invoices",
        }
        route = f"/invoice/transaction/{self.invoice.id}"
        return self.make_jsonrpc_request(route, values)

    def test_an_invoice_is_paid_with_a_provider_of_the_shop(self):
        self.assertTrue(self.pay_invoice(self.provider)["reference"])
        self.assertEqual(self.invoice.transaction_ids.provider_id, self.provider)

    @mute_logger("odoo.http")
    def test_an_invoice_is_not_paid_with_a_counter_copy(self):
        self.provider.epay_only = True
        with self.assertRaises(JsonRpcException) as caught:
            self.pay_invoice(self.provider)
        self.assertIn("MethodNotOffered", str(caught.exception))
        self.assertFalse(self.invoice.transaction_ids)

    def test_what_was_paid_before_can_still_be_refunded(self):
        self.pay_invoice(self.provider)
        payment = self.invoice.transaction_ids
        payment._set_done()
        self.provider.epay_only = True
        refund = payment._create_child_transaction(10, is_refund=True)
        self.assertEqual(refund.source_transaction_id, payment)


@tagged("post_install", "-at_install")
class TestOddInput(PagesCase):
    def test_a_mail_address_with_what_nobody_types_is_refused(self):
        session = self.register()
        visit = self.requested_of(session)
        self.provider_says(self.attempt(session))
        self.settle(session)
        page = self.get(visit)
        for email in ("a@b.cc\0", "a\x1b@b.cc", "a@b.cc\x85"):
            answer = self.post(f"{visit}/mail", page=page, email=email)
            self.assertRefusedPage(answer, 422, "bad_address")

    def test_a_counter_that_was_put_away_has_no_button(self):
        session = self.register()
        code = self.code_of(session)
        self.assertTrue(self.marks(self.get(code), "join"))
        self.counter.active = False
        page = self.get(code)
        self.assertEqual(page.status_code, 200)
        self.assertFalse(self.marks(page, "join"))


@tagged("post_install", "-at_install")
class TestPhoneCookie(PagesCase):
    @contextmanager
    def by_https(self):
        options = config.options.new_child({"proxy_mode": True})
        headers = {
            "X-Forwarded-For": "192.0.2.1",
            "X-Forwarded-Host": "shop.example",
            "X-Forwarded-Proto": "https",
        }
        with (
            patch.object(config, "options", options),
            patch.dict(self.opener.headers, headers),
        ):
            yield

    def joined_cookie(self):
        address = "/epay/teststreet/T1"
        answer = self.post(f"{address}/join", page=self.get(address))
        return re.search(r"[\w-]*epay_phone=.*", answer.headers["Set-Cookie"])[0]

    def test_by_https_no_neighbour_can_set_it(self):
        with self.by_https():
            cookie = self.joined_cookie()
        self.assertTrue(cookie.startswith("__Host-epay_phone="))
        self.assertIn("Path=/;", f"{cookie};")
        self.assertIn("Secure", cookie)
        self.assertNotIn("Domain", cookie)

    def test_by_https_only_that_one_counts(self):
        visit = self.joined()
        phone = self.opener.cookies["epay_phone"]
        with self.by_https():
            self.assertFalse(self.marks(self.get(visit), "choose"))
            self.opener.cookies.set("__Host-epay_phone", phone, path="/")
            self.assertTrue(self.marks(self.get(visit), "choose"))

    def test_by_http_it_is_a_plain_one_for_our_pages(self):
        cookie = self.joined_cookie()
        self.assertTrue(cookie.startswith("epay_phone="))
        self.assertIn("Path=/epay", cookie)


@tagged("post_install", "-at_install")
class TestPolicy(PagesCase):
    def policy(self, path, **kwargs):
        page = self.get(path, **kwargs)
        parts = page.headers["Content-Security-Policy"].split(";")
        return dict(part.strip().split(" ", 1) for part in parts if part.strip())

    def test_forms_go_to_the_shop_only(self):
        for path in ("/epay", "/epay/teststreet/T1", "/epay/nowhere"):
            self.assertEqual(self.policy(path)["form-action"], "'self'", path)

    def test_from_the_visit_a_form_leads_to_the_provider(self):
        policy = self.policy(self.joined())
        self.assertEqual(policy["form-action"], "'self' https: http:")

    def test_a_host_is_repeated_only_when_it_is_one(self):
        for host, told in (
            ("shop.example:8069", "'self' ws://shop.example:8069"),
            ("[2001:db8::1]", "'self' ws://[2001:db8::1]"),
            ("x; script-src *", "'self'"),
            ("a b", "'self'"),
        ):
            with self.subTest(host):
                policy = self.policy("/epay", headers={"Host": host})
                self.assertEqual(policy["connect-src"].strip(), told)
                self.assertNotIn("script-src", policy)


@tagged("post_install", "-at_install")
class TestFormLimits(PagesCase):
    def send_form(self, visit, session, **values):
        """The answer as a browser gets it that writes numbers as it likes."""
        params = {
            "provider_id": session.provider_id.id,
            "payment_method_id": session.payment_method_id.id,
            "token_id": None,
            "amount": session.amount,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/epay/back",
            "is_validation": False,
            **values,
        }
        headers = {"Content-Type": "application/json"}
        data = json.dumps({"jsonrpc": "2.0", "params": params})
        return self.url_open(f"{visit}/transaction", data=data, headers=headers).json()

    def assertFormRefused(self, visit, session, name, **values):
        error = self.send_form(visit, session, **values)["error"]["data"]["name"]
        self.assertEqual(error, f"odoo.addons.epay_counter.exceptions.{name}")

    @mute_logger("odoo.http")
    def test_what_is_no_amount_is_another_amount(self):
        session = self.register(12.5)
        visit = self.requested_of(session)
        for amount in (float("nan"), float("inf"), 1e308, "1e308", [], {}, True, None):
            with self.subTest(amount=amount):
                self.assertFormRefused(visit, session, "AmountMismatch", amount=amount)
        self.assertTrue(self.send_form(visit, session, amount="12.50")["result"])

    @mute_logger("odoo.http")
    def test_a_deal_is_tried_only_so_often(self):
        session = self.register(12.5)
        visit = self.requested_of(session)
        with patch.dict(LIMITS, {"pay": (2, 600)}):
            for _turn in range(2):
                self.assertIn("result", self.send_form(visit, session))
            self.assertFormRefused(visit, session, "TooManyAttempts")
        self.assertEqual(len(session.transaction_ids), 2)


@tagged("post_install", "-at_install")
class TestChoosing(PagesCase):
    """What one phone may write into a deal's history."""

    def choose_again(self, visit, page, **data):
        data.setdefault("option", self.option(page))
        return self.post(f"{visit}/choose", page=page, **data)

    def test_the_same_choice_again_is_nothing_new(self):
        session = self.register()
        visit = self.joined(session)
        page = self.get(visit)
        self.choose_again(visit, page)
        rows, version = len(session.event_ids), session.version
        for _turn in range(3):
            self.assertEqual(self.choose_again(visit, page).status_code, 303)
        self.env.invalidate_all()
        self.assertEqual((len(session.event_ids), session.version), (rows, version))

    def test_another_amount_is_another_choice(self):
        self.counter.amount_by = "customer"
        answer = self.as_clerk(self.counter).invite_amount()
        session = self.env["epay.session"].browse(answer["session"]["id"])
        visit = self.joined(session)
        page = self.get(visit)
        for amount in ("8", "9"):
            self.choose_again(visit, page, amount=amount)
            self.env.invalidate_all()
            self.assertEqual(session.amount, float(amount))

    def test_a_deal_is_chosen_for_only_so_often(self):
        session = self.register()
        visit = self.joined(session)
        page = self.get(visit)
        with patch.dict(LIMITS, {"choose": (2, 600)}):
            for _turn in range(2):
                self.assertEqual(self.choose_again(visit, page).status_code, 303)
            answer = self.choose_again(visit, page)
        self.assertRefusedPage(answer, 429, "too_many_attempts")
        (back,) = self.tree(answer).xpath("//main//a/@href")
        self.assertEqual(back, visit, "the payment goes on")

    def test_choosing_again_twice_is_once(self):
        session = self.register()
        visit = self.chosen_by(session)
        page = self.get(visit)
        self.post(f"{visit}/unchoose", page=page)
        version = session.version
        self.post(f"{visit}/unchoose", page=page)
        self.env.invalidate_all()
        self.assertEqual(session.version, version)


@tagged("post_install", "-at_install")
class TestOddRequests(PagesCase):
    FILE = ("a.txt", b"a file", "text/plain")

    def send_file(self, path, name, page):
        token = self.tree(page).xpath("//input[@name='csrf_token']")[0].get("value")
        return self.url_open(
            path,
            data={"csrf_token": token},
            files={name: self.FILE},
            allow_redirects=False,
        )

    def test_a_file_in_place_of_a_text_is_nothing(self):
        address = "/epay/teststreet/T1"
        page = self.get(address)
        answer = self.send_file(f"{address}/join", "s", page)
        self.assertEqual(answer.status_code, 303)
        session = self.register()
        visit = self.joined(session)
        page = self.get(visit)
        answer = self.send_file(f"{visit}/choose", "option", page)
        self.assertRefusedPage(answer, 422, "method_not_offered")
        answer = self.send_file(f"{visit}/mail", "email", page)
        self.assertRefusedPage(answer, 422, "bad_address")

    def test_a_file_in_place_of_a_version_is_none(self):
        visit = self.waiting()
        answer = self.url_open(
            f"{visit}/state", files={"since": self.FILE}, method="GET"
        )
        self.assertEqual(answer.status_code, 200)

    def test_nobody_keeps_or_tells_where_a_redirect_led(self):
        session = self.register()
        code = self.code_of(session)
        joined = self.post(f"{code}/join", page=self.get(code))
        for answer in (joined, self.get(code), self.get("/epay/back")):
            self.assertEqual(answer.status_code, 303)
            self.assertIn("/epay/v/", answer.headers["Location"])
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")


@tagged("post_install", "-at_install")
class TestThrottled(PagesCase):
    def test_what_is_no_token_is_not_even_remembered(self):
        throttle = EpayVisit._state_throttle
        throttle._buckets.clear()
        for token in ("short", "x" * 4000, "a%00" * 10):
            self.assertEqual(self.get(f"/epay/v/{token}/state").status_code, 404)
        self.assertFalse(throttle._buckets)

    def test_when_no_connection_is_free_the_page_says_so(self):
        with (
            patch.object(db, "can_commit", lambda: True),
            patch.object(db, "_cursor", side_effect=PoolError),
            patch.object(db, "LOCK_TIMEOUT_SECONDS", 0),
            patch.object(db.in_own_transaction, "__kwdefaults__", {"patience": 0}),
        ):
            page = self.get("/epay/nowhere")
        self.assertRefusedPage(page, 503, "busy")
        self.assertEqual(page.headers["Retry-After"], "5")


@tagged("post_install", "-at_install")
class TestSigningIn(PagesCase):
    def test_the_shops_login_learns_nothing_of_the_visit(self):
        visit = self.joined()
        token = visit.rsplit("/", 1)[1]
        [link] = self.tree(self.get(visit)).xpath("//a[@data-epay='sign-in']/@href")
        self.assertNotIn(token, link)
        back = parse_qs(urlparse(link).query)["redirect"][0]
        answer = self.get(back)
        self.assertTrue(answer.headers["Location"].endswith(visit))

    def test_signing_in_leads_to_this_visit_not_to_the_one_paid_before(self):
        session = self.register()
        visit = self.requested_of(session)
        params = {
            "provider_id": session.provider_id.id,
            "payment_method_id": session.payment_method_id.id,
            "token_id": None,
            "amount": session.amount,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/epay/back",
            "is_validation": False,
        }
        self.make_jsonrpc_request(f"{visit}/transaction", params)
        self.provider_says(session.transaction_ids)
        self.settle(session)
        second = self.joined(self.register())
        answer = self.get("/epay/back?signed_in=1")
        self.assertTrue(answer.headers["Location"].endswith(second))
