"""`make bench`: runs `tests/bench` on a prepared shop of its own.

The shop lies in the cluster of `make run`, which waits for the disk as a merchant's
does; the tests' cluster doesn't.
"""

import os
import subprocess

from . import browser, nginx, odoo_command, paths, postgres
from .databases import Databases
from .templates import Flavour, Templates

_FLAVOURS = (
    Flavour("bench", ("payment_demo",)),
    Flavour("bench_website", ("payment_demo", "website")),
)
_FOLDER = paths.LOCAL / "bench"


def run(arguments):
    """Run the benchmarks as a program, with the project's Python and database."""
    source = odoo_command.setup()
    programs = {
        "EPAY_TEST_CHROMIUM": browser.ensure(),
        "EPAY_TEST_NGINX": nginx.ensure(),
    }
    server = postgres.server()
    with server.in_use():
        data = _FOLDER / "data"
        config = odoo_command.write_config(
            _FOLDER / "odoo.conf", source, data, [paths.TEST_ADDONS]
        )
        environ = {**odoo_command.environ(server, config), **programs}
        flavour = _FLAVOURS["--website" in arguments]
        templates = Templates(source, Databases(server, data), environ)
        template = templates.ensure([flavour])[flavour]
        done = subprocess.run(
            [paths.VENV_PYTHON, "-m", "bench", *arguments],
            cwd=paths.ROOT,
            env={**environ, **_settings(data, config, template)},
            check=False,
        )
    return done.returncode


def _settings(data, config, template):
    """What `tests/support` reads (settings.py)."""
    python_path = [str(paths.TESTS), str(paths.CONFIG)]
    if os.environ.get("PYTHONPATH"):
        python_path.append(os.environ["PYTHONPATH"])
    return {
        "EPAY_TEST_TEMPLATE": template,
        "EPAY_TEST_PYTHON": str(paths.VENV_PYTHON),
        "EPAY_TEST_ODOO_CONFIG": str(config),
        "EPAY_TEST_DATA_DIR": str(data),
        "EPAY_TEST_LOG_DIR": str(_FOLDER / "log"),
        "EPAY_BENCH_DIR": str(_FOLDER),
        "PYTHONPATH": os.pathsep.join(python_path),
    }
