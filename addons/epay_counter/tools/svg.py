"""QR codes as vectors, made with `qrcode`, and texts that fit where they stand."""

import unicodedata

import qrcode
from qrcode.image.svg import SvgPathImage

# How wide a letter is, of its height: a safe guess for bold sans-serif type.
_WIDE, _NARROW = 1.0, 0.62


def qr_svg(text):
    """`text` as an `<svg>` element that scales with its box.

    Error correction M: the code is read from a screen at arm's length.
    """
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M,
        border=2,
        image_factory=SvgPathImage,
    )
    code.add_data(text)
    code.make(fit=True)
    return code.make_image().to_string(encoding="unicode")


def qr_path(text):
    """`text` as the path of a drawing, for print.

    Error correction H: a third may be lost, to dirt or to a logo in the middle.

    :return: (number of modules along a side, without quiet zone; `d` of a path)
    """
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_H, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                parts.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length or 1
    return len(rows), "".join(parts)


def text_width(text):
    """How wide a text is in print, in heights of its letters (em)."""
    return sum(
        _WIDE if unicodedata.east_asian_width(letter) in "WF" else _NARROW
        for letter in text
    )


def fit(text, width, largest):
    """The size at which `text` fits on one line of `width`; no larger than `largest`
    (same unit)."""
    return round(min(largest, width / max(text_width(text), 1)), 2)


def wrap(text, width, size):
    """`text` in lines of at most `width` at the size `size` (same unit); lines of
    languages without spaces break between any two letters.
    """
    lines = [""]
    for piece in _pieces(text):
        longer = lines[-1] + piece
        if lines[-1] and text_width(longer.strip()) * size > width:
            lines.append(piece)
        else:
            lines[-1] = longer
    return [line.strip() for line in lines]


def _pieces(text):
    """Words with the space before them, and wide letters one by one."""
    piece = ""
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        if piece and (letter == " " or wide):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece
