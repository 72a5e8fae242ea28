"""`make clean`: back to a fresh clone."""

import shutil

from . import paths, postgres
from .console import say


def run(arguments):
    """Stop the embedded databases, which would outlive their files, then remove all."""
    if not paths.LOCAL.is_dir():
        return
    say("==> Removing .local/ with all its databases ...")
    postgres.remove_embedded()
    shutil.rmtree(paths.LOCAL)
    say("    Removed .local/")
