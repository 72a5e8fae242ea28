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
