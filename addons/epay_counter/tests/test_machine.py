from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.translate import LazyTranslate

from ..const import (
    AMOUNT_STATES,
    FINAL_STATES,
    KIND_SALE,
    REJECTED,
    STATE_LABELS,
    TRANSITIONS,
)
from ..reasons import UNREACHABLE, in_english
from .common import OPERATION_LOGS, EpayCase

_lt = LazyTranslate("epay_counter")

STATES = [state for state, _label in STATE_LABELS]


@tagged("post_install", "-at_install")
class TestMachine(EpayCase):
    def deal(self, state="draft", amount=10.0, kind=KIND_SALE):
        """A deal put into `state` without any of its ways."""
        origin = kind != KIND_SALE and self.deal("settled")
        session = self.env["epay.session"].create(
            {
                "counter_id": self.counter.id,
                "amount": amount,
                "kind": kind,
                "origin_id": origin and origin.id,
            }
        )
        self.commit()
        session._as_machine().write({"state": state})
        return session

    def test_every_move_of_the_table_is_made_and_every_other_is_refused(self):
        for kind, source, target in self.moves():
            session = self.deal(source, kind=kind)
            with self.subTest(kind=kind, source=source, target=target):
                if target in TRANSITIONS[kind].get(source, ()):
                    self.assertTrue(session._transition(target, "because"))
                    self.assertEqual(session.state, target)
                    self.assertEqual(session.reason, "because")
                else:
                    with self.assertRefused("wrong_state"):
                        session._transition(target)
                    self.assertEqual(session.state, source)

    def moves(self):
        """Every kind of deal from every state of its table to every other state."""
        for kind, table in TRANSITIONS.items():
            for source in table:
                for target in STATES:
                    if source != target:
                        yield kind, source, target

    def test_every_state_has_a_row_in_the_table(self):
        self.assertEqual(
            {state for t in TRANSITIONS.values() for state in t}, set(STATES)
        )
        for table in TRANSITIONS.values():
            # A manager's record may follow a refusal (docs/decisions, 4).
            final = {
                state
                for state, targets in table.items()
                if not targets or state == REJECTED
            }
            self.assertEqual(final, set(FINAL_STATES) & set(table))
            self.assertLessEqual(
                {state for t in table.values() for state in t}, set(table)
            )

    def test_the_same_state_again_is_a_no_op(self):
        for state in STATES:
            session = self.deal(state)
            rows = len(session.event_ids)
            self.assertFalse(session._transition(state, "again"))
            self.assertEqual(len(session.event_ids), rows)
            self.assertFalse(session.reason)

    def test_every_move_appends_one_row_with_who_whence_whither_and_why(self):
        session = self.register().with_user(self.clerk).sudo()
        rows = session.event_ids
        session._transition("cancelled", "changed her mind")
        new = session.event_ids - rows
        self.assertEqual(len(new), 1)
        self.assertEqual(
            (new.user_id, new.source, new.target, new.why),
            (self.clerk, "open", "cancelled", "changed her mind"),
        )

    def test_a_phone_that_acts_is_named_in_the_history(self):
        session = self.register()
        visit = self.join(session)
        row = session.event_ids.sorted("id")[-1]
        self.assertEqual((row.target, row.visit_id), ("engaged", visit))
        self.assertFalse(row.user_id)

    def test_the_version_rises_with_every_change(self):
        session = self.register()
        self.commit()
        versions = [session.version]
        visit = self.join(session)
        versions.append(session.version)
        self.choose(session)
        versions.append(session.version)
        self.as_customer(session)._unchoose(visit)
        versions.append(session.version)
        self.assertEqual(versions, sorted(set(versions)))
        self.assertEqual(self.counter._current_version(), versions[-1])

    def test_a_change_tells_the_counter_and_its_phone_once(self):
        session = self.register()
        visit = self.join(session)
        self.commit()
        sent = []

        def record(records, kind, message, **kwargs):
            sent.append((records._name, kind, message["id"], message["version"]))

        bus = "odoo.addons.bus.models.bus_listener_mixin.BusListenerMixin._bus_send"
        with patch(bus, record):
            session._write_machine({"captured_amount": 1})
            session._write_machine({"captured_amount": 2})
            self.commit()
        session.invalidate_recordset()
        self.assertEqual(
            sent,
            [
                ("epay.counter", "epay/changed", self.counter.id, session.version),
                ("epay.visit", "epay/changed", visit.id, session.version),
            ],
        )

    # --- who may write ---

    def test_nobody_writes_machine_fields(self):
        session = self.register()
        admin = self.env.ref("base.user_admin")
        everybody = [
            session.with_user(self.clerk),
            session.with_user(self.manager),
            session.with_user(admin),
            session.with_user(self.clerk).sudo(),
            session,
        ]
        for record in everybody:
            for name, value in (
                ("state", "settled"),
                ("amount", 1.0),
                ("holds_counter", False),
                ("version", 1),
                ("captured_amount", 1.0),
                ("refund_reserved", 0.0),
                ("in_doubt", True),
                ("live_transaction_id", False),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    record.write({name: value})
        self.assertEqual(session.state, "open")

    def test_the_machines_mark_can_not_be_forged(self):
        session = self.register()
        for mark in (True, 1, "epay_machine", object(), {"epay_machine": True}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                session.with_context(epay_machine=mark).write({"state": "settled"})

    def test_nobody_creates_a_deal_by_hand(self):
        for user in (self.clerk, self.manager):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env["epay.session"].with_user(user).create(
                    {"counter_id": self.counter.id, "amount": 5, "state": "settled"}
                )

    def test_the_history_is_neither_changed_nor_deleted(self):
        event = self.register().event_ids[:1]
        for record in (event, event.with_user(self.manager), event.sudo()):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                record.write({"why": "something else"})
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                record.unlink()

    def test_deals_are_never_deleted(self):
        session = self.register()
        session._transition("cancelled")
        for record in (session, session.with_user(self.manager)):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                record.unlink()

    # --- rules of the database ---

    @mute_logger("odoo.sql_db")
    def test_the_database_lets_one_deal_hold_a_counter(self):
        self.register()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["epay.session"].create(
                {"counter_id": self.counter.id, "holds_counter": True}
            )

    @mute_logger("odoo.sql_db")
    def test_the_database_lets_one_phone_be_bound(self):
        session = self.register()
        self.join(session)
        second = self.join_counter()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            second.write({"state": "bound", "session_id": session.id})

    @mute_logger("odoo.sql_db")
    def test_the_database_wants_an_amount_from_the_choice_on(self):
        for state in AMOUNT_STATES:
            session = self.deal(amount=0)
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                session._as_machine().write({"state": state})

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_refunds_within_what_was_captured(self):
        session = self.deal()
        session._as_machine().write({"captured_amount": 10, "refund_reserved": 10})
        self.env.flush_all()
        for captured, reserved in ((10, 10.01), (9.99, 10), (10, -1), (-1, 0)):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                session._as_machine().write(
                    {"captured_amount": captured, "refund_reserved": reserved}
                )

    # --- numbers ---

    def test_numbers_are_ascii_rise_and_are_unique(self):
        first, second = self.deal(), self.deal()
        self.assertRegex(first.name, r"^TESTSTREET\d{6}$")
        self.assertEqual(int(second.name[-6:]), int(first.name[-6:]) + 1)

    def test_the_product_reference_is_the_time_at_the_store(self):
        with self.freeze("2026-07-01 22:30:05"):
            session = self.deal()
        self.assertEqual(session.product_ref, "20260702003005")


@tagged("post_install", "-at_install")
class TestReasons(EpayCase):
    """Why a deal moved is read by everybody in the own language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("fr_FR", "de_DE"):
            cls.env["res.lang"]._activate_lang(lang)

    def assertReason(self, session, **texts):
        """Screens and the history say so, each in its language."""
        self.commit()
        for code, text in texts.items():
            lang = {"en": "en_US", "fr": "fr_FR", "de": "de_DE"}[code]
            reader = session.with_context(lang=lang)
            counter = self.as_clerk(self.counter).with_context(lang=lang)
            with self.subTest(lang):
                self.assertIn(text, reader.reason)
                self.assertIn(text, reader.event_ids[-1].why)
                self.assertIn(text, reader.event_ids[-1].read(["why"])[0]["why"])
                self.assertIn(text, counter.focus(session.id)["session"]["reason"])

    def test_what_a_customer_did(self):
        session = self.register()
        visit = self.join(session)
        customer = self.as_customer(session).with_context(lang="fr_FR")
        customer._customer_leave(visit)
        self.assertReason(
            session,
            en="The customer left.",
            fr="Le client est parti.",
            de="Der Kunde ist gegangen.",
        )

    def test_what_a_clerk_did(self):
        session = self.register()
        self.as_clerk(session).with_context(lang="de_DE").cancel()
        self.assertReason(
            session, en="The clerk ended this payment.", fr="L'employé a mis fin"
        )

    def test_what_a_job_did_is_known_after_the_provider_was_asked(self):
        """The reason waits on the operation until the authorization is voided."""
        session = self.authorized(10)
        session.expires_at = "2020-01-01"
        session._expire_one(session.id)
        self.assertEqual(session.state, "expired")
        self.assertReason(session, en="Time ran out.", fr="Le délai est écoulé.")

    def test_values_are_filled_in(self):
        session = self.settled(10)
        refund = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": "ELSEWHERE-1",
                "amount": -4,
                "currency_id": session.currency_id.id,
                "partner_id": session.partner_id.id,
                "operation": "refund",
                "source_transaction_id": session.live_transaction_id.id,
                "epay_session_id": session.id,
            }
        )
        refund._set_done()
        self.commit()
        row = session.event_ids[-1]
        self.assertIn("Refund ELSEWHERE-1 of ", row.why)
        self.assertIn("4.00", row.why)
        french = row.with_context(lang="fr_FR").why
        self.assertIn("ELSEWHERE-1", french)
        self.assertNotIn("was made", french)

    def test_what_went_through_the_transaction(self):
        session = self.authorizing(10)
        self.attempt(session)._set_error(in_english(UNREACHABLE))
        self.assertReason(session, en="can't be reached", fr="est injoignable")

    @mute_logger(*OPERATION_LOGS)
    def test_why_a_sale_is_not_booked_yet(self):
        """The books are kept in the customer's language; the clerk reads this."""
        session = self.authorized(10)
        session.partner_id.lang = "fr_FR"
        self.company.account_sale_tax_id.price_include_override = "tax_excluded"
        self.settle(session)
        self.assertEqual(session.state, "settling")
        self.assertIn("would be booked", session.reason)
        german = session.with_context(lang="de_DE")
        self.assertNotIn("would be booked", german.reason)
        self.assertEqual(german.reason, german.operation_ids[0].error)

    def test_what_a_person_typed_stays_as_typed(self):
        for typed in ("The customer left.", "100 % %(x)s", "x\x1f[]", "Größe"):
            session = self.register()
            self.as_clerk(session).cancel(typed)
            shown = typed.replace("\x1f", " ")
            self.assertReason(session, en=shown, fr=shown, de=shown)
            self.as_clerk(self.counter).next()
