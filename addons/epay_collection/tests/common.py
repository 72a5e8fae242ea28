"""Builders for tests of collections: a route, its plan for today, orders, invoices.

`CollectionBuilders` works with `TransactionCase` and `HttpCase` alike.
"""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import TransactionCase

from odoo.addons.epay_counter.tests.common import EpayBuilders


class CollectionBuilders(EpayBuilders):
    """A route of the clerk with an open schedule for today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.route = cls.make_counter(code="R9", name="Route nine", kind="route")
        cls.today = fields.Date.context_today(cls.route.with_context(tz=cls.store.tz))
        cls.debtor = cls.env["res.partner"].create(
            {
                "name": "Jürgen Müller",
                "street": "Lange Straße 12",
                "zip": "10117",
                "city": "Berlin",
                "phone": "+49 30 1234567",
                "company_id": cls.company.id,
            }
        )
        cls.schedule = cls.make_schedule()
        cls.make_warehouse()

    @classmethod
    def make_warehouse(cls):
        """Where Odoo's stock is installed, goods are delivered from one."""
        if "stock.warehouse" in cls.env:
            warehouses = cls.env["stock.warehouse"]
            if not warehouses.search([("company_id", "=", cls.company.id)]):
                warehouses.create(
                    {"name": "Depot", "code": "DEPOT", "company_id": cls.company.id}
                )

    @classmethod
    def make_schedule(cls, state="open", **values):
        schedule = cls.env["epay.collection.schedule"].create(
            {"counter_id": cls.route.id, "date": cls.today, **values}
        )
        schedule.sudo().state = state
        return schedule

    @classmethod
    def make_line(cls, amount=None, **values):
        """A collection that was typed by hand, or from a source in `values`."""
        given = {"schedule_id": cls.schedule.id, **values}
        if not {"sale_order_id", "invoice_id"}.intersection(values):
            typed = {"partner_id": cls.debtor.id, "name": "Newspaper", "amount": 50.0}
            given = {**typed, **given}
        if amount is not None:
            given["amount"] = amount
        return cls.env["epay.collection.line"].create(given)

    @classmethod
    def make_goods(cls, price=20.0):
        return cls.make_product(name="Crate", type="consu", list_price=price)

    @classmethod
    def make_order_of_hours(cls):
        """100.00, of which 40.00 can be invoiced: two of five hours were worked."""
        hours = cls.make_product(name="Hours", invoice_policy="delivery")
        order = cls.make_order(product=hours)
        order.order_line.qty_delivered = 2
        return order

    @classmethod
    def make_order(cls, quantity=5, price=20.0, confirmed=True, product=None, **values):
        """An order of crates: 100.00 with taxes, if nothing else is said."""
        product = product or cls.make_goods(price)
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.debtor.id,
                "company_id": cls.company.id,
                # Not the database's default one, which may be in dollars.
                "pricelist_id": False,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                        }
                    )
                ],
                **values,
            }
        )
        if confirmed:
            order.action_confirm()
        return order

    @classmethod
    def make_invoice(cls, amount=80.0, posted=True, **values):
        """A bill that was due yesterday."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.debtor.id,
                "company_id": cls.company.id,
                "invoice_date": cls.today - timedelta(days=31),
                "invoice_date_due": cls.today - timedelta(days=1),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "name": "Deliveries in October",
                            "quantity": 1,
                            "price_unit": amount,
                        }
                    )
                ],
                **values,
            }
        )
        if posted:
            invoice.action_post()
        return invoice

    # --- the clerk ---

    def open(self, line, amount=None, counter=None):
        """The clerk opens the line at the route; returns the deal."""
        counter = counter or self.route
        answer = self.as_clerk(counter).open_collection(line.id, amount)
        return self.env["epay.session"].browse(answer["session"]["id"])

    def report(self, line, outcome, **details):
        return self.as_clerk(line).report(outcome, **details)

    def pay(self, deal):
        """Customer, bank and clerk do what is to be done with an open deal."""
        self.join(deal)
        self.choose(deal)
        self.as_clerk(deal).request_authorization()
        self.provider_says(self.attempt(deal))
        self.settle(deal)
        return deal

    def collect(self, line, amount=None):
        """The line, or a part of it, is opened and paid on the phone."""
        deal = self.open(line, amount)
        self.pay(deal)
        self.as_clerk(deal.counter_id).next()
        return deal

    def pay_elsewhere(self, invoice, amount=None):
        """The customer pays by bank transfer, and the office enters it."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"amount": amount or invoice.amount_residual})
        )
        wizard.action_create_payments()

    # --- asserting ---

    def outcomes(self, line):
        """What happened at the door, in its order."""
        return line.attempt_ids.sorted("id").mapped("outcome")

    def balance(self, account_type, partner=None):
        """The sum of the company's posted items of these accounts."""
        domain = [
            ("account_type", "=", account_type),
            ("company_id", "=", self.company.id),
            ("parent_state", "=", "posted"),
        ]
        if partner:
            domain.append(("partner_id", "=", partner.id))
        items = self.env["account.move.line"].search(domain)
        return round(sum(items.mapped("balance")), 2)

    def receivable(self):
        """What the debtor owes by the ledger."""
        return self.balance("asset_receivable", self.debtor)


class CollectionCase(CollectionBuilders, TransactionCase):
    """A route in a transaction that is rolled back."""
