"""QR codes as vectors, made with `qrcode`."""

import qrcode
from qrcode.image.svg import SvgPathImage


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
