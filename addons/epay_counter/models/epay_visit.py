from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import (
    AUTHORIZING,
    FINAL_STATES,
    MONEY_STATES,
    STICKER_STATE_LABELS,
    TURN_CLERK,
    TURN_NOBODY,
    TURN_PROVIDER,
    TURNS,
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
    sticker_state = fields.Selection(STICKER_STATE_LABELS, "By a Sticker")
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
                **(sticker._visit_values() if sticker else {}),
            },
        )
        counter._touch(visit)
        return visit, token

    def _create_with_phrase(self, counter, vals):
        """The visit with a phrase of its own, also when two phones come at once."""
        while True:
            key = new_key()
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

    @api.model
    def _secret_for(self, phone):
        """The secret for a new visit of the phone whose cookie says `phone`.

        It stays the same only while another visit goes on with it. One that we never
        gave out, or that has done its work, may have been put into this browser by
        somebody else, who then could act for it (session fixation).
        """
        if not codes.is_secret(phone):
            return codes.new_secret()
        visits = self.sudo().search([("phone_hash", "=", codes.digest(phone))])
        in_use = any(visit._goes_on() for visit in visits)
        return phone if in_use else codes.new_secret()

    def _goes_on(self):
        """Whether the phone still waits, or its deal is not finished; also the one that
        it left while paying.
        """
        if self.state == VISIT_BOUND:
            return self.session_id.state not in FINAL_STATES
        if self._went_on_alone():
            return self.session_id.state not in FINAL_STATES
        return self.state == VISIT_WAITING and not self._is_over()

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

    # === WHAT THE PHONE IS TOLD === #

    @api.model
    def _public_state(self, token):
        """What the cheap state route answers, in one query, or None for no such
        visit.

        :raise VisitOver:
        """
        if not codes.is_secret(token):
            return None
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT v.state AS visit, v.expires_at, s.state_date,
                       s.state, s.name AS number, s.amount,
                       s.in_doubt, c.name AS currency, t.state AS attempt,
                       GREATEST(v.version, COALESCE(s.version, 0)) AS version,
                       CASE WHEN v.state = %(waiting)s THEN (
                           SELECT count(*) FROM epay_visit w
                            WHERE w.counter_id = v.counter_id
                              AND w.state = %(waiting)s AND w.id <= v.id
                       ) END AS place,
                       v.state = %(waiting)s AND EXISTS (
                           SELECT 1 FROM epay_session h
                             JOIN epay_visit b ON b.session_id = h.id
                            WHERE h.counter_id = v.counter_id AND h.holds_counter
                              AND h.state NOT IN %(final)s AND b.state = %(bound)s
                       ) AS other,
                       EXISTS (
                           SELECT 1 FROM epay_operation o
                            WHERE o.session_id = s.id AND o.called_at IS NOT NULL
                              AND o.finished_at IS NULL AND o.aside IS NOT TRUE
                       ) AS asked
                  FROM epay_visit v
                  LEFT JOIN epay_session s ON s.id = v.session_id
                  LEFT JOIN res_currency c ON c.id = s.currency_id
                  LEFT JOIN payment_transaction t ON t.id = s.live_transaction_id
                 WHERE v.token_hash = %(token)s
                """,
                token=codes.digest(token),
                waiting=VISIT_WAITING,
                bound=VISIT_BOUND,
                final=FINAL_STATES,
            )
        )
        row = rows[0] if rows else None
        if row and self._has_passed(row["expires_at"], row["state"], row["state_date"]):
            raise self._over()
        return self._state_json(row) if row else None

    @api.model
    def _state_json(self, row):
        """The row of `_public_state` as the contract has it."""
        # Only a bound phone sees the deal; one that left is told nothing of it.
        known = row["visit"] == VISIT_BOUND
        under_way = row["asked"] or row["attempt"] == "pending" or row["in_doubt"]
        provider = under_way and row["state"] not in FINAL_STATES
        idle = TURNS.get(row["state"], TURN_NOBODY) if known else TURN_CLERK
        turn = TURN_PROVIDER if provider else idle
        if row["visit"] == VISIT_LEFT:
            turn = TURN_NOBODY
        return {
            "version": row["version"],
            "state": row["visit"] if row["visit"] != VISIT_BOUND else row["state"],
            "amount": known and float(row["amount"] or 0) or False,
            "currency": known and row["currency"] or False,
            "number": known and row["number"] or False,
            "in_doubt": known and bool(row["in_doubt"]),
            "turn": turn,
            **self._room_json(row),
        }

    @api.model
    def _room_json(self, row):
        """Of a phone in the waiting room: its place there, and whether the clerk serves
        another phone just now. They change without a new version.
        """
        if row["place"] is None:
            return {}
        return {"place": row["place"], "other_phone": row["other"]}

    def _room_values(self):
        """`place` and `other_phone` of `_public_state`, for the page itself."""
        room = self.search_count(
            [
                ("counter_id", "=", self.counter_id.id),
                ("state", "=", VISIT_WAITING),
                ("id", "<=", self.id),
            ]
        )
        served = self.counter_id._held_session().filtered(
            lambda deal: deal.state not in FINAL_STATES and deal._bound_visit()
        )
        return {"place": room, "other_phone": bool(served)}

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
            "since": _iso(self.create_date),
            "last_seen": _iso(self.last_seen),
            "active_at": _iso(self.active_at),
            "away": self._is_away(),
            "partner": self.partner_id.name or False,
            "sticker": self.sticker_state or False,
        }

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
        if sticker and sticker._state() != self.sticker_state:
            self.write(sticker._visit_values())
        self._is_active()

    def _is_active(self):
        """The customer did something: the phone goes to the top of the clerk's list."""
        now = fields.Datetime.now()
        self.write({"last_seen": now, "active_at": now})
        self.counter_id._touch(self)

    def _end(self):
        """These phones are not at their counter any more."""
        for visit in self:
            visit.state = VISIT_LEFT
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
        gone = self.search(
            [
                ("state", "=", VISIT_WAITING),
                "|",
                ("last_seen", "<", now - timedelta(seconds=VISIT_DROP_SECONDS)),
                ("expires_at", "<", now),
            ]
        )
        gone._end()

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
                    "nonce": _FORGOTTEN,
                    "address_hash": False,
                }
            )


def _iso(moment):
    """A UTC moment for JavaScript."""
    return f"{moment.isoformat(timespec='seconds')}Z"
