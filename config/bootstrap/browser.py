"""Chromium for the browser tests, from the system's packages."""

import shutil
from pathlib import Path

from . import system_packages
from .console import BootstrapError

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# The fonts are for Japanese: without them pages in it show boxes.
_PACKAGES = ("chromium", "fonts-noto-cjk")


def ensure():
    """Path of a Chromium or Chrome, installing it where that needs no question."""
    missing = system_packages.missing(_PACKAGES)
    if missing and (found() is None or "chromium" not in missing):
        system_packages.install(missing)
    browser = found()
    if browser is None:
        raise BootstrapError(
            "The browser tests need Chromium. Install it with\n"
            f"    sudo apt-get install -y {' '.join(_PACKAGES)}\n"
            "or install Google Chrome, then run `make test` again."
        )
    return browser


def found():
    """Path of the browser that Odoo's own tours would take too."""
    for program in _PROGRAMS:
        if path := shutil.which(program):
            return path
    return str(_MAC) if _MAC.exists() else None
