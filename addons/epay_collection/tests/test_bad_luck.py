from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CollectionCase

RUN = "odoo.addons.epay_counter.models.epay_operation_run"


@tagged("post_install", "-at_install")
class TestBadLuck(CollectionCase):
    """What goes wrong between money and books: taken once, booked once."""

    def authorized_for(self, line):
        deal = self.open(line)
        self.join(deal)
        self.choose(deal)
        self.as_clerk(deal).request_authorization()
        self.provider_says(self.attempt(deal))
        return deal

    def test_the_money_is_there_and_the_books_fail(self):
        line = self.make_line(invoice_id=self.make_invoice().id)
        deal = self.authorized_for(line)
        locked = patch.object(
            type(line), "_ensure_invoices", side_effect=UserError("The year is closed")
        )
        with locked, mute_logger(RUN):
            self.settle(deal)
        self.assertEqual((deal.state, line.state), ("settling", "opened"))
        self.assertEqual((line.amount_due, line.collected_amount), (0, 0))
        with self.assertRefused("line_opened"):
            self.report(line, "cash")
        self.later()
        self.settle(deal)
        self.assertEqual((deal.state, line.state), ("settled", "collected"))
        self.assertEqual((line.collected_amount, self.receivable()), (80, 0))
        self.assertEqual(self.outcomes(line), ["paid"])

    def test_cash_whose_books_fail_was_not_reported(self):
        line = self.make_line(invoice_id=self.make_invoice().id)
        locked = patch.object(
            type(self.env["account.payment"]),
            "action_post",
            side_effect=UserError("The year is closed"),
        )
        with locked, self.assertRaises(UserError):
            self.report(line, "cash")
        self.assertEqual((line.state, self.outcomes(line)), ("planned", []))
        self.report(line, "cash")
        self.assertEqual((line.collected_amount, self.receivable()), (80, 0))

    def test_cash_whose_entry_the_office_cancels(self):
        line = self.make_line(invoice_id=self.make_invoice().id)
        self.report(line, "cash")
        line.attempt_ids.payment_id.move_id.button_cancel()
        self.assertEqual((line.state, line.amount_due), ("not_collected", 80))
        self.assertEqual(self.as_clerk(self.route).get_schedule()["cash"], 0)

    def test_cash_that_is_cancelled_while_its_bill_is_corrected(self):
        """It is owed again once the bill is posted anew."""
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id)
        self.report(line, "cash")
        invoice.button_draft()
        payment = line.attempt_ids.payment_id
        payment.action_draft()
        payment.action_cancel()
        invoice.action_post()
        self.assertEqual((line.state, line.amount_due), ("not_collected", 80))

    def test_cash_goes_in_a_box_of_the_stores_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["account.journal"].create(
            {
                "name": "Dollars",
                "code": "USDC",
                "type": "cash",
                "company_id": self.company.id,
                "currency_id": dollar.id,
            }
        )
        line = self.make_line()
        self.report(line, "cash")
        journal = line.attempt_ids.payment_id.journal_id
        self.assertFalse(journal.currency_id)

    def test_a_left_over_line_that_is_paid_ahead_just_now_is_not_moved(self):
        line = self.make_line(invoice_id=self.make_invoice().id)
        self.schedule.with_user(self.manager).action_close()
        customer = line.with_user(self.public).sudo()
        customer._pay_ahead(None, self.env["res.partner"], "en_US")
        deal = line.session_ids
        self.choose(deal)
        tx = self.attempt(deal)
        self.provider_says(tx, "pending")
        self.fill()
        self.assertFalse(line.moved_to_id)
        self.provider_says(tx)
        self.assertEqual((deal.state, line.state), ("settled", "collected"))

    def test_a_left_over_line_whose_customer_only_looks_is_moved(self):
        line = self.make_line(invoice_id=self.make_invoice().id)
        self.schedule.with_user(self.manager).action_close()
        customer = line.with_user(self.public).sudo()
        customer._pay_ahead(None, self.env["res.partner"], "en_US")
        self.fill()
        self.assertEqual(line.session_ids.state, "cancelled")
        self.assertEqual((line.state, line.moved_to_id.state), ("moved", "planned"))

    def fill(self):
        plan = self.make_schedule("draft", date=self.today + timedelta(days=1))
        fills = self.env["epay.collection.fill"].with_user(self.manager)
        fills.create({"schedule_id": plan.id}).fill_step()
