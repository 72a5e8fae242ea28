from odoo.tests import tagged

from .office_common import OfficeCase


@tagged("post_install", "-at_install")
class TestReturns(OfficeCase):
    """Refunds that were made outside the counter show on the deal."""

    def notes(self, session):
        """What the history says beside the moves."""
        rows = session.event_ids.filtered(lambda e: e.source == e.target)
        return [why for why in rows.sorted("id").mapped("why") if why]

    def test_a_refund_of_a_part(self):
        session = self.settled(100)
        refund = self.refund_elsewhere(session, 30)
        self.assertEqual(session.returned_amount, 30)
        self.assertEqual(session.refund_reserved, 30)
        self.assertEqual(session.return_state, "part")
        self.assertEqual(session.state, "settled")
        [note] = self.notes(session)
        self.assertIn(refund.reference, note)
        self.assertIn("30.00", note)

    def test_a_refund_of_the_whole(self):
        session = self.settled(100)
        self.refund_elsewhere(session, 100)
        self.assertEqual(session.returned_amount, 100)
        self.assertEqual(session.return_state, "full")

    def test_two_parts_are_two_rows_and_together_the_whole(self):
        session = self.settled(100)
        self.refund_elsewhere(session, 30)
        self.refund_elsewhere(session, 70)
        self.assertEqual(session.return_state, "full")
        self.assertEqual(session.returned_amount, 100)
        self.assertEqual(len(self.notes(session)), 2)

    def test_a_message_that_comes_twice_counts_once(self):
        session = self.settled(100)
        refund = self.refund_elsewhere(session, 30)
        refund._epay_follow_later()
        self.commit()
        self.assertEqual(session.returned_amount, 30)
        self.assertEqual(len(self.notes(session)), 1)

    def test_a_refund_of_the_capture_counts_too(self):
        """Odoo's own Refund button stands on the payment of the capture's child."""
        session = self.settled(100)
        child = session.live_transaction_id.child_transaction_ids
        self.refund_elsewhere(session, 40, source=child)
        self.assertEqual(session.returned_amount, 40)
        self.assertEqual(session.return_state, "part")

    def test_a_refund_that_is_not_done_yet_does_not_count(self):
        session = self.settled(100)
        tx = session.live_transaction_id.sudo()
        refund = tx._create_child_transaction(30, is_refund=True)
        refund._set_pending()
        self.commit()
        self.assertEqual(session.returned_amount, 0)
        self.assertEqual(session.return_state, "none")

    def test_a_refund_that_was_not_made_after_all(self):
        session = self.settled(100)
        refund = self.refund_elsewhere(session, 30)
        refund.state = "error"
        refund._epay_follow_later()
        self.commit()
        self.assertEqual(session.returned_amount, 0)
        self.assertEqual(session.refund_reserved, 0)
        self.assertEqual(session.return_state, "none")
        self.assertEqual(len(self.notes(session)), 2)

    def test_more_than_was_taken_is_shown_as_it_is(self):
        """A provider's dashboard may let somebody refund more (a goodwill)."""
        session = self.settled(100)
        self.refund_elsewhere(session, 120)
        self.assertEqual(session.returned_amount, 120)
        self.assertEqual(session.refund_reserved, 100)
        self.assertEqual(session.return_state, "full")

    def test_our_own_refund_is_not_told_twice(self):
        self.provider.capture_manually = False
        session = self.authorized(50)
        self.as_clerk(session).cancel()
        self.assertEqual(session.state, "cancelled")
        self.assertEqual(session.returned_amount, 50)
        self.assertEqual(session.return_state, "full")
        self.assertFalse(self.notes(session))

    def test_money_that_came_late_and_went_back_is_not_the_deals(self):
        self.provider.capture_manually = False
        session = self.settled(50)
        late = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": 50,
                "currency_id": session.currency_id.id,
                "reference": "Came late",
                "partner_id": session.partner_id.id,
                "epay_session_id": session.id,
            }
        )
        late._set_done()
        self.commit()
        self.assertIn("refund", late.child_transaction_ids.mapped("operation"))
        self.assertEqual(session.returned_amount, 0)
        self.assertEqual(session.return_state, "none")

    def test_the_clerks_screen_hears_of_it(self):
        session = self.settled(100)
        before = session.version
        self.refund_elsewhere(session, 30)
        self.env["epay.counter"]._publish_touched()
        session.invalidate_recordset()
        self.assertGreater(session.version, before)

    def test_a_currency_without_decimals(self):
        counter = self.make_japan()
        session = self.settled(1200, counter=counter)
        self.refund_elsewhere(session, 200)
        self.assertEqual(session.returned_amount, 200)
        self.assertEqual(session.return_state, "part")
