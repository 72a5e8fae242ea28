import base64
from datetime import timedelta

from odoo.tests import tagged

from .common import CollectionCase

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 64).decode()


@tagged("post_install", "-at_install")
class TestReports(CollectionCase):
    """What happens at doors when no deal is made."""

    def test_without_money_the_line_stays_due(self):
        for outcome in ("absent", "refused", "later", "disputed", "damaged"):
            line = self.make_line()
            answer = self.report(line, outcome, reason="At ten o'clock")
            with self.subTest(outcome=outcome):
                self.assertNoNone(answer)
                self.assertEqual((line.state, line.amount_due), ("not_collected", 50))
                self.assertEqual(self.outcomes(line), [outcome])
                self.assertEqual(line.attempt_ids.reason, "At ten o'clock")
                self.assertEqual(line.attempt_ids.user_id, self.clerk)
                self.assertEqual(answer["line"]["state"], "not_collected")

    def test_it_can_be_tried_again(self):
        line = self.make_line()
        self.report(line, "absent")
        self.report(line, "absent")
        self.collect(line)
        self.assertEqual(self.outcomes(line), ["absent", "absent", "paid"])
        self.assertEqual(line.state, "collected")

    def test_an_unknown_outcome(self):
        line = self.make_line()
        for outcome in ("dog", "", None, "paid", ["absent"]):
            with self.subTest(outcome=outcome), self.assertRefused("bad_outcome"):
                self.report(line, outcome)

    def test_the_same_key_reports_once(self):
        line = self.make_line()
        key = "7e3d2b51-8f1b-4a54-8a29-0d0c5f0b9a01"
        for _time in range(2):
            self.report(line, "cash", amount=10, client_key=key)
        self.assertEqual(line.collected_amount, 10)

    def test_a_waiting_deal_is_dropped(self):
        line = self.make_line()
        deal = self.open(line)
        self.join(deal)
        self.report(line, "refused", reason="Wrong goods")
        self.assertEqual(deal.state, "cancelled")
        self.assertEqual(self.outcomes(line), ["dropped", "refused"])
        self.assertFalse(self.route.session_id)

    def test_a_deal_with_money_on_its_way_goes_first(self):
        line = self.make_line()
        deal = self.open(line)
        self.join(deal)
        self.choose(deal)
        self.as_clerk(deal).request_authorization()
        self.provider_says(self.attempt(deal))
        for outcome in ("absent", "cash"):
            with self.subTest(outcome=outcome), self.assertRefused("line_opened"):
                self.report(line, outcome)
        self.assertEqual(line.collected_amount, 0)

    def test_after_a_part_the_line_stays_partly_collected(self):
        line = self.make_line()
        self.report(line, "cash", amount=20)
        self.report(line, "absent")
        self.assertEqual((line.state, line.amount_due), ("partly", 30))

    def test_a_closed_schedule_takes_no_reports(self):
        line = self.make_line()
        self.schedule.with_user(self.manager).action_close()
        with self.assertRefused("wrong_state"):
            self.report(line, "absent")


@tagged("post_install", "-at_install")
class TestLater(CollectionCase):
    def test_it_moves_to_the_routes_plan_of_that_day(self):
        line = self.make_line(ref="B-17", note="Ring twice")
        day = self.today + timedelta(days=3)
        answer = self.report(line, "later", reason="Payday", date=day.isoformat())
        moved = line.moved_to_id
        self.assertEqual(answer["line"]["moved_to"], day.isoformat())
        self.assertEqual((line.state, line.amount_due), ("moved", 0))
        self.assertEqual((moved.state, moved.amount_due), ("planned", 50))
        self.assertEqual((moved.date, moved.counter_id), (day, self.route))
        self.assertEqual((moved.ref, moved.note), ("B-17", "Ring twice"))

    def test_the_history_goes_with_it(self):
        line = self.make_line()
        self.report(line, "absent", reason="Dark windows")
        self.report(line, "later", date=self.today + timedelta(days=1))
        told = line.moved_to_id.sudo()._line_values()["attempts"]
        self.assertEqual([attempt["outcome"] for attempt in told], ["later", "absent"])

    def test_two_go_on_the_same_plan(self):
        day = self.today + timedelta(days=3)
        first, second = self.make_line(), self.make_line()
        for line in (first, second):
            self.report(line, "later", date=day.isoformat())
        self.assertEqual(first.moved_to_id.schedule_id, second.moved_to_id.schedule_id)

    def test_the_rest_of_a_part_moves_with_its_source(self):
        invoice = self.make_invoice(80)
        line = self.make_line(invoice_id=invoice.id)
        self.report(line, "cash", amount=30)
        self.report(line, "later", date=self.today + timedelta(days=1))
        moved = line.moved_to_id
        self.assertEqual((moved.invoice_id, moved.amount), (invoice, 50))
        self.assertEqual(line.collected_amount, 30)

    def test_bad_days(self):
        line = self.make_line()
        for date in (self.today.isoformat(), "2001-01-01", "soon", 5, "2031-02-30"):
            with self.subTest(date=date), self.assertRefused("bad_date"):
                self.report(line, "later", date=date)
        self.assertEqual((line.state, self.outcomes(line)), ("planned", []))


@tagged("post_install", "-at_install")
class TestSignature(CollectionCase):
    def test_a_drawing_is_kept(self):
        line = self.make_line()
        answer = self.as_clerk(line).sign(f"data:image/png;base64,{PNG}", "J. Müller")
        self.assertNoNone(answer)
        self.assertTrue(answer["line"]["signed"])
        self.assertEqual(line.signed_by, "J. Müller")
        self.assertEqual(line.signature, PNG.encode())

    def test_without_a_name_it_is_the_customers(self):
        line = self.make_line()
        self.as_clerk(line).sign(PNG)
        self.assertEqual(line.signed_by, "Jürgen Müller")

    def test_once_the_route_is_closed_it_stays(self):
        line = self.make_line()
        self.as_clerk(line).sign(PNG)
        self.schedule.with_user(self.manager).action_close()
        with self.assertRefused("wrong_state"):
            self.as_clerk(line).sign(PNG, "Somebody else")
        self.assertEqual(line.signed_by, "Jürgen Müller")

    def test_what_is_no_drawing(self):
        line = self.make_line()
        large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 300_000).decode()
        for drawing in ("", None, "PNG", "data:,", base64.b64encode(b"GIF"), large):
            with self.subTest(drawing=str(drawing)[:20]):
                with self.assertRefused("bad_signature"):
                    self.as_clerk(line).sign(drawing)
        self.assertFalse(line.signature)
