from odoo.http import Controller, request, route

from odoo.addons.epay_counter.controllers import common


class EpayAhead(Controller):
    """Paying before the visit, by the link that the customer was sent.

    The link shows what is due; paying is a POST that a tap sends, and goes on with the
    same pages as at a counter.
    """

    _ahead_url = "/epay/c/<code>"
    _pay_url = "/epay/c/<code>/pay"

    @route(_ahead_url, type="http", auth="public", methods=["GET"])
    @common.light
    def epay_ahead(self, code, **kwargs):
        """Show what is due. Unknown: 404. Too old or taken back: 410. Paid already: a
        page that says so.
        """
        line_sudo = self._find(code)
        place = common.place_of(line_sudo.counter_id)
        return common.render(
            "epay_collection.ahead",
            title=request.env._("Pay ahead"),
            place=place,
            line=line_sudo._ahead_values(),
            pay=f"/epay/c/{code}/pay",
            csrf=request.csrf_token(),
        )

    @route(_pay_url, type="http", auth="public", methods=["POST"])
    @common.light
    def epay_ahead_pay(self, code, **kwargs):
        """Open the deal for this phone, redirect to its visit.

        Refuses what is not due any more (409), what is at the counter or on another
        phone just now (409), an old link (410).
        """
        line_sudo = self._find(code)
        token, phone = line_sudo._pay_ahead(
            phone=common.phone_cookie(),
            partner=common.customer(),
            lang=request.env.lang,
        )
        response = request.redirect(f"/epay/v/{token}")
        common.remember_phone(response, phone)
        return response

    def _find(self, code):
        lines = request.env["epay.collection.line"].sudo()
        return lines._find_ahead(code) or common.miss()
