"""The database itself, read past Odoo: what is not there did not happen."""

import hashlib
import threading

import psycopg2
import psycopg2.extras


class Sql:
    """One database; every statement is a transaction of its own."""

    def __init__(self, database):
        self.database = database
        self._local = threading.local()

    def _connection(self):
        """One connection a thread; host, port and user come from PG*."""
        if not getattr(self._local, "connection", None):
            self._local.connection = psycopg2.connect(dbname=self.database)
            self._local.connection.autocommit = True
        return self._local.connection

    def close(self):
        if getattr(self._local, "connection", None):
            self._local.connection.close()
            self._local.connection = None

    def rows(self, query, *parameters):
        """All rows as dicts."""
        factory = psycopg2.extras.RealDictCursor
        with self._connection().cursor(cursor_factory=factory) as cursor:
            cursor.execute(query, parameters or None)
            return [dict(row) for row in cursor.fetchall()]

    def row(self, query, *parameters):
        """The only row."""
        rows = self.rows(query, *parameters)
        assert len(rows) == 1, f"{len(rows)} rows, not one: {query}"
        return rows[0]

    def value(self, query, *parameters):
        """The only value of the only row."""
        return next(iter(self.row(query, *parameters).values()))

    def values(self, query, *parameters):
        """The first column."""
        return [next(iter(row.values())) for row in self.rows(query, *parameters)]

    def run(self, query, *parameters):
        """Change something behind Odoo's back, as time does."""
        with self._connection().cursor() as cursor:
            cursor.execute(query, parameters or None)
            return cursor.rowcount

    def fingerprint(self, tables):
        """Hash of all rows of tables: it stays when nothing changes. Columns without a
        value don't count, as an add-on brings some to Odoo's tables.
        """
        row = "jsonb_strip_nulls(to_jsonb(t))::text"
        texts = []
        for table in sorted(tables):
            query = f"SELECT md5(string_agg({row}, ' ' ORDER BY {row})) FROM"
            texts.append(f"{table}: {self.value(f'{query} {table} t')}")
        return hashlib.sha256("\n".join(texts).encode()).hexdigest(), texts

    def tables(self, *patterns):
        """Tables whose name is like one of the patterns."""
        return self.values(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename LIKE ANY(%s) ORDER BY 1",
            list(patterns),
        )
