import contextlib
from datetime import datetime, time, timedelta
from urllib.parse import urlparse
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import DAY_ROWS, SETTLED, VISIT_AWAY_SECONDS
from ..tools.moments import iso
from ..tools.money import NotAnAmount, parse_amount
from ..tools.text import plain_text


class EpayCounter(models.Model):
    """What the clerk's screen is told. No value is ever None: XML-RPC can't carry
    it.
    """

    _inherit = "epay.counter"

    # === READING (public, no effects) === #

    @api.readonly
    def get_state(self, since=None):
        """Everything that the clerk's screen shows.

        :param int since: the version that the screen shows; when nothing is newer, the
            answer is short: it has `"unchanged": True`, and its `session` is False
            whatever deal there is
        :raise NotYourCounter:
        """
        self.ensure_one()
        self._check_clerk()
        counter = self.sudo()
        if type(since) is int and 0 < counter._current_version() <= since:
            return {
                "session": False,
                "counter": {"id": counter.id, "version": since},
                "message": False,
                "unchanged": True,
            }
        return counter._answer()

    @api.readonly
    def focus(self, session_id):
        """The state with another deal of this counter in place of the present one.

        For parked and finished deals of the day list. Nothing changes.
        """
        self.ensure_one()
        self._check_clerk()
        session = (
            self.env["epay.session"]
            .sudo()
            .search(
                [
                    ("id", "=", session_id if type(session_id) is int else 0),
                    ("counter_id", "=", self.id),
                ]
            )
        )
        answer = self.sudo()._answer()
        answer["session"] = session._clerk_values() if session else answer["session"]
        return answer

    @api.model
    @api.readonly
    def get_my_counters(self):
        """The counters that the user may work at, for the app's first screen."""
        mine = Domain("user_ids", "in", self.env.uid)
        managed = Domain("store_id.manager_ids", "in", self.env.uid)
        counters = self.search(mine | managed)
        return [counter._chooser_values() for counter in counters.sudo()]

    @api.readonly
    def get_day(self, query=None):
        """The counter's deals of today, the parked ones of any day on top, and what
        was settled today.

        :param str query: part of a number or description, or an amount as it is typed
            in the user's language; the totals are those of the day all the same
        """
        self.ensure_one()
        self._check_clerk()
        counter = self.sudo()
        sessions = counter._day_sessions(query)
        today = counter._today_values()
        return {
            "deals": [session._day_values() for session in sessions],
            "totals": counter._totals_by_method(),
            "count": today["count"],
            "amount_text": today["amount_text"],
            "returned": counter._given_back_today(),
        }

    # === ANSWERS === #

    def _answer(self, operation_ids=()):
        """The contract's answer to every act: session, counter, message."""
        session = self._held_session()
        operations = self.env["epay.operation"].browse(operation_ids)
        return {
            "session": session._clerk_values() if session else False,
            "counter": self._clerk_values(),
            "message": operations._clerk_message(),
        }

    def _chooser_values(self):
        return {
            "id": self.id,
            "code": self.code,
            "name": self.name,
            "state": self.state,
            "store": self._store_values(),
            "has_deal": bool(self._held_session()),
        }

    def _store_values(self):
        store = self.store_id
        return {
            "id": store.id,
            "code": store.code,
            "name": store.name,
            "city": store.city or False,
            "tz": store.tz,
            "logo": f"/epay/i/s/{store.code}" if store.logo else False,
        }

    def _clerk_values(self):
        """The `counter` part of an answer."""
        return {
            "id": self.id,
            "code": self.code,
            "name": self.name,
            "state": self.state,
            "version": self._current_version(),
            "kind": self.kind,
            "amount_by": self.amount_by,
            "min_amount": self.min_amount,
            "max_amount": self.max_amount,
            "store": self._store_values(),
            "currency": self._currency_values(),
            "portal_url": self._public_url(),
            "portal_words": self._portal_words(),
            "visits": self._waiting_values(),
            "today": self._today_values(),
            "parked": [session._day_values() for session in self._parked_sessions()],
            "recent_amounts": self._recent_amounts(),
            "server_time": iso(fields.Datetime.now()),
            "away_seconds": VISIT_AWAY_SECONDS,
        }

    def _waiting_values(self):
        """The waiting phones, newest activity first, each with the place that its
        customer reads (`epay.visit._room_columns`): both sides speak of the same one.
        """
        visits = self._waiting_visits()
        places = {visit: place for place, visit in enumerate(visits.sorted("id"), 1)}
        return [{**visit._clerk_values(), "place": places[visit]} for visit in visits]

    def _currency_values(self):
        currency = self.currency_id
        return {
            "name": currency.name,
            "symbol": currency.symbol,
            "position": currency.position,
            "decimals": currency.decimal_places,
        }

    def _portal_words(self):
        """What the clerk says: the portal's address, the store, the counter (SA4)."""
        host = urlparse(self._base_url()).netloc
        return f"{host}/epay → {self.store_id.name} → {self.code}"

    def _today_values(self):
        [(count, amount)] = self.env["epay.session"]._read_group(
            self._settled_today(), aggregates=["__count", "amount:sum"]
        )
        return {
            "count": count,
            "amount": amount or 0.0,
            "amount_text": self.currency_id.format(amount or 0.0),
        }

    def _recent_amounts(self):
        """The last different amounts of the counter, for one tap."""
        recent = self.env["epay.session"].search(
            [("counter_id", "=", self.id), ("amount", ">", 0)], limit=20
        )
        return list(dict.fromkeys(recent.mapped("amount")))[:4]

    # === THE DAY === #

    def _today_domain(self, moment="create_date"):
        """Deals registered since midnight in the store's time zone; or with another
        `moment` of today.
        """
        zone = ZoneInfo(self.store_id.tz)
        today = datetime.now(zone).date()
        return (
            Domain("counter_id", "=", self.id)
            & Domain(moment, ">=", _midnight(today, zone))
            # Not 24 hours later: a day may have 23 or 25.
            & Domain(moment, "<", _midnight(today + timedelta(days=1), zone))
        )

    def _settled_today(self):
        return self._today_domain() & Domain("state", "=", SETTLED)

    def _day_sessions(self, query=None):
        """The parked deals, then the newest of today."""
        sessions = self.env["epay.session"]
        fitting = self._fitting(query) if query else Domain.TRUE
        parked = self._parked_sessions().filtered_domain(fitting)
        others = self._today_domain() & Domain("id", "not in", parked.ids)
        return parked + sessions.search(others & fitting, limit=DAY_ROWS)

    def _fitting(self, query):
        """Deals that somebody means who types `query`."""
        query = plain_text(str(query))[:200]
        fitting = Domain("name", "ilike", query) | Domain("description", "ilike", query)
        # A receipt's number also finds what was given back of it.
        fitting |= Domain("origin_id.name", "ilike", query)
        return fitting | Domain("amount", "in", self._typed_amounts(query))

    def _typed_amounts(self, text):
        """What may be meant by an amount as somebody typed it: in the language on the
        screen, or as machines write it.
        """
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        local = text.replace(lang.thousands_sep or ",", "")
        amounts = []
        for plain in (local.replace(lang.decimal_point or ".", "."), text):
            with contextlib.suppress(NotAnAmount):
                amount = parse_amount(plain, self.currency_id.decimal_places)
                amounts.append(float(amount))
        return amounts

    def _totals_by_method(self):
        """Count and sum of what was settled today by payment method, largest first."""
        groups = self.env["epay.session"]._read_group(
            self._settled_today(),
            ["payment_method_id"],
            ["__count", "amount:sum"],
            order="amount:sum DESC",
        )
        return [
            {
                "method": method.name or "",
                "count": count,
                "amount_text": self.currency_id.format(amount),
            }
            for method, count, amount in groups
        ]


def _midnight(day, zone):
    """The UTC moment, as the database has it, at which a day begins somewhere."""
    local = datetime.combine(day, time(), zone)
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
