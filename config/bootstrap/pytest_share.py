"""pytest plugin that shares the add-ons' test classes out between the two databases.

What a class tests rarely has to do with Odoo's website, so in a whole `make test` each
class runs in one of the two databases, always the same one. A class whose subject
differs with it says where it runs: `epay_flavours = ("plain", "website")`.
"""

import os
import zlib

from .templates import PLAIN, WEBSITE

_NAMES = (PLAIN.name, WEBSITE.name)


def pytest_collection_modifyitems(items):
    """Leave the classes of the other database to the other run."""
    here = os.environ.get("EPAY_TEST_SHARE_OF")
    if here:
        items[:] = [item for item in items if here in _flavours(item)]


def _flavours(item):
    case = getattr(item, "cls", None)
    if case is None:
        return _NAMES
    name = f"{case.__module__}.{case.__qualname__}"
    given = getattr(case, "epay_flavours", None)
    return given or (_NAMES[zlib.crc32(name.encode()) % len(_NAMES)],)
