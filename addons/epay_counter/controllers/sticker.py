from odoo.exceptions import AccessError, MissingError
from odoo.http import Controller, content_disposition, request, route

from . import common

_SHAPES = ("poster", "label")


class EpaySticker(Controller):
    """Printed codes for the office: a poster and a small label of one print.

    For users of the office; the record rules say whose. Looking has no effects: a print
    gets its number when it is made (`epay.counter.action_print_sticker`).
    """

    _print_url = "/epay/p/<int:sticker_id>/<shape>"
    _svg_url = "/epay/p/<int:sticker_id>/<shape>/svg"

    @route(_print_url, type="http", auth="user", methods=["GET"])
    def epay_sticker(self, sticker_id, shape, **kwargs):
        """The print view, with the drawing to keep, and a PDF where it can be made.

        Unknown, or not the user's: 404.
        """
        sticker_sudo = self._find(sticker_id, shape)
        if not sticker_sudo:
            return request.not_found()
        response = common.render(
            "sticker_page",
            title=sticker_sudo.serial,
            shape=shape,
            shapes=_SHAPES,
            drawing=sticker_sudo._drawing(shape),
            serial=sticker_sudo.serial,
            old=sticker_sudo.is_old,
            base=f"/epay/p/{sticker_id}",
            pdf=self._pdf_url(sticker_sudo, shape),
            css=common.static_url("sticker.css"),
        )
        return response

    @route(_svg_url, type="http", auth="user", methods=["GET"])
    def epay_sticker_svg(self, sticker_id, shape, **kwargs):
        """The drawing as a file, for a printer's shop. Unknown: 404."""
        sticker_sudo = self._find(sticker_id, shape)
        if not sticker_sudo:
            return request.not_found()
        name = f"{sticker_sudo.serial}-{shape}.svg"
        headers = [
            ("Content-Type", "image/svg+xml; charset=utf-8"),
            ("Content-Disposition", content_disposition(name)),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
        ]
        return request.make_response(str(sticker_sudo._drawing(shape)), headers)

    def _find(self, sticker_id, shape):
        sticker = request.env["epay.sticker"].browse(sticker_id)
        try:
            sticker.check_access("read")
            sticker.fetch(["serial"])
        except (AccessError, MissingError):
            return None
        return sticker.sudo() if shape in _SHAPES else None

    def _pdf_url(self, sticker_sudo, shape):
        """Where the report engine is: without wkhtmltopdf a browser prints as well."""
        if request.env["ir.actions.report"].get_wkhtmltopdf_state() not in (
            "ok",
            "workers",
        ):
            return False
        return f"/report/pdf/epay_counter.report_sticker_{shape}/{sticker_sudo.id}"
