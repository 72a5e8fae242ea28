from unittest.mock import patch

from odoo.tests import tagged

from .common import OPERATION_LOGS
from .test_return_books import ReturnBooksCase


@tagged("post_install", "-at_install")
class TestToldWithoutOurReference(ReturnBooksCase):
    """The back office refunds the same sum while nobody knows what became of ours."""

    def setUp(self):
        super().setUp()
        self.mute(*OPERATION_LOGS)
        self.sale = self.settled(100)
        self.back = self.cancellable(self.sale, refund_amount=30)
        self.payment = self.sale.live_transaction_id

    def tell(self, reference="re_1"):
        """The provider tells of a refund of 30, as its module takes it."""
        refund = self.payment._create_child_transaction(
            30, is_refund=True, provider_reference=reference
        )
        refund._set_done()
        self.commit()
        return refund

    def execute_and_hear(self, reference):
        """The message comes while our request is under way."""

        def claim_and_hear(operation):
            taken = claim(operation)
            if operation.kind == "refund":
                self.tell(reference)
            return taken

        operations = type(self.env["epay.operation"])
        claim = operations._claim
        with patch.object(operations, "_claim", claim_and_hear):
            return self.execute(self.back)

    def lose_answer(self):
        with self.no_answer():
            self.execute(self.back)

    def assertGaveBack(self, *references):
        """Refunds that are done, and the deal counts each of them once."""
        done = self.payment._epay_done_refunds()
        self.assertEqual(sorted(done.mapped("provider_reference")), sorted(references))
        self.assertEqual(self.sale.returned_amount, 30 * len(references))
        self.assertEqual(self.sale.refund_reserved, 30 * len(references))
        self.assertFalse(self.payment._epay_refund_children().epay_maybe_id)

    @property
    def ours(self):
        return self.back.transaction_ids

    def test_it_does_not_end_the_doubt(self):
        self.lose_answer()
        self.tell()
        self.assertEqual((self.back.state, self.back.in_doubt), ("reversing", True))
        self.assertEqual(self.ours.state, "draft")
        self.assertEqual(self.sale.returned_amount, 0, "whose it is isn't known")
        self.assertEqual(self.sale.refund_reserved, 60, "both may have been made")
        self.assertIn("re_1", self.back._open_operation().error)
        self.assertFalse(
            self.sale.event_ids.filtered(lambda e: "re_1" in (e.why or ""))
        )

    def test_odoo_does_not_book_it_meanwhile(self):
        self.lose_answer()
        told = self.tell()
        told._post_process()
        self.assertFalse(told.payment_id)

    def test_our_answer_names_another_one(self):
        self.execute_and_hear("re_1")
        self.assertGaveBack("re_1", self.ours.provider_reference)
        self.assertReversed(self.back, 30)
        notes = self.sale.event_ids.mapped("why")
        self.assertTrue(any("outside the counter" in (why or "") for why in notes))

    def test_our_answer_names_that_one(self):
        reference = f"demo-R-{self.payment.reference}"
        self.execute_and_hear(reference)
        self.assertEqual(self.ours.provider_reference, reference)
        self.assertGaveBack(reference)
        self.assertReversed(self.back, 30)

    def test_our_answer_comes_first(self):
        self.execute(self.back)
        self.tell()
        self.assertGaveBack("re_1", self.ours.provider_reference)

    def test_ours_is_refused(self):
        with self.declines():
            self.execute_and_hear("re_1")
        self.assertEqual(self.back.state, "cancellable")
        self.assertGaveBack("re_1")

    def test_asked_by_our_reference_it_was_made_too(self):
        self.lose_answer()
        self.tell()
        data = {
            "reference": self.ours.reference,
            "simulated_state": "done",
            "manual_capture": True,
        }
        with patch.object(
            type(self.payment), "_epay_fetch_payment_data", lambda tx: data
        ):
            self.later()
        self.assertGaveBack("re_1", self.ours.provider_reference)
        self.assertReversed(self.back, 30)

    def test_asked_by_our_reference_it_was_never_made(self):
        self.lose_answer()
        self.tell()
        with patch.object(
            type(self.payment), "_epay_fetch_payment_data", lambda tx: {}
        ):
            self.later()
        self.assertEqual(self.back.state, "cancellable")
        self.assertGaveBack("re_1")

    def test_a_manager_says_that_it_was_made(self):
        self.lose_answer()
        self.tell()
        self.as_manager(self.back).resolve("succeeded", "One of 30 in the dashboard")
        self.assertEqual(self.ours.provider_reference, "re_1")
        self.assertGaveBack("re_1")
        self.assertReversed(self.back, 30)

    def test_a_manager_says_so_and_there_were_two(self):
        self.lose_answer()
        self.tell()
        self.tell("re_2")
        self.as_manager(self.back).resolve("succeeded", "Two of 30 in the dashboard")
        self.assertGaveBack("re_1", "re_2")
        self.assertReversed(self.back, 30)

    def test_a_manager_was_mistaken_and_our_answer_comes_at_last(self):
        self.lose_answer()
        self.tell()
        self.as_manager(self.back).resolve("succeeded", "One of 30 in the dashboard")
        with patch.object(type(self.payment), "_post_process", lambda tx: None):
            self.ours.provider_reference = "re_ours"
            self.commit()
        self.assertGaveBack("re_1", "re_ours")

    def test_a_manager_says_that_it_was_not_made(self):
        self.lose_answer()
        self.tell()
        self.as_manager(self.back).resolve("failed", "That one was the office's")
        self.assertEqual(self.back.state, "cancellable")
        self.assertGaveBack("re_1")

    def test_a_provider_that_names_ours_means_another(self):
        self.lose_answer()
        with patch.object(type(self.payment), "_epay_names_refunds", lambda tx: True):
            self.tell()
        self.assertEqual((self.back.state, self.back.in_doubt), ("reversing", True))
        self.assertEqual(self.sale.returned_amount, 30)
        self.assertEqual(self.sale.refund_reserved, 60)
        self.as_manager(self.back).resolve("succeeded", "Two of 30 in the dashboard")
        self.assertEqual(self.sale.returned_amount, 60)
