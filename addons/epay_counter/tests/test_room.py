from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import EpayCase
from .pages_common import PagesCase


class RoomCase(EpayCase):
    def comes(self, **arguments):
        """A phone that waits, as it is stored; `self.token` is its address."""
        counter = self.counter.with_user(self.public).sudo()
        visit, self.token, self.phone = counter._join(lang="en_US", **arguments)
        return visit

    def state(self, token=None):
        self.commit()
        return self.env["epay.visit"].sudo()._public_state(token or self.token)

    def listed(self):
        """The phones on the clerk's screen, from the top."""
        answer = self.as_clerk(self.counter).get_state()
        return [row["id"] for row in answer["counter"]["visits"]]

    def ago(self, visit, seconds, *names):
        moment = fields.Datetime.now() - timedelta(seconds=seconds)
        visit.write(dict.fromkeys(names or ("last_seen", "active_at"), moment))


@tagged("post_install", "-at_install")
class TestPlace(RoomCase):
    def test_places_are_given_in_the_order_of_joining(self):
        self.comes()
        first = self.token
        self.comes()
        self.assertEqual(self.state(first)["place"], 1)
        self.assertEqual(self.state()["place"], 2)

    def test_who_leaves_lets_the_others_move_up(self):
        first = self.comes()
        self.comes()
        self.as_clerk(self.counter).dismiss_visit(first.id)
        self.assertEqual(self.state()["place"], 1)

    def test_the_clerk_reads_the_same_places_newest_activity_first(self):
        first, second, third = self.comes(), self.comes(), self.comes()
        self.ago(first, 10)
        self.ago(second, 50)
        rows = self.as_clerk(self.counter).get_state()["counter"]["visits"]
        self.assertEqual(
            [(row["id"], row["place"]) for row in rows],
            [(third.id, 3), (first.id, 1), (second.id, 2)],
        )

    def test_phones_of_another_counter_are_not_counted(self):
        other = self.make_counter(code="T2", name="Deli")
        self.join_counter(other)
        self.comes()
        self.assertEqual(self.state()["place"], 1)

    def test_the_others_are_told_that_another_phone_is_served(self):
        session = self.register()
        accepted, waiting = self.comes(), self.comes()
        self.assertFalse(self.state()["other_phone"])
        self.as_clerk(self.counter).accept_visit(accepted.id)
        self.assertEqual(self.state()["state"], "waiting")
        self.assertTrue(self.state()["other_phone"])
        self.assertFalse(self.state()["amount"])
        self.assertEqual(session._bound_visit(), accepted)
        self.assertEqual(waiting.state, "waiting")

    def test_a_phone_that_pays_has_no_place(self):
        self.register()
        visit = self.comes()
        self.as_clerk(self.counter).accept_visit(visit.id)
        self.assertNotIn("place", self.state())

    def test_the_page_and_the_state_say_the_same(self):
        self.register()
        accepted, waiting = self.comes(), self.comes()
        self.as_clerk(self.counter).accept_visit(accepted.id)
        told = self.state()
        self.assertEqual(
            waiting._room_values(),
            {"place": told["place"], "other_phone": told["other_phone"]},
        )


@tagged("post_install", "-at_install")
class TestNewestActivityFirst(RoomCase):
    def setUp(self):
        super().setUp()
        self.first, self.second = self.comes(), self.comes()
        self.ago(self.first, 50)
        self.ago(self.second, 40)

    def test_who_came_last_is_on_top(self):
        self.assertEqual(self.listed(), [self.second.id, self.first.id])

    def test_being_there_does_not_move_a_phone(self):
        self.first._seen()
        self.assertEqual(self.listed(), [self.second.id, self.first.id])

    def test_coming_back_after_an_absence_does(self):
        self.ago(self.first, 70, "last_seen")
        self.first._seen()
        self.assertEqual(self.listed(), [self.first.id, self.second.id])

    def test_joining_again_does(self):
        counter = self.counter.with_user(self.public).sudo()
        phone = self.phone
        visit, _token, _phone = counter._join(phone=phone)
        self.assertEqual(visit, self.second, "a phone that joins twice waits once")
        self.ago(self.second, 90)
        counter._join(phone=phone)
        self.assertEqual(self.listed(), [self.second.id, self.first.id])

    def test_the_screen_is_told_since_when_and_how_lately(self):
        (_second, row) = self.as_clerk(self.counter).get_state()["counter"]["visits"]
        for name in ("since", "last_seen", "active_at"):
            self.assertRegex(row[name], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertNoNone(row)


@tagged("post_install", "-at_install")
class TestFiftyPhones(RoomCase):
    def test_fifty_wait_with_phrases_of_their_own(self):
        for _number in range(50):
            self.comes(address="192.0.2.1")
        rows = self.as_clerk(self.counter).get_state()["counter"]["visits"]
        self.assertEqual(len({row["phrase"] for row in rows}), 50)
        self.assertEqual(self.state()["place"], 50)


@tagged("post_install", "-at_install")
class TestHandingOver(RoomCase):
    """A battery dies: the same deal goes on with another phone."""

    def second_phone(self, session):
        """Let the bound phone go and accept another one."""
        second = self.comes()
        self.as_clerk(self.counter).release_visit()
        self.as_clerk(self.counter).accept_visit(second.id)
        self.assertEqual(session._bound_visit(), second)
        return second

    def test_before_the_choice(self):
        session = self.register(80.78)
        self.join(session)
        self.second_phone(session)
        self.assertEqual((session.state, session.amount), ("engaged", 80.78))

    def test_after_the_choice_the_second_phone_chooses_again(self):
        partner = self.make_customer()
        session = self.chosen(80.78, partner=partner)
        self.second_phone(session)
        self.assertEqual((session.state, session.amount), ("engaged", 80.78))
        self.assertFalse(session.payment_method_id)
        self.assertEqual(session.partner_id, self.store.walk_in_partner_id)

    def test_from_the_providers_form_the_second_phone_chooses_again(self):
        session = self.authorizing(80.78, partner=self.make_customer())
        first_form = self.attempt(session)
        self.second_phone(session)
        self.assertEqual(session.state, "engaged")
        self.assertFalse(session.reason, "nothing went wrong")
        self.assertEqual(session.partner_id, self.store.walk_in_partner_id)
        self.assertEqual(first_form.state, "cancel")
        self.choose(session)
        self.as_clerk(session).request_authorization()
        self.provider_says(self.attempt(session))
        self.assertEqual(session.state, "authorized")

    def test_a_phone_of_nobody_in_particular_goes_straight_to_the_form(self):
        session = self.authorizing(80.78)
        second = self.second_phone(session)
        self.assertEqual(session.state, "authorizing")
        self.assertTrue(second._is_payer())
        self.provider_says(self.attempt(session))
        self.assertEqual(session.state, "authorized")

    def test_a_form_that_the_first_phone_pays_later_is_given_back(self):
        session = self.authorizing(80.78, partner=self.make_customer())
        first_form = self.attempt(session)
        self.second_phone(session)
        self.provider_says(first_form)
        self.later()
        self.assertEqual(session.state, "engaged")
        self.assertIn(("void", "succeeded"), self.operations(session))

    def bobs_turn(self, session):
        """Bob's phone takes over, he chooses, and the clerk asks again."""
        bob = self.make_customer("epay_bob")
        second = self.join_counter(partner=bob)
        self.as_clerk(self.counter).release_visit()
        self.as_clerk(self.counter).accept_visit(second.id)
        self.choose(session)
        self.as_clerk(session).request_authorization()
        self.assertEqual((session.state, session.partner_id), ("authorizing", bob))
        return second

    def test_the_first_customers_late_payment_does_not_pay_the_seconds_sale(self):
        session = self.authorizing(80.78, partner=self.make_customer())
        adas_form = self.attempt(session)
        second = self.bobs_turn(session)
        self.provider_says(adas_form)
        self.later()
        self.assertEqual(session.state, "authorizing", "Bob has yet to pay")
        self.assertTrue(adas_form.epay_late)
        self.assertIn(("void", "succeeded"), self.operations(session))
        self.provider_says(self.attempt(session))
        self.settle(session)
        self.assertEqual(session.state, "settled")
        self.assertTrue(second._is_payer())
        paid_by = session.live_transaction_id.partner_id
        self.assertEqual(session.invoice_id.partner_id, paid_by)
        self.assertEqual(adas_form.state, "cancel")

    def test_the_same_customers_older_form_still_pays(self):
        ada = self.make_customer()
        session = self.authorizing(80.78, partner=ada)
        older_form = self.attempt(session)
        again = self.join_counter(partner=ada)
        self.as_clerk(self.counter).release_visit()
        self.as_clerk(self.counter).accept_visit(again.id)
        self.attempt(session)
        self.provider_says(older_form)
        self.assertEqual(session.state, "authorized")
        self.assertEqual(session.live_transaction_id, older_form)

    def declined_without_a_phone(self, state="error"):
        """The phone was let go at the provider's form, and then the payment failed."""
        session = self.register(80.78)
        self.code = self.counter._one_time_code(session)
        self.join(session)
        self.choose(session)
        self.as_clerk(session).request_authorization()
        tx = self.attempt(session)
        self.as_clerk(self.counter).release_visit()
        self.provider_says(tx, state)
        self.assertEqual(session.state, "open")
        return session

    def test_a_code_that_was_used_stays_used_when_the_payment_fails(self):
        for state in ("error", "cancel"):
            with self.subTest(state=state):
                session = self.declined_without_a_phone(state)
                status = self.counter.sudo()._code_status(self.code)["status"]
                self.assertEqual(status, "gone", "whoever photographed it")
                with self.assertRefused("expired"):
                    self.join_counter(phone=self.phone, code=self.code)
                self.as_clerk(session).cancel()

    def test_after_a_failure_without_a_phone_the_next_code_works(self):
        session = self.declined_without_a_phone()
        self.join(session)
        self.assertEqual(session.state, "engaged")
        self.assertFalse(session.reason, "that was of the phone before")

    def test_what_the_bank_said_of_the_first_card_is_for_the_clerk(self):
        session = self.authorizing(80.78, partner=self.make_customer())
        tx = self.attempt(session)
        self.provider_says(tx, "pending")
        first = tx.epay_visit_id
        second = self.second_phone(session)
        tx._set_error("Card of Ada Lovelace: insufficient funds")
        self.commit()
        self.assertEqual((session.state, session._bound_visit()), ("engaged", second))
        self.assertNotIn("Lovelace", session._reason_for(second))
        self.assertIn("Lovelace", session._reason_for(first))
        told = self.as_clerk(self.counter).get_state()["session"]
        self.assertIn("Lovelace", told["reason"])
        self.assertIn("Lovelace", session.event_ids.sorted("id")[-1].why)

    def test_what_ended_it_at_the_provider_is_not_for_the_second_phone(self):
        session = self.authorized(80.78, partner=self.make_customer())
        second = self.second_phone(session)
        tx = session.live_transaction_id
        tx._set_canceled(state_message="Card of Ada Lovelace: reported stolen")
        self.commit()
        self.assertEqual(session.state, "cancelled")
        self.assertNotIn("Lovelace", session._reason_for(second))
        self.assertIn("Lovelace", session.reason)

    def test_what_the_clerk_says_is_for_any_phone(self):
        session = self.authorizing(80.78, partner=self.make_customer())
        self.provider_says(self.attempt(session), "error")
        second = self.second_phone(session)
        self.as_clerk(session).cancel("out of stock")
        self.assertEqual(session._reason_for(second), "out of stock")

    def test_while_the_bank_is_asked_the_second_phone_only_looks_on(self):
        session = self.authorizing(80.78)
        self.provider_says(self.attempt(session), "pending")
        self.second_phone(session)
        self.assertEqual(session.state, "authorizing")

    def test_once_authorized_the_deal_goes_on(self):
        partner = self.make_customer()
        session = self.authorized(80.78, partner=partner)
        self.second_phone(session)
        self.assertEqual(session.state, "authorized")
        self.settle(session)
        self.assertEqual(session.state, "settled")
        self.assertEqual(session.partner_id, partner, "it is the first one's sale")

    def test_the_first_phone_reads_on_how_its_payment_ends(self):
        session = self.authorized(80.78)
        first = session._bound_visit()
        second = self.second_phone(session)
        self.assertTrue(first._went_on_alone())
        self.assertFalse(second._is_payer())

    def test_a_second_phone_that_chose_is_the_payer(self):
        session = self.chosen(80.78)
        first = session._bound_visit()
        second = self.second_phone(session)
        self.choose(session)
        self.assertTrue(second._is_payer())
        self.assertFalse(first._went_on_alone())

    def test_a_finished_deal_takes_no_other_phone(self):
        session = self.settled(80.78)
        second = self.comes()
        with self.assertRefused("wrong_state"):
            self.as_clerk(self.counter).accept_visit(second.id)
        self.assertNotEqual(session._bound_visit(), second)

    def test_a_phrase_accepted_on_the_wrong_phone_is_taken_back(self):
        session = self.register(80.78)
        wrong, right = self.comes(), self.comes()
        self.as_clerk(self.counter).accept_visit(wrong.id)
        self.as_clerk(self.counter).release_visit()
        self.as_clerk(self.counter).accept_visit(right.id)
        self.assertEqual(session._bound_visit(), right)
        self.assertEqual(wrong.state, "left")
        with self.assertRefused("not_your_phone"):
            self.as_customer(session)._choose(wrong, "m-1-1")


@tagged("post_install", "-at_install")
class TestHandedOverPages(PagesCase):
    """What a phone that took over sees: amount, number and how far it is."""

    def setUp(self):
        super().setUp()
        self.partner = self.make_customer()
        self.partner.name = "Ada Lovelace"
        token = self.make_token(self.partner)
        self.session = self.authorizing(
            80.78, partner=self.partner, key=f"t-{token.id}"
        )
        self.assertEqual(self.session.state, "authorized", "a saved card was charged")
        self.address = self.waiting()
        self.as_clerk(self.counter).release_visit()
        self.as_clerk(self.counter).accept_visit(self.counter._waiting_visits().id)

    def assertTellsNothing(self, page):
        self.assertNotIn("4242", page.text)
        self.assertNotIn("Lovelace", page.text)

    def test_amount_and_number_but_no_card_and_no_name(self):
        page = self.get(self.address)
        self.assertState(page, "authorized")
        self.assertEqual(self.mark(page, "amount").get("data-value"), "80.78")
        self.assertEqual(self.text(page, "number"), self.session.name)
        self.assertTellsNothing(page)

    def test_no_receipt_either(self):
        self.settle(self.session)
        page = self.get(self.address)
        self.assertState(page, "settled")
        self.mark(page, "took-over")
        self.assertFalse(self.marks(page, "receipt"))
        self.assertTellsNothing(page)

    def test_no_receipt_by_mail(self):
        self.settle(self.session)
        answer = self.post(
            f"{self.address}/mail", page=self.get("/epay/teststreet/T1"), email="a@b.cd"
        )
        self.assertRefusedPage(answer, 409, "wrong_state")


@tagged("post_install", "-at_install")
class TestChargedAndHandedOverPages(PagesCase):
    """What a phone that took over reads of money that it never paid."""

    def setUp(self):
        super().setUp()
        self.provider.capture_manually = False
        self.session = self.authorized(80.78)
        self.assertTrue(self.session.charged_at_once)
        self.address = self.waiting()
        self.as_clerk(self.counter).release_visit()
        self.as_clerk(self.counter).accept_visit(self.counter._waiting_visits().id)

    def test_it_was_not_charged(self):
        page = self.get(self.address)
        self.assertState(page, "authorized")
        self.assertIn("The clerk completes", self.text(page, "message"))
        self.assertNotIn("You were charged", page.text)

    def test_nothing_is_given_back_to_it(self):
        self.as_clerk(self.session).cancel("Ada went home")
        page = self.get(self.address)
        self.assertState(page, "cancelled")
        self.assertEqual(self.text(page, "message"), "This payment has ended.")


@tagged("post_install", "-at_install")
class TestAutoAccept(RoomCase):
    def test_it_is_off_at_first(self):
        self.assertFalse(self.store.auto_accept)
        self.comes()
        self.assertEqual(self.register().state, "open")

    def test_the_only_phone_that_waits_is_accepted_at_registering(self):
        self.store.auto_accept = True
        visit = self.comes()
        self.assertEqual(self.register()._bound_visit(), visit)

    def test_the_only_phone_that_comes_is_accepted_for_an_open_deal(self):
        self.store.auto_accept = True
        session = self.register()
        self.assertEqual(self.comes(), session._bound_visit())
        self.assertEqual(session.state, "engaged")

    def test_never_when_two_wait(self):
        self.store.auto_accept = True
        self.comes()
        self.comes()
        session = self.register()
        self.assertEqual(session.state, "open")
        self.comes()
        self.assertEqual(session.state, "open")

    def test_never_a_second_phone(self):
        self.store.auto_accept = True
        session = self.register()
        first = self.comes()
        second = self.comes()
        self.assertEqual(session._bound_visit(), first)
        self.assertEqual(second.state, "waiting")

    def test_never_a_phone_that_has_gone_away(self):
        self.store.auto_accept = True
        self.ago(self.comes(), 70)
        self.assertEqual(self.register().state, "open")

    def test_never_a_phone_with_an_old_sticker(self):
        self.store.auto_accept = True
        sticker = self.env["epay.sticker"]._print(self.counter)
        code = sticker._code()
        self.counter.code_generation += 1
        visit = self.comes(sticker=code)
        self.assertEqual(visit.sticker_state, "old")
        self.assertEqual(self.register().state, "open")

    def test_a_phone_with_a_genuine_sticker_is(self):
        self.store.auto_accept = True
        sticker = self.env["epay.sticker"]._print(self.counter)
        visit = self.comes(sticker=sticker._code())
        self.assertEqual(self.register()._bound_visit(), visit)

    def test_never_one_whose_sticker_was_replaced_while_it_waited(self):
        self.store.auto_accept = True
        sticker = self.env["epay.sticker"]._print(self.counter)
        visit = self.comes(sticker=sticker._code())
        self.counter.with_user(self.manager).rotate_codes()
        (row,) = self.as_clerk(self.counter).get_state()["counter"]["visits"]
        self.assertEqual(row["sticker"], "old", "on the clerk's list")
        self.assertEqual(self.register().state, "open")
        self.assertEqual(visit.state, "waiting")

    def test_who_then_reads_the_new_sticker_is(self):
        self.store.auto_accept = True
        stickers = self.env["epay.sticker"]
        visit = self.comes(sticker=stickers._print(self.counter)._code())
        self.counter.with_user(self.manager).rotate_codes()
        new = stickers._print(self.counter)
        self.comes(sticker=new._code(), phone=self.phone)
        self.assertEqual(visit.sticker_id, new)
        self.assertEqual(self.register()._bound_visit(), visit)

    def test_never_a_phone_that_the_clerk_dismissed(self):
        self.store.auto_accept = True
        visit = self.comes()
        self.as_clerk(self.counter).dismiss_visit(visit.id)
        session = self.register()
        again = self.comes(phone=self.phone)
        self.assertEqual((session.state, again.state), ("open", "waiting"))
        (row,) = self.as_clerk(self.counter).get_state()["counter"]["visits"]
        self.assertTrue(row["sent_away"])
        self.as_clerk(self.counter).accept_visit(again.id)
        self.assertEqual(session._bound_visit(), again, "by hand it is")

    def test_leaving_once_more_does_not_wash_it_off(self):
        self.store.auto_accept = True
        visit = self.comes()
        self.as_clerk(self.counter).dismiss_visit(visit.id)
        self.comes(phone=self.phone)._leave()
        self.comes(phone=self.phone)
        self.assertEqual(self.register().state, "open")

    def test_after_as_long_as_a_visit_lives_it_is_forgotten(self):
        self.store.auto_accept = True
        visit = self.comes()
        self.as_clerk(self.counter).dismiss_visit(visit.id)
        self.ago(visit, (self.store.visit_minutes + 1) * 60, "sent_away_at")
        again = self.comes(phone=self.phone)
        self.assertEqual(self.register()._bound_visit(), again)

    def test_never_a_phone_that_the_clerk_let_go(self):
        self.store.auto_accept = True
        session = self.register()
        self.comes()
        self.assertEqual(session.state, "engaged")
        self.as_clerk(self.counter).release_visit()
        self.comes(phone=self.phone)
        self.assertEqual(session.state, "open")
        self.as_clerk(session).cancel()
        self.assertEqual(self.register().state, "open", "nor for the next deal")

    def test_never_for_a_deal_whose_clerk_let_a_phone_go(self):
        """Who throws the cookie away is a new phone to us."""
        self.store.auto_accept = True
        session = self.register()
        self.comes()
        self.as_clerk(self.counter).release_visit()
        stranger = self.comes()
        self.assertEqual((session.state, stranger.state), ("open", "waiting"))

    def test_never_for_a_deal_whose_clerk_dismissed_a_phone(self):
        self.store.auto_accept = True
        waiting = self.comes() | self.comes()
        session = self.register()
        for visit in waiting:
            self.as_clerk(self.counter).dismiss_visit(visit.id)
        self.comes()
        self.assertEqual(session.state, "open")

    def test_who_left_by_own_wish_is_welcome_again(self):
        self.store.auto_accept = True
        session = self.register()
        visit = self.comes()
        self.as_customer(session)._customer_leave(visit)
        self.assertEqual(session.state, "open")
        self.comes(phone=self.phone)
        self.assertEqual(session.state, "engaged")

    def test_phones_that_come_at_once_conflict(self):
        """Each writes the counter, also one that is not let in: so the second one's
        transaction starts over, and sees that two wait."""
        self.store.auto_accept = True
        self.register()
        sticker = self.env["epay.sticker"]._print(self.counter)
        self.counter.with_user(self.manager).rotate_codes()
        self.commit()
        before = self.counter.version
        self.comes(sticker=sticker._code())
        self.commit()
        self.assertGreater(self.counter.version, before)

    def test_never_for_a_return(self):
        sold = self.settled(80.78)
        self.as_clerk(self.counter).next()
        self.store.auto_accept = True
        self.comes()
        answer = self.as_clerk(self.counter).register_cancellation(sold.name, 80.78)
        self.assertEqual(answer["session"]["state"], "open")


@tagged("post_install", "-at_install")
class TestRoomPages(PagesCase):
    def test_the_place_is_on_the_page(self):
        with self.another_phone():
            self.waiting()
        page = self.get(self.waiting())
        self.assertEqual(self.text(page, "place"), "2")
        self.assertEqual(self.mark(page, "visit").get("data-room"), "&place=2&other=0")
        self.assertIn("same words", page.text)

    def test_the_state_is_news_when_only_the_place_has_changed(self):
        with self.another_phone():
            self.waiting()
        address = self.waiting()
        version = self.get(f"{address}/state").json()["version"]
        known = f"{address}/state?since={version}"
        self.assertEqual(self.get(f"{known}&place=2&other=0").status_code, 304)
        self.assertEqual(self.get(known).status_code, 304, "as the contract says")
        self.counter._waiting_visits().sorted("id")[0]._end()
        self.env["epay.counter"]._publish_touched()
        news = self.get(f"{known}&place=2&other=0")
        self.assertEqual(news.json()["place"], 1)

    def gone(self, address):
        """What the page says of why this phone waits no longer: by itself, and what the
        script shows where nobody pressed Leave.
        """
        page = self.get(address)
        self.assertState(page, "left")
        said = " ".join(mark.text_content() for mark in self.marks(page, "gone"))
        return said, bool(self.tree(page).xpath("//*[@id='let-go']"))

    def drops(self, **vals):
        """The job comes by; a minute passes between its times."""
        self.counter._waiting_visits().write(vals)
        self.env["epay.visit"]._drop_absent()

    def test_a_phone_that_slept_is_not_told_that_it_was_let_go(self):
        address = self.waiting()
        self.drops(last_seen=fields.Datetime.now() - timedelta(minutes=4))
        said, is_let_go = self.gone(address)
        self.assertIn("was not open for some minutes", said)
        self.assertFalse(is_let_go)

    def test_a_phone_that_waited_too_long_is_told_so(self):
        address = self.waiting()
        self.drops(expires_at=fields.Datetime.now() - timedelta(seconds=1))
        said, is_let_go = self.gone(address)
        self.assertIn("time for waiting is over", said)
        self.assertFalse(is_let_go)

    def test_a_phone_whose_counter_closed_is_told_so(self):
        address = self.waiting()
        self.as_clerk(self.counter).close_counter()
        said, is_let_go = self.gone(address)
        self.assertIn("counter has closed", said)
        self.assertFalse(is_let_go)

    def test_a_phone_that_the_clerk_sent_away_is_told_so(self):
        address = self.waiting()
        visit = self.counter._waiting_visits()
        self.as_clerk(self.counter).dismiss_visit(visit.id)
        self.assertEqual(self.gone(address), ("", True))

    def test_the_other_phone_is_told_on_its_page(self):
        with self.another_phone():
            self.waiting()
        address = self.waiting()
        told = self.tree(self.get(address)).get_element_by_id("other-phone")
        self.assertEqual(told.get("hidden"), "hidden")
        self.register(80.78)
        first = self.counter._waiting_visits().sorted("id")[0]
        self.as_clerk(self.counter).accept_visit(first.id)
        page = self.get(address)
        self.assertState(page, "waiting")
        told = self.tree(page).get_element_by_id("other-phone")
        self.assertIn("serving another phone", told.text_content())
        self.assertIsNone(told.get("hidden"))
        self.assertNotIn("80.78", page.text)

    def test_odd_places_do_no_harm(self):
        address = self.waiting()
        for query in ("since=9&place=-1", "since=9&place=%00", "since=9&other=x"):
            with self.subTest(query=query):
                answer = self.get(f"{address}/state?{query}")
                self.assertIn(answer.status_code, (200, 304))

    def test_the_phone_goes_on_showing_its_words_after_it_was_accepted(self):
        session = self.register(80.78)
        address = self.waiting()
        visit = self.counter._waiting_visits()
        self.as_clerk(self.counter).accept_visit(visit.id)
        page = self.get(address)
        self.assertEqual(self.text(page, "phrase"), visit.phrase)
        self.assertIn("same words", page.text)
        self.assertEqual(session._bound_visit().phrase, visit.phrase)
