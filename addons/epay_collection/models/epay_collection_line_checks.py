from odoo import api, models
from odoo.exceptions import ValidationError


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
