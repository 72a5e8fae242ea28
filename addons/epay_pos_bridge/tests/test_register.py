from unittest.mock import patch
from uuid import uuid4

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .register_common import RegisterCase


@tagged("post_install", "-at_install")
class TestRegisterPays(RegisterCase):
    """What is rung up is paid on the phone, and the line is paid by itself."""

    def test_a_line_is_registered_at_the_registers_counter(self):
        uuid, status = self.ring_up(8.40, order_name="Order 0001")
        deal = self.deal(uuid)
        self.assertEqual((status["state"], status["paid"]), ("open", False))
        self.assertTrue(status["code_svg"])
        self.assertEqual((deal.amount, deal.state), (8.40, "open"))
        self.assertEqual(deal.counter_id, self.counter)
        self.assertEqual(deal.user_id, self.cashier)
        self.assertEqual(deal.description, "Order 0001")
        self.assertEqual(deal.pos_session_id, self.pos_session)
        self.assertNoNone(status)

    def test_the_customer_reads_the_orders_lines(self):
        lines = [
            {"name": "2 × Bread", "total": 9.40},
            {"name": "Voucher", "total": -1.00},
        ]
        uuid, _status = self.ring_up(8.40, lines=lines)
        shown = self.deal(uuid).line_ids
        self.assertEqual(shown.mapped("subtotal"), [9.40, -1.00])

    def test_lines_that_are_not_what_is_paid_are_not_shown(self):
        for lines in ([{"name": "Bread", "total": 20}], ["x"], [{}], "x", None):
            with self.subTest(lines=lines):
                uuid, _status = self.ring_up(8.40, lines=lines)
                self.assertFalse(self.deal(uuid).line_ids)
                self.at_register().epay_cancel(uuid)

    def test_it_goes_on_by_itself_until_it_is_paid(self):
        uuid, deal = self.paid()
        self.assertEqual(deal.state, "settled", deal.operation_ids.mapped("error"))
        status = self.status(uuid)
        self.assertTrue(status["paid"])
        self.assertEqual(status["number"], deal.name)
        paid = deal.live_transaction_id
        self.assertEqual(status["reference"], paid.provider_reference)

    def test_asked_for_again_it_is_the_same_deal(self):
        uuid, first = self.ring_up()
        _uuid, second = self.ring_up(uuid=uuid)
        self.assertEqual(first["number"], second["number"])
        self.assertEqual(len(self.counter.session_ids), 1)

    def test_after_a_reload_the_line_finds_its_deal(self):
        uuid, deal = self.paid()
        self.assertEqual(self.status(uuid)["number"], deal.name)

    def test_another_amount_needs_the_first_to_be_cancelled(self):
        uuid, _status = self.ring_up(8.40)
        with self.assertRefused("wrong_state"):
            self.ring_up(9.40, uuid=uuid)

    def test_a_line_that_is_unknown(self):
        self.assertEqual(self.status(str(uuid4())), {"state": False})

    def test_what_is_no_line(self):
        for uuid in ("", None, 7, "x" * 65, "ü"):
            with self.subTest(uuid=uuid), self.assertRefused("bad_amount"):
                self.at_register().epay_status(uuid)

    def test_what_is_no_id_is_nobodys(self):
        """RPC takes anything in place of an id, also of a cashier."""
        uuid, _status = self.ring_up()
        for record in (self.counter, self.deal(uuid)):
            for number in (0, None, True, "1", {"a": 1}, [1]):
                act = record.with_user(self.cashier).browse([number])
                act = getattr(act, "cancel", None) or act.get_state
                with (
                    self.subTest(number=number),
                    self.assertRefused("not_your_counter"),
                ):
                    act()

    def test_amounts_that_make_no_sense(self):
        for amount in (0, -8.40, "x", None, 8.405):
            with self.subTest(amount=amount), self.assertRefused("bad_amount"):
                self.ring_up(amount)

    def test_a_phone_that_waits_is_accepted_by_the_cashier(self):
        uuid, _status = self.ring_up()
        visit = self.join_counter()
        [shown] = self.status(uuid)["visits"]
        self.assertEqual(shown["phrase"], visit.phrase)
        status = self.at_register().epay_accept(uuid, visit.id)
        self.assertEqual(status["state"], "engaged")
        self.assertEqual(status["visit"]["phrase"], visit.phrase)

    def test_a_declined_payment_is_chosen_again(self):
        uuid, _status = self.ring_up()
        deal = self.deal(uuid)
        self.join(deal)
        self.choose(deal)
        self.commit()
        self.provider_says(self.attempt(deal), "error")
        self.assertEqual(self.status(uuid)["state"], "engaged")
        self.pay_on_phone(deal)
        self.assertTrue(self.status(uuid)["paid"])

    def test_what_a_killed_process_left_goes_on_when_the_register_asks(self):
        uuid, _status = self.ring_up()
        deal = self.deal(uuid)
        self.join(deal)
        with patch.object(type(deal), "_go_on_one", lambda *args: None):
            self.choose(deal)
            self.commit()
        self.assertEqual(deal.state, "chosen")
        self.assertEqual(self.status(uuid)["state"], "authorizing")

    @mute_logger("odoo.addons.epay_counter.models.epay_operation_run")
    def test_what_failed_is_not_tried_for_ever_but_when_the_cashier_wants_it(self):
        uuid, _status = self.ring_up()
        deal = self.deal(uuid)
        self.join(deal)
        self.choose(deal)
        self.commit()
        sent = "odoo.addons.payment_demo.models.payment_transaction.PaymentTransaction"
        with patch(f"{sent}._send_capture_request") as capture:
            capture.side_effect = ValidationError("Not now.")
            self.provider_says(self.attempt(deal))
            self.commit()
            self.assertEqual(deal.state, "authorized")
            self.status(uuid)
            self.assertEqual(capture.call_count, 1)
        self.assertTrue(self.status(uuid)["can_go_on"])
        self.at_register().epay_go_on(uuid)
        self.assertTrue(self.status(uuid)["paid"])


@tagged("post_install", "-at_install")
class TestRegisterCancels(RegisterCase):
    def cancel(self, uuid):
        status = self.at_register().epay_cancel(uuid)
        self.commit()
        return status

    def test_a_line_that_waits_is_cancelled(self):
        uuid, _status = self.ring_up()
        status = self.cancel(uuid)
        self.assertTrue(status["cancelled"])
        self.assertEqual(self.deal(uuid).state, "cancelled")

    def test_a_cancelled_line_can_be_paid_after_all(self):
        uuid, first = self.ring_up()
        self.cancel(uuid)
        _uuid, second = self.ring_up(uuid=uuid)
        self.assertNotEqual(first["number"], second["number"])
        self.assertEqual(second["state"], "open")

    def test_an_authorization_is_voided(self):
        uuid, _status = self.ring_up()
        deal = self.deal(uuid)
        self.join(deal)
        self.choose(deal)
        self.commit()
        with patch.object(type(deal), "_go_on_one", lambda *args: None):
            self.provider_says(self.attempt(deal))
            self.commit()
        self.assertEqual(deal.state, "authorized")
        self.assertTrue(self.cancel(uuid)["cancelled"])
        self.assertEqual(deal.live_transaction_id.state, "cancel")

    def test_what_was_paid_is_not_cancelled(self):
        uuid, _deal = self.paid()
        status = self.cancel(uuid)
        self.assertFalse(status["cancelled"])
        self.assertTrue(status["paid"])
        self.assertTrue(status["text"])

    def test_nothing_to_cancel(self):
        self.assertTrue(self.cancel(str(uuid4()))["cancelled"])


@tagged("post_install", "-at_install")
class TestRegisterBooks(RegisterCase):
    """The register's payment line is the booking, and nothing else is."""

    def payments_of(self, deal):
        transactions = deal.transaction_ids | deal.return_ids.transaction_ids
        return transactions.payment_id

    def test_the_deal_books_nothing(self):
        _uuid, deal = self.paid()
        self.assertFalse(deal.sale_order_id)
        self.assertFalse(deal.invoice_id)
        self.env["payment.transaction"]._cron_post_process()
        self.assertFalse(self.payments_of(deal))

    def test_the_session_closes_without_a_difference(self):
        uuid, deal = self.paid(8.40)
        other, _deal = self.paid(4.20)
        self.make_order((uuid, 8.40))
        self.make_order((other, 4.20))
        self.close_register()
        self.assertEqual(self.pos_session.state, "closed")
        payments = self.env["account.payment"].search(
            [("pos_session_id", "=", self.pos_session.id)]
        )
        self.assertEqual(payments.mapped("amount"), [12.60])
        receivable = self.pos_session._get_related_account_moves().line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(round(sum(receivable.mapped("balance")), 2), 0)
        self.assertFalse(self.payments_of(deal))

    def test_the_line_names_the_transaction(self):
        uuid, deal = self.paid()
        order = self.make_order((uuid, 8.40))
        payment = order.payment_ids
        self.assertEqual(payment.epay_session_id, deal)
        self.assertEqual(payment.transaction_id, deal.name)
        paid = deal.live_transaction_id
        self.assertEqual(payment.payment_ref_no, paid.provider_reference)

    def test_a_line_that_was_forced_has_no_deal(self):
        order = self.make_order((str(uuid4()), 8.40))
        self.assertFalse(order.payment_ids.epay_session_id)

    def force(self, uuid):
        """The cashier takes the line for paid, and finishes the order."""
        order = self.make_order((uuid, 8.40))
        order.payment_ids.payment_status = "done"
        self.commit()
        return order.payment_ids

    def test_who_was_asked_for_a_forced_line_is_not_asked_any_more(self):
        uuid, _status = self.ring_up()
        payment = self.force(uuid)
        self.assertEqual(self.deal(uuid).state, "cancelled")
        self.assertFalse(payment.epay_session_id)
        self.close_register()
        self.assertEqual(self.pos_session.state, "closed")

    def test_what_the_customer_was_just_paying_is_the_forced_lines(self):
        uuid, _status = self.ring_up()
        deal = self.deal(uuid)
        self.join(deal)
        self.choose(deal)
        self.commit()
        self.assertEqual(deal.state, "authorizing")
        payment = self.force(uuid)
        self.assertFalse(payment.epay_session_id)
        self.provider_says(self.attempt(deal))
        self.commit()
        self.assertEqual(deal.state, "settled", deal.operation_ids.mapped("error"))
        self.assertEqual(payment.epay_session_id, deal)
        self.assertEqual(payment.transaction_id, deal.name)
        self.close_register()
        self.assertEqual(self.pos_session.state, "closed")

    @mute_logger("odoo.addons.epay_counter.models.payment_transaction")
    def test_who_was_declined_after_the_line_was_forced_is_not_asked_again(self):
        uuid, _status = self.ring_up()
        deal = self.deal(uuid)
        self.join(deal)
        self.choose(deal)
        self.commit()
        self.force(uuid)
        self.provider_says(self.attempt(deal), "error")
        self.commit()
        self.assertEqual(deal.state, "cancelled")

    def test_a_line_of_a_draft_order_that_is_paid_later_has_its_deal(self):
        uuid, _status = self.ring_up()
        order = self.make_order((uuid, 8.40))
        deal = self.deal(uuid)
        self.pay_on_phone(deal)
        order.payment_ids.payment_status = "done"
        self.assertEqual(order.payment_ids.epay_session_id, deal)

    def test_the_goods_leave_the_stock_once(self):
        uuid, deal = self.paid()
        self.assertNotIn("deliver", [kind for kind, _state in self.operations(deal)])

    def test_a_session_with_a_customer_who_pays_does_not_close(self):
        uuid, _status = self.ring_up()
        with self.assertRaises(UserError) as caught:
            self.close_register()
        self.assertIn(self.deal(uuid).name, str(caught.exception))
        self.assertEqual(self.pos_session.state, "opened")

    def test_a_payment_in_no_order_keeps_the_session_open(self):
        _uuid, deal = self.paid()
        with self.assertRaises(UserError) as caught:
            self.close_register()
        self.assertIn(deal.name, str(caught.exception))

    def test_a_manager_closes_all_the_same_and_it_is_noted(self):
        _uuid, deal = self.paid()
        boss = self.make_user("epay_boss", "point_of_sale.group_pos_manager")
        self.close_register(boss)
        self.assertEqual(self.pos_session.state, "closed")
        self.assertIn(deal.name, " ".join(self.pos_session.message_ids.mapped("body")))
