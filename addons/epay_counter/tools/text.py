"""Texts from outside, without what nobody types and no database takes."""

import re
import unicodedata

# Control characters but tab and line breaks, and halves of surrogate pairs. What joins
# letters and emoji (Cf) is kept: languages need it.
_NEVER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# What the code of a receipt holds, as it is scanned
RECEIPT = re.compile(r"/epay/r/([0-9A-Za-z-]+)")
# No argument of ours is nested deeper; a JSON of a thousand brackets ends here.
_DEEPEST = 8


def is_plain(text):
    """Whether `text` has nothing in it that nobody types."""
    return not _NEVER.search(text)


def plain_text(text):
    """`text` with a space in place of what nobody types."""
    return _NEVER.sub(" ", text)


def is_of_one_script(text):
    """Whether no Latin letters stand beside those of another script."""
    letters = [unicodedata.name(letter, "") for letter in text if letter.isalpha()]
    return len({name.startswith("LATIN ") for name in letters}) < 2


def one_line(text, longest=500):
    """What somebody wrote, on one line and not too long; "" when it is no text."""
    if not isinstance(text, str):
        return ""
    return " ".join(plain_text(text).split())[:longest]


def clean(value, depth=0):
    """The arguments of a call with all texts in them made plain.

    :param value: what JSON or XML-RPC can carry; other things stay as they are
    """
    if isinstance(value, str):
        return plain_text(value)
    if not isinstance(value, dict | list | tuple):
        return value
    if depth == _DEEPEST:
        return None
    if isinstance(value, dict):
        return {clean(key): clean(item, depth + 1) for key, item in value.items()}
    return type(value)(clean(item, depth + 1) for item in value)
