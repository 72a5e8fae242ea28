"""Chromium for the browser tests, from the system's packages."""

import os
import shutil
import subprocess
from pathlib import Path

from .console import BootstrapError, Step

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# The fonts are for Japanese: without them pages in it show boxes.
_PACKAGES = ("chromium", "fonts-noto-cjk")


def ensure():
    """Path of a Chromium or Chrome, installing it where that needs no question."""
    missing = _missing_packages()
    if missing and (found() is None or "chromium" not in missing):
        _install(missing)
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


def _missing_packages():
    """Which packages Debian's or Ubuntu's package manager does not have yet."""
    if not shutil.which("apt-get"):
        return []
    return [name for name in _PACKAGES if not _is_installed(name)]


def _is_installed(package):
    query = ["dpkg-query", "-W", "-f", "${Status}", package]
    done = subprocess.run(query, capture_output=True, text=True, check=False)
    return done.stdout.endswith(" installed")


def _install(packages):
    """Install as root or with a sudo that does not ask; else leave it be."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and not (shutil.which("sudo") and _succeeds([*as_root, "true"])):
        return
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    with Step(f"Installing {' and '.join(packages)}"):
        subprocess.run([*apt, "update"], check=False)
        subprocess.run([*apt, "install", "-y", *packages], check=False)


def _succeeds(command):
    return not subprocess.run(command, capture_output=True, check=False).returncode
