from odoo import api, models
from odoo.exceptions import ValidationError

from odoo.addons.epay_counter.exceptions import WrongState


class EpayCollectionLine(models.Model):
    """What may be planned: sources of the store's currency, each of them once."""

    _inherit = "epay.collection.line"

    @api.constrains("invoice_id")
    def _check_invoice_kind(self):
        """Forms offer customers' invoices only; files and integrators may send any."""
        for line in self.sudo():
            if line.invoice_id and line.invoice_id.move_type != "out_invoice":
                raise ValidationError(
                    self.env._(
                        "%(document)s is not a customer's invoice, so it can't be "
                        "collected.",
                        document=line.invoice_id.display_name,
                    )
                )

    @api.constrains("currency_id", "schedule_id", "sale_order_id", "invoice_id")
    def _check_currency(self):
        for line in self.sudo():
            if not line._has_one_currency():
                raise ValidationError(line._other_currency_text())

    @api.constrains("sale_order_id")
    def _check_can_be_booked(self):
        """What was moved is refused when it is opened: the office knows it by then."""
        for line in self.sudo():
            if not line.moved_from_id and line.sale_order_id._epay_paid_by_invoice():
                raise ValidationError(line._paid_by_invoice_text())

    def _require_bookable(self):
        """:raise WrongState: nobody could say which invoice the money of this is for"""
        if self.sale_order_id._epay_paid_by_invoice():
            raise WrongState(self._paid_by_invoice_text())

    def _paid_by_invoice_text(self):
        order = self.sale_order_id
        return self.env._(
            "%(order)s is on several unpaid invoices together with other orders: "
            "%(invoices)s. It is paid by invoice, not by order.",
            order=order.name,
            invoices=", ".join(order._epay_paid_by_invoice().mapped("display_name")),
        )

    @api.constrains("sale_order_id", "invoice_id")
    def _check_planned_once(self):
        """An order and its invoice are one debt: the unique indexes see to either, this
        to both.
        """
        lines = self.sudo()._live()
        orders = lines.invoice_id.line_ids.sale_line_ids.order_id
        invoices = lines.sale_order_id.invoice_ids
        twice = self.env["epay.collection.line"].sudo()
        if orders or invoices:
            twice = (
                (orders._epay_lines() | invoices._epay_lines())
                ._live()
                .filtered(
                    lambda line: (
                        line.sale_order_id in orders or line.invoice_id in invoices
                    )
                )
            )
        if twice:
            raise ValidationError(
                self.env._(
                    "%(document)s is on schedule %(schedule)s already, as “%(line)s”: "
                    "an order and its invoice are collected once.",
                    document=twice[0]._source_text(),
                    schedule=twice[0].schedule_id.name,
                    line=twice[0].display_name,
                )
            )
