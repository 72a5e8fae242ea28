"""`python -m bootstrap COMMAND`: what the Makefile and `.local/bin` call."""

import sys

from . import bench, clean, demo, lint, odoo_command, test_command
from .console import BootstrapError, say


def _setup(arguments):
    odoo_command.setup()


COMMANDS = {
    "setup": _setup,
    "run": demo.run,
    "test": test_command.run,
    "bench": bench.run,
    "lint": lint.check,
    "fmt": lint.fix,
    "clean": clean.run,
    "odoo": odoo_command.exec_odoo,
    "psql": odoo_command.exec_psql,
}


def main():
    name, *arguments = sys.argv[1:] or [""]
    if name not in COMMANDS:
        say(f"epay: one of {', '.join(COMMANDS)} is needed; see `make`.")
        return 2
    try:
        return COMMANDS[name](arguments) or 0
    except BootstrapError as error:
        say(f"\nepay: {error}")
        return 1
    except KeyboardInterrupt:
        say("\nepay: stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
