"""`make run`: the demo shop, made once, then kept and served."""

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from . import addons, odoo_command, paths, postgres
from .console import BootstrapError, Step, say
from .databases import Databases
from .files import exclusive
from .odoo_job import OdooJob, run_all

_DATABASE = "epay_demo"
_BUILDING = "epay_demo_new"
_ODOO_MODULES = ("payment_demo", "sale", "account_payment")
_SEED = """\
import sys
sys.path.insert(0, {config!r})
import demo_shop
demo_shop.seed(env)
env.cr.commit()
"""
# Odoo puts its bundles together when the first browser asks, which then sees an empty
# page for twenty seconds; so we ask before anybody does.
_BUNDLES = """\
qweb = env["ir.qweb"]
for bundle in ("web.assets_web", "web.assets_frontend", "web.assets_frontend_lazy"):
    qweb._get_asset_bundle(bundle, css=False, js=True).js()
    qweb._get_asset_bundle(bundle, css=True, js=False).css()
env.cr.commit()
"""
_READY = """
    epay is ready.

    Clerk     {url}/odoo/epay   login clerk, password clerk
    Manager   the same page, login manager, password manager
    Customer  {url}/epay

    Log: {log}
    Press Ctrl-C to stop the server and the database.
"""


def run(arguments):
    """Set up, bring the demo shop up to date, and serve it until Ctrl-C."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Set by hand, because a background job starts with SIGINT ignored.
        signal.signal(name, signal.default_int_handler)
    port = _free_port()
    source = odoo_command.setup()
    server = postgres.server()
    try:
        with server.in_use():
            shop = DemoShop(source, server)
            with exclusive(paths.LOCAL / "demo.lock", "preparing the demo shop"):
                shop.prepare()
            _serve(shop.environ, port)
    finally:
        if server.stop_if_unused():
            say("    Database stopped.")


class DemoShop:
    """The database ``epay_demo`` and what it was made from.

    The note on the database holds a fingerprint of every add-on in it and of the
    seeding script, so that a later run does only what is new.
    """

    def __init__(self, source, server):
        self.source = source
        self.config = odoo_command.default_config(source)
        self.environ = odoo_command.environ(server, self.config)
        self.databases = Databases(server, paths.LOCAL / "data")
        self.addons = {
            name: addons.database_fingerprint(path)
            for name, path in addons.of_the_demo().items()
        }

    def prepare(self):
        if not self.databases.exists(_DATABASE):
            self._create()
        note = self.databases.note(_DATABASE)
        self._update(note)
        self._seed(note)
        self._put_bundles_together(note)

    def _create(self):
        """Install under another name first: an interrupted run leaves no half shop."""
        self.databases.drop(_BUILDING)
        modules = [*_ODOO_MODULES, *self.addons]
        self._odoo("demo-install", "Installing the demo shop", "-i", modules, _BUILDING)
        self._check_installed(_BUILDING)
        self.databases.rename(_BUILDING, _DATABASE)
        self._remember(modules=self.addons, odoo=self.source.version)

    def _update(self, note):
        """Install add-ons that are new and update those whose files changed."""
        known = note.get("modules", {})
        there = self.databases.installed_modules(_DATABASE)
        new = [name for name in self.addons if name not in there]
        differ = [name for name in self.addons if known.get(name) != self.addons[name]]
        changed = [name for name in differ if name in there]
        if note.get("odoo") not in (None, self.source.version):
            changed = ["base"]
        if changed:
            self._odoo("demo-update", "Updating the demo shop", "-u", changed)
        if new:
            self._odoo("demo-install", "Installing new add-ons", "-i", new)
        self._check_installed(_DATABASE)
        self._remember(modules=self.addons, odoo=self.source.version)

    def _seed(self, note):
        """Fill the shop with what is new in the script or in the add-ons."""
        script = paths.CONFIG / "demo_shop.py"
        if not script.is_file():
            return
        state = {
            "script": hashlib.sha256(script.read_bytes()).hexdigest(),
            "modules": self.addons,
        }
        if note.get("seeded") != state:
            text = _SEED.format(config=str(paths.CONFIG))
            self._shell("demo-seed", "Filling the demo shop", text)
            self._remember(seeded=state)

    def _put_bundles_together(self, note):
        if note.get("bundles") != self.addons:
            self._shell("demo-bundles", "Putting the pages' scripts together", _BUNDLES)
            self._remember(bundles=self.addons)

    def _shell(self, name, title, script):
        arguments = ["shell", "-d", _DATABASE, "--no-http"]
        run_all(title, [OdooJob(name, arguments, self.environ, script=script)])

    def _remember(self, **what):
        note = self.databases.note(_DATABASE)
        if {**note, **what} != note:
            self.databases.set_note(_DATABASE, {**note, **what})

    def _odoo(self, name, title, option, modules, database=_DATABASE):
        arguments = ["-d", database, option, ",".join(modules)]
        arguments += ["--without-demo", "--no-http", "--stop-after-init"]
        run_all(title, [OdooJob(name, arguments, self.environ)])

    def _check_installed(self, database):
        """Odoo only warns about a module that it can't find or install."""
        missing = {*_ODOO_MODULES, *self.addons} - self.databases.installed_modules(
            database
        )
        if missing:
            raise BootstrapError(
                f"Odoo did not install {', '.join(sorted(missing))}; see "
                f"{paths.LOG.relative_to(paths.ROOT)}."
            )


# --- serving ------------------------------------------------------------------


def _free_port():
    """The port to serve on, checked before the long part starts."""
    given = os.environ.get("EPAY_HTTP_PORT") or "8069"
    if not (given.isdecimal() and 0 < int(given) < 65536):
        raise BootstrapError(f"EPAY_HTTP_PORT={given} is no port: use 1 to 65535.")
    port = int(given)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError as error:
            raise BootstrapError(
                f"Port {port} is taken (is `make run` running already?). Stop the "
                "other program or choose another port: EPAY_HTTP_PORT=8070 make run"
            ) from error
    return port


def _serve(environ, port):
    """Serve until told to stop or until Odoo ends by itself."""
    log = paths.LOG / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    url = f"http://localhost:{port}"
    with log.open("w") as output:
        process = subprocess.Popen(
            [paths.VENV_PYTHON, "-m", "odoo", *_server_options(port)],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for us: we stop Odoo first and the database after it.
            start_new_session=True,
        )
    try:
        with Step("Starting the server"):
            _wait_until_healthy(url, process)
        say(_READY.format(url=url, log=log.relative_to(paths.ROOT)))
        process.wait()
        raise BootstrapError(f"The server ended; see {log.relative_to(paths.ROOT)}.")
    except KeyboardInterrupt:
        say("\n    Stopping the server ...")
    finally:
        _stop(process)


def _server_options(port):
    """One threaded process, and only the demo shop to be seen."""
    return [
        *("-d", _DATABASE, f"--db-filter=^{_DATABASE}$", "--no-database-list"),
        *("--http-port", str(port), "--workers", "0", "--max-cron-threads", "1"),
    ]


def _wait_until_healthy(url, process):
    while process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            # The login page is asked for too: it makes Odoo load the database now,
            # not at the first click.
            for path in ("/web/health", "/web/login"):
                urllib.request.urlopen(url + path, timeout=60).close()
            return
        time.sleep(0.2)


def _stop(process):
    """Ask Odoo to end, and insist if it does not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
