import re

from odoo.http import Controller, request, route

from ..const import KIND_CANCELLATION
from ..exceptions import TooManyAttempts
from ..tools.icons import logo, sprite
from ..tools.text import plain_text
from ..tools.throttle import Throttle
from . import common

# The header with which the page's script joins.
_STAYS = "X-Epay-Stays"
_METHOD_IDS = re.compile(r"^\d{1,9}(-\d{1,9}){0,39}$")


class EpayPortal(Controller):
    """The way to a counter: portal, store, counter, one-time code (SA4, SA5).

    No page here changes anything; a phone joins by a POST that a tap sends.
    """

    _portal_url = "/epay"
    _store_url = "/epay/<store>"
    _counter_url = "/epay/<store>/<counter>"
    _join_url = "/epay/<store>/<counter>/join"
    _code_url = "/epay/q/<code>"
    _code_join_url = "/epay/q/<code>/join"
    _logo_url = "/epay/i/s/<store>"
    _icons_url = "/epay/i/m/<ids>"
    _assets_url = "/epay/i/a"

    # A page needs one picture and keeps it for a day; drawing one takes a while.
    _picture_throttle = Throttle(rate=10, burst=120)

    # === PAGES === #

    @route(_portal_url, type="http", auth="public", methods=["GET"])
    @common.light
    def epay_portal(self, q="", **kwargs):
        """List the stores; with `q`, the stores and open counters of that name.

        Refuses too many searches of one browser, or of one address (429).
        """
        stores = request.env["epay.store"]
        counters, closed = request.env["epay.counter"], False
        query = plain_text(q).strip()[:64]
        if query:
            common.check_searches()
            stores, counters, closed = stores._search_portal(query)
        else:
            stores = stores._portal_stores()
        missed = bool(query) and not (stores or counters or closed)
        if missed:
            # Nobody has to type again.
            stores = stores._portal_stores()
        return common.render(
            "portal",
            title=request.env._("Pay at the counter"),
            private=bool(query),
            query=query,
            missed=missed,
            stores=[self._store_values(store) for store in stores],
            counters=[common.place_of(counter) for counter in counters],
            closed=closed,
            show_store=True,
            scanner=common.static_url("scanner.esm.js"),
            extra_css=common.static_url("extra.css"),
        )

    @route(_store_url, type="http", auth="public", methods=["GET"])
    @common.light
    def epay_store(self, store, **kwargs):
        """List the open counters of a store. Unknown: 404."""
        store_sudo = request.env["epay.store"]._find(store) or common.miss()
        counters = store_sudo._public_counters()
        return common.render(
            "store",
            title=store_sudo.name,
            private=False,
            place=common.place_of(store=store_sudo),
            counters=[common.place_of(counter) for counter in counters],
            show_store=False,
            extra_css=common.static_url("extra.css"),
        )

    @route(_counter_url, type="http", auth="public", methods=["GET"])
    @common.light
    def epay_counter(self, store, counter, s="", **kwargs):
        """Show the counter and the button to join it. Unknown: 404.

        With `s`, what a printed sticker says beside this address: 404 when it is
        forged, or was printed for another counter.
        """
        counter_sudo = common.find_counter(store, counter)
        self._check_sticker(counter_sudo, s)
        place = common.place_of(counter_sudo)
        return self._render_join(
            counter_sudo, f"{place['home']}/join", place, sticker=s
        )

    def _check_sticker(self, counter_sudo, code):
        """:raise ForeignSticker: and counted, for whoever tries"""
        if code and not request.env["epay.sticker"].sudo()._find_on(counter_sudo, code):
            common.check_attempts("miss")
            counter_sudo._require_sticker(code)

    @route(_code_url, type="http", auth="public", methods=["GET"])
    @common.light
    def epay_code(self, code, **kwargs):
        """Show where the code on the clerk's screen leads.

        The phone that joined with it is redirected to its visit. Another phone gets 409
        while the deal lives, 410 afterwards; an unknown code is 404.
        """
        found = self._find_code(code)
        if found["status"] == "own":
            token = found["visit"]._token_for(common.phone_cookie())
            return request.redirect(f"/epay/v/{token}")
        place = common.place_of(found["counter"])
        is_return = found["session"].kind == KIND_CANCELLATION
        return self._render_join(
            found["counter"],
            f"/epay/q/{code}/join",
            place,
            once="return" if is_return else "sale",
        )

    def _render_join(self, counter_sudo, address, place, once="", sticker=""):
        return common.render(
            "counter",
            title=f"{counter_sudo.code} · {place['store']}",
            private=bool(once or sticker),
            place=place,
            join=address,
            csrf=request.csrf_token(),
            open=counter_sudo.state == "open" and not counter_sudo._is_archived(),
            once=once,
            sticker=sticker,
        )

    def _store_values(self, store):
        return {**common.place_of(store=store), "code": store.code}

    # === JOINING === #

    @route(_join_url, type="http", auth="public", methods=["POST"])
    @common.light
    def epay_join(self, store, counter, s="", **kwargs):
        """Let this phone into the counter's waiting room, redirect to its visit.

        Refuses a sticker that is not this counter's (404), a closed counter (409), a
        full room or too many joins (429).
        """
        counter_sudo = common.find_counter(store, counter)
        self._check_sticker(counter_sudo, s)
        return self._join(counter_sudo, sticker=s or None)

    @route(_code_join_url, type="http", auth="public", methods=["POST"])
    @common.light
    def epay_code_join(self, code, **kwargs):
        """Bind this phone to the deal of the code at once, redirect to its visit.

        Refusals as on the code's page.
        """
        return self._join(self._find_code(code)["counter"], code=code)

    def _find_code(self, code):
        """The status of a one-time code that this phone may use.

        :raise UnknownCode: :raise HeldByOtherPhone: :raise Expired:
        """
        counters = request.env["epay.counter"]
        found = counters._code_status(code, common.phone_cookie())
        if found["status"] == "unknown":
            common.miss()
        counters._require_usable(found)
        return found

    def _join(self, counter_sudo, code=None, sticker=None):
        _visit, token, phone = counter_sudo._join(
            partner=common.customer(),
            phone=common.phone_cookie(),
            code=code,
            lang=request.env.lang,
            address=common.network_address(),
            sticker=sticker,
        )
        response = request.redirect(f"/epay/v/{token}")
        if request.httprequest.headers.get(_STAYS):
            # Our script goes there by itself: it stays here when the network is gone.
            response.status_code = 201
        common.remember_phone(response, phone)
        return response

    # === PICTURES AND FILES === #

    @route(_logo_url, type="http", auth="public", methods=["GET"])
    @common.light
    def epay_logo(self, store, **kwargs):
        """The store's logo, small. None: 404. Too many of one address: 429."""
        self._check_pictures()
        store_sudo = request.env["epay.store"]._find(store)
        if not store_sudo.logo:
            common.miss()
        picture = logo(store_sudo.logo)
        if picture:
            return self._picture(picture)
        stream = request.env["ir.binary"]._get_image_stream_from(store_sudo, "logo")
        return stream.get_response(max_age=common.DAY, as_attachment=False)

    @route(_icons_url, type="http", auth="public", methods=["GET"])
    @common.light
    def epay_icons(self, ids, **kwargs):
        """The icons of payment methods (ids joined by dashes) in one picture.

        Too many of one address: 429.
        """
        self._check_pictures()
        if not _METHOD_IDS.match(ids):
            common.miss()
        methods = request.env["payment.method"].sudo()
        methods = methods.browse(map(int, ids.split("-"))).exists()
        images = {method.id: method.image for method in methods}
        return self._picture(
            sprite([images.get(int(method_id)) for method_id in ids.split("-")])
        )

    def _check_pictures(self):
        if not self._picture_throttle.allow(common.network_address()):
            raise TooManyAttempts(request.env._("Too often. Please wait a moment."))

    def _picture(self, png):
        headers = [
            ("Content-Type", "image/png"),
            ("Cache-Control", f"public, max-age={common.DAY}"),
        ]
        return request.make_response(png, headers)

    @route(
        _assets_url,
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def epay_assets(self, **kwargs):
        """The files of the page with the provider's form, to be loaded beforehand.

        `website=True`, like that page, so that both name the same files.
        """
        qweb = request.env["ir.qweb"].sudo()
        links = [
            *qweb._get_asset_links("web.assets_frontend", js=False),
            *qweb._get_asset_links("web.assets_frontend_minimal", css=False),
            *qweb._get_asset_links("web.assets_frontend_lazy", css=False),
        ]
        return common.answer_json([link for link in links if link.startswith("/")])
