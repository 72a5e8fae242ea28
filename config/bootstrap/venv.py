"""The project's Pythons: virtual environments with locked versions."""

import os
import shutil
import subprocess
import sys

from . import paths
from .console import BootstrapError, Step, say
from .files import exclusive, write_if_changed

_SUPPORTED = ((3, 10), (3, 11), (3, 12))
_UV = "uv==0.13.9"
_STAMP = "epay-requirements.txt"


def ensure(odoo_source):
    """The environment that Odoo and the tests run in."""
    environment = Environment(paths.VENV, paths.CONFIG / "requirements.txt")
    environment.ensure()
    _show_odoo_to_python(odoo_source)


def ensure_lint():
    """The linters' own environment: their dependencies must not bend Odoo's."""
    lint = Environment(paths.LINT_VENV, paths.CONFIG / "requirements-lint.txt")
    lint.ensure()


class Environment:
    """One virtual environment, and the locked list of what is in it."""

    def __init__(self, folder, requirements):
        self.folder = folder
        self.python = folder / "bin" / "python"
        self.requirements = requirements

    def ensure(self):
        """Make it and install the list, unless exactly that is already there."""
        stamp = self.folder / _STAMP
        wanted = self.requirements.read_text()
        lock = self.folder.with_suffix(".lock")
        with exclusive(lock, "installing Python packages"):
            self._create_if_missing()
            if not stamp.is_file() or stamp.read_text() != wanted:
                self._install()
                write_if_changed(stamp, wanted)

    def _create_if_missing(self):
        if self.python.exists() and not _run(self.python, "-c", ""):
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        with Step("Making a Python environment"):
            if _run(_supported_python(), "-m", "venv", self.folder):
                shutil.rmtree(self.folder, ignore_errors=True)
                raise BootstrapError(
                    "Python's venv module is missing or broken; on Debian and Ubuntu: "
                    "sudo apt-get install -y python3-venv"
                )

    def _install(self):
        with Step(f"Installing Python packages ({self.requirements.name})"):
            if not (self._with_uv() or self._with_pip("-r", self.requirements)):
                raise BootstrapError(
                    "The Python packages could not be installed; the messages above "
                    "say why. Running the same command again goes on from here."
                )

    def _with_uv(self):
        """Install with uv, which takes seconds where pip takes minutes."""
        environ = dict(os.environ, VIRTUAL_ENV=str(self.folder))
        if "PIP_INDEX_URL" in environ:
            environ.setdefault("UV_DEFAULT_INDEX", environ["PIP_INDEX_URL"])
        uv = self.folder / "bin" / "uv"
        if not (uv.exists() or self._with_pip("-q", _UV)):
            return False
        command = [uv, "pip", "install", "-r", self.requirements]
        if subprocess.run(command, env=environ, check=False).returncode:
            say("    uv could not do it; trying pip.")
            return False
        return True

    def _with_pip(self, *arguments):
        options = ("--disable-pip-version-check", *arguments)
        return not _run(self.python, "-m", "pip", "install", *options)


def _supported_python():
    """This Python if Odoo runs on it, else another one on the PATH."""
    if sys.version_info[:2] in _SUPPORTED:
        return sys.executable
    for major, minor in reversed(_SUPPORTED):
        found = shutil.which(f"python{major}.{minor}")
        if found:
            return found
    raise BootstrapError("Python 3.10, 3.11 or 3.12 is needed; none is on the PATH.")


def _show_odoo_to_python(odoo_source):
    """A .pth file: `import odoo` then works for pytest and scripts alike."""
    site_packages = next((paths.VENV / "lib").glob("python3*/site-packages"))
    write_if_changed(site_packages / "epay_odoo.pth", f"{odoo_source.python_path}\n")


def _run(*command):
    return subprocess.run([str(part) for part in command], check=False).returncode
