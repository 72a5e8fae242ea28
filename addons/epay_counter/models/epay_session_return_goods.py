import math

from markupsafe import Markup

from odoo import models
from odoo.tools import float_compare


class EpaySession(models.Model):
    """The order of a return, and the goods: nothing stays “to invoice”, and what was
    delivered has a transfer on which it comes back.
    """

    _inherit = "epay.session"

    def _take_back_order(self, credit):
        """Cancel the order, or take the returned quantities off it.

        :param credit: the posted credit note
        """
        order = self.origin_id.sale_order_id
        if not order:
            return
        delivered = order.order_line.filtered("qty_delivered")
        is_rest = self._takes_back_all(credit)
        if is_rest and not delivered:
            order._action_cancel()
        elif order.state != "cancel":
            self._take_off_quantities(credit, order)
        self._return_goods(order, is_rest)
        order.message_post(
            body=Markup("%s %s")
            % (
                self.env._("Returned, return %(number)s:", number=self.name),
                credit._get_html_link(),
            )
        )

    def _takes_back_all(self, credit):
        """Whether nothing of the order is left with this credit note; a hook of those
        whose order may have more than the deal's invoice.
        """
        return self._gives_back_the_rest(credit)

    def _gives_back_the_rest(self, credit):
        """Whether nothing of the invoice is left with this credit note.

        The books say so, not the money: what went back elsewhere may have no credit
        note, and returns may be booked in another order than they were made.
        """
        origin = self.origin_id
        notes = origin._standing_credit_notes() | credit
        given = sum(notes.mapped("amount_total"))
        total = origin.invoice_id.amount_total
        return self.currency_id.compare_amounts(given, total) >= 0

    def _standing_credit_notes(self):
        """Posted credit notes of this deal's invoice, whoever made them, that were not
        reversed again.
        """
        notes = self.invoice_id.reversal_move_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_refund"
        )
        return notes.filtered(
            lambda move: "posted" not in move.reversal_move_ids.mapped("state")
        )

    def _give_quantities_back(self, credit):
        """What a credit note took off the order is ordered again: it was reversed. An
        order that was cancelled stays so.
        """
        order = self.sale_order_id
        if order.state == "cancel":
            return
        locked, order.locked = order.locked, False
        for line in credit.invoice_line_ids.filtered("sale_line_ids"):
            line.sale_line_ids[:1].product_uom_qty += line.quantity
        order.locked = locked

    def _take_off_quantities(self, credit, order):
        """What came back is neither ordered nor invoiced any more.

        Of delivered goods Odoo lets nobody lower the ordered quantity: there the credit
        note is taken off the order's lines instead, and nothing is offered to be
        invoiced again.
        """
        locked, order.locked = order.locked, False
        for line in credit.invoice_line_ids.filtered("sale_line_ids"):
            ordered = line.sale_line_ids[:1]
            kept = ordered.product_uom_qty - line.quantity
            if self._is_delivered(ordered, kept):
                line.sale_line_ids = False
            else:
                ordered.product_uom_qty = max(kept, 0.0)
        order.locked = locked

    def _is_delivered(self, ordered, kept):
        """Whether more was delivered than is kept."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        delivered = ordered.qty_delivered
        return float_compare(delivered, max(kept, 0.0), precision_digits=digits) > 0

    # === TRANSFERS === #

    def _return_goods(self, order, is_rest):
        """Prepare the transfer on which delivered goods come back, where `stock` is
        installed; the warehouse confirms it when they are there.
        """
        if "stock.return.picking" not in self.env or "picking_ids" not in order._fields:
            return
        wanted = self._returned_quantities(order, is_rest)
        for picking in order.picking_ids.filtered(
            lambda p: p.state == "done" and p.picking_type_code == "outgoing"
        ):
            self._return_picking(picking, wanted)

    def _returned_quantities(self, order, is_rest):
        """{order line: quantity that comes back}; with the rest of the money whatever
        is not back yet.
        """
        if is_rest:
            return dict.fromkeys(order.order_line, math.inf)
        if self.line_ids:
            bought = self.origin_id.invoice_id.invoice_line_ids
            return {
                self._invoiced_as(line.origin_line_id, bought).sale_line_ids[:1]: (
                    line.quantity
                )
                for line in self.line_ids
            }
        return {}

    def _return_picking(self, picking, wanted):
        """The return of one delivery, of what is still wanted of it."""
        taken = {}
        for move in picking.move_ids.filtered(lambda m: m.state == "done"):
            back = sum(
                move.returned_move_ids.filtered(lambda m: m.state != "cancel").mapped(
                    "product_uom_qty"
                )
            )
            line = move.sale_line_id
            asked = _converted(
                wanted.get(line, 0.0), line.product_uom_id, move.product_uom
            )
            quantity = min(asked, move.quantity - back)
            if quantity > 0:
                taken[move] = quantity
                wanted[line] -= _converted(
                    quantity, move.product_uom, line.product_uom_id
                )
        if not taken:
            return
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            line.quantity = taken.get(line.move_id, 0.0)
            if "to_refund" in line._fields:
                # The order's quantities are seen to by the credit note.
                line.to_refund = (
                    line.move_id.sale_line_id.product_id.invoice_policy == ("order")
                )
        wizard._create_return()


def _converted(quantity, unit, other):
    """A quantity in another unit: a pack is sold, its pieces are moved. Not rounded,
    and infinite ones stay so.
    """
    return quantity * unit.factor / other.factor if unit and other else quantity
