"""Real browser windows of the clerk and the customer, and pictures of them."""

import re
import shutil

from playwright.sync_api import expect, sync_playwright

from . import settings
from .screens import ClerkApp, CustomerPhone

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15000
_ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/126.0.0.0 Mobile Safari/537.36"
)
_PHONE = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "has_touch": True,
    "user_agent": _ANDROID,
}
DEVICES = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": _PHONE,
    # For the pictures that people look at; drawing them costs four times as much.
    "sharp phone": {**_PHONE, "device_scale_factor": 2},
}

# Until nothing but the clocks moved for half a second, all pictures being there.
_QUIET = """() => new Promise((done) => {
    const limit = setTimeout(done, 3000);
    const settled = () => {
        const images = [...document.images].every((image) => image.complete);
        if (images) {
            clearTimeout(limit);
            done();
        } else {
            timer = setTimeout(settled, 500);
        }
    };
    let timer = setTimeout(settled, 500);
    new MutationObserver((changes) => {
        const clock = (change) =>
            change.target.parentElement?.closest("[role=timer], time");
        if (!changes.every(clock)) {
            clearTimeout(timer);
            timer = setTimeout(settled, 500);
        }
    }).observe(document.body, {childList: true, subtree: true, characterData: true});
})"""


class Browsers:
    """One Chromium for all tests; every window is a context of its own."""

    def __init__(self):
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(
            executable_path=settings.CHROMIUM, args=ARGUMENTS
        )
        self.kept = {}

    def close(self):
        self.browser.close()
        self.playwright.stop()

    def context(self, device, **options):
        context = self.browser.new_context(
            **{
                "locale": "en-US",
                "timezone_id": "Europe/Berlin",
                **DEVICES[device],
                **options,
            }
        )
        context.set_default_timeout(PATIENCE)
        # Of its own: `expect` knows nothing of the window's.
        expect.set_options(timeout=PATIENCE)
        return context

    def kept_context(self, shop, who, device, login=None):
        """A browser that is kept from test to test, for the files in its cache.

        It comes back without cookies and so as somebody new.
        """
        key = (shop.url, who, device)
        if key not in self.kept:
            self.kept[key] = self.context(device)
        context = self.kept[key]
        context.clear_cookies()
        if login:
            _log_in(context, shop, login)
        return context


def _log_in(context, shop, login):
    cookie = shop.user(login).http.cookies["session_id"]
    context.add_cookies([{"name": "session_id", "value": cookie, "url": shop.url}])


class Story:
    """Windows of one test, with an album of what each showed at every step."""

    def __init__(self, browsers, shop, name):
        self.browsers = browsers
        self.shop = shop
        self.folder = settings.SCREENSHOTS / re.sub(r"[^\w.-]+", "-", name).strip("-")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.windows = {}
        self.contexts = []
        self.errors = []
        self.number = 0
        # Pictures for people: sharp, and taken when the windows have come to rest.
        self.calm = False

    # --- opening windows ----------------------------------------------------

    def _window(self, who, context):
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{who}: {error}"))
        self.windows[who] = page
        return page

    def _own_context(self, device, login=None):
        """A browser for this test alone."""
        context = self.browsers.context(device)
        self.contexts.append(context)
        if login:
            _log_in(context, self.shop, login)
        return context

    def clerk(self, login="clerk", device="desktop", who="clerk"):
        """A clerk's window that shows nothing yet and remembers no counter."""
        if self.calm and device == "phone":
            device = "sharp phone"
        context = self.browsers.kept_context(self.shop, who, device, login)
        page = self._window(who, context)
        page.goto(f"{self.shop.url}/web/health")
        page.evaluate("localStorage.clear()")
        # Once more: what the window before had asked may have brought a cookie since.
        _log_in(context, self.shop, login)
        return ClerkApp(page, self.shop.url)

    def clerk_at(self, url, login="clerk", device="desktop", who="clerk"):
        """A clerk's window in a browser of its own that goes by another line."""
        context = self._own_context(device, login)
        return ClerkApp(self._window(who, context), url)

    def stranger(self, device="desktop", who="clerk"):
        """A clerk's window before the login."""
        return ClerkApp(self._window(who, self._own_context(device)), self.shop.url)

    def customer(self, login=None, who="customer"):
        device = "sharp phone" if self.calm else "phone"
        context = self.browsers.kept_context(self.shop, who, device, login)
        return CustomerPhone(self._window(who, context), self.shop.url)

    def customer_at(self, url, who="customer"):
        """A phone that goes by another line."""
        return CustomerPhone(self._window(who, self._own_context("phone")), url)

    def second_tab(self, window, who):
        """Another tab of the same browser."""
        page = window.page.context.new_page()
        self.windows[who] = page
        return type(window)(page, window.url)

    # --- pictures -----------------------------------------------------------

    def step(self, name):
        """Take a picture of every window."""
        self.number += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        for who, page in self.windows.items():
            if not page.is_closed():
                if self.calm:
                    page.evaluate(_QUIET)
                path = self.folder / f"{self.number:02}-{who}-{name}.png"
                page.screenshot(path=path, animations="disabled")

    def failed(self):
        """What the windows showed when the test failed, with their pages' text."""
        self.step("FAILED")
        for who, page in self.windows.items():
            if not page.is_closed():
                path = self.folder / f"{self.number:02}-{who}-FAILED.html"
                path.write_text(f"<!-- {page.url} -->\n{page.content()}")

    def close(self):
        for page in self.windows.values():
            page.context.set_offline(False)
            page.close()
        for context in self.contexts:
            context.close()
