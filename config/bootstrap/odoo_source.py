"""Where Odoo 19 comes from: a tree of yours, Debian's package, or a git clone."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .console import BootstrapError, Step, say
from .files import exclusive, replaced_directory

_GIT_URL = "https://github.com/odoo/odoo"
_SERIES = "19.0"
_STAMP = "epay-source.json"
_DEBIAN_KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

# Debian replaces 41 bundled files by links into these packages. Unpacked beside
# Odoo they make the links resolve; Font Awesome and Inconsolata must be the older
# releases, the newer ones have other file names.
_LINKED_PACKAGES = {
    "sid": (
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
        "fonts-roboto-unhinted",
        "fonts-montserrat",
        "fonts-ocr-b",
    ),
    "bookworm": ("fonts-font-awesome", "fonts-inconsolata"),
}
# Left out by Debian as not free; every backend page asks for it, and an empty file
# is enough where nobody blurs a webcam's background.
_LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    """An Odoo tree that can be run."""

    python_path: Path
    version: str

    @property
    def addons_paths(self):
        """Both places where Odoo keeps its add-ons (``base`` has its own)."""
        candidates = (self.python_path / "odoo" / "addons", self.python_path / "addons")
        return [path for path in candidates if path.is_dir()]


def ensure():
    """Return the Odoo source, fetching it the first time."""
    with exclusive(paths.LOCAL / "odoo.lock", "fetching Odoo"):
        return _given_tree() or _fetched_tree() or _fetch()


def _given_tree():
    """The tree named by EPAY_ODOO_SOURCE: the reader's own, never written to."""
    given = os.environ.get("EPAY_ODOO_SOURCE")
    if not given:
        return None
    tree = Path(given).expanduser().resolve()
    if not (tree / "odoo" / "release.py").is_file():
        raise BootstrapError(
            f"EPAY_ODOO_SOURCE={given} has no odoo/release.py: name the folder that "
            f"holds an Odoo {_SERIES} checkout, or unset it."
        )
    return OdooSource(tree, f"given {_git_head(tree) or tree}")


def _fetched_tree():
    stamp = paths.ODOO / _STAMP
    if not stamp.is_file():
        return None
    found = json.loads(stamp.read_text())
    return OdooSource(paths.ODOO / found["python_path"], found["version"])


def _fetch():
    """Debian's package where apt can get it (fast, from a mirror), else git."""
    mirror = _debian_mirror()
    with replaced_directory(paths.ODOO) as new:
        source = (mirror and _from_debian(new, mirror)) or _from_git(new)
        relative = source.python_path.relative_to(new)
        stamp = {"python_path": str(relative), "version": source.version}
        (new / _STAMP).write_text(json.dumps(stamp))
    return _fetched_tree()


# --- Debian -------------------------------------------------------------------


def _debian_mirror():
    """The Debian archive that this machine is set up to use, if it is a Debian.

    Asked from apt itself, because the mirror may be a company's or a country's own.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    listing = subprocess.run(
        ["apt-get", "update", "--print-uris", *private_apt(paths.LOCAL / "apt")],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    codename = _os_release().get("VERSION_CODENAME", "")
    found = re.search(rf"'(\S+/debian)/+dists/{codename}/InRelease'", listing)
    return found and found[1]


def _os_release():
    """/etc/os-release as a dictionary; empty where there is none (macOS)."""
    path = Path("/etc/os-release")
    lines = path.read_text().splitlines() if path.is_file() else []
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {key: value.strip('"') for key, value in pairs}


def private_apt(folder):
    """Options that keep apt's lists and packages in ``folder``.

    The system's own lists stay as they are, and no root is needed.
    """
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    return [
        *("-o", f"Dir::State={folder}"),
        *("-o", f"Dir::Cache={folder}"),
        *("-o", "APT::Sandbox::User="),
        *("-o", "Acquire::Retries=3"),
    ]


def _from_debian(new, mirror):
    """Unpack Debian's odoo-19 and what it links to; None if that can't be had."""
    try:
        with Step("Fetching Odoo 19 (Debian's package, 120 MB)"):
            packages = _download_packages(new / "packages", mirror)
        with Step("Unpacking Odoo"):
            for package in packages:
                subprocess.run(["dpkg-deb", "-x", package, new], check=True)
    except subprocess.CalledProcessError as error:
        say(f"    Debian's package can't be had here ({error}); trying git instead.")
        return None
    shutil.rmtree(new / "packages")
    tree = new / "usr" / "lib" / "python3" / "dist-packages"
    left_out = tree / "odoo" / "addons" / _LEFT_OUT
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.touch()
    return OdooSource(tree, f"debian {_package_version(packages)}")


def _package_version(packages):
    """The version in the name of the odoo-19 package file."""
    name = next(path.name for path in packages if path.name.startswith("odoo-19_"))
    return name.split("_")[1]


def _download_packages(folder, mirror):
    """Let apt fetch and verify the packages; the signatures are Debian's own."""
    folder.mkdir(parents=True)
    private = private_apt(paths.LOCAL / "apt")
    sources = paths.LOCAL / "apt" / "epay.sources"
    signed_by = f"Signed-By: {_DEBIAN_KEYS}\n" if _DEBIAN_KEYS.is_file() else ""
    sources.write_text(
        f"Types: deb\nURIs: {mirror}\nSuites: {' '.join(_LINKED_PACKAGES)}\n"
        f"Components: main\n{signed_by}"
    )
    private += ["-o", f"Dir::Etc::sourcelist={sources}"]
    private += ["-o", "Dir::Etc::sourceparts=-"]
    wanted = ["odoo-19/sid"] + [
        f"{name}/{suite}" for suite, names in _LINKED_PACKAGES.items() for name in names
    ]
    apt = ["apt-get", "-q", *private]
    subprocess.run([*apt, "update"], check=True)
    subprocess.run([*apt, "download", *wanted], check=True, cwd=folder)
    return sorted(folder.glob("*.deb"))


# --- git ----------------------------------------------------------------------


def _from_git(new):
    """A shallow clone, where there is no Debian (macOS, other Linux)."""
    if not shutil.which("git"):
        raise BootstrapError(
            "Odoo's source can't be fetched: neither Debian's package nor git is at "
            "hand. Install git, or set EPAY_ODOO_SOURCE to an Odoo 19.0 checkout."
        )
    command = ["git", "clone", "--progress", "--depth", "1", "--branch", _SERIES]
    with Step("Fetching Odoo 19 (git clone, about 400 MB)"):
        done = subprocess.run([*command, _GIT_URL, new / "src"], check=False)
    if done.returncode:
        raise BootstrapError(
            "Odoo's source could not be cloned. Look at git's message above and try "
            "again, or set EPAY_ODOO_SOURCE to an Odoo 19.0 checkout."
        )
    return OdooSource(new / "src", f"git {_git_head(new / 'src')}")


def _git_head(tree):
    """The commit of a checkout, so that cached databases know when it moved."""
    if not shutil.which("git") or not (tree / ".git").exists():
        return ""
    done = subprocess.run(
        ["git", "-C", tree, "rev-parse", "--short=12", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()
