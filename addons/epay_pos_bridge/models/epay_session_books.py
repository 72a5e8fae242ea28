from odoo import models
from odoo.tools.translate import LazyTranslate

from odoo.addons.epay_counter.const import OP_REGISTER_SALE, SETTLED
from odoo.addons.epay_counter.exceptions import BookingBlocked

from ..const import OP_DELIVER

_lt = LazyTranslate(__name__)

# A warehouse that picks, packs and ships has three transfers; no route has more.
_MOST_ROUNDS = 5


class EpaySession(models.Model):
    """The books of a basket: the order has the very lines (SE15), and the goods leave
    the stock.
    """

    _inherit = "epay.session"

    # === THE ORDER === #

    def _prepare_order(self):
        values = super()._prepare_order()
        values["warehouse_id"] = self.store_id._warehouse().id
        if self.line_ids.uom_id:
            values["pricelist_id"] = self.pricelist_id.id
            values["fiscal_position_id"] = self.fiscal_position_id.id
        return values

    def _prepare_order_line(self, line):
        """Unit, price and discount as they were shown, whatever the price list says by
        now.
        """
        values = super()._prepare_order_line(line)
        if not line.uom_id:
            return values
        return {
            **values,
            "product_uom_id": line.uom_id.id,
            "price_unit": line.order_price,
            "technical_price_unit": line.order_price,
            "discount": line.discount,
        }

    # === THE GOODS === #

    def _after_booking(self, operation):
        """Once the sale is in the books, its goods leave the stock: an act of its own,
        so that no lock in the warehouse keeps the customer waiting for “completed”.
        """
        following = super()._after_booking(operation)
        sold = operation.kind == OP_REGISTER_SALE and self.state == SETTLED
        if sold and self._open_transfers():
            following |= self._intend(OP_DELIVER, self.live_transaction_id, aside=True)
        return following

    def _book(self, operation):
        if operation.kind != OP_DELIVER:
            return super()._book(operation)
        session = self.with_company(self.company_id).with_context(
            allowed_company_ids=self.company_id.ids,
            # The customer has the goods: nobody is to be told that they are sent.
            epay_delivering=True,
        )
        return session._deliver()

    def _open_transfers(self):
        """Transfers that nobody has finished, of the order that was made for this deal.
        An order that was there before is delivered by whoever delivers it.
        """
        order = self.sale_order_id.filtered(lambda order: order.origin == self.name)
        return order.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )

    def _deliver(self):
        """Validate the order's transfers; repeatable.

        What is done or cancelled already (by hand, in the warehouse) stays so.

        :raise BookingBlocked: transfers are left that can't be finished
        :raise UserError: Odoo's, as for goods whose lot must be named
        """
        for _round in range(_MOST_ROUNDS):
            transfers = self._open_transfers()
            if not transfers:
                return
            # One that waits for another one comes after it.
            ready = transfers.filtered(lambda picking: picking.state != "waiting")
            for picking in ready or transfers:
                self._finish_transfer(picking)
        raise BookingBlocked(
            _lt(
                "Transfers of order %(order)s are not finished. See to them in the "
                "warehouse.",
                order=self.sale_order_id.name,
            )
        )

    def _finish_transfer(self, picking):
        """All of it has left, whether the stock says that it was there or not."""
        picking.action_assign()
        for move in picking.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        ):
            move.quantity = move.product_uom_qty
            move.picked = True
        picking._action_done()

    def _delivery_values(self):
        """How the goods of a settled deal leave the stock, for the clerk's screen:
        False while there is nothing to tell, else the state and what went wrong.
        """
        deliveries = self.operation_ids.filtered(lambda op: op.kind == OP_DELIVER)
        last = deliveries.sorted("id")[-1:]
        return bool(last) and {"state": last.state, "error": last.error or False}
