"""Tokens and codes, without the ORM.

A visit's token is derived from the phone's secret, so that the server keeps only its
hash and the phone alone can find its way back (RFC 10027: codes are unguessable and
scoped).
"""

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata

TOKEN_BYTES = 16
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_CODE = re.compile(r"([0-9a-z]+)-([a-z2-7]{26})")
_DYNAMIC = re.compile(r"([0-9a-z]{1,12})-([0-9a-z]{1,6})-([a-z2-7]{26})")
# 80 bits: enough where every try is counted, and the printed code stays coarse.
_STICKER = re.compile(r"([0-9a-z]{1,6})-([a-z2-7]{16})")
_STICKER_LETTERS = 16
_TYPED_STICKER = re.compile(
    r"(?:^|[\s·-])([0-9a-z]{1,6})\s?[-–]?\s?([a-z2-7](?:\s?[a-z2-7]){15})$"
)
_NEVER_TYPED = re.compile(r"[/.:@?=&\\]")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def new_secret():
    """128 random bits, safe in URLs and cookies."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_secret(value):
    """Whether `value` could be one of ours: anything else is not even looked up."""
    return isinstance(value, str) and bool(_TOKEN.fullmatch(value))


def digest(secret):
    """What is stored of a secret. The secrets are random, so a plain hash suffices."""
    return hashlib.sha256(secret.encode()).hexdigest()


def derive_token(phone_secret, nonce):
    """The visit's token for the phone that holds `phone_secret`."""
    mac = hmac.new(phone_secret.encode(), nonce.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:TOKEN_BYTES]).decode().rstrip("=")


def same(one, other):
    """Compare two strings in constant time."""
    return hmac.compare_digest(one or "", other or "")


def short_hash(hexdigest):
    """A hexadecimal MAC as 26 letters (128 bits) that are easy to read and to scan."""
    raw = bytes.fromhex(hexdigest)[:TOKEN_BYTES]
    return base64.b32encode(raw).decode().rstrip("=").lower()


def join_code(record_id, hexdigest):
    """A code that can be shown again: the record and a keyed hash over it."""
    return f"{_base36(record_id)}-{short_hash(hexdigest)}"


def split_code(code):
    """The record id and the hash of a code, or `(0, "")` when it can't be one."""
    match = _CODE.fullmatch((code or "").lower())
    if not match or len(match[1]) > 12:
        return 0, ""
    return int(match[1], 36), match[2]


def join_dynamic(record_id, turn, hexdigest):
    """The code on the clerk's screen: the deal, how often it was renewed, and a keyed
    hash over both."""
    return f"{_base36(record_id)}-{_base36(turn)}-{short_hash(hexdigest)}"


def split_dynamic(code):
    """Record id, turn and hash of a code, or `(0, 0, "")` when it can't be one."""
    match = _DYNAMIC.fullmatch((code or "").lower())
    if not match:
        return 0, 0, ""
    return int(match[1], 36), int(match[2], 36), match[3]


def join_sticker(number, hexdigest):
    """What a printed sticker says beside its counter: which print it is, and a short
    keyed hash."""
    return f"{_base36(number)}-{short_hash(hexdigest)[:_STICKER_LETTERS]}"


def split_sticker(code):
    """The print's number and the hash, or `(0, "")` when it can't be one of ours."""
    match = _STICKER.fullmatch((code or "").lower())
    return (int(match[1], 36), match[2]) if match else (0, "")


def typed_sticker(text):
    """The letters of a sticker in what somebody typed: alone or behind the serial
    number, as printed, with spaces anywhere and with or without the dash. "" when there
    are none.
    """
    plain = unicodedata.normalize("NFKC", text or "").lower().rstrip()
    match = _TYPED_STICKER.search(plain)
    return f"{match[1]}-{''.join(match[2].split())}" if match else ""


def is_typed(text):
    """Whether a person may have typed `text` from a print: no address of any kind."""
    return not _NEVER_TYPED.search(text)


def _base36(number):
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"


def ilike_literal(text):
    """`text` for a domain's `=ilike`, with its wildcards taken literally."""
    return (text or "").replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
