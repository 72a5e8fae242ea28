"""What a customer waits for: the visit's page cold, and the provider's form."""

import time

from .report import Line, at_most
from .slow_phone import SlowPhone
from .stats import median, ratios
from .world import AMOUNT

OURS = {
    "amount": '[data-epay="amount"]',
    "ready": '[data-epay="choose"]',
    "form": '[data-epay="pay"]',
}
ODOO = {
    "amount": ".oe_currency_value",
    "ready": "button[name=o_payment_submit_button]",
}
_PAGE = ("bytes", "requests", "amount", "ready")


class Pages:
    """Each round: our page cold, Odoo's cold, and our form with its files there."""

    def __init__(self, world):
        self.world = world
        self.desk = world.shop.desk()
        self.ours = {name: [] for name in _PAGE}
        self.odoo = {name: [] for name in _PAGE}
        self.form = []
        self.form_files = world.stranger().http.get(f"{world.shop.url}/epay/i/a").json()

    def prepare(self):
        """Once without counting: workers, nginx and the browser's own start."""
        self.round()
        for series in (self.ours, self.odoo):
            for name in series:
                series[name].clear()
        self.form.clear()

    def round(self):
        self._visit_page()
        self._payment_page()
        self.form.append(self._provider_form())

    def _visit_page(self):
        customer = self.world.fresh_deal(self.desk)
        cookies = self.world.phone_cookies(customer)
        phone = SlowPhone(self.world.browsers, OURS, cookies)
        try:
            address = self.world.shop.url + customer.visit_path()
            self._measure(phone, address, self.ours)
        finally:
            phone.close()

    def _payment_page(self):
        phone = SlowPhone(self.world.browsers, ODOO)
        try:
            address = self.world.shop.url + self.world.pay_path
            self._measure(phone, address, self.odoo)
        finally:
            phone.close()

    def _measure(self, phone, address, series):
        began = phone.open(address, until="ready")
        phone.wait_until_idle()
        ready = phone.wait_for("ready")
        requests, size = phone.loaded_until(ready)
        series["requests"].append(requests)
        series["bytes"].append(size / 1000)
        series["amount"].append(phone.wait_for("amount") - began)
        series["ready"].append(ready - began)

    def _provider_form(self):
        """Seconds from the clerk's request to a form that can be sent."""
        customer = self.world.fresh_deal(self.desk, choose=True)
        cookies = self.world.phone_cookies(customer)
        phone = SlowPhone(self.world.browsers, OURS, cookies)
        try:
            phone.open(self.world.shop.url + customer.visit_path(), until="amount")
            phone.has_loaded(self.form_files)
            began = time.time()
            self.desk.session("request_authorization")
            phone.page.wait_for_url("**/pay", wait_until="commit")
            return phone.wait_for("form") - began
        finally:
            phone.close()

    # --- the result -------------------------------------------------------------

    def lines(self):
        yield self._line("visit page cold: bytes", "bytes", "KB", at_most(40))
        yield self._line("visit page cold: requests", "requests", "", at_most(5))
        yield self._line("visit page cold: amount visible", "amount", "s", at_most(0.8))
        yield self._line("visit page cold: method can be chosen", "ready", "s")
        yield Line(
            "form usable after Request authorization",
            median(self.form),
            "s",
            theirs=median(self.odoo["ready"]),
            ratio=median(ratios(self.form, self.odoo["ready"])),
            aim=at_most(2.5),
        )

    def _line(self, name, key, unit, aim=None):
        return Line(
            f"{name} / /payment/pay",
            median(self.ours[key]),
            unit,
            theirs=median(self.odoo[key]),
            ratio=median(ratios(self.ours[key], self.odoo[key])),
            aim=aim,
        )

    def samples(self):
        return {
            "amount": AMOUNT,
            "visit page": self.ours,
            "/payment/pay": self.odoo,
            "form": self.form,
        }
