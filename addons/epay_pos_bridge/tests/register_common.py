"""Builders for the tests of registers."""

from uuid import uuid4

from odoo import Command

from odoo.addons.epay_counter.tests.common import EpayCase
from odoo.addons.epay_counter.tests.return_common import ReturnBuilders

from .common import BridgeBuilders

CASHIER = "base.group_user,point_of_sale.group_pos_user"


class RegisterBuilders(BridgeBuilders):
    """An open register on the counter, with its cashier."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier = cls.make_user("epay_cashier", CASHIER)
        cls.phone_method = cls.make_method()
        cls.register_config = cls.make_register(cls.counter)
        cls.pos_session = cls.open_register(cls.register_config)

    @classmethod
    def make_method(cls, **values):
        """The payment method “Counter (customer's phone)”."""
        journal = cls.env["account.journal"].create(
            {
                "name": "Phones",
                "code": f"PH{uuid4().hex[:3]}",
                "type": "bank",
                "company_id": cls.company.id,
            }
        )
        return cls.env["pos.payment.method"].create(
            {
                "name": "Counter (customer's phone)",
                "journal_id": journal.id,
                "company_id": cls.company.id,
                "payment_method_type": "terminal",
                "use_payment_terminal": "epay_counter",
                **values,
            }
        )

    @classmethod
    def make_register(cls, counter, **values):
        configs = cls.env["pos.config"].with_company(cls.company)
        return configs.create(
            {
                "name": "Register 1",
                "company_id": cls.company.id,
                "epay_counter_id": counter.id,
                "payment_method_ids": [Command.set(cls.phone_method.ids)],
                **values,
            }
        )

    @classmethod
    def open_register(cls, config):
        session = cls.env["pos.session"].create(
            {"config_id": config.id, "user_id": cls.cashier.id}
        )
        session.set_opening_control(0, "")
        return session

    # --- the register ---

    def at_register(self, config=None):
        """The register as its cashier has it."""
        return (config or self.register_config).with_user(self.cashier)

    def ring_up(self, amount=8.40, uuid=None, **arguments):
        """The cashier chooses the customer's phone for a payment line."""
        uuid = uuid or str(uuid4())
        status = self.at_register().epay_pay(uuid, amount, **arguments)
        self.commit()
        return uuid, status

    def status(self, uuid):
        status = self.at_register().epay_status(uuid)
        self.commit()
        return status

    def deal(self, uuid):
        return self.env["epay.session"].search(
            [("pos_payment_uuid", "=", uuid)], limit=1, order="id desc"
        )

    def pay_on_phone(self, deal):
        """The customer joins, chooses, and confirms on the phone: nothing else is done
        by anybody.
        """
        if not deal._bound_visit():
            self.join(deal)
        self.choose(deal)
        self.commit()
        self.provider_says(self.attempt(deal))
        self.commit()

    def agree(self, back):
        """The customer joins a return, and agrees on the phone."""
        self.join(back)
        back.with_user(self.public).sudo()._consent(back._bound_visit())
        self.commit()

    def paid(self, amount=8.40, **arguments):
        """A payment line that was paid on a phone: its UUID and deal."""
        uuid, _status = self.ring_up(amount, **arguments)
        deal = self.deal(uuid)
        self.pay_on_phone(deal)
        return uuid, deal

    # --- orders ---

    def make_order(self, *payments, product=None, price=None):
        """A finished order of the register, paid by `(uuid, amount)`."""
        product = product or self.bread
        total = sum(amount for _uuid, amount in payments)
        taxes = product.taxes_id
        price = price or total
        result = taxes.compute_all(price, self.company.currency_id)
        order = self.env["pos.order"].create(
            {
                "session_id": self.pos_session.id,
                "company_id": self.company.id,
                "amount_total": total,
                "amount_tax": result["total_included"] - result["total_excluded"],
                "amount_paid": 0.0,
                "amount_return": 0.0,
                "lines": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "qty": 1,
                            "price_unit": price,
                            "price_subtotal": result["total_excluded"],
                            "price_subtotal_incl": result["total_included"],
                            "tax_ids": [Command.set(taxes.ids)],
                        }
                    )
                ],
            }
        )
        for uuid, amount in payments:
            order.add_payment(
                {
                    "pos_order_id": order.id,
                    "amount": amount,
                    "uuid": uuid,
                    "payment_method_id": self.phone_method.id,
                }
            )
        order.action_pos_order_paid()
        return order

    def close_register(self, user=None):
        session = self.pos_session.with_user(user or self.cashier)
        return session.action_pos_session_closing_control()


class RegisterCase(ReturnBuilders, RegisterBuilders, EpayCase):
    """A register on a counter, in a transaction that is rolled back."""
