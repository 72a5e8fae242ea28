"""wkhtmltopdf, with which Odoo makes its PDFs: the posters of a counter are one."""

import shutil

from . import system_packages

_PROGRAM = "wkhtmltopdf"


def ensure():
    """Install it where that needs no question; tests of PDFs are skipped without it."""
    if shutil.which(_PROGRAM) is None and system_packages.missing([_PROGRAM]):
        system_packages.install([_PROGRAM])
