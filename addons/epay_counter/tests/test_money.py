from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OPERATION_LOGS, EpayCase

TRANSACTION = "odoo.addons.payment.models.payment_transaction.PaymentTransaction"


class MoneyCase(EpayCase):
    def assertBooked(self, session, amount):
        """One confirmed order, one posted, paid and reconciled invoice, one payment."""
        order, invoice = session.sale_order_id, session.invoice_id
        live = session.live_transaction_id
        paying = live.child_transaction_ids or live
        payment = paying.payment_id
        self.assertEqual(session.state, "settled")
        self.assertEqual((order.state, order.amount_total), ("sale", amount))
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", amount))
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(order.invoice_ids, invoice)
        self.assertEqual(len(payment), 1)
        self.assertEqual((payment.amount, payment.is_reconciled), (amount, True))
        self.assertEqual(payment.reconciled_invoice_ids, invoice)
        self.assertEqual(live.state, "done")
        self.assertEqual(live.sale_order_ids, order)
        self.assertTrue(all((live | paying).mapped("is_post_processed")))

    def assertNothingBooked(self, session):
        self.assertNothingSold(session)
        self.assertFalse(session.transaction_ids.payment_id)

    def assertNothingSold(self, session):
        """No order, no invoice; what was paid went back, in the books, too."""
        session.invalidate_recordset()
        transactions = session.transaction_ids
        self.assertFalse(session.sale_order_id | transactions.sale_order_ids)
        self.assertFalse(session.invoice_id | transactions.invoice_ids)
        self.assertEqual(sum(transactions.payment_id.mapped("amount_signed")), 0)
        booked = [("client_order_ref", "=", session.name)]
        self.assertFalse(self.env["sale.order"].search(booked))

    def run_post_processing(self):
        """Odoo's own cron, as the scheduler runs it."""
        self.run_cron("payment.cron_post_process_payment_tx")

    def run_cron(self, xmlid):
        with self.enter_registry_test_mode():
            self.env.ref(xmlid).method_direct_trigger()
        self.env.invalidate_all()

    def time_is_up(self, session):
        session._write_machine(
            {"expires_at": fields.Datetime.now() - timedelta(hours=1)}
        )
        self.env.flush_all()
        self.env["epay.session"]._cron_expire()
        self.commit()

    def one_phase(self, can_refund=True):
        self.provider.capture_manually = False
        if not can_refund:
            self.method.support_refund = "none"


@tagged("post_install", "-at_install")
class TestMoney(MoneyCase):
    def test_form_authorize_settle_and_the_invoice_is_paid(self):
        session = self.authorized(80.78)
        self.assertEqual(session.state, "authorized")
        self.assertEqual(session.live_transaction_id.state, "authorized")
        self.assertEqual(session.captured_amount, 0)
        self.assertTrue(session.authorized_until)
        self.assertNothingBooked(session)
        answer = self.settle(session)
        self.assertFalse(answer["message"])
        self.assertEqual(answer["session"]["invoice"], session.invoice_id.name)
        self.assertBooked(session, 80.78)
        self.assertEqual(session.captured_amount, 80.78)
        self.assertEqual(session.invoice_id.amount_tax, 13.46)
        self.assertEqual(
            session.live_transaction_id.child_transaction_ids.state, "done"
        )
        self.assertEqual(
            self.operations(session),
            [
                ("authorize", "succeeded"),
                ("capture", "succeeded"),
                ("register_sale", "succeeded"),
            ],
        )
        self.assertEqual(
            self.history(session),
            "draft open engaged chosen authorizing authorized settling settled".split(),
        )

    def test_yen_have_no_decimals(self):
        counter = self.make_japan()
        session = self.settled(1200, counter=counter)
        self.assertBooked(session, 1200)
        self.assertEqual(session.currency_id.name, "JPY")
        self.assertEqual(session.invoice_id.amount_tax, 200)
        self.assertEqual(session.invoice_id.company_id, counter.company_id)

    def test_the_walk_in_customer_buys_and_the_description_is_on_the_invoice(self):
        session = self.register(12, description="Two lamps")
        self.join(session)
        self.choose(session)
        self.as_clerk(session).request_authorization()
        self.provider_says(self.attempt(session))
        self.settle(session)
        self.assertEqual(
            session.sale_order_id.partner_id, self.store.walk_in_partner_id
        )
        self.assertEqual(session.sale_order_id.order_line.name, "Two lamps")
        self.assertIn("Two lamps", session.invoice_id.invoice_line_ids.name)
        self.assertEqual(session.sale_order_id.user_id, self.clerk)

    def test_a_customer_who_is_logged_in_buys(self):
        partner = self.make_customer()
        session = self.settled(12, partner=partner)
        self.assertBooked(session, 12)
        self.assertEqual(session.invoice_id.partner_id, partner)
        self.assertEqual(session.live_transaction_id.partner_id, partner)

    def test_who_chose_in_the_end_buys_and_not_the_phone_before(self):
        second = self.make_customer("epay_test_second_customer")
        for partner, buyer in (
            (second, second),
            (False, self.store.walk_in_partner_id),
        ):
            with self.subTest(buyer=buyer.name):
                session = self.authorizing(
                    12, partner=self.make_customer(f"epay_test_first_{bool(partner)}")
                )
                declined = self.attempt(session)
                self.as_clerk(self.counter).release_visit()
                visit = self.join_counter(partner=partner, phone=False)
                self.as_clerk(self.counter).accept_visit(visit.id)
                self.provider_says(declined, "error")
                self.choose(session)
                self.as_clerk(session).request_authorization()
                self.provider_says(self.attempt(session))
                self.settle(session)
                self.assertBooked(session, 12)
                self.assertEqual(session.invoice_id.partner_id, buyer)

    def test_a_declined_deal_without_a_phone_is_nobodys(self):
        session = self.authorizing(12, partner=self.make_customer())
        declined = self.attempt(session)
        self.as_clerk(self.counter).release_visit()
        self.provider_says(declined, "error")
        self.assertEqual(session.state, "open")
        self.assertEqual(session.partner_id, self.store.walk_in_partner_id)

    def test_the_sale_is_taxed_and_booked_where_the_store_is(self):
        away = self.make_position_for("base.fr")
        customer = self.make_customer()
        customer.country_id = self.env.ref("base.fr")
        positions = self.env["account.fiscal.position"].with_company(self.company)
        self.assertEqual(positions._get_fiscal_position(customer), away)
        session = self.settled(partner=customer)
        invoice = session.invoice_id
        self.assertEqual(invoice.partner_id, customer)
        self.assertFalse(invoice.fiscal_position_id)
        self.assertNotIn(away.account_ids.account_dest_id, invoice.line_ids.account_id)
        self.assertEqual(invoice.invoice_line_ids.tax_ids, self.product.taxes_id)
        self.assertEqual((invoice.amount_total, invoice.amount_tax), (80.78, 13.46))

    def make_position_for(self, country):
        """Sales to customers in `country` go to another account; no other rules."""
        positions = self.env["account.fiscal.position"]
        positions.search([("company_id", "=", self.company.id)]).auto_apply = False
        product = self.product.with_company(self.company)
        home = product.product_tmpl_id.get_product_accounts()["income"]
        accounts = {"account_src_id": home.id, "account_dest_id": home.copy().id}
        return positions.create(
            {
                "name": "Away",
                "company_id": self.company.id,
                "auto_apply": True,
                "country_id": self.env.ref(country).id,
                "account_ids": [Command.create(accounts)],
            }
        )

    def test_lines_are_booked_with_their_products(self):
        lamp = self.make_product(name="Lamp", type="consu", list_price=99)
        session = self.register(
            52.49,
            lines=[
                {"product_id": lamp.id, "quantity": 2, "price_unit": 19.5},
                {"name": "Repair", "quantity": 1, "price_unit": "13.49"},
            ],
        )
        self.join(session)
        self.choose(session)
        self.as_clerk(session).request_authorization()
        self.provider_says(self.attempt(session))
        self.settle(session)
        self.assertBooked(session, 52.49)
        rows = session.sale_order_id.order_line
        self.assertEqual(rows.product_id, lamp | self.product)
        self.assertEqual(rows.mapped("product_uom_qty"), [2, 1])
        self.assertEqual(rows.mapped("name"), ["Lamp", "Repair"])

    def test_weighed_goods_are_booked_to_the_cent(self):
        session = self.register(
            1, lines=[{"name": "Tea", "quantity": "0.25", "price_unit": 4}]
        )
        self.assertEqual(session.line_ids.subtotal, 1)
        self.as_clerk(session).cancel()
        with self.assertRefused("bad_amount"):
            # More decimals than the database keeps would become another total.
            self.register(
                1, lines=[{"name": "T", "quantity": "0.125", "price_unit": 8}]
            )

    def test_a_discounting_pricelist_does_not_change_what_was_paid(self):
        self.env.ref("base.group_user")._apply_group(
            self.env.ref("sale.group_discount_per_so_line")
        )
        self.store.pricelist_id = self.env["product.pricelist"].create(
            {
                "name": "Friends",
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 10})
                ],
            }
        )
        lamp = self.make_product(name="Lamp", type="consu", list_price=99)
        line = {"product_id": lamp.id, "quantity": 2, "price_unit": 15}
        session = self.register(30, lines=[line])
        self.join(session)
        self.choose(session)
        self.as_clerk(session).request_authorization()
        self.provider_says(self.attempt(session))
        self.settle(session)
        self.assertBooked(session, 30)

    def test_odd_lines_are_booked_to_the_cent_however_taxes_are_rounded(self):
        tax = self.make_tax(name="Reduced", amount=7)
        bread = self.make_product(name="Bread", taxes_id=[Command.set(tax.ids)])
        lines = [
            {"product_id": bread.id, "quantity": "3", "price_unit": "3.33"},
            {"product_id": bread.id, "quantity": "0.35", "price_unit": "10.05"},
            {"name": "Tea", "quantity": "7", "price_unit": "0.99"},
            {"name": "Tea", "quantity": "0.07", "price_unit": "19.99"},
        ]
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            session = self.register("21.84", lines=lines)
            self.join(session)
            self.choose(session)
            self.as_clerk(session).request_authorization()
            self.provider_says(self.attempt(session))
            self.settle(session)
            self.assertBooked(session, 21.84)

    def test_odd_amounts_are_booked_to_the_cent(self):
        for amount in (0.05, 10.05, 33.33, 1234.56):
            with self.subTest(amount=amount):
                self.assertBooked(self.settled(amount), amount)

    def test_settle_pressed_twice_books_once(self):
        session = self.settled(10)
        done = self.operations(session)
        rows = self.history(session)
        self.assertEqual(self.settle(session)["session"]["state"], "settled")
        self.assertEqual(self.operations(session), done)
        self.assertEqual(self.history(session), rows)

    def test_settle_before_the_authorization_is_refused(self):
        session = self.register()
        for step in (
            lambda: None,
            lambda: self.join(session),
            lambda: self.choose(session),
            lambda: self.as_clerk(session).request_authorization(),
        ):
            step()
            with self.assertRefused("wrong_state"):
                self.settle(session)

    # --- saved cards ---

    def test_a_saved_card_is_charged_when_the_clerk_asks(self):
        partner = self.make_customer()
        token = self.make_token(partner)
        session = self.chosen(15, partner=partner, key=f"t-{token.id}")
        self.assertFalse(session.transaction_ids)
        answer = self.as_clerk(session).request_authorization()
        self.assertEqual(answer["session"]["state"], "authorized")
        self.assertTrue(answer["session"]["method"]["saved"])
        self.settle(session)
        self.assertBooked(session, 15)
        self.assertEqual(session.live_transaction_id.token_id, token)
        self.assertEqual(session.live_transaction_id.operation, "online_token")

    def test_a_saved_card_that_is_declined_lets_the_customer_choose_again(self):
        partner = self.make_customer()
        token = self.make_token(partner, "error")
        session = self.chosen(15, partner=partner, key=f"t-{token.id}")
        answer = self.as_clerk(session).request_authorization()
        self.assertEqual(answer["session"]["state"], "engaged")
        self.assertTrue(answer["session"]["reason"])
        self.assertEqual(answer["message"]["code"], "declined")
        self.assertEqual(self.operations(session), [("authorize", "failed")])

    def test_a_saved_card_that_is_pending_waits_for_the_provider(self):
        partner = self.make_customer()
        token = self.make_token(partner, "pending")
        session = self.chosen(15, partner=partner, key=f"t-{token.id}")
        answer = self.as_clerk(session).request_authorization()
        self.assertEqual(answer["session"]["state"], "authorizing")
        self.assertEqual(answer["session"]["turn"], "provider")
        self.provider_says(session.live_transaction_id)
        self.assertEqual(session.state, "authorized")
        self.assertEqual(self.operations(session), [("authorize", "succeeded")])

    def test_a_customer_may_save_the_card_and_a_walk_in_may_not(self):
        partner = self.make_customer()
        for who, saved in ((partner, True), (False, False)):
            session = self.authorizing(partner=who)
            visit = session._bound_visit()
            tx = self.as_customer(session)._prepare_attempt(visit, tokenize=True)
            self.assertEqual(tx.tokenize, saved)
            self.as_clerk(session).cancel()

    def test_another_customers_card_is_saved_to_nobody_elses_account(self):
        session = self.authorizing(partner=self.make_customer())
        self.as_clerk(session.counter_id).release_visit()
        second = self.make_customer("epay_test_second_customer")
        visit = self.join_counter(partner=second)
        self.as_clerk(session.counter_id).accept_visit(visit.id)
        with self.assertRefused("wrong_state"):
            self.as_customer(session)._prepare_attempt(visit, tokenize=True)
        self.choose(session)
        self.as_clerk(session).request_authorization()
        tx = self.as_customer(session)._prepare_attempt(visit, tokenize=True)
        self.assertEqual(tx.partner_id, second, "to its own account at most")

    # --- one phase ---

    def test_one_phase_authorized_means_charged_and_settle_only_books(self):
        self.one_phase()
        session = self.authorized(20)
        self.assertEqual(session.state, "authorized")
        self.assertTrue(session.charged_at_once)
        self.assertEqual(session.live_transaction_id.state, "done")
        self.assertEqual(session.captured_amount, 20)
        self.assertNothingBooked(session)
        self.settle(session)
        self.assertBooked(session, 20)
        self.assertFalse(session.live_transaction_id.child_transaction_ids)
        self.assertEqual(
            self.operations(session),
            [("authorize", "succeeded"), ("register_sale", "succeeded")],
        )

    def test_cancelling_one_phase_refunds(self):
        self.one_phase()
        session = self.authorized(20)
        answer = self.as_clerk(session).cancel("wrong size")
        self.assertEqual(answer["session"]["state"], "cancelled")
        self.assertEqual(answer["session"]["reason"], "wrong size")
        refund = session.live_transaction_id.child_transaction_ids
        self.assertEqual((refund.state, refund.amount), ("done", -20))
        self.assertEqual((session.refund_reserved, session.return_state), (20, "full"))
        self.assertIn(("refund", "succeeded"), self.operations(session))
        self.assertNothingSold(session)

    def test_what_can_not_be_refunded_is_not_cancelled(self):
        self.one_phase(can_refund=False)
        session = self.authorized(20)
        with self.assertRefused("not_refundable"):
            self.as_clerk(session).cancel()
        self.assertEqual(session.state, "authorized")
        self.settle(session)
        self.assertBooked(session, 20)

    # --- declined and pending ---

    def test_declined_the_same_phone_chooses_again_with_the_reason(self):
        session = self.authorizing()
        visit = session._bound_visit()
        self.provider_says(self.attempt(session), "error")
        self.assertEqual(session.state, "engaged")
        self.assertIn("demo payment status", session.reason)
        self.assertEqual(session._bound_visit(), visit)
        self.assertFalse(
            session.live_transaction_id
            | session.transaction_ids.filtered(lambda tx: tx.state != "error")
        )
        self.choose(session)
        self.as_clerk(session).request_authorization()
        self.provider_says(self.attempt(session))
        self.settle(session)
        self.assertBooked(session, 80.78)
        self.assertEqual(len(session.transaction_ids), 3)

    def test_declined_after_the_phone_left_waits_for_another_phone(self):
        session = self.authorizing()
        visit = session._bound_visit()
        tx = self.attempt(session)
        self.as_customer(session)._customer_leave(visit)
        self.assertEqual((session.state, visit.state), ("authorizing", "left"))
        self.provider_says(tx, "error")
        self.assertEqual(session.state, "open")
        self.join(session)
        self.assertEqual(session.state, "engaged")

    def test_pending_is_the_providers_turn_and_may_be_parked(self):
        session = self.authorizing()
        tx = self.attempt(session)
        self.provider_says(tx, "pending")
        self.assertEqual(session.state, "authorizing")
        self.assertEqual(session._turn(), "provider")
        with self.assertRefused("in_doubt"):
            self.as_clerk(session).cancel()
        self.as_clerk(self.counter).next()
        self.assertTrue(session._is_parked())
        self.provider_says(tx)
        self.assertEqual(session.state, "authorized")
        self.settle(session)
        self.assertBooked(session, 80.78)

    def test_the_clerks_screen_hears_that_a_payment_is_pending(self):
        session = self.authorizing()
        tx = self.attempt(session)
        counter = self.as_clerk(self.counter)
        seen = counter.get_state()["counter"]["version"]
        self.provider_says(tx, "pending")
        news = counter.get_state(since=seen)
        self.assertEqual(news["session"]["turn"], "provider")
        self.assertIn("next", news["session"]["allowed"])

    def test_a_second_attempt_takes_the_place_of_the_draft(self):
        session = self.authorizing()
        first = self.attempt(session)
        second = self.attempt(session)
        self.assertEqual((first.state, second.state), ("cancel", "draft"))
        self.assertEqual(session.live_transaction_id, second)
        self.assertEqual(session.state, "authorizing")
        self.provider_says(second)
        with self.assertRefused("wrong_state"):
            self.attempt(session)

    def test_a_page_that_could_not_be_made_lets_the_customer_choose_again(self):
        session = self.authorizing()
        tx = self.attempt(session)
        self.as_customer(session)._attempt_failed(tx, "No such merchant")
        self.commit()
        self.assertEqual((session.state, tx.state), ("engaged", "error"))
        self.assertEqual(session.reason, "No such merchant")

    # --- cancelling ---

    def test_cancelling_an_authorization_voids_it(self):
        session = self.authorized()
        answer = self.as_clerk(session).cancel()
        self.assertEqual(answer["session"]["state"], "cancelled")
        self.assertTrue(answer["session"]["reason"])
        self.assertEqual(session.live_transaction_id.state, "cancel")
        self.assertEqual(self.operations(session)[-1], ("void", "succeeded"))
        self.assertNothingBooked(session)

    def test_cancelling_before_any_money_calls_nobody(self):
        for deal in (self.register, self.chosen, self.authorizing):
            session = deal()
            self.as_clerk(session).cancel()
            self.assertEqual(session.state, "cancelled")
            self.assertNotIn("void", session.operation_ids.mapped("kind"))
            self.assertFalse(
                session.operation_ids.filtered(lambda op: op.state != "failed")
            )

    def test_cancelling_twice_or_after_the_end(self):
        session = self.register()
        self.as_clerk(session).cancel()
        rows = self.history(session)
        self.as_clerk(session).cancel()
        self.assertEqual(self.history(session), rows)
        with self.assertRefused("wrong_state"):
            self.as_clerk(self.settled()).cancel()

    # --- behind the clerk's back ---

    def test_odoos_post_processing_books_nothing_before_the_clerk(self):
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", True)
        two_phase = self.authorized(10)
        self.as_clerk(self.counter).next()
        self.one_phase()
        charged = self.authorized(11)
        self.run_post_processing()
        (two_phase | charged).transaction_ids._post_process()
        self.assertNothingBooked(two_phase)
        self.assertNothingBooked(charged)
        self.assertEqual((two_phase | charged).mapped("state"), ["authorized"] * 2)
        self.settle(charged)
        self.assertBooked(charged, 11)

    def test_odoos_post_processing_after_settlement_changes_nothing(self):
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", True)
        session = self.settled(10)
        self.run_post_processing()
        session.transaction_ids._post_process()
        self.assertBooked(session, 10)
        self.assertEqual(len(session.sale_order_id.invoice_ids), 1)

    def test_a_forged_capture_does_not_register_the_sale(self):
        session = self.authorizing(10)
        tx = self.attempt(session)
        self.provider_says(tx)
        self.provider_says(tx, manual_capture=True)
        self.assertEqual((tx.state, session.state), ("done", "authorized"))
        self.assertEqual(session.captured_amount, 10)
        self.run_post_processing()
        self.assertNothingBooked(session)
        self.settle(session)
        self.assertBooked(session, 10)
        self.assertNotIn("capture", session.operation_ids.mapped("kind"))

    # --- late money ---

    def test_late_money_on_a_dropped_deal_is_voided(self):
        for drop in (lambda s: self.as_clerk(s).cancel(), self.time_is_up):
            session = self.authorizing()
            tx = self.attempt(session)
            drop(session)
            state = session.state
            self.assertEqual(tx.state, "cancel")
            self.provider_says(tx)
            self.assertEqual(session.state, state)
            self.assertTrue(tx.epay_late)
            self.assertEqual(tx.state, "cancel")
            self.assertEqual(self.operations(session)[-1], ("void", "succeeded"))
            self.assertTrue(session.operation_ids[0].aside)
            self.assertNothingBooked(session)

    def test_late_money_that_was_charged_is_refunded(self):
        self.one_phase()
        session = self.authorizing()
        tx = self.attempt(session)
        self.as_clerk(session).cancel()
        self.provider_says(tx)
        self.assertEqual(tx.state, "done")
        refund = tx.child_transaction_ids
        self.assertEqual((refund.state, refund.amount), ("done", -80.78))
        self.assertIn(("refund", "succeeded"), self.operations(session))
        self.assertNothingSold(session)
        self.run_post_processing()
        self.assertNothingSold(session)

    def test_late_money_that_can_not_be_given_back_is_told_to_the_log(self):
        self.one_phase(can_refund=False)
        session = self.authorizing()
        tx = self.attempt(session)
        self.as_clerk(session).cancel()
        with self.assertLogs(
            "odoo.addons.epay_counter.models.epay_session_late_money", "WARNING"
        ) as logged:
            self.provider_says(tx)
        self.assertIn(tx.reference, logged.output[0])
        self.assertEqual((session.state, tx.state), ("cancelled", "done"))
        self.assertNothingBooked(session)

    def test_the_message_again_gives_late_money_back_once(self):
        session = self.authorizing()
        tx = self.attempt(session)
        self.as_clerk(session).cancel()
        self.provider_says(tx)
        with mute_logger("odoo.addons.payment.models.payment_transaction"):
            session._lock()._follow()
            self.commit()
        self.assertEqual(
            [op for op in self.operations(session) if op[0] == "void"],
            [("void", "succeeded")],
        )

    def test_an_older_attempt_that_pays_while_the_deal_waits_is_used(self):
        session = self.authorizing()
        older = self.attempt(session)
        newer = self.attempt(session)
        self.provider_says(older)
        self.assertEqual(session.state, "authorized")
        self.assertEqual(session.live_transaction_id, older)
        self.provider_says(newer)
        self.assertEqual(newer.state, "cancel")
        self.assertTrue(newer.epay_late)
        self.assertEqual(older.state, "authorized")
        self.settle(session)
        self.assertBooked(session, 80.78)

    def test_an_older_attempt_that_pays_while_the_customer_chooses_is_given_back(self):
        session = self.authorizing()
        older = self.attempt(session)
        self.as_customer(session)._unchoose(session._bound_visit())
        self.assertEqual((session.state, older.state), ("engaged", "cancel"))
        self.provider_says(older)
        self.assertEqual(session.state, "engaged")
        self.assertTrue(older.epay_late)
        self.assertEqual(older.state, "cancel")
        self.choose(session)
        self.as_clerk(session).request_authorization()
        self.provider_says(self.attempt(session))
        self.settle(session)
        self.assertBooked(session, 80.78)

    @mute_logger(*OPERATION_LOGS)
    def test_late_money_that_the_provider_keeps_is_tried_three_times(self):
        session = self.authorizing()
        tx = self.attempt(session)
        self.as_clerk(session).cancel()
        calls = []

        def refuse(transaction):
            calls.append(transaction)
            raise ValidationError(self.env._("No."))

        path = "odoo.addons.payment_demo.models.payment_transaction.PaymentTransaction"
        with patch(f"{path}._send_void_request", refuse):
            self.provider_says(tx)
            self.assertEqual(len(calls), 1, "not again at once")
            for minutes in (6, 12, 18):
                later = fields.Datetime.now() + timedelta(minutes=minutes)
                with self.freeze(later):
                    session._sweep_late_money()
        self.assertEqual(len(calls), 3)
        self.assertEqual(session.state, "cancelled")

    def test_late_money_that_can_not_be_refunded_is_noted_on_the_deal(self):
        self.provider.capture_manually = False
        session = self.authorizing()
        tx = self.attempt(session)
        self.as_clerk(session).cancel()
        refund = "odoo.addons.epay_counter.models.payment_transaction"
        with patch(f"{refund}.PaymentTransaction._epay_can_refund", lambda tx: False):
            self.provider_says(tx)
            self.provider_says(tx)
        self.assertIn(tx.reference, session.reason)
        notes = session.event_ids.filtered(
            lambda event: tx.reference in (event.why or "")
        )
        self.assertEqual(len(notes), 1)

    def test_money_that_came_and_went_without_a_sale_is_in_the_books(self):
        self.provider.capture_manually = False
        session = self.authorized(10)
        self.as_clerk(session).cancel()
        self.assertEqual(session.state, "cancelled")
        payments = session.transaction_ids.payment_id
        self.assertEqual(
            sorted(payments.mapped("payment_type")), ["inbound", "outbound"]
        )
        lines = payments.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(lines.mapped("reconciled"), [True, True])
        self.assertEqual(set(session.operation_ids.mapped("state")), {"succeeded"})
        self.assertFalse(session.sale_order_id or session.invoice_id)

    # --- the books say no ---

    def test_another_total_blocks_booking_until_the_cause_is_mended(self):
        session = self.authorized(10)
        tax = self.company.account_sale_tax_id
        tax.price_include_override = "tax_excluded"
        answer = self.settle(session)
        self.assertEqual(session.state, "settling")
        self.assertEqual(session.captured_amount, 10)
        self.assertEqual(session.live_transaction_id.state, "done")
        self.assertIn("12.00", answer["session"]["reason"])
        self.assertEqual(answer["message"]["code"], "booking_failed")
        self.assertIn("settle", answer["session"]["allowed"])
        self.assertNothingBooked(session)
        self.assertEqual(self.operations(session)[-1], ("register_sale", "requested"))
        tax.price_include_override = False
        self.settle(session)
        self.assertBooked(session, 10)
        self.assertEqual(
            [kind for kind, _state in self.operations(session)],
            ["authorize", "capture", "register_sale"],
        )
        self.assertFalse(session.operation_ids[0].error)

    @mute_logger(*OPERATION_LOGS)
    def test_a_booking_that_broke_is_tried_again_by_the_recovery_job(self):
        session = self.authorized(10)
        with patch.object(
            type(session), "_register_sale", side_effect=RuntimeError("no journal")
        ):
            self.settle(session)
        self.assertEqual(session.state, "settling")
        operation = session.operation_ids[0]
        self.assertEqual(operation.error, "no journal")
        self.assertTrue(operation.next_try)
        self.env["epay.operation"]._cron_recover()
        self.assertEqual(session.state, "settling", "it is not time yet")
        operation.next_try = fields.Datetime.now() - timedelta(seconds=1)
        self.env.cr.execute(
            "UPDATE epay_operation SET create_date = create_date - interval '2 minutes'"
        )
        self.env["epay.operation"]._cron_recover()
        self.assertBooked(session, 10)

    def test_a_booking_that_failed_beside_one_that_succeeded_leaves_no_error(self):
        session = self.settled(10)
        operation = session.operation_ids[0]
        operation._note_booking_failure("another process was quicker")
        self.assertEqual((operation.state, operation.error), ("succeeded", False))
        self.assertFalse(session.reason or operation.next_try)

    @mute_logger(*OPERATION_LOGS)
    def test_a_company_without_a_sales_journal_leaves_the_money_recorded(self):
        session = self.authorized(10)
        journals = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)]
        )
        journals.active = False
        self.settle(session)
        self.assertEqual((session.state, session.captured_amount), ("settling", 10))
        self.assertNothingBooked(session)
        journals.active = True
        self.settle(session)
        self.assertBooked(session, 10)

    def test_a_settling_deal_can_not_be_cancelled(self):
        session = self.authorized(10)
        self.company.account_sale_tax_id.price_include_override = "tax_excluded"
        self.settle(session)
        with self.assertRefused("wrong_state"):
            self.as_clerk(session).cancel()

    def test_a_store_product_with_excluded_tax_is_refused(self):
        tax = self.make_tax(price_include_override="tax_excluded")
        product = self.make_product(taxes_id=[Command.set(tax.ids)])
        with self.assertRaises(ValidationError):
            self.store.product_id = product

    # --- expiry ---

    def test_deals_expire_in_every_state_before_the_money(self):
        for deal in (self.register, self.chosen, self.authorizing):
            session = deal()
            self.time_is_up(session)
            self.assertEqual(session.state, "expired")
            self.assertTrue(session.reason)
            self.assertFalse(session.expires_at)

    def test_a_deal_does_not_expire_before_its_time(self):
        session = self.register()
        self.env["epay.session"]._cron_expire()
        self.assertEqual(session._expire(), [])
        self.assertEqual(session.state, "open")

    def test_every_step_gives_the_deal_its_time_again(self):
        with self.freeze("2026-07-01 10:00:00"):
            session = self.register()
        self.assertEqual(str(session.expires_at), "2026-07-01 10:15:00")
        with self.freeze("2026-07-01 10:10:00"):
            self.join(session)
        self.assertEqual(str(session.expires_at), "2026-07-01 10:25:00")

    def test_an_authorization_that_expires_is_voided(self):
        session = self.authorized()
        self.time_is_up(session)
        self.assertEqual(session.state, "expired")
        self.assertEqual(session.live_transaction_id.state, "cancel")
        self.assertEqual(self.operations(session)[-1], ("void", "succeeded"))

    def test_one_phase_that_expires_is_refunded(self):
        self.one_phase()
        session = self.authorized(20)
        self.time_is_up(session)
        self.assertEqual((session.state, session.return_state), ("expired", "full"))

    def test_one_phase_without_refunds_does_not_expire(self):
        self.one_phase(can_refund=False)
        session = self.authorized(20)
        self.time_is_up(session)
        self.assertEqual(session.state, "authorized")
        self.assertGreater(session.expires_at, fields.Datetime.now())

    def test_pending_doubtful_and_settling_deals_do_not_expire(self):
        pending = self.authorizing()
        self.provider_says(self.attempt(pending), "pending")
        self.time_is_up(pending)
        self.assertEqual(pending.state, "authorizing")
        self.as_clerk(self.counter).next()
        settling = self.authorized(10)
        self.company.account_sale_tax_id.price_include_override = "tax_excluded"
        self.settle(settling)
        self.time_is_up(settling)
        self.assertEqual(settling.state, "settling")

    def test_the_maximum_of_the_provider_is_kept(self):
        self.provider.maximum_amount = 50
        with self.assertRefused("bad_amount"):
            self.register(50.01)
        self.assertEqual(self.register(50).state, "open")
