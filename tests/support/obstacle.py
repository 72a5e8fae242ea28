"""A place in the database where the server stops, to be killed just there."""

from contextlib import contextmanager

import psycopg2

from .waiting import eventually

_KEY = 4711

_FUNCTION = """
CREATE OR REPLACE FUNCTION epay_tests_obstacle() RETURNS trigger AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({key});
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER epay_tests_obstacle BEFORE {event} ON {table}
    FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION epay_tests_obstacle();
"""


class Obstacle:
    """Somebody comes to the marked place and waits there."""

    def __init__(self, sql):
        self.sql = sql

    def wait_for_somebody(self):
        """Until a transaction of the server waits at the obstacle."""
        eventually(self._waiting, 30, "Somebody waits at the obstacle")

    def _waiting(self):
        return self.sql.value(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE d.datname = current_database() AND l.locktype = 'advisory'"
            " AND l.objid = %s AND l.objsubid = 1 AND NOT l.granted",
            _KEY,
        )


@contextmanager
def obstacle(shop, table, event, when):
    """Stop whoever inserts or updates such a row of ``table``.

    :param event: INSERT or UPDATE
    :param when: condition on NEW and OLD
    """
    text = _FUNCTION.format(key=_KEY, event=event, table=table, when=when)
    shop.sql.run(text)
    guard = psycopg2.connect(dbname=shop.name)
    guard.autocommit = True
    try:
        guard.cursor().execute("SELECT pg_advisory_lock(%s)", (_KEY,))
        yield Obstacle(shop.sql)
    finally:
        guard.close()
        shop.sql.run(f"DROP TRIGGER epay_tests_obstacle ON {table}")
