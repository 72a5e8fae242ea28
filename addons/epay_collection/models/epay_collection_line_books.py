from odoo import Command, fields, models

from odoo.addons.epay_counter.exceptions import SetupIncomplete
from odoo.addons.epay_counter.models.epay_session_books import QUIETLY


class EpayCollectionLine(models.Model):
    """The books of a collection: an order is confirmed and invoiced, an invoice stays
    what it is, of what was typed by hand both are made. A payment, by phone or in cash,
    is then reconciled with the invoice; a part leaves the rest due there.

    Runs with sudo: the clerk needs no accounting rights. Mail and PDFs are never made
    here.
    """

    _inherit = "epay.collection.line"

    def _in_books(self):
        """The line in its company, as the books want it."""
        company = self.company_id
        return self.with_company(company).with_context(
            allowed_company_ids=company.ids,
            lang=self.partner_id.lang or self.env.lang,
            # What is paid here is noted as such, not as paid elsewhere.
            epay_collecting=True,
            **QUIETLY,
        )

    # === THE INVOICE === #

    def _ensure_invoices(self):
        """The posted invoices that are to be paid, oldest first. Repeatable.

        :return: `account.move`
        """
        if self.invoice_id:
            return self.invoice_id
        order = self.sale_order_id or self._create_order()
        self._invoice_all(order)
        invoices = order.invoice_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        if not self.sale_order_id:
            # What was typed is an invoice from now on, which knows the rest.
            self.invoice_id = invoices[:1]
        return invoices.sorted(lambda move: (move.invoice_date, move.id))

    def _invoice_all(self, order):
        """Confirm the order, and invoice what of it is not invoiced yet, delivered or
        not: it is paid at the door.
        """
        if order.state in ("draft", "sent"):
            order.action_confirm()
        drafts = order.invoice_ids.filtered(lambda move: move.state == "draft")
        if order._epay_is_to_invoice():
            order._force_lines_to_invoice_policy_order()
            drafts |= order.with_context(epay_as_ordered=True)._create_invoices(
                final=True
            )
        drafts.action_post()

    def _create_order(self):
        """The order of what was typed by hand: one line of the planned amount."""
        return self.env["sale.order"].create(self._prepare_order())

    def _prepare_order(self):
        return self.store_id._prepare_order(
            self.partner_id,
            self.currency_id,
            [self._prepare_order_line()],
            user_id=self.user_id.id,
            client_order_ref=self.ref or False,
            origin=self.schedule_id.name,
        )

    def _prepare_order_line(self):
        return {
            "product_id": self._booked_product().id,
            "name": self.name,
            "product_uom_qty": 1.0,
            "price_unit": self.amount,
            "discount": 0.0,
        }

    def _booked_product(self):
        """The line's product if its taxes leave the amount as it is, else the one that
        the store books amounts on.
        """
        store, product = self.store_id, self.product_id
        if product and store._books_to_the_cent(self.amount, 1.0, product):
            return product
        return store.product_id

    def _shared_with_others(self, invoices):
        """Those of which the line's order owes a part only, and others the rest. They
        are paid last: its own ones it owes alone.
        """
        if not self.sale_order_id:
            return invoices.browse()
        return invoices.filtered(lambda move: move._epay_is_shared())

    # === CASH === #

    def _post_cash(self, amount):
        """A posted payment in the store's cash journal, reconciled with the invoices.

        :param float amount: not more than is due
        :return: `account.payment`
        :raise SetupIncomplete: the company has no cash journal
        """
        line = self._in_books()
        invoices = line._ensure_invoices()
        payment = line.env["account.payment"].create(
            line._prepare_cash(amount, invoices)
        )
        payment.action_post()
        shared = line._shared_with_others(invoices)
        for paid in filter(None, (invoices - shared, shared)):
            payment._epay_pay(paid)
        return payment

    def _prepare_cash(self, amount, invoices):
        journal = self._cash_journal()
        terms = invoices.line_ids.filtered(
            lambda item: item.display_type == "payment_term"
        )
        today = fields.Date.context_today(self.with_context(tz=self.store_id.tz))
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self._debtor(invoices).id,
            "amount": amount,
            "currency_id": self.currency_id.id,
            "company_id": self.company_id.id,
            "date": today,
            "memo": self.display_name,
            "journal_id": journal.id,
            "payment_method_line_id": journal.inbound_payment_method_line_ids[:1].id,
            # Straight into the cash box: there is nothing outstanding about coins.
            "outstanding_account_id": journal.default_account_id.id,
            "destination_account_id": terms[:1].account_id.id,
            "invoice_ids": [Command.set(invoices.ids)],
        }

    def _debtor(self, invoices):
        """Whose debt is paid: who got the invoices, wherever the clerk goes for it."""
        partner = invoices[:1].partner_id or self.partner_id
        return partner.commercial_partner_id

    def _cash_journal(self):
        """:raise SetupIncomplete:"""
        journal = self.store_id._cash_journal()
        if not journal.default_account_id:
            raise SetupIncomplete(
                self.env._(
                    "%(store)s has no cash journal. Ask the store's manager to choose "
                    "one.",
                    store=self.store_id.name,
                )
            )
        return journal

    # === THE LINES OF THE SOURCE === #

    def _prepare_deal_lines(self, amount):
        """What the customer reads on the phone: the lines of the source, where the deal
        pays all of it and the lines add up; else the amount stands alone.

        :param float amount: of the deal
        :return: list of values of `epay.session.line`
        """
        source = self._source()
        if not source or self.currency_id.compare_amounts(amount, source.amount_total):
            return []
        vals_list = [
            self._prepare_deal_line(number, line)
            for number, line in enumerate(self._source_lines())
        ]
        return vals_list if all(vals_list) else []

    def _source_lines(self):
        if self.sale_order_id:
            return self.sale_order_id.order_line.filtered(
                lambda line: not line.display_type
            )
        return self.invoice_id.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )

    def _prepare_deal_line(self, number, line):
        """Values, or None when quantity times price is not what it costs (taxes that
        are added, discounts, down payments).
        """
        by_order = line._name == "sale.order.line"
        quantity = line.product_uom_qty if by_order else line.quantity
        total = self.currency_id.round(quantity * line.price_unit)
        if quantity <= 0 or self.currency_id.compare_amounts(total, line.price_total):
            return None
        return {
            "sequence": number,
            "product_id": line.product_id.id,
            "name": (line.name or line.product_id.display_name or "")[:200],
            "quantity": quantity,
            "price_unit": line.price_unit,
        }
