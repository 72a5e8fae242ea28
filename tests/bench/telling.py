"""How soon the other side knows: with the bus, and by asking when the bus is cut."""

import json
import threading
import time
from urllib.parse import urlsplit

import requests
import websocket
from support.proxy import Line as CutLine
from support.screens import ClerkApp, CustomerPhone, marked

from .report import Line, at_most
from .stats import median, percentile

# When each state appeared on the screen, and when somebody last pressed something.
_WATCH = """() => {
    const seen = window.epayBench = {pressed: 0, states: []};
    const now = () => (performance.timeOrigin + performance.now()) / 1000;
    addEventListener("click", () => { seen.pressed = now(); }, true);
    let last = null;
    const look = () => {
        const state = document.querySelector("[data-epay=session], [data-epay=visit]")
            ?.dataset.state;
        if (state !== last) {
            last = state;
            seen.states.push([state, now()]);
        }
    };
    new MutationObserver(look).observe(document, {
        attributes: true, childList: true, subtree: true,
    });
}"""
_CHANNEL = "epay_bench"


class Telling:
    """Two windows at one counter, over one line."""

    def __init__(self, world, cut):
        self.world = world
        self.cut = cut
        self.line = CutLine(world.shop.front.port)
        self.line.block = "^/websocket" if cut else None
        self.desk = world.shop.desk()
        self.to_clerk = []
        self.to_customer = []
        self.bare = []
        self.clerk = self.phone = None

    # --- the windows --------------------------------------------------------------

    def prepare(self):
        self.clerk = ClerkApp(self._page("desktop", "clerk"), self.line.url)
        self.phone = CustomerPhone(self._page("phone"), self.line.url)
        self.clerk.open(self.desk.code)
        self.round()
        for series in (self.to_clerk, self.to_customer, self.bare):
            series.clear()

    def _page(self, device, login=None):
        context = self.world.browsers.context(device)
        context.add_init_script(f"({_WATCH})()")
        if login:
            session = self.world.shop.user(login).http.cookies["session_id"]
            cookie = {"name": "session_id", "value": session, "url": self.line.url}
            context.add_cookies([cookie])
        return context.new_page()

    def close(self):
        for window in filter(None, (self.clerk, self.phone)):
            window.page.context.close()
        self.line.close()

    # --- one deal -----------------------------------------------------------------

    def round(self):
        """The customer chooses, changes that, chooses again; the clerk drops it."""
        customer = self.world.fresh_deal(self.desk)
        context = self.phone.page.context
        context.clear_cookies()
        context.add_cookies(self.world.phone_cookies(customer, self.line.url))
        self.phone.open(self.line.url + customer.visit_path()).is_in("engaged")
        self.clerk.is_in("engaged")
        self._tap("choose", "chosen")
        self._tap("change", "engaged")
        self._tap("choose", "chosen")
        self._drop()
        if not self.cut:
            self.bare.append(self._bare_bus())

    def _tap(self, name, state):
        """A tap of the customer, until the clerk's screen shows where it led to."""
        shown = len(self._states(self.clerk))
        pressed = self._press(self.phone, name)
        self.clerk.is_in(state)
        self.phone.is_in(state)
        self.to_clerk.append(self._when(self.clerk, state, shown) - pressed)

    def _drop(self):
        shown = len(self._states(self.phone))
        pressed = self._press(self.clerk, "cancel-session")
        self.phone.is_in("cancelled")
        self.clerk.is_in("cancelled")
        self.to_customer.append(self._when(self.phone, "cancelled", shown) - pressed)

    def _press(self, window, name):
        window.page.locator(marked(name)).first.click()
        return window.page.evaluate("window.epayBench.pressed")

    def _states(self, window):
        return window.page.evaluate("window.epayBench.states")

    def _when(self, window, state, shown):
        """When a state appeared, of those that were not there before."""
        return next(at for name, at in self._states(window)[shown:] if name == state)

    def _bare_bus(self):
        """Seconds that one message takes on Odoo's bus, with nothing around it."""
        address = self.world.shop.url.replace("http", "ws", 1)
        version = self.phone.mark("visit").get_attribute("data-ws")
        began = time.time()
        socket = websocket.create_connection(
            f"{address}/websocket?version={version}",
            header={"Origin": self.world.shop.url},
            timeout=10,
        )
        try:
            # A name of its own: Odoo would send what was told there before.
            channel = f"{_CHANNEL}_{len(self.bare)}_{began:.6f}"
            data = {"channels": [channel], "last": 0}
            subscribe = {"event_name": "subscribe", "data": data}
            socket.send(json.dumps(subscribe))
            # Until the subscription stands; Odoo doesn't confirm it.
            time.sleep(0.3)
            began = time.time()
            threading.Thread(target=self._notify, args=(channel,)).start()
            while "epay_bench" not in socket.recv():
                pass
            return time.time() - began
        finally:
            socket.close()

    def _notify(self, channel):
        path = "/epay_bench/notify"
        host = urlsplit(self.world.shop.url).netloc
        requests.post(f"http://{host}{path}", data={"channel": channel}, timeout=60)

    # --- the result -----------------------------------------------------------------

    def lines(self):
        how = "bus cut" if self.cut else "bus"
        limit = at_most(3 if self.cut else 0.3)
        bare = median(self.bare) if self.bare else None
        named = (("clerk", self.to_clerk, limit), ("customer", self.to_customer, None))
        for who, values, aim in named:
            yield Line(
                f"{who} told, {how}: median / bare bus message",
                median(values),
                "s",
                theirs=bare,
            )
            yield Line(
                f"{who} told, {how}: 95th percentile",
                percentile(values, 0.95),
                "s",
                theirs=percentile(self.bare, 0.95) if self.bare else None,
                aim=aim,
            )

    def samples(self):
        return {
            "to the clerk": self.to_clerk,
            "to the customer": self.to_customer,
            "bare bus message": self.bare,
        }
