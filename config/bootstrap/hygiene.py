"""Checks on every tracked file that no other linter makes."""

import re

from . import paths

# Written so that this file does not find itself.
_FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.~-])/(?:work|root|home/\w+)/[\w.]"),
    "a registry's host name": re.compile(
        r"\b(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com"
        r"|(?:deb|ftp|snapshot|security)(?:\.\w+)?\.debian\.org|archive\.ubuntu\.com)"
    ),
    "a merge conflict": re.compile(r"^(?:<{7} |>{7} )", re.MULTILINE),
}
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
# Two spaces at the end of a line are a line break in Markdown; catalogues and texts
# of others stay as their tools write them.
_MAY_TRAIL = {".md", ".rst", ".po", ".pot", ".csv"}


def problems(files):
    """Yield one line per problem in ``files`` (paths relative to the root)."""
    for name in files:
        text = _text(paths.ROOT / name)
        if text is None:
            continue
        for what, pattern in _FORBIDDEN.items():
            for found in pattern.finditer(text):
                line = text.count("\n", 0, found.start()) + 1
                yield f"{name}:{line}: {what}: {found[0].strip()}"
        if name.name.startswith("LICENSE") or name.suffix == ".svg":
            continue
        if "\r\n" in text:
            yield f"{name}: lines end with CR LF instead of LF"
        if text and not text.endswith("\n"):
            yield f"{name}: no newline at the end"
        if name.suffix not in _MAY_TRAIL and (found := _TRAILING.search(text)):
            yield f"{name}:{text.count(chr(10), 0, found.start()) + 1}: trailing space"


def _text(path):
    """The file's text, or None for pictures and other binary files."""
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        return None
