from odoo import fields, models

from odoo.addons.epay_counter.acts import act
from odoo.addons.epay_counter.const import MOST_LINES, OPEN
from odoo.addons.epay_counter.exceptions import CounterBusy, NotRefundable
from odoo.addons.epay_counter.guards import is_saved
from odoo.addons.epay_counter.tools.money import LARGEST

from ..const import LONGEST_UUID, SELLING_STATES

# Other than a decimal, it can be compared with what is not a number.
_LARGEST = float(LARGEST)


class EpayCounter(models.Model):
    """A register as the clerk's terminal: its counter, and who may work there."""

    _inherit = "epay.counter"

    pos_config_ids = fields.One2many(
        "pos.config",
        "epay_counter_id",
        string="Register",
        readonly=True,
        # Others may not read what is behind it
        groups="point_of_sale.group_pos_user",
    )

    def _check_clerk(self):
        """The cashiers of a register are the clerks of its counter."""
        if is_saved(self) and self._is_cashiers():
            return None
        return super()._check_clerk()

    def _is_cashiers(self):
        """Whether the present user may work at the register of this counter, which is
        open, or being closed: what is under way can still be finished or cancelled.
        """
        user = self.env.user
        if not self or not user._has_group("point_of_sale.group_pos_user"):
            return False
        register = self.env["pos.config"].sudo()
        register = register.search([("epay_counter_id", "=", self.id)], limit=1)
        theirs = register.company_id in user.company_ids
        return theirs and register.current_session_id.state in SELLING_STATES

    # === ACTS OF THE REGISTER === #

    @act
    def _register_payment(self, payment_uuid, amount, lines, order_name):
        """Register one payment line of the register's order (SA2–SA3).

        Its amount is what the customer pays, whatever of the order others pay; the
        order's lines are shown when this pays all of it.

        :param str payment_uuid: the register's name of the line
        :param list lines: dicts of `name` and `total`
        """
        self._require_open()
        self._dismiss_finished()
        exact = self._parse_amount(amount)
        self._require_payable(exact)
        register = self.sudo().pos_config_ids
        session = self._create_session(
            {
                "amount": float(exact),
                "description": str(order_name or "").strip()[:200],
                "pos_config_id": register.id,
                "pos_session_id": register.current_session_id.id,
                "pos_payment_uuid": payment_uuid,
                "line_ids": [
                    (0, 0, vals) for vals in self._register_lines(lines, exact)
                ],
            }
        )
        session._transition(OPEN)
        self._accept_by_itself()

    def _counter_busy(self, held=None):
        """A cashier has no “Next customer”, nor a way to drop what another window of
        the register began.
        """
        held = held or self._held_session()
        if not held or not self.sudo().pos_config_ids:
            return super()._counter_busy(held)
        return CounterBusy(
            self.env._(
                "Payment %(number)s of %(amount)s is still under way at this register, "
                "perhaps in another window. Wait for it, or cancel it there. When "
                "nobody pays it, it ends by itself, or your manager drops it.",
                number=held.name or "",
                amount=held._amount_text(),
            )
        )

    def _register_lines(self, lines, exact):
        """The order's lines as the customer reads them; none when they are not what is
        paid (a part of the order, a tip).
        """
        vals_list = [
            {
                "sequence": number,
                "name": str(line["name"])[:200],
                "quantity": 1.0,
                "price_unit": float(line["total"]),
            }
            for number, line in enumerate(lines if isinstance(lines, list) else [])
            if isinstance(line, dict) and line.get("name") and _is_total(line)
        ]
        if len(vals_list) > MOST_LINES:
            return []
        total = sum(vals["price_unit"] for vals in vals_list)
        same = not self.currency_id.compare_amounts(total, float(exact))
        return vals_list if same else []

    @act
    def _register_refund(self, payment_uuid, origin_id, refund_amount):
        """Open the return of what another payment line of the register has taken.

        :param int origin_id: the deal of that line
        :param refund_amount: how much of it
        """
        origin = self.env["epay.session"].browse(origin_id)
        register = self.sudo().pos_config_ids
        self._open_return(
            origin.name,
            origin.amount,
            refund_amount=refund_amount,
            pos_config_id=register.id,
            pos_session_id=register.current_session_id.id,
            pos_payment_uuid=payment_uuid,
        )

    def _open_return(self, *args, **values):
        """What a register has booked is given back on the register, or its books and
        the money would differ.

        :raise NotRefundable:
        """
        session = super()._open_return(*args, **values)
        origin = session.origin_id
        elsewhere = origin.pos_config_id and not session.pos_config_id
        if elsewhere and not origin._is_missing_in_register():
            raise NotRefundable(
                self.env._(
                    "Deal %(number)s was rung up on register “%(register)s”. Return "
                    "the goods there.",
                    number=origin.name,
                    register=origin.pos_config_id.name,
                )
            )
        return session

    def _is_payment_uuid(self, payment_uuid):
        return (
            isinstance(payment_uuid, str)
            and 0 < len(payment_uuid) <= LONGEST_UUID
            and payment_uuid.isascii()
        )


def _is_total(line):
    """Whether a line has a total: a number, and one of this world."""
    total = line.get("total")
    return type(total) in (int, float) and abs(total) <= _LARGEST
