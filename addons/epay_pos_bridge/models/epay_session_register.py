import logging

from odoo import fields, models

from odoo.addons.epay_counter.const import (
    CHOSEN,
    DROPPED_STATES,
    ENGAGED,
    FINAL_STATES,
    KIND_SALE,
    OPEN,
    REFUSED,
    REJECTED,
    REVERSED,
    SETTLED,
)
from odoo.addons.epay_counter.db import after_commit
from odoo.addons.epay_counter.exceptions import EpayRefusal
from odoo.addons.epay_counter.guards import is_saved

from ..const import BY_ITSELF

_logger = logging.getLogger(__name__)

# The customer is asked to pay, and has not begun to.
_TO_BE_PAID = (OPEN, ENGAGED, CHOSEN)
# It has moved no money, and never will: the payment line may have another deal.
_WITHOUT_MONEY = (*DROPPED_STATES, REFUSED, REJECTED)


class EpaySession(models.Model):
    """Deals of a register: its payment line *is* the booking, and nothing else is.

    The cashier has rung up the goods and named the amount: there is nothing left to
    check, so a deal goes on by itself once the customer has chosen.
    """

    _inherit = "epay.session"

    pos_config_id = fields.Many2one(
        "pos.config", "Register", readonly=True, copy=False, index="btree_not_null"
    )
    pos_session_id = fields.Many2one(
        "pos.session",
        "Register's Session",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    pos_payment_uuid = fields.Char(
        "Register's Payment Line", readonly=True, copy=False, index="btree_not_null"
    )
    pos_payment_ids = fields.One2many(
        "pos.payment",
        "epay_session_id",
        string="Register's Payments",
        readonly=True,
        # Others may not read what is behind it
        groups="point_of_sale.group_pos_user",
    )

    _one_deal_a_payment_line = models.UniqueIndex(
        "(pos_payment_uuid) WHERE pos_payment_uuid IS NOT NULL"
        f" AND state NOT IN {_WITHOUT_MONEY}",
        "This payment line of the register has a deal already.",
    )

    def _check_clerk(self):
        """The cashiers of a register are the clerks of its counter's deals."""
        if is_saved(self):
            counter = self.sudo().exists().counter_id.with_env(self.env)
            if counter._is_cashiers():
                return None
        return super()._check_clerk()

    # === BY ITSELF === #

    def _transition(self, target, why=None, **values):
        """What follows at a register by itself, follows once this is committed; and the
        register is told to look.
        """
        moved = super()._transition(target, why, **values)
        if moved and self.pos_config_id:
            self._tell_register()
            if self._is_paid():
                # The cashier forced the line, and the customer paid all the same.
                self._forced_line()._take_deal(self)
            if target in _TO_BE_PAID and self._forced_line().payment_status == "done":
                # Declined after the cashier had forced the line.
                self._after_commit("epay_forced", "_end_forced")
            elif target in BY_ITSELF:
                self._after_commit(f"epay_register_{target}", "_go_on_one")
        return moved

    def _after_commit(self, key, method):
        """Call a method of ours with this deal's id, once all is committed."""
        session_id = self.id
        after_commit(
            self.env,
            (key, session_id),
            lambda env: getattr(env["epay.session"], method)(session_id),
        )

    def _bind(self, visit):
        result = super()._bind(visit)
        self._tell_register()
        return result

    def _tell_register(self):
        if self.pos_config_id:
            message = {"payment_uuid": self.pos_payment_uuid}
            self.pos_config_id._notify("EPAY_CHANGED", message)

    def _go_on_one(self, session_id):
        """Have a register's deal go on, in transactions of its own; called after a
        commit and whenever the register asks how far it is.
        """
        session = self.browse(session_id)
        verb = session._next_by_itself()
        if not verb:
            return
        try:
            getattr(session.with_user(session.user_id), verb)()
        except EpayRefusal as refusal:
            # The register shows where the deal is, and what can be done.
            _logger.info("Deal %s does not go on: %s", session.name, refusal)

    def _forced_line(self):
        """The register's payment line that counts as paid before this deal was."""
        lines = self.env["pos.payment"].sudo()
        line = [
            ("uuid", "=", self.pos_payment_uuid),
            ("session_id.config_id", "=", self.pos_config_id.id),
        ]
        return lines.search(line, limit=1)

    def _end_forced(self, session_id):
        """The cashier has forced the line of this deal: nobody is asked to pay it any
        more. What the customer is just paying goes on, and is the line's payment then.
        """
        session = self.browse(session_id)
        if session.state not in _TO_BE_PAID:
            return
        try:
            reason = self.env._("The cashier has finished this payment otherwise.")
            session.with_user(session.user_id).cancel(reason)
        except EpayRefusal as refusal:
            _logger.info("Deal %s of a forced line goes on: %s", session.name, refusal)

    def _next_by_itself(self, again=False):
        """The act that follows by itself, or False.

        :param bool again: also when it was tried before: the cashier wants it
        """
        if not self.pos_config_id or self.state not in BY_ITSELF:
            return False
        verb, kinds = BY_ITSELF[self.state]
        tried = any(
            operation.kind in kinds and not operation.aside
            for operation in self.operation_ids
        )
        waits = tried and not again
        return False if waits or verb not in self._allowed() else verb

    # === THE BOOKS === #

    def _register_sale(self):
        """Booked by the register's payment line, when its session closes."""
        if not self.pos_config_id:
            return super()._register_sale()
        self._require_total(self.amount)
        paid = self.live_transaction_id
        self._leave_to_register(paid | paid.child_transaction_ids)
        return None

    def _reverse_sale(self, operation):
        """A refund on the register is booked by its payment line, too."""
        if not (self._is_return() and self.origin_id.pos_config_id):
            return super()._reverse_sale(operation)
        self._leave_to_register(operation.child_id)
        return None

    def _by_hand_in_books_text(self):
        if self.origin_id.pos_config_id:
            return False
        return super()._by_hand_in_books_text()

    def _leave_to_register(self, transactions):
        """Odoo's post-processing must make no payment of its own for these: the
        register's session makes one (`pos.session._create_combine_account_payment`).
        """
        done = transactions.filtered(lambda tx: tx.state in ("done", "cancel"))
        done.is_post_processed = True

    # === WHAT THE REGISTER IS TOLD === #

    def _is_paid(self):
        """Whether the money of this deal has moved, and is in the books."""
        return self.state in (SETTLED, REVERSED)

    def _is_missing_in_register(self):
        """Whether money moved that no finished order of the register has."""
        if not self._is_paid():
            return False
        if self.kind == KIND_SALE and self.return_state == "full":
            return False
        orders = self.sudo().pos_payment_ids.pos_order_id
        return not orders.filtered(lambda order: order.state not in ("draft", "cancel"))

    def _register_values(self):
        """How far the payment is, for the cashier's screen."""
        counter, transaction = self.counter_id, self._told_transaction()
        return {
            "number": self.name,
            "version": self.version,
            "state": self.state,
            "is_return": self._is_return(),
            "amount": self.amount,
            "amount_text": self._amount_text(),
            "paid": self._is_paid(),
            "ended": self.state in FINAL_STATES and not self._is_paid(),
            "in_doubt": self.in_doubt,
            "turn": self._turn(),
            "reason": self.reason or False,
            "method": self.payment_method_id.name or False,
            "reference": transaction.provider_reference or transaction.reference or "",
            "counter": counter.name,
            "portal_words": counter._portal_words(),
            "code_svg": self._code_values()["code_svg"],
            "code_url": self._code_values()["code_url"],
            "visit": self._visit_values(),
            "visits": [visit._clerk_values() for visit in counter._waiting_visits()],
            "can_accept": self._wants_phone(),
            "can_cancel": "cancel" in self._allowed(),
            "can_go_on": bool(self._next_by_itself(again=True)),
        }

    def _told_transaction(self):
        """The transaction that the receipt of the register names."""
        if self._is_return():
            return self.transaction_ids.sorted("id")[-1:]
        return self.live_transaction_id

    def _amount_in_register(self):
        """What the register's payment line has: money that goes out is below zero."""
        return self.amount if self.kind == KIND_SALE else -self.amount

    def _register_references(self):
        """What a payment line of the register keeps of the deal that paid it."""
        told = self._told_transaction()
        return {
            "transaction_id": self.name,
            "payment_ref_no": told.provider_reference or told.reference,
        }

    def _is_over_for_register(self):
        """Whether the payment line may have another deal."""
        return self.state in _WITHOUT_MONEY
