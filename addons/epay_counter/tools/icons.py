"""The icons of payment methods as one picture, so that a page needs one request for
all.
"""

import base64
import io

from PIL import Image

# Odoo keeps the icons of payment methods 3:2, at most 64 pixels wide; these divide
# evenly.
CELL = (66, 44)


def sprite(images):
    """Icons one below the other, as PNG.

    :param images: base64 images as `fields.Image` gives them; empty ones leave a gap
    :return: bytes
    """
    width, height = CELL
    sheet = Image.new("RGBA", (width, height * len(images)))
    for row, data in enumerate(images):
        if data:
            with Image.open(io.BytesIO(base64.b64decode(data))) as icon:
                sheet.paste(icon.convert("RGBA").resize(CELL), (0, height * row))
    output = io.BytesIO()
    sheet.quantize(256, Image.Quantize.FASTOCTREE).save(output, "PNG", optimize=True)
    return output.getvalue()
