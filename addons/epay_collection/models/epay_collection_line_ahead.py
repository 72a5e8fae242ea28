from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import format_date, hmac
from odoo.tools.translate import LazyTranslate

from odoo.addons.epay_counter.const import OPEN
from odoo.addons.epay_counter.db import in_own_transaction, see_commits
from odoo.addons.epay_counter.exceptions import AmountMismatch
from odoo.addons.epay_counter.tools import codes

from ..const import AHEAD_DAYS, CANCELLED, LIVE_STATES
from ..exceptions import LineOpened, NothingDue, PaidByOtherPhone, PayAheadOver

_lt = LazyTranslate(__name__)


class EpayCollectionLine(models.Model):
    """Paying before the visit: a link for the customer, which closes the line."""

    _inherit = "epay.collection.line"

    # Raising it kills the links that were sent.
    link_generation = fields.Integer(default=1, readonly=True, copy=False)
    told_at = fields.Datetime("Customer Told", readonly=True, copy=False)
    pay_ahead_url = fields.Char(
        "Link to Pay Ahead",
        compute="_compute_pay_ahead_url",
        # Who has it may pay, and sees what is due.
        groups="epay_counter.group_epay_manager",
    )

    @api.depends("link_generation")
    def _compute_pay_ahead_url(self):
        for line in self:
            base = line.counter_id._base_url() if line.counter_id else ""
            known = bool(line.id)
            line.pay_ahead_url = known and f"{base}/epay/c/{line._ahead_code()}"

    # === THE LINK === #

    def _ahead_code(self):
        """A keyed hash over line and generation: it can be shown again unstored."""
        message = (self.id, self.link_generation)
        mac = hmac(self.env(su=True), "epay.collection.ahead", message)
        return codes.join_code(self.id, mac)

    @api.model
    def _find_ahead(self, code):
        """The line of a link, or where it was moved to; sudo, no effects.

        :return: a line; empty when the link was never given out
        :raise PayAheadOver: too old, or taken back
        """
        line_id, mac = codes.split_code(code)
        line = self.browse(line_id).exists()
        if not line:
            return line
        genuine = codes.split_code(line._ahead_code())[1]
        if not codes.same(genuine, mac):
            if line.link_generation > 1 and line._was_given_out(mac):
                raise line._over()
            return self.browse()
        line = line._moved_on()
        last = fields.Date.add(line.date, days=AHEAD_DAYS)
        if line.state == CANCELLED or line.counter_id._today() > last:
            raise line._over()
        return line

    def _was_given_out(self, mac):
        for generation in range(1, self.link_generation):
            older = hmac(
                self.env(su=True), "epay.collection.ahead", (self.id, generation)
            )
            if codes.same(codes.short_hash(older), mac):
                return True
        return False

    def _moved_on(self):
        """The line that this one was moved to, in the end."""
        line = self
        while line.moved_to_id:
            line = line.moved_to_id
        return line

    def _over(self):
        return PayAheadOver(
            self.env._("This link is not valid any more. Please pay at the door.")
        )

    def _ahead_values(self):
        """What the page of the link shows, as plain values."""
        due = self._due()
        return {
            "name": self._deal_text(),
            "due": due,
            "due_text": self.currency_id.format(due),
            "date": format_date(self.env, self.date),
            "open": self.state in LIVE_STATES and due > 0,
        }

    # === PAYING === #

    def _pay_ahead(self, phone, partner, lang):
        """Bind this phone to a deal of its own, which holds no counter.

        :param str phone: the secret of the browser's cookie, if it has one
        :param partner: the customer, when signed in
        :return: (token of the visit, secret for the cookie)
        :raise NothingDue: :raise LineOpened: the clerk is at it
        :raise PaidByOtherPhone: another phone pays it just now
        """
        line_id, partner_id = self.id, partner.id

        def work(env):
            line = env["epay.collection.line"].browse(line_id)
            return line._pay_ahead_locked(phone, partner_id, lang)

        visit_id, secret = in_own_transaction(self.sudo().env, work)
        see_commits(self.env)
        visit = self.env["epay.visit"].sudo().browse(visit_id)
        return visit._token_for(secret), secret

    def _pay_ahead_locked(self, phone, partner_id, lang):
        self._lock_with_deal()
        self._drop_outdated_ahead()
        deal = self._live_deal() or self._open_ahead()
        if not deal._is_ahead():
            raise LineOpened(
                self.env._("The clerk is collecting this just now. Ask the clerk.")
            )
        bound = deal._bound_visit()
        if bound and bound._is_phone(phone):
            return bound.id, phone
        if bound:
            raise PaidByOtherPhone(
                self.env._(
                    "Another phone is paying this just now. Go on there, or open your "
                    "link again in %(minutes)s minutes.",
                    minutes=self.store_id.deal_minutes,
                )
            )
        visits = self.env["epay.visit"]
        partner = self.env["res.partner"].browse(partner_id)
        known = partner if partner and self.store_id._serves(partner) else False
        secret = visits._secret_for(phone)
        visit, _token = visits._start(self.counter_id, secret, known, lang)
        deal._bind(visit)
        return visit.id, secret

    def _drop_outdated_ahead(self):
        """Less is owed than the customer's deal says: a part was paid another way."""
        deal = self._live_deal()
        waits = deal and (deal._is_waiting_ahead() or deal._waits_at_form())
        less = deal and self.currency_id.compare_amounts(deal.amount, self._rest()) > 0
        if waits and less and deal._is_ahead():
            self._drop_waiting_deal(_lt("It was paid meanwhile."))

    def _too_much_ahead(self):
        """The refusal of paying more than is owed by now, in words for the customer.

        :return: an `EpayRefusal`, to be raised
        """
        if self._rest() <= 0 or not self._due():
            return NothingDue(self._paid_already_text())
        return AmountMismatch(
            self.env._(
                "Only %(due)s is due by now. Open your link again to pay that.",
                due=self.currency_id.format(self._rest()),
            )
        )

    def _paid_already_text(self):
        return self.env._(
            "Nothing is due for “%(what)s” any more. You need not pay.",
            what=self._deal_text(),
        )

    def _open_ahead(self):
        """A deal at the line's counter that doesn't hold it: the clerk serves others
        meanwhile.
        """
        if not self._due():
            raise self._too_much_ahead()
        wanted = self._wanted(None)
        counter = self.counter_id
        counter._require_payable(wanted)
        clerk = self.user_id or counter.user_ids[:1]
        deal = self.env["epay.session"].create(
            {
                **self._prepare_deal(wanted),
                "counter_id": counter.id,
                "paid_ahead": True,
                "user_id": clerk.id or SUPERUSER_ID,
            }
        )
        deal._transition(OPEN)
        return deal

    # === TELLING THE CUSTOMER === #

    def action_tell(self):
        """Tell the customers what will be collected, with the link: by mail, and by SMS
        where that is installed (managers). Nobody is told of what is not due.

        :return: a notification that says how many were told
        """
        self.check_access("write")
        lines = self.sudo().filtered(lambda line: line._due() > 0)
        told = lines._tell_by_mail() | lines._tell_by_sms()
        told.write({"told_at": fields.Datetime.now()})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if told else "warning",
                "message": self.env._(
                    "%(told)s of %(all)s customers are told. Others have neither a "
                    "mail address nor a phone, or nothing is due.",
                    told=len(told),
                    all=len(self),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_new_link(self):
        """Take back the links that were sent (managers), also before it was moved."""
        self.check_access("write")
        for line in self.sudo():
            for sent in line._history():
                sent.link_generation += 1

    def _tell_by_mail(self):
        """Queue a mail for each customer who has an address; returns those lines."""
        lines = self.filtered("partner_id.email")
        template = self.env.ref("epay_collection.mail_template_ahead")
        template.send_mail_batch(lines.ids)
        return lines

    def _tell_by_sms(self):
        """Likewise, where Odoo's SMS is installed."""
        lines = self.filtered("phone") if "sms.sms" in self.env else self.browse()
        if lines:
            self.env["sms.sms"].create([line._prepare_sms() for line in lines])
        return lines

    def _prepare_sms(self):
        line = self.with_context(lang=self.partner_id.lang or self.env.lang)
        return {
            "number": self.phone,
            "partner_id": self.partner_id.id,
            "body": line._sms_text(),
        }

    def _sms_text(self):
        return self.env._(
            "%(store)s: %(amount)s for %(what)s will be collected on %(date)s. Pay "
            "ahead: %(link)s",
            store=self.store_id.name,
            amount=self.currency_id.format(self._due()),
            what=self.name,
            date=format_date(self.env, self.date),
            link=self.pay_ahead_url,
        )

    def _due_text(self):
        """For the mail."""
        return self.currency_id.format(self._due())
