from unittest.mock import patch

from psycopg2.errors import SerializationFailure, UniqueViolation
from psycopg2.pool import PoolError

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .. import db
from ..exceptions import Busy

LOG = "odoo.addons.epay_counter.db"


@tagged("post_install", "-at_install")
class TestTransactions(TransactionCase):
    """Short transactions of our own, with real cursors that really commit.

    They write nothing, so that nothing is left of them.
    """

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(db, "can_commit", lambda: True))
        self.done = []

    def work(self, env):
        """Counts how often it ran, and that it was committed."""
        self.assertIsNot(env.cr, self.env.cr)
        env.cr.execute("SELECT pg_current_xact_id()")
        self.done.append("work")
        env.cr.postcommit.add(lambda: self.done.append("committed"))
        return "result"

    def test_what_is_committed_is_not_done_again(self):
        """Odoo's bus opens a connection after the commit; all may be in use."""

        def work(env):
            env.cr.postcommit.add(self.no_connection_left)
            return self.work(env)

        with self.assertLogs(LOG, "ERROR"):
            self.assertEqual(db.in_own_transaction(self.env, work), "result")
        self.assertEqual(self.done, ["work", "committed"], "nor are others kept back")

    def no_connection_left(self):
        raise PoolError("The Connection Pool Is Full")

    def test_what_follows_a_commit_happens_though_another_hook_failed(self):
        def work(env):
            env.cr.postcommit.add(self.no_connection_left)
            for _twice in range(2):
                db.after_commit(env, "key", self.note_follower)
            return self.work(env)

        with self.assertLogs(LOG, "ERROR"):
            db.in_own_transaction(self.env, work)
        self.assertEqual(self.done, ["work", "follower", "committed"])

    def note_follower(self, env):
        self.assertTrue(env.su)
        env.cr.execute("SELECT 1")
        self.done.append("follower")

    def test_hooks_find_what_was_kept_for_them(self):
        def work(env):
            hooks = env.cr.postcommit
            hooks.data["channels"] = ["a"]
            hooks.add(lambda: self.done.extend(env.cr.postcommit.data["channels"]))

        db.in_own_transaction(self.env, work)
        self.assertEqual(self.done, ["a"])

    def test_a_conflict_before_the_commit_is_repeated(self):
        conflicts = [SerializationFailure(), PoolError("full")]

        def work(env):
            result = self.work(env)
            if conflicts:
                raise conflicts.pop()
            return result

        self.assertEqual(db.in_own_transaction(self.env, work), "result")
        self.assertEqual(self.done, ["work", "work", "work", "committed"])

    def test_a_conflict_at_the_commit_is_repeated(self):
        conflicts = [SerializationFailure()]

        def conflict():
            if conflicts:
                raise conflicts.pop()

        def work(env):
            env.cr.precommit.add(conflict)
            return self.work(env)

        db.in_own_transaction(self.env, work)
        self.assertEqual(self.done, ["work", "work", "committed"])

    def violate(self, env, name):
        """A unique value is taken: a real violation of a constraint of that name."""
        env.cr.execute(
            "CREATE TEMPORARY TABLE epay_taken (x int) ON COMMIT DROP;"
            f"ALTER TABLE epay_taken ADD CONSTRAINT {name} UNIQUE (x);"
            "INSERT INTO epay_taken VALUES (1), (1)"
        )

    @mute_logger("odoo.sql_db")
    def test_a_payments_reference_that_somebody_took_is_drawn_again(self):
        taken = ["payment_transaction_reference_uniq"]

        def work(env):
            result = self.work(env)
            if taken:
                self.violate(env, taken.pop())
            return result

        self.assertEqual(db.in_own_transaction(self.env, work), "result")
        self.assertEqual(self.done, ["work", "work", "committed"])

    @mute_logger("odoo.sql_db")
    def test_another_value_that_is_taken_is_not_tried_again(self):
        def work(env):
            self.work(env)
            self.violate(env, "epay_something_else")

        with self.assertRaises(UniqueViolation):
            db.in_own_transaction(self.env, work)
        self.assertEqual(self.done, ["work"])

    def test_a_conflict_that_lasts_is_refused_as_busy(self):
        def work(env):
            self.work(env)
            raise SerializationFailure

        with self.assertRaises(Busy):
            db.in_own_transaction(self.env, work, patience=0)
        self.assertEqual(self.done, ["work"])

    def test_a_mistake_is_not_repeated_and_not_committed(self):
        def work(env):
            self.work(env)
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            db.in_own_transaction(self.env, work)
        self.assertEqual(self.done, ["work"])

    def test_every_connection_is_given_back(self):
        cursors = []

        def work(env):
            cursors.append(env.cr)
            if len(cursors) == 1:
                raise SerializationFailure

        db.in_own_transaction(self.env, work)
        self.assertEqual([cursor.closed for cursor in cursors], [True, True])
