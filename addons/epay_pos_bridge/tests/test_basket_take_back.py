from uuid import uuid4

from odoo.tests import tagged

from odoo.addons.epay_counter.tests.pages_common import PagesCase

from .common import BREAD, COFFEE, BridgeBuilders, BridgeCase


class TakeBackBuilders(BridgeBuilders):
    def take_back(self, **arguments):
        return self.as_clerk(self.counter).take_back(**arguments)["session"]

    def publish(self):
        return self.as_clerk(self.counter).publish()["session"]

    def allowed(self):
        return self.as_clerk(self.counter).get_state()["session"]["allowed"]

    def engaged(self, *barcodes):
        session = self.published(*barcodes)
        self.join(session)
        return session

    def chosen_basket(self, *barcodes):
        session = self.engaged(*barcodes)
        self.choose(session)
        return session

    def requested_basket(self, *barcodes):
        session = self.chosen_basket(*barcodes)
        self.as_clerk(session).request_authorization()
        return session


@tagged("post_install", "-at_install")
class TestTakeBack(TakeBackBuilders, BridgeCase):
    """An article was forgotten: a shown basket goes back to scanning."""

    def assertStays(self, session, state):
        with self.assertRefused("wrong_state"):
            self.take_back()
        self.assertEqual(session.state, state)
        self.assertNotIn("take_back", self.allowed())

    # --- from where it was shown ---

    def test_from_every_state_before_the_payment(self):
        for make in (self.published, self.engaged, self.chosen_basket):
            session = make(BREAD)
            with self.subTest(session.state):
                self.assertIn("take_back", self.allowed())
                answer = self.take_back()
                self.assertEqual((answer["state"], answer["amount"]), ("draft", 4.20))
                self.assertIn("scan", answer["allowed"])
                self.assertNotIn("take_back", answer["allowed"])
                self.as_clerk(session).cancel()

    def test_lines_and_their_discounts_stay(self):
        self.store.most_discount = 50
        self.scan_all(BREAD, COFFEE)
        line = self.cart().line_ids[0]
        self.as_clerk(self.counter).set_line(line.id, discount=50, note="torn")
        before = self.rows()
        self.publish()
        self.take_back()
        self.assertEqual(self.rows(), before)
        self.assertEqual((line.own_discount, line.note), (50, "torn"))
        self.assertEqual(self.scan(COFFEE)["amount"], 25.90)

    def test_the_forgotten_article_is_paid_and_booked(self):
        session = self.chosen_basket(BREAD)
        self.take_back()
        self.scan(COFFEE)
        self.assertEqual(self.publish()["state"], "engaged")
        self.pay(session)
        self.assertEqual(session.state, "settled")
        self.assertEqual(
            (session.sale_order_id.amount_total, session.invoice_id.amount_total),
            (16.10, 16.10),
        )

    def test_the_same_basket_may_be_shown_again(self):
        self.engaged(BREAD)
        self.take_back()
        answer = self.publish()
        self.assertEqual((answer["state"], answer["amount"]), ("engaged", 4.20))

    def test_prices_are_looked_up_anew(self):
        self.engaged(BREAD)
        self.bread.list_price = 5.00
        self.take_back()
        answer = self.as_clerk(self.counter).publish()
        self.assertEqual(answer["session"]["state"], "draft")
        self.assertEqual(answer["message"]["code"], "prices_changed")

    def test_nothing_is_said_to_have_gone_wrong(self):
        session = self.chosen_basket(BREAD)
        answer = self.as_clerk(self.counter).take_back()
        self.assertFalse(answer["message"])
        self.assertFalse(session.reason)
        self.assertEqual(session.event_ids[-1].why, "The clerk goes on scanning.")

    def test_it_is_taken_back_once(self):
        session = self.engaged(BREAD)
        key = str(uuid4())
        self.take_back(client_key=key)
        self.publish()
        # The answer was lost, and the app sends it again.
        self.take_back(client_key=key)
        self.assertEqual(session.state, "engaged")

    def test_a_basket_that_is_scanned_already_stays_as_it_is(self):
        session, _answer = self.scan_all(BREAD)
        rows = len(session.event_ids)
        self.assertEqual(self.take_back()["state"], "draft")
        self.assertEqual(len(session.event_ids), rows)

    def test_who_is_not_the_counters_clerk_takes_nothing_back(self):
        session = self.published(BREAD)
        stranger = self.make_user("stranger", "base.group_user")
        with self.assertRefused("not_your_counter"):
            self.counter.with_user(stranger).take_back()
        self.assertEqual(session.state, "open")

    # --- what is no basket, or is being paid ---

    def test_without_a_deal_there_is_nothing_to_take_back(self):
        with self.assertRefused("wrong_state"):
            self.take_back()

    def test_a_typed_amount_is_no_basket(self):
        self.assertStays(self.register(), "open")

    def test_lines_that_were_registered_are_no_basket(self):
        line = {"product_id": self.bread.id, "quantity": 1, "price_unit": 4.20}
        self.assertStays(self.register(4.20, lines=[line]), "open")

    def test_the_customers_own_amount_is_no_basket(self):
        self.counter.amount_by = "customer"
        self.as_clerk(self.counter).invite_amount()
        self.assertStays(self.cart(), "open")

    def test_a_registers_deal_is_no_basket(self):
        session = self.published(BREAD)
        session.pos_config_id = self.env["pos.config"].create({"name": "Till"})
        self.assertStays(session, "open")

    def test_not_once_the_clerk_has_asked_for_the_payment(self):
        session = self.requested_basket(BREAD)
        self.assertStays(session, "authorizing")
        self.attempt(session)
        self.assertStays(session, "authorizing")

    def test_not_once_the_provider_has_agreed(self):
        session = self.requested_basket(BREAD)
        self.provider_says(self.attempt(session))
        self.assertStays(session, "authorized")

    def test_not_once_it_has_ended(self):
        session = self.settled_basket(BREAD)
        self.assertStays(session, "settled")

    def test_a_declined_basket_may_be_taken_back(self):
        session = self.requested_basket(BREAD)
        self.provider_says(self.attempt(session), "error")
        self.assertEqual(session.state, "engaged")
        self.assertEqual(self.take_back()["state"], "draft")

    def test_a_form_of_before_pays_nothing_that_was_added(self):
        """Its money comes late, for the old total: it is given back."""
        session = self.requested_basket(BREAD)
        old = self.attempt(session)
        self.as_customer(session)._unchoose(session._bound_visit())
        self.take_back()
        self.scan(COFFEE)
        self.publish()
        self.choose(session)
        self.as_clerk(session).request_authorization()
        self.provider_says(old)
        self.assertEqual(session.state, "authorizing")
        self.assertEqual(old.state, "cancel", "voided")

    # --- at the same moment ---

    def test_the_choice_that_comes_after_it_is_refused(self):
        session = self.engaged(BREAD)
        visit = session._bound_visit()
        customer = self.as_customer(session)
        key = customer._payment_options(visit)[0]["key"]
        self.take_back()
        with self.assertRefused("wrong_state"):
            customer._choose(visit, key, seen="4.20")
        self.assertEqual(session.state, "draft")

    def test_the_choice_that_came_before_it_is_taken_away(self):
        session = self.chosen_basket(BREAD)
        mark = session._choice_mark()
        self.take_back()
        self.assertFalse(session.payment_method_id or session.provider_id)
        self.assertFalse(session.payer_visit_id or session.flow)
        with self.assertRefused("wrong_state"):
            self.as_clerk(session).request_authorization(choice=mark)

    def test_the_request_for_the_old_total_is_refused(self):
        session = self.chosen_basket(BREAD)
        mark = session._choice_mark()
        self.take_back()
        self.scan(COFFEE)
        self.publish()
        self.choose(session)
        with self.assertRefused("amount_mismatch"):
            self.as_clerk(session).request_authorization("4.20", mark)
        with self.assertRefused("choice_changed"):
            self.as_clerk(session).request_authorization(choice=mark)
        self.assertEqual(session.state, "chosen")

    def test_the_payment_that_began_before_it_goes_on(self):
        session = self.requested_basket(BREAD)
        tx = self.attempt(session)
        with self.assertRefused("wrong_state"):
            self.take_back()
        self.provider_says(tx)
        self.assertEqual(session.state, "authorized")

    def test_the_payment_that_begins_after_it_is_refused(self):
        session = self.chosen_basket(BREAD)
        self.take_back()
        with self.assertRefused("wrong_state"):
            self.attempt(session)
        self.assertFalse(session.transaction_ids)

    # --- the phone ---

    def test_the_same_phone_stays(self):
        for live in (False, True):
            self.store.live_lines = live
            session = self.chosen_basket(BREAD)
            visit = session._bound_visit()
            with self.subTest(live=live):
                self.take_back()
                self.assertEqual(session._bound_visit(), visit)
                self.publish()
                self.assertEqual((session.state, visit.state), ("engaged", "bound"))
                self.as_clerk(session).cancel()

    def test_a_code_that_was_read_meanwhile_is_used_up(self):
        session = self.published(BREAD)
        code = self.counter._one_time_code(session)
        self.take_back()
        with self.assertRefused("expired"):
            self.join_counter(code=code)

    def test_a_phone_that_is_let_go_meanwhile_makes_room(self):
        session = self.engaged(BREAD)
        self.take_back()
        self.as_clerk(self.counter).release_visit()
        self.publish()
        self.assertEqual(session.state, "open")
        self.assertEqual(self.join(session).state, "bound")

    def test_the_customers_own_prices_hold_from_then_on(self):
        friend = self.make_customer()
        friend.with_company(
            self.company
        ).specific_property_product_pricelist = self.make_pricelist(
            {"compute_price": "percentage", "percent_price": 50}, name="Friends"
        )
        session = self.published(BREAD)
        self.join(session, friend)
        self.assertEqual(session.amount, 4.20)
        answer = self.take_back()
        self.assertEqual((answer["amount"], answer["own_terms"]), (2.10, True))


@tagged("post_install", "-at_install")
class TestTakeBackPages(TakeBackBuilders, PagesCase):
    """What the phone sees while the clerk scans on."""

    def shown(self):
        """A basket whose customer's phone has joined, and the phone's address."""
        session = self.published(BREAD)
        return session, self.joined(session)

    def filled(self, page):
        """What pressing the page's button sends."""
        (seen,) = self.tree(page).xpath("//form[@id='choose']/input[@name='seen']")
        return {"option": self.option(page), "seen": seen.get("value")}

    def test_the_page_says_that_the_clerk_scans_on(self):
        _session, path = self.shown()
        self.take_back()
        page = self.get(path)
        self.assertState(page, "draft")
        self.assertIn("still scanning", self.text(page, "message"))
        self.assertFalse(self.marks(page, "amount") + self.marks(page, "line"))

    def test_where_the_store_shows_live_lines_they_are_seen(self):
        self.store.live_lines = True
        _session, path = self.shown()
        self.take_back()
        self.scan(COFFEE)
        page = self.get(path)
        self.assertEqual(len(self.marks(page, "line")), 2)
        self.assertEqual(self.mark(page, "amount").get("data-value"), "16.10")

    def test_a_page_of_the_old_total_chooses_nothing(self):
        session, path = self.shown()
        old = self.get(path)
        values = self.filled(old)
        self.assertEqual(values["seen"], "4.20")
        self.take_back()
        self.scan(COFFEE)
        self.publish()
        answer = self.post(f"{path}/choose", page=old, **values)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("16.10", self.text(answer, "refused"))
        self.assertEqual(self.mark(answer, "amount").get("data-value"), "16.10")
        self.assertEqual(session.state, "engaged")
        self.post(f"{path}/choose", page=answer, **self.filled(answer))
        self.assertEqual(session.state, "chosen")

    def test_a_page_of_before_chooses_nothing_while_the_clerk_scans(self):
        session, path = self.shown()
        old = self.get(path)
        self.take_back()
        answer = self.post(f"{path}/choose", page=old, **self.filled(old))
        self.assertEqual(answer.status_code, 409)
        self.assertEqual(session.state, "draft")
