from datetime import timedelta

import psycopg2

from odoo import api, fields, models

from ..const import (
    AUTHORIZING,
    FINAL_STATES,
    GONE_AWAY,
    GONE_LABELS,
    GONE_LATE,
    MONEY_STATES,
    STICKER_OLD,
    STICKER_STATE_LABELS,
    VISIT_AWAY_SECONDS,
    VISIT_BOUND,
    VISIT_DROP_SECONDS,
    VISIT_FRESH_SECONDS,
    VISIT_GRACE_MINUTES,
    VISIT_LEFT,
    VISIT_STATE_LABELS,
    VISIT_WAITING,
)
from ..db import in_own_transaction, lock_rows, see_commits
from ..exceptions import VisitOver
from ..tools import codes
from ..tools.moments import iso
from ..tools.phrases import new_key, say, shade

# In place of the hashes of a visit whose phone is forgotten.
_FORGOTTEN = "over"
# How many are forgotten in one transaction; Odoo's clean-up comes again for the rest.
_PURGE_BATCH = 500
# Phones that are, or may be, shown on some screen.
_LIVE = f"state <> '{VISIT_LEFT}' AND phone_hash <> '{_FORGOTTEN}'"
# What a visit may break when it is made; then another phrase is drawn.
_PHRASE_RULES = ("epay_visit_phrase_uniq", "epay_visit_phrase_key_uniq")


class EpayVisit(models.Model):
    """One phone at one counter.

    A phone is the visit's token (in its address) plus the secret in its HttpOnly
    cookie. The server keeps hashes only; the token is derived from the cookie's secret,
    so that the phone, and nobody else, can be shown its way back.
    """

    _name = "epay.visit"
    _inherit = ["bus.listener.mixin"]
    _description = "Phone at a counter"
    _order = "id desc"
    _rec_name = "phrase"

    counter_id = fields.Many2one("epay.counter", required=True, ondelete="cascade")
    company_id = fields.Many2one(
        related="counter_id.company_id", store=True, index=True
    )
    session_id = fields.Many2one("epay.session", "Deal", index="btree_not_null")
    state = fields.Selection(VISIT_STATE_LABELS, required=True, default=VISIT_WAITING)
    version = fields.Integer(default=0)
    phrase = fields.Char(required=True, help="As the phone shows it.")
    # The same in the language of record (`tools/phrases.py`).
    phrase_key = fields.Char()
    color = fields.Char(required=True)
    partner_id = fields.Many2one("res.partner", "Customer")
    lang = fields.Char()
    sticker_id = fields.Many2one("epay.sticker", index="btree_not_null")
    sticker_state = fields.Selection(
        STICKER_STATE_LABELS,
        "By a Sticker",
        help="As the sticker was when the phone read it.",
    )
    sent_away_at = fields.Datetime(
        "Sent Away",
        readonly=True,
        help="When the clerk dismissed this phone, or let it go, here; also on an "
        "earlier visit of it.",
    )
    token_hash = fields.Char(required=True, groups="base.group_system")
    phone_hash = fields.Char(required=True, index=True, groups="base.group_system")
    nonce = fields.Char(required=True, groups="base.group_system")
    address_hash = fields.Char(groups="base.group_system")
    last_seen = fields.Datetime(required=True, default=fields.Datetime.now)
    active_at = fields.Datetime(
        "Last Activity",
        required=True,
        default=fields.Datetime.now,
        help="When the phone joined, joined again or came back after it was away.",
    )
    expires_at = fields.Datetime(required=True, index=True)
    gone_by = fields.Selection(
        GONE_LABELS,
        "Gone by Itself",
        readonly=True,
        help="Why it no longer waits, where neither side ended it.",
    )

    _token_uniq = models.UniqueIndex("(token_hash)")
    _one_phone_a_deal = models.UniqueIndex(
        f"(session_id) WHERE state = '{VISIT_BOUND}'", "Another phone pays this deal."
    )
    # Neither for the clerk's eye nor for a phone's two phrases are alike, in whatever
    # languages they are shown, as long as a phone may come back with one.
    _phrase_uniq = models.UniqueIndex(f"(counter_id, phrase) WHERE {_LIVE}")
    _phrase_key_uniq = models.UniqueIndex(f"(counter_id, phrase_key) WHERE {_LIVE}")
    _counter_version = models.Index("(counter_id, version)")
    _to_forget = models.Index(f"(expires_at) WHERE phone_hash <> '{_FORGOTTEN}'")
    _waiting = models.Index(f"(counter_id, id) WHERE state = '{VISIT_WAITING}'")

    # === JOINING === #

    @api.model
    def _start(self, counter, phone, partner, lang, address=None, sticker=None):
        """A new visit that waits at `counter`, and its token.

        :param str phone: the secret of the phone's cookie
        :param str address: keyed hash of the network address that it comes from
        :param sticker: the `epay.sticker` that it read, if any
        :return: (visit, token); the token is not stored
        """
        nonce = codes.new_secret()
        token = codes.derive_token(phone, nonce)
        minutes = counter.store_id.visit_minutes
        read = sticker._visit_values() if sticker else {}
        visit = self._create_with_phrase(
            counter,
            {
                "counter_id": counter.id,
                "partner_id": partner.id if partner else False,
                "lang": lang,
                "token_hash": codes.digest(token),
                "phone_hash": codes.digest(phone),
                "nonce": nonce,
                "address_hash": address,
                "expires_at": fields.Datetime.now() + timedelta(minutes=minutes),
                **read,
            },
        )
        visit.sticker_id._seen_by(visit)
        counter._touch(visit)
        return visit, token

    def _create_with_phrase(self, counter, vals):
        """The visit with a phrase of its own, also when two phones come at once. The
        colour is seen from afar: another one than the phones have that are here, as
        long as there is one.
        """
        taken = self._colors_at(counter)
        while True:
            key = new_key(taken)
            words = {
                "phrase_key": key,
                "phrase": say(key, vals["lang"]),
                "color": shade(key),
            }
            try:
                with self.env.cr.savepoint():
                    return self.create({**vals, **words})
            except psycopg2.errors.UniqueViolation as error:
                if error.diag.constraint_name not in _PHRASE_RULES:
                    raise

    @api.model
    def _colors_at(self, counter):
        """The colours that are on some phone's page at this counter."""
        here = self.search(
            [
                ("counter_id", "=", counter.id),
                ("state", "!=", VISIT_LEFT),
                "|",
                ("session_id", "=", False),
                ("session_id.state", "not in", FINAL_STATES),
            ]
        )
        return set(here.mapped("color"))

    # === FINDING === #

    @api.model
    def _find(self, token):
        """The visit of a public address; sudo, empty when unknown. No effects."""
        if not codes.is_secret(token):
            return self.sudo().browse()
        domain = [("token_hash", "=", codes.digest(token))]
        # Found and read by one query: the page needs nearly all of it.
        names = [name for name, field in self._fields.items() if field.column_type]
        return self.sudo().search_fetch(domain, names, limit=1)

    @api.model
    def _of_phone(self, phone, counter=None):
        """The newest visit of the phone that holds the cookie; sudo. No effects."""
        if not codes.is_secret(phone):
            return self.sudo().browse()
        domain = [("phone_hash", "=", codes.digest(phone))]
        if counter:
            domain.append(("counter_id", "=", counter.id))
        return self.sudo().search(domain, limit=1)

    def _require_not_over(self):
        """Refuse the address of a visit that ended some time ago.

        :raise VisitOver:
        """
        if self._is_over():
            raise self._over()

    def _is_over(self):
        """Whether visit and deal ended some time ago. No effects."""
        session = self.session_id
        return bool(self) and self._has_passed(
            self.expires_at, session.state, session.state_date
        )

    @api.model
    def _has_passed(self, expires_at, deal_state, deal_since):
        """A visit lives as long as its deal, and a while after both."""
        if deal_state and deal_state not in FINAL_STATES:
            return False
        end = max(expires_at, deal_since or expires_at)
        return end + timedelta(minutes=VISIT_GRACE_MINUTES) < fields.Datetime.now()

    @api.model
    def _over(self):
        return VisitOver(
            self.env._(
                "This page was for a payment that is over. The address of a receipt "
                "goes on working."
            )
        )

    def _is_phone(self, phone):
        """Whether `phone`, a cookie's value, belongs to this visit."""
        return codes.is_secret(phone) and codes.same(
            self.sudo().phone_hash, codes.digest(phone)
        )

    def _sees_deal(self):
        """Whether this phone may see its deal: it pays it, or has paid and left."""
        return self.state == VISIT_BOUND or self._went_on_alone()

    def _is_payer(self):
        """Whether the deal's card and receipt are this phone's. A phone that took over
        later learns nothing of who chose.
        """
        session = self.session_id
        paid_by = session.live_transaction_id.epay_visit_id
        payer = session.payer_visit_id
        if session.state != AUTHORIZING:
            payer = paid_by or payer
        return not payer or payer == self

    def _went_on_alone(self):
        """Whether the payment of this phone, which has left, goes (or went) on without;
        or the return that its customer agreed to.

        Only the phone that paid, or agreed: another one may have been let in, by
        mistake, and sent away since.
        """
        session = self.session_id
        return (
            self.state == VISIT_LEFT
            and session._acting_visit() == self
            and session.state in (*MONEY_STATES, *FINAL_STATES)
        )

    def _token_for(self, phone):
        """The visit's token, which only its own phone can make."""
        return codes.derive_token(phone, self.sudo().nonce)

    # === WHAT THE CLERK IS TOLD === #

    def _clerk_values(self):
        """What the clerk's screen shows of a phone."""
        self.ensure_one()
        mine = say(self.phrase_key or self.phrase, self.env.lang)
        return {
            "id": self.id,
            "phrase": self.phrase,
            # The same in the clerk's language, where that is another one.
            "phrase_here": mine if mine != self.phrase else False,
            "color": self.color,
            "state": self.state,
            "since": iso(self.create_date),
            "last_seen": iso(self.last_seen),
            "active_at": iso(self.active_at),
            "away": self._is_away(),
            "partner": self.partner_id.name or False,
            "sticker": self._sticker_now(),
            "sent_away": self._was_sent_away(),
        }

    def _sticker_now(self):
        """`genuine` or `old`, as the sticker that this phone has read is by now: it may
        have been replaced while the phone waits. False without one.
        """
        now = self.sticker_id and self.sticker_id._state()
        return now or self.sticker_state or False

    def _needs_a_look(self):
        """Whether this phone is let in by the clerk's own hand only, also where the
        store lets the only one in by itself.
        """
        old = self._sticker_now() == STICKER_OLD
        return old or self._is_away() or self._was_sent_away()

    def _was_sent_away(self):
        """Whether the clerk dismissed this phone, or let it go, lately; as long as a
        visit lives.
        """
        minutes = self.counter_id.store_id.visit_minutes
        since = fields.Datetime.now() - timedelta(minutes=minutes)
        return bool(self.sent_away_at) and self.sent_away_at > since

    def _is_away(self):
        limit = timedelta(seconds=VISIT_AWAY_SECONDS)
        return fields.Datetime.now() - self.last_seen > limit

    # === PRESENCE === #

    def _seen(self):
        """The page is open and visible (every 20 seconds); the clerk is told on
        return.
        """
        if self.state == VISIT_LEFT:
            return
        fresh = timedelta(seconds=VISIT_FRESH_SECONDS)
        if fields.Datetime.now() - self.last_seen < fresh:
            return
        visit_id = self.id

        def note(env):
            visit = env["epay.visit"].browse(visit_id)
            if visit._is_away():
                visit._is_active()
            visit.last_seen = fields.Datetime.now()

        in_own_transaction(self.env, note)

    def _came_again(self, sticker):
        """The customer tapped Join once more, maybe after reading a sticker."""
        if self.state != VISIT_WAITING:
            return
        known = (self.sticker_id, self.sticker_state)
        is_news = bool(sticker) and (sticker, sticker._state()) != known
        if is_news:
            self.write(sticker._visit_values())
            sticker._seen_by(self)
        fresh = timedelta(seconds=VISIT_FRESH_SECONDS)
        if is_news or fields.Datetime.now() - self.active_at >= fresh:
            self._is_active()

    def _is_active(self):
        """The customer did something: the phone goes to the top of the clerk's list."""
        now = fields.Datetime.now()
        self.write({"last_seen": now, "active_at": now})
        self.counter_id._touch(self)

    def _end(self, gone_by=False):
        """These phones are not at their counter any more.

        :param str gone_by: of `const.GONE_LABELS`, where neither side wanted it
        """
        for visit in self:
            visit.write({"state": VISIT_LEFT, "gone_by": gone_by})
            visit.counter_id._touch(visit)

    def _leave(self):
        """The customer pressed Leave. What is finished stays on the page."""
        visit_id = self.id
        in_own_transaction(
            self.env, lambda env: env["epay.visit"].browse(visit_id)._leave_room()
        )
        see_commits(self.env)
        # The clerk may have accepted the phone since the request began.
        if self.state == VISIT_BOUND and self.session_id.state not in FINAL_STATES:
            self.session_id._customer_leave(self)

    def _leave_room(self):
        """A phone that still waits does so no longer."""
        lock_rows(self).filtered(lambda visit: visit.state == VISIT_WAITING)._end()

    @api.model
    def _drop_absent(self):
        """Waiting phones that went away drop out of the room (cron)."""
        now = fields.Datetime.now()
        limit = now - timedelta(seconds=VISIT_DROP_SECONDS)
        gone = self.search(
            [
                ("state", "=", VISIT_WAITING),
                "|",
                ("last_seen", "<", limit),
                ("expires_at", "<", now),
            ]
        )
        away = gone.filtered(lambda visit: visit.last_seen < limit)
        away._end(GONE_AWAY)
        (gone - away)._end(GONE_LATE)

    @api.autovacuum
    def _gc_visits(self):
        """A day after their end, phones are forgotten, some hundreds at a time. A visit
        that the history names stays, as a name that nobody can come back with.

        :return: how many were seen to, and whether there are more
        """
        limit = fields.Datetime.now() - timedelta(days=1)
        old = self.search(
            [
                ("expires_at", "<", limit),
                ("phone_hash", "!=", _FORGOTTEN),
                "|",
                ("session_id", "=", False),
                "&",
                ("session_id.state", "in", FINAL_STATES),
                ("session_id.state_date", "<", limit),
            ],
            order="expires_at",
            limit=_PURGE_BATCH,
        )
        events = self.env["epay.session.event"].search([("visit_id", "in", old.ids)])
        events.visit_id._forget()
        (old - events.visit_id).unlink()
        return len(old), len(old) == _PURGE_BATCH

    def _forget(self):
        """Nothing is kept that could tell this phone again."""
        for visit in self:
            visit.write(
                {
                    "token_hash": f"{_FORGOTTEN}-{visit.id}",
                    "phone_hash": _FORGOTTEN,
                    "former_hash": False,
                    "nonce": _FORGOTTEN,
                    "address_hash": False,
                }
            )
