"""The two sides' screens, known by their `data-epay` marks only."""

from playwright.sync_api import expect


def marked(name, **attributes):
    """Selector of a mark, with its data attributes."""
    more = "".join(f'[data-{key}="{value}"]' for key, value in attributes.items())
    return f'[data-epay="{name}"]{more}'


class Screen:
    """A window of one side."""

    def __init__(self, page, url):
        self.page = page
        self.url = url

    def mark(self, name, **attributes):
        return self.page.locator(marked(name, **attributes))

    def text(self, name):
        return " ".join(self.mark(name).first.inner_text().split())

    def has(self, name, **attributes):
        return self.mark(name, **attributes).count() > 0

    def sees(self, name, timeout=None, **attributes):
        """Wait until the mark is on the screen."""
        expect(self.mark(name, **attributes).first).to_be_visible(timeout=timeout)
        return self

    def misses(self, name, **attributes):
        """Wait until the mark is not on the screen."""
        expect(self.mark(name, **attributes)).to_have_count(0)
        return self

    def reload(self):
        self.page.reload()
        return self


class ClerkApp(Screen):
    """The clerk app at `/odoo/epay`."""

    def open(self, code):
        """Open the app and go to a counter."""
        self.page.goto(f"{self.url}/odoo/epay")
        return self.at_counter(code)

    def at_counter(self, code):
        """Choose the counter if the app asks for one."""
        self.sees("counter")
        chooser = self.page.locator(f"button{marked('counter', code=code)}")
        if chooser.count():
            chooser.click()
        return self.sees("counter", code=code)

    def log_in(self, login):
        """By the login page, as on the first day."""
        self.page.goto(f"{self.url}/web/login?redirect=/odoo/epay")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", login)
        self.page.press("input[name=password]", "Enter")
        return self

    def key_in(self, amount, description=None):
        self.mark("amount-input").fill(amount)
        if description:
            self.mark("description-input").fill(description)
        return self

    def register(self, amount, description=None):
        self.key_in(amount, description)
        self.press("register")
        return self.is_in("open")

    def press(self, verb):
        self.mark(verb).click()
        return self

    def is_in(self, state, timeout=None):
        """Wait until the deal on the screen is in a state."""
        return self.sees("session", timeout=timeout, state=state)

    def is_free(self, timeout=None):
        """Wait until the next amount may be keyed in."""
        return self.sees("amount-input", timeout=timeout)

    @property
    def code_url(self):
        return self.mark("qr").get_attribute("data-url")

    @property
    def number(self):
        return self.text("session-number")

    def find_sale(self, number, amount):
        """Open the menu's "Return" and find a sale by number and amount."""
        self.from_menu("return")
        self.mark("cancel-number-input").fill(number)
        self.mark("cancel-amount-input").fill(amount)
        return self.press("find-sale")

    def accept(self, phrase):
        self.mark("visit", phrase=phrase).locator(marked("accept-visit")).click()
        return self

    def let_go(self):
        """Let the bound phone go, so that another one may be accepted."""
        return self.press("release-visit").sees("accept-visit")

    def invite(self, description=None):
        """Have the customer enter the amount."""
        if description:
            self.mark("description-input").fill(description)
        return self.press("invite-amount").is_in("open")

    def send_back(self, reason):
        """Send the customer's amount back."""
        if not self.has("send-back-reason"):
            self.press("send-back-open")
        self.mark("send-back-reason").fill(reason)
        return self.press("send-back").is_in("engaged")

    def from_menu(self, entry):
        self.page.get_by_role("button", name="Menu", exact=True).click()
        self.page.locator(f"[data-epay-menu={entry}]").click()
        return self

    def scan_goods(self, *codes):
        """As a scanner types them, at once; wherever the keyboard is."""
        for code in codes:
            self.page.keyboard.type(code)
            self.page.keyboard.press("Enter")
        return self

    def check_sticker(self, text):
        """What the sticker check says of a code that a scanner types."""
        self.mark("sticker-input").fill(text)
        self.page.keyboard.press("Enter")
        return self.sees("sticker")

    def drop(self):
        """Drop the deal; where money is held the app asks once."""
        self.press("cancel-session")
        if self.has("cancel-session"):
            self.page.wait_for_function(
                "() => !document.querySelector('[data-epay=\"cancel-session\"]')"
                " || document.querySelector('[role=alert] ~ * [data-epay]')"
            )
        return self


class CustomerPhone(Screen):
    """The customer's pages; every tap is counted."""

    def __init__(self, page, url):
        super().__init__(page, url)
        self.taps = 0

    def open(self, address):
        self.page.goto(address)
        return self

    def tap(self, name, **attributes):
        self.taps += 1
        self.mark(name, **attributes).first.tap()
        return self

    def scan(self, code_url):
        """Read the clerk's code and join."""
        self.open(code_url).tap("join")
        return self.is_in("engaged")

    def is_in(self, state, timeout=None):
        return self.sees("visit", timeout=timeout, state=state)

    def choose(self, code=None, saved=False):
        """Name the method; the only one is chosen already."""
        options = self.mark("method-option", **({"code": code} if code else {}))
        if saved or options.count() > 1 or self.mark("method-option").count() > 1:
            self.taps += 1
            options.first.tap()
        self.tap("choose")
        return self.is_in("chosen")

    def pay_with_demo(self, outcome="done"):
        """The demo provider's form: no card, only how it shall end."""
        pay = self.mark("pay")
        self.page.wait_for_url("**/pay")
        if outcome != "done":
            self.page.select_option("#simulated_payment_state", outcome)
        expect(pay).to_be_enabled()
        self.tap("pay")
        return self

    def pay_at_card_company(self, outcome="pay"):
        """A button of the card company's own page."""
        self.page.wait_for_url("**/pay/pay_*")
        self.taps += 1
        self.page.locator(f'[data-standin="{outcome}"]').tap()
        return self
