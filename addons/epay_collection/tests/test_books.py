from odoo import Command
from odoo.tests import tagged

from .common import CollectionCase

_NO_DELIVERY = "Odoo's delivery module is not installed"


@tagged("post_install", "-at_install")
class TestBooks(CollectionCase):
    """An invoice is paid, an order confirmed, invoiced and paid, to the cent."""

    def assertBooked(self, invoice, paid, due):
        self.assertEqual(invoice.amount_residual, due)
        states = ("paid", "in_payment") if not due else ("partial",)
        self.assertIn(invoice.payment_state, states)
        self.assertAlmostEqual(invoice.amount_total - invoice.amount_residual, paid)

    def test_an_invoice_is_paid_and_reconciled(self):
        invoice = self.make_invoice(80.78)
        line = self.make_line(invoice_id=invoice.id)
        deal = self.collect(line)
        self.assertEqual(deal.state, "settled")
        self.assertBooked(invoice, 80.78, 0)
        self.assertEqual((deal.invoice_id, deal.partner_id), (invoice, self.debtor))
        self.assertEqual((line.state, line.collected_amount), ("collected", 80.78))
        self.assertEqual(self.receivable(), 0)
        self.assertFalse(self.env["sale.order"].search([("origin", "=", deal.name)]))

    def test_a_part_leaves_the_rest_due(self):
        invoice = self.make_invoice(80.78)
        line = self.make_line(invoice_id=invoice.id)
        self.collect(line, "30.03")
        self.assertBooked(invoice, 30.03, 50.75)
        self.assertEqual((line.state, line.amount_due), ("partly", 50.75))
        self.collect(line)
        self.assertBooked(invoice, 80.78, 0)
        self.assertEqual((line.state, line.amount_due), ("collected", 0))
        self.assertEqual(self.receivable(), 0)

    def test_the_receipt_of_a_part_names_no_tax(self):
        invoice = self.make_invoice(80.78)
        line = self.make_line(invoice_id=invoice.id)
        self.assertFalse(self.collect(line, 30)._receipt_values()["tax"])
        whole = self.collect(self.make_line(invoice_id=self.make_invoice(12).id))
        self.assertEqual(whole._receipt_values()["tax"], 2)

    def test_an_order_is_confirmed_invoiced_and_paid(self):
        order = self.make_order(confirmed=False)
        line = self.make_line(sale_order_id=order.id)
        deal = self.collect(line)
        self.assertEqual(order.state, "sale")
        self.assertBooked(order.invoice_ids, 100, 0)
        self.assertEqual(
            (deal.sale_order_id, deal.invoice_id), (order, order.invoice_ids)
        )
        self.assertEqual(line.state, "collected")
        self.assertEqual(order.invoice_status, "invoiced")

    def test_a_part_of_an_order(self):
        order = self.make_order()
        line = self.make_line(sale_order_id=order.id)
        self.collect(line, 33.33)
        self.assertBooked(order.invoice_ids, 33.33, 66.67)
        self.assertEqual((line.state, line.amount_due), ("partly", 66.67))
        self.collect(line, 33.33)
        self.collect(line)
        self.assertBooked(order.invoice_ids, 100, 0)
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertEqual((line.state, self.receivable()), ("collected", 0))

    def test_an_order_that_is_invoiced_in_part(self):
        order = self.make_order_of_hours()
        order._create_invoices().action_post()
        line = self.make_line(sale_order_id=order.id)
        self.assertEqual(line.amount_due, 100)
        self.collect(line)
        self.assertEqual(sorted(order.invoice_ids.mapped("amount_total")), [40, 60])
        self.assertEqual(set(order.invoice_ids.mapped("amount_residual")), {0})

    def test_a_draft_invoice_of_the_order_is_posted(self):
        order = self.make_order()
        order._force_lines_to_invoice_policy_order()
        draft = order._create_invoices()
        self.collect(self.make_line(sale_order_id=order.id))
        self.assertEqual(order.invoice_ids, draft)
        self.assertBooked(draft, 100, 0)

    def test_what_was_typed_becomes_an_order_and_an_invoice(self):
        line = self.make_line(50, ref="B-17")
        deal = self.collect(line, 20)
        self.assertEqual(line.invoice_id.amount_total, 50)
        self.assertEqual(deal.sale_order_id.client_order_ref, "B-17")
        self.assertEqual((line.state, line.amount_due), ("partly", 30))
        self.report(line, "cash")
        self.assertBooked(line.invoice_id, 50, 0)
        self.assertEqual(deal.sale_order_id.invoice_ids, line.invoice_id)
        self.assertEqual(self.receivable(), 0)

    def test_the_debtor_pays_whoever_holds_the_phone(self):
        line = self.make_line(invoice_id=self.make_invoice().id)
        deal = self.open(line)
        self.join(deal, partner=self.make_customer())
        self.choose(deal)
        self.as_clerk(deal).request_authorization()
        self.provider_says(self.attempt(deal))
        self.settle(deal)
        paid = deal.transaction_ids.payment_id
        self.assertEqual(paid.partner_id, self.debtor)

    def test_nothing_is_booked_before_it_is_settled(self):
        order = self.make_order(confirmed=False)
        deal = self.open(self.make_line(sale_order_id=order.id))
        self.join(deal)
        self.choose(deal)
        self.as_clerk(deal).request_authorization()
        self.provider_says(self.attempt(deal))
        self.assertEqual((order.state, order.invoice_ids.ids), ("draft", []))

    def test_what_somebody_else_paid_meanwhile_stays_a_credit(self):
        invoice = self.make_invoice(80)
        deal = self.open(self.make_line(invoice_id=invoice.id))
        self.provider.capture_manually = False
        self.join(deal)
        self.choose(deal)
        self.as_clerk(deal).request_authorization()
        self.pay_elsewhere(invoice, 60)
        self.method.support_refund = "none"
        self.provider_says(self.attempt(deal))
        self.settle(deal)
        self.assertEqual((deal.state, invoice.amount_residual), ("settled", 0))
        self.assertEqual(self.receivable(), -60)


@tagged("post_install", "-at_install")
class TestCash(CollectionCase):
    def test_cash_is_a_posted_payment_at_once(self):
        invoice = self.make_invoice(80.78)
        line = self.make_line(invoice_id=invoice.id)
        self.report(line, "cash")
        payment = line.attempt_ids.payment_id
        self.assertEqual((payment.amount, payment.state), (80.78, "paid"))
        self.assertEqual(payment.journal_id.type, "cash")
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ("paid", 0))
        self.assertEqual((line.state, self.receivable()), ("collected", 0))
        self.assertEqual(self.outcomes(line), ["cash"])

    def test_a_part_in_cash(self):
        order = self.make_order()
        line = self.make_line(sale_order_id=order.id)
        self.report(line, "cash", amount="30.50")
        self.assertEqual((line.state, line.amount_due), ("partly", 69.5))
        self.assertEqual(order.invoice_ids.amount_residual, 69.5)

    def test_more_than_is_due_or_no_amount(self):
        line = self.make_line(50)
        for amount in (50.01, 0, -5, "five"):
            with self.subTest(amount=amount), self.assertRefused("bad_amount"):
                self.report(line, "cash", amount=amount)
        self.assertFalse(line.attempt_ids or line.invoice_id)

    def test_paid_elsewhere_meanwhile(self):
        line = self.make_line(invoice_id=self.make_invoice(posted=True).id)
        line.invoice_id.button_draft()
        with self.assertRefused("nothing_due"):
            self.report(line, "cash")

    def test_the_stores_own_journal(self):
        journal = self.env["account.journal"].create(
            {
                "name": "Van",
                "code": "VAN",
                "type": "cash",
                "company_id": self.company.id,
            }
        )
        self.store.cash_journal_id = journal
        line = self.make_line()
        self.report(line, "cash")
        self.assertEqual(line.attempt_ids.payment_id.journal_id, journal)

    def test_a_company_without_a_cash_journal_gets_one(self):
        domain = [("type", "=", "cash"), ("company_id", "=", self.company.id)]
        self.assertFalse(self.env["account.journal"].search(domain))
        self.report(self.make_line(), "cash")
        self.report(self.make_line(), "cash")
        self.assertEqual(len(self.env["account.journal"].search(domain)), 1)

    def test_without_a_chart_of_accounts(self):
        self.company.sudo().chart_template = False
        with self.assertRefused("setup_incomplete"):
            self.report(self.make_line(), "cash")

    def test_what_the_office_cancels_is_owed_again(self):
        """A clerk typed it at the wrong door: nobody hands over what was not taken."""
        invoice = self.make_invoice(80)
        line = self.make_line(invoice_id=invoice.id)
        self.report(line, "cash")
        payment = line.attempt_ids.payment_id
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual((line.state, line.amount_due), ("not_collected", 80))
        told = self.as_clerk(self.route).get_schedule()
        self.assertEqual((told["cash"], told["collected"], told["left"]), (0, 0, 1))
        self.collect(line)
        self.assertEqual((line.state, self.receivable()), ("collected", 0))

    def test_what_the_office_corrects_is_handed_over(self):
        line = self.make_line(invoice_id=self.make_invoice(80).id)
        self.report(line, "cash")
        payment = line.attempt_ids.payment_id
        payment.action_draft()
        payment.move_id.line_ids.remove_move_reconcile()
        payment.amount = 50
        payment.action_post()
        (payment.move_id | line.invoice_id).line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual((line.state, line.amount_due), ("partly", 30))
        self.assertEqual(self.as_clerk(self.route).get_schedule()["cash"], 50)

    def test_the_clerk_hands_over_what_was_taken_in_cash(self):
        first, second = self.make_line(50), self.make_line(20)
        self.report(first, "cash", amount=30)
        self.collect(first)
        self.report(second, "cash")
        told = self.as_clerk(self.route).get_schedule()
        self.assertEqual((told["cash"], told["collected"]), (50, 70))
        self.assertEqual((told["left"], told["total"]), (0, 2))


@tagged("post_install", "-at_install")
class TestCashOnDelivery(CollectionCase):
    """Odoo's own promise to pay on delivery ends in the right state."""

    # There is Odoo's `delivery`.
    epay_flavours = ("website",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.has_delivery():
            return
        provider = cls.env.ref("delivery.payment_provider_cod").copy(
            {"company_id": cls.company.id, "state": "enabled"}
        )
        cls.order = cls.make_order()
        cls.promise = cls.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": cls.env.ref(
                    "delivery.payment_method_cash_on_delivery"
                ).id,
                "reference": f"{cls.order.name}-cod",
                "amount": 100,
                "currency_id": cls.order.currency_id.id,
                "partner_id": cls.debtor.id,
                "operation": "online_direct",
                "sale_order_ids": [Command.set(cls.order.ids)],
            }
        )
        cls.promise._set_pending()
        cls.line = cls.make_line(sale_order_id=cls.order.id)

    @classmethod
    def has_delivery(cls):
        return bool(cls.env.ref("delivery.payment_provider_cod", False))

    def setUp(self):
        super().setUp()
        if not self.has_delivery():
            self.skipTest(_NO_DELIVERY)

    def test_a_promise_is_no_payment(self):
        self.assertEqual(self.line.amount_due, 100)

    def test_paid_on_the_phone_it_is_cancelled(self):
        self.collect(self.line)
        self.assertEqual(self.promise.state, "cancel")
        self.assertFalse(self.promise.payment_id)

    def test_paid_in_cash_it_is_done_by_that_payment(self):
        self.report(self.line, "cash")
        self.assertEqual(self.promise.state, "done")
        self.assertEqual(self.promise.payment_id, self.line.attempt_ids.payment_id)
        self.promise._post_process()
        payments = self.env["account.payment"].search(
            [("partner_id", "=", self.debtor.id)]
        )
        self.assertEqual(len(payments), 1)
        self.assertEqual(self.receivable(), 0)

    def test_a_schedule_is_filled_with_promised_orders(self):
        schedule = self.make_schedule("draft", date="2031-05-06")
        self.make_order()
        self.line.with_user(self.manager).action_cancel()
        fills = self.env["epay.collection.fill"].with_user(self.manager)
        fill = fills.create({"schedule_id": schedule.id, "source": "orders"})
        fill.fill_step()
        self.assertEqual(schedule.line_ids.sale_order_id, self.order)

    def test_planned_by_its_invoice_it_ends_all_the_same(self):
        self.line.with_user(self.manager).action_cancel()
        self.order._force_lines_to_invoice_policy_order()
        invoice = self.order._create_invoices()
        invoice.action_post()
        line = self.make_line(invoice_id=invoice.id)
        self.report(line, "cash")
        self.assertEqual(self.promise.state, "done")

    def test_paid_in_the_office_it_is_cancelled(self):
        self.order._force_lines_to_invoice_policy_order()
        invoice = self.order._create_invoices()
        invoice.action_post()
        self.pay_elsewhere(invoice)
        self.assertEqual((self.line.state, self.promise.state), ("collected", "cancel"))

    def test_a_part_keeps_the_promise(self):
        self.report(self.line, "cash", amount=40)
        self.assertEqual(self.promise.state, "pending")
        self.collect(self.line)
        self.assertEqual(self.promise.state, "cancel")
