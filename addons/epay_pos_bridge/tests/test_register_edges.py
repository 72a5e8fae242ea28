"""What cashiers may try at a register, and what goes wrong there."""

from uuid import uuid4

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .register_common import RegisterCase


@tagged("post_install", "-at_install")
class TestRegisterLinks(RegisterCase):
    """Which deal paid a line is found by us, and is the very amount."""

    def test_a_line_of_another_amount_was_not_paid_by_the_deal(self):
        uuid, deal = self.paid(1.00)
        order = self.make_order((uuid, 50.00))
        self.assertFalse(order.payment_ids.epay_session_id)
        with self.assertRaises(UserError) as caught:
            self.close_register()
        self.assertIn(deal.name, str(caught.exception))

    def test_a_line_that_is_changed_later_was_not_paid_by_it_any_more(self):
        uuid, _deal = self.paid(8.40)
        order = self.make_order((uuid, 8.40))
        self.assertTrue(order.payment_ids.epay_session_id)
        order.payment_ids.amount = 84.0
        self.assertFalse(order.payment_ids.epay_session_id)

    def test_a_line_that_is_made_cash_later_was_not_paid_by_it_any_more(self):
        """“Edit Payment” on the receipt's screen: the books would say cash, and the
        provider have the money.
        """
        uuid, deal = self.paid()
        payment = self.make_order((uuid, 8.40)).payment_ids.with_user(self.cashier)
        other = self.make_method(name="Cash", use_payment_terminal=False)
        config = self.register_config.with_context(
            bypass_payment_method_ids_forbidden_change=True
        )
        config.payment_method_ids += other
        payment.payment_method_id = other
        self.assertFalse(payment.epay_session_id)
        with self.assertRaises(UserError) as caught:
            self.close_register()
        self.assertIn(deal.name, str(caught.exception))
        payment.payment_method_id = self.phone_method
        self.assertEqual(payment.epay_session_id, deal)

    def test_a_refund_is_no_payment(self):
        origin_uuid, _sale = self.paid()
        uuid = str(uuid4())
        self.at_register().epay_refund(uuid, 8.40, origin_uuid)
        self.commit()
        self.agree(self.deal(uuid))
        order = self.make_order((uuid, 8.40))
        self.assertFalse(order.payment_ids.epay_session_id)

    def test_no_cashier_names_the_deal(self):
        _uuid, deal = self.paid()
        order = self.make_order((str(uuid4()), 8.40))
        payment = order.payment_ids
        payment.with_user(self.cashier).write({"epay_session_id": deal.id})
        self.assertFalse(payment.epay_session_id)
        made = self.env["pos.payment"].create(
            {
                "pos_order_id": order.id,
                "amount": 8.40,
                "payment_method_id": self.phone_method.id,
                "epay_session_id": deal.id,
            }
        )
        self.assertFalse(made.epay_session_id)

    def test_an_order_that_comes_after_its_money_was_given_back_is_noted(self):
        uuid, deal = self.paid()
        back = self.reversed(deal)
        self.make_order((uuid, 8.40))
        notes = " ".join(self.pos_session.message_ids.mapped("body"))
        self.assertIn(deal.name, notes)
        self.assertIn(back.name, notes)


@tagged("post_install", "-at_install")
class TestRegisterCalls(RegisterCase):
    def refund(self, uuid, amount, origin_uuid):
        self.at_register().epay_refund(uuid, amount, origin_uuid)
        self.commit()

    def test_another_refund_of_the_same_line_is_refused(self):
        origin_uuid, _sale = self.paid()
        uuid = str(uuid4())
        self.refund(uuid, 8.40, origin_uuid)
        with self.assertRefused("wrong_state"):
            self.refund(uuid, 3.00, origin_uuid)

    def test_what_was_taken_is_not_what_was_given_back(self):
        uuid, _sale = self.paid()
        with self.assertRefused("bad_amount"):
            self.refund(uuid, 8.40, uuid)

    def test_lines_that_no_customer_can_read(self):
        for lines in (
            [{"name": "Bread", "total": float("nan")}],
            [{"name": "Bread", "total": float("inf")}],
            [{"name": "Bread", "total": 10**400}],
            [{"name": "Bread", "total": True}],
            [{"name": "Bread", "total": 0.0}] * 9999 + [{"name": "x", "total": 8.4}],
            {"name": "Bread"},
            7,
        ):
            uuid, _status = self.ring_up(8.40, lines=lines)
            self.assertFalse(self.deal(uuid).line_ids)
            self.at_register().epay_cancel(uuid)

    def test_a_deal_is_finished_while_the_register_is_being_closed(self):
        uuid, _status = self.ring_up()
        self.pos_session.state = "closing_control"
        self.assertEqual(self.status(uuid)["state"], "open")
        with self.assertRefused("register_closed"):
            self.ring_up()
        self.assertTrue(self.at_register().epay_cancel(uuid)["cancelled"])


@tagged("post_install", "-at_install")
class TestRegisterClosing(RegisterCase):
    def test_it_stays_open_on_the_cashiers_screen_while_a_customer_pays(self):
        self.ring_up()
        session = self.pos_session.with_user(self.cashier)
        with self.assertRaises(UserError):
            session.update_closing_control_state_session("")
        self.assertEqual(self.pos_session.state, "opened")

    def test_the_cashier_reads_who_is_still_paying(self):
        uuid, _status = self.ring_up()
        answer = self.pos_session.with_user(self.cashier).close_session_from_ui()
        self.assertFalse(answer["successful"])
        self.assertIn(self.deal(uuid).name, answer["message"])

    def test_there_is_no_other_way_to_close_it(self):
        self.ring_up()
        session = self.pos_session.with_user(self.cashier)
        for close in (
            session.action_pos_session_validate,
            session.action_pos_session_close,
        ):
            with self.assertRaises(UserError):
                close()
        self.assertEqual(self.pos_session.state, "opened")


@tagged("post_install", "-at_install")
class TestRegisterCounter(RegisterCase):
    def test_who_may_not_set_up_a_counter_makes_no_cashiers_its_clerks(self):
        boss = self.make_user("epay_boss", "point_of_sale.group_pos_manager")
        other = self.make_counter(code="T2")
        with self.assertRaises(AccessError):
            self.register_config.with_user(boss).epay_counter_id = other
            self.env.flush_all()

    def test_who_has_nothing_to_do_with_counters_sets_up_registers(self):
        boss = self.make_user("epay_boss", "point_of_sale.group_pos_manager")
        configs = self.env["pos.config"].with_user(boss).with_company(self.company)
        other = configs.create({"name": "Cash only", "company_id": self.company.id})
        other.name = "Cash"
        self.register_config.with_user(boss).write(
            {"name": "Phones", "epay_counter_id": self.counter.id}
        )
        self.assertEqual(self.register_config.name, "Phones")

    def test_a_manager_of_the_store_gives_the_counter_to_a_register(self):
        both = "point_of_sale.group_pos_manager,epay_counter.group_epay_manager"
        boss = self.make_user("epay_boss", both)
        self.store.manager_ids = [Command.link(boss.id)]
        other = self.make_counter(code="T2")
        self.register_config.with_user(boss).epay_counter_id = other
        self.assertEqual(self.register_config.epay_counter_id, other)

    def test_a_register_keeps_its_counter_while_a_customer_pays(self):
        self.ring_up()
        other = self.make_counter(code="T2")
        with self.assertRaises(UserError):
            self.register_config.epay_counter_id = other
