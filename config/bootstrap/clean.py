"""`make clean`: back to a fresh clone."""

import shutil

from . import paths, postgres
from .console import say


def run(arguments):
    """Stop the embedded databases, which would outlive their files, then remove all."""
    if not paths.LOCAL.is_dir():
        return
    postgres.remove_embedded()
    shutil.rmtree(paths.LOCAL)
    say("    Removed .local/")
