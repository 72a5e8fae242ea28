from uuid import uuid4

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .register_common import RegisterCase


@tagged("post_install", "-at_install")
class TestRegisterRefunds(RegisterCase):
    """A refund order goes through the cancellation of the original deal."""

    def refund(self, origin_uuid, amount, uuid=None):
        uuid = uuid or str(uuid4())
        status = self.at_register().epay_refund(uuid, amount, origin_uuid)
        self.commit()
        return uuid, status

    def test_it_is_given_back_once_the_customer_agrees(self):
        origin_uuid, sale = self.paid()
        uuid, status = self.refund(origin_uuid, 8.40)
        self.assertEqual((status["state"], status["is_return"]), ("open", True))
        back = self.deal(uuid)
        self.agree(back)
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        self.assertTrue(self.status(uuid)["paid"])
        self.assertEqual(sale.return_state, "full")

    def test_a_part_is_given_back(self):
        origin_uuid, sale = self.paid()
        uuid, _status = self.refund(origin_uuid, 3.00)
        self.agree(self.deal(uuid))
        self.assertEqual((sale.return_state, sale.returned_amount), ("part", 3.00))

    def test_an_order_that_two_phones_have_paid(self):
        """Whichever of them is given back first."""
        first_uuid, first = self.paid(12.00)
        second_uuid, second = self.paid(8.00)
        both = [first_uuid, second_uuid]
        for amount, sale in ((8.00, second), (5.00, first), (7.00, first)):
            uuid, _status = self.refund(both, amount)
            back = self.deal(uuid)
            self.assertEqual(back.origin_id, sale)
            self.agree(back)
        with self.assertRefused("not_refundable"):
            self.refund(both, 1.00)

    def test_what_is_no_payment_of_an_order(self):
        for origin in ([], [None], [[7]], None, False, {"a": 1}):
            with self.subTest(origin=origin), self.assertRefused("not_refundable"):
                self.refund(origin, 8.40)

    def test_no_more_than_was_paid(self):
        origin_uuid, _sale = self.paid()
        with self.assertRefused("bad_amount"):
            self.refund(origin_uuid, 8.41)

    def test_what_was_not_paid_on_a_phone(self):
        with self.assertRefused("not_refundable"):
            self.refund(str(uuid4()), 8.40)

    def test_a_clerk_gives_nothing_back_that_the_register_has_booked(self):
        origin_uuid, sale = self.paid()
        self.make_order((origin_uuid, 8.40))
        with self.assertRefused("not_refundable") as caught:
            self.find(sale)
        self.assertIn("Register 1", str(caught.exception))

    def test_a_clerk_gives_back_what_is_in_no_order(self):
        _uuid, sale = self.paid()
        back = self.reversed(sale)
        self.assertEqual(back.state, "reversed", back.operation_ids.mapped("error"))
        self.close_register()
        self.assertEqual(self.pos_session.state, "closed")

    def test_asked_for_again_it_is_the_same_return(self):
        origin_uuid, sale = self.paid()
        uuid, _status = self.refund(origin_uuid, 8.40)
        self.refund(origin_uuid, 8.40, uuid)
        self.assertEqual(len(sale.return_ids), 1)

    def test_the_books_are_the_registers_only(self):
        origin_uuid, sale = self.paid()
        uuid, _status = self.refund(origin_uuid, 8.40)
        back = self.deal(uuid)
        self.agree(back)
        self.env["payment.transaction"]._cron_post_process()
        self.assertFalse(back.invoice_id)
        transactions = sale.transaction_ids | back.transaction_ids
        self.assertFalse(transactions.payment_id)

    def test_sale_and_refund_close_without_a_difference(self):
        origin_uuid, _sale = self.paid()
        self.make_order((origin_uuid, 8.40))
        uuid, _status = self.refund(origin_uuid, 8.40)
        self.agree(self.deal(uuid))
        self.make_order((uuid, -8.40))
        self.close_register()
        self.assertEqual(self.pos_session.state, "closed")


@tagged("post_install", "-at_install")
class TestRegisterSetup(RegisterCase):
    def test_two_registers_never_share_a_counter(self):
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            with mute_logger("odoo.sql_db"):
                self.make_register(self.counter, name="Register 2")
        self.assertIn("one_register_a_counter", str(caught.exception))

    def test_a_register_that_takes_phones_has_a_counter(self):
        with self.assertRaises(ValidationError):
            self.make_register(self.counter.browse())

    def test_register_and_counter_have_one_currency(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.store.pricelist_id = self.make_pricelist(currency_id=yen.id)
        other = self.make_counter(code="T2")
        with self.assertRaises(ValidationError):
            self.make_register(other)

    def test_a_closed_register_takes_nothing(self):
        self.close_register()
        with self.assertRefused("register_closed"):
            self.ring_up()

    def test_who_is_no_cashier_is_refused(self):
        stranger = self.make_user("epay_stranger", "base.group_user")
        uuid, _status = self.ring_up()
        with self.assertRaises(Exception) as caught:
            self.register_config.with_user(stranger).epay_status(uuid)
        self.assertNotIn(self.deal(uuid).name, str(caught.exception))

    def test_a_cashier_is_clerk_of_the_registers_counter_only(self):
        other = self.make_counter(code="T2", user_ids=[Command.clear()])
        with self.assertRefused("not_your_counter"):
            other.with_user(self.cashier).register_sale(1)

    def test_while_the_clerk_uses_the_counter_the_register_waits(self):
        self.register(10)
        with self.assertRefused("counter_busy"):
            self.ring_up()

    def test_while_another_window_is_paid_the_cashier_reads_what_to_do(self):
        uuid, _status = self.ring_up(8.40)
        with self.assertRefused("counter_busy") as caught:
            self.ring_up(3)
        self.assertIn(self.deal(uuid).name, str(caught.exception))
        self.assertIn("8.40", str(caught.exception))
        self.assertNotIn("Next customer", str(caught.exception))

    def test_a_deal_that_is_not_there_is_nobodys(self):
        missing = self.env["epay.session"].browse(2**31 - 1)
        with self.assertRefused("not_your_counter"):
            missing.with_user(self.cashier).cancel()

    def test_a_deal_of_another_company_is_not_found(self):
        uuid, _status = self.ring_up()
        japan = self.make_japan().company_id
        self.env.cr.execute(
            "UPDATE epay_session SET company_id = %s WHERE pos_payment_uuid = %s",
            (japan.id, uuid),
        )
        self.env.invalidate_all()
        self.assertEqual(self.status(uuid), {"state": False})
