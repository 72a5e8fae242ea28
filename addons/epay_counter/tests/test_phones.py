from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..const import (
    CODE_SECONDS,
    LIMITS,
    ROOM_RUSH,
    ROOM_SHARE,
    ROOM_SIZE,
    VISIT_DROP_SECONDS,
)
from ..db import in_own_transaction
from ..tools import codes
from .common import EpayCase

VISITS = "odoo.addons.epay_counter.models.epay_visit"


@tagged("post_install", "-at_install")
class TestOneTimeCode(EpayCase):
    def status(self, code, phone=None):
        return self.env["epay.counter"]._code_status(code, phone)

    def test_the_phone_that_reads_the_code_is_bound_at_once(self):
        session = self.register()
        visit = self.join(session)
        self.assertEqual((visit.state, visit.session_id), ("bound", session))
        self.assertEqual(session.state, "engaged")
        self.assertEqual(session.partner_id, self.store.walk_in_partner_id)
        self.assertFalse(self.counter._waiting_visits())

    def test_a_customer_who_is_logged_in_is_known(self):
        partner = self.make_customer()
        session = self.register()
        visit = self.join(session, partner)
        self.assertEqual((visit.partner_id, session.partner_id), (partner, partner))

    def test_a_second_phone_is_refused(self):
        session = self.register()
        code = self.counter._one_time_code(session)
        first = self.join(session)
        self.assertEqual(self.status(code)["status"], "held")
        with self.assertRefused("held_by_other_phone"):
            self.join(session)
        self.assertEqual(session._bound_visit(), first)
        self.assertEqual(len(session.visit_ids), 1)

    def test_its_own_phone_again_finds_its_visit(self):
        session = self.register()
        code = self.counter._one_time_code(session)
        visit, token, phone = self.join(session), self.token, self.phone
        status = self.status(code, phone)
        self.assertEqual((status["status"], status["visit"]), ("own", visit))
        self.assertEqual(self.join(session, phone=phone), visit)
        self.assertEqual((self.token, self.phone), (token, phone))
        self.assertEqual(visit._token_for(phone), token)

    def test_its_own_phone_finds_it_after_the_end_and_others_do_not(self):
        session = self.settled()
        phone = self.phone
        code = self.counter._one_time_code(session)
        self.assertEqual(self.status(code, phone)["status"], "own")
        self.assertEqual(self.status(code)["status"], "gone")
        with self.assertRefused("expired"):
            self.join(session)

    def test_the_code_dies_when_the_phone_is_released(self):
        session = self.register()
        old = self.counter._one_time_code(session)
        self.join(session)
        self.as_clerk(self.counter).release_visit()
        self.assertEqual(self.status(old)["status"], "gone")
        with self.assertRefused("expired"):
            self.join_counter(code=old)
        self.assertEqual(
            self.status(self.counter._one_time_code(session))["status"], "free"
        )

    def test_a_phone_that_was_let_go_is_told_nothing_more_of_the_deal(self):
        session = self.register()
        self.join(session)
        token = self.token
        self.as_clerk(self.counter).release_visit()
        told = self.env["epay.visit"]._public_state(token)
        self.assertEqual(told["state"], "left")
        self.assertFalse(told["amount"] or told["number"] or told["currency"])

    def test_the_code_of_a_dropped_or_expired_deal_is_used_up(self):
        session = self.register()
        code = self.counter._one_time_code(session)
        session._transition("expired")
        self.assertEqual(self.status(code)["status"], "gone")
        with self.assertRefused("expired"):
            self.join_counter(code=code)

    def at(self, session, seconds):
        """That long after the deal began."""
        return self.freeze(session._code_began() + timedelta(seconds=seconds))

    def test_a_code_is_renewed_and_the_last_one_still_works(self):
        session = self.register()
        with self.at(session, 0):
            first = self.counter._one_time_code(session)
            told = session._code_values()
        self.assertEqual(told["code_renews"], self.iso(session, CODE_SECONDS))
        self.assertEqual(told["code_expires"], self.iso(session, 2 * CODE_SECONDS))
        with self.at(session, CODE_SECONDS):
            self.assertNotEqual(self.counter._one_time_code(session), first)
            self.assertEqual(self.status(first)["status"], "free")
        with self.at(session, 2 * CODE_SECONDS - 1):
            self.assertEqual(self.status(first)["status"], "free")
        with self.at(session, 2 * CODE_SECONDS):
            self.assertEqual(self.status(first)["status"], "late")
            with self.assertRefused("expired"):
                self.join_counter(code=first)

    def iso(self, session, seconds):
        moment = session._code_began() + timedelta(seconds=seconds)
        return f"{moment.isoformat(timespec='seconds')}Z"

    def test_a_code_of_the_future_is_made_by_nobody(self):
        session = self.register()
        with self.at(session, 10 * CODE_SECONDS):
            later = self.counter._one_time_code(session)
        self.assertEqual(self.status(later)["status"], "late")

    def test_its_own_phone_comes_back_by_an_expired_code(self):
        session = self.register()
        code = self.counter._one_time_code(session)
        visit = self.join(session)
        with self.at(session, 10 * CODE_SECONDS):
            status = self.status(code, self.phone)
        self.assertEqual((status["status"], status["visit"]), ("own", visit))

    def test_a_phone_from_the_room_ends_the_code_of_the_same_deal(self):
        session = self.register()
        code = self.counter._one_time_code(session)
        waiting = self.join_counter()
        self.as_clerk(self.counter).accept_visit(waiting.id)
        self.assertEqual(self.status(code)["status"], "held")
        with self.assertRefused("held_by_other_phone"):
            self.join_counter(code=code)

    def test_a_phone_by_the_code_ends_the_room_for_the_same_deal(self):
        session = self.register()
        waiting = self.join_counter()
        self.join(session)
        with self.assertRefused("held_by_other_phone"):
            self.as_clerk(self.counter).accept_visit(waiting.id)

    def test_forged_and_foreign_codes_lead_nowhere(self):
        session = self.register()
        good = self.counter._one_time_code(session)
        other = self.make_counter(code="T2", name="Deli")
        number, turn, mac = good.split("-")
        wrong = "a" if mac[0] != "a" else "b"
        for code in (
            "",
            "nonsense",
            f"{number}-{turn}-{wrong}{mac[1:]}",
            # Its time is part of what is signed.
            f"{number}-{int(turn, 36) + 1}-{mac}",
            f"{number}-{mac}",
            codes.join_dynamic(session.id + 1, 0, "00" * 32),
            codes.join_dynamic(10**9, 0, "00" * 32),
            f"zzzzzzzzzzzz-{turn}-{mac}",
            f"{number}-{turn}-{mac}'--",
            "\x00",
        ):
            with self.subTest(code=code):
                self.assertEqual(self.status(code)["status"], "unknown")
        with self.assertRefused("unknown_code"):
            self.join_counter(code=f"{number}-{wrong}{mac[1:]}")
        with self.assertRefused("unknown_code"):
            self.join_counter(other, code=good)
        self.assertEqual(session.state, "open")

    def test_asking_for_the_status_changes_nothing(self):
        session = self.register()
        code = self.counter._one_time_code(session)
        self.commit()
        version = self.counter._current_version()
        for phone in (None, "x" * 22):
            self.assertEqual(self.status(code, phone)["status"], "free")
        self.commit()
        self.assertEqual(self.counter._current_version(), version)
        self.assertFalse(session.visit_ids)

    def test_a_closed_counter_takes_nobody(self):
        session = self.register()
        self.counter.state = "closed"
        with self.assertRefused("counter_closed"):
            self.join(session)

    def test_a_detached_deal_is_given_to_another_phone_by_the_clerk_alone(self):
        session = self.authorized()
        self.as_clerk(self.counter).release_visit()
        with self.assertRefused("held_by_other_phone"):
            self.join(session)
        waiting = self.join_counter()
        self.as_clerk(self.counter).accept_visit(waiting.id)
        self.assertEqual(session._bound_visit(), waiting)
        self.assertEqual(session.state, "authorized")
        self.assertFalse(waiting._is_payer(), "it is told nothing of who paid")


@tagged("post_install", "-at_install")
class TestRoom(EpayCase):
    def test_a_phone_without_a_code_waits_with_a_phrase(self):
        session = self.register()
        visit = self.join_counter()
        self.assertEqual(visit.state, "waiting")
        self.assertFalse(visit.session_id)
        self.assertEqual(len(visit.phrase.split()), 4)
        self.assertEqual(session.state, "open")
        [row] = self.as_clerk(self.counter).get_state()["counter"]["visits"]
        self.assertEqual((row["id"], row["phrase"]), (visit.id, visit.phrase))

    def test_its_own_phone_again_keeps_its_place(self):
        visit, phone = self.join_counter(), self.phone
        self.assertEqual(self.join_counter(phone=phone), visit)
        self.assertEqual(len(self.counter._waiting_visits()), 1)

    def test_a_phone_waits_at_each_counter_for_itself(self):
        visit, phone = self.join_counter(), self.phone
        other = self.make_counter(code="T2", name="Deli")
        second = self.join_counter(other, phone=phone)
        self.assertNotEqual(visit, second)
        self.assertEqual(self.env["epay.visit"]._of_phone(phone), second)
        self.assertEqual(self.env["epay.visit"]._of_phone(phone, self.counter), visit)

    def test_a_waiting_phone_that_reads_the_code_waits_no_more(self):
        session = self.register()
        waiting, phone = self.join_counter(), self.phone
        bound = self.join(session, phone=phone)
        self.assertEqual(bound.state, "bound")
        self.assertNotEqual(waiting.state, "waiting")
        self.assertFalse(self.counter._waiting_visits())

    def test_a_phone_that_was_sent_away_may_come_again(self):
        visit, phone = self.join_counter(), self.phone
        self.as_clerk(self.counter).dismiss_visit(visit.id)
        again = self.join_counter(phone=phone)
        self.assertNotEqual(again, visit)
        self.assertEqual(again.state, "waiting")

    def test_after_a_finished_deal_the_phone_waits_anew(self):
        self.settled()
        phone = self.phone
        visit = self.join_counter(phone=phone)
        self.assertEqual(visit.state, "waiting")

    def test_a_cookie_that_is_none_of_ours_is_replaced(self):
        for phone in ("", "short", "ö" * 22, "x" * 200, None):
            self.join_counter(phone=phone)
            self.assertNotEqual(self.phone, phone)
            self.assertTrue(codes.is_secret(self.phone))

    def test_phrases_differ_at_a_counter(self):
        for _number in range(20):
            self.join_counter()
        phrases = self.counter._waiting_visits().mapped("phrase")
        self.assertEqual(len(set(phrases)), 20)

    def fill_room(self, number, address=None):
        """That many phones wait at the counter."""
        visits = self.env["epay.visit"]
        for _number in range(number):
            phone = codes.new_secret()
            visits._start(self.counter, phone, visits.partner_id, None, address)

    def use_up(self, scope, key):
        """As many attempts as are allowed were made a moment ago."""
        limit, seconds = LIMITS[scope]
        attempts = self.env["epay.attempt"]
        attempts._count(scope, str(key), seconds)
        attempts.search([("scope", "=", scope)]).count = limit
        self.env.flush_all()

    def come_from(self, address, code=None):
        counter = self.counter.with_user(self.public).sudo()
        return counter._join(address=address, code=code)[0]

    def test_a_code_lets_in_however_many_wait_or_come(self):
        ours = self.come_from("192.0.2.1").address_hash
        self.fill_room(ROOM_SIZE, ours)
        self.use_up("join_address", f"{self.counter.id}-{ours}")
        code = self.counter._one_time_code(self.register())
        visit = self.come_from("192.0.2.1", code=code)
        session = visit.session_id
        self.assertEqual((visit.state, session.state), ("bound", "engaged"))

    def test_one_address_does_not_close_a_counter_for_others(self):
        ours = self.come_from("192.0.2.1").address_hash
        self.assertNotIn("192", ours)
        self.use_up("join_address", f"{self.counter.id}-{ours}")
        with self.assertRefused("too_many_attempts"):
            self.come_from("192.0.2.1")
        self.assertTrue(self.come_from("192.0.2.2"))

    def test_one_address_does_not_fill_a_room(self):
        ours = self.come_from("192.0.2.1").address_hash
        self.fill_room(ROOM_SHARE - 1, ours)
        with self.assertRefused("too_many_attempts"):
            self.come_from("192.0.2.1")
        self.assertTrue(self.come_from("192.0.2.2"))

    def test_a_full_shop_behind_one_address_is_let_in(self):
        for _number in range(ROOM_SHARE):
            self.assertTrue(self.come_from("192.0.2.1"))

    def test_a_full_room_takes_nobody(self):
        self.fill_room(ROOM_SIZE)
        with self.assertRefused("too_many_attempts"):
            self.join_counter()

    def test_into_a_room_that_is_nearly_full_phones_come_one_after_the_other(self):
        """Two at once write the same row: one of them is repeated, and counts again."""

        def version():
            self.commit()
            self.counter.invalidate_recordset()
            return self.counter.version

        self.fill_room(ROOM_SIZE - ROOM_RUSH - 1)
        before = version()
        self.join_counter()
        self.assertEqual(version(), before)
        self.join_counter()
        self.assertGreater(version(), before)

    def test_a_phone_that_went_away_is_shown_so_and_then_drops_out(self):
        visit = self.join_counter()
        stays = self.join_counter()

        def row():
            rows = self.as_clerk(self.counter).get_state()["counter"]["visits"]
            return next((row for row in rows if row["id"] == visit.id), None)

        self.assertFalse(row()["away"])
        visit.last_seen = fields.Datetime.now() - timedelta(seconds=61)
        self.assertTrue(row()["away"])
        visit.with_user(self.public).sudo()._seen()
        self.assertFalse(row()["away"])
        gone = timedelta(seconds=VISIT_DROP_SECONDS + 1)
        visit.last_seen = fields.Datetime.now() - gone
        self.env["epay.session"]._cron_expire()
        self.assertEqual((visit.state, stays.state), ("left", "waiting"))

    def test_seen_tells_the_clerk_only_when_the_phone_was_away(self):
        visit = self.join_counter()
        self.commit()
        before = visit.version
        visit._seen()
        self.commit()
        self.assertEqual(visit.version, before)
        visit.last_seen = fields.Datetime.now() - timedelta(seconds=61)
        visit._seen()
        self.commit()
        self.assertGreater(visit.version, before)

    def test_phones_are_forgotten_a_day_after_the_end_and_the_history_is_kept(self):
        session = self.register()
        first = self.join(session)
        session._unbind("Another one, please.")
        second, phone = self.join(session), self.phone
        waits = self.join_counter()
        waits._end()
        visits = first | second | waits
        late = fields.Datetime.now() + timedelta(days=2)
        with self.freeze(late):
            self.env["epay.visit"]._gc_visits()
            self.assertEqual(visits.exists(), first | second, "the deal lives")
            self.assertTrue(second._is_phone(phone))
        session._transition("cancelled")
        with self.freeze(late):
            self.env["epay.visit"]._gc_visits()
        self.assertEqual(session.event_ids.visit_id, first | second)
        self.assertFalse(second._is_phone(phone))
        self.assertFalse((first | second).filtered("address_hash"))

    def test_a_visit_that_is_over_leaves_the_room(self):
        visit = self.join_counter()
        visit.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.env["epay.visit"]._drop_absent()
        self.assertEqual(visit.state, "left")


@tagged("post_install", "-at_install")
class TestToken(EpayCase):
    def test_neither_token_nor_cookie_is_stored(self):
        visit = self.join(self.register())
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM epay_visit WHERE id = %s", [visit.id])
        stored = " ".join(str(value) for value in self.env.cr.fetchone())
        self.assertNotIn(self.token, stored)
        self.assertNotIn(self.phone, stored)

    def test_only_the_right_token_finds_the_visit(self):
        visit = self.join(self.register())
        visits = self.env["epay.visit"].with_user(self.public)
        self.assertEqual(visits._find(self.token), visit)
        for token in (
            None,
            "",
            self.token[:-1],
            self.token.swapcase(),
            self.phone,
            visit.token_hash,
            "%",
            5,
        ):
            self.assertFalse(visits._find(token), token)
            self.assertIsNone(visits._public_state(token), token)

    def test_only_the_right_cookie_is_the_phone(self):
        visit = self.join(self.register())
        self.assertTrue(visit._is_phone(self.phone))
        for phone in (
            None,
            "",
            self.token,
            self.phone[:-1],
            visit.phone_hash,
            "é" * 22,
        ):
            self.assertFalse(visit._is_phone(phone), phone)

    def test_another_visit_has_another_token(self):
        self.join(self.register())
        first, phone = self.token, self.phone
        self.settle_present()
        self.join(self.register(), phone=phone)
        self.assertNotEqual(first, self.token)

    def settle_present(self):
        session = self.counter._held_session()
        self.as_clerk(session).cancel()


@tagged("post_install", "-at_install")
class TestLeaving(EpayCase):
    def leave(self, session):
        visit = session._bound_visit()
        self.as_customer(session)._customer_leave(visit)
        return visit

    def test_before_the_money_the_deal_is_open_for_another_phone(self):
        for deal in (lambda: self.joined(), self.chosen):
            session = deal()
            code = self.counter._one_time_code(session)
            visit = self.leave(session)
            self.assertEqual((session.state, visit.state), ("open", "left"))
            self.assertFalse(session.provider_id)
            self.assertFalse(session.payment_method_id)
            self.assertNotEqual(code, self.counter._one_time_code(session))
            self.assertEqual(session.event_ids.sorted("id")[-1].visit_id, visit)
            self.join(session)
            self.as_clerk(session).cancel()

    def joined(self):
        session = self.register()
        self.join(session)
        return session

    def test_the_clerk_reads_who_left_until_the_next_one_joins(self):
        for deal in (lambda: self.joined(), self.chosen):
            session = deal()
            self.assertFalse(session._clerk_values()["left"])
            visit = self.leave(session)
            self.assertEqual(session._clerk_values()["left"], visit.phrase)
            self.join(session)
            self.assertFalse(session._clerk_values()["left"])
            self.as_clerk(session).cancel()

    def test_a_phone_that_the_clerk_let_go_has_not_left(self):
        session = self.joined()
        self.released(session)
        self.assertFalse(session._clerk_values()["left"])

    def test_a_phone_that_is_accepted_while_it_leaves_frees_the_deal(self):
        session = self.register()
        visit = self.join_counter()
        accept = self.as_clerk(self.counter).accept_visit

        def accepted_first(env, work):
            accept(visit.id)
            return in_own_transaction(env, work)

        with patch(f"{VISITS}.in_own_transaction", accepted_first):
            visit.with_user(self.public).sudo()._leave()
        self.assertEqual((session.state, visit.state), ("open", "left"))

    def test_from_authorizing_on_the_deal_goes_on_without(self):
        session = self.authorizing()
        tx = self.attempt(session)
        visit = self.leave(session)
        self.assertEqual((session.state, visit.state), ("authorizing", "left"))
        self.provider_says(tx)
        self.settle(session)
        self.assertEqual(session.state, "settled")

    def released(self, session):
        visit = session._bound_visit()
        self.as_clerk(self.counter).release_visit()
        return visit

    def test_another_customers_phone_chooses_afresh_and_learns_nothing(self):
        alice, bob = self.make_customer(), self.make_customer("epay_test_customer2")
        session = self.authorizing(partner=alice)
        self.leave(session)
        waiting = self.join_counter(partner=bob)
        self.as_clerk(self.counter).accept_visit(waiting.id)
        self.assertEqual((session.state, session.partner_id), ("engaged", bob))
        self.assertFalse(session.payment_method_id or session.live_transaction_id)
        self.assertFalse(session.reason)

    def test_the_phone_that_paid_sees_the_end_and_no_other_does(self):
        session = self.authorizing()
        tx = self.attempt(session)
        payer = self.leave(session)
        wrong = self.join_counter()
        self.as_clerk(self.counter).accept_visit(wrong.id)
        self.released(session)
        self.provider_says(tx)
        self.settle(session)
        self.assertEqual(session.state, "settled")
        self.assertEqual((payer._sees_deal(), wrong._sees_deal()), (True, False))

    def test_a_phone_that_left_while_paying_keeps_its_secret(self):
        session = self.authorizing()
        self.attempt(session)
        phone = self.phone
        self.leave(session)
        self.join_counter(phone=phone)
        self.assertEqual(self.phone, phone)

    def test_a_phone_that_left_before_paying_gets_a_new_secret(self):
        session = self.chosen()
        phone = self.phone
        self.leave(session)
        self.join_counter(phone=phone)
        self.assertNotEqual(self.phone, phone)

    def test_a_phone_that_is_not_bound_can_do_nothing(self):
        session = self.chosen()
        stranger = self.join_counter()
        left = self.leave(session)
        self.join(session)
        deal = self.as_customer(session)
        for visit in (stranger, left):
            for act in (
                lambda visit=visit: deal._choose(visit, "m-1-1"),
                lambda visit=visit: deal._unchoose(visit),
                lambda visit=visit: deal._prepare_attempt(visit),
                lambda visit=visit: deal._customer_leave(visit),
            ):
                with self.assertRefused("not_your_phone"):
                    act()
        self.assertEqual(session.state, "engaged")


@tagged("post_install", "-at_install")
class TestPublicState(EpayCase):
    def state(self, token=None):
        return self.env["epay.visit"]._public_state(token or self.token)

    def test_it_costs_one_query(self):
        self.authorized()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertTrue(
            self.env["epay.visit"].with_user(self.public)._public_state(self.token)
        )
        self.assertEqual(self.env.cr.sql_log_count - before, 1)

    def test_a_waiting_phone_sees_nothing_of_a_deal(self):
        self.register(77.7)
        visit = self.join_counter()
        self.commit()
        self.assertEqual(
            self.state(),
            {
                "version": visit.version,
                "state": "waiting",
                "amount": False,
                "currency": False,
                "number": False,
                "in_doubt": False,
                "turn": "clerk",
                "place": 1,
                "other_phone": False,
            },
        )

    def test_every_step_of_the_deal(self):
        session = self.register(80.78)
        self.join(session)
        steps = [
            (lambda: None, "engaged", "customer"),
            (lambda: self.choose(session), "chosen", "clerk"),
            (
                lambda: self.as_clerk(session).request_authorization(),
                "authorizing",
                "customer",
            ),
            (lambda: self.attempt(session), "authorizing", "customer"),
            (
                lambda: self.provider_says(session.live_transaction_id, "pending"),
                "authorizing",
                "provider",
            ),
            (
                lambda: self.provider_says(session.live_transaction_id),
                "authorized",
                "clerk",
            ),
            (lambda: self.settle(session), "settled", "nobody"),
        ]
        versions = []
        for act, state, turn in steps:
            act()
            self.commit()
            self.env.flush_all()
            told = self.state()
            self.assertEqual((told["state"], told["turn"]), (state, turn))
            self.assertEqual(told["turn"], session._turn())
            self.assertEqual(
                (told["amount"], told["currency"], told["number"]),
                (80.78, "EUR", session.name),
            )
            self.assertNoNone(told)
            versions.append(told["version"])
        self.assertEqual(versions, sorted(versions))
        self.assertEqual(len(set(versions)), len(steps), "each of them is news")

    def test_it_is_the_providers_turn_while_it_is_asked(self):
        session = self.authorized()
        operations = self.env["epay.operation"]
        patched = self.patch_call(operations)
        self.settle(session)
        self.assertEqual(patched, ["provider"])

    def patch_call(self, operations):
        """Look at the state from the phone while the provider is being asked."""
        seen = []
        call = type(operations)._call

        def look(operation, repetition):
            seen.append(self.state()["turn"])
            return call(operation, repetition)

        self.patch(type(operations), "_call", look)
        return seen

    def test_doubt_is_told(self):
        session = self.authorized()
        session._write_machine({"in_doubt": True})
        self.env.flush_all()
        told = self.state()
        self.assertEqual((told["in_doubt"], told["turn"]), (True, "provider"))

    def test_a_phone_that_left_is_told_so(self):
        session = self.chosen()
        token = self.token
        self.as_customer(session)._customer_leave(session._bound_visit())
        self.env.flush_all()
        self.assertEqual(self.state(token)["state"], "left")
        self.join_counter()
        self.counter._waiting_visits()._end()
        self.env.flush_all()
        told = self.state()
        self.assertEqual((told["state"], told["turn"]), ("left", "nobody"))

    def test_cancelled_and_expired_are_the_end(self):
        for target in ("cancelled", "expired"):
            session = self.chosen()
            session._transition(target)
            self.env.flush_all()
            told = self.state()
            self.assertEqual((told["state"], told["turn"]), (target, "nobody"))

    def test_a_phone_moved_to_another_deal_never_takes_an_old_number_for_news(self):
        first = self.settled()
        phone, before = self.phone, self.state()["version"]
        second = self.register(5)
        visit = self.join(second, phone=phone)
        self.env.flush_all()
        self.assertGreater(self.state()["version"], before)
        self.assertEqual(self.env["epay.visit"]._of_phone(self.phone), visit)
        self.assertNotEqual(first, second)

    def test_the_rail_of_steps(self):
        session = self.register()
        marks = []
        for act in (
            lambda: self.join(session),
            lambda: self.choose(session),
            lambda: self.as_clerk(session).request_authorization(),
            lambda: self.provider_says(self.attempt(session)),
            lambda: self.settle(session),
        ):
            act()
            steps = session._steps()
            marks.append([step["key"] for step in steps if step["done"]])
            self.assertTrue(session._customer_sentence())
        self.assertEqual(
            marks,
            [
                ["joined"],
                ["joined", "chosen"],
                ["joined", "chosen", "confirming"],
                ["joined", "chosen", "authorized"],
                ["joined", "chosen", "authorized", "completed"],
            ],
        )


@tagged("post_install", "-at_install")
class TestReceipt(EpayCase):
    def test_only_a_settled_deals_own_token_shows_it(self):
        session = self.settled()
        token = session._receipt_token()
        find = self.env["epay.session"].with_user(self.public)._find_receipt
        self.assertEqual(find(token), session)
        for bad in ("", None, token[:-1], token + "a", token.replace("-", "")):
            self.assertFalse(find(bad))
        self.assertFalse(find(self.counter._one_time_code(session)))
        other = self.authorized(5)
        self.assertFalse(find(other._receipt_token()))
        session.code_generation += 1
        self.assertFalse(find(token), "a new generation ends the old address")

    def test_its_values(self):
        session = self.settled(80.78)
        values = session._receipt_values()
        self.assertEqual(values["amount"], 80.78)
        self.assertEqual(values["tax"], 13.46)
        self.assertEqual(values["invoice"], session.invoice_id.name)

    def test_it_is_mailed_to_the_address_given_by_the_mail_queue(self):
        session = self.settled()
        session.with_user(self.public).sudo()._send_receipt("kim@example.com")
        mail = self.env["mail.mail"].sudo().search([], order="id desc", limit=1)
        self.assertEqual((mail.email_to, mail.state), ("kim@example.com", "outgoing"))
        self.assertFalse(mail.recipient_ids)
        self.assertIn(session._receipt_token(), mail.body_html)

    def test_it_is_mailed_in_the_language_of_the_phone(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["epay_counter"], ["fr_FR"])
        session = self.settled()
        session._bound_visit().lang = "fr_FR"
        self.assertNotEqual(session.partner_id.lang, "fr_FR")
        session.with_user(self.public).sudo()._send_receipt("kim@example.com")
        mail = self.env["mail.mail"].sudo().search([], order="id desc", limit=1)
        self.assertIn("Merci", mail.body_html)
