from unittest.mock import patch

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .pages_common import PagesCase


@tagged("post_install", "-at_install")
class TestPaymentPages(PagesCase):
    """The way to the provider and back (SA10 to SA12)."""

    def form_values(self, session, **values):
        """What the provider's form sends."""
        return {
            "provider_id": session.provider_id.id,
            "payment_method_id": session.payment_method_id.id,
            "token_id": None,
            "amount": session.amount,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/epay/back",
            "is_validation": False,
            "access_token": "",
            "csrf_token": "x",
            **values,
        }

    def send_form(self, visit, session, **values):
        params = self.form_values(session, **values)
        return self.make_jsonrpc_request(f"{visit}/transaction", params)

    def assertFormRefused(self, visit, session, code, **values):
        with self.assertRaises(JsonRpcException) as caught:
            self.send_form(visit, session, **values)
        self.assertFalse(session.transaction_ids)
        return caught.exception

    # === THE PROVIDER'S FORM === #

    def test_form_has_exactly_the_chosen_method(self):
        session = self.register(12.5)
        visit = self.requested_of(session)
        page = self.get(f"{visit}/pay")
        self.assertEqual(page.status_code, 200)
        form = self.tree(page).xpath("//form[@id='o_payment_form']")[0]
        self.assertEqual(form.get("data-transaction-route"), f"{visit}/transaction")
        self.assertEqual(form.get("data-landing-route"), "/epay/back")
        self.assertEqual(float(form.get("data-amount")), 12.5)
        radios = form.xpath(".//input[@name='o_payment_radio']")
        self.assertEqual(len(radios), 1)
        self.assertEqual(radios[0].get("data-provider-id"), str(self.provider.id))
        self.assertEqual(self.mark(page, "pay").get("name"), "o_payment_submit_button")
        self.assertEqual(self.mark(page, "amount").get("data-value"), "12.50")

    def test_form_page_has_our_header_and_no_shop_menu(self):
        page = self.get(f"{self.requested_of(self.register())}/pay")
        (header,) = self.tree(page).xpath("//header")
        self.assertIn("Test Street", header.text_content())
        self.assertFalse(self.tree(page).xpath("//footer"))
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_form_page_says_whose_turn_it_is_and_that_the_network_is_gone(self):
        page = self.get(f"{self.requested_of(self.register())}/pay")
        self.assertIn("Confirm the payment now", self.text(page, "message"))
        self.assertTrue(self.tree(page).xpath("//*[@id='offline']"))
        self.assertEqual(self.tree(page).getroottree().getroot().get("lang"), "en-US")

    def test_form_whose_scripts_did_not_load_says_so(self):
        visit = self.requested_of(self.register())
        failed = f"{visit}/pay?o_payment_radio=on&o_payment_submit_button="
        for path, hidden in ((f"{visit}/pay", "hidden"), (failed, None)):
            (note,) = self.tree(self.get(path)).xpath("//*[@id='unloaded']")
            self.assertIn("could not be loaded", note.text_content())
            self.assertEqual(note.get("hidden"), hidden)
            self.assertEqual(note.xpath("a/@href"), [f"{visit}/pay", visit])

    def test_form_page_takes_style_and_fonts_from_nobody_else(self):
        page = self.get(f"{self.requested_of(self.register())}/pay")
        policy = page.headers["Content-Security-Policy"]
        self.assertRegex(policy, "style-src 'self' 'unsafe-inline' *;")
        self.assertRegex(policy, "font-src 'self' data: *;")

    def test_form_page_says_what_the_payment_is_for(self):
        session = self.register(description="Two <chairs>")
        page = self.get(f"{self.requested_of(session)}/pay")
        self.assertIn("Two <chairs>", self.tree(page).text_content())

    def rail(self, page):
        """The label under the last step that was reached."""
        rail = "//ol[@class='ep-rail']//span[not(@class='ep-hidden')]"
        return [
            " ".join(span.text_content().split())
            for span in self.tree(page).xpath(rail)
        ]

    def test_the_page_says_charged_where_the_money_is_taken_already(self):
        for manual, label in ((True, "Authorized"), (False, "Charged")):
            self.provider.capture_manually = manual
            session = self.register()
            visit = self.requested_of(session)
            self.provider_says(self.attempt(session))
            with self.subTest(label):
                self.assertEqual(self.rail(self.get(visit)), [label])
            self.as_clerk(session).cancel()
            self.as_clerk(self.counter).next()

    def test_mark_is_only_on_our_form(self):
        button = self.env["ir.qweb"]._render(
            "payment.submit_button", {"submit_button_label": "Pay"}
        )
        self.assertNotIn("data-epay", button)

    def test_form_is_not_shown_before_the_clerk_asked(self):
        session = self.register()
        visit = self.chosen_by(session)
        answer = self.get(f"{visit}/pay")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith(visit))

    def test_looking_at_the_form_changes_nothing(self):
        visit = self.requested_of(self.register())
        self.get(f"{visit}/pay")
        with self.assertNoEffects():
            self.get(f"{visit}/pay")
            self.get(visit)

    def test_page_goes_to_the_form_by_itself(self):
        session = self.register()
        page = self.get(self.requested_of(session))
        self.assertState(page, "authorizing")
        self.assertEqual(self.mark(page, "visit").get("data-auto"), "pay")
        self.assertTrue(self.mark(page, "pay").get("href").endswith("/pay"))

    def form_url(self, visit):
        return self.mark(self.get(visit), "visit").get("data-form-url")

    def test_page_that_waits_for_the_clerk_knows_the_way_to_the_form(self):
        visit = self.chosen_by(self.register())
        self.assertEqual(self.form_url(visit), f"{visit}/pay")

    def test_only_the_phone_that_chose_is_shown_the_way_to_the_form(self):
        visit = self.chosen_by(self.register())
        with self.another_phone():
            self.assertIsNone(self.form_url(visit))

    def test_page_that_waits_for_a_redirect_has_no_form_to_go_to(self):
        self.provider_without_form()
        visit = self.chosen_by(self.register())
        self.assertIsNone(self.form_url(visit))

    def test_customer_may_choose_again_from_the_form(self):
        session = self.register()
        visit = self.requested_of(session)
        self.post(f"{visit}/unchoose", page=self.get(visit))
        self.assertEqual(session.state, "engaged")

    # === THE ATTEMPT === #

    def test_attempt_is_made_from_the_deal(self):
        session = self.register(12.5)
        visit = self.requested_of(session)
        values = self.send_form(visit, session)
        tx = session.transaction_ids
        self.assertEqual(values["reference"], tx.reference)
        self.assertEqual(
            (tx.amount, tx.state, tx.operation), (12.5, "draft", "online_direct")
        )
        self.assertEqual(tx.landing_route, "/epay/back")
        self.assertFalse(tx.tokenize)

    def test_saving_a_card_without_a_login_is_ignored(self):
        self.provider.allow_tokenization = True
        session = self.register()
        self.send_form(self.requested_of(session), session, tokenization_requested=True)
        self.assertFalse(session.transaction_ids.tokenize)

    @mute_logger("odoo.http")
    def test_tampered_requests_are_refused(self):
        session = self.register(12.5)
        visit = self.requested_of(session)
        other = self.provider.copy()
        for values in (
            {"amount": 0.01},
            {"amount": 1250},
            {"amount": None},
            {"amount": "twelve"},
            {"provider_id": other.id},
            {"provider_id": None},
            {"payment_method_id": session.payment_method_id.id + 1},
            {"flow": "token", "token_id": 1},
            {"flow": "direct", "token_id": 1},
            {"flow": "express"},
            {"landing_route": "/web/login"},
            {"landing_route": "https://elsewhere.example/"},
            {"is_validation": True},
            {"partner_id": 1},
            {"currency_id": 1},
            {"custom_create_values": {"state": "done"}},
            {"reference_prefix": "X"},
        ):
            with self.subTest(**values):
                self.assertFormRefused(visit, session, None, **values)
        self.assertEqual(session.state, "authorizing")

    @mute_logger("odoo.http")
    def test_another_phone_can_not_pay(self):
        session = self.register()
        visit = self.requested_of(session)
        with self.another_phone():
            self.assertFormRefused(visit, session, None)

    @mute_logger("odoo.http")
    def test_nobody_can_pay_before_the_clerk_asked(self):
        session = self.register()
        self.assertFormRefused(self.chosen_by(session), session, None)

    @mute_logger("odoo.http")
    def test_unknown_visit_can_not_pay(self):
        session = self.register()
        self.requested_of(session)
        self.assertFormRefused("/epay/v/" + 24 * "a", session, None)

    def test_attempt_by_a_form_of_another_site_is_refused(self):
        session = self.register()
        visit = self.requested_of(session)
        answer = self.url_open(f"{visit}/transaction", data={"amount": "12.5"})
        self.assertEqual(answer.status_code, 415)
        self.assertFalse(session.transaction_ids)

    @mute_logger("odoo.http")
    def test_second_attempt_after_the_payment_is_refused(self):
        session = self.register()
        visit = self.requested_of(session)
        self.send_form(visit, session)
        session.transaction_ids._set_authorized()
        self.env.cr.precommit.run()
        self.assertEqual(session.state, "authorized")
        with self.assertRaises(JsonRpcException):
            self.send_form(visit, session)
        self.assertEqual(len(session.transaction_ids), 1)

    # === BACK === #

    def test_status_page_leads_back_to_the_visit(self):
        session = self.register()
        visit = self.requested_of(session)
        self.send_form(visit, session)
        answer = self.get("/payment/status")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith("/epay/back"))
        answer = self.get("/epay/back")
        self.assertTrue(answer.headers["Location"].endswith(visit))

    def test_coming_back_without_cookies_shows_how_far_the_payment_is(self):
        session = self.register()
        visit = self.requested_of(session)
        self.send_form(visit, session)
        with self.another_phone():
            page = self.get("/epay/back")
        self.assertState(page, "authorizing")
        self.assertEqual(self.text(page, "number"), session.name)
        for mark in ("pay", "choose", "leave"):
            self.assertFalse(self.marks(page, mark))
        self.assertNotIn("/epay/v/", page.text)

    def test_coming_back_without_cookies_tells_no_card(self):
        ada = self.make_customer()
        session = self.authorizing(
            80.78, partner=ada, key=f"t-{self.make_token(ada).id}"
        )
        self.assertEqual(session.state, "authorized")
        with self.another_phone():
            page = self.get(f"/epay/v/{self.token}")
        self.assertState(page, "authorized")
        self.assertFalse(self.marks(page, "method"))
        self.assertNotIn("4242", page.text)

    def test_a_phone_that_was_let_go_gets_no_form(self):
        session = self.register()
        visit = self.requested_of(session)
        self.assertEqual(self.get(f"{visit}/pay").status_code, 200)
        self.as_clerk(self.counter).release_visit()
        answer = self.get(f"{visit}/pay")
        self.assertTrue(answer.headers["Location"].endswith(visit))

    def test_a_phone_that_was_replaced_comes_back_to_its_own_visit(self):
        """The deal is another customer's by now, who has paid with a saved card."""
        session = self.register()
        visit = self.requested_of(session)
        self.send_form(visit, session)
        bob = self.make_customer("epay_bob")
        second = self.join_counter(partner=bob)
        self.as_clerk(self.counter).release_visit()
        self.as_clerk(self.counter).accept_visit(second.id)
        self.choose(session, f"t-{self.make_token(bob).id}")
        self.as_clerk(session).request_authorization()
        self.assertEqual(session.state, "authorized")
        answer = self.get("/epay/back")
        self.assertTrue(answer.headers["Location"].endswith(visit))
        with self.another_phone():
            page = self.get("/epay/back")
        self.assertEqual(self.mark(page, "visit").get("data-state"), "left")
        for text in ("4242", second.phrase):
            self.assertNotIn(text, page.text)

    def test_coming_back_without_a_watched_payment_finds_the_visit_by_the_phone(self):
        session = self.register()
        visit = self.requested_of(session)
        answer = self.get("/epay/back")
        self.assertTrue(answer.headers["Location"].endswith(visit))

    def test_coming_back_from_nowhere_is_a_neutral_page(self):
        page = self.get("/epay/back")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Do not pay again", self.text(page, "message"))

    def test_status_page_of_other_payments_is_odoos_own(self):
        self.assertEqual(self.get("/payment/status").status_code, 200)

    # === REDIRECT === #

    def redirecting(self, session):
        """A deal whose provider has a page of its own."""
        self.provider_without_form()
        return self.requested_of(session)

    def provider_without_form(self):
        self.provider.inline_form_view_id = False
        self.provider.redirect_form_view_id = self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "key": "epay_counter.test_redirect_form",
                "arch": '<form action="https://bank.example/pay" method="post">'
                '<input type="hidden" name="ref" value="1"/></form>',
            }
        )

    def test_redirect_page_has_the_providers_form_and_a_button(self):
        session = self.register()
        visit = self.redirecting(session)
        page = self.get(visit)
        self.assertEqual(self.mark(page, "visit").get("data-auto"), "redirect")
        answer = self.post(f"{visit}/redirect", page=page)
        self.assertEqual(answer.status_code, 200)
        form = self.tree(answer).xpath("//form[@id='epay_redirect']")[0]
        self.assertEqual(form.get("action"), "https://bank.example/pay")
        self.assertEqual(form.xpath(".//input/@value"), ["1"])
        self.assertEqual(self.mark(answer, "pay").get("form"), "epay_redirect")
        self.assertEqual(session.transaction_ids.operation, "online_redirect")

    def test_redirect_without_a_form_leads_back_to_choosing(self):
        session = self.register()
        visit = self.redirecting(session)
        self.provider.redirect_form_view_id = False
        answer = self.post(f"{visit}/redirect", page=self.get(visit))
        self.assertEqual(answer.status_code, 303)
        page = self.get(visit)
        self.assertState(page, "engaged")
        self.assertIn("can't be reached", self.text(page, "message"))

    def test_redirect_that_the_provider_refused_leads_back_to_choosing(self):
        """The modules of Mollie, Xendit and others swallow the error."""

        def refused(transaction, values):
            transaction._set_error("No account of this currency.")
            return {}

        session = self.register()
        visit = self.redirecting(session)
        transactions = self.env.registry["payment.transaction"]
        with patch.object(transactions, "_get_specific_rendering_values", refused):
            answer = self.post(f"{visit}/redirect", page=self.get(visit))
        self.assertEqual(answer.status_code, 303)
        page = self.get(visit)
        self.assertState(page, "engaged")
        self.assertIn("No account of this currency", self.text(page, "message"))

    def test_redirect_is_refused_for_a_form_on_our_page(self):
        session = self.register()
        visit = self.requested_of(session)
        page = self.get(visit)
        answer = self.post(f"{visit}/redirect", page=page)
        self.assertRefusedPage(answer, 409, "wrong_state")
        self.assertFalse(session.transaction_ids)

    def test_files_of_the_form_are_named_as_the_form_page_names_them(self):
        files = self.get("/epay/i/a").json()
        page = self.get(f"{self.requested_of(self.register())}/pay").text
        self.assertTrue(files)
        for file in files:
            self.assertIn(file, page)
