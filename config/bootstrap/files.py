"""Files that are either whole or not there, and locks between our own commands."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from .console import say

# Python's own left-overs: they come and go without the source having changed.
_NOT_SOURCE = {"__pycache__", ".pytest_cache"}


def write_if_changed(path, text, mode=0o644):
    """Write ``text`` in one step, and only if it differs.

    Another command may read the file at the same moment, so it is never seen half
    written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.read_text() == text:
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    os.chmod(name, mode)
    os.replace(name, path)


@contextlib.contextmanager
def replaced_directory(target):
    """Give an empty directory that takes the place of ``target`` if all goes well.

    An interrupted download or unpacking therefore leaves nothing behind that looks
    finished; the next run starts that part again.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in target.parent.glob(f".{target.name}.new.*"):
        shutil.rmtree(leftover, ignore_errors=True)
    new = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.new."))
    new.chmod(0o755)
    try:
        yield new
        shutil.rmtree(target, ignore_errors=True)
        new.rename(target)
    finally:
        shutil.rmtree(new, ignore_errors=True)


@contextlib.contextmanager
def exclusive(path, waiting_for):
    """Let one process at a time through; say so when it has to wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"    waiting for another command: {waiting_for}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def fingerprint(folders, skip=lambda path: False):
    """Digest of the names and contents of all files below ``folders``.

    Contents, not times: a fresh clone or a branch switched back and forth must not
    count as a change.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(_source_files(folder)):
            relative = path.relative_to(folder)
            if not skip(relative):
                digest.update(f"{folder.name}/{relative}".encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _source_files(folder):
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _NOT_SOURCE]
        yield from (Path(parent, name) for name in names)
