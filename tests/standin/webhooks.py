"""Signed notifications to the merchant, with repeats and a record of each."""

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request

from .books import new_id

SIGNATURE_HEADER = "Standin-Signature"


def sign(secret, body, moment):
    """Return the signature header for a body sent at a moment."""
    digest = hmac.new(
        secret.encode(), f"{moment}.".encode() + body, hashlib.sha256
    ).hexdigest()
    return f"t={moment},v1={digest}"


def make_event(view):
    return {
        "id": new_id("evt"),
        "type": f"{view['object']}.{view['state']}",
        "created": time.time(),
        "data": {"object": view},
    }


class Webhooks:
    """Sends events in threads of their own and writes down each try."""

    def __init__(self, condition, config):
        self.condition = condition
        self.config = config
        self.closed = threading.Event()
        self.clear()

    def clear(self):
        with self.condition:
            self.deliveries = []
            self.under_way = set()

    def send(self, url, event, copies=1, delay=0):
        """Send an event without waiting for it."""
        for _copy in range(copies):
            job = threading.Thread(
                target=self._deliver, args=(url, event, delay), daemon=True
            )
            with self.condition:
                self.under_way.add(job)
            job.start()

    def send_now(self, url, event, signature="good"):
        """Send an event once and return what came back."""
        return self._try(url, event, signature)

    def _deliver(self, url, event, delay):
        try:
            if delay:
                self.closed.wait(delay)
            self._repeat(url, event)
        finally:
            with self.condition:
                self.under_way.discard(threading.current_thread())
                self.condition.notify_all()

    def _repeat(self, url, event):
        pause = self.config["webhook_pause"]
        for _try in range(1 + self.config["webhook_retries"]):
            if self._given_up() or self._try(url, event)["status"] == 200:
                return
            self.closed.wait(pause)
            pause *= 2

    def _given_up(self):
        """Return whether the company was closed or reset meanwhile."""
        with self.condition:
            forgotten = threading.current_thread() not in self.under_way
        return forgotten or self.closed.is_set()

    def _try(self, url, event, signature="good"):
        record = {"event": event["id"], "type": event["type"], "url": url}
        record["id"] = event["data"]["object"]["id"]
        record["status"], record["error"] = self._post(url, event, signature)
        record["time"] = time.time()
        with self.condition:
            self.deliveries.append(record)
            self.condition.notify_all()
        return record

    def _post(self, url, event, signature):
        body = json.dumps(event).encode()
        request = urllib.request.Request(
            url, body, self._headers(body, signature), method="POST"
        )
        try:
            with urllib.request.urlopen(
                request, timeout=self.config["webhook_timeout"]
            ) as answer:
                return answer.status, ""
        except urllib.error.HTTPError as error:
            error.close()
            return error.code, str(error)
        except (OSError, ValueError) as error:
            return 0, str(error)

    def _headers(self, body, signature):
        moment = int(time.time()) - (24 * 3600 if signature == "old" else 0)
        secret = self.config["webhook_secret"]
        if signature == "bad":
            secret += "x"
        headers = {"Content-Type": "application/json"}
        if signature != "missing":
            headers[SIGNATURE_HEADER] = sign(secret, body, moment)
        return headers
