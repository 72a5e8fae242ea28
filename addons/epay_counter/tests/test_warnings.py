from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.bus.models.bus_listener_mixin import BusListenerMixin

from .test_money import MoneyCase


@tagged("post_install", "-at_install")
class TestWarnings(MoneyCase):
    """Clerks hear of an authorization that runs out, also when they look elsewhere."""

    def setUp(self):
        super().setUp()
        self.told = []
        send = BusListenerMixin._bus_send

        def note(record, kind, message, **kwargs):
            if kind == "simple_notification":
                self.told.append((record, message["message"]))
            return send(record, kind, message, **kwargs)

        self.startPatcher(patch.object(BusListenerMixin, "_bus_send", note))

    def parked(self):
        session = self.authorized(10)
        self.as_clerk(self.counter).next()
        return session

    def minutes_later(self, minutes):
        """The job looks when so much time has passed."""
        with self.freeze(fields.Datetime.now() + timedelta(minutes=minutes)):
            self.env.flush_all()
            self.env["epay.session"]._cron_expire()
            self.commit()

    def test_a_parked_deal_says_how_long_it_is_held(self):
        session = self.parked()
        [row] = self.as_clerk(self.counter).get_state()["counter"]["parked"]
        until = session.authorized_until.isoformat(timespec="seconds")
        self.assertEqual(row["authorized_until"], f"{until}Z")
        self.settle(session)
        [row] = self.as_clerk(self.counter).get_day()["deals"]
        self.assertFalse(row["authorized_until"])

    def test_what_was_charged_at_once_is_held_by_nobody(self):
        self.one_phase()
        self.parked()
        [row] = self.as_clerk(self.counter).get_state()["counter"]["parked"]
        self.assertIs(row["authorized_until"], False)

    def test_the_clerks_are_warned_once_before_it_ends(self):
        second = self.make_user("epay_test_clerk_two", "epay_counter.group_epay_clerk")
        self.counter.user_ids = [Command.link(second.id)]
        session = self.parked()
        self.minutes_later(45)
        self.assertFalse(self.told)
        self.minutes_later(52)
        self.assertEqual({user for user, _text in self.told}, {self.clerk, second})
        text = self.told[0][1]
        self.assertIn(session.name, text)
        self.assertIn("8 min", text)
        self.minutes_later(53)
        self.assertEqual(len(self.told), 2, "once each")
        self.assertEqual(session.state, "authorized")

    def test_everybody_is_warned_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.clerk.lang = "fr_FR"
        session = self.parked()
        seen = []
        texts = type(session)._ends_soon_text

        def note(deal):
            seen.append(deal.env.lang)
            return texts(deal)

        with patch.object(type(session), "_ends_soon_text", note):
            self.minutes_later(52)
        self.assertEqual(seen, ["fr_FR"])

    def test_a_short_authorization_is_not_warned_of_at_once(self):
        self.store.authorization_minutes = 8
        self.parked()
        self.minutes_later(1)
        self.assertFalse(self.told)
        self.minutes_later(6.5)
        self.assertEqual(len(self.told), 1)

    def test_nobody_is_warned_of_what_was_settled(self):
        session = self.parked()
        self.settle(session)
        self.minutes_later(55)
        self.assertFalse(self.told)

    def test_the_clerks_hear_that_it_was_given_back(self):
        session = self.parked()
        self.time_is_up(session)
        self.assertEqual(session.state, "expired")
        [(user, text)] = self.told
        self.assertEqual(user, self.clerk)
        self.assertIn("not settled in time", text)

    def test_nobody_hears_of_a_deal_that_expired_before_the_money(self):
        self.time_is_up(self.chosen(10))
        self.assertFalse(self.told)

    def test_one_that_can_not_be_warned_of_does_not_stop_the_others(self):
        session = self.parked()
        session.warn_at = fields.Datetime.now() - timedelta(minutes=1)
        with (
            patch.object(type(session), "_warn", side_effect=RuntimeError("bug")),
            self.assertLogs("odoo.addons.epay_counter.models.epay_session_warn"),
        ):
            self.time_is_up(session)
        self.assertEqual(session.state, "expired")
