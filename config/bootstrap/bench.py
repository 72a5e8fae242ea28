"""`make bench`: runs `tests/bench`, which brings its own measurements."""

import subprocess

from . import odoo_command, paths, postgres
from .console import say


def run(arguments):
    """Run the benchmarks as a program, with the project's Python and database."""
    if not (paths.TESTS / "bench").is_dir():
        say("There are no benchmarks yet: they come with step 2, in tests/bench.")
        return 0
    source = odoo_command.setup()
    server = postgres.server()
    with server.in_use():
        environ = odoo_command.environ(server, odoo_command.default_config(source))
        command = [paths.VENV_PYTHON, "tests/bench", *arguments]
        done = subprocess.run(command, cwd=paths.ROOT, env=environ, check=False)
    return done.returncode
