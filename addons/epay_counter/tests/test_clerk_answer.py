from odoo.tests import tagged

from .test_money import MoneyCase


@tagged("post_install", "-at_install")
class TestClerkAnswer(MoneyCase):
    """What the clerk's screen is told so that it need not guess from texts."""

    def told(self, field):
        return self.as_clerk(self.counter).get_state()["session"][field]

    def test_a_decline_is_told_as_one(self):
        for outcome, told in (("error", "declined"), ("cancel", "cancelled")):
            with self.subTest(outcome=outcome):
                session = self.authorizing(12)
                self.provider_says(self.attempt(session), outcome)
                self.assertEqual(session.state, "engaged")
                self.assertEqual(self.told("declined"), told)
                self.as_clerk(session).cancel()
                self.as_clerk(self.counter).next()

    def test_a_customer_who_turns_back_after_a_decline_was_not_declined(self):
        session = self.authorizing(12)
        self.provider_says(self.attempt(session), "error")
        self.choose(session)
        visit = session._bound_visit()
        self.as_customer(session)._unchoose(visit)
        self.assertEqual(session.state, "engaged")
        self.assertFalse(self.told("declined"))

    def test_money_that_was_given_back_is_told(self):
        session = self.authorized(12)
        self.as_clerk(session).cancel()
        self.assertEqual(self.told("money"), "none")
        self.as_clerk(self.counter).next()
        self.one_phase()
        session = self.authorized(12)
        self.as_clerk(session).cancel()
        self.assertEqual(self.told("money"), "returned")

    def test_the_store_tells_its_time_zone(self):
        self.store.tz = "Asia/Tokyo"
        answer = self.as_clerk(self.counter).get_state()
        self.assertEqual(answer["counter"]["store"]["tz"], "Asia/Tokyo")
