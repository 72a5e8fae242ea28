"""What `make test` hands over, in one place."""

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / ".local" / "screenshots"
TEMPLATES = {
    "plain": os.environ.get("EPAY_TEST_TEMPLATE"),
    "website": os.environ.get("EPAY_TEST_TEMPLATE_WEBSITE"),
}
# The same as `.local/bin/odoo`: with workers Odoo runs this file once more.
ODOO_PROGRAM = ROOT / ".local" / "bin" / "odoo-bin"
PYTHON = os.environ.get("EPAY_TEST_PYTHON")
ODOO_CONFIG = os.environ.get("EPAY_TEST_ODOO_CONFIG")
DATA_DIR = Path(os.environ.get("EPAY_TEST_DATA_DIR") or ROOT / ".local/test/data")
LOG_DIR = Path(os.environ.get("EPAY_TEST_LOG_DIR") or ROOT / ".local" / "log")
NGINX = os.environ.get("EPAY_TEST_NGINX") or shutil.which("nginx")
CHROMIUM = os.environ.get("EPAY_TEST_CHROMIUM") or shutil.which("chromium")
# How long the shop of the tests waits for the card company (Odoo: ten seconds).
PROVIDER_TIMEOUT = 1.5


def ready():
    """Whether the tests were started by `make test`."""
    return bool(PYTHON and ODOO_CONFIG and all(TEMPLATES.values()))
