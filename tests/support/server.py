"""A real Odoo server process that a test may start, kill and start again."""

import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request

from . import settings
from .waiting import eventually

STARTING = 60
_TAIL = 60


def free_port():
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class OdooServer:
    """One server for one database, on a port that stays over restarts.

    :param int workers: 0: threads in one process; else so many processes, one for the
        bus and one for jobs, behind a proxy
    :param options: further options of Odoo's command line
    """

    def __init__(self, database, workers=0, options=()):
        self.database = database
        self.workers = workers
        self.options = options
        self.port = free_port()
        self.bus_port = free_port() if workers else self.port
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = settings.LOG_DIR / f"server-{database}.log"
        self.process = None

    def start(self, wait=True):
        settings.LOG_DIR.mkdir(parents=True, exist_ok=True)
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [settings.PYTHON, settings.ODOO_PROGRAM, *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own, so that its workers can be killed with it.
                start_new_session=True,
            )
        if wait:
            self.wait()
        return self

    def _options(self):
        options = [
            *("-c", settings.ODOO_CONFIG, "-d", self.database, "--no-database-list"),
            *("--http-interface", "127.0.0.1", "--http-port", str(self.port)),
            *("--workers", str(self.workers), "--log-level", "warn"),
        ]
        if self.workers:
            # No filter for databases, as in config/odoo.prod.example.conf: it costs a
            # connection to PostgreSQL at every request.
            options += ["--gevent-port", str(self.bus_port), "--proxy-mode"]
            options += ["--max-cron-threads", "1"]
        else:
            # Tests call the jobs themselves, when they are due.
            options += ["--max-cron-threads", "0"]
            options += [f"--db-filter=^{self.database}$"]
        return [*options, *self.options]

    def wait(self):
        """Until it answers, with the database loaded."""
        eventually(self._is_up, STARTING, "The server is up")
        urllib.request.urlopen(f"{self.url}/web/login", timeout=STARTING).close()

    def _is_up(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"The server ended:\n{self.tail()}")
        try:
            urllib.request.urlopen(f"{self.url}/web/health", timeout=5).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    def kill(self):
        """End it in the middle of whatever it does, as a power cut would."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def restart(self):
        self.kill()
        return self.start()

    def tail(self):
        """The end of the log."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-_TAIL:])
