import json
import re
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from ..const import FINAL_STATES
from ..models import epay_session_receipt
from .common import OPERATION_LOGS
from .pages_common import PagesCase
from .return_common import ReturnBuilders


@tagged("post_install", "-at_install")
class TestReturnPages(ReturnBuilders, PagesCase):
    """The customer's page of a return (SB7–SB19)."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def sold(self, amount=80.78):
        """A settled deal; its phone was another one."""
        with self.another_phone():
            return self.settled(amount)

    def shown(self, sale=None, **arguments):
        """The return, the address of its visit, and its page."""
        back = self.find(sale or self.sold(), **arguments)
        visit = self.joined(back)
        return back, visit, self.get(visit)

    # --- seeing ---

    def test_the_customer_sees_the_original_and_what_is_given_back(self):
        sale = self.sold()
        back, _visit, page = self.shown(sale, refund_amount="30.70")
        self.assertState(page, "engaged")
        amount = self.mark(page, "amount")
        self.assertEqual(amount.get("data-value"), "30.70")
        self.assertEqual(self.text(page, "number"), back.name)
        self.assertEqual(self.text(page, "origin-number"), sale.name)
        self.assertIn("80.78", self.text(page, "origin"))
        goes_to = self.text(page, "goes-to")
        self.assertIn(self.method.name, goes_to)
        self.assertIn("5 to 10 business days", goes_to)
        for mark in ("consent", "refuse", "leave"):
            self.mark(page, mark)
        self.assertIn("30.70", self.text(page, "consent"))
        self.assertFalse(self.marks(page, "method-option"))
        self.assertNotIn("epay/i/a", page.text, "no heavy form is prefetched")

    def test_chosen_lines_are_shown(self):
        sale = self.basket(("Lamp", 3, 39.0), ("Bread", 1, 4.2))
        _back, _visit, page = self.shown(sale, lines=[self.line(sale, 0, 2)])
        self.assertIn("Lamp", self.text(page, "line"))
        self.assertIn("2 ×", self.text(page, "line"))

    def test_the_page_is_light(self):
        _back, _visit, page = self.shown()
        self.assertLess(len(page.content), 12000)
        self.assertNotIn("/web/assets/", page.text)

    def test_a_page_asks_seldom_once_it_is_over(self):
        """The script knows every state in which nothing more is to come."""
        with file_open("epay_counter/static/src/customer/customer.esm.js") as script:
            [ended] = re.findall(r"const ENDED = (\[.*?\]);", script.read(), re.DOTALL)
        ended = json.loads(ended.replace(",\n]", "]"))
        self.assertCountEqual(ended, FINAL_STATES)

    def test_looking_changes_nothing(self):
        _back, visit, _page = self.shown()
        with self.assertNoEffects():
            self.get(visit)
            self.get(f"{visit}/state")

    # --- answering ---

    def test_the_customer_agrees(self):
        back, visit, page = self.shown()
        answer = self.post(f"{visit}/consent", page=page)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(back.state, "consented")
        page = self.get(visit)
        self.assertState(page, "consented")
        self.assertFalse(self.marks(page, "consent"))
        self.assertFalse(self.marks(page, "refuse"))
        state = self.get(f"{visit}/state").json()
        self.assertEqual((state["state"], state["turn"]), ("consented", "clerk"))

    def test_the_customer_refuses(self):
        back, visit, page = self.shown()
        self.post(f"{visit}/refuse", page=page)
        self.assertEqual(back.state, "refused")
        page = self.get(visit)
        self.assertState(page, "refused")
        self.assertIn("Nothing is given back", self.text(page, "message"))

    def test_too_late(self):
        back, visit, page = self.shown()
        self.as_clerk(back).cancel()
        for verb in ("consent", "refuse"):
            answer = self.post(f"{visit}/{verb}", page=page)
            self.assertRefusedPage(answer, 409, "wrong_state")
        page = self.get(visit)
        self.assertState(page, "cancelled")
        text = self.text(page, "message")
        self.assertIn("The clerk dropped this return.", text)
        self.assertIn("Nothing is given back", text)
        self.assertNotIn("payment", text)

    def test_the_way_in_to_a_return_asks_for_no_payment(self):
        sale = self.sold()
        code = self.code_of(self.find(sale))
        page = self.get(code)
        self.assertIn("Get your money back", page.text)
        self.assertNotIn("Pay with this phone", page.text)
        self.assertNotIn("what is to be paid", page.text)
        counter = self.get(f"/epay/{self.store.code}/{self.counter.code}")
        self.assertNotIn("Pay with this phone", counter.text)

    def test_the_code_of_a_return_that_is_over_speaks_of_no_payment(self):
        back = self.find(self.sold())
        code = self.code_of(back)
        self.as_clerk(back).cancel()
        page = self.get(code)
        self.assertEqual(page.status_code, 410)
        self.assertIn("What this code led to is over.", page.text)

    def test_the_clerk_learns_that_the_customer_left(self):
        back, visit, page = self.shown()
        phrase = back.visit_ids.phrase
        self.assertFalse(back._clerk_values()["return"]["left"])
        self.post(f"{visit}/leave", page=page)
        self.assertEqual(back._clerk_values()["return"]["left"], phrase)

    def test_a_phone_that_the_clerk_let_go_did_not_leave(self):
        back, _visit, _page = self.shown()
        self.as_clerk(self.counter).release_visit()
        self.assertEqual(back.state, "open")
        self.assertFalse(back._clerk_values()["return"]["left"])

    def test_a_copied_link_shows_it_and_can_not_answer(self):
        back, visit, page = self.shown()
        token = self.tree(page).xpath("//input[@name='csrf_token']")[0].get("value")
        with self.another_phone():
            copied = self.get(visit)
            self.assertState(copied, "engaged")
            self.assertFalse(self.marks(copied, "consent"))
            for verb in ("consent", "refuse"):
                answer = self.url_open(
                    f"{visit}/{verb}", data={"csrf_token": token}, method="POST"
                )
                self.assertRefusedPage(answer, 409, "not_your_phone")
        self.assertEqual(back.state, "engaged")

    @mute_logger("odoo.http")
    def test_answering_needs_the_token_of_the_form(self):
        back, visit, _page = self.shown()
        for verb in ("consent", "refuse"):
            self.assertEqual(self.post(f"{visit}/{verb}").status_code, 400)
            self.assertEqual(self.get(f"{visit}/{verb}").status_code, 405)
        self.assertEqual(back.state, "engaged")

    def test_a_sale_can_not_be_agreed_to(self):
        session = self.register()
        visit = self.joined(session)
        answer = self.post(f"{visit}/consent", page=self.get(visit))
        self.assertRefusedPage(answer, 409, "wrong_state")

    # --- to the end ---

    def test_every_state_has_its_page(self):
        for states, message in (
            (["consented"], "You agreed"),
            (["consented", "inquiring"], "being asked"),
            (["consented", "inquiring", "cancellable"], "can be given back"),
            (
                ["consented", "inquiring", "cancellable", "reversing"],
                "being given back",
            ),
            (["consented", "inquiring", "rejected"], "can't be given back"),
            (["expired"], "Nothing is given back"),
        ):
            back, visit, _page = self.shown()
            self.force(back, *states)
            page = self.get(visit)
            with self.subTest(state=back.state):
                self.assertState(page, states[-1])
                self.assertIn(message, self.text(page, "message"))
                self.assertNotIn("Cancelled", page.text)
            back._write_machine({"holds_counter": False})

    def test_cancelled_is_said_when_the_money_is_on_its_way_back(self):
        back, visit, page = self.shown()
        self.post(f"{visit}/consent", page=page)
        self.inquire(back)
        self.execute(back)
        page = self.get(visit)
        self.assertState(page, "reversed")
        self.assertEqual(self.text(page, "message"), "Cancelled and given back")
        self.mark(page, "completed")
        self.assertEqual(self.text(page, "origin-number"), back.origin_id.name)
        link = self.mark(page, "receipt").get("href")
        receipt = self.get(link)
        self.mark(receipt, "receipt")
        self.assertIn("Receipt of a cancellation", receipt.text)
        self.assertEqual(self.text(receipt, "number"), back.name)
        self.assertEqual(self.text(receipt, "origin-number"), back.origin_id.name)
        self.assertIn(back.invoice_id.name, receipt.text)
        self.assertEqual(self.get(f"{link}?save=1").status_code, 200)

    def test_a_phone_that_left_after_it_agreed_learns_the_end(self):
        back, visit, page = self.shown()
        self.assertFalse(self.marks(page, "ask-leave"), "nothing is agreed yet")
        self.post(f"{visit}/consent", page=page)
        page = self.get(visit)
        self.mark(page, "ask-leave")
        self.assertIn("You agreed to the return", page.text)
        self.post(f"{visit}/leave", page=page)
        page = self.get(visit)
        self.assertState(page, "left")
        self.assertIn("The return goes on", self.text(page, "message"))
        self.assertEqual(self.text(page, "origin-number"), back.origin_id.name)
        self.inquire(back)
        self.execute(back)
        page = self.get(visit)
        self.assertState(page, "reversed")
        self.assertEqual(self.text(page, "message"), "Cancelled and given back")
        self.mark(page, "receipt")

    def test_a_phone_that_is_let_go_after_it_agreed_learns_the_end(self):
        back, visit, page = self.shown()
        self.post(f"{visit}/consent", page=page)
        self.inquire(back)
        self.execute(back)
        self.as_clerk(self.counter).next()
        back.visit_ids._end()
        self.assertState(self.get(visit), "reversed")

    def test_a_phone_whose_customer_was_not_waited_for(self):
        back, visit, page = self.shown()
        self.as_manager(back).waive_consent("Phone is broken")
        page = self.get(visit)
        self.assertNotIn("You agreed", page.text)
        self.assertIn("Phone is broken", page.text)
        self.mark(page, "ask-leave")

    def test_a_phone_that_left_before_it_agreed_learns_nothing(self):
        back, visit, page = self.shown()
        self.post(f"{visit}/leave", page=page)
        self.assertEqual(back.state, "open")
        self.as_manager(back).waive_consent("Phone is broken")
        page = self.get(visit)
        self.assertState(page, "left")
        text = self.text(page, "message")
        self.assertIn("Nothing is given back yet; your purchase stays", text)
        self.assertNotIn("charged", text)
        self.assertNotIn("want to pay", text)
        self.assertFalse(self.marks(page, "amount"))
        self.assertFalse(self.marks(page, "origin-number"))

    def test_a_refund_that_failed_afterwards_is_not_on_its_way(self):
        back, visit, page = self.shown()
        self.post(f"{visit}/consent", page=page)
        self.inquire(back)
        self.execute(back)
        link = self.mark(self.get(visit), "receipt").get("href")
        refund = back.transaction_ids
        refund._set_error("Account closed", extra_allowed_states=("done",))
        self.commit()
        page = self.get(visit)
        self.assertEqual(self.text(page, "message"), "Not given back yet")
        for shown in (page, self.get(link)):
            self.assertNotIn("on its way", shown.text)
            self.assertIn("your bank did not take it", shown.text)

    def test_a_return_that_was_dropped_and_whose_refund_was_made_after_all(self):
        self.mute(*OPERATION_LOGS)
        back, visit, page = self.shown()
        self.post(f"{visit}/consent", page=page)
        self.inquire(back)
        with self.no_answer():
            self.execute(back)
        self.as_manager(back).resolve("failed", "Not in the dashboard")
        self.as_clerk(back).cancel()
        self.assertIn("Nothing is given back", self.text(self.get(visit), "message"))
        back.transaction_ids._set_done()
        self.commit()
        message = self.text(self.get(visit), "message")
        self.assertIn("on its way back all the same", message)
        self.assertNotIn("Nothing is given back", message)

    def test_the_originals_receipt_is_unchanged(self):
        sale = self.sold()
        link = f"/epay/r/{sale._receipt_token()}"
        before = self.get(link).text
        self.reversed(sale)
        self.assertEqual(self.get(link).text, before)

    def test_the_clerk_finds_the_sale_by_the_code_on_its_receipt(self):
        sale = self.sold()
        link = f"/epay/r/{sale._receipt_token()}"
        with patch.object(
            epay_session_receipt, "qr_svg", lambda text: f"<b>{text}</b>"
        ):
            [figure] = self.marks(self.get(link), "receipt-code")
        scanned = figure.findtext("b")
        self.assertTrue(scanned.startswith("http") and scanned.endswith(link), scanned)
        self.assertEqual(self.find(sale, number=scanned).origin_id, sale)

    def test_what_was_given_back_has_no_code(self):
        back = self.reversed(self.sold())
        receipt = self.get(f"/epay/r/{back._receipt_token()}")
        self.assertFalse(self.marks(receipt, "receipt-code"))

    def test_the_receipt_says_that_nobody_agreed_by_phone(self):
        back = self.find(self.sold())
        self.as_manager(back).waive_consent("Phone is broken")
        self.inquire(back)
        self.execute(back)
        receipt = self.get(f"/epay/r/{back._receipt_token()}")
        self.assertEqual(self.text(receipt, "waived"), "Phone is broken")

    def test_there_is_no_receipt_before_the_end(self):
        back = self.cancellable(self.sold())
        receipt = self.get(f"/epay/r/{back._receipt_token()}")
        self.assertEqual(receipt.status_code, 404)

    def test_the_receipt_is_mailed(self):
        back, visit, page = self.shown()
        self.post(f"{visit}/consent", page=page)
        self.inquire(back)
        self.execute(back)
        answer = self.post(f"{visit}/mail", page=self.get(visit), email="a@example.com")
        self.assertEqual(answer.status_code, 303)
        mail = self.env["mail.mail"].search([("email_to", "=", "a@example.com")])
        self.assertIn(back.name, mail.subject)
        self.assertIn(back.origin_id.name, mail.body_html)
        self.assertNotIn("Thank you for your payment", mail.body_html)
