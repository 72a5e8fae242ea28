"""Small pictures for pages that are to be small."""

import base64
import io

from PIL import Image, UnidentifiedImageError

# Odoo keeps the icons of payment methods 3:2, at most 64 pixels wide; these divide
# evenly.
CELL = (66, 44)
LOGO = (96, 96)


def sprite(images):
    """The icons of payment methods one below the other, so that a page needs one
    request for all.

    :param images: base64 images as `fields.Image` gives them; empty ones leave a gap
    :return: bytes of a PNG
    """
    width, height = CELL
    sheet = Image.new("RGBA", (width, height * len(images)))
    for row, data in enumerate(images):
        if data:
            with Image.open(io.BytesIO(base64.b64decode(data))) as icon:
                sheet.paste(icon.convert("RGBA").resize(CELL), (0, height * row))
    return _small_png(sheet)


def logo(data):
    """A logo for the header: a few kilobytes, whatever was uploaded.

    :param data: base64 image
    :return: bytes of a PNG, or None when it can't be read (a drawing)
    """
    try:
        with Image.open(io.BytesIO(base64.b64decode(data))) as image:
            picture = image.convert("RGBA")
    except UnidentifiedImageError:
        return None
    picture.thumbnail(LOGO)
    return _small_png(picture)


def _small_png(picture):
    output = io.BytesIO()
    colours = picture.quantize(256, Image.Quantize.FASTOCTREE)
    colours.save(output, "PNG", optimize=True)
    return output.getvalue()
