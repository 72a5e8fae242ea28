"""The JavaScript and XML linters from npm."""

import os
import shutil
import subprocess

from . import paths
from .console import BootstrapError, Step
from .files import exclusive, replaced_directory

_OLDEST_NODE = 20
_LOCKED = ("package.json", "package-lock.json")
_SOURCE = paths.CONFIG / "node"


def available():
    """Whether this machine has a Node.js that the linters run on."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    version = subprocess.run(
        ["node", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return int(version.lstrip("v").split(".")[0]) >= _OLDEST_NODE


def ensure():
    """Install the locked packages unless exactly these are there."""
    with exclusive(paths.LOCAL / "node.lock", "installing the JavaScript linters"):
        if not _is_current():
            with Step("Installing the JavaScript linters"):
                _install()


def _install():
    with replaced_directory(paths.NODE) as new:
        for name in _LOCKED:
            shutil.copy(_SOURCE / name, new / name)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        if subprocess.run(command, cwd=new, check=False).returncode:
            raise BootstrapError("npm could not install the JavaScript linters.")


def environ():
    """The configuration files at the root find their plug-ins through NODE_PATH."""
    found = {"NODE_PATH": str(paths.NODE / "node_modules"), "NO_COLOR": "1"}
    return {**os.environ, **found}


def program(name):
    return paths.NODE / "node_modules" / ".bin" / name


def _is_current():
    """A finished installation of just these files; replaced_directory sees to that."""
    return all(
        (paths.NODE / name).is_file()
        and (paths.NODE / name).read_text() == (_SOURCE / name).read_text()
        for name in _LOCKED
    )
