from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import NoMatch
from ..models import epay_counter_return
from .return_common import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnFind(ReturnCase):
    """Number and amount find a deal, together or not at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_store = cls.make_store(name="Other Street", code="otherstreet")
        cls.other_counter = cls.make_counter(store_id=cls.other_store.id, code="O1")
        cls.second = cls.make_counter(code="T2")

    def test_the_clerk_sees_what_was_bought_when_and_how_it_was_paid(self):
        sale = self.settled(80.78)
        answer = self.as_clerk(self.counter).register_cancellation(sale.name, 80.78)
        session, origin = answer["session"], answer["session"]["origin"]
        self.assertNoNone(answer)
        self.assertEqual(session["kind"], "cancellation")
        self.assertEqual((session["state"], session["turn"]), ("open", "customer"))
        self.assertEqual((session["amount"], session["currency"]), (80.78, "EUR"))
        self.assertTrue(session["code_url"])
        self.assertEqual(origin["name"], sale.name)
        self.assertEqual(origin["date"][:10], sale.settled_at.date().isoformat())
        self.assertEqual(origin["method"]["code"], "demo")
        self.assertEqual(origin["left_to_return"], 80.78)
        self.assertEqual(session["method"]["code"], "demo")

    def test_the_number_in_all_the_ways_that_people_write_it(self):
        sale = self.settled(80.78)
        digits = sale.name.removeprefix("TESTSTREET")
        wide = digits.translate({48 + n: 0xFF10 + n for n in range(10)})
        receipt = f"/epay/r/{sale._receipt_token()}"
        for number in (
            sale.name,
            sale.name.lower(),
            f" {sale.name} ",
            f"TESTSTREET-{digits}",
            digits,
            digits.lstrip("0"),
            int(digits),
            wide,
            f"TESTSTREET{digits.lstrip('0')}",
            receipt,
            f"https://shop.example{receipt}?save=1",
        ):
            with self.subTest(number=number):
                back = self.find(sale, number=number)
                self.assertEqual(back.origin_id, sale)
                self.as_clerk(back).cancel()

    def test_the_amount_as_number_or_text(self):
        sale = self.settled(80.5)
        for amount in (80.5, "80.5", "80.50"):
            with self.subTest(amount=amount):
                back = self.find(sale, amount=amount)
                self.assertEqual(back.amount, 80.5)
                self.as_clerk(back).cancel()

    def test_a_wrong_pair_says_only_that_it_is_wrong(self):
        sale = self.settled(80.78)
        another = self.settled(12)
        texts = set()
        for number, amount in (
            (sale.name, 80.77),
            (sale.name, 12),
            (another.name, 80.78),
            ("TESTSTREET999999", 80.78),
        ):
            with self.assertRefused("no_match") as caught:
                self.find(sale, number=number, amount=amount)
            texts.add(str(caught.exception))
        self.assertEqual(len(texts), 1)

    def test_nonsense_is_a_wrong_pair(self):
        sale = self.settled(80.78)
        for number, amount in (
            (sale.name, "abc"),
            (sale.name, 0),
            (sale.name, -80.78),
            (sale.name, None),
        ):
            with self.subTest(amount=amount), self.assertRefused("no_match"):
                self.find(sale, number=number, amount=amount)
        for number in ("", None, "%", "'; --", "/epay/r/1-aaaaaaaaaaaaaaaaaaaaaaaaaa"):
            with self.subTest(number=number), self.assertRefused("no_match"):
                self.find(sale, number=number)

    def test_another_company(self):
        ginza = self.make_japan()
        sale = self.settled(1200, counter=ginza)
        for number in (sale.name, f"/epay/r/{sale._receipt_token()}"):
            with self.assertRefused("no_match"):
                self.find(sale, counter=self.counter, number=number)

    def test_any_counter_of_the_store_takes_it(self):
        sale = self.settled(80.78)
        back = self.find(sale, counter=self.second)
        self.assertEqual((back.counter_id, back.origin_id), (self.second, sale))

    def test_another_store_only_where_the_manager_allowed_it(self):
        sale = self.settled(80.78)
        with self.assertRefused("no_match"):
            self.find(sale, counter=self.other_counter)
        self.other_store.return_store_ids = [Command.link(self.store.id)]
        back = self.find(sale, counter=self.other_counter)
        self.assertEqual(back.store_id, self.other_store)
        self.assertTrue(back.name.startswith("OTHERSTREET"))

    def test_cents_are_typed_where_the_counter_takes_yen(self):
        """The amount is the original's, in its currency."""
        self.env.ref("base.JPY").active = True
        yen = {"name": "Yen", "currency_id": self.env.ref("base.JPY").id}
        pricelist = self.env["product.pricelist"].create(
            {**yen, "company_id": self.company.id}
        )
        self.other_store.pricelist_id = pricelist
        self.other_store.return_store_ids = [Command.link(self.store.id)]
        self.assertEqual(self.other_counter.currency_id.name, "JPY")
        sale = self.settled(80.78)
        back = self.find(sale, counter=self.other_counter)
        self.assertEqual((back.amount, back.currency_id.name), (80.78, "EUR"))

    def test_a_deal_that_was_never_settled(self):
        sale = self.authorized(80.78)
        self.as_clerk(self.counter).next()
        with self.assertRefused("wrong_state"):
            self.find(sale)
        self.as_clerk(sale).cancel()
        with self.assertRefused("wrong_state"):
            self.find(sale)

    def test_a_return_is_not_returned(self):
        back = self.reversed(self.settled(80.78))
        with self.assertRefused("no_match"):
            self.find(back)

    def test_a_deal_that_was_returned_already(self):
        sale = self.settled(80.78)
        self.reversed(sale)
        with self.assertRefused("not_refundable"):
            self.find(sale)

    def test_a_closed_or_busy_counter(self):
        sale = self.settled(80.78)
        held = self.register(5)
        with self.assertRefused("counter_busy"):
            self.find(sale)
        self.as_clerk(held).cancel()
        self.as_clerk(self.counter).close_counter()
        with self.assertRefused("counter_closed"):
            self.find(sale)

    def test_the_same_key_registers_once(self):
        sale = self.settled(80.78)
        first = self.find(sale, client_key="key-1")
        self.assertEqual(self.find(sale, client_key="key-1"), first)
        self.assertEqual(sale.return_ids, first)
        with self.assertRefused("key_reused"):
            self.find(sale, client_key="key-1", refund_amount=5)


@tagged("post_install", "-at_install")
class TestReturnPart(ReturnCase):
    """Whole or part: an amount, or chosen lines and quantities."""

    def test_everything_that_is_left(self):
        sale = self.basket(("Lamp", 2, 39.0), ("Bread", 1, 4.2))
        back = self.find(sale)
        self.assertEqual(back.amount, 82.2)
        self.assertEqual(back.line_ids.origin_line_id, sale.line_ids)
        self.assertEqual(back.line_ids.mapped("quantity"), [2, 1])

    def test_a_part_of_the_amount(self):
        back = self.find(self.settled(80.78), refund_amount="30.70")
        self.assertEqual(back.amount, 30.7)
        self.assertFalse(back.line_ids)

    def test_chosen_lines(self):
        sale = self.basket(("Lamp", 3, 39.0), ("Bread", 1, 4.2))
        back = self.find(sale, lines=[self.line(sale, 0, 2)])
        self.assertEqual(back.amount, 78)
        self.assertEqual(back.line_ids.origin_line_id, sale.line_ids[0])
        self.assertEqual(back.line_ids.quantity, 2)
        values = back._clerk_values()
        self.assertNoNone(values)
        self.assertEqual(values["lines"][0]["origin_line_id"], sale.line_ids[0].id)
        self.assertEqual(values["origin"]["lines"][0]["left_quantity"], 3)

    def test_parts_of_a_line_add_up_to_what_was_paid(self):
        """4.49 for 1.5 kg: 1.50 + 1.50 + 1.49."""
        sale = self.basket(("Apples", 1.5, 2.99), ("Bread", 1, 4.2))
        amounts = []
        for _part in range(3):
            back = self.reversed(sale, lines=[self.line(sale, 0, 0.5)])
            amounts.append(back.amount)
            self.assertEqual(back.line_ids.subtotal, back.amount)
        self.assertEqual(amounts, [1.5, 1.5, 1.49])
        self.assertEqual(sale.returned_amount, sale.line_ids[0].subtotal)

    def test_half_a_piece_is_a_slip(self):
        """Two and a half of three lamps; half a kilogram of two is none."""
        sale = self.basket(("Lamp", 3, 39.0))
        [values] = sale._original_values()["lines"]
        self.assertTrue(values["is_whole"])
        with self.assertRefused("bad_amount") as caught:
            self.find(sale, lines=[self.line(sale, 0, 2.5)])
        self.assertIn("by the piece", str(caught.exception))
        self.assertEqual(self.find(sale, lines=[self.line(sale, 0, 2)]).amount, 78)

    def test_what_is_weighed_or_was_cut_may_be_cut(self):
        sale = self.basket(("Apples", 1.5, 3.0), ("Flour", 2, 3.0))
        sale.line_ids[1].product_id = self.env["product.product"].create(
            {"name": "Flour", "uom_id": self.env.ref("uom.product_uom_kgm").id}
        )
        for number in (0, 1):
            with self.subTest(number=number):
                back = self.find(sale, lines=[self.line(sale, number, 0.5)])
                self.assertEqual(back.line_ids.quantity, 0.5)
                self.as_clerk(back).cancel()

    def test_the_rest_after_a_part_by_lines(self):
        sale = self.basket(("Lamp", 2, 39.0), ("Bread", 1, 4.2))
        self.reversed(sale, lines=[self.line(sale, 0, 1)])
        back = self.find(sale)
        self.assertEqual(back.amount, 43.2)
        self.assertEqual(back.line_ids.mapped("quantity"), [1, 1])

    def test_the_rest_after_a_part_of_the_amount(self):
        sale = self.basket(("Lamp", 2, 39.0))
        self.reversed(sale, refund_amount=8)
        back = self.find(sale)
        self.assertEqual((back.amount, len(back.line_ids)), (70, 0))

    def test_false_is_not_given(self):
        """XML-RPC has no None."""
        sale = self.basket(("Lamp", 1, 39.0))
        back = self.find(sale, lines=False, refund_amount=False)
        self.assertEqual(back.amount, 39)

    def test_lines_and_their_total(self):
        sale = self.basket(("Lamp", 3, 39.0))
        chosen = [self.line(sale, 0, 1)]
        with self.assertRefused("amount_mismatch"):
            self.find(sale, lines=chosen, refund_amount=38)
        self.assertEqual(self.find(sale, lines=chosen, refund_amount=39).amount, 39)

    def test_more_than_is_left(self):
        sale = self.basket(("Lamp", 1, 39.0), ("Bread", 1, 4.2))
        with self.assertRefused("bad_amount"):
            self.find(sale, refund_amount=43.21)
        self.reversed(sale, refund_amount=10)
        with self.assertRefused("bad_amount"):
            self.find(sale, refund_amount=33.21)

    def test_a_line_of_which_a_mere_amount_took_something(self):
        """30 of 120 took 20 of the lamps: each of both has 30 left."""
        sale = self.basket(("Lamp", 2, 40.0), ("Bread", 1, 40.0))
        self.reversed(sale, refund_amount=30)
        lamps = sale._original_values()["lines"][0]
        self.assertEqual((lamps["left_quantity"], lamps["left_subtotal"]), (2, 60))
        back = self.find(sale, lines=[self.line(sale, 0, 1)])
        self.assertEqual((back.amount, back.line_ids.subtotal), (30, 30))
        self.as_clerk(back).cancel()
        self.assertEqual(self.find(sale, lines=[self.line(sale, 0, 2)]).amount, 60)

    def test_no_amount(self):
        sale = self.settled(80.78)
        for amount in (0, -5, "abc", "1.005", "0.00"):
            with self.subTest(amount=amount), self.assertRefused("bad_amount"):
                self.find(sale, refund_amount=amount)

    def test_a_line_that_cost_nothing(self):
        """0.01 of 0.10 is nothing; the whole deal can be returned all the same."""
        sale = self.basket(("Lamp", 1, 39.0), ("Crumb", 0.01, 0.1))
        with self.assertRefused("bad_amount"):
            self.find(sale, lines=[self.line(sale, 1, 0.01)])
        self.assertEqual(self.reversed(sale).state, "reversed")

    def test_what_was_not_bought(self):
        sale = self.basket(("Lamp", 1, 39.0), ("Bread", 1, 4.2))
        other = self.basket(("Honey", 1, 6.5))
        for lines in (
            [self.line(other, 0, 1)],
            [{"line_id": 0, "quantity": 1}],
            [{"quantity": 1}],
            [self.line(sale, 0, 2)],
            [self.line(sale, 0, 0)],
            [self.line(sale, 0, -1)],
            [self.line(sale, 0, None)],
            [self.line(sale, 0, 1), self.line(sale, 0, 1)],
            [],
            ["lamp"],
            "lamp",
            {"line_id": sale.line_ids[0].id},
        ):
            with self.subTest(lines=lines), self.assertRefused("bad_amount"):
                self.find(sale, lines=lines)

    def test_a_line_that_was_returned(self):
        sale = self.basket(("Lamp", 1, 39.0), ("Bread", 1, 4.2))
        self.reversed(sale, lines=[self.line(sale, 0, 1)])
        with self.assertRefused("bad_amount"):
            self.find(sale, lines=[self.line(sale, 0, 1)])

    def test_yen_have_no_decimals(self):
        sale = self.settled(1200, counter=self.make_japan())
        self.assertEqual(self.find(sale, refund_amount="500").amount, 500)
        self.as_clerk(sale.return_ids).cancel()
        with self.assertRefused("bad_amount"):
            self.find(sale, refund_amount=500.5)


@tagged("post_install", "-at_install")
class TestChoosePart(ReturnCase):
    """SB5: the clerk sees the whole deal first, and may then give back less of it."""

    def take(self, back, **arguments):
        return self.as_clerk(back).choose_part(**arguments)

    def test_lines_an_amount_and_everything_again(self):
        sale = self.basket(("Lamp", 3, 39.0), ("Bread", 1, 4.2))
        back = self.find(sale)
        answer = self.take(back, lines=[self.line(sale, 0, 2)])
        self.assertNoNone(answer)
        self.assertEqual(answer["session"]["amount"], 78)
        self.assertFalse(answer["session"]["return"]["whole"])
        self.assertEqual(back.line_ids.mapped("quantity"), [2])
        self.take(back, refund_amount="30.70")
        self.assertEqual((back.amount, len(back.line_ids)), (30.7, 0))
        self.take(back)
        self.assertEqual(back.amount, 121.2)
        self.assertEqual(back.line_ids.origin_line_id, sale.line_ids)
        self.assertIn("78.00", " ".join(filter(None, back.event_ids.mapped("why"))))

    def test_what_was_chosen_is_what_goes_back(self):
        sale = self.basket(("Lamp", 3, 39.0), ("Bread", 1, 4.2))
        back = self.find(sale)
        self.take(back, lines=[self.line(sale, 1, 1)])
        self.join(back)
        self.consent(back)
        self.inquire(back)
        self.execute(back)
        self.assertEqual((back.state, sale.returned_amount), ("reversed", 4.2))

    def test_the_same_refusals_as_when_it_is_registered(self):
        sale = self.basket(("Lamp", 1, 39.0))
        back = self.find(sale)
        for arguments in (
            {"refund_amount": 0},
            {"refund_amount": 39.01},
            {"lines": []},
            {"lines": [{"line_id": 0, "quantity": 1}]},
            {"lines": [self.line(sale, 0, 2)]},
        ):
            with self.subTest(arguments), self.assertRefused("bad_amount"):
                self.take(back, **arguments)
        with self.assertRefused("amount_mismatch"):
            self.take(back, lines=[self.line(sale, 0, 1)], refund_amount=1)
        self.assertEqual((back.amount, len(back.line_ids)), (39, 1))

    def test_nothing_is_left_any_more(self):
        sale = self.settled(80.78)
        back = self.find(sale)
        second = self.make_counter(code="T2")
        self.reversed(sale, counter=second)
        with self.assertRefused("not_refundable"):
            self.take(back, refund_amount=1)

    def test_not_under_the_customers_eyes(self):
        """Nobody agrees to what has just changed."""
        back = self.engaged(self.settled(80.78))
        self.assertNotIn("choose_part", back._clerk_values()["allowed"])
        with self.assertRefused("wrong_state"):
            self.take(back, refund_amount=1)
        self.as_clerk(self.counter).release_visit()
        self.assertIn("choose_part", back._clerk_values()["allowed"])
        self.take(back, refund_amount=1)
        self.assertEqual(back.amount, 1)

    def test_only_texts_and_numbers_are_numbers(self):
        sale = self.settled(80.78)
        digits = int(sale.name[-6:])
        for number in ([digits], (sale.name,), {"a": 1}, float(digits)):
            with self.subTest(number=number), self.assertRefused("no_match"):
                self.find(sale, number=number)
        self.assertEqual(self.find(sale, number=digits).origin_id, sale)

    def test_a_long_number_costs_no_time(self):
        """One letter may stand for eighteen: three millions took half a minute."""
        long = "\ufdfa" * 3_000_000
        texts = []

        def plain(text):
            texts.append(len(text))
            return text

        with (
            patch.object(epay_counter_return, "plain_text", plain),
            self.assertRefused("no_match"),
        ):
            self.find(self.settled(80.78), number=long)
        self.assertLessEqual(max(texts), 200 * 18)

    def test_a_sale_has_no_part_to_choose(self):
        with self.assertRefused("wrong_state"):
            self.take(self.register(), refund_amount=1)


@tagged("post_install", "-at_install")
class TestReturnAttempts(ReturnCase):
    """Wrong pairs are limited per clerk and counter; each try is in the history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.make_counter(code="T2")
        cls.clerk2 = cls.make_user("epay_test_clerk2", "epay_counter.group_epay_clerk")
        cls.counter.user_ids = [Command.link(cls.clerk2.id)]

    def guess(self, sale, counter=None, amount=1):
        return self.refused_code(
            lambda: self.find(sale, counter=counter, amount=amount)
        )

    def wrong(self, sale, times):
        for _time in range(times):
            self.assertEqual(self.guess(sale), "no_match")

    def attempts(self):
        return self.env["epay.return.attempt"].search(
            [("counter_id", "=", self.counter.id)], order="id"
        )

    def test_after_five_wrong_pairs_the_clerk_waits(self):
        sale = self.settled(80.78)
        start = fields.Datetime.now()
        with freeze_time(start) as clock:
            self.wrong(sale, 2)
            clock.tick(timedelta(minutes=4))
            self.wrong(sale, 3)
            clock.tick(timedelta(minutes=1))
            with self.assertRefused("too_many_attempts") as caught:
                self.find(sale)
            self.assertIn("300 seconds", str(caught.exception))
            self.assertIn("5 minutes", str(caught.exception))
            # For a clock that runs
            self.assertEqual(caught.exception.context["seconds"], 300)
            clock.tick(timedelta(seconds=299))
            self.assertEqual(self.guess(sale, amount=80.78), "too_many_attempts")
            clock.tick(timedelta(seconds=2))
            self.assertEqual(self.find(sale).origin_id, sale)

    def test_from_counter_to_counter_the_wrong_pairs_add_up(self):
        sale = self.settled(80.78)
        third = self.make_counter(code="T3")
        self.wrong(sale, 5)
        for _time in range(5):
            self.assertEqual(self.guess(sale, self.second), "no_match")
        for amount in (1, 80.78):
            self.assertEqual(self.guess(sale, third, amount), "too_many_attempts")

    def test_each_wrong_pair_says_how_many_tries_are_left(self):
        sale = self.settled(80.78)
        for left in ("4 tries", "3 tries", "2 tries", "One try", "for 10 minutes"):
            told = self.refusal_text(lambda: self.find(sale, amount=1))
            self.assertIn(left, told)
            self.assertIn("another store", told)

    def refusal_text(self, work):
        """What `work()` is refused with; what it counted stays counted."""
        try:
            work()
        except NoMatch as refusal:
            return str(refusal)
        return None

    def test_another_counter_and_another_clerk_do_not_wait(self):
        sale = self.settled(80.78)
        self.wrong(sale, 5)
        self.assertEqual(self.guess(sale, self.second), "no_match")
        counter = self.counter.with_user(self.clerk2)
        code = self.refused_code(lambda: counter.register_cancellation(sale.name, 1))
        self.assertEqual(code, "no_match")

    def test_another_store_does_not_wait(self):
        sale = self.settled(80.78)
        self.wrong(sale, 5)
        elsewhere = self.make_counter(store_id=self.make_store(code="other").id)
        self.assertEqual(self.guess(sale, elsewhere), "no_match")

    def test_right_pairs_are_not_counted(self):
        sale = self.settled(80.78)
        for _time in range(7):
            self.as_clerk(self.find(sale)).cancel()

    def test_a_deal_that_was_found_but_can_not_be_returned_is_not_counted(self):
        sale = self.settled(80.78)
        self.reversed(sale)
        for _time in range(7):
            self.assertEqual(self.guess(sale, amount=80.78), "not_refundable")

    def test_each_try_is_in_the_history(self):
        sale = self.settled(80.78)
        self.wrong(sale, 5)
        self.guess(sale)
        rows = self.attempts()
        self.assertEqual(rows.mapped("outcome"), ["wrong"] * 5 + ["too_many"])
        self.assertEqual(rows.user_id, self.clerk)
        self.assertEqual(set(rows.mapped("number")), {sale.name})
        self.assertEqual(set(rows.mapped("amount")), {"1"})

    def test_a_found_one_too(self):
        sale = self.settled(80.78)
        self.find(sale)
        self.assertEqual(self.attempts().mapped("outcome"), ["found"])

    def test_a_busy_counter_is_not_counted(self):
        sale = self.settled(80.78)
        self.register(5)
        for _time in range(7):
            self.assertEqual(self.guess(sale), "counter_busy")
        self.assertEqual(set(self.attempts().mapped("outcome")), {"not_looked"})

    def test_the_office_reads_of_which_deal_a_receipt_was(self):
        sale = self.settled(80.78)
        self.find(sale, number=f"https://shop.example/epay/r/{sale._receipt_token()}")
        row = self.attempts().with_user(self.manager)
        self.assertEqual((row.shown_number, row.shown_amount), (sale.name, "80.78 EUR"))

    def test_a_receipt_of_nobody_and_a_typed_number_are_shown_as_such(self):
        sale = self.settled(80.78)
        self.guess(sale, amount="x")
        self.refused_code(lambda: self.find(sale, number="/epay/r/1-nobody"))
        typed, scanned = self.attempts().with_user(self.manager)
        self.assertEqual((typed.shown_number, typed.shown_amount), (sale.name, "x EUR"))
        self.assertEqual(scanned.shown_number, "The code of a receipt")

    def test_what_nobody_can_type(self):
        sale = self.settled(80.78)
        code = self.refused_code(lambda: self.find(sale, number="A\x00B\x1f"))
        self.assertEqual(code, "no_match")

    def test_nobody_changes_the_history(self):
        self.wrong(self.settled(80.78), 1)
        row = self.attempts()
        for user in (self.manager, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                row.with_user(user).write({"outcome": "found"})
        with self.assertRaises(AccessError):
            row.unlink()
