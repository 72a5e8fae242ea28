"""Odoo's command line with the project's settings."""

import os

from . import odoo_source, paths, postgres, venv
from .console import keep_stdout_clean
from .files import write_if_changed

_WRAPPER = """\
#!/bin/sh
# Generated: {what} with the project's Python and database.
root=$(cd "$(dirname "$0")/../.." && pwd)
PYTHONPATH="$root/config${{PYTHONPATH:+:$PYTHONPATH}}" \\
    exec "$root/.local/venv/bin/python" -m bootstrap {command} "$@"
"""
# A file, not `python -m odoo`: with workers Odoo starts its process for websockets by
# running the same file again, and `odoo/__main__.py` can't be run as one.
_PROGRAM = """\
# Generated: Odoo's command line, for the project's Python.
import odoo.cli

odoo.cli.main()
"""
_WRAPPED = {"odoo": "Odoo's own command line", "psql": "PostgreSQL's own psql"}


def setup():
    """Fetch all that Odoo needs to run; quick when it is there already."""
    source = odoo_source.ensure()
    venv.ensure(source)
    for command, what in _WRAPPED.items():
        text = _WRAPPER.format(what=what, command=command)
        write_if_changed(paths.BIN / command, text, mode=0o755)
    write_if_changed(paths.ODOO_PROGRAM, _PROGRAM)
    return source


def write_config(path, source, data_dir, extra_addons=()):
    """Write the Odoo configuration that a command is started with.

    The database connection is not in it: Odoo takes that from the PG* environment,
    like every other PostgreSQL client, and passwords stay out of files.
    """
    folders = (paths.ADDONS, paths.DEMO_ADDONS, *extra_addons)
    own = [path for path in folders if any(modules(path))]
    options = {
        "addons_path": ",".join(str(path) for path in [*own, *source.addons_paths]),
        "data_dir": data_dir,
        "http_interface": "0.0.0.0",
        "max_cron_threads": 1,
        # A clerk's act takes a second connection beside its request's.
        "db_maxconn": 96,
        "geoip_city_db": "",
        "geoip_country_db": "",
    }
    lines = [f"{name} = {value}" for name, value in options.items()]
    write_if_changed(path, "\n".join(["[options]", *lines, ""]))
    return path


def default_config(source):
    """The configuration of `.local/bin/odoo` and `make run`."""
    return write_config(paths.LOCAL / "odoo.conf", source, paths.LOCAL / "data")


def environ(server, config):
    """The environment in which Odoo and PostgreSQL's programs find everything."""
    path = os.pathsep.join(
        [str(paths.VENV / "bin"), str(postgres.client_folder()), os.environ["PATH"]]
    )
    ours = {
        "ODOO_RC": str(config),
        "PATH": path,
        "PYTHONUNBUFFERED": "1",
        # Compiled once, so that every later start is seconds faster, and kept out
        # of the add-ons' folders.
        "PYTHONPYCACHEPREFIX": str(paths.LOCAL / "pycache"),
    }
    return {**_foreign_environ(), **ours, **server.environ}


def _foreign_environ():
    """The reader's environment, without the entry that lets us import ourselves."""
    kept = dict(os.environ)
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    entries = kept.pop("PYTHONPATH", "").split(os.pathsep)
    entries = [entry for entry in entries if entry and entry != str(paths.CONFIG)]
    if entries:
        kept["PYTHONPATH"] = os.pathsep.join(entries)
    return kept


def modules(folder):
    """Names of the add-ons directly below ``folder``."""
    return sorted(found.parent.name for found in folder.glob("*/__manifest__.py"))


def exec_odoo(arguments):
    """Become Odoo: its exit status, signals and terminal are then the caller's."""
    keep_stdout_clean()
    source = setup()
    server = postgres.server()
    with server.in_use():
        settings = environ(server, default_config(source))
        command = [str(paths.VENV_PYTHON), str(paths.ODOO_PROGRAM), *arguments]
        os.execvpe(command[0], command, settings)


def exec_psql(arguments):
    """Become psql, on the demo database unless told otherwise."""
    keep_stdout_clean()
    if not paths.VENV_PYTHON.exists():  # psql comes with the Python packages
        setup()
    server = postgres.server()
    with server.in_use():
        settings = {"PGDATABASE": "epay_demo", **os.environ, **server.environ}
        program = str(postgres.client_folder() / "psql")
        os.execve(program, [program, *arguments], settings)
