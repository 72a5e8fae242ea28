from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.epay_counter.tests.pages_common import PagesCase

from .common import CollectionBuilders, CollectionCase


class AheadPages(CollectionBuilders, PagesCase):
    def link(self, line):
        return f"/epay/c/{line.sudo()._ahead_code()}"


@tagged("post_install", "-at_install")
class TestAheadPages(AheadPages):
    """The customer's link: a page, a tap, the same pages as at a counter."""

    # The page of the link is a light one; the others are tested as a counter's.
    epay_flavours = ("website",)

    def pay_now(self, line):
        link = self.link(line)
        return self.post(f"{link}/pay", self.get(link))

    def test_looking_changes_nothing(self):
        line = self.make_line(24.5)
        page = self.get(self.link(line))
        self.assertEqual(page.status_code, 200)
        self.assertIn("24.50", self.text(page, "amount"))
        self.assertFalse(line.session_ids)
        self.assertLess(len(page.content), 8000)

    def test_a_tap_leads_to_the_deal(self):
        line = self.make_line(24.5)
        moved = self.pay_now(line)
        deal = line.session_ids
        self.assertEqual(moved.status_code, 303)
        self.assertEqual((deal.state, deal.amount), ("engaged", 24.5))
        self.assertFalse(deal.holds_counter)
        self.assertEqual((line.state, self.route.session_id.ids), ("planned", []))
        self.assertState(self.get(moved.headers["Location"]), "engaged")

    def test_the_pages_name_no_clerk(self):
        """Nobody is there who could compare words or confirm."""
        page = self.get(self.pay_now(self.make_line()).headers["Location"])
        self.assertFalse(self.marks(page, "phrase"))
        self.assertNotIn("clerk", page.text.partition("<main")[2])

    def test_the_same_phone_comes_back_to_its_deal(self):
        line = self.make_line()
        first = self.pay_now(line).headers["Location"]
        self.assertEqual(self.pay_now(line).headers["Location"], first)
        self.assertEqual(len(line.session_ids), 1)

    def test_another_phone_waits(self):
        line = self.make_line()
        self.pay_now(line)
        with self.another_phone():
            self.assertRefusedPage(self.pay_now(line), 409, "paid_by_other_phone")

    def test_forged_and_foreign_links(self):
        line, other = self.make_line(), self.make_line()
        real, foreign = line.sudo()._ahead_code(), other.sudo()._ahead_code()
        mixed = f"{real.partition('-')[0]}-{foreign.partition('-')[2]}"
        for code in (mixed, real[:-1], "x", "1-" + "a" * 26):
            with self.subTest(code=code):
                self.assertEqual(self.get(f"/epay/c/{code}").status_code, 404)

    def test_a_link_that_was_taken_back(self):
        line = self.make_line()
        link = self.link(line)
        line.with_user(self.manager).action_new_link()
        self.assertRefusedPage(self.get(link), 410, "pay_ahead_over")
        self.assertEqual(self.get(self.link(line)).status_code, 200)

    def test_a_link_from_before_the_move_is_taken_back_too(self):
        line = self.make_line()
        link = self.link(line)
        self.report(line, "later", date=self.today + timedelta(days=2))
        line.moved_to_id.with_user(self.manager).action_new_link()
        self.assertRefusedPage(self.get(link), 410, "pay_ahead_over")

    def test_a_link_that_is_too_old_or_cancelled(self):
        schedule = self.make_schedule(date=self.today - timedelta(days=31))
        old = self.make_line(schedule_id=schedule.id)
        cancelled = self.make_line()
        cancelled.with_user(self.manager).action_cancel()
        for line in (old, cancelled):
            self.assertRefusedPage(self.get(self.link(line)), 410, "pay_ahead_over")

    def test_what_was_paid_says_so(self):
        line = self.make_line()
        self.report(line, "cash")
        page = self.get(self.link(line))
        self.assertEqual(page.status_code, 200)
        self.assertFalse(self.marks(page, "join"))
        self.assertTrue(self.marks(page, "message"))

    def test_a_moved_line_takes_its_link_along(self):
        line = self.make_line()
        link = self.link(line)
        self.report(line, "later", date=self.today + timedelta(days=2))
        self.assertEqual(self.get(link).status_code, 200)
        self.post(f"{link}/pay", self.get(link))
        self.assertEqual(line.moved_to_id.session_ids.state, "engaged")

    def test_while_the_clerk_is_at_it(self):
        line = self.make_line()
        link = self.link(line)
        page = self.get(link)
        self.open(line)
        refused = self.post(f"{link}/pay", page)
        self.assertRefusedPage(refused, 409, "line_opened")


@tagged("post_install", "-at_install")
class TestAhead(CollectionCase):
    """What happens to a deal that is paid ahead: no clerk touches it."""

    def begin(self, line, partner=None):
        partner = partner or self.env["res.partner"]
        customer = line.with_user(self.public).sudo()
        _token, self.phone = customer._pay_ahead(None, partner, "en_US")
        return line.session_ids

    def test_it_is_settled_by_itself_and_closes_the_line(self):
        invoice = self.make_invoice(80.78)
        line = self.make_line(invoice_id=invoice.id)
        deal = self.begin(line)
        self.choose(deal)
        self.assertEqual(deal.state, "authorizing")
        self.provider_says(self.attempt(deal))
        self.assertEqual(deal.state, "settled")
        self.assertEqual((line.state, invoice.amount_residual), ("collected", 0))
        self.assertEqual(self.outcomes(line), ["ahead"])
        self.assertEqual((deal.user_id, self.receivable()), (self.clerk, 0))

    def test_with_a_saved_card_nothing_more_is_asked(self):
        partner = self.make_customer()
        token = self.make_token(partner)
        line = self.make_line()
        deal = self.begin(line, partner)
        self.choose(deal, f"t-{token.id}")
        self.commit()
        self.assertEqual((deal.state, line.state), ("settled", "collected"))

    def test_declined_the_customer_chooses_again(self):
        line = self.make_line()
        deal = self.begin(line)
        self.choose(deal)
        self.provider_says(self.attempt(deal), "error")
        self.assertEqual((deal.state, line.amount_due), ("engaged", 50))

    def test_a_capture_that_fails_waits_for_the_clerk(self):
        line = self.make_line()
        deal = self.begin(line)
        self.choose(deal)
        tx = self.attempt(deal)
        transactions = type(self.env["payment.transaction"])
        refuse = patch.object(
            transactions, "_send_capture_request", lambda tx: tx._set_error("Not now")
        )
        with refuse:
            self.provider_says(tx)
        self.assertEqual(deal.state, "authorized")
        parked = self.as_clerk(self.route).get_state()["counter"]["parked"]
        self.assertEqual([row["id"] for row in parked], [deal.id])
        self.settle(deal)
        self.assertEqual((deal.state, line.state), ("settled", "collected"))

    def test_paid_elsewhere_meanwhile_it_is_given_back(self):
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id)
        deal = self.begin(line)
        self.choose(deal)
        tx = self.attempt(deal)
        self.pay_elsewhere(invoice)
        self.provider_says(tx)
        self.assertEqual((deal.state, tx.state), ("cancelled", "cancel"))
        self.assertEqual(self.receivable(), 0)
        self.assertEqual(line.state, "collected")

    def test_paid_in_part_meanwhile_the_link_has_the_rest(self):
        """Nobody is there who could drop the customer's deal."""
        invoice = self.make_invoice(80)
        line = self.make_line(invoice_id=invoice.id)
        deal = self.begin(line)
        self.pay_elsewhere(invoice, 30)
        with self.assertRefused("amount_mismatch") as refusal:
            self.choose(deal)
        self.assertIn("Open your link again", str(refusal.exception))
        customer = line.with_user(self.public).sudo()
        customer._pay_ahead(self.phone, self.env["res.partner"], "en_US")
        anew = line.sudo()._live_deal()
        self.assertEqual((deal.state, anew.amount), ("cancelled", 50))
        self.choose(anew)
        self.provider_says(self.attempt(anew))
        self.assertEqual((line.state, self.receivable()), ("collected", 0))

    def test_paid_meanwhile_the_customer_is_told_so(self):
        invoice = self.make_invoice(80)
        line = self.make_line(invoice_id=invoice.id)
        deal = self.begin(line)
        self.pay_elsewhere(invoice)
        with self.assertRefused("nothing_due") as refusal:
            self.choose(deal)
        self.assertIn("You need not pay", str(refusal.exception))
        self.as_clerk(deal).cancel()
        with self.assertRefused("nothing_due") as refusal:
            self.begin(line)
        self.assertIn("You need not pay", str(refusal.exception))

    def test_what_the_provider_can_not_void_waits_for_a_person(self):
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id)
        deal = self.begin(line)
        self.choose(deal)
        tx = self.attempt(deal)
        self.pay_elsewhere(invoice)
        with patch.object(type(tx), "_epay_can_void", lambda tx: False):
            self.provider_says(tx)
        self.assertEqual((deal.state, tx.state), ("authorized", "authorized"))
        parked = self.as_clerk(self.route).get_state()["counter"]["parked"]
        self.assertEqual([row["id"] for row in parked], [deal.id])

    def test_at_the_door_a_waiting_one_makes_room(self):
        line = self.make_line()
        ahead = self.begin(line)
        deal = self.open(line)
        self.assertEqual((ahead.state, deal.state), ("cancelled", "open"))
        self.assertEqual(line.state, "opened")

    def test_at_the_door_an_open_form_makes_room_too(self):
        """The customer went to the bank's form and left it; what comes by it all the
        same goes back.
        """
        line = self.make_line()
        ahead = self.begin(line)
        self.choose(ahead)
        tx = self.attempt(ahead)
        deal = self.open(line)
        self.assertEqual((ahead.state, deal.state), ("cancelled", "open"))
        self.provider_says(tx)
        self.assertEqual(tx.state, "cancel")
        self.pay(deal)
        self.assertEqual((line.state, line.collected_amount), ("collected", 50))
        self.assertEqual(self.receivable(), 0)

    def test_cash_at_the_door_while_the_form_is_open(self):
        line = self.make_line()
        ahead = self.begin(line)
        self.choose(ahead)
        tx = self.attempt(ahead)
        self.report(line, "cash")
        self.provider_says(tx)
        self.assertEqual((ahead.state, tx.state), ("cancelled", "cancel"))
        self.assertEqual((line.collected_amount, self.receivable()), (50, 0))

    def test_at_the_door_one_whose_money_is_on_its_way_is_named(self):
        line = self.make_line()
        ahead = self.begin(line)
        self.choose(ahead)
        self.provider_says(self.attempt(ahead), "pending")
        with self.assertRefused("line_opened") as refusal:
            self.open(line)
        self.assertIn("ahead just now", str(refusal.exception))
        with self.assertRefused("line_opened"):
            self.report(line, "cash")

    def test_it_is_not_on_the_clerks_list_while_the_customer_chooses(self):
        self.begin(self.make_line())
        answer = self.as_clerk(self.route).get_state()
        self.assertFalse(answer["counter"]["parked"] or answer["session"])

    def test_the_clerk_at_another_door_is_not_told_to_hand_over_goods(self):
        deal = self.begin(self.make_line(24.5))
        self.choose(deal)
        self.assertFalse(deal._clerk_values()["ended_text"])
        self.provider_says(self.attempt(deal))
        told = deal._clerk_values()["ended_text"]
        self.assertIn("Jürgen Müller has paid", told)
        self.assertIn("24.50", told)
        self.assertFalse(self.collect(self.make_line())._clerk_values()["ended_text"])

    def test_closing_the_schedule_drops_it(self):
        line = self.make_line()
        deal = self.begin(line)
        self.schedule.with_user(self.manager).action_close()
        self.assertEqual((deal.state, line.state), ("cancelled", "planned"))


@tagged("post_install", "-at_install")
class TestTelling(CollectionCase):
    # There is Odoo's `sms`.
    epay_flavours = ("website",)

    def test_customers_are_told_by_mail_with_the_link(self):
        self.debtor.email = "mueller@example.com"
        line = self.make_line(24.5)
        line.with_user(self.manager).action_tell()
        mail = self.env["mail.mail"].search([("recipient_ids", "in", self.debtor.ids)])
        self.assertEqual(len(mail), 1)
        self.assertIn(line.sudo()._ahead_code(), mail.body_html)
        self.assertIn("24.50", mail.body_html)
        self.assertTrue(line.told_at)

    def test_who_can_not_be_told_is_counted(self):
        self.debtor.phone = False
        line = self.make_line(phone=False)
        told = line.with_user(self.manager).action_tell()["params"]["message"]
        self.assertIn("0 of 1", told)
        self.assertFalse(line.told_at)

    def test_nobody_is_told_of_what_is_paid(self):
        self.debtor.email = "mueller@example.com"
        line = self.make_line()
        self.report(line, "cash")
        line.with_user(self.manager).action_tell()
        self.assertFalse(
            self.env["mail.mail"].search([("recipient_ids", "in", self.debtor.ids)])
        )

    def test_by_sms_where_it_is_installed(self):
        if "sms.sms" not in self.env:
            self.skipTest("Odoo's sms module is not installed")
        line = self.make_line(24.5)
        line.with_user(self.manager).action_tell()
        sms = self.env["sms.sms"].search([("partner_id", "=", self.debtor.id)])
        self.assertEqual(sms.number, "+49 30 1234567")
        self.assertIn(line.sudo()._ahead_code(), sms.body)

    def test_the_whole_schedule_is_told(self):
        self.debtor.email = "mueller@example.com"
        lines = self.make_line() | self.make_line(20)
        self.schedule.with_user(self.manager).action_tell()
        self.assertTrue(all(lines.mapped("told_at")))

    def test_nobody_is_told_twice_by_the_schedule(self):
        self.debtor.email = "mueller@example.com"
        first, schedule = self.make_line(), self.schedule.with_user(self.manager)
        schedule.action_tell()
        later = self.make_line(20)
        told = schedule.action_tell()["params"]["message"]
        self.assertIn("1 of 1", told)
        mails = self.env["mail.mail"].search([("recipient_ids", "in", self.debtor.ids)])
        self.assertEqual(sorted(mails.mapped("res_id")), [first.id, later.id])
