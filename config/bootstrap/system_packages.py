"""Packages of Debian or Ubuntu that are installed where that needs no question."""

import os
import shutil
import subprocess

from .console import Step


def missing(packages):
    """Which of them the package manager doesn't have; none where it isn't apt."""
    if not shutil.which("apt-get"):
        return []
    return [name for name in packages if not _is_installed(name)]


def install(packages):
    """Install as root or with a sudo that does not ask; else leave it be."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and not (shutil.which("sudo") and _succeeds([*as_root, "true"])):
        return
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    with Step(f"Installing {' and '.join(packages)}"):
        subprocess.run([*apt, "update"], check=False)
        subprocess.run([*apt, "install", "-y", *packages], check=False)


def _is_installed(package):
    query = ["dpkg-query", "-W", "-f", "${Status}", package]
    done = subprocess.run(query, capture_output=True, text=True, check=False)
    return done.stdout.endswith(" installed")


def _succeeds(command):
    return not subprocess.run(command, capture_output=True, check=False).returncode
