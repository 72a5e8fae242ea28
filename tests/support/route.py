"""A delivery route to be tested: its plan for today, orders, bills and customers."""

from datetime import date
from urllib.parse import urlsplit

from .shop import Desk


class Route(Desk):
    """A clerk on a route of the test's own, with an open schedule."""

    def __init__(self, shop, logins=("clerk",)):
        counter_id = shop.new_counter(logins=logins, kind="route")
        super().__init__(shop, shop.user(logins[0]), counter_id)
        self.admin = shop.admin
        self.company_id = shop.sql.value(
            "SELECT company_id FROM epay_store WHERE code = 'main'"
        )
        self.schedule_id = self.create(
            "epay.collection.schedule",
            counter_id=counter_id,
            date=self._today(),
        )
        self.admin.call("epay.collection.schedule", "action_open", [self.schedule_id])

    def _today(self):
        """The day that the clerk app takes for today, whatever this machine's is."""
        answer = self.rpc.call("epay.counter", "get_schedule", [self.counter_id])
        return answer["date"]

    def create(self, model, **values):
        [record_id] = self.admin.call(model, "create", [values])
        return record_id

    def customer(self, name="Jürgen Müller", **values):
        address = {"street": "Lange Straße 12", "zip": "10117", "city": "Berlin"}
        return self.create("res.partner", name=name, **address, **values)

    def line(self, **values):
        return self.create(
            "epay.collection.line", schedule_id=self.schedule_id, **values
        )

    def typed(self, amount=50.0, name="Newspaper", **values):
        partner_id = values.pop("partner_id", None) or self.customer()
        return self.line(partner_id=partner_id, name=name, amount=amount, **values)

    def order(self, partner_id, quantity=2):
        """A confirmed order of desk lamps: 78.00 with taxes."""
        order_id = self.create(
            "sale.order",
            partner_id=partner_id,
            company_id=self.company_id,
            pricelist_id=False,
            order_line=[(0, 0, self._lamps("product_uom_qty", quantity))],
        )
        self.admin.call("sale.order", "action_confirm", [order_id])
        return order_id

    def _lamps(self, field, quantity):
        lamp = self.shop.sql.value(
            "SELECT res_id FROM ir_model_data WHERE module = 'epay_demo'"
            " AND name = 'product_lamp'"
        )
        return {"product_id": lamp, field: quantity, "price_unit": 39.0}

    def bill(self, partner_id, quantity=3):
        """A posted invoice of desk lamps that is long due: 117.00 with taxes."""
        invoice_id = self.create(
            "account.move",
            move_type="out_invoice",
            partner_id=partner_id,
            company_id=self.company_id,
            invoice_date=str(date(2026, 1, 2)),
            invoice_date_due=str(date(2026, 2, 1)),
            invoice_line_ids=[(0, 0, self._lamps("quantity", quantity))],
        )
        self.admin.call("account.move", "action_post", [invoice_id])
        return invoice_id

    def promise(self, order_id, amount):
        """Odoo's own cash on delivery: a transaction that stays pending."""
        provider = self.shop.sql.row(
            "SELECT id FROM payment_provider WHERE custom_mode = 'cash_on_delivery'"
            " ORDER BY id LIMIT 1"
        )
        method = self.shop.sql.value(
            "SELECT id FROM payment_method WHERE code = 'cash_on_delivery'"
        )
        return self.create(
            "payment.transaction",
            provider_id=provider["id"],
            payment_method_id=method,
            reference=f"COD-{order_id}",
            amount=amount,
            currency_id=self.shop.sql.value(
                "SELECT currency_id FROM sale_order WHERE id = %s", order_id
            ),
            partner_id=self.shop.sql.value(
                "SELECT partner_id FROM sale_order WHERE id = %s", order_id
            ),
            operation="online_direct",
            state="pending",
            sale_order_ids=[(6, 0, [order_id])],
        )

    # --- facts --------------------------------------------------------------

    def row(self, line_id):
        return self.shop.sql.row(
            "SELECT * FROM epay_collection_line WHERE id = %s", line_id
        )

    def link(self, line_id):
        """The path of the customer's link to pay ahead."""
        [values] = self.admin.call(
            "epay.collection.line", "read", [line_id], ["pay_ahead_url"]
        )
        return urlsplit(values["pay_ahead_url"]).path

    def due(self, line_id):
        [values] = self.admin.call(
            "epay.collection.line", "read", [line_id], ["amount_due"]
        )
        return values["amount_due"]

    def owed(self, partner_id):
        """What the customer owes by the ledger."""
        return self.shop.sql.value(
            "SELECT COALESCE(sum(l.balance), 0) FROM account_move_line l"
            " JOIN account_account a ON a.id = l.account_id"
            " WHERE a.account_type = 'asset_receivable' AND l.partner_id = %s"
            " AND l.parent_state = 'posted'",
            partner_id,
        )

    def invoice_of_order(self, order_id):
        return self.shop.sql.row(
            "SELECT DISTINCT m.* FROM account_move m"
            " JOIN account_move_line l ON l.move_id = m.id"
            " JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id"
            " JOIN sale_order_line o ON o.id = r.order_line_id"
            " WHERE o.order_id = %s",
            order_id,
        )

    def states_of(self, *line_ids):
        return [self.row(line_id)["state"] for line_id in line_ids]

    def state_of_promise(self, transaction_id):
        query = "SELECT state FROM payment_transaction WHERE id = %s"
        return self.shop.sql.value(query, transaction_id)

    def open(self, line_id, **kwargs):
        return self.counter("open_collection", line_id, **kwargs)

    def report(self, line_id, outcome, **kwargs):
        return self.rpc.call(
            "epay.collection.line", "report", [line_id], outcome, **kwargs
        )
