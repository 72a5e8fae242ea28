from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import epay_counter_answer
from .common import EpayCase


@tagged("post_install", "-at_install")
class TestOpening(EpayCase):
    def test_open_and_close(self):
        counter = self.as_clerk(self.counter)
        self.assertEqual(counter.close_counter()["counter"]["state"], "closed")
        self.assertEqual(counter.open_counter()["counter"]["state"], "open")
        version = counter.get_state()["counter"]["version"]
        self.assertEqual(counter.open_counter()["counter"]["version"], version)

    @mute_logger("odoo.sql_db")
    def test_a_number_taken_twice_is_no_busy_counter(self):
        taken = self.register()
        self.as_clerk(taken).cancel()
        self.store.sequence_id.number_next_actual = int(taken.name[-6:])
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.register()

    def test_a_closed_counter_registers_nothing(self):
        self.as_clerk(self.counter).close_counter()
        with self.assertRefused("counter_closed"):
            self.register()

    def test_closing_sends_waiting_phones_away(self):
        visit = self.join_counter()
        self.as_clerk(self.counter).close_counter()
        self.assertEqual(visit.state, "left")
        with self.assertRefused("counter_closed"):
            self.join_counter()

    def test_a_counter_with_a_deal_is_not_closed(self):
        session = self.register()
        with self.assertRefused("counter_busy"):
            self.as_clerk(self.counter).close_counter()
        self.as_clerk(session).cancel()
        self.as_clerk(self.counter).close_counter()
        self.assertFalse(session.holds_counter)

    def test_a_parked_deal_does_not_keep_the_counter_open(self):
        session = self.authorized()
        self.as_clerk(self.counter).next()
        self.as_clerk(self.counter).close_counter()
        self.assertEqual(session.state, "authorized")


@tagged("post_install", "-at_install")
class TestRegister(EpayCase):
    def test_the_deal_is_open_with_its_code_on_the_screen(self):
        answer = self.as_clerk(self.counter).register_sale("80.78", "Two lamps")
        deal = answer["session"]
        self.assertEqual(
            (deal["state"], deal["amount"], deal["currency"], deal["turn"]),
            ("open", 80.78, "EUR", "customer"),
        )
        self.assertEqual(deal["description"], "Two lamps")
        self.assertIn("/epay/q/", deal["code_url"])
        self.assertIn("<svg", deal["code_svg"])
        self.assertTrue(deal["holds"])
        self.assertEqual(deal["allowed"], ["cancel", "accept_visit"])
        self.assertFalse(answer["message"])
        session = self.env["epay.session"].browse(deal["id"])
        self.assertEqual(session.user_id, self.clerk)

    def test_numbers_and_decimal_strings_are_read_exactly(self):
        for amount in (80, 80.0, "80", "80.00", " 80 ", "８０", "٨٠"):
            with self.subTest(amount=amount):
                session = self.register(amount)
                self.assertEqual(session.amount, 80)
                self.as_clerk(session).cancel()

    def test_what_is_not_an_amount_is_refused(self):
        for amount in (
            0,
            -1,
            "0",
            "-0.01",
            "abc",
            "",
            " ",
            None,
            False,
            True,
            "NaN",
            "Infinity",
            float("nan"),
            float("inf"),
            "1,50",
            "1 000",
            "1_000",
            "1e2",
            "0x10",
            "12.345",
            0.001,
            1e15,
            "9999999999999",
            [],
            {},
            b"12",
        ):
            with self.subTest(amount=amount), self.assertRefused("bad_amount"):
                self.register(amount)

    def test_yen_have_no_decimals(self):
        counter = self.make_japan()
        for amount in (0.5, "100.5", "0.01"):
            with self.subTest(amount=amount), self.assertRefused("bad_amount"):
                self.register(amount, counter)
        self.assertEqual(self.register("100.0", counter).amount, 100)

    def test_the_limits_of_the_counter(self):
        self.counter.write({"min_amount": 5, "max_amount": 50})
        for amount in (4.99, 50.01):
            with self.assertRefused("bad_amount"):
                self.register(amount)
        for amount in (5, 50):
            self.as_clerk(self.register(amount)).cancel()

    def test_no_provider_no_deal(self):
        self.provider.state = "disabled"
        with self.assertRefused("bad_amount"):
            self.register()

    def test_a_busy_counter_registers_no_second_deal(self):
        self.register()
        with self.assertRefused("counter_busy") as caught:
            self.register()
        self.assertIn("Next", str(caught.exception))

    def test_a_finished_deal_is_dismissed_by_the_next_one(self):
        first = self.settled()
        second = self.register()
        self.assertFalse(first.holds_counter)
        self.assertTrue(second.holds_counter)

    def test_a_description_is_cut_not_refused(self):
        session = self.register(description="  x" * 300)
        self.assertEqual(len(session.description), 200)
        self.as_clerk(session).cancel()
        self.assertFalse(self.register(description="   ").description)


@tagged("post_install", "-at_install")
class TestLines(EpayCase):
    def lines(self, *lines, amount=10):
        return self.register(amount, lines=list(lines))

    def test_a_product_and_a_name(self):
        bread = self.make_product(name="Bread", type="consu")
        session = self.lines(
            {"product_id": bread.id, "quantity": 2, "price_unit": "3.50"},
            {"name": "Bag", "price_unit": 3},
        )
        rows = session.line_ids.mapped(lambda r: (r.name, r.quantity, r.subtotal))
        self.assertEqual(rows, [("Bread", 2, 7), ("Bag", 1, 3)])

    def test_the_lines_must_add_up(self):
        for price in (9.99, 10.01):
            with self.assertRefused("amount_mismatch"):
                self.lines({"name": "Bag", "quantity": 1, "price_unit": price})

    def test_lines_that_make_no_sense(self):
        other = self.env["res.company"].create({"name": "Not us"})
        foreign = self.make_product(company_id=other.id, taxes_id=False)
        hidden = self.make_product(sale_ok=False)
        gone = self.make_product()
        gone_id = gone.id
        gone.unlink()
        for line in (
            {"quantity": 1, "price_unit": 10},
            {"name": " ", "quantity": 1, "price_unit": 10},
            {"name": "Bag", "quantity": 0, "price_unit": 10},
            {"name": "Bag", "quantity": -1, "price_unit": -10},
            {"name": "Bag", "quantity": "many", "price_unit": 10},
            {"name": "Bag", "quantity": 1},
            {"name": "Bag", "quantity": 1, "price_unit": "10.001"},
            {"product_id": foreign.id, "quantity": 1, "price_unit": 10},
            {"product_id": hidden.id, "quantity": 1, "price_unit": 10},
            {"product_id": gone_id, "quantity": 1, "price_unit": 10},
            {"product_id": "abc", "quantity": 1, "price_unit": 10},
            {"product_id": True, "quantity": 1, "price_unit": 10},
            {"product_id": [self.product.id], "quantity": 1, "price_unit": 10},
            {"name": 5, "quantity": 1, "price_unit": 10},
            "Bag",
            None,
        ):
            with self.subTest(line=line), self.assertRefused("bad_amount"):
                self.lines(line)

    def test_lines_must_be_a_list(self):
        for lines in ("Bag", {"name": "Bag", "price_unit": 10}, 5):
            with self.subTest(lines=lines), self.assertRefused("bad_amount"):
                self.register(10, lines=lines)

    def test_a_product_that_would_not_book_to_the_cent_is_refused(self):
        tax = self.make_tax(price_include_override="tax_excluded")
        lamp = self.make_product(name="Lamp", taxes_id=[Command.set(tax.ids)])
        with self.assertRefused("bad_amount"):
            self.lines({"product_id": lamp.id, "quantity": 1, "price_unit": 10})

    def test_lines_that_taxes_rounded_globally_would_book_otherwise_are_refused(self):
        apple = self.make_product(name="Apples", type="consu")
        for product in ({"product_id": apple.id}, {"name": "Apples"}):
            line = {**product, "quantity": "0.33", "price_unit": "2.99"}
            self.company.tax_calculation_rounding_method = "round_globally"
            with self.assertRefused("amount_mismatch") as caught:
                self.lines(line, line, amount="1.98")
            self.assertIn("1.97", str(caught.exception))
            self.company.tax_calculation_rounding_method = "round_per_line"
            session = self.lines(line, line, amount="1.98")
            self.as_clerk(session).cancel()

    def test_the_basket_is_computed_once_for_all_lines(self):
        tax_engine = type(self.env["account.tax"])
        rows = [{"name": f"Item {n}", "price_unit": 1} for n in range(30)]
        with patch.object(
            tax_engine,
            "_get_tax_totals_summary",
            autospec=True,
            side_effect=tax_engine._get_tax_totals_summary,
        ) as computed:
            self.lines(*rows, amount=30)
        self.assertEqual(computed.call_count, 1)


@tagged("post_install", "-at_install")
class TestNext(EpayCase):
    def next(self):
        return self.as_clerk(self.counter).next()

    def test_without_a_deal_nothing_happens(self):
        self.assertFalse(self.next()["session"])

    def test_an_unfinished_deal_must_be_dropped_instead(self):
        session = self.register()
        for step in (
            lambda: None,
            lambda: self.join(session),
            lambda: self.choose(session),
            lambda: self.as_clerk(session).request_authorization(),
            lambda: self.attempt(session),
        ):
            step()
            with self.assertRefused("wrong_state"):
                self.next()
            self.assertNotIn("next", session._allowed())

    def test_a_finished_deal_is_dismissed(self):
        for session in (self.settled, self.register):
            session = session()
            if session.state == "open":
                self.as_clerk(session).cancel()
            answer = self.next()
            self.assertFalse(answer["session"])
            self.assertFalse(answer["counter"]["parked"])
            self.assertFalse(session.holds_counter)

    def test_an_authorized_deal_is_parked_and_settled_from_the_list(self):
        session = self.authorized()
        answer = self.next()
        [parked] = answer["counter"]["parked"]
        self.assertEqual((parked["id"], parked["parked"]), (session.id, True))
        other = self.register(5)
        self.assertEqual(self.settle(session)["session"]["state"], "settled")
        self.assertEqual(self.counter._held_session(), other)

    def test_a_parked_deal_keeps_its_phone(self):
        session = self.authorized()
        visit = session._bound_visit()
        self.next()
        self.assertEqual(session._bound_visit(), visit)


@tagged("post_install", "-at_install")
class TestVisits(EpayCase):
    def test_the_clerk_accepts_a_waiting_phone(self):
        session = self.register()
        visit = self.join_counter()
        answer = self.as_clerk(self.counter).accept_visit(visit.id)
        self.assertEqual(answer["session"]["state"], "engaged")
        self.assertEqual(answer["session"]["visit"]["phrase"], visit.phrase)
        self.assertFalse(answer["counter"]["visits"])
        self.assertEqual(session._bound_visit(), visit)

    def test_there_must_be_something_to_pay(self):
        visit = self.join_counter()
        with self.assertRefused("wrong_state"):
            self.as_clerk(self.counter).accept_visit(visit.id)
        self.settled()
        with self.assertRefused("wrong_state"):
            self.as_clerk(self.counter).accept_visit(visit.id)

    def test_a_second_phone_is_not_accepted(self):
        self.join(self.register())
        visit = self.join_counter()
        with self.assertRefused("held_by_other_phone"):
            self.as_clerk(self.counter).accept_visit(visit.id)
        self.assertEqual(visit.state, "waiting")

    def test_a_phone_of_another_counter_or_of_nowhere(self):
        other = self.make_counter(code="T2", name="Deli")
        visit = self.join_counter(other)
        self.register()
        clerk = self.as_clerk(self.counter)
        for visit_id in (visit.id, 0, -1, 10**12, False, None, True, "abc", [1]):
            for act in (clerk.accept_visit, clerk.dismiss_visit):
                with self.subTest(id=visit_id), self.assertRefused("wrong_state"):
                    act(visit_id)
        self.assertEqual(visit.state, "waiting")

    def test_a_phone_is_dismissed(self):
        visit = self.join_counter()
        answer = self.as_clerk(self.counter).dismiss_visit(visit.id)
        self.assertFalse(answer["counter"]["visits"])
        self.assertEqual(visit.state, "left")
        with self.assertRefused("wrong_state"):
            self.as_clerk(self.counter).dismiss_visit(visit.id)

    def test_a_released_phone_makes_room_for_another(self):
        session = self.register()
        code = self.counter._one_time_code(session)
        self.join(session)
        self.choose(session)
        answer = self.as_clerk(self.counter).release_visit()
        self.assertEqual(answer["session"]["state"], "open")
        self.assertFalse(answer["session"]["method"])
        self.assertNotIn(code, answer["session"]["code_url"])
        self.join(session)
        self.assertEqual(session.state, "engaged")

    def test_from_authorizing_on_a_released_phone_is_only_detached(self):
        session = self.authorized()
        visit = session._bound_visit()
        answer = self.as_clerk(self.counter).release_visit()
        self.assertEqual(answer["session"]["state"], "authorized")
        self.assertEqual(visit.state, "left")
        self.settle(session)
        self.assertEqual(session.state, "settled")

    def test_the_phone_of_a_deal_that_ended_keeps_the_result(self):
        session = self.settled()
        self.assertNotIn("release_visit", session._allowed())
        with self.assertRefused("wrong_state"):
            self.as_clerk(self.counter).release_visit()
        self.assertEqual(session._bound_visit().state, "bound")

    def test_another_phone_goes_to_the_provider_when_the_first_has_left(self):
        session = self.authorizing()
        waiting = self.join_counter()
        self.assertNotIn("accept_visit", session._allowed())
        self.as_customer(session)._customer_leave(session._bound_visit())
        self.assertIn("accept_visit", session._allowed())
        self.as_clerk(self.counter).accept_visit(waiting.id)
        self.assertEqual(
            (session._bound_visit(), session.state), (waiting, "authorizing")
        )

    def test_nobody_to_release(self):
        with self.assertRefused("wrong_state"):
            self.as_clerk(self.counter).release_visit()
        self.register()
        with self.assertRefused("wrong_state"):
            self.as_clerk(self.counter).release_visit()


@tagged("post_install", "-at_install")
class TestWho(EpayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk2 = cls.make_user("epay_test_clerk2", "epay_counter.group_epay_clerk")
        cls.counter2 = cls.make_counter(
            code="T2", name="Deli", user_ids=[Command.set(cls.clerk2.ids)]
        )
        manager = cls.make_user("epay_test_manager2", "epay_counter.group_epay_manager")
        cls.strangers = [
            cls.clerk2,
            manager,
            cls.make_user("epay_test_internal", "base.group_user"),
            cls.make_user("epay_test_portal", "base.group_portal"),
            cls.public,
        ]

    def acts(self, session, user):
        counter, deal = self.counter.with_user(user), session.with_user(user)
        return [
            lambda: counter.open_counter(),
            lambda: counter.close_counter(),
            lambda: counter.register_sale(1),
            lambda: counter.accept_visit(1),
            lambda: counter.dismiss_visit(1),
            lambda: counter.release_visit(),
            lambda: counter.next(),
            lambda: counter.get_state(),
            lambda: counter.get_day(),
            lambda: counter.focus(session.id),
            lambda: deal.request_authorization(),
            lambda: deal.settle(),
            lambda: deal.cancel(),
            lambda: deal.resolve("succeeded", "because"),
        ]

    def test_strangers_can_do_nothing(self):
        session = self.register()
        for user in self.strangers:
            for number, act in enumerate(self.acts(session, user)):
                with self.subTest(user=user.login, act=number):
                    with self.assertRefused("not_your_counter"):
                        act()
        self.assertEqual(session.state, "open")

    def test_a_clerk_of_another_company(self):
        counter = self.make_japan()
        session = self.register()
        for act in self.acts(session, counter.user_ids):
            with self.assertRefused("not_your_counter"):
                act()

    def test_the_stores_manager_acts_at_all_its_counters(self):
        counter = self.counter2.with_user(self.manager)
        answer = counter.register_sale(5)
        self.assertEqual(answer["session"]["state"], "open")
        session = self.env["epay.session"].browse(answer["session"]["id"])
        session.with_user(self.manager).cancel()
        self.assertEqual(session.state, "cancelled")

    def test_what_does_not_exist_is_not_yours(self):
        with self.assertRefused("not_your_counter"):
            self.env["epay.counter"].with_user(self.clerk).browse(99999999).get_state()
        with self.assertRefused("not_your_counter"):
            self.env["epay.session"].with_user(self.clerk).browse(99999999).settle()

    def test_my_counters(self):
        def mine(user):
            return [
                row["code"]
                for row in self.env["epay.counter"].with_user(user).get_my_counters()
            ]

        self.assertEqual(mine(self.clerk), ["T1"])
        self.assertEqual(mine(self.clerk2), ["T2"])
        self.assertEqual(mine(self.manager), ["T1", "T2"])
        [row] = self.env["epay.counter"].with_user(self.clerk).get_my_counters()
        self.assertNoNone(row)
        self.assertEqual(row["store"]["code"], "teststreet")
        self.assertFalse(row["has_deal"])
        self.register()
        [row] = self.env["epay.counter"].with_user(self.clerk).get_my_counters()
        self.assertTrue(row["has_deal"])


@tagged("post_install", "-at_install")
class TestContext(EpayCase):
    """A caller's context comes with every RPC: it must not write anything for us."""

    def test_defaults_in_the_context_do_not_reach_the_deal(self):
        forged = {
            "default_state": "settled",
            "default_captured_amount": 5.0,
            "default_in_doubt": True,
            "default_user_id": self.manager.id,
            "default_name": "FORGED",
            "default_code_generation": 7,
        }
        answer = self.as_clerk(self.counter).with_context(**forged).register_sale(5)
        session = self.env["epay.session"].browse(answer["session"]["id"])
        self.assertEqual((session.state, session.captured_amount), ("open", 0))
        self.assertEqual((session.user_id, session.code_generation), (self.clerk, 1))
        self.assertFalse(session.in_doubt)

    def test_defaults_in_the_context_do_not_reach_the_money(self):
        partner = self.make_customer()
        token = self.make_token(partner, "error")
        session = self.chosen(partner=partner, key=f"t-{token.id}")
        deal = self.as_clerk(session).with_context(default_state="done")
        answer = deal.request_authorization()
        self.assertEqual(answer["session"]["state"], "engaged")
        self.assertEqual(session.transaction_ids.state, "error")

    def test_the_history_says_who_acted_whatever_the_context_says(self):
        session = self.register()
        visit = self.join(session)
        deal = self.as_clerk(session).with_context(epay_visit_id=visit.id)
        deal.cancel()
        row = session.event_ids.sorted("id")[-1]
        self.assertEqual((row.user_id, row.visit_id.id), (self.clerk, False))

    def test_nothing_else_of_the_callers_context_reaches_the_books(self):
        session = self.authorized()
        seen = []
        prepare = type(session)._prepare_order

        def look(deal):
            seen.append(deal.env.context)
            return prepare(deal)

        self.patch(type(session), "_prepare_order", look)
        foreign = {"check_move_validity": False, "force_price": 0, "install_mode": 1}
        deal = self.as_clerk(session).with_context(**foreign, tracking_disable=True)
        self.assertEqual(deal.settle()["session"]["state"], "settled")
        (context,) = seen
        self.assertFalse({*foreign, "tracking_disable"} & set(context))

    def test_the_callers_language_is_kept(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        seen = []
        parse = type(self.counter)._parse_amount

        def look(counter, amount):
            seen.append(counter.env.lang)
            return parse(counter, amount)

        self.patch(type(self.counter), "_parse_amount", look)
        self.as_clerk(self.counter).with_context(lang="fr_FR").register_sale(5)
        self.assertEqual(seen, ["fr_FR"])


@tagged("post_install", "-at_install")
class TestClientKey(EpayCase):
    def test_the_same_call_again_acts_once_and_answers_the_present_state(self):
        counter = self.as_clerk(self.counter)
        first = counter.register_sale(10, "Tea", client_key="key-1")
        session = self.env["epay.session"].browse(first["session"]["id"])
        self.join(session)
        again = counter.register_sale(10, "Tea", client_key="key-1")
        self.assertEqual(again["session"]["id"], session.id)
        self.assertEqual(again["session"]["state"], "engaged")
        self.assertEqual(len(self.counter.session_ids), 1)

    def test_other_arguments_or_another_act_are_refused(self):
        counter = self.as_clerk(self.counter)
        first = counter.register_sale(10, client_key="key-1")
        session = self.env["epay.session"].browse(first["session"]["id"])
        for act in (
            lambda: counter.register_sale(11, client_key="key-1"),
            lambda: counter.register_sale(10, "Tea", client_key="key-1"),
            lambda: counter.next(client_key="key-1"),
            lambda: self.as_clerk(session).cancel(client_key="key-1"),
        ):
            with self.assertRefused("key_reused"):
                act()
        self.assertEqual(session.state, "open")

    def test_named_and_positional_arguments_are_the_same_call(self):
        counter = self.as_clerk(self.counter)
        counter.register_sale(10, "Tea", client_key="key-1")
        counter.register_sale(amount=10, description="Tea", client_key="key-1")
        self.assertEqual(len(self.counter.session_ids), 1)

    def test_the_same_key_of_another_user_is_another_key(self):
        first = self.as_clerk(self.counter).register_sale(10, client_key="key-1")
        self.as_clerk(self.counter).browse(self.counter.id)
        session = self.env["epay.session"].browse(first["session"]["id"])
        self.as_clerk(session).cancel(client_key="key-2")
        other = self.counter.with_user(self.manager)
        second = other.register_sale(11, client_key="key-1")
        self.assertNotEqual(first["session"]["id"], second["session"]["id"])

    def test_a_refused_call_does_not_use_up_its_key(self):
        counter = self.as_clerk(self.counter)
        with self.assertRefused("bad_amount"):
            counter.register_sale(0, client_key="key-1")
        counter.register_sale(10, client_key="key-1")
        self.assertEqual(len(self.counter.session_ids), 1)

    def test_settling_twice_with_one_key(self):
        session = self.authorized()
        first = self.as_clerk(session).settle(client_key="key-1")
        second = self.as_clerk(session).settle(client_key="key-1")
        self.assertEqual(first["session"]["state"], "settled")
        self.assertEqual(second["session"]["state"], "settled")
        self.assertEqual(len(session.operation_ids), 3)


@tagged("post_install", "-at_install")
class TestAnswers(EpayCase):
    def test_no_answer_holds_none_anywhere(self):
        counter = self.as_clerk(self.counter)
        self.assertNoNone(counter.get_state())
        session = self.register()
        self.assertNoNone(counter.get_state())
        self.join_counter()
        self.join(session)
        self.assertNoNone(counter.get_state())
        self.choose(session)
        self.assertNoNone(counter.get_state())
        self.assertNoNone(self.as_clerk(session).request_authorization())
        tx = self.attempt(session)
        self.assertNoNone(counter.get_state())
        self.provider_says(tx)
        self.assertNoNone(counter.get_state())
        self.assertNoNone(self.as_clerk(session).settle())
        self.assertNoNone(counter.get_state())
        self.assertNoNone(counter.get_day())
        self.assertNoNone(counter.focus(session.id))
        self.assertNoNone(counter.next())

    def test_the_keys_of_an_answer(self):
        session = self.settled()
        answer = self.as_clerk(self.counter).get_state()
        self.assertEqual(set(answer), {"session", "counter", "message"})
        self.assertLessEqual(
            set(
                "id name product_ref kind state version amount amount_text currency "
                "description turn in_doubt reason method charged_at_once lines visit "
                "operation authorized_until expires holds parked code_url code_svg "
                "allowed captured_amount sale_order invoice receipt_url".split()
            ),
            set(answer["session"]),
        )
        self.assertLessEqual(
            set(
                "id code name state version kind amount_by min_amount max_amount store "
                "currency portal_url portal_words visits today parked recent_amounts "
                "server_time".split()
            ),
            set(answer["counter"]),
        )
        self.assertEqual(answer["session"]["turn"], "nobody")
        self.assertIn("/epay/r/", answer["session"]["receipt_url"])
        self.assertEqual(answer["counter"]["today"]["count"], 1)
        self.assertEqual(answer["counter"]["recent_amounts"], [session.amount])
        self.assertEqual(answer["counter"]["currency"]["decimals"], 2)

    def test_get_state_since(self):
        counter = self.as_clerk(self.counter)
        session = self.register()
        version = counter.get_state()["counter"]["version"]
        self.assertEqual(
            counter.get_state(since=version),
            {
                "session": False,
                "counter": {"id": counter.id, "version": version},
                "message": False,
                "unchanged": True,
            },
        )
        self.join(session)
        news = counter.get_state(since=version)
        self.assertEqual(news["session"]["state"], "engaged")
        self.assertGreater(news["counter"]["version"], version)
        self.assertNotIn("unchanged", news)
        for since in (0, None, False, "abc", "1", -1, [], True):
            self.assertNotIn("unchanged", counter.get_state(since=since))

    def test_reading_changes_nothing(self):
        session = self.register()
        counter = self.as_clerk(self.counter)
        before = counter.get_state()["counter"]["version"]
        counter.get_state()
        counter.get_day()
        counter.focus(session.id)
        self.assertEqual(counter.get_state()["counter"]["version"], before)
        self.assertEqual(len(session.event_ids), 2)

    def test_focus_shows_another_deal_of_the_counter(self):
        done = self.settled()
        present = self.register()
        counter = self.as_clerk(self.counter)
        self.assertEqual(counter.focus(done.id)["session"]["id"], done.id)
        self.assertEqual(counter.get_state()["session"]["id"], present.id)

    def test_focus_does_not_reach_other_counters(self):
        other = self.make_counter(
            code="T2", name="Deli", user_ids=[Command.set(self.manager.ids)]
        )
        foreign = self.register(5, other)
        for session_id in (foreign.id, 0, None, "abc", [foreign.id], True):
            answer = self.as_clerk(self.counter).focus(session_id)
            self.assertFalse(answer["session"])

    def test_the_day(self):
        with self.freeze("2020-01-01 10:00:00"):
            old = self.settled(1)
            old_parked = self.authorized(2)
            self.as_clerk(self.counter).next()
        self.env.cr.execute(
            "UPDATE epay_session SET create_date = '2020-01-01' WHERE id IN %s",
            [tuple((old | old_parked).ids)],
        )
        self.env.invalidate_all()
        paid = self.settled(10)
        dropped = self.register(20, description="Blue lamp")
        self.as_clerk(dropped).cancel()
        day = self.as_clerk(self.counter).get_day()
        self.assertEqual(
            [row["id"] for row in day["deals"]], [old_parked.id, dropped.id, paid.id]
        )
        self.assertTrue(day["deals"][0]["parked"])
        self.assertEqual(day["count"], 1)
        self.assertIn("10.00", day["amount_text"])
        self.assertEqual([row["count"] for row in day["totals"]], [1])
        found = self.as_clerk(self.counter).get_day("blue")["deals"]
        self.assertEqual([row["id"] for row in found], [dropped.id])
        found = self.as_clerk(self.counter).get_day(paid.name[-3:])["deals"]
        self.assertEqual([row["id"] for row in found], [paid.id])

    def test_the_days_totals_are_of_the_whole_day_whatever_is_listed(self):
        for amount in (10, 20, 30):
            self.settled(amount)
            self.as_clerk(self.counter).next()
        counter = self.as_clerk(self.counter)
        with patch.object(epay_counter_answer, "DAY_ROWS", 1):
            days = [counter.get_day(), counter.get_day("nothing like it")]
        self.assertEqual([len(day["deals"]) for day in days], [1, 0])
        for day in days:
            self.assertEqual(day["count"], 3)
            self.assertIn("60.00", day["amount_text"])
            [total] = day["totals"]
            self.assertEqual(total["count"], 3)
            self.assertIn("60.00", total["amount_text"])

    def test_deals_of_the_day_are_found_by_their_amount_as_it_is_written(self):
        small = self.register(80.78)
        self.as_clerk(small).cancel()
        large = self.register(1234.5)
        self.as_clerk(large).cancel()
        self.env["res.lang"]._activate_lang("de_DE")
        english = self.as_clerk(self.counter)
        german = english.with_context(lang="de_DE")
        for counter, query, found in (
            (english, "80.78", small),
            (english, " 80.78 ", small),
            (english, "1,234.5", large),
            (german, "80,78", small),
            (german, "80.78", small),
            (german, "1.234,50", large),
            (english, "80.7", small.browse()),
            (english, "1e3", small.browse()),
        ):
            with self.subTest(query=query, lang=counter.env.lang):
                deals = counter.get_day(query)["deals"]
                self.assertEqual([row["id"] for row in deals], found.ids)

    def test_the_day_has_as_many_hours_as_it_has(self):
        dropped = self.register()
        self.as_clerk(dropped).cancel()
        for now, registered, is_today in (
            # Clocks go back in Berlin: 25 hours.
            ("2026-10-25 22:59:00", "2026-10-25 22:30:00", True),
            ("2026-10-25 22:59:00", "2026-10-24 22:00:00", True),
            ("2026-10-25 22:59:00", "2026-10-24 21:59:59", False),
            # And forward: 23 hours.
            ("2026-03-29 12:00:00", "2026-03-29 21:59:59", True),
            ("2026-03-29 12:00:00", "2026-03-29 22:00:00", False),
        ):
            self.env.cr.execute(
                "UPDATE epay_session SET create_date = %s WHERE id = %s",
                [registered, dropped.id],
            )
            self.env.invalidate_all()
            with self.subTest(now=now, registered=registered), self.freeze(now):
                deals = self.as_clerk(self.counter).get_day()["deals"]
                self.assertEqual(bool(deals), is_today)
