from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import CollectionCase


class SourceCase(CollectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dollar = cls.env.ref("base.USD")
        cls.dollar.active = True
        cls.in_dollars = cls.env["product.pricelist"].create(
            {
                "name": "In dollars",
                "currency_id": cls.dollar.id,
                "company_id": cls.company.id,
            }
        )

    def pay_online(self, state, amount, **values):
        """The customer pays in Odoo's own portal."""
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": "by the portal",
                "amount": amount,
                "currency_id": self.store.currency_id.id,
                "partner_id": self.debtor.id,
                "operation": "online_direct",
                **values,
            }
        )
        tx._epay_set_state(state, "")
        return tx

    def ask_in_advance(self, order, percent=30):
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create(
            {"advance_payment_method": "percentage", "amount": percent}
        ).create_invoices()
        order.invoice_ids.action_post()
        return order.invoice_ids

    def make_terms(self, *percents, **values):
        return self.env["account.payment.term"].create(
            {
                "name": "Terms",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": 30 * n}
                    )
                    for n, share in enumerate(percents)
                ],
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestChangedSources(SourceCase):
    """What the office changes while the clerk is on the way."""

    def test_only_customers_invoices_are_collected(self):
        bill = self.make_invoice(50, posted=False, move_type="in_invoice", ref="X")
        bill.action_post()
        with self.assertRaises(ValidationError):
            self.make_line(invoice_id=bill.id)

    def test_an_order_that_was_deleted(self):
        order = self.make_order(confirmed=False)
        line = self.make_line(sale_order_id=order.id)
        self.open(line)
        order.unlink()
        self.assertEqual((line.state, line.amount_due), ("cancelled", 0))
        self.assertEqual(self.outcomes(line), ["dropped", "elsewhere"])

    def test_an_invoice_that_was_deleted(self):
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id)
        invoice.button_draft()
        invoice.unlink()
        self.assertEqual((line.state, line.amount_due), ("cancelled", 0))

    def test_the_draft_invoice_of_an_order_may_go(self):
        order = self.make_order()
        line = self.make_line(sale_order_id=order.id)
        order._force_lines_to_invoice_policy_order()
        order._create_invoices().unlink()
        self.assertEqual((line.state, line.amount_due), ("planned", 100))

    def test_a_source_with_money_on_its_way_stays(self):
        invoice = self.make_invoice()
        deal = self.open(self.make_line(invoice_id=invoice.id))
        self.join(deal)
        self.choose(deal)
        self.as_clerk(deal).request_authorization()
        self.provider_says(self.attempt(deal))
        invoice.button_draft()
        with self.assertRefused("line_opened"):
            invoice.unlink()

    def test_an_invoice_that_is_being_corrected_is_owed_again(self):
        """A deal that is dropped meanwhile doesn't make it "paid elsewhere"."""
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id)
        deal = self.open(line)
        invoice.button_draft()
        self.as_clerk(deal).cancel("Wrong door")
        self.assertEqual((line.state, self.outcomes(line)), ("planned", ["dropped"]))
        with self.assertRefused("nothing_due") as refusal:
            self.open(line)
        self.assertIn("being changed in the office", str(refusal.exception))
        invoice.action_post()
        self.assertEqual(line.amount_due, 80)

    def test_what_was_credited_meanwhile_is_named(self):
        invoice = self.make_invoice()
        deal = self.open(self.make_line(invoice_id=invoice.id))
        self.join(deal)
        self.choose(deal)
        invoice._reverse_moves(cancel=True)
        with self.assertRefused("nothing_due") as refusal:
            self.as_clerk(deal).request_authorization()
        self.assertIn(f"{invoice.name} was cancelled", str(refusal.exception))

    def assertOtherCurrency(self, line):
        self.assertEqual(line.amount_due, 0)
        with self.assertRefused("other_currency"):
            self.report(line, "cash")
        with self.assertRefused("other_currency"):
            self.open(line)

    def test_an_order_in_another_currency_by_now(self):
        order = self.make_order(confirmed=False)
        line = self.make_line(sale_order_id=order.id)
        order.pricelist_id = self.in_dollars
        self.assertOtherCurrency(line)

    def test_an_invoice_in_another_currency_by_now(self):
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id)
        invoice.button_draft()
        invoice.currency_id = self.dollar
        invoice.action_post()
        self.assertOtherCurrency(line)

    def test_a_store_of_another_currency_by_now(self):
        line = self.make_line()
        self.store.pricelist_id = self.in_dollars
        self.assertOtherCurrency(line)

    def test_before_the_money_is_taken_too(self):
        invoice = self.make_invoice()
        deal = self.open(self.make_line(invoice_id=invoice.id))
        self.join(deal)
        self.choose(deal)
        invoice.button_draft()
        invoice.currency_id = self.dollar
        invoice.action_post()
        with self.assertRefused("other_currency"):
            self.as_clerk(deal).request_authorization()


@tagged("post_install", "-at_install")
class TestWhatIsDue(SourceCase):
    """Of orders and invoices as offices have them."""

    def test_a_draft_invoice_for_less(self):
        """The office made it cheaper before it was posted."""
        order = self.make_order()
        order._force_lines_to_invoice_policy_order()
        draft = order._create_invoices()
        draft.invoice_line_ids.price_unit = 18
        line = self.make_line(sale_order_id=order.id)
        self.assertEqual(line.amount_due, 90)
        self.collect(line)
        self.assertEqual((line.state, self.receivable()), ("collected", 0))

    def test_an_order_of_which_a_part_was_paid_in_advance(self):
        order = self.make_order()
        self.pay_elsewhere(self.ask_in_advance(order))
        line = self.make_line(sale_order_id=order.id)
        self.assertEqual(line.amount_due, 70)
        self.collect(line)
        self.assertEqual((line.state, self.receivable()), ("collected", 0))
        self.assertEqual(set(order.invoice_ids.mapped("amount_residual")), {0})

    def test_an_order_of_which_a_part_was_asked_in_advance(self):
        order = self.make_order()
        self.ask_in_advance(order)
        line = self.make_line(sale_order_id=order.id)
        self.report(line, "cash", amount=50)
        self.assertEqual((line.state, line.amount_due), ("partly", 50))
        self.collect(line)
        self.assertEqual((line.state, self.receivable()), ("collected", 0))

    def test_an_order_that_was_paid_online_in_part_and_invoiced_in_part(self):
        """160, of which 100 were paid; with 60 of these the first invoice is paid."""
        hours = self.make_product(name="Hours", invoice_policy="delivery")
        order = self.make_order(quantity=8, product=hours)
        tx = self.pay_online("done", 100, sale_order_ids=[Command.set(order.ids)])
        line = self.make_line(sale_order_id=order.id)
        self.assertEqual(line.amount_due, 60)
        tx._post_process()
        order.order_line.qty_delivered = 3
        invoice = order._create_invoices()
        invoice.action_post()
        (tx.payment_id.move_id | invoice).line_ids.filtered(
            lambda item: item.account_type == "asset_receivable" and not item.reconciled
        ).reconcile()
        self.env.invalidate_all()
        self.assertEqual((invoice.amount_residual, line.amount_due), (0, 60))

    def test_an_invoice_that_is_being_paid_in_the_portal(self):
        """Authorized there, and captured later: not once more at the door."""
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id)
        self.pay_online("authorized", 80, invoice_ids=[Command.set(invoice.ids)])
        with self.assertRefused("nothing_due"):
            self.open(line)

    def test_an_early_discount_is_no_rest(self):
        terms = self.make_terms(
            100, early_discount=True, discount_percentage=2, discount_days=40
        )
        for collect in (self.collect, lambda line: self.report(line, "cash")):
            invoice = self.make_invoice(
                80, invoice_payment_term_id=terms.id, invoice_date_due=False
            )
            line = self.make_line(invoice_id=invoice.id)
            collect(line)
            self.assertEqual((line.state, invoice.amount_residual), ("collected", 0))
        self.assertEqual(self.receivable(), 0)

    def test_an_invoice_in_instalments(self):
        terms = self.make_terms(50, 50)
        invoice = self.make_invoice(
            80, invoice_payment_term_id=terms.id, invoice_date_due=False
        )
        line = self.make_line(invoice_id=invoice.id)
        self.report(line, "cash", amount=50)
        self.assertEqual(line.amount_due, 30)
        self.collect(line)
        self.assertEqual((line.state, self.receivable()), ("collected", 0))

    def test_who_got_the_bill_has_paid(self):
        """Whoever the clerk is sent to."""
        neighbour = self.debtor.copy({"name": "Neighbour"})
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id, partner_id=neighbour.id)
        self.report(line, "cash", amount=30)
        self.assertEqual(self.receivable(), 50)
        self.collect(line)
        self.assertEqual(self.receivable(), 0)
        self.assertEqual(self.balance("asset_receivable", neighbour), 0)


@tagged("post_install", "-at_install")
class TestPaymentsWithoutEntry(SourceCase):
    """With Odoo's accounting, a payment may have no entry until the bank statement."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.line = self.make_line(invoice_id=self.invoice.id)
        says = patch.object(
            type(self.invoice),
            "_get_invoice_in_payment_state",
            lambda move: "in_payment",
        )
        says.start()
        self.addCleanup(says.stop)
        domain = [("company_id", "=", self.company.id)]
        self.methods = self.env["account.payment.method.line"].search(domain)
        self.methods.payment_account_id = False

    def test_what_the_office_entered_is_paid(self):
        self.pay_elsewhere(self.invoice, 30)
        self.assertFalse(self.invoice.matched_payment_ids.move_id)
        self.env.invalidate_all()
        self.assertEqual((self.invoice.amount_residual, self.line.amount_due), (80, 50))
        self.pay_elsewhere(self.invoice, 50)
        with self.assertRefused("nothing_due"):
            self.open(self.line)

    def register(self, invoices, amount, **values):
        """The office enters one payment of these invoices; it gets no entry."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({"group_payment": True, "amount": amount, **values})
        )
        wizard.action_create_payments()
        payment = invoices.matched_payment_ids
        self.assertFalse(payment.move_id)
        self.env.invalidate_all()
        return payment

    def test_another_currency_is_converted(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": yen.id,
                "company_id": self.company.id,
                "name": self.today - timedelta(days=40),
                "rate": 160,
            }
        )
        self.register(self.invoice, 8000, currency_id=yen.id)
        self.assertEqual(self.line.amount_due, 30)

    def test_one_payment_of_two_invoices_is_not_taken_off_both(self):
        other = self.make_line(invoice_id=self.make_invoice(50).id)
        self.register(self.invoice | other.invoice_id, 100)
        self.assertEqual((self.line.amount_due, other.amount_due), (0, 30))

    def test_nor_is_one_that_was_paid_online(self):
        other = self.make_line(invoice_id=self.make_invoice(50).id)
        both = self.invoice | other.invoice_id
        self.pay_online("authorized", 100, invoice_ids=[Command.set(both.ids)])
        self.assertEqual((self.line.amount_due, other.amount_due), (0, 30))

    def test_with_a_credit_note_that_was_set_off(self):
        credit = self.make_invoice(20, move_type="out_refund")
        other = self.make_line(invoice_id=self.make_invoice(50).id)
        self.register(self.invoice | other.invoice_id | credit, 80)
        self.assertEqual((self.line.amount_due, other.amount_due), (0, 30))
        self.assertEqual(credit._epay_rest(), 0)

    def test_too_much_for_one_invoice_is_nothing_off_the_next(self):
        order = self.make_order_of_hours()
        first = order._create_invoices()
        first.action_post()
        line = self.make_line(sale_order_id=order.id)
        self.register(first, 55)
        self.assertEqual(line.amount_due, 60)

    def test_a_rest_is_rounded(self):
        """82.76 - (64.69 + 18.07) is a bit above zero for a computer."""
        invoice = self.make_invoice(82.76)
        line = self.make_line(invoice_id=invoice.id)
        for amount in (64.69, 18.07):
            self.pay_elsewhere(invoice, amount)
        self.env.invalidate_all()
        self.assertEqual(invoice._epay_rest(), 0)
        with self.assertRefused("nothing_due") as refusal:
            self.open(line)
        self.assertIn("was paid meanwhile", str(refusal.exception))

    def test_a_schedule_is_filled_with_what_is_left_of_a_bill(self):
        """Odoo says "in payment" of it as soon as a part is."""
        self.line.with_user(self.manager).action_cancel()
        self.pay_elsewhere(self.invoice, 30)
        self.pay_elsewhere(self.make_invoice(50), 50)
        self.env.invalidate_all()
        self.assertEqual(self.invoice.payment_state, "in_payment")
        for least, amounts in ((50.01, []), (50, [50])):
            fill = self.env["epay.collection.fill"].with_user(self.manager)
            fill = fill.create({"schedule_id": self.schedule.id, "least": least})
            fill.fill_step()
            lines = self.schedule.line_ids - self.line
            with self.subTest(least=least):
                self.assertEqual(lines.mapped("amount"), amounts)

    def test_our_own_money_needs_one(self):
        """Otherwise the customer would be asked for it once more."""
        self.mute("odoo.addons.epay_counter.models.epay_operation_run")
        deal = self.collect(self.line)
        self.assertEqual((deal.state, self.line.state), ("settling", "opened"))
        [why] = filter(None, deal.operation_ids.mapped("error"))
        self.assertIn("payment journal", why)
        account = self.env["account.payment"]._get_outstanding_account("inbound")
        self.methods.payment_account_id = account
        self.settle(deal)
        self.assertEqual((deal.state, self.line.state), ("settled", "collected"))
        self.assertEqual(self.receivable(), 0)
