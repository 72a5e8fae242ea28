"""Databases together with their filestores, which Odoo keeps apart."""

import json
import os
import shutil
import subprocess

from . import postgres


class Databases:
    """The databases of one server whose files lie in one Odoo data directory.

    Each database can carry a note, kept as PostgreSQL's own comment on it: it goes
    where the database goes, is never copied by a clone, and needs no table in it.
    """

    def __init__(self, server, data_dir):
        self.server = server
        self.filestores = data_dir / "filestore"

    def names(self, prefix=""):
        """Names that start with ``prefix``, the newest last."""
        rows = self._query("SELECT datname FROM pg_database ORDER BY oid")
        return [row for row in rows if row.startswith(prefix)]

    def exists(self, name):
        return name in self.names(name)

    def note(self, name):
        """What :meth:`set_note` last said about the database, or nothing."""
        rows = self._query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE datname = {_literal(name)}"
        )
        try:
            return json.loads(rows[0])
        except (IndexError, ValueError):
            return {}

    def set_note(self, name, note):
        text = _literal(json.dumps(note))
        self._query(f'COMMENT ON DATABASE "{name}" IS {text}')

    def clone(self, source, target):
        """Make ``target`` a copy of ``source``, replacing what was there."""
        self.drop(target)
        self._query(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        if (self.filestores / source).is_dir():
            # Odoo never writes into a stored file, so one on disk serves both.
            shutil.copytree(
                self.filestores / source,
                self.filestores / target,
                copy_function=_link_or_copy,
            )

    def rename(self, old, new):
        """Give a finished database its final name."""
        self.drop(new)
        self._query(f'ALTER DATABASE "{old}" RENAME TO "{new}"')
        if (self.filestores / old).is_dir():
            (self.filestores / old).rename(self.filestores / new)

    def drop(self, name):
        """Remove a database, even one that somebody is still connected to."""
        self._query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = {_literal(name)} AND usename = current_user"
        )
        self._query(f'DROP DATABASE IF EXISTS "{name}"')
        shutil.rmtree(self.filestores / name, ignore_errors=True)

    def drop_orphans(self, prefix):
        """Drop what a run left behind that had no chance to tidy up: databases whose
        name ends with the number of a process that is gone.
        """
        for name in self.names(prefix):
            owner = name.rpartition("_")[2]
            if owner.isdigit() and not _is_running(int(owner)):
                self.drop(name)

    def installed_modules(self, name):
        sql = "SELECT name FROM ir_module_module WHERE state = 'installed'"
        return set(self._query(sql, database=name))

    def _query(self, sql, database="postgres"):
        """Run one statement with psql: no Python driver is needed for it."""
        psql = [postgres.client_folder() / "psql", "-qXAt", "-v", "ON_ERROR_STOP=1"]
        quiet = {"PGOPTIONS": "-c client_min_messages=error"}
        done = subprocess.run(
            [*psql, "-d", database, "-c", sql],
            env={**os.environ, **self.server.environ, **quiet},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()


def _is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _literal(text):
    return "'" + text.replace("'", "''") + "'"


def _link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
