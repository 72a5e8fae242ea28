"""A customer's phone that speaks plain HTTP: for races, faults and bad input."""

from urllib.parse import urljoin, urlsplit

import requests
from lxml import html
from requests.adapters import HTTPAdapter

from .rpc import JsonRpc

TIMEOUT = 60
BACK = "/epay/back"


class Page:
    """An answered page: its status and its marks."""

    def __init__(self, answer):
        self.answer = answer
        self.status = answer.status_code
        self.path = urlsplit(answer.url).path
        self.tree = html.fromstring(answer.text or "<html></html>")

    def marks(self, name):
        return self.tree.xpath(f'//*[@data-epay="{name}"]')

    def mark(self, name):
        found = self.marks(name)
        assert found, f"No {name} on {self.path} ({self.status})"
        return found[0]

    def text(self, name):
        return " ".join(self.mark(name).text_content().split())

    @property
    def state(self):
        return self.mark("visit").get("data-state")

    @property
    def code(self):
        """The refusal's code, if the page is one."""
        found = self.tree.xpath("//main/@data-code")
        return found[0] if found else None

    def csrf(self):
        found = self.tree.xpath('//input[@name="csrf_token"]/@value')
        return found[0] if found else ""


class _From(HTTPAdapter):
    """Connections from a chosen address of this machine."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, source_address=(self.address, 0), **kwargs)


class HttpPhone:
    """A browser's cookies and what a customer does with it.

    :param str address: which of this machine's own addresses it comes from
    """

    def __init__(self, shop, login=None, lang="en-US", address=None):
        self.shop = shop
        self.url = shop.url
        self.http = requests.Session()
        self.http.headers["Accept-Language"] = lang
        if address:
            self.http.mount("http://", _From(address))
        if login:
            self.http.cookies.update(shop.user(login).http.cookies)
        self.token = None

    # --- looking and sending ------------------------------------------------

    def get(self, path, **options):
        options = {"timeout": TIMEOUT, **options}
        return Page(self.http.get(urljoin(self.url, path), **options))

    def post(self, path, data=None, **options):
        options = {"timeout": TIMEOUT, **options}
        return Page(self.http.post(urljoin(self.url, path), data=data, **options))

    def rpc(self, path, **params):
        return JsonRpc(self.url, self.http).post(path, params)

    def visit_path(self, end=""):
        return f"/epay/v/{self.token}{end}"

    def page(self):
        return self.get(self.visit_path())

    def state(self, since=None):
        """The cheap state route; None when nothing is newer."""
        query = f"?since={since}" if since is not None else ""
        answer = self.http.get(
            self.url + self.visit_path("/state") + query, timeout=TIMEOUT
        )
        if answer.status_code == 304:
            return None
        answer.raise_for_status()
        return answer.json()

    # --- coming -------------------------------------------------------------

    def join(self, address):
        """Open an address that leads to a counter and press its one button."""
        page = self.get(address)
        if page.status != 200:
            return page
        return self.send_join(page)

    def send_join(self, page):
        """Press "join" on a page that was opened before."""
        action = page.mark("counter").get("action")
        page = self.post(action, {"csrf_token": page.csrf()})
        if page.path.startswith("/epay/v/"):
            self.token = page.path.rsplit("/", 1)[-1]
        return page

    def join_by_code(self, code_url):
        page = self.join(code_url)
        assert page.status == 200 and self.token, (page.status, page.code)
        return page

    def join_counter(self, store, code):
        page = self.join(f"/epay/{store}/{code}")
        assert page.status == 200 and self.token, (page.status, page.code)
        return page

    # --- choosing and leaving -----------------------------------------------

    def act(self, verb, page=None, **values):
        """Send one of the page's forms."""
        page = page or self.page()
        data = {"csrf_token": page.csrf(), **values}
        return self.post(self.visit_path(f"/{verb}"), data)

    def options(self, page=None):
        """Keys of what is offered, saved cards first."""
        page = page or self.page()
        return page.tree.xpath('//form[@id="choose"]//input[@name="option"]/@value')

    def choose(self, pick=None, page=None, **values):
        """Take the first method, or the first of a kind ("t": a saved card)."""
        page = page or self.page()
        keys = [key for key in self.options(page) if key.startswith(pick or "m")]
        assert keys, f"Nothing to choose: {page.status} {page.path}"
        return self.act("choose", page, option=keys[0], **values)

    # --- paying -------------------------------------------------------------

    def form(self):
        """What the provider's form on the page would send by itself."""
        page = self.get(self.visit_path("/pay"))
        found = page.tree.xpath('//form[@id="o_payment_form"]')
        assert found, f"No form: {page.status} {page.path}"
        data = found[0]
        radio = page.tree.xpath('//input[@name="o_payment_radio"]')[0]
        return {
            "provider_id": int(radio.get("data-provider-id")),
            "payment_method_id": int(radio.get("data-payment-option-id")),
            "token_id": None,
            "amount": float(data.get("data-amount")),
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": data.get("data-landing-route"),
            "is_validation": False,
        }

    def start_payment(self, form=None, **changes):
        """Make the attempt; returns the provider's processing values."""
        values = {**(form or self.form()), **changes}
        return self.rpc(self.visit_path("/transaction"), **values)

    def pay_with_demo(self, outcome="done", **changes):
        """The demo provider's form, filled in and sent."""
        values = self.start_payment(**changes)
        self.rpc(
            "/payment/demo/simulate_payment",
            reference=values["reference"],
            payment_details="4242",
            simulated_state=outcome,
        )
        return values

    def go_to_provider(self):
        """Follow the redirect form to the card company; returns its page's address."""
        page = self.act("redirect")
        form = page.tree.xpath('//form[@id="epay_redirect"]')
        assert form, f"No way to the provider: {page.status} {page.path}"
        return form[0].get("action")

    def pay_at_card_company(self, outcome="pay"):
        """Press a button on the card company's page and come back."""
        address = self.go_to_provider()
        return self.post(address, {"outcome": outcome})

    def leave(self):
        return self.act("leave")
