from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .return_common import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnConsent(ReturnCase):
    """The customer agrees or refuses on the phone (SB6–SB10)."""

    def last_event(self, back):
        return back.event_ids.sorted("id")[-1]

    def test_the_customer_agrees(self):
        back = self.engaged(self.settled(80.78))
        visit = back._bound_visit()
        version = back.version
        self.consent(back)
        self.assertEqual(back.state, "consented")
        row = self.last_event(back)
        self.assertEqual((row.source, row.target), ("engaged", "consented"))
        self.assertEqual(row.visit_id, visit)
        self.assertFalse(row.user_id)
        self.assertTrue(row.date)
        self.assertGreater(back.version, version)
        values = back._clerk_values()
        self.assertEqual(values["turn"], "clerk")
        self.assertTrue(values["return"]["consent_at"])
        self.assertFalse(values["return"]["consent_waived"])

    def test_the_history_says_whether_the_phone_that_paid_agreed(self):
        sale = self.settled(80.78)
        payer = self.phone
        for phone, said in (
            (payer, "By the phone that paid."),
            ("s" * 22, "By a phone that is not known to have paid."),
        ):
            back = self.find(sale)
            self.join(back, phone=phone)
            self.assertNotEqual(self.phone, payer, "the old secret opens nothing")
            self.consent(back)
            self.assertEqual(self.last_event(back).why, said)
            self.assertFalse(back.reason, "no trouble to be shown")
            self.as_clerk(back).cancel()
            self.as_clerk(self.counter).next()

    def test_the_history_says_that_the_customer_who_paid_was_signed_in(self):
        buyer = self.make_customer()
        back = self.find(self.settled(80.78, partner=buyer))
        self.join(back, buyer)
        self.consent(back)
        self.assertEqual(
            self.last_event(back).why, "By the customer who paid, signed in."
        )

    def test_the_history_says_that_staff_of_the_store_agreed(self):
        said = "In a browser that is signed in as staff of the store."
        other = self.make_user("epay_test_other", "epay_counter.group_epay_clerk")
        for user, is_staff in (
            (self.clerk, True),
            (self.manager, True),
            (other, False),
        ):
            with self.subTest(user.login):
                back = self.engaged(self.settled(80.78))
                back.with_user(user).sudo()._consent(back._bound_visit())
                self.assertEqual(self.last_event(back).why == said, is_staff)
                self.as_clerk(back).cancel()
                self.as_clerk(self.counter).next()

    def test_the_customer_refuses(self):
        sale = self.settled(80.78)
        back = self.engaged(sale)
        self.refuse(back)
        self.assertEqual(
            (back.state, back.reason), ("refused", "The customer refused.")
        )
        self.assertEqual(self.last_event(back).visit_id, back.visit_ids)
        self.assertEqual(sale.return_state, "none")
        self.assertEqual(sale.refund_reserved, 0)
        self.assertIn("next", back._clerk_values()["allowed"])
        self.assertEqual(self.find(sale).origin_id, sale)

    def test_pressed_twice(self):
        back = self.engaged(self.settled(80.78))
        self.consent(back)
        rows = len(back.event_ids)
        self.consent(back)
        self.assertEqual(len(back.event_ids), rows)

    def test_agreed_can_not_be_refused_any_more(self):
        back = self.consented(self.settled(80.78))
        with self.assertRefused("wrong_state"):
            self.refuse(back)

    def test_refused_can_not_be_agreed_any_more(self):
        back = self.engaged(self.settled(80.78))
        self.refuse(back)
        with self.assertRefused("wrong_state"):
            self.consent(back)

    def test_only_the_phone_that_joined(self):
        back = self.engaged(self.settled(80.78))
        other = self.join_counter(phone="x" * 22)
        with self.assertRefused("not_your_phone"):
            self.as_customer(back)._consent(other)
        self.assertEqual(back.state, "engaged")

    def test_a_sale_is_not_agreed_to(self):
        session = self.register()
        self.join(session)
        with self.assertRefused("wrong_state"):
            self.consent(session)
        with self.assertRefused("wrong_state"):
            self.refuse(session)

    def test_a_return_is_not_paid(self):
        back = self.engaged(self.settled(80.78))
        with self.assertRefused("wrong_state"):
            self.choose(back, "m-1-1")
        with self.assertRefused("wrong_state"):
            self.as_customer(back)._unchoose(back._bound_visit())
        for act in ("request_authorization", "settle"):
            with self.assertRefused("wrong_state"):
                getattr(self.as_clerk(back), act)()

    def test_who_paid_gets_the_money_whoever_joins(self):
        buyer = self.make_customer()
        sale = self.settled(80.78, partner=buyer)
        back = self.find(sale)
        self.join(back, partner=self.make_customer("epay_test_customer2"))
        self.assertEqual(back.partner_id, buyer)
        visit = back._bound_visit()
        with self.assertRefused("wrong_state"):
            self.as_customer(back)._recognize(visit, self.env.user.partner_id)

    def test_the_phone_leaves_before_consent(self):
        back = self.engaged(self.settled(80.78))
        old_code = self.counter._one_time_code(back)
        self.as_customer(back)._customer_leave(back._bound_visit())
        self.assertEqual(back.state, "open")
        self.assertNotEqual(self.counter._one_time_code(back), old_code)
        self.join(back, phone=None)
        self.assertEqual(back.state, "engaged")

    def test_the_phone_leaves_after_consent(self):
        back = self.consented(self.settled(80.78))
        self.as_customer(back)._customer_leave(back._bound_visit())
        self.assertEqual(back.state, "consented")
        self.inquire(back)
        self.execute(back)
        self.assertEqual(back.state, "reversed")

    def test_the_clerk_lets_the_phone_go_that_agreed(self):
        """It may have been somebody else's."""
        for way in (self.consented, self.cancellable):
            with self.subTest(way=way.__name__):
                back = way(self.settled(80.78))
                wrong = back._bound_visit()
                old_code = self.counter._one_time_code(back)
                self.as_clerk(self.counter).release_visit()
                self.assertEqual(back.state, "open")
                self.assertIn("does not count", self.last_event(back).why)
                self.assertNotEqual(self.counter._one_time_code(back), old_code)
                self.assertFalse(back._clerk_values()["return"]["consent_at"])
                self.assertFalse(wrong._sees_deal())
                with self.assertRefused("wrong_state"):
                    self.execute(back)
                self.join(back, phone="r" * 22)
                self.consent(back)
                self.assertEqual(back._acting_visit(), back._bound_visit())
                self.assertNotEqual(back._acting_visit(), wrong)
                self.as_clerk(back).cancel()

    def test_a_phone_let_go_once_a_refund_was_ordered(self):
        """What was held for failed may have been made."""
        back = self.cancellable(self.settled(80.78))
        with self.declines():
            self.execute(back)
        self.assertEqual(back.state, "cancellable")
        self.as_clerk(self.counter).release_visit()
        self.assertEqual(back.state, "cancellable")

    def test_the_card_is_for_who_paid_or_agreed(self):
        buyer = self.make_customer()
        token = self.make_token(buyer)
        sale = self.register(100)
        self.join(sale, buyer)
        self.choose(sale, f"t-{token.id}")
        self.as_clerk(sale).request_authorization()
        self.settle(sale)
        digits = token._epay_label()
        back = self.find(sale)
        self.join(back, phone="s" * 22)
        self.assertNotIn(digits, back._origin_receipt()["goes_to"])
        self.consent(back)
        self.assertIn(digits, back._origin_receipt()["goes_to"])
        self.as_clerk(self.counter).release_visit()
        self.join(back, buyer, phone="t" * 22)
        self.assertIn(digits, back._origin_receipt()["goes_to"])

    def test_the_customer_never_comes(self):
        back = self.find(self.settled(80.78))
        back._write_machine({"expires_at": fields.Datetime.now() - timedelta(hours=1)})
        self.env.flush_all()
        self.env["epay.session"]._cron_expire()
        self.assertEqual(back.state, "expired")
        self.assertIn("next", back._clerk_values()["allowed"])

    def test_the_clerk_drops_it(self):
        sale = self.settled(80.78)
        for way in (self.find, self.engaged, self.consented, self.cancellable):
            with self.subTest(way=way.__name__):
                back = way(sale)
                self.assertIn("cancel", back._clerk_values()["allowed"])
                self.as_clerk(back).cancel()
                self.assertEqual(back.state, "cancelled")
                self.assertFalse(sale.refund_reserved)
                self.assertFalse(back.transaction_ids)

    # --- without the customer's phone ---

    def test_a_manager_goes_on_with_a_reason(self):
        for way in (self.find, self.engaged):
            back = way(self.settled(80.78))
            as_clerk = self.as_clerk(back).sudo()
            self.assertNotIn("waive_consent", as_clerk._clerk_values()["allowed"])
            back_as_manager = self.as_manager(back)
            self.assertIn(
                "waive_consent", back_as_manager.sudo()._clerk_values()["allowed"]
            )
            answer = back_as_manager.waive_consent("Phone is broken")
            self.assertEqual(answer["session"]["state"], "consented")
            self.assertTrue(answer["session"]["return"]["consent_waived"])
            row = self.last_event(back)
            self.assertEqual((row.user_id, row.why), (self.manager, "Phone is broken"))
            self.inquire(back)
            self.execute(back)
            receipt = back._receipt_values()
            self.assertEqual(receipt["origin"]["waived"], "Phone is broken")

    def test_nobody_says_that_the_customer_agreed(self):
        back = self.engaged(self.settled(80.78))
        self.as_manager(back).waive_consent("Phone is broken")
        self.assertNotIn("You agreed", back._customer_sentence())
        self.assertIn("Phone is broken", back._customer_sentence())
        agreed = {step["key"]: step["done"] for step in back._steps()}["agreed"]
        self.assertFalse(agreed)
        with self.assertRefused("wrong_state"):
            self.refuse(back)

    def test_the_customer_agrees_after_a_manager_went_on(self):
        back = self.engaged(self.settled(80.78))
        self.as_manager(back).waive_consent("In a hurry")
        for _press in range(2):
            self.consent(back)
        rows = back.event_ids.filtered("visit_id").filtered(
            lambda event: event.why == "The customer agreed all the same."
        )
        self.assertEqual(len(rows), 1)
        self.assertEqual(back.state, "consented")
        self.assertIn("You agreed", back._customer_sentence())
        self.assertTrue(back._steps()[1]["done"])

    def test_a_clerk_can_not_go_on_without(self):
        back = self.find(self.settled(80.78))
        with self.assertRefused("manager_only"):
            self.as_clerk(back).waive_consent("No phone")
        self.assertEqual(back.state, "open")

    def test_a_reason_is_needed(self):
        back = self.find(self.settled(80.78))
        for reason in ("", "  ", None, False, 5):
            with self.subTest(reason=reason), self.assertRefused("reason_missing"):
                self.as_manager(back).waive_consent(reason)

    def test_a_refusal_can_not_be_waived(self):
        back = self.engaged(self.settled(80.78))
        self.refuse(back)
        with self.assertRefused("wrong_state"):
            self.as_manager(back).waive_consent("He changed his mind")

    def test_a_sale_has_no_consent_to_waive(self):
        with self.assertRefused("wrong_state"):
            self.as_manager(self.register()).waive_consent("Why not")
