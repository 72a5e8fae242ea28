from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.epay_counter.acts import with_plain_context
from odoo.addons.epay_counter.const import (
    FINAL_STATES,
    KIND_CANCELLATION,
    KIND_SALE,
    SETTLED,
)
from odoo.addons.epay_counter.db import in_own_transaction
from odoo.addons.epay_counter.exceptions import (
    BadAmount,
    EpayRefusal,
    NotRefundable,
    WrongState,
)

from ..const import TERMINAL
from ..exceptions import RegisterClosed


class PosConfig(models.Model):
    """A register that takes payments on the customer's phone, at a counter of its own.

    The methods without an underscore are the register's calls; each names the payment
    line by its UUID, so that a register finds its deal again after a reload.
    """

    _inherit = "pos.config"

    epay_counter_id = fields.Many2one(
        "epay.counter",
        "Counter",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Where customers pay with their phone what is rung up here.",
    )

    _one_register_a_counter = models.UniqueIndex(
        "(epay_counter_id) WHERE epay_counter_id IS NOT NULL",
        "Another register has this counter already. Give each register its own.",
    )

    @api.constrains("epay_counter_id", "payment_method_ids")
    def _check_epay_counter(self):
        for config in self:
            uses = TERMINAL in config.payment_method_ids.mapped("use_payment_terminal")
            counter = config.epay_counter_id
            if uses and not counter:
                raise ValidationError(
                    self.env._(
                        "Register %(name)s takes payments on the customer's phone: "
                        "choose its counter.",
                        name=config.name,
                    )
                )
            if counter and counter.currency_id != config.currency_id:
                raise ValidationError(
                    self.env._(
                        "Register %(name)s and counter %(code)s must have the same "
                        "currency.",
                        name=config.name,
                        code=counter.code,
                    )
                )

    def _default_payment_methods(self):
        """Without ours: a new register has no counter yet."""
        methods = super()._default_payment_methods()
        return methods.filtered(lambda way: way.use_payment_terminal != TERMINAL)

    @api.model_create_multi
    def create(self, vals_list):
        configs = super().create(vals_list)
        configs._epay_require_own_counter()
        return configs

    def write(self, vals):
        """:raise UserError: customers still pay at the counter that it leaves"""
        moving = self.browse()
        if "epay_counter_id" in vals:
            moving = self.filtered(
                lambda config: config.epay_counter_id.id != vals["epay_counter_id"]
            )
            moving._epay_require_no_open_deals()
        result = super().write(vals)
        moving._epay_require_own_counter()
        return result

    def _epay_require_own_counter(self):
        """A register makes its cashiers clerks of the counter: who may not set up the
        counter may not give it away.

        :raise AccessError: Odoo's
        """
        counters = self.sudo().epay_counter_id.with_env(self.env)
        if counters:
            counters.check_access("write")

    def _epay_require_no_open_deals(self):
        """:raise UserError: with their numbers"""
        deals = self.env["epay.session"].sudo()
        alive = deals.search(
            [("pos_config_id", "in", self.ids), ("state", "not in", FINAL_STATES)]
        )
        if alive:
            raise UserError(
                self.env._(
                    "Customers are still paying: %(numbers)s. Wait until they are "
                    "done, or cancel these payments; then change the counter.",
                    numbers=", ".join(alive.mapped("name")),
                )
            )

    # === THE REGISTER'S CALLS === #

    def epay_pay(self, payment_uuid, amount, lines=None, order_name=None):
        """Have the customer pay one payment line of an order.

        Called again for the same line it finds the deal that is there; a line whose
        deal was cancelled or declined for good gets another one.

        :param str payment_uuid: the register's name of the line
        :param amount: of the line, number or decimal string
        :param list lines: dicts of `name` and `total`, the order's lines
        :param str order_name: what the customer reads above the amount
        :return: as `epay_status`
        :raise RegisterClosed: :raise CounterClosed: :raise CounterBusy:
        :raise BadAmount: not to be paid here :raise WrongState: another amount is being
            paid for this line
        """
        counter = self._epay_open_counter(payment_uuid)
        deal = self._epay_deal(payment_uuid)
        if not deal or deal._is_over_for_register():
            self._epay_require_selling()
            counter._register_payment(payment_uuid, amount, lines, order_name)
        else:
            self._epay_require_same(deal, KIND_SALE, amount)
        return self._epay_told(payment_uuid)

    def epay_refund(self, payment_uuid, amount, origin_uuids):
        """Have what a payment line took given back: the cancellation of its deal.

        :param str payment_uuid: the line of the refund order
        :param amount: how much, above zero
        :param origin_uuids: the line that was paid, or a list of those of an order that
            several phones have paid
        :return: as `epay_status`
        :raise NotRefundable: that line was not paid on a phone, or nothing is left
        """
        counter = self._epay_open_counter(payment_uuid)
        deal = self._epay_deal(payment_uuid)
        if not deal or deal._is_over_for_register():
            self._epay_require_selling()
            origin = self._epay_origin(counter, origin_uuids, amount)
            if not origin:
                raise NotRefundable(
                    self.env._(
                        "This order was not paid on a phone at this store. Give the "
                        "money back in another way."
                    )
                )
            counter._register_refund(payment_uuid, origin.id, amount)
        else:
            self._epay_require_same(deal, KIND_CANCELLATION, amount)
        return self._epay_told(payment_uuid)

    def epay_status(self, payment_uuid):
        """How far the payment of a line is; `{"state": False}` when it has no deal.

        What follows by itself and was left undone (a process died) goes on.
        """
        self._epay_open_counter(payment_uuid)
        deal = self._epay_deal(payment_uuid)
        if deal:
            deal._go_on_one(deal.id)
        return self._epay_told(payment_uuid)

    def epay_accept(self, payment_uuid, visit_id):
        """The cashier has compared the phrases: this phone pays."""
        counter = self._epay_open_counter(payment_uuid)
        counter.accept_visit(visit_id)
        return self._epay_told(payment_uuid)

    def epay_go_on(self, payment_uuid):
        """The cashier has what was refused tried again."""
        self._epay_open_counter(payment_uuid)
        deal = self._epay_deal(payment_uuid)
        verb = deal._next_by_itself(again=True)
        if verb:
            getattr(deal.sudo(False), verb)()
        return self._epay_told(payment_uuid)

    def epay_cancel(self, payment_uuid):
        """End the payment of a line; what was authorized is voided.

        :return: as `epay_status`, with `cancelled`, and `text` when it could not be
        """
        self._epay_open_counter(payment_uuid)
        deal = self._epay_deal(payment_uuid)
        text = False
        if deal and not deal._is_over_for_register():
            try:
                deal.sudo(False).cancel(self.env._("Cancelled on the register."))
            except EpayRefusal as refusal:
                text = str(refusal)
        status = self._epay_told(payment_uuid)
        over = not status["state"] or status["ended"]
        return {**status, "cancelled": over, "text": text}

    # === HELPERS === #

    def _epay_require_selling(self):
        """What is under way is still finished while the register is being closed, but
        nothing new begins.

        :raise RegisterClosed:
        """
        if self.sudo().current_session_id.state != "opened":
            raise self._epay_is_closed()

    def _epay_is_closed(self):
        return RegisterClosed(
            self.env._(
                "This register has no counter, or its session is closed. Open the "
                "register again, or ask your manager."
            )
        )

    def _epay_require_same(self, deal, kind, amount):
        """The register asks for what is under way already for this line.

        :raise WrongState: another amount is
        :raise BadAmount: it was taken, and is to be given back, or the other way round
        """
        if deal.kind != kind:
            raise BadAmount(self.env._("There is no such payment line."))
        if deal._exact_amount() != deal._typed_amount(amount):
            raise WrongState(
                self.env._(
                    "%(amount)s is being paid for this line already. Cancel it first.",
                    amount=deal._amount_text(),
                )
            )

    def _epay_open_counter(self, payment_uuid):
        """The register's counter, as the cashier has it.

        :raise RegisterClosed: :raise BadAmount: not the name of a line
        """
        self.ensure_one()
        config = with_plain_context(self)
        config.check_access("read")
        counter = config.sudo().epay_counter_id.with_env(config.env)
        if not counter or not counter._is_cashiers():
            raise self._epay_is_closed()
        if not counter._is_payment_uuid(payment_uuid):
            raise BadAmount(self.env._("There is no such payment line."))
        return counter

    def _epay_deal(self, payment_uuid):
        """The newest deal of a payment line, sudo; may be none."""
        sessions = self.env["epay.session"].sudo()
        if not payment_uuid or not isinstance(payment_uuid, str):
            return sessions
        return sessions.search(
            [
                ("pos_payment_uuid", "=", payment_uuid),
                ("company_id", "=", self.sudo().company_id.id),
            ],
            limit=1,
            order="id desc",
        )

    def _epay_origin(self, counter, uuids, amount):
        """Which of these lines' deals gives `amount` back: the one that has just so
        much left, else one that has enough, else the first, which says why not.

        :return: `epay.session`, sudo; none of which was paid at this store
        """
        uuids = uuids if isinstance(uuids, list) else [uuids]
        deals = self.env["epay.session"].sudo().union(*map(self._epay_deal, uuids))
        paid = deals.filtered(
            lambda deal: (
                deal.state == SETTLED and deal.store_id == counter.sudo().store_id
            )
        )
        wanted = float(paid[:1]._typed_amount(amount) or 0.0)
        lacks = {
            deal: deal.currency_id.round(wanted - deal._left_to_return())
            for deal in paid
        }
        return paid.sorted(lambda deal: (lacks[deal] > 0, abs(lacks[deal])))[:1]

    def _epay_told(self, payment_uuid):
        """The present state, whatever the request's cursor still believes."""
        config_id = self.id

        def read(env):
            deal = env["pos.config"].browse(config_id)._epay_deal(payment_uuid)
            return deal._register_values() if deal else {"state": False}

        return in_own_transaction(with_plain_context(self).env, read)
