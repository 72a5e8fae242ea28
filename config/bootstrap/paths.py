"""Where everything lies, so that no other file builds a path of its own."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
CONFIG = ROOT / "config"
TESTS = ROOT / "tests"
TEST_ADDONS = TESTS / "addons"
# What the demo shop has besides the product.
DEMO_ADDONS = CONFIG / "addons"

# Everything that is generated: `make clean` removes it, git ignores it.
LOCAL = ROOT / ".local"
BIN = LOCAL / "bin"
ODOO_PROGRAM = BIN / "odoo-bin"
LOG = LOCAL / "log"
VENV = LOCAL / "venv"
VENV_PYTHON = VENV / "bin" / "python"
ODOO = LOCAL / "odoo"
LINT_VENV = LOCAL / "lint"
NODE = LOCAL / "node"
TEST = LOCAL / "test"
