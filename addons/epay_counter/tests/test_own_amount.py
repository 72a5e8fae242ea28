from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import BaseCase, tagged

from ..tools.money import WORDS, NotAnAmount, is_unfinished, parse_typed
from .common import EpayCase
from .pages_common import PagesCase


@tagged("post_install", "-at_install")
class TestReading(BaseCase):
    """What customers type is read rightly, or refused; never misread."""

    def assertRead(self, text, amount, decimals=2, point="."):
        read = parse_typed(text, decimals, point, marks=("€", "EUR"))
        self.assertEqual(read, Decimal(amount), text)

    def assertNotRead(self, text, reason, decimals=2, point="."):
        with self.assertRaises(NotAnAmount) as caught:
            parse_typed(text, decimals, point, marks=("€", "EUR"))
        self.assertEqual(caught.exception.reason, reason, text)

    def test_a_point_or_a_comma_before_the_decimals(self):
        for text in ("80.78", "80,78", " 80.78 ", "\u200e80.78", "0080.78"):
            self.assertRead(text, "80.78")
        self.assertRead("80", "80")
        self.assertRead("80,5", "80.5")

    def test_digits_of_other_scripts(self):
        self.assertRead("٨٠٫٧٨", "80.78")
        self.assertRead("٨٬٠٧٨٫٥٠", "8078.50")
        self.assertRead("۸۰٫۷۸", "80.78")
        self.assertRead("８０．７８", "80.78")
        self.assertRead("१२", "12")
        self.assertRead("８０７８", "8078", decimals=0)

    def test_thousands_that_can_be_nothing_else(self):
        for text in ("8,078.50", "8.078,50", "8 078,50", "8\u202f078,50", "8'078.50"):
            self.assertRead(text, "8078.50")
        for text in ("1,234,567", "1.234.567", "1 234 567"):
            self.assertRead(text, "1234567")

    def test_the_deals_own_currency_may_stand_beside(self):
        for text in ("€80.78", "80,78 €", "80.78 EUR", "EUR 80.78", "80,78 eur"):
            self.assertRead(text, "80.78")

    def test_the_currencys_words_may_stand_beside(self):
        for text, currency in (
            ("1200円", "JPY"),
            ("1200 ＹＥＮ", "JPY"),
            ("1200元", "CNY"),
        ):
            read = parse_typed(text, 0, marks=WORDS[currency])
            self.assertEqual(read, 1200, text)
        for text in ("12 Euro", "12 euros", "12ユーロ"):
            self.assertEqual(parse_typed(text, 2, marks=WORDS["EUR"]), 12, text)

    def test_another_currencys_words_are_refused(self):
        for text in ("12 dollars", "12円", "12 Eurocents"):
            with self.assertRaises(NotAnAmount):
                parse_typed(text, 2, marks=WORDS["EUR"])

    def test_cents_may_begin_with_the_point(self):
        for text in (".5", ",50", "٫٥"):
            self.assertRead(text, "0.5")
        for decimals in (0, 2):
            self.assertNotRead(".078", "ambiguous", decimals=decimals)

    def test_decimals_that_are_still_to_come(self):
        for text in ("12.", "12,", "١٢٫", "．", " 12. "):
            self.assertTrue(is_unfinished(text), text)
        for text in ("", "12", "12.5", "12.x"):
            self.assertFalse(is_unfinished(text), text)

    def test_what_can_be_read_in_two_ways_is_refused(self):
        for text in ("8,078", "8.078", "８，０７８", "0,123"):
            self.assertNotRead(text, "ambiguous")
        self.assertNotRead("1,234", "ambiguous", decimals=3)
        self.assertNotRead("1.234", "ambiguous", decimals=0)

    def test_thousands_after_a_leading_zero_are_refused(self):
        for text in ("0 123", "0'807", "0\u202f807,50", "0.807.000", "01,234.50"):
            self.assertNotRead(text, "ambiguous")
        for text in ("01,234", "0,807"):
            self.assertNotRead(text, "ambiguous", decimals=0, point=".")

    def test_the_language_decides_where_it_can(self):
        self.assertRead("1.234", "1.234", decimals=3, point=".")
        self.assertRead("1,234", "1234", decimals=0, point=".")
        self.assertRead("1.234", "1234", decimals=0, point=",")

    def test_too_many_decimals_are_not_rounded(self):
        for text in ("80.7891", "80,12345", "8.078,505", "1234.567"):
            self.assertNotRead(text, "too_many_decimals")
        self.assertNotRead("80.7", "too_many_decimals", decimals=0)

    def test_words_and_other_writings_are_refused(self):
        for text in (
            *("", "eighty", "achtzig", "八十", "ثمانون", "Ⅷ", "½", "1½", "8²", "①"),
            *("8e3", "0x50", "8_0", "+5", "-5", "−5", "5-", "80.", "..", ".,5", ","),
            *("12 34", "1  234", "1,23,456.78", "1.234.56", "12,345,6", "$5", "5 USD"),
            *("80;78", "80:78", "80/78", "1 000'000", "NaN", "inf", "\x008", "5" * 41),
            None,
            5,
        ):
            with self.subTest(text=text):
                self.assertNotRead(text, "not_a_number")

    def test_nothing_and_too_much(self):
        for text in ("0", "0.00", "٠", "000"):
            self.assertNotRead(text, "not_positive")
        self.assertNotRead("9" * 15, "too_large")


class OwnAmountCase(EpayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counter.amount_by = "customer"

    def invite(self, **arguments):
        answer = self.as_clerk(self.counter).invite_amount(**arguments)
        return self.env["epay.session"].browse(answer["session"]["id"])

    def invited(self):
        """A deal whose phone is at the question for the amount."""
        session = self.invite()
        self.join(session)
        return session

    def enter(self, session, amount, key=None):
        visit, deal = session._bound_visit(), self.as_customer(session)
        key = key or deal._payment_options(visit)[0]["key"]
        deal._choose(visit, key, amount=amount)

    def entered(self, amount="80.78"):
        session = self.invited()
        self.enter(session, amount)
        return session


@tagged("post_install", "-at_install")
class TestInviting(OwnAmountCase):
    def test_the_deal_is_open_without_an_amount(self):
        answer = self.as_clerk(self.counter).invite_amount(description="Eggs")
        deal = answer["session"]
        self.assertEqual((deal["state"], deal["amount"]), ("open", False))
        self.assertEqual(deal["amount_by"], "customer")
        self.assertEqual(deal["description"], "Eggs")
        self.assertTrue(deal["code_url"])
        self.assertNoNone(answer)

    def test_at_the_clerks_counters_it_is_refused(self):
        self.counter.amount_by = "clerk"
        with self.assertRefused("wrong_state"):
            self.invite()

    def test_a_closed_and_a_busy_counter_refuse(self):
        self.counter.state = "closed"
        with self.assertRefused("counter_closed"):
            self.invite()
        self.counter.state = "open"
        self.invite()
        with self.assertRefused("counter_busy"):
            self.invite()

    def test_without_any_method_nobody_is_invited(self):
        self.provider.is_published = False
        with self.assertRefused("setup_incomplete"):
            self.invite()

    def test_only_the_counters_clerk_invites(self):
        stranger = self.make_user("epay_stranger", "epay_counter.group_epay_clerk")
        with self.assertRefused("not_your_counter"):
            self.counter.with_user(stranger).invite_amount()

    def test_the_same_key_invites_once(self):
        first = self.invite(client_key="one")
        self.assertEqual(self.invite(client_key="one"), first)

    def test_the_clerk_may_enter_an_amount_here_all_the_same(self):
        session = self.register(5)
        self.assertEqual(session.amount_by, "clerk")


@tagged("post_install", "-at_install")
class TestEntering(OwnAmountCase):
    def test_amount_and_method_in_one_go(self):
        session = self.entered("80,78")
        self.assertEqual((session.state, session.amount), ("chosen", 80.78))
        self.assertEqual(session.payment_method_id, self.method)
        told = self.as_clerk(self.counter).get_state()["session"]
        self.assertEqual(told["amount"], 80.78)
        self.assertIn("send_back", told["allowed"])
        self.assertIn("request_authorization", told["allowed"])

    def test_no_amount_no_choice(self):
        session = self.invited()
        for amount in ("", None, "8,078", "eighty", "80.789", "0"):
            with self.assertRefused("bad_amount"):
                self.enter(session, amount)
        self.assertEqual((session.state, session.amount), ("engaged", 0))

    def test_the_least_and_the_most_of_the_counter(self):
        self.counter.write({"min_amount": 5, "max_amount": 100})
        session = self.invited()
        for amount in ("4.99", "100.01"):
            with self.assertRefused("bad_amount") as caught:
                self.enter(session, amount)
            self.assertRegex(str(caught.exception), r"from .*5\.00.* to .*100\.00")
        self.enter(session, "5")
        self.enter(session, "100.00")
        self.assertEqual(session.amount, 100)

    def test_a_limit_on_one_side_is_told_alone(self):
        session = self.invited()
        for limits, said in (
            ({"min_amount": 5, "max_amount": 0}, r"at least .*5\.00"),
            ({"min_amount": 0, "max_amount": 1}, r"at most .*1\.00"),
        ):
            self.counter.write(limits)
            with self.assertRefused("bad_amount") as caught:
                self.enter(session, "2")
            self.assertRegex(str(caught.exception), said)
            self.assertNotIn("∞", str(caught.exception))

    def test_examples_are_written_as_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        for lang, plain, large in (
            ("en_US", "12.50", "1234.00"),
            ("de_DE", "12,50", "1234,00"),
        ):
            counter = self.counter.with_context(lang=lang)
            self.assertIn(plain, counter._bad_amount_text("not_a_number"))
            self.assertIn(plain, counter._bad_amount_text("too_many_decimals"))
            self.assertIn(large, counter._bad_amount_text("ambiguous"))

    def test_a_method_that_does_not_take_the_amount(self):
        self.provider.maximum_amount = 50
        session = self.invited()
        with self.assertRefused("method_not_offered") as caught:
            self.enter(session, "50.01")
        self.assertIn("50.01", str(caught.exception))
        self.enter(session, "50")
        self.assertEqual(session.state, "chosen")

    def test_an_amount_of_the_customers_is_nothing_where_the_clerk_entered_it(self):
        session = self.register(80.78)
        self.join(session)
        self.enter(session, "1.00")
        self.assertEqual(session.amount, 80.78)

    def test_a_choice_may_be_changed_together_with_the_amount(self):
        session = self.entered("8.07")
        self.enter(session, "80.78")
        self.assertEqual((session.state, session.amount), ("chosen", 80.78))

    def test_who_chooses_again_is_asked_for_the_amount_again(self):
        session = self.entered()
        self.as_customer(session)._unchoose(session._bound_visit())
        self.assertEqual((session.state, session.amount), ("engaged", 0))
        self.assertEqual(session.typed_amount, 80.78, "to be put into the field")

    def test_a_second_phone_is_not_told_what_the_first_one_entered(self):
        session = self.entered()
        self.as_clerk(self.counter).release_visit()
        self.assertEqual((session.amount, session.typed_amount), (0, 0))

    def requested(self, partner=False):
        """The customer's amount is confirmed; a form at the provider is open."""
        session = self.invite()
        self.join(session, partner)
        self.enter(session, "80.78")
        self.as_clerk(session).request_authorization()
        return session, self.attempt(session)

    def hand_over(self):
        """Another phone comes in the place of the bound one."""
        waiting = self.join_counter()
        self.as_clerk(self.counter).release_visit()
        self.as_clerk(self.counter).accept_visit(waiting.id)

    def test_nor_after_the_first_ones_payment_was_declined_without_it(self):
        session, tx = self.requested()
        self.as_clerk(self.counter).release_visit()
        self.provider_says(tx, "error")
        self.assertEqual((session.state, session.typed_amount), ("open", 0))

    def test_nor_when_another_customers_phone_takes_over(self):
        session, _tx = self.requested(self.make_customer())
        self.hand_over()
        self.assertEqual((session.state, session.typed_amount), ("engaged", 0))

    def test_nor_when_it_only_looked_on_at_the_decline(self):
        session, tx = self.requested(self.make_customer())
        self.provider_says(tx, "pending")
        self.hand_over()
        self.provider_says(tx, "error")
        self.assertEqual((session.state, session.typed_amount), ("engaged", 0))

    def test_nobody_writes_the_amount_by_rpc(self):
        session = self.entered()
        for values in (
            {"amount": 1},
            {"amount_by": "clerk"},
            {"typed_amount": 1},
            {"sent_back": True},
            {"payer_visit_id": False},
            {"reason_visit_id": False},
            {"accept_by_hand": False},
        ):
            with self.subTest(values=values):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    session.with_user(self.manager).write(values)
                # Nor by code that has more rights than it needs.
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    session.sudo().write(values)


@tagged("post_install", "-at_install")
class TestConfirming(OwnAmountCase):
    def test_the_whole_way_to_the_books(self):
        session = self.entered("80.78")
        self.as_clerk(session).request_authorization()
        self.provider_says(self.attempt(session))
        self.settle(session)
        self.assertEqual(session.state, "settled")
        self.assertEqual(session.captured_amount, 80.78)
        self.assertEqual(session.invoice_id.amount_total, 80.78)

    def test_the_clerk_confirms_what_the_clerk_has_seen(self):
        session = self.entered("80.78")
        self.enter(session, "807.80")
        with self.assertRefused("amount_mismatch"):
            self.as_clerk(session).request_authorization(amount="80.78")
        self.assertEqual(session.state, "chosen")
        self.as_clerk(session).request_authorization(amount="807.80")
        self.assertEqual(session.state, "authorizing")

    def test_nonsense_is_not_what_the_clerk_has_seen(self):
        session = self.entered("80.78")
        for amount in ("abc", "-80.78", [], 80.781, 0, 0.0, False, True, "", " "):
            with self.subTest(amount=amount), self.assertRefused("amount_mismatch"):
                self.as_clerk(session).request_authorization(amount=amount)

    def test_what_a_screen_said_before_the_amount_was_entered_confirms_none(self):
        session = self.invited()
        shown = self.as_clerk(self.counter).get_state()["session"]["amount"]
        self.enter(session, "8078")
        with self.assertRefused("amount_mismatch"):
            self.as_clerk(session).request_authorization(amount=shown)
        self.assertEqual(session.state, "chosen")

    def test_without_an_amount_the_call_is_as_in_the_contract(self):
        session = self.entered("80.78")
        self.as_clerk(session).request_authorization()
        self.assertEqual(session.state, "authorizing")

    def test_from_then_on_the_amount_is_frozen(self):
        session = self.entered("80.78")
        self.as_clerk(session).request_authorization()
        with self.assertRefused("wrong_state"):
            self.enter(session, "8.07")
        self.assertEqual(session.amount, 80.78)

    def test_a_change_afterwards_needs_both_sides_again(self):
        session = self.entered("80.78")
        self.as_clerk(session).request_authorization()
        tx = self.attempt(session)
        self.as_customer(session)._unchoose(session._bound_visit())
        self.assertEqual((session.state, session.amount), ("engaged", 0))
        self.enter(session, "8.07")
        self.assertEqual(session.state, "chosen", "the clerk's turn")
        # The form of the first amount is paid all the same.
        self.provider_says(tx)
        self.later()
        self.assertEqual((session.state, session.amount), ("chosen", 8.07))
        self.assertIn(("void", "succeeded"), self.operations(session))

    def test_a_declined_payment_asks_for_the_amount_again(self):
        session = self.entered("80.78")
        self.as_clerk(session).request_authorization()
        self.provider_says(self.attempt(session), "error")
        self.assertEqual((session.state, session.amount), ("engaged", 0))
        self.assertEqual(session.typed_amount, 80.78)
        self.assertFalse(session.sent_back)


@tagged("post_install", "-at_install")
class TestSendingBack(OwnAmountCase):
    def test_a_wrong_amount_is_sent_back_and_corrected(self):
        session = self.entered("807")
        self.as_clerk(session).send_back("it was 8,078")
        self.assertEqual((session.state, session.amount), ("engaged", 0))
        self.assertEqual(session.reason, "it was 8,078")
        self.assertTrue(session.sent_back)
        self.assertFalse(session.typed_amount, "nobody sends it off again unread")
        self.enter(session, "8078")
        self.assertEqual((session.state, session.amount), ("chosen", 8078))
        self.assertFalse(session.sent_back or session.reason)

    def test_it_needs_a_reason(self):
        session = self.entered()
        for reason in ("", "   ", None, 5):
            with self.assertRefused("reason_missing"):
                self.as_clerk(session).send_back(reason)

    def test_only_while_the_clerk_looks_at_it(self):
        session = self.invited()
        with self.assertRefused("wrong_state"):
            self.as_clerk(session).send_back("it was 8,078")
        self.enter(session, "80.78")
        self.as_clerk(session).request_authorization()
        with self.assertRefused("wrong_state"):
            self.as_clerk(session).send_back("it was 8,078")

    def test_the_clerks_own_amount_is_not_sent_back(self):
        session = self.chosen(80.78)
        with self.assertRefused("wrong_state"):
            self.as_clerk(session).send_back("it was 8,078")
        told = self.as_clerk(self.counter).get_state()["session"]
        self.assertNotIn("send_back", told["allowed"])

    def test_only_the_counters_clerk_sends_back(self):
        session = self.entered()
        stranger = self.make_user("epay_stranger", "epay_counter.group_epay_clerk")
        with self.assertRefused("not_your_counter"):
            session.with_user(stranger).send_back("mine")

    def test_the_same_key_sends_back_once(self):
        session = self.entered("807")
        deal = self.as_clerk(session)
        deal.send_back("it was 8,078", client_key="one")
        self.enter(session, "8078")
        deal.send_back("it was 8,078", client_key="one")
        self.assertEqual((session.state, session.amount), ("chosen", 8078))

    def test_the_history_says_who_and_why(self):
        session = self.entered("807")
        self.as_clerk(session).send_back("it was 8,078")
        event = session.event_ids.sorted("id")[-1]
        self.assertEqual((event.source, event.target), ("chosen", "engaged"))
        self.assertEqual(event.why, "it was 8,078")
        self.assertEqual(event.user_id, self.clerk)


@tagged("post_install", "-at_install")
class TestOwnAmountInYen(OwnAmountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counter = cls.make_japan()
        cls.counter.amount_by = "customer"

    def test_full_width_digits_and_no_decimals(self):
        session = self.entered("８０７８")
        self.assertEqual(session.amount, 8078)

    def test_decimals_are_refused(self):
        session = self.invited()
        with self.assertRefused("bad_amount") as caught:
            self.enter(session, "80.78")
        self.assertIn("no decimals", str(caught.exception))
        self.assertIn("1234.", str(caught.exception), "the end of the sentence")
        self.assertNotIn("1234.0", str(caught.exception))

    def test_the_words_of_the_currency(self):
        session = self.entered("8078円")
        self.assertEqual(session.amount, 8078)

    def test_no_words_half_in_another_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        session = self.entered("8078").with_context(lang="ar_001")
        session.currency_id.currency_unit_label = "Yen"
        self.assertEqual(session._amount_words(), "")
        session.currency_id.currency_unit_label = "ين"
        self.assertIn("ين", session._amount_words())


@tagged("post_install", "-at_install")
class TestOwnAmountPages(PagesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counter.amount_by = "customer"

    def setUp(self):
        super().setUp()
        answer = self.as_clerk(self.counter).invite_amount()
        self.session = self.env["epay.session"].browse(answer["session"]["id"])
        self.address = self.joined(self.session)

    def send(self, amount, **data):
        page = self.get(self.address)
        data.setdefault("option", self.option(page))
        return self.post(f"{self.address}/choose", page=page, amount=amount, **data)

    def reading(self, amount):
        return self.get(f"{self.address}/words?amount={amount}").json()

    def test_the_page_asks_for_the_amount_and_the_method(self):
        page = self.get(self.address)
        self.assertState(page, "engaged")
        field = self.mark(page, "amount-input")
        self.assertEqual(field.get("inputmode"), "decimal")
        self.assertTrue(self.marks(page, "method-option"))
        self.assertFalse(self.marks(page, "amount"), "there is none yet")

    def test_one_post_brings_all_and_needs_no_script(self):
        answer = self.send("80,78")
        self.assertEqual(answer.status_code, 303)
        page = self.get(self.address)
        self.assertState(page, "chosen")
        self.assertEqual(self.mark(page, "amount").get("data-value"), "80.78")

    def test_a_refused_amount_comes_back_with_the_reason_and_what_was_typed(self):
        answer = self.send("8,078")
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.mark(answer, "visit").get("data-state"), "engaged")
        self.assertEqual(self.mark(answer, "amount-input").get("value"), "8,078")
        self.assertIn("two ways", self.text(answer, "refused"))
        (option,) = self.tree(answer).xpath("//input[@name='option' and @checked]")
        self.assertTrue(option.get("value"))

    def test_every_bad_amount_is_refused_in_words(self):
        self.counter.write({"min_amount": 5, "max_amount": 100})
        for amount in ("", "eighty", "80.789", "4.99", "100.01", "<b>8</b>", "8\x00"):
            with self.subTest(amount=amount):
                answer = self.send(amount)
                self.assertEqual(answer.status_code, 422)
                self.assertGreater(len(self.text(answer, "refused")), 20)
                self.assertNotIn("<b>8", answer.text)
        self.assertEqual(self.session.state, "engaged")

    def test_a_method_that_does_not_take_it_is_told_on_the_page(self):
        self.provider.maximum_amount = 50
        answer = self.send("50.01")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("50.01", self.text(answer, "refused"))

    def test_the_limits_stand_beside_the_field(self):
        self.counter.write({"min_amount": 5, "max_amount": 100})
        page = self.get(self.address).text
        self.assertIn("5.00", page)
        self.assertIn("100.00", page)

    def test_sent_back_the_page_says_why_and_asks_again(self):
        self.send("807")
        self.as_clerk(self.session).send_back("it was 8,078")
        page = self.get(self.address)
        self.assertState(page, "engaged")
        self.assertIn("it was 8,078", self.text(page, "message"))
        self.assertIn("asks for another amount", self.text(page, "message"))
        self.assertNotIn("Not paid", self.text(page, "message"))
        self.assertFalse(self.mark(page, "amount-input").get("value"))

    def test_after_a_declined_payment_the_amount_is_in_the_field(self):
        self.send("80.78")
        self.as_clerk(self.session).request_authorization()
        self.provider_says(self.attempt(self.session), "error")
        page = self.get(self.address)
        self.assertEqual(self.mark(page, "amount-input").get("value"), "80.78")

    def test_a_phone_that_took_over_reads_nothing_of_the_first_ones_decline(self):
        self.send("8078")
        self.as_clerk(self.session).request_authorization()
        tx = self.attempt(self.session)
        self.provider_says(tx, "pending")
        with self.another_phone():
            address = self.waiting()
            self.as_clerk(self.counter).release_visit()
            waiting = self.counter._waiting_visits()
            self.as_clerk(self.counter).accept_visit(waiting.id)
            tx._set_error("Card of Ada Lovelace: insufficient funds")
            self.commit()
            page = self.get(address)
        self.assertState(page, "engaged")
        self.assertNotIn("Lovelace", page.text)
        self.assertIn("other phone", self.text(page, "message"))
        self.assertFalse(self.mark(page, "amount-input").get("value"))

    def test_large_amounts_are_told_in_words(self):
        self.send("8078")
        page = self.get(self.address)
        self.assertIn("Eight Thousand", self.text(page, "amount-words"))

    def test_the_reading_follows_what_is_typed(self):
        told = self.reading("8078")
        self.assertIn("8,078.00", told["amount"])
        self.assertIn("Eight Thousand", told["words"])
        self.assertEqual(self.reading("999,99")["words"], "")
        self.assertIn("two ways", self.reading("8,078")["error"])

    def test_an_amount_whose_decimals_are_still_to_come_is_not_wrong(self):
        for amount in ("80.", "."):
            self.assertEqual(self.reading(amount), {}, amount)
        self.assertIn("0.50", self.reading(".5")["amount"])

    def test_dropped_before_there_was_an_amount(self):
        self.as_clerk(self.session).cancel()
        page = self.get(self.address)
        self.assertState(page, "cancelled")
        self.assertFalse(self.marks(page, "amount"))
        self.assertNotIn("·", self.tree(page).xpath("//main")[0].text_content())

    def test_the_reading_changes_nothing(self):
        with self.assertNoEffects():
            self.reading("8078")

    def test_nothing_is_read_where_the_clerk_enters_the_amount(self):
        self.counter.amount_by = "clerk"
        self.as_clerk(self.session).cancel()
        deal = self.register(5)
        for join in (self.waiting_elsewhere, lambda: self.joined(deal)):
            answer = self.get(f"{join()}/words?amount=5")
            self.assertRefusedPage(answer, 409, "wrong_state")

    def waiting_elsewhere(self):
        """A phone in the room, which has no deal at all."""
        self.make_counter(code="T2", name="Deli")
        page = self.get("/epay/teststreet/T2")
        answer = self.post("/epay/teststreet/T2/join", page=page)
        return answer.headers["Location"].replace(self.base_url(), "")

    def test_another_phone_can_not_ask_for_a_reading(self):
        with self.another_phone():
            answer = self.get(f"{self.address}/words?amount=5")
        self.assertEqual(answer.status_code, 409)

    def test_another_phone_can_not_enter_the_amount(self):
        page = self.get(self.address)
        with self.another_phone():
            answer = self.post(
                f"{self.address}/choose",
                page=self.get("/epay/teststreet/T1"),
                amount="5",
                option=self.option(page),
            )
        self.assertRefusedPage(answer, 409, "not_your_phone")
        self.assertEqual(self.session.state, "engaged")

    def test_the_state_has_no_amount_before_it_is_known(self):
        self.assertIs(self.get(f"{self.address}/state").json()["amount"], False)
        self.send("80.78")
        self.assertEqual(self.get(f"{self.address}/state").json()["amount"], 80.78)
