from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from ..tools.mail_address import mail_address
from ..tools.throttle import Throttle
from .pages_common import PagesCase


@tagged("post_install", "-at_install")
class TestVisitPages(PagesCase, MailCase):
    """The customer's page from joining to the receipt (SA6, SA7, SA17)."""

    # === THE WAITING ROOM === #

    def test_waiting_phone_sees_its_phrase_and_no_deal(self):
        self.register(55.5)
        page = self.get(self.waiting())
        self.assertState(page, "waiting")
        visit = self.counter._waiting_visits()
        self.assertEqual(self.text(page, "phrase"), visit.phrase)
        self.assertIn(visit.color, page.text)
        self.assertIn("clerk", self.text(page, "message"))
        self.mark(page, "leave")
        self.assertNotIn("55.50", page.text)
        self.assertIn('http-equiv="refresh"', page.text, "goes on without scripts")

    def test_accepted_phone_sees_the_deal(self):
        session = self.register(55.5)
        visit = self.waiting()
        self.as_clerk(self.counter).accept_visit(self.counter._waiting_visits().id)
        page = self.get(visit)
        self.assertState(page, "engaged")
        self.assertEqual(self.text(page, "number"), session.name)

    def test_waiting_phone_leaves(self):
        visit = self.waiting()
        answer = self.post(f"{visit}/leave", page=self.get(visit))
        self.assertEqual(answer.status_code, 303)
        page = self.get(visit)
        self.assertState(page, "left")
        self.assertFalse(self.counter._waiting_visits())
        self.assertFalse(self.marks(page, "leave"))

    # === CHOOSING === #

    def test_customer_sees_amount_lines_and_ways_to_pay(self):
        lines = [{"name": "Bread", "quantity": 2, "price_unit": 5}]
        session = self.register(10, description="Two loaves", lines=lines)
        page = self.get(self.joined(session))
        self.assertState(page, "engaged")
        amount = self.mark(page, "amount")
        self.assertEqual(amount.get("data-value"), "10.00")
        self.assertEqual(amount.get("data-currency"), session.currency_id.name)
        self.assertIn("10.00", amount.text_content())
        self.assertIn("Bread", self.text(page, "line"))
        self.assertIn("Two loaves", page.text)
        option = self.mark(page, "method-option")
        self.assertEqual(option.get("data-code"), "demo")
        self.mark(page, "leave")

    def test_only_way_to_pay_is_chosen_already(self):
        page = self.get(self.joined())
        self.assertEqual(
            self.tree(page).xpath("//input[@name='option']")[0].get("checked"),
            "checked",
        )
        self.assertIn("Demo", self.text(page, "choose"))

    def test_choosing_moves_the_deal_and_shows_what_was_chosen(self):
        session = self.register()
        page = self.get(self.chosen_by(session))
        self.assertEqual(session.state, "chosen")
        self.assertEqual(session.provider_id, self.provider)
        self.assertState(page, "chosen")
        self.assertIn("clerk", self.text(page, "message"))
        self.mark(page, "change")

    def test_customer_chooses_again(self):
        session = self.register()
        visit = self.chosen_by(session)
        answer = self.post(f"{visit}/unchoose", page=self.get(visit))
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(session.state, "engaged")

    def test_what_is_not_offered_is_refused(self):
        session = self.register()
        visit = self.joined(session)
        page = self.get(visit)
        for option in ("", "m-0-0", "t-1", "x", f"m-1-{self.provider.id}"):
            answer = self.post(f"{visit}/choose", page=page, option=option)
            self.assertRefusedPage(answer, 422, "method_not_offered")
        self.assertEqual(session.state, "engaged")

    def test_condition_that_is_not_offered_is_refused(self):
        visit = self.joined()
        page = self.get(visit)
        option = self.option(page)
        data = {"option": option, f"condition-{option}": "never"}
        answer = self.post(f"{visit}/choose", page=page, **data)
        self.assertRefusedPage(answer, 422, "method_not_offered")

    def test_offered_condition_is_shown_and_registered(self):
        condition = self.env["epay.condition"].create(
            {
                "name": "Seven instalments",
                "code": "i7",
                "provider_ids": [(6, 0, self.provider.ids)],
            }
        )
        self.store.condition_ids = condition
        session = self.register()
        visit = self.joined(session)
        page = self.get(visit)
        codes = [mark.get("data-code") for mark in self.marks(page, "condition-option")]
        self.assertIn("i7", codes)
        option = self.option(page)
        data = {"option": option, f"condition-{option}": "i7"}
        self.post(f"{visit}/choose", page=page, **data)
        self.assertEqual(session.condition_id, condition)
        self.assertIn("Seven instalments", self.get(visit).text)

    def test_choosing_too_late_is_refused(self):
        session = self.register()
        visit = self.joined(session)
        page = self.get(visit)
        option = self.option(page)
        self.force(session, "cancelled")
        answer = self.post(f"{visit}/choose", page=page, option=option)
        self.assertEqual(answer.status_code, 409)

    def test_customer_leaves_and_the_deal_is_open_for_another_phone(self):
        session = self.register()
        visit = self.joined(session)
        self.post(f"{visit}/leave", page=self.get(visit))
        self.assertEqual(session.state, "open")
        self.assertState(self.get(visit), "left")

    # === LATER STATES === #

    def test_every_state_has_its_page(self):
        way = ("authorizing", "authorized", "settling", "settled")
        for states in (way[:1], way[:2], way[:3], way, ("cancelled",), ("expired",)):
            session = self.register()
            visit = self.chosen_by(session)
            self.force(session, *states)
            page = self.get(visit)
            self.assertState(page, states[-1])
            self.assertTrue(self.text(page, "message"))
            self.mark(page, "amount")
            self.assertEqual(self.text(page, "number"), session.name)
            self.assertEqual(
                len(self.marks(page, "completed")), states[-1] == "settled"
            )
            session._write_machine({"holds_counter": False})

    def test_end_says_what_became_of_the_money(self):
        self.provider.capture_manually = False
        for can_refund, words in (("partial", "was given back"), ("none", "is given")):
            self.method.support_refund = can_refund
            session = self.register()
            visit = self.requested_of(session)
            attempt = self.attempt(session)
            self.as_clerk(session).cancel()
            self.assertIn("Nothing is charged", self.text(self.get(visit), "message"))
            self.assertIn("Nothing is charged", session._customer_sentence())
            # It was paid all the same, late.
            self.provider_says(attempt)
            for text in (
                self.text(self.get(visit), "message"),
                session._customer_sentence(),
            ):
                self.assertNotIn("Nothing is charged", text)
                self.assertIn(words, text)
                self.assertIn("charged", text)

    def test_end_of_what_was_charged_at_once_says_that_it_was_given_back(self):
        self.provider.capture_manually = False
        session = self.register()
        visit = self.requested_of(session)
        self.provider_says(self.attempt(session))
        self.as_clerk(session).cancel()
        self.assertState(self.get(visit), "cancelled")
        self.assertIn("was given back", self.text(self.get(visit), "message"))

    def test_decline_leads_back_to_choosing_with_the_reason(self):
        session = self.register()
        visit = self.chosen_by(session)
        session._transition("authorizing")
        session._transition("engaged", "Not enough money.")
        page = self.get(visit)
        self.assertState(page, "engaged")
        self.assertIn("Not enough money.", self.text(page, "message"))
        self.mark(page, "choose")

    def test_choosing_again_is_no_trouble(self):
        session = self.register()
        visit = self.chosen_by(session)
        page = self.post(f"{visit}/unchoose", page=self.get(visit))
        self.assertFalse(session.reason)
        self.assertNotIn("Not paid", self.text(self.get(visit), "message"))
        self.assertEqual(page.status_code, 303)
        self.assertEqual(session.event_ids[-1].why, "The customer chooses again.")

    def test_phone_that_left_before_paying_is_told_that_nothing_is_charged(self):
        visit = self.joined(self.register())
        self.post(f"{visit}/leave", page=self.get(visit))
        text = self.text(self.get(visit), "message")
        self.assertIn("Nothing is charged", text)
        self.assertNotIn("bank", text)

    def test_phone_that_left_while_the_bank_is_asked_is_told_so(self):
        session = self.register()
        visit = self.requested_of(session)
        self.attempt(session)
        self.post(f"{visit}/leave", page=self.get(visit))
        text = self.text(self.get(visit), "message")
        self.assertIn("Do not pay again", text)
        self.assertNotIn("Nothing is charged", text)

    def test_leaving_is_asked_once_the_clerk_has_requested(self):
        session = self.register()
        visit = self.chosen_by(session)
        self.assertFalse(self.marks(self.get(visit), "ask-leave"), "asks nothing")
        self.as_clerk(session).request_authorization()
        page = self.get(visit)
        self.mark(page, "ask-leave")
        (asked,) = self.tree(page).xpath("//details[not(@open)]//button/@data-epay")
        self.assertEqual(asked, "leave")

    def test_leaving_says_whether_the_bank_was_asked(self):
        session = self.register()
        visit = self.requested_of(session)
        said = "//*[@id='leaving']//p"
        (before,) = self.tree(self.get(visit)).xpath(said)
        self.assertIn("not confirmed the payment yet", before.text_content())
        self.provider_says(self.attempt(session))
        (after,) = self.tree(self.get(visit)).xpath(said)
        self.assertIn("bank was already asked", after.text_content())

    def test_phone_that_left_without_confirming_is_not_told_to_wait(self):
        session = self.register()
        visit = self.requested_of(session)
        self.post(f"{visit}/leave", page=self.get(visit))
        text = self.text(self.get(visit), "message")
        self.assertIn("Nothing is charged", text)
        self.assertNotIn("pay again", text)

    def test_phone_that_left_while_paying_is_told_the_end_over_the_bus(self):
        session = self.register()
        visit = self.requested_of(session)
        self.provider_says(self.attempt(session))
        self.post(f"{visit}/leave", page=self.get(visit))
        page = self.mark(self.get(visit), "visit")
        self.assertTrue(page.get("data-channel"))
        self.as_clerk(session).settle()
        page = self.mark(self.get(visit), "visit")
        self.assertFalse(page.get("data-channel"), "nothing more to hear")

    def test_phone_that_left_while_paying_goes_on_reading(self):
        session = self.register(80.78)
        visit = self.requested_of(session)
        self.provider_says(self.attempt(session))
        self.post(f"{visit}/leave", page=self.get(visit))
        page = self.get(visit)
        self.assertState(page, "left")
        self.assertEqual(self.mark(page, "amount").get("data-value"), "80.78")
        self.assertEqual(self.text(page, "number"), session.name)
        self.assertIn("Do not pay again", self.text(page, "message"))
        for act in ("leave", "change", "pay", "choose"):
            self.assertFalse(self.marks(page, act), act)
        self.assertTrue(self.mark(page, "visit").get("data-state-url"), "follows")

    def test_phone_that_left_while_paying_gets_the_result_and_the_receipt(self):
        session = self.register()
        visit = self.requested_of(session)
        self.provider_says(self.attempt(session))
        self.post(f"{visit}/leave", page=self.get(visit))
        shown = self.mark(self.get(visit), "visit").get("data-version")
        self.as_clerk(session).settle()
        news = self.get(f"{visit}/state?since={shown}")
        self.assertEqual((news.status_code, news.json()["state"]), (200, "left"))
        page = self.get(visit)
        self.mark(page, "completed")
        receipt = self.mark(page, "receipt").get("href")
        self.assertEqual(self.get(receipt).status_code, 200)

    def test_phone_that_left_while_paying_learns_that_it_was_ended(self):
        session = self.register()
        visit = self.requested_of(session)
        self.provider_says(self.attempt(session))
        self.post(f"{visit}/leave", page=self.get(visit))
        self.as_clerk(session).cancel()
        text = self.text(self.get(visit), "message")
        self.assertIn("The clerk ended this payment", text)
        self.assertIn("Nothing is charged", text)

    def test_copied_link_of_a_phone_that_left_shows_no_deal(self):
        session = self.register(80.78)
        visit = self.requested_of(session)
        self.provider_says(self.attempt(session))
        self.post(f"{visit}/leave", page=self.get(visit))
        for act in (lambda: None, self.as_clerk(session).settle):
            act()
            with self.another_phone():
                page = self.get(visit)
                self.assertState(page, "left")
                self.assertNotIn("80.78", page.text)
                self.assertFalse(self.marks(page, "receipt"))

    def test_phone_that_left_before_paying_sees_nothing_of_who_pays(self):
        session = self.register(80.78)
        first = self.chosen_by(session)
        page = self.get(first)
        self.post(f"{first}/leave", page=page)
        with self.another_phone():
            second = self.requested_of(session)
            self.provider_says(self.attempt(session))
            self.post(f"{second}/leave", page=self.get(second))
        self.as_clerk(session).settle()
        # It can't make itself the last one by being seen.
        self.visit_of(first).last_seen = "2020-01-01 00:00:00"
        self.post(f"{first}/seen")
        self.assertState(self.get(first), "left")
        self.assertNotIn("80.78", self.get(first).text)
        answer = self.post(f"{first}/mail", page=page, email="ann@example.com")
        self.assertRefusedPage(answer, 409, "wrong_state")
        self.assertFalse(self.env["mail.mail"].search([("email_to", "ilike", "ann@")]))

    def visit_of(self, address):
        return self.env["epay.visit"]._find(address.rpartition("/")[2])

    def test_what_was_charged_at_once_is_not_said_to_be_only_confirmed(self):
        for manually, words in ((True, "Confirmed."), (False, "You were charged.")):
            self.provider.capture_manually = manually
            session = self.register()
            visit = self.requested_of(session)
            self.provider_says(self.attempt(session))
            page = self.get(visit)
            self.assertState(page, "authorized")
            self.assertIn(words, self.text(page, "message"))
            self.as_clerk(session).settle()
            session._write_machine({"holds_counter": False})

    def test_customer_reads_in_plain_words_that_the_clerk_ended_it(self):
        session = self.register()
        visit = self.joined(session)
        self.as_clerk(session).cancel()
        text = self.text(self.get(visit), "message")
        self.assertIn("The clerk ended this payment.", text)
        self.assertNotIn("deal", text)

    def test_only_what_was_set_aside_is_said_to_be_given_back(self):
        session = self.register()
        visit = self.chosen_by(session)
        self.as_clerk(session).cancel()
        self.assertNotIn("set aside", self.text(self.get(visit), "message"))

    def test_doubt_never_looks_like_failure(self):
        session = self.register()
        visit = self.chosen_by(session)
        self.force(session, "authorizing", "authorized", "settling")
        session._write_machine({"in_doubt": True})
        self.assertIn("Do not pay again", self.text(self.get(visit), "message"))

    # === COPIED LINKS === #

    def test_copied_link_shows_the_state_and_nothing_to_act_on(self):
        session = self.register()
        visit = self.joined(session)
        with self.another_phone():
            page = self.get(visit)
            self.assertState(page, "engaged")
            self.mark(page, "amount")
            for mark in ("choose", "method-option", "leave", "pay", "phrase"):
                self.assertFalse(self.marks(page, mark), mark)
            self.assertNotIn("Choose", self.text(page, "message"))

    def test_rail_names_the_step_that_it_marks(self):
        session = self.register()
        visit = self.chosen_by(session)
        (now,) = self.tree(self.get(visit)).xpath("//*[@aria-current='step']")
        self.assertEqual(now.text_content().strip(), "Chosen")
        self.assertFalse(now.xpath(".//*[contains(@class, 'ep-hidden')]"))

    def test_rail_says_confirming_once_the_clerk_has_asked(self):
        visit = self.requested_of(self.register())
        for path in (visit, f"{visit}/pay"):
            (now,) = self.tree(self.get(path)).xpath("//*[@aria-current='step']")
            self.assertEqual(now.text_content().strip(), "Confirming")

    def test_acting_without_the_cookie_is_refused(self):
        session = self.register()
        visit = self.joined(session)
        page = self.get(visit)
        with self.another_phone():
            for act in ("choose", "unchoose", "leave", "redirect", "mail", "seen"):
                answer = self.post(f"{visit}/{act}", page=page)
                self.assertRefusedPage(answer, 409, "not_your_phone")
            self.assertEqual(self.get(f"{visit}/pay").status_code, 409)
        self.assertEqual(session.state, "engaged")

    def test_cookie_of_another_visit_is_another_phone(self):
        first = self.joined()
        with self.another_phone():
            self.waiting()
            answer = self.post(f"{first}/seen")
            self.assertRefusedPage(answer, 409, "not_your_phone")

    @mute_logger("odoo.http")
    def test_acting_needs_the_token_of_the_form(self):
        visit = self.joined()
        for act in ("choose", "unchoose", "leave", "redirect", "mail"):
            self.assertEqual(self.post(f"{visit}/{act}").status_code, 400)

    def test_waiting_phone_can_not_act_on_the_deal(self):
        session = self.register()
        visit = self.waiting()
        page = self.get(visit)
        for act in ("choose", "unchoose", "redirect"):
            self.assertEqual(self.post(f"{visit}/{act}", page=page).status_code, 409)
        self.assertEqual(self.get(f"{visit}/pay").status_code, 303)
        self.assertEqual(session.state, "open")

    def test_acting_by_a_link_is_not_possible(self):
        visit = self.joined()
        for act in ("choose", "unchoose", "leave", "redirect", "mail", "seen"):
            self.assertEqual(self.get(f"{visit}/{act}").status_code, 405, act)

    # === STATE === #

    def test_state_says_what_the_contract_says(self):
        session = self.register(8.4)
        visit = self.joined(session)
        answer = self.get(f"{visit}/state")
        self.assertEqual(
            answer.headers["Content-Type"], "application/json; charset=utf-8"
        )
        state = answer.json()
        self.assertEqual(
            {**state, "version": 0},
            {
                "version": 0,
                "state": "engaged",
                "amount": 8.4,
                "currency": session.currency_id.name,
                "number": session.name,
                "in_doubt": False,
                "turn": "customer",
            },
        )
        self.assertEqual(
            str(state["version"]),
            self.mark(self.get(visit), "visit").get("data-version"),
        )

    def test_state_is_304_when_nothing_is_newer(self):
        session = self.register()
        visit = self.joined(session)
        version = self.get(f"{visit}/state").json()["version"]
        unchanged = self.get(f"{visit}/state?since={version}")
        self.assertEqual((unchanged.status_code, unchanged.content), (304, b""))
        self.assertEqual(self.get(f"{visit}/state?since=x").status_code, 200)
        self.force(session, "cancelled")
        news = self.get(f"{visit}/state?since={version}")
        self.assertEqual(news.json()["state"], "cancelled")
        self.assertGreater(news.json()["version"], version)

    def test_state_of_a_waiting_phone_tells_nothing_of_the_deal(self):
        self.register()
        state = self.get(f"{self.waiting()}/state").json()
        self.assertEqual(state["state"], "waiting")
        self.assertFalse(state["amount"] or state["number"] or state["currency"])

    def test_state_of_an_unknown_visit_is_404(self):
        answer = self.get("/epay/v/" + 24 * "a" + "/state")
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(answer.json()["error"]["code"], "unknown_code")

    def at_end_of(self, session, visit, **later):
        """The page of the visit, that long after both have ended."""
        moments = (session.visit_ids[:1].expires_at, session.state_date)
        with self.freeze(max(moments) + timedelta(**later)):
            return self.get(visit), self.get(f"{visit}/state")

    def test_visit_is_over_some_time_after_its_deal_has_ended(self):
        for act in (lambda s: s._transition("cancelled"), self.release):
            session = self.register()
            visit = self.joined(session)
            act(session)
            page, state = self.at_end_of(session, visit, minutes=59)
            self.assertEqual((page.status_code, state.status_code), (200, 200))
            page, state = self.at_end_of(session, visit, minutes=61)
            self.assertRefusedPage(page, 410, "visit_over")
            self.assertEqual(state.status_code, 410)
            self.assertEqual(state.json()["error"]["code"], "visit_over")

    def release(self, session):
        self.as_clerk(self.counter).release_visit()
        session._transition("expired")

    def test_visit_goes_on_as_long_as_its_deal(self):
        session = self.register()
        visit = self.chosen_by(session)
        self.force(session, "authorizing")
        page, state = self.at_end_of(session, visit, days=3)
        self.assertState(page, "authorizing")
        self.assertEqual(state.json()["state"], "authorizing")

    def test_receipt_outlives_the_visit(self):
        session, visit = self.completed()
        receipt = self.mark(self.get(visit), "receipt").get("href")
        page, _state = self.at_end_of(session, visit, days=300)
        self.assertRefusedPage(page, 410, "visit_over")
        self.assertEqual(self.get(receipt).status_code, 200)
        self.at_end_of(session, visit, days=400)
        session._as_machine().settled_at -= timedelta(days=400)
        self.assertRefusedPage(self.get(receipt), 410, "receipt_over")

    def test_state_costs_at_most_two_queries_above_an_empty_route(self):
        visit = self.joined()
        empty = self.count_queries("/epay/i/nothing")
        self.assertLessEqual(self.count_queries(f"{visit}/state") - empty, 2)

    def test_counter_page_costs_at_most_six_queries_above_an_empty_route(self):
        empty = self.count_queries("/epay/i/nothing")
        address = f"/epay/{self.store.code}/{self.counter.code}"
        self.assertLessEqual(self.count_queries(address) - empty, 6)

    def test_page_asks_once_what_can_be_paid_with(self):
        """It is the dearest question: providers, methods, countries, currencies."""
        visit = self.joined()
        ask = self.env.registry["payment.provider"]._get_compatible_providers
        with patch.object(
            self.env.registry["payment.provider"],
            "_get_compatible_providers",
            autospec=True,
            side_effect=ask,
        ) as asked:
            self.assertState(self.get(visit), "engaged")
        self.assertEqual(asked.call_count, 1)

    def test_throttle_stops_a_page_that_runs_wild(self):
        now = [0.0]
        throttle = Throttle(rate=2, burst=3, size=2, clock=lambda: now[0])
        self.assertEqual([throttle.allow("a") for _i in range(4)], [True] * 3 + [False])
        now[0] += 0.5
        self.assertEqual([throttle.allow("a") for _i in range(2)], [True, False])
        self.assertTrue(throttle.allow("b"))
        self.assertTrue(throttle.allow("c"))
        self.assertTrue(throttle.allow("a"), "the oldest key is forgotten")

    def test_seen_keeps_a_phone_in_the_room(self):
        visit = self.waiting()
        record = self.counter._waiting_visits()
        record.last_seen = "2020-01-01 00:00:00"
        self.assertEqual(self.post(f"{visit}/seen").status_code, 204)
        self.assertGreater(str(record.last_seen), "2020-01-02")

    # === RECEIPT === #

    def completed(self):
        session = self.register(12.5)
        visit = self.chosen_by(session)
        self.force(session, "authorizing", "authorized", "settling")
        session._transition("settled", settled_at="2026-03-01 10:00:00")
        self.env["epay.counter"]._publish_touched()
        return session, visit

    def test_completed_page_leads_to_the_receipt(self):
        session, visit = self.completed()
        page = self.get(visit)
        self.assertState(page, "settled")
        self.assertIn("Completed", self.text(page, "completed"))
        receipt = self.get(self.mark(page, "receipt").get("href"))
        self.assertEqual(receipt.status_code, 200)
        self.assertEqual(self.text(receipt, "number"), session.name)
        self.assertEqual(self.mark(receipt, "amount").get("data-value"), "12.50")
        for word in ("Test Street", "T1", "2026", self.company.name):
            self.assertIn(word, receipt.text)

    def test_receipt_is_saved_as_one_file(self):
        session, _visit = self.completed()
        answer = self.get(f"/epay/r/{session._receipt_token()}?save=1")
        self.assertIn(f"{session.name}.html", answer.headers["Content-Disposition"])
        page = self.tree(answer)
        self.assertFalse(page.xpath("//script | //link[@rel='stylesheet'] | //img"))
        self.assertIn(".ep-card", page.xpath("//style")[0].text)

    def test_receipt_exists_only_after_the_settlement(self):
        session = self.register()
        visit = self.joined(session)
        answer = self.get(f"/epay/r/{session._receipt_token()}")
        self.assertRefusedPage(answer, 404, "unknown_code")
        self.assertFalse(self.marks(self.get(visit), "receipt"))

    def test_receipt_is_mailed_when_the_customer_asks(self):
        session, visit = self.completed()
        page = self.get(visit)
        with self.mock_mail_gateway():
            answer = self.post(f"{visit}/mail", page=page, email="ann@example.com")
        self.assertEqual(answer.status_code, 303)
        mail = self.env["mail.mail"].search([("email_to", "=", "ann@example.com")])
        self.assertEqual(len(mail), 1)
        self.assertIn(session.name, mail.subject + mail.body_html)

    def test_page_says_where_the_receipt_went_and_offers_another_try(self):
        _session, visit = self.completed()
        page = self.get(visit)
        self.assertFalse(self.marks(page, "mailed-to"))
        with self.mock_mail_gateway():
            self.post(f"{visit}/mail", page=page, email=" Ann@Example.com ")
        page = self.get(visit)
        self.assertIn("ann@example.com", self.text(page, "mailed-to"))
        self.assertIn("Send again", page.text)
        with self.another_phone():
            self.assertNotIn("ann@example.com", self.get(visit).text)

    def test_mail_says_when_where_and_with_what_was_paid(self):
        card = self.make_token(self.make_customer())
        self.store.tz = "Asia/Tokyo"
        self.store.address_id.write({"street": "Rue Neuve 1", "zip": "69001"})
        session, visit = self.completed()
        session._as_machine().write(
            {"settled_at": "2026-03-01 20:00:00", "token_id": card.id}
        )
        with self.mock_mail_gateway():
            self.post(f"{visit}/mail", page=self.get(visit), email="ann@example.com")
        mail = self.env["mail.mail"].search([("email_to", "=", "ann@example.com")])
        page = self.get(f"/epay/r/{session._receipt_token()}").text
        for words in (
            "March 2, 2026, 5:00",
            card._epay_label(),
            "Rue Neuve 1",
            "69001",
            self.company.name,
        ):
            self.assertIn(words, mail.body_html)
            self.assertIn(words, page, "as the page says it")

    def test_mail_to_no_address_is_refused(self):
        _session, visit = self.completed()
        page = self.get(visit)
        for email in (
            *(
                "",
                "ann",
                "a@b",
                "a@b.",
                "a@.b.com",
                "a@b..com",
                "a@-b.com",
                "a@10.0.0.1",
            ),
            *("a b@c.com", "a@b.c, d@e.f", "ann@example.com\nBcc: x@y.z"),
            f"{'a' * 250}@example.com",
        ):
            answer = self.post(f"{visit}/mail", page=page, email=email)
            self.assertEqual(answer.status_code, 422, email)
        self.assertRefusedPage(answer, 422, "bad_address")

    def test_mail_to_an_unusual_address_is_sent(self):
        for typed in ("o'neil+shop@mail.example.co.uk", "x@münchen.example", "a@b.io"):
            self.assertEqual(mail_address(typed), typed)

    def test_mails_are_limited(self):
        session, visit = self.completed()
        page = self.get(visit)
        for _turn in range(5):
            self.env["epay.attempt"]._count("mail", str(session.id), 3600)
        answer = self.post(f"{visit}/mail", page=page, email="ann@example.com")
        self.assertRefusedPage(answer, 429, "too_many_attempts")

    # === EVERY PAGE === #

    def test_looking_changes_nothing(self):
        session, visit = self.completed()
        receipt = f"/epay/r/{session._receipt_token()}"
        with self.assertNoEffects():
            for path in (
                visit,
                f"{visit}/state",
                f"{visit}/pay",
                receipt,
                "/epay/back",
            ):
                self.get(path)

    def test_visit_pages_are_not_kept_nor_listed(self):
        visit = self.joined()
        for path in (visit, f"{visit}/state"):
            headers = self.get(path).headers
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["X-Robots-Tag"], "noindex")

    def test_page_is_small_until_a_method_can_be_chosen(self):
        logo = self.env.ref("base.main_company").logo or self.method.image
        self.store.logo = logo
        page = self.get(self.joined())
        root = self.tree(page)
        files = root.xpath(
            "//link[@rel='stylesheet']/@href | //script/@src | //img/@src"
        )
        styles = root.xpath("//@style[contains(., 'url(')]")
        icons = [style.split("(")[1].split(")")[0] for style in styles]
        requests = {*files, *icons}
        total = len(page.content) + sum(len(self.get(url).content) for url in requests)
        self.assertLessEqual(len(requests) + 1, 5)
        self.assertLessEqual(total, 40 * 1024)

    def test_amount_without_decimals_is_written_without(self):
        counter = self.make_japan()
        code = f"/epay/q/{counter._one_time_code(self.register(8078, counter))}"
        joined = self.post(f"{code}/join", page=self.get(code))
        page = self.get(joined.headers["Location"].replace(self.base_url(), ""))
        amount = self.mark(page, "amount")
        self.assertEqual(amount.get("data-value"), "8078")
        self.assertIn("8,078", amount.text_content())
        self.assertNotIn(".", amount.text_content())
