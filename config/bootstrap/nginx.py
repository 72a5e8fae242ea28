"""nginx for the tests and benchmarks that need a server as merchants run it.

Debian's and Ubuntu's package is unpacked below `.local/`, not installed: installing it
would start a web server on this machine and ask for root.
"""

import re
import shutil
import subprocess

from . import paths
from .console import BootstrapError, Step
from .files import exclusive, replaced_directory
from .odoo_source import private_apt

_FOLDER = paths.LOCAL / "nginx"
_PACKAGES = ("nginx", "nginx-core")
_PLACES = ("/usr/sbin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx")


def ensure():
    """Path of an nginx that runs, fetching it where that needs no question."""
    with exclusive(paths.LOCAL / "nginx.lock", "fetching nginx"):
        program = _found() or _fetch()
    if program is None:
        raise BootstrapError(
            "The tests behind a reverse proxy need nginx. Install it with\n"
            "    sudo apt-get install -y nginx\n"
            "(on macOS: brew install nginx), then run the same command again."
        )
    return program


def _found():
    unpacked = [_FOLDER / "usr" / "sbin" / name for name in _PACKAGES]
    candidates = [shutil.which("nginx"), *_PLACES, *map(str, unpacked)]
    return next(filter(_runs, filter(None, candidates)), None)


def _runs(program):
    """Whether it is there, with the libraries that it was linked to."""
    try:
        done = subprocess.run([program, "-v"], capture_output=True, check=False)
    except OSError:
        return False
    return not done.returncode


def _fetch():
    """Unpack the distribution's own package; None where there is no such thing."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    with Step("Fetching nginx"), replaced_directory(_FOLDER) as new:
        apt = ["apt-get", "-q", *private_apt(paths.LOCAL / "apt-nginx")]
        subprocess.run([*apt, "update"], check=False, stdout=subprocess.DEVNULL)
        for name in _PACKAGES:
            subprocess.run([*apt, "download", name], check=False, cwd=new)
        for package in new.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, new], check=True)
    return _found()


def version(program):
    """For the record of a benchmark: "1.22.1"."""
    done = subprocess.run([program, "-v"], capture_output=True, text=True, check=False)
    found = re.search(r"nginx/(\S+)", done.stderr)
    return found[1] if found else "?"
