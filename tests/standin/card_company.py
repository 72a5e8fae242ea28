"""A mock card company: an HTTP server with its own books, faults and webhooks.

In a test::

    with CardCompany() as company:
        company.fault("drop", act="capture")
        ...
        assert company.ledger()["totals"]["captured"] == 1000

On its own: ``python -m standin --port 8099`` in the folder ``tests``; everything that
the class offers is there under ``/control`` too.
"""

import argparse
import threading
import time

from .books import Books, Payment, Refusal
from .faults import FaultBook, Faults
from .levers import Levers
from .pages import notice_page, payment_page
from .webhooks import Webhooks, make_event
from .wire import Answer, Gone, Handler, Server

CONFIG = {
    "webhook_secret": "whsec_standin",
    "webhook_url": "",  # for payments that name none
    "webhooks": True,
    "webhook_order": "after",  # the answer to the request; or "first"
    "webhook_delay": 0,
    "webhook_copies": 1,
    "webhook_retries": 3,
    "webhook_pause": 0.2,  # before the first repeat, then doubled
    "webhook_timeout": 20,
    "idempotency_conflict": "conflict",  # 409; or "wait"
}
KEYED = ("create", "capture", "void", "refund", "token")
BROWSER = ("page", "pay")


class CardCompany(Levers):
    """The card company, its server and the levers that a test pulls."""

    def __init__(self, host="127.0.0.1", port=0, **config):
        self.condition = threading.Condition()
        self.initial = {**CONFIG, **config}
        self.config = dict(self.initial)
        self.webhooks = Webhooks(self.condition, self.config)
        self.outbox = []
        self.unposted = 0
        self.books = Books(self._emit)
        self.releases = 0
        self.closed = False
        self._forget()
        self.server = Server((host, port), Handler)
        self.server.company = self
        self.url = f"http://{host}:{self.server.server_address[1]}"

    def _forget(self):
        self.fault_book = FaultBook()
        self.keys = {}
        self.request_log = []

    # Life

    def start(self):
        threading.Thread(
            target=self.server.serve_forever,
            kwargs={"poll_interval": 0.05},
            daemon=True,
        ).start()
        return self

    def stop(self):
        with self.condition:
            self.closed = True
            self.condition.notify_all()
        self.webhooks.closed.set()
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_exc):
        self.stop()

    # Levers

    def reset(self):
        """Forget everything, put the configuration back, let held requests go."""
        with self.condition:
            self.books.clear()
            self._forget()
            self.config.clear()
            self.config.update(self.initial)
            self.release()
        self.webhooks.clear()

    def configure(self, **values):
        unknown = set(values) - set(CONFIG)
        if unknown:
            raise Refusal(400, "invalid_config", f"No such setting: {unknown}.")
        with self.condition:
            self.config.update(values)
            return dict(self.config)

    def add_faults(self, rules):
        with self.condition:
            self.fault_book.add(rules)
            return [rule.as_dict() for rule in self.fault_book.rules]

    def fault(self, name, count=1, act=None, path=None, reference=None, **options):
        """Add one fault: ``company.fault("drop", act="capture")``."""
        match = {"act": act, "path": path, "reference": reference}
        match = {name: value for name, value in match.items() if value}
        rule = {"fault": name, "count": count, "match": match, **options}
        return self.add_faults([rule])

    def release(self):
        """Let go of all requests that a "timeout" or "delay" holds."""
        with self.condition:
            self.releases += 1
            self.condition.notify_all()

    def save_card(self, card="ok", customer=""):
        with self.condition:
            return self.books.save_card(card, customer)

    def settle_pending(self, record_id, outcome="succeeded", reason="", webhook=True):
        """Give what is pending its final state, and tell the merchant."""
        return self._change(
            lambda: self.books.settle_pending(record_id, outcome, reason), webhook
        )

    def dashboard(self, payment_id, act, amount=None, webhook=True):
        """Capture, void or refund by hand, as in a card company's dashboard."""
        if act not in ("capture", "void", "refund"):
            raise Refusal(400, "invalid_request", "act: capture, void or refund.")
        body = {} if amount is None else {"amount": amount}

        def change():
            payment = self.books.payment(payment_id)
            return self.books.act(act, payment, body, Faults([]).verdict())

        return self._change(change, webhook)

    def _change(self, change, webhook):
        with self.condition:
            record = change()
            events = self._take_events()
            view = self.books.view(record)
        if webhook:
            self._post(events)
        return view

    def send_webhook(self, record_id, signature="good", copies=1, url=None):
        """Send the present state of a payment or act and return what came back."""
        with self.condition:
            event = self._event(self.books.record(record_id))
        if not event:
            raise Refusal(400, "no_webhook_url", "It has no webhook URL.")
        found = [
            self.webhooks.send_now(url or event[0], event[1], signature)
            for _copy in range(copies)
        ]
        return found if copies > 1 else found[0]

    # Looking

    def ledger(self, reference=None, payment=None):
        with self.condition:
            return self.books.ledger(reference, payment)

    def requests(self, **filters):
        return self._rows("requests", filters)

    def deliveries(self, **filters):
        return self._rows("deliveries", filters)

    def payments(self, **filters):
        return self._rows("payments", filters)

    def _rows(self, what, filters):
        with self.condition:
            rows = {
                "requests": lambda: self.request_log,
                "deliveries": lambda: self.webhooks.deliveries,
                "ledger": lambda: self.books.entries,
                "payments": lambda: map(self.books.view, self.books.payments.values()),
            }[what]()
            return [
                dict(row)
                for row in rows
                if all(row.get(name) == value for name, value in filters.items())
            ]

    def wait_for(self, what, count=1, timeout=15, **filters):
        """Wait until ``count`` rows match, or until no webhook is under way.

        ``what`` is requests, deliveries, ledger, payments or webhooks.
        """

        def ready():
            if what == "webhooks":
                return not self.webhooks.under_way and not self.unposted
            return len(self._rows(what, filters)) >= count

        with self.condition:
            if not self.condition.wait_for(ready, timeout):
                raise TimeoutError(f"{what} {filters}: not {count} after {timeout} s")
            return [] if what == "webhooks" else self._rows(what, filters)

    # Webhooks

    def _emit(self, record):
        if event := self._event(record):
            self.outbox.append(event)

    def _event(self, record):
        """Return (URL, event), or None when nobody is to be told."""
        payment = record
        if not isinstance(record, Payment):
            payment = self.books.payments[record.payment]
            if not record.reference and record.object != "refund":
                record = payment  # done by hand: the merchant knows only the payment
        url = payment.webhook_url or self.config["webhook_url"]
        return url and (url, make_event(self.books.view(record)))

    def _take_events(self):
        events, self.outbox = self.outbox, []
        return events

    def _post(self, events, copies=None):
        if not self.config["webhooks"]:
            return
        for url, event in events:
            self.webhooks.send(
                url,
                event,
                copies=copies or self.config["webhook_copies"],
                delay=self.config["webhook_delay"],
            )

    def post_events(self, exchange):
        """Send what a request brought about, unless that was done already."""
        events = exchange.events
        if "no_webhook" not in exchange.faults:
            self._post(events, 2 if "duplicate_webhook" in exchange.faults else None)
        self._posted(exchange)

    def _posted(self, exchange):
        with self.condition:
            self.unposted -= len(exchange.events)
            self.condition.notify_all()
        exchange.events = []

    def _post_events_first(self, exchange):
        first = self.config["webhook_order"] == "first"
        if not first and "webhook_first" not in exchange.faults:
            return
        if not self.config["webhooks"] or "no_webhook" in exchange.faults:
            return
        for url, event in exchange.events:
            self.webhooks.send_now(url, event)
        self._posted(exchange)

    # Answering the merchant and the customer

    def answer(self, exchange, stall):
        """Do what a request asks and return the Answer; raise Gone for none."""
        entry = self._arrive(exchange)
        try:
            answer = self._answer(exchange, stall, entry)
        except Gone:
            self._note(entry, outcome="dropped")
            raise
        self._note(entry, outcome="answered", status=answer.status)
        return answer

    def _arrive(self, exchange):
        reference = (exchange.body or {}).get("reference") or ""
        entry = {
            "method": exchange.method,
            "path": exchange.path,
            "act": exchange.act,
            "reference": reference,
            "idempotency_key": exchange.key,
            "replayed": False,
            "outcome": "running",
            "status": 0,
            "time": time.time(),
        }
        with self.condition:
            exchange.faults = self.fault_book.take(
                exchange.method,
                exchange.path,
                exchange.act,
                self._payment_reference(exchange) or reference,
            )
            entry["faults"] = list(exchange.faults)
            self.request_log.append(entry)
            self.condition.notify_all()
        return entry

    def _payment_reference(self, exchange):
        payment_id = exchange.arguments[0] if exchange.arguments else ""
        payment = self.books.payments.get(payment_id)
        return payment.reference if payment else exchange.query.get("reference")

    def _note(self, entry, **values):
        with self.condition:
            entry.update(values)
            self.condition.notify_all()

    def _answer(self, exchange, stall, entry):
        faults = exchange.faults
        if "drop_before" in faults:
            raise Gone()
        if status := faults.broken_status(before=True):
            return self._broken(status)
        try:
            answer = self._perform(exchange, stall, entry)
        except Refusal as refusal:
            answer = self._refused(exchange, refusal)
        self._post_events_first(exchange)
        return self._spoil(answer, exchange, stall)

    @staticmethod
    def _broken(status):
        return Answer(status, html=notice_page("The service is not available."))

    @staticmethod
    def _refused(exchange, refusal):
        if exchange.act in BROWSER:
            return Answer(refusal.status, html=notice_page(str(refusal)))
        return Answer(refusal.status, refusal.body)

    def _spoil(self, answer, exchange, stall):
        """Lose, delay or garble an answer to something that was really done."""
        faults = exchange.faults
        if "wrong_amount" in faults and "amount" in (answer.body or {}):
            answer.body = {**answer.body, "amount": answer.body["amount"] + 1}
        if "timeout" in faults:
            self.post_events(exchange)
            if not stall(faults.option("timeout", "seconds"), watch=True):
                raise Gone()
        if "drop" in faults:
            self.post_events(exchange)
            raise Gone()
        if status := faults.broken_status(before=False):
            return self._broken(status)
        if "garbage" in faults:
            return Answer(answer.status, html="<<< not what was asked for")
        return answer

    def _perform(self, exchange, stall, entry):
        """Run a request once per idempotency key and replay its answer later."""
        if exchange.body is None:
            raise Refusal(400, "invalid_request", "The body is not JSON.")
        if not exchange.act:
            raise Refusal(404, "not_found", "No such page.")
        if not exchange.key or exchange.act not in KEYED:
            return self._operate(exchange, stall)
        known = self._claim_key(exchange)
        if known:
            self._note(entry, replayed=True)
            status, body = known
            return Answer(status, body, headers={"Idempotent-Replayed": "true"})
        return self._operate_once(exchange, stall)

    def _claim_key(self, exchange):
        """Take the key, or return the answer that was given under it before."""
        with self.condition:
            while (entry := self.keys.get(exchange.key)) is not None:
                if entry["fingerprint"] != exchange.fingerprint:
                    raise Refusal(
                        400, "idempotency_error", "This key came with another request."
                    )
                if entry["answer"]:
                    return entry["answer"]
                if self.config["idempotency_conflict"] != "wait" or self.closed:
                    raise Refusal(
                        409, "idempotency_conflict", "The first is still under way."
                    )
                self.condition.wait(1)
            self.keys[exchange.key] = {
                "fingerprint": exchange.fingerprint,
                "answer": None,
            }
            return None

    def _operate_once(self, exchange, stall):
        result = None
        try:
            answer = self._operate(exchange, stall)
            result = (answer.status, answer.body)
            return answer
        except Refusal as refusal:
            code = refusal.body["error"]["code"]
            if refusal.status != 409 and code != "invalid_request":
                result = (refusal.status, refusal.body)
            raise
        finally:
            self._keep_answer(exchange.key, result)

    def _keep_answer(self, key, result):
        with self.condition:
            if result and key in self.keys:
                self.keys[key]["answer"] = result
            else:
                self.keys.pop(key, None)
            self.condition.notify_all()

    def _operate(self, exchange, stall):
        if "delay" in exchange.faults:
            stall(exchange.faults.option("delay", "seconds"))
        with self.condition:
            try:
                return getattr(self, f"_do_{exchange.act}")(exchange)
            finally:
                exchange.events = self._take_events()
                self.unposted += len(exchange.events)
                self.condition.notify_all()

    def _payment(self, exchange):
        return self.books.payment(exchange.arguments[0])

    def _public(self, payment, with_secret=False):
        view = self.books.view(payment, with_secret)
        view["pay_url"] = f"{self.url}/pay/{payment.id}"
        return view

    def _do_create(self, exchange):
        verdict = exchange.faults.verdict()
        payment = self.books.create(exchange.body, verdict, exchange.key)
        return Answer(201, self._public(payment, with_secret=True))

    def _do_get(self, exchange):
        if exchange.arguments:
            return Answer(200, self._public(self._payment(exchange)))
        found = self.books.find(exchange.query.get("reference") or "")
        return Answer(200, {"payments": [self._public(payment) for payment in found]})

    def _do_act(self, exchange):
        act = self.books.act(
            exchange.act,
            self._payment(exchange),
            exchange.body,
            exchange.faults.verdict(),
            exchange.key,
        )
        return Answer(201, self.books.view(act))

    _do_capture = _do_void = _do_refund = _do_act

    def _do_confirm(self, exchange):
        """The customer's browser hands in the card, as with an embedded form."""
        payment = self._payment(exchange)
        if exchange.body.get("client_secret") != payment.client_secret:
            raise Refusal(403, "forbidden", "The secret does not belong to it.")
        card = exchange.body.get("card") or "ok"
        self.books.attempt(payment, card, exchange.faults.verdict())
        return Answer(200, {"id": payment.id, "state": payment.state})

    def _do_token(self, exchange):
        body = exchange.body
        card = body.get("card") or "ok"
        return Answer(201, self.books.save_card(card, body.get("customer") or ""))

    def _do_page(self, exchange):
        return Answer(200, html=payment_page(self._payment(exchange)))

    def _do_pay(self, exchange):
        payment = self._payment(exchange)
        outcome = exchange.body.get("outcome")
        if outcome not in ("pay", "decline", "pending", "cancel"):
            raise Refusal(400, "invalid_request", "No such outcome.")
        if payment.state == "created":
            self._decide(payment, outcome, exchange.faults.verdict())
        if not payment.return_url:
            return Answer(200, html=payment_page(payment))
        return Answer(303, html="", headers={"Location": payment.return_url})

    def _decide(self, payment, outcome, verdict):
        verdict.status = 0
        if outcome == "cancel":
            return self.books.cancel(payment)
        if outcome == "decline":
            verdict.decline = "customer"
        card = "pending" if outcome == "pending" else "ok"
        return self.books.attempt(payment, card, verdict)


def main():
    parser = argparse.ArgumentParser(description="A mock card company, for tests.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8099)
    arguments = parser.parse_args()
    company = CardCompany(arguments.host, arguments.port)
    print(f"Stand-in card company on {company.url}", flush=True)
    try:
        company.server.serve_forever()
    except KeyboardInterrupt:
        company.server.server_close()


if __name__ == "__main__":
    main()
