"""A phone of the middle class on a bad network, by Chromium's own tools.

Chrome's "slow 4G": 150 ms, 1.6 Mbit/s down, 0.75 up; the processor 4 times slower.
"""

import json
import time
from urllib.parse import urljoin

_NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
_SLOWER = 4
PATIENCE = 60000

# Looks at every frame, and so sees a thing when it is painted and not before.
_WATCH = """(watched) => {
    const marks = window.epayBench = {};
    const shown = (element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.height > 0 && !element.disabled &&
            getComputedStyle(element).visibility === "visible";
    };
    const look = () => {
        for (const [name, selector] of Object.entries(watched)) {
            const found = [...document.querySelectorAll(selector)];
            if (!(name in marks) && found.some(shown)) {
                marks[name] = (performance.timeOrigin + performance.now()) / 1000;
            }
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""
_LOADED = """(files) => files.every(
    (file) => performance.getEntriesByName(file).length
)"""


class SlowPhone:
    """A window that is as slow as such a phone, and knows what it loaded."""

    def __init__(self, browsers, watched, cookies=()):
        self.context = browsers.context("phone")
        self.context.set_default_timeout(PATIENCE)
        self.context.add_cookies(list(cookies))
        self.context.add_init_script(f"({_WATCH})({json.dumps(watched)})")
        self.page = self.context.new_page()
        self.requests = {}
        self._throttle()

    def _throttle(self):
        tools = self.context.new_cdp_session(self.page)
        tools.on("Network.requestWillBeSent", self._sent)
        tools.on("Network.loadingFinished", self._finished)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", _NETWORK)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})

    def _sent(self, event):
        url = event["request"]["url"]
        if url.startswith("http"):
            self.requests[event["requestId"]] = {
                "url": url,
                "sent": event["wallTime"],
                "bytes": 0,
            }

    def _finished(self, event):
        if event["requestId"] in self.requests:
            request = self.requests[event["requestId"]]
            request["bytes"] = event["encodedDataLength"]

    def close(self):
        self.context.close()

    def open(self, address, until):
        """Open a page cold; returns the moment when it was asked for."""
        began = time.time()
        self.page.goto(address, wait_until="commit")
        self.wait_for(until)
        return began

    def wait_for(self, mark):
        """Wait for a watched thing; returns the moment (epoch) when it was painted."""
        self.page.wait_for_function(
            "(name) => window.epayBench && window.epayBench[name]", arg=mark
        )
        return self.page.evaluate("(name) => window.epayBench[name]", mark)

    def wait_until_idle(self):
        self.page.wait_for_load_state("load")

    def loaded_until(self, moment):
        """What was asked for before a moment: number of requests and bytes."""
        asked = [item for item in self.requests.values() if item["sent"] <= moment]
        return len(asked), sum(item["bytes"] for item in asked)

    def has_loaded(self, paths):
        """Wait until all of these files were loaded, whoever asked for them."""
        files = [urljoin(self.page.url, path) for path in paths]
        self.page.wait_for_function(_LOADED, arg=files)
