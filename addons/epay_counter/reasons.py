"""Texts that are stored once, and that everybody reads in the own language.

Why a deal moved is written down by one and read by others: the clerk, the customer,
whoever looks at its history. So a term of the code is stored as such, with its values,
and translated when it is read. What a person typed or a provider answered stays as it
is.
"""

import json

from odoo import fields
from odoo.tools.translate import LazyGettext, LazyTranslate, get_translation

_lt = LazyTranslate(__name__)

# Separates a term from its module and values; texts of others never have it.
_MARK = "\x1f"
_LONGEST = 500

UNREACHABLE = _lt("The provider can't be reached. Choose again.")
# Terms that go through `payment.transaction`, which keeps plain text, in English.
_PASSED_ON = {
    term._source: term
    for term in (
        UNREACHABLE,
        _lt("The provider never got the request."),
        _lt("No answer from the provider."),
    )
}


class _Stored(str):
    """A term with its values, as the database has it."""

    __slots__ = ()


class Reason(fields.Char):
    """A text for people: a term (`_lt("…", name=value)`), or what somebody wrote.

    Reading it gives plain text in the reader's language. To hand a term on to another
    such field, read it by `as_stored`.
    """

    def convert_to_cache(self, value, record, validate=True):
        kept = _to_store(value)
        if isinstance(kept, _Stored):
            return kept
        return super().convert_to_cache(kept, record, validate)

    def convert_to_record(self, value, record):
        text = super().convert_to_record(value, record)
        if record.env.context.get("epay_as_stored"):
            return _Stored(text) if text and _MARK in text else text
        return _translated(text, record.env.lang) if text else text


def as_stored(record):
    """`record`, whose reasons are handed on instead of read."""
    return record.with_context(epay_as_stored=True)


def plain(text):
    """A provider's message on one line, not too long; terms as they are."""
    if is_term(text):
        return text
    return " ".join((text or "").split())[:_LONGEST]


def is_term(text):
    """Whether it is a term of ours, not somebody's words."""
    return isinstance(text, LazyGettext | _Stored)


def packed(text):
    """A term, or a text, as it can wait in a field that is none of these (JSON)."""
    return str.__str__(_to_store(text)) if text else False


def unpacked(text):
    """What `packed` made, for one of these fields."""
    return _Stored(text) if text and _MARK in text else text


def in_english(term):
    """For where only plain text can be kept."""
    return term._translate("en_US")


def _to_store(value):
    if isinstance(value, str) and not isinstance(value, _Stored):
        value = _PASSED_ON.get(value, value.replace(_MARK, " "))
    if not isinstance(value, LazyGettext):
        return value
    values = {name: str(item) for name, item in value._args.items()}
    return _Stored(f"{value._source}{_MARK}{json.dumps([value._module, values])}")


def _translated(text, lang):
    source, mark, rest = text.partition(_MARK)
    if not mark:
        return text
    module, values = json.loads(rest)
    return get_translation(module, lang or "en_US", source, values)
