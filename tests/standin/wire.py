"""The card company's wire: requests, answers, held and cut connections."""

import json
import re
import select
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from .books import Refusal
from .faults import Faults

ROUTES = [
    ("POST", r"/payments", "create"),
    ("GET", r"/payments", "get"),
    ("GET", r"/payments/(\w+)", "get"),
    ("POST", r"/payments/(\w+)/(capture|void|refund)", None),
    ("POST", r"/payments/(\w+)/confirm", "confirm"),
    ("POST", r"/tokens", "token"),
    ("GET", r"/pay/(\w+)", "page"),
    ("POST", r"/pay/(\w+)", "pay"),
]
JSON_TYPE = "application/json"
HTML_TYPE = "text/html; charset=utf-8"


class Gone(Exception):
    """The connection is to be closed without an answer."""


class Answer:
    """What goes back over the wire."""

    def __init__(self, status, body=None, html=None, headers=None):
        self.status = status
        self.body = body
        self.html = html
        self.headers = headers or {}

    def encode(self):
        if self.html is not None:
            return HTML_TYPE, self.html.encode()
        return JSON_TYPE, json.dumps(
            self.body if self.body is not None else {}
        ).encode()


class Exchange:
    """One request to the card company."""

    def __init__(self, method, target, headers, raw):
        url = urlsplit(target)
        self.method = method
        self.path = url.path
        self.query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        self.key = headers.get("Idempotency-Key") or ""
        self.body = self._parse(raw, headers.get("Content-Type") or "")
        self.act, self.arguments = self._route()
        self.events = []
        self.faults = Faults([])

    @staticmethod
    def _parse(raw, content_type):
        if not raw:
            return {}
        if "form-urlencoded" in content_type:
            values = parse_qs(raw.decode())
            return {name: found[-1] for name, found in values.items()}
        try:
            return json.loads(raw)
        except ValueError:
            return None

    def _route(self):
        for method, pattern, act in ROUTES:
            found = re.fullmatch(pattern, self.path)
            if method == self.method and found:
                arguments = found.groups()
                return (act or arguments[1]), arguments[:1]
        return "", ()

    @property
    def fingerprint(self):
        """Return what makes a request the same one; URLs of the shop may differ."""
        body = self.body
        if isinstance(body, dict):
            body = {k: body[k] for k in body if k not in ("return_url", "webhook_url")}
        return json.dumps([self.method, self.path, body], sort_keys=True)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64


class Handler(BaseHTTPRequestHandler):
    """Reads requests, writes answers, holds or closes connections."""

    server_version = "StandinCardCompany/1.0"
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Keep test output clean."""

    def do_GET(self):
        self._handle()

    def do_POST(self):
        self._handle()

    def do_OPTIONS(self):
        self._reply(Answer(204))

    @property
    def company(self):
        return self.server.company

    def _handle(self):
        self.close_connection = True
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        exchange = Exchange(self.command, self.path, self.headers, raw)
        try:
            self._reply(self._find_answer(exchange))
        except Gone:
            self._hang_up()
        except OSError:
            pass  # the client did not wait
        finally:
            self.company.post_events(exchange)

    def _find_answer(self, exchange):
        if not exchange.path.startswith("/control/"):
            return self.company.answer(exchange, self._stall)
        try:
            return self.company.control(exchange)
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body)

    def _reply(self, answer):
        content_type, body = answer.encode()
        if answer.status == 204:
            body = b""
        self.send_response(answer.status)
        for name, value in self._headers(content_type, body, answer).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    @staticmethod
    def _headers(content_type, body, answer):
        return {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            "Connection": "close",
            "Cache-Control": "no-store",
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Headers": "Content-Type",
            **answer.headers,
        }

    def _hang_up(self):
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # already closed by the other side

    def _stall(self, seconds, watch=False):
        """Hold on for a time, until released, or (watch) until the client left.

        Returns whether there is still somebody to answer to.
        """
        company = self.company
        end = None if seconds is None else time.monotonic() + seconds
        with company.condition:
            releases = company.releases
            while not company.closed and company.releases == releases:
                if end is not None and time.monotonic() >= end:
                    break
                if watch and self._client_left():
                    return False
                company.condition.wait(0.05)
        return True

    def _client_left(self):
        readable, _write, _error = select.select([self.connection], [], [], 0)
        if not readable:
            return False
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True
