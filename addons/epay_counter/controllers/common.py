"""What the public pages share: light rendering, refusals, cookies, finding.

Light pages never raise through Odoo: its error page is twenty kilobytes and loads the
shop's whole bundle. A refusal becomes a small page with the right status instead (or
JSON, for programs), which says what happened and what to do next.
"""

import functools
import hashlib
import ipaddress
import json
import re

from markupsafe import Markup

from odoo.http import request
from odoo.tools import file_open, hmac
from odoo.tools.misc import formatLang

from odoo.addons.bus.websocket import WebsocketConnectionHandler

from ..exceptions import EpayRefusal, UnknownCode

STATIC_PATH = "epay_counter/static/src/customer/"
PHONE_COOKIE = "epay_phone"
# By HTTPS nobody but this very host can set it, not even a neighbour of its domain.
SECURE_PHONE_COOKIE = f"__Host-{PHONE_COOKIE}"
# Pages from which the browser goes to a provider, by a form.
_LEAD_TO_PROVIDERS = {"visit", "redirect"}
_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?", re.IGNORECASE)
BACK_PATH = "/epay/back"
DAY = 24 * 60 * 60

# === ROUTES === #


def light(handler):
    """Decorate a route of a light page: visitor's language, refusals as pages.

    Handlers get texts only: whoever sends a file in place of one has sent nothing. No
    answer is kept, nor its address told on, unless the handler says otherwise; where a
    redirect leads may be a secret.
    """

    @functools.wraps(handler)
    def wrapper(self, *args, **kwargs):
        use_visitor_language()
        texts = {name: text for name, text in kwargs.items() if isinstance(text, str)}
        try:
            response = handler(self, *args, **texts)
        except EpayRefusal as refusal:
            response = refuse(refusal, texts)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        return response

    return wrapper


def use_visitor_language():
    """Take the first installed language that the visitor's browser asks for.

    Odoo itself looks at the first wish only, and not for near ones (`fr-CH` for
    `fr_FR`). A logged-in customer has the language of the account.
    """
    if request.session.uid:
        return
    ir_http = request.env["ir.http"]
    wishes = [request.cookies.get("frontend_lang")]
    wishes += [
        tag.replace("-", "_") for tag in request.httprequest.accept_languages.values()
    ]
    for wish in filter(None, wishes):
        code = ir_http.get_nearest_lang(wish)
        if code:
            request.update_context(lang=code)
            return


# === ANSWERS === #


def render(template, *, title, place=False, status=200, private=True, **values):
    """Answer a light page.

    :param str template: xmlid in this add-on without the module, or a whole one
    :param place: `place_of` a store or counter, for the header
    :param bool private: not for search engines
    """
    values.update(page=page_values(title, private), place=place, head=None)
    # Plain values are all that a light page gets: no company, no user, no environment.
    request.update_context(minimal_qcontext=True)
    xmlid = template if "." in template else f"epay_counter.{template}"
    response = request.render(xmlid, values, status=status)
    response.headers.update(_headers(private, template in _LEAD_TO_PROVIDERS))
    return response


def page_values(title, private=True):
    """What the layout needs to know."""
    lang = request.env["res.lang"]._get_data(code=request.env.lang)
    return {
        "title": title,
        "lang": request.env.lang.partition("@")[0].replace("_", "-"),
        "dir": lang.direction or "ltr",
        "css": static_url("customer.css"),
        "js": static_url("customer.esm.js"),
        "form_js": static_url("form.esm.js"),
        "index": not private,
    }


def _headers(private, leads_to_providers):
    forms = "'self'"
    if leads_to_providers:
        forms += " https:" if _is_https() else " https: http:"
    policy = (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        f"connect-src 'self' {_bus_origin()}; "
        f"form-action {forms}; "
        "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
    }
    if private:
        headers["X-Robots-Tag"] = "noindex"
    return headers


def _bus_origin():
    """Where the page's WebSocket goes; nothing when the host is written oddly."""
    host = request.httprequest.host
    if not _HOST.fullmatch(host):
        return ""
    return f"{'wss' if _is_https() else 'ws'}://{host}"


def answer_json(data, status=200):
    """Answer JSON that nobody keeps."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    return request.make_response(json.dumps(data), list(headers.items()), status=status)


def refuse(refusal, params=None):
    """Turn an `EpayRefusal` into a light page, or JSON, with its status."""
    if _wants_json():
        response = _refusal_json(refusal)
    else:
        response = _refusal_page(refusal, params)
    if refusal.http_status in (429, 503):
        response.headers["Retry-After"] = "5"
    return response


def _refusal_json(refusal):
    error = {"code": refusal.code, "message": refusal.args[0]}
    return answer_json({"error": error}, refusal.http_status)


def _refusal_page(refusal, params):
    title, next_step = _explain(refusal)
    place, back = _refused_at(params or {}, refusal)
    return render(
        "refusal",
        title=title,
        status=refusal.http_status,
        place=place,
        text=refusal.args[0],
        next=next_step,
        back=back,
        code=refusal.code,
    )


def _wants_json():
    types = request.httprequest.accept_mimetypes
    return types.best_match(["text/html", "application/json"]) == "application/json"


def _refused_at(params, refusal):
    """The header of a refusal's page, and the way back if there is one."""
    mistaken, hurried = refusal.http_status == 404, refusal.http_status == 429
    if mistaken or (hurried and not params.get("token")):
        return False, False
    if params.get("code"):
        found = request.env["epay.counter"]._code_status(params["code"])
        return found["counter"] and place_of(found["counter"]), False
    if params.get("store") and params.get("counter"):
        counter = _counter_of(params["store"], params["counter"])
        return counter and place_of(counter), False
    if not params.get("token"):
        return False, False
    visit = request.env["epay.visit"].sudo()._find(params["token"])
    if not visit:
        return False, False
    mine = visit._is_phone(phone_cookie()) and not visit._is_over()
    return place_of(visit.counter_id), mine and f"/epay/v/{params['token']}"


def _explain(refusal):
    """What happened, as a headline, and what to do next."""
    env = request.env
    clerk = env._("Ask the clerk; nothing is charged by looking at this page.")
    explanations = {
        "unknown_code": (
            env._("Not found"),
            env._("Find the counter by its name instead."),
        ),
        "foreign_sticker": (
            env._("Don't pay by this sticker"),
            env._("You can find the counter by its name instead."),
        ),
        # The text says what to scan.
        "expired": (env._("This code has expired"), False),
        "visit_over": (
            env._("This visit is over"),
            env._("To pay, open the counter again."),
        ),
        "receipt_over": (env._("This receipt is not shown any more"), False),
        "held_by_other_phone": (
            env._("Another phone is paying"),
            env._("If that is not yours, tell the clerk, who can let this phone in."),
        ),
        "not_your_phone": (
            env._("This link belongs to another phone"),
            env._(
                "Go on with the phone that joined, or join the counter with this one."
            ),
        ),
        "too_many_attempts": (
            env._("One moment, please"),
            env._("You can also scan the code on the clerk's screen."),
        ),
        "counter_closed": (
            env._("This counter is closed"),
            env._("Nothing is charged."),
        ),
        "bad_address": (env._("Please check the address"), False),
        "method_not_offered": (env._("Please choose again"), False),
        "provider_disabled": (env._("Please choose again"), False),
        "wrong_state": (env._("The payment has moved on"), False),
        "busy": (env._("One moment, please"), env._("Try again.")),
    }
    return explanations.get(refusal.code, (env._("That did not work"), clerk))


@functools.cache
def static_url(name):
    """The address of a static file; it changes with the content, so it may be kept."""
    with file_open(STATIC_PATH + name, "rb") as file:
        return f"/{STATIC_PATH}{name}?v={hashlib.sha256(file.read()).hexdigest()[:10]}"


# === FINDING === #


def miss():
    """Count an address that leads nowhere, and refuse it.

    :raise UnknownCode: :raise TooManyAttempts: for whoever tries addresses
    """
    check_attempts("miss")
    raise UnknownCode(
        request.env._("This address leads nowhere. Perhaps a letter is wrong.")
    )


def check_attempts(scope):
    """Count what the visitor's address tries; kept is a keyed hash of it.

    :param str scope: of `const.LIMITS`
    :raise TooManyAttempts:
    """
    env = request.env(su=True)
    env["epay.attempt"]._check(scope, _address_key(env))


def check_searches():
    """Count a search by the browser, and much more loosely by the address, so that one
    who searches on and on keeps out nobody else in the shop. What comes without our
    cookie is one browser.

    :raise TooManyAttempts:
    """
    env = request.env(su=True)
    cookie, address = request.cookies.get("session_id"), _address_key(env)
    browser = hmac(env, "epay.attempt.browser", cookie) if cookie else address
    env["epay.attempt"]._check("portal_search", browser)
    env["epay.attempt"]._check("search_address", address)


def _address_key(env):
    return hmac(env, "epay.attempt.address", network_address())


def find_counter(store, code):
    """The counter of a public address, sudo.

    :raise UnknownCode:
    """
    return _counter_of(store, code) or miss()


def _counter_of(store, code):
    store_sudo = request.env["epay.store"]._find(store)
    return store_sudo and request.env["epay.counter"]._find(store_sudo, code)


def find_visit(token):
    """The visit of a public address, sudo.

    :raise UnknownCode: :raise VisitOver:
    """
    visit_sudo = request.env["epay.visit"]._find(token) or miss()
    visit_sudo._require_not_over()
    return visit_sudo


def customer():
    """The partner of a customer who is signed in to the portal, or an empty recordset.

    Staff who try a page in their own browser are not the customer.
    """
    user = request.env.user
    return user.partner_id if user._is_portal() else request.env["res.partner"]


def is_signed_in(visit_sudo):
    """Whether the visit's customer is signed in on this phone now."""
    return bool(visit_sudo.partner_id) and visit_sudo.partner_id == customer()


def network_address():
    """Where the request comes from, as far as it can be told apart: of an IPv6 address
    the network that a household gets, in which one visitor has as many as wanted.
    """
    text = request.httprequest.remote_addr or ""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if address.version == 4:
        return text
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 56), strict=False))


# === COOKIES === #


def phone_cookie():
    """The secret of this browser, if it has joined before."""
    return request.cookies.get(_phone_cookie_name())


def _is_https():
    return request.httprequest.scheme == "https"


def _phone_cookie_name():
    return SECURE_PHONE_COOKIE if _is_https() else PHONE_COOKIE


def remember_phone(response, phone):
    """Make this browser the phone: not for scripts, not for other sites."""
    response.set_cookie(
        _phone_cookie_name(),
        phone,
        max_age=DAY,
        expires=None,
        # `__Host-` wants the whole host.
        path="/" if _is_https() else "/epay",
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
    )


# === WHAT PAGES SHOW === #


def place_of(counter=None, store=None):
    """Store and counter for the header, as plain values."""
    store = store or counter.store_id
    # The address's partner has a hundred fields; the header shows one.
    store.address_id.fetch(["city"])
    address = f"/epay/{store.code}"
    home = f"{address}/{counter.code}" if counter else address
    version = int(store.write_date.timestamp())
    has_logo = bool(store.with_context(bin_size=True).logo)
    return {
        "store": store.name,
        "city": store.city or "",
        "where": ", ".join(filter(None, (store.name, store.city))),
        "logo": has_logo and f"/epay/i/s/{store.code}?v={version}",
        "store_url": address,
        "counter": counter.code if counter else False,
        "counter_name": counter.name if counter else False,
        "home": home,
        "url": home,
    }


def deal_values(session):
    """A deal as the customer's pages show it, as plain values."""
    receipt = session._receipt_values()
    currency, moment = receipt["currency"], receipt["date"]
    return {
        "number": receipt["number"],
        "value": f"{receipt['amount']:.{currency.decimal_places}f}",
        "currency": currency.name,
        "amount": currency.format(receipt["amount"]) if receipt["amount"] else "",
        "description": receipt["description"] or "",
        "lines": [_line_values(line) for line in receipt["lines"]],
        "tax": currency.format(receipt["tax"]) if receipt["tax"] else False,
        "invoice": receipt["invoice"] or False,
        "time": session._settled_text() or False,
        "time_iso": moment and f"{moment.isoformat(timespec='seconds')}Z",
        "method": method_values(session),
        "origin": receipt["origin"] and _origin_values(receipt["origin"], currency),
    }


def receipt_values(session):
    """A deal as its receipt shows it: with who sold, by name, number and address."""
    receipt = session._receipt_values()
    return {
        **deal_values(session),
        "company": receipt["company"].name,
        "vat": receipt["company"].vat or False,
        "address": session._merchant_address(),
        # What was given back is not given back again.
        "code": not receipt["origin"] and Markup(session._receipt_code()),
    }


def _origin_values(origin, currency):
    """The deal that a return gives back, and how, as plain values."""
    return {
        **origin,
        "amount": currency.format(origin["amount"]),
        "lines": [_line_values(line) for line in origin["lines"]],
    }


def _line_values(line):
    quantity = formatLang(request.env, line.quantity, digits=3)
    point = request.env["res.lang"]._get_data(code=request.env.lang).decimal_point
    return {
        "id": line.id,
        "name": line.name,
        "quantity": quantity.rstrip("0").rstrip(point),
        "subtotal": line.currency_id.format(line.subtotal),
    }


def method_values(session):
    """What the customer chose, or False."""
    method = session._method_values()
    if not method:
        return False
    method["label"] = session._paid_with()
    paid = session.origin_id or session
    method["icon"] = icon_style([paid.payment_method_id.id], 0)
    return method


def icon_style(method_ids, row):
    """Inline style that shows one icon of the sheet of `method_ids`."""
    sheet = "-".join(map(str, method_ids))
    return (
        f"background-image:url(/epay/i/m/{sheet});background-position:0 -{row * 2}rem"
    )


def bus_version():
    """Odoo closes sockets that don't name the version of its own client."""
    return WebsocketConnectionHandler._VERSION
