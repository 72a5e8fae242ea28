"""The project's Python: one virtual environment with locked versions."""

import os
import shutil
import subprocess
import sys

from . import paths
from .console import BootstrapError, Step, say
from .files import exclusive, write_if_changed

_SUPPORTED = ((3, 10), (3, 11), (3, 12))
_UV = "uv==0.13.9"
_STAMP = "epay-requirements"
REQUIREMENTS = paths.CONFIG / "requirements.txt"
LINT_REQUIREMENTS = paths.CONFIG / "requirements-lint.txt"


def ensure(odoo_source):
    """Make the environment, install what is locked, and let it find Odoo."""
    with exclusive(paths.LOCAL / "venv.lock", "installing Python packages"):
        _create_if_missing()
        install(REQUIREMENTS)
        _show_odoo_to_python(odoo_source)


def install(requirements):
    """Install one locked list, unless exactly that list is already there."""
    stamp = paths.VENV / f"{_STAMP}.{requirements.stem}"
    wanted = requirements.read_text()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    with Step(f"Installing Python packages ({requirements.name})"):
        if not (_uv_install(requirements) or _pip("-r", str(requirements))):
            raise BootstrapError(
                "The Python packages could not be installed; the messages above say "
                "why. Running the same command again goes on from here."
            )
    write_if_changed(stamp, wanted)


def _create_if_missing():
    works = paths.VENV_PYTHON.exists() and not _run(paths.VENV_PYTHON, "-c", "")
    if works:
        return
    python = _supported_python()
    shutil.rmtree(paths.VENV, ignore_errors=True)
    with Step("Making the Python environment"):
        if _run(python, "-m", "venv", paths.VENV):
            shutil.rmtree(paths.VENV, ignore_errors=True)
            raise BootstrapError(
                "Python's venv module is missing or broken; on Debian and Ubuntu: "
                "apt-get install -y python3-venv"
            )


def _supported_python():
    """This Python if Odoo runs on it, else another one on the PATH."""
    if sys.version_info[:2] in _SUPPORTED:
        return sys.executable
    for major, minor in reversed(_SUPPORTED):
        found = shutil.which(f"python{major}.{minor}")
        if found:
            return found
    raise BootstrapError("Python 3.10, 3.11 or 3.12 is needed; none is on the PATH.")


def _uv_install(requirements):
    """Install with uv, which takes seconds where pip takes minutes."""
    environ = dict(os.environ, VIRTUAL_ENV=str(paths.VENV))
    if "PIP_INDEX_URL" in environ:
        environ.setdefault("UV_DEFAULT_INDEX", environ["PIP_INDEX_URL"])
    uv = paths.VENV / "bin" / "uv"
    if not (uv.exists() or _pip("-q", _UV)):
        return False
    command = [uv, "pip", "install", "-r", requirements]
    if subprocess.run(command, env=environ, check=False).returncode:
        say("    uv could not do it; trying pip.")
        return False
    return True


def _pip(*arguments):
    command = (paths.VENV_PYTHON, "-m", "pip", "install", *arguments)
    return not _run(*command, "--disable-pip-version-check")


def _show_odoo_to_python(odoo_source):
    """A .pth file: `import odoo` then works for pytest and scripts alike."""
    site_packages = next((paths.VENV / "lib").glob("python3*/site-packages"))
    write_if_changed(site_packages / "epay_odoo.pth", f"{odoo_source.python_path}\n")


def _run(*command):
    return subprocess.run([str(part) for part in command], check=False).returncode
