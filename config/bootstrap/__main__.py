"""`python -m bootstrap COMMAND`: what the Makefile and `.local/bin` call."""

import sys

from . import demo, odoo_command
from .console import BootstrapError, say

COMMANDS = {
    "setup": lambda arguments: odoo_command.setup(),
    "run": lambda arguments: demo.run(),
    "odoo": odoo_command.exec_odoo,
    "psql": odoo_command.exec_psql,
}


def main():
    name, *arguments = sys.argv[1:] or [""]
    try:
        COMMANDS[name](arguments)
    except BootstrapError as error:
        say(f"\nepay: {error}")
        return 1
    except KeyboardInterrupt:
        say("\nepay: stopped.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
