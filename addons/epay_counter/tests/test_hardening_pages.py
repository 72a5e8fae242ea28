from odoo import Command
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .pages_common import PagesCase


@tagged("post_install", "-at_install")
class TestShopPayments(PagesCase):
    """The shop's own payment pages know nothing of counter copies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer()
        cls.invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "invoice_line_ids": [
                    Command.create({"product_id": cls.product.id, "price_unit": 10})
                ],
            }
        )
        cls.invoice.action_post()

    def pay_invoice(self, provider):
        """What the payment form of the customer's portal sends."""
        values = {
            "access_token": self.invoice._portal_ensure_token(),
            "provider_id": provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": self.invoice.amount_total,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/my/invoices",
        }
        route = f"/invoice/transaction/{self.invoice.id}"
        return self.make_jsonrpc_request(route, values)

    def test_an_invoice_is_paid_with_a_provider_of_the_shop(self):
        self.assertTrue(self.pay_invoice(self.provider)["reference"])
        self.assertEqual(self.invoice.transaction_ids.provider_id, self.provider)

    @mute_logger("odoo.http")
    def test_an_invoice_is_not_paid_with_a_counter_copy(self):
        self.provider.epay_only = True
        with self.assertRaises(JsonRpcException) as caught:
            self.pay_invoice(self.provider)
        self.assertIn("MethodNotOffered", str(caught.exception))
        self.assertFalse(self.invoice.transaction_ids)

    def test_what_was_paid_before_can_still_be_refunded(self):
        self.pay_invoice(self.provider)
        payment = self.invoice.transaction_ids
        payment._set_done()
        self.provider.epay_only = True
        refund = payment._create_child_transaction(10, is_refund=True)
        self.assertEqual(refund.source_transaction_id, payment)


@tagged("post_install", "-at_install")
class TestOddInput(PagesCase):
    def test_a_mail_address_with_what_nobody_types_is_refused(self):
        session = self.register()
        visit = self.requested_of(session)
        self.provider_says(self.attempt(session))
        self.settle(session)
        page = self.get(visit)
        for email in ("a@b.cc\0", "a\x1b@b.cc", "a@b.cc\x85"):
            answer = self.post(f"{visit}/mail", page=page, email=email)
            self.assertRefusedPage(answer, 422, "bad_address")

    def test_a_counter_that_was_put_away_has_no_button(self):
        session = self.register()
        code = self.code_of(session)
        self.assertTrue(self.marks(self.get(code), "join"))
        self.counter.active = False
        page = self.get(code)
        self.assertEqual(page.status_code, 200)
        self.assertFalse(self.marks(page, "join"))
