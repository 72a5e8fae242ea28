from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .common import CollectionCase


@tagged("post_install", "-at_install")
class TestOpenCollection(CollectionCase):
    """SD2: a line of the schedule is opened at the counter."""

    def test_the_deal_has_amount_and_details_of_the_line(self):
        order = self.make_order()
        line = self.make_line(sale_order_id=order.id)
        answer = self.as_clerk(self.route).open_collection(line.id)
        self.assertNoNone(answer)
        deal = self.env["epay.session"].browse(answer["session"]["id"])
        self.assertEqual((deal.state, deal.amount), ("open", 100))
        self.assertEqual(deal.description, order.name)
        self.assertEqual(deal.line_ids.mapped("quantity"), [5])
        self.assertEqual(answer["session"]["collection"]["id"], line.id)
        self.assertEqual(line.state, "opened")
        self.assertEqual(line.session_ids, deal)

    def test_lines_with_taxes_on_top_are_not_shown(self):
        self.company.account_sale_tax_id.price_include_override = "tax_excluded"
        order = self.make_order()
        deal = self.open(self.make_line(sale_order_id=order.id))
        self.assertEqual(deal.amount, 120)
        self.assertFalse(deal.line_ids)

    def test_a_second_device_sees_the_same_deal(self):
        line = self.make_line()
        first = self.open(line)
        self.assertEqual(self.open(line), first)
        self.assertEqual(len(line.session_ids), 1)

    def test_the_same_key_opens_once(self):
        line = self.make_line()
        route = self.as_clerk(self.route)
        key = "0f2c3f8e-15ac-4b02-9e0b-1f4c8b6d4c11"
        first = route.open_collection(line.id, client_key=key)
        again = route.open_collection(line.id, client_key=key)
        self.assertEqual(first["session"]["id"], again["session"]["id"])
        with self.assertRefused("key_reused"):
            route.open_collection(self.make_line().id, client_key=key)

    def test_a_part(self):
        line = self.make_line(50)
        deal = self.open(line, "20.50")
        self.assertEqual(deal.amount, 20.5)
        self.assertIn("a part of 50.00", deal.description)

    def test_another_part_makes_the_deal_anew(self):
        line = self.make_line(50)
        first = self.open(line)
        self.join(first)
        second = self.open(line, 20)
        self.assertEqual((first.state, second.state), ("cancelled", "open"))
        self.assertEqual((second.amount, line.state), (20, "opened"))

    def test_bad_amounts(self):
        line = self.make_line(50)
        for amount in (0, -1, "50.01", "20.005", "20,5", "much", 1e12, True, [5]):
            with self.subTest(amount=amount), self.assertRefused("bad_amount"):
                self.open(line, amount)
        self.assertEqual((line.state, line.session_ids.ids), ("planned", []))

    def test_the_counters_limits_hold(self):
        self.route.max_amount = 40
        line = self.make_line(50)
        with self.assertRefused("bad_amount"):
            self.open(line)
        self.assertEqual(self.open(line, 40).amount, 40)

    def test_another_deal_live_at_the_counter(self):
        self.register(7, self.route)
        line = self.make_line()
        with self.assertRefused("counter_busy"):
            self.open(line)
        self.assertEqual(line.state, "planned")

    def test_a_finished_deal_makes_room(self):
        self.pay(self.open(self.make_line()))
        self.assertEqual(self.open(self.make_line()).state, "open")

    def test_two_clerks_open_one_line(self):
        other = self.make_user("epay_route_clerk2", "epay_counter.group_epay_clerk")
        self.route.user_ids = [Command.link(other.id)]
        second = self.make_counter(
            code="R8", name="Route eight", user_ids=[Command.set(other.ids)]
        )
        line = self.make_line()
        deal = self.open(line)
        with self.assertRefused("line_opened"):
            second.with_user(other).open_collection(line.id)
        self.assertEqual(line.session_ids, deal)

    def test_a_line_may_be_paid_at_another_counter_of_the_store(self):
        deal = self.open(self.make_line(), counter=self.counter)
        self.assertEqual(deal.counter_id, self.counter)

    def test_a_closed_counter(self):
        self.as_clerk(self.route).close_counter()
        with self.assertRefused("counter_closed"):
            self.open(self.make_line())

    def test_a_schedule_that_is_not_handed_out(self):
        for state in ("draft", "closed"):
            schedule = self.make_schedule(state)
            with self.subTest(state=state), self.assertRefused("wrong_state"):
                self.open(self.make_line(schedule_id=schedule.id))

    def test_lines_that_are_not_there(self):
        for line_id in (0, -1, 2**31 - 1, "5", None, False, 5.0, [5]):
            with self.subTest(line_id=line_id), self.assertRefused("not_your_line"):
                self.as_clerk(self.route).open_collection(line_id)

    def test_lines_of_other_clerks_and_stores(self):
        other = self.make_counter(code="R7", user_ids=[Command.clear()])
        foreign = self.make_line(schedule_id=self.make_schedule(counter_id=other.id).id)
        with self.assertRefused("not_your_line"):
            self.open(foreign)
        store = self.make_store(name="Elsewhere", code="elsewhere")
        elsewhere = self.make_counter(store_id=store.id, code="E1", kind="route")
        away = self.make_line(
            schedule_id=self.make_schedule(counter_id=elsewhere.id).id
        )
        with self.assertRefused("not_your_line"):
            self.open(away)

    def test_a_strangers_counter(self):
        stranger = self.make_user("epay_stranger", "epay_counter.group_epay_clerk")
        line = self.make_line()
        with self.assertRefused("not_your_counter"):
            self.route.with_user(stranger).open_collection(line.id)

    def test_the_deal_is_dropped_and_the_line_is_planned_again(self):
        line = self.make_line()
        deal = self.open(line)
        self.as_clerk(deal).cancel("Wrong door")
        self.assertEqual((line.state, line.amount_due), ("planned", 50))
        self.assertEqual(self.outcomes(line), ["dropped"])
        self.assertEqual(line.attempt_ids.reason, "Wrong door")

    def test_a_parked_deal_of_the_line_is_named(self):
        line = self.make_line()
        deal = self.open(line)
        self.join(deal)
        self.choose(deal)
        self.as_clerk(deal).request_authorization()
        self.provider_says(self.attempt(deal))
        self.as_clerk(self.route).next()
        with self.assertRefused("line_opened") as refusal:
            self.open(line)
        self.assertIn(deal.name, str(refusal.exception))


@tagged("post_install", "-at_install")
class TestPaidMeanwhile(CollectionCase):
    """The source changes between planning and door, and between opening and paying."""

    def test_an_invoice_that_was_paid(self):
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id)
        self.pay_elsewhere(invoice)
        self.assertEqual((line.state, line.amount_due), ("collected", 0))
        self.assertEqual(self.outcomes(line), ["elsewhere"])
        with self.assertRefused("wrong_state"):
            self.open(line)

    def test_an_invoice_that_was_paid_in_part(self):
        invoice = self.make_invoice(80)
        line = self.make_line(invoice_id=invoice.id)
        self.pay_elsewhere(invoice, 30)
        self.assertEqual((line.state, line.amount_due), ("planned", 50))
        self.assertEqual(self.open(line).amount, 50)

    def test_an_invoice_that_was_cancelled(self):
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id)
        invoice.button_draft()
        self.assertEqual(line.amount_due, 0)
        with self.assertRefused("nothing_due"):
            self.open(line)
        invoice.button_cancel()
        self.assertEqual(line.state, "cancelled")

    def test_an_order_that_was_cancelled(self):
        order = self.make_order()
        line = self.make_line(sale_order_id=order.id)
        order._action_cancel()
        self.assertEqual((line.state, line.amount_due), ("cancelled", 0))

    def test_an_order_whose_invoice_was_paid(self):
        order = self.make_order()
        line = self.make_line(sale_order_id=order.id)
        order._force_lines_to_invoice_policy_order()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(line.amount_due, 100)
        self.pay_elsewhere(invoice)
        self.assertEqual((line.state, line.amount_due), ("collected", 0))

    def test_paid_between_opening_and_authorization(self):
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id)
        deal = self.open(line)
        self.join(deal)
        self.choose(deal)
        self.pay_elsewhere(invoice)
        with self.assertRefused("nothing_due"):
            self.as_clerk(deal).request_authorization()
        self.as_clerk(deal).cancel()
        self.assertEqual(line.state, "collected")

    def test_paid_between_authorization_and_settling(self):
        invoice = self.make_invoice()
        line = self.make_line(invoice_id=invoice.id)
        deal = self.open(line)
        self.join(deal)
        self.choose(deal)
        self.as_clerk(deal).request_authorization()
        self.provider_says(self.attempt(deal))
        self.assertEqual(line.amount_due, 0)
        self.pay_elsewhere(invoice, 50)
        with self.assertRefused("amount_mismatch"):
            self.settle(deal)
        self.as_clerk(deal).cancel()
        self.assertEqual((line.state, line.amount_due), ("planned", 30))

    def test_paid_between_the_capture_and_the_books(self):
        """The money is taken: it is booked, and stays the customer's credit."""
        invoice = self.make_invoice(80)
        line = self.make_line(invoice_id=invoice.id)
        deal = self.open(line)
        self.join(deal)
        self.choose(deal)
        self.as_clerk(deal).request_authorization()
        self.provider_says(self.attempt(deal))
        books = type(deal)._register_sale

        def paid_first(session):
            self.pay_elsewhere(invoice)
            return books(session)

        with patch.object(type(deal), "_register_sale", paid_first):
            self.settle(deal)
        self.assertEqual((deal.state, line.state), ("settled", "collected"))
        self.assertEqual((invoice.amount_residual, self.receivable()), (0, -80))
        reasons = deal.event_ids.filtered("why").mapped("why")
        self.assertTrue([why for why in reasons if "80.00" in str(why)])

    def test_an_order_paid_online_meanwhile(self):
        order = self.make_order()
        line = self.make_line(sale_order_id=order.id)
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"{order.name}-online",
                "amount": 100,
                "currency_id": order.currency_id.id,
                "partner_id": self.debtor.id,
                "operation": "online_direct",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        tx._set_done()
        self.assertEqual(line.amount_due, 0)
        with self.assertRefused("nothing_due"):
            self.open(line)
