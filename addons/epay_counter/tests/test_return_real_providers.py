from odoo.tests import tagged

from . import test_real_providers as real
from .real_providers_common import RealProviderCase
from .return_common import ReturnBuilders


class StripeWithCharges(real.Stripe):
    """Knows what was captured, refunded and disputed of a payment."""

    def __init__(self):
        super().__init__()
        self.charge = {"amount_refunded": 0, "disputed": False}

    def answer(self, call):
        answer = super().answer(call)
        if call.body.get("expand[]") == "latest_charge":
            taken = {"amount_captured": answer["amount"]}
            return {**answer, "latest_charge": {**taken, **self.charge}}
        return answer


@tagged("post_install", "-at_install")
class TestReturnStripe(ReturnBuilders, RealProviderCase):
    """Stripe is asked for the payment's present state, then for the refund."""

    code = "stripe"
    keys = real.TestStripe.keys
    company_class = StripeWithCharges
    card_values = real.TestStripe.card_values

    def sold(self):
        session = self.pay_by_saved_card()
        self.settle(session)
        self.assertSettled(session)
        return session

    def test_a_part_is_refunded(self):
        sale = self.sold()
        back = self.cancellable(sale, refund_amount="30.70")
        self.assertEqual(back.return_way, "refund")
        self.execute(back)
        self.assertEqual(back.state, "reversed")
        [refund] = self.far.asked("/refunds")
        self.assertEqual(refund.body, {"payment_intent": "pi_1", "amount": 3070})
        self.assertTrue(refund.key)
        self.assertEqual(sale.returned_amount, 30.7)

    def test_an_answer_that_got_lost_is_repeated_with_the_same_key(self):
        sale = self.sold()
        back = self.cancellable(sale)
        self.far.lose("answer")
        self.execute(back)
        self.assertTrue(back.in_doubt)
        self.later()
        self.assertSameKey(self.far.asked("/refunds"))
        self.assertEqual(back.state, "reversed")
        self.assertEqual(sale.returned_amount, 80.78)

    def test_refunded_in_the_dashboard_and_no_message_came(self):
        back = self.consented(self.sold())
        self.far.charge["amount_refunded"] = 8000
        self.inquire(back)
        self.assertEqual(back.state, "rejected")
        self.assertIn("0.78", back.reason)

    def test_a_disputed_payment(self):
        back = self.consented(self.sold())
        self.far.charge["disputed"] = True
        self.inquire(back)
        self.assertEqual(back.state, "rejected")
        self.assertIn("disput", back.reason)

    def test_not_captured_there_after_all(self):
        back = self.consented(self.sold())
        self.far.intents["pi_1"]["status"] = "requires_capture"
        self.inquire(back)
        self.assertEqual((back.state, back.return_way), ("cancellable", "void"))

    def test_the_question_got_lost(self):
        back = self.consented(self.sold())
        self.far.lose("answer")
        self.inquire(back)
        self.assertEqual(back.state, "consented")
        self.inquire(back)
        self.assertEqual(back.state, "cancellable")


@tagged("post_install", "-at_install")
class TestReturnAuthorize(ReturnBuilders, RealProviderCase):
    """Until the night's settlement Authorize.Net voids, then it refunds."""

    code = "authorize"
    keys = real.TestAuthorize.keys
    company_class = real.Authorize
    card_values = real.TestAuthorize.card_values

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.available_currency_ids = cls.env.ref("base.EUR")

    def sold(self):
        session = self.pay_by_saved_card()
        self.settle(session)
        self.assertSettled(session)
        return session

    def test_the_same_day_it_is_voided(self):
        sale = self.sold()
        self.far.status = "capturedPendingSettlement"
        back = self.cancellable(sale)
        self.assertEqual(back.return_way, "void")
        self.execute(back)
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        [voided] = self.far.transactions("voidTransaction")
        self.assertEqual(voided["refTransId"], "6001")
        self.assertEqual((sale.return_state, sale.returned_amount), ("full", 80.78))
        self.assertEqual(sale.refund_reserved, 80.78)
        self.assertEqual(back.invoice_id.amount_residual, 0)
        self.assertEqual(sale.invoice_id.amount_residual, 0)
        payments = sale.live_transaction_id.child_transaction_ids.payment_id
        self.assertEqual(payments.mapped("state"), ["canceled"])

    def test_settled_between_inquiry_and_order(self):
        """Its module takes whichever is still possible."""
        sale = self.sold()
        self.far.status = "capturedPendingSettlement"
        back = self.cancellable(sale)
        self.far.status = "settledSuccessfully"
        self.execute(back)
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        self.assertTrue(self.far.transactions("refundTransaction"))
        self.assertEqual(sale.returned_amount, 80.78)

    def test_whole_payments_only(self):
        back = self.cancellable(self.sold(), refund_amount=10)
        self.assertEqual(back.state, "rejected")

    def test_a_declined_refund_gave_nothing_back(self):
        """Its module ends the refund as cancelled, as it does after a void."""
        sale = self.sold()
        back = self.cancellable(sale)
        answer = self.far.answer

        def decline(call):
            given = answer(call)
            given.get("transactionResponse", {})["responseCode"] = "2"
            if "transactionResponse" in given:
                error = {"errorCode": "2", "errorText": "Declined"}
                given["transactionResponse"]["errors"] = [error]
            return given

        self.far.answer = decline
        self.execute(back)
        self.assertEqual(back.state, "cancellable", back.operation_ids.mapped("error"))
        self.assertEqual((sale.returned_amount, sale.refund_reserved), (0, 0))
