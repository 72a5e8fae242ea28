from datetime import date, timedelta

from odoo.tests import Form, tagged

from .test_day_close import DAY, NOON, DayCloseCase

NEXT_DAY = DAY + timedelta(days=1)
NIGHT = "2026-11-20 20:00:00"
NEXT_MORNING = "2026-11-22 10:00"


class RefundCase(DayCloseCase):
    def refunded_at(self, moment, session, amount=30, **arguments):
        with self.freeze(moment):
            return self.refund_elsewhere(session, amount, **arguments)

    def fails_at(self, moment, refund):
        """The provider says afterwards that it could not give the money back."""
        with self.freeze(moment):
            refund.sudo()._set_error("No such account", extra_allowed_states=("done",))
            self.commit()

    def close_next(self, **arguments):
        """The close of the day after."""
        return self.close(NEXT_DAY, moment=NEXT_MORNING, **arguments)

    def wizard(self, moment="2026-11-21 17:00"):
        with self.freeze(moment):
            return Form(self.as_manager(self.env["epay.day.close.make"]))


@tagged("post_install", "-at_install")
class TestRefundsAfterTheClose(RefundCase):
    def closed_at_noon(self):
        session = self.settled_at("2026-11-20 09:00", 100)
        self.close(moment=NOON)
        return session

    def test_it_is_in_the_next_days_close(self):
        self.refunded_at(NIGHT, self.closed_at_noon())
        close = self.close_next()
        self.assertEqual(self.sums(close), [(0, 0, 1, 30, -30)])
        with self.assertRefused("nothing_to_close"):
            self.close()

    def test_its_day_is_named_and_can_be_closed_again(self):
        self.refunded_at(NIGHT, self.closed_at_noon())
        self.assertEqual(self.wizard().earlier, "2026-11-20")
        self.assertEqual(self.sums(self.close()), [(0, 0, 1, 30, -30)])
        self.assertFalse(self.wizard().earlier)
        with self.assertRefused("nothing_to_close"):
            self.close_next()

    def test_before_the_deal_was_settled(self):
        """The provider took the money and gave it back before the clerk settled."""
        self.provider.capture_manually = False
        self.closed_at_noon()
        session = self.open_at("2026-11-20 12:00", 100)
        self.refunded_at(NIGHT, session)
        with self.freeze("2026-11-21 08:00"):
            self.settle(session)
        self.assertEqual(session.settled_at.date(), NEXT_DAY)
        self.assertEqual(self.sums(self.close_next()), [(1, 100, 1, 30, 70)])

    def test_what_was_before_the_counters_first_close_is_not_counted(self):
        session = self.settled_at("2026-11-17 11:00", 100)
        self.refunded_at("2026-11-19 11:00", session)
        self.settled_at(NOON, 5)
        self.assertEqual(self.sums(self.close()), [(1, 5, 0, 0, 5)])
        self.assertFalse(self.wizard().earlier)
        with self.assertRefused("nothing_to_close"):
            self.close_next()

    def test_what_is_of_a_later_day_waits(self):
        session = self.settled_at(NOON, 100)
        self.refunded_at("2026-11-21 09:00", session)
        self.assertEqual(self.sums(self.close()), [(1, 100, 0, 0, 100)])

    def test_another_counters_first_close_says_nothing_about_this_one(self):
        other = self.make_counter(code="T2", name="Deli")
        self.settled_at("2026-11-17 11:00", 5, counter=other)
        self.close(date(2026, 11, 17), counter=other)
        session = self.settled_at("2026-11-17 11:00", 100)
        self.refunded_at("2026-11-18 11:00", session)
        self.assertFalse(self.wizard().earlier)
        self.assertIn("Nothing", self.wizard().summary)


@tagged("post_install", "-at_install")
class TestRefundsThatFail(RefundCase):
    def counted(self):
        """A refund of 30 that was counted: the close says 70."""
        refund = self.refunded_at(NOON, self.settled_at(NOON, 100))
        self.assertEqual(self.sums(self.close()), [(1, 100, 1, 30, 70)])
        return refund

    def test_the_next_close_takes_it_out_once(self):
        refund = self.counted()
        self.fails_at("2026-11-21 09:00", refund)
        close = self.close_next()
        self.assertEqual(self.sums(close), [(0, 0, -1, -30, 30)])
        self.assertEqual((close.refund_count, close.reversal_ids), (-1, refund))
        with self.assertRefused("nothing_to_close"):
            self.close_next()

    def test_the_sums_of_all_closes_are_what_the_merchant_has(self):
        refund = self.counted()
        self.fails_at("2026-11-21 09:00", refund)
        self.close_next()
        with self.freeze("2026-11-22 11:00"):
            refund.sudo()._set_done(extra_allowed_states=("error",))
            self.commit()
        last = self.close(NEXT_DAY + timedelta(days=1), moment="2026-11-23 10:00")
        self.assertEqual(self.sums(last), [(0, 0, 1, 30, -30)])
        closes = self.env["epay.day.close"].search(
            [("counter_id", "=", self.counter.id)]
        )
        self.assertEqual(sum(closes.line_ids.mapped("net_amount")), 70)

    def test_the_close_that_counted_it_stays(self):
        refund = self.counted()
        first = refund.epay_day_close_id
        self.fails_at("2026-11-21 09:00", refund)
        self.close_next()
        self.assertEqual(self.sums(first), [(1, 100, 1, 30, 70)])
        self.assertEqual(first.refund_ids, refund)

    def test_the_wizard_tells_of_it(self):
        self.fails_at("2026-11-21 09:00", self.counted())
        self.assertIn("failed after they were counted: 1", self.wizard().summary)
        self.assertEqual(self.wizard("2026-11-22 17:00").earlier, "2026-11-21")

    def test_one_that_was_not_counted_leaves_no_trace(self):
        refund = self.refunded_at(NOON, self.settled_at(NOON, 100))
        self.fails_at(NIGHT, refund)
        self.assertEqual(self.sums(self.close()), [(1, 100, 0, 0, 100)])

    def test_a_failure_of_a_later_day_waits(self):
        refund = self.counted()
        self.fails_at("2026-11-21 09:00", refund)
        with self.assertRefused("nothing_to_close"):
            self.close()

    def test_what_the_provider_made_a_void_has_not_failed(self):
        refund = self.counted()
        # Without its keys, which Odoo would ask for.
        self.env.cr.execute(
            "UPDATE payment_provider SET code = 'authorize' WHERE id = %s",
            [self.provider.id],
        )
        self.env.invalidate_all()
        with self.freeze("2026-11-21 09:00"):
            refund.sudo()._set_canceled(extra_allowed_states=("done",))
            self.commit()
        with self.assertRefused("nothing_to_close"):
            self.close_next()

    def test_it_prints(self):
        refund = self.counted()
        self.fails_at("2026-11-21 09:00", refund)
        close = self.close_next()
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.manager)
            .with_context(allowed_company_ids=self.company.ids)
            ._render_qweb_html("epay_counter.report_day_close", close.ids)
        )
        text = html.decode()
        self.assertIn(refund.reference, text)
        self.assertIn("failed after all", text)
