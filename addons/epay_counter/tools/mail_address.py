"""Mail addresses that people type."""

import re

from odoo.tools import email_normalize

from .text import is_plain

_LONGEST = 254
# What would be read as a name beside the address, or as two addresses.
_NO_PART = re.compile(r'[\s"(),:;<>\[\]\\]')
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# At least two labels; the last is no number, so no network address either.
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")


def mail_address(text):
    """What somebody typed as the one mail address that it is, or "".

    Odoo's `email_normalize` reads it, but takes any name for a domain (`ann@shop`);
    mail through the internet needs one with a dot.
    """
    typed = text.strip()
    if len(typed) > _LONGEST or not is_plain(text) or _NO_PART.search(typed):
        return ""
    address = email_normalize(typed) or ""
    domain = address.rpartition("@")[2]
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError:
        return ""
    return address if _DOMAIN.fullmatch(ascii_domain) else ""
