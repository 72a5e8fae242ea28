"""What the card company knows: payments, acts on them, saved cards and the ledger.

Nothing here knows of HTTP or of faults. Every method is called with the company's
lock held. Amounts are whole numbers of the currency's minor units.
"""

import secrets
import time
from dataclasses import asdict, dataclass, field

CARDS = ("ok", "declined", "pending")
DEFAULT_REASON = "card_declined"
REASONS = {
    "card_declined": "The card was declined.",
    "insufficient_funds": "The card has insufficient funds.",
    "expired_card": "The card has expired.",
    "lost_card": "The card was reported lost.",
    "fraud": "The payment was refused by the fraud check.",
    "limit": "The amount is above the card's limit.",
    "issuer_unavailable": "The card's bank cannot be reached.",
    "customer": "The customer declined the payment.",
}


class Refusal(Exception):
    """The card company says no, for a reason that it names."""

    def __init__(self, status, code, message, **extra):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message, **extra}}


@dataclass
class Verdict:
    """How an act is to end when a test wants another end than the usual one."""

    decline: str = ""
    pending: bool = False
    status: int = 0


@dataclass
class Payment:
    id: str
    reference: str
    amount: int
    currency: str
    capture: str = "automatic"
    state: str = "created"
    card: str = ""
    method: str = "card"
    brand: str = ""
    save: bool = False
    customer: str = ""
    token: str = ""
    saved_token: str = ""
    reason: str = ""
    captured: int = 0
    refunded: int = 0
    return_url: str = ""
    webhook_url: str = ""
    client_secret: str = ""
    idempotency_key: str = ""
    metadata: dict = field(default_factory=dict)
    created: float = 0.0
    object: str = "payment"


@dataclass
class Act:
    id: str
    object: str
    payment: str
    payment_reference: str
    reference: str
    amount: int
    currency: str
    state: str = "succeeded"
    reason: str = ""
    idempotency_key: str = ""
    created: float = 0.0


def new_id(prefix):
    return f"{prefix}_{secrets.token_hex(8)}"


def _required(body, name, kind):
    value = body.get(name)
    if not isinstance(value, kind) or isinstance(value, bool) or not value:
        raise Refusal(400, "invalid_request", f"{name} is missing or not valid.")
    return value


def _positive(body, name):
    value = _required(body, name, int)
    if value <= 0:
        raise Refusal(400, "invalid_request", f"{name} must be above zero.")
    return value


class Books:
    """Payments, acts, saved cards, and the ledger of money that really moved."""

    def __init__(self, emit):
        self.emit = emit
        self.clear()

    def clear(self):
        self.payments = {}
        self.acts = {}
        self.tokens = {}
        self.entries = []

    # Reading

    def payment(self, payment_id):
        if payment_id not in self.payments:
            raise Refusal(404, "not_found", f"No such payment: {payment_id}.")
        return self.payments[payment_id]

    def acts_of(self, payment, *kinds, state=None):
        return [
            act
            for act in self.acts.values()
            if act.payment == payment.id
            and (not kinds or act.object in kinds)
            and (not state or act.state == state)
        ]

    def view(self, record, with_secret=False):
        """Return what the merchant sees of a payment or an act."""
        values = asdict(record)
        if isinstance(record, Payment):
            if not with_secret:
                values.pop("client_secret")
            values["acts"] = [asdict(act) for act in self.acts_of(record)]
            token = self.tokens.get(record.saved_token)
            values["saved"] = dict(token) if token else {}
        return values

    def find(self, reference):
        return [p for p in self.payments.values() if p.reference == reference]

    def ledger(self, reference=None, payment=None):
        """Return the money acts really done and their sums."""
        entries = [
            dict(entry)
            for entry in self.entries
            if (not reference or entry["reference"] == reference)
            and (not payment or entry["payment"] == payment)
        ]
        return {"entries": entries, "totals": self._totals(entries)}

    @staticmethod
    def _totals(entries):
        def total(kind):
            return sum(entry["amount"] for entry in entries if entry["kind"] == kind)

        sums = {
            "authorized": total("authorization"),
            "captured": total("capture"),
            "voided": total("void"),
            "released": total("release"),
            "refunded": total("refund"),
        }
        gone = sums["captured"] + sums["voided"] + sums["released"]
        sums["held"] = sums["authorized"] - gone
        sums["net"] = sums["captured"] - sums["refunded"]
        return sums

    def _enter(self, kind, payment, amount, act=None):
        self.entries.append(
            {
                "number": len(self.entries) + 1,
                "kind": kind,
                "payment": payment.id,
                "reference": payment.reference,
                "act": act.id if act else "",
                "act_reference": act.reference if act else "",
                "amount": amount,
                "currency": payment.currency,
                "idempotency_key": (act or payment).idempotency_key,
                "time": time.time(),
            }
        )

    # Payments

    def create(self, body, verdict, key=""):
        """Make a payment; with a card or a token it is attempted at once."""
        token = self._token(body["token"]) if body.get("token") else None
        card = token["card"] if token else body.get("card") or ""
        payment = Payment(
            id=new_id("pay"),
            reference=_required(body, "reference", str),
            amount=_positive(body, "amount"),
            currency=_required(body, "currency", str).upper(),
            capture=body.get("capture") or "automatic",
            method=body.get("method") or "card",
            save=bool(body.get("save")),
            customer=body.get("customer") or "",
            token=token["id"] if token else "",
            return_url=body.get("return_url") or "",
            webhook_url=body.get("webhook_url") or "",
            metadata=body.get("metadata") or {},
            client_secret=secrets.token_urlsafe(16),
            idempotency_key=key,
            created=time.time(),
        )
        if payment.capture not in ("manual", "automatic"):
            raise Refusal(400, "invalid_request", "capture: manual or automatic.")
        self._check_card(card)
        self.payments[payment.id] = payment
        if card:
            self.attempt(payment, card, verdict)
        return payment

    @staticmethod
    def _check_card(card):
        if card and card not in CARDS:
            raise Refusal(400, "invalid_request", f"card: one of {', '.join(CARDS)}.")

    def attempt(self, payment, card, verdict):
        """The customer's card is charged or held, refused, or has to wait."""
        self._check_card(card)
        if payment.state != "created":
            raise Refusal(409, "already_attempted", f"Payment is {payment.state}.")
        payment.card = card
        payment.brand = "visa" if payment.method == "card" else ""
        if verdict.decline or card == "declined":
            return self.refuse(payment, verdict.decline, verdict.status)
        if verdict.pending or card == "pending":
            return self._move(payment, "pending")
        return self.approve(payment)

    def approve(self, payment):
        self._enter("authorization", payment, payment.amount)
        if payment.save and not payment.saved_token:
            payment.saved_token = self.save_card(payment.card, payment.customer)["id"]
        if payment.capture == "automatic":
            payment.captured = payment.amount
            self._enter("capture", payment, payment.amount)
        self._move(payment, "captured" if payment.captured else "authorized")

    def refuse(self, payment, reason="", status=0):
        payment.reason = reason or DEFAULT_REASON
        self._move(payment, "declined")
        if status:
            raise self._declined(status, payment)

    def cancel(self, payment):
        """The customer turned back on the payment page."""
        if payment.state != "created":
            raise Refusal(409, "already_attempted", f"Payment is {payment.state}.")
        self._move(payment, "cancelled")

    def _move(self, payment, state):
        payment.state = state
        self.emit(payment)

    def _declined(self, status, record):
        message = REASONS.get(record.reason, record.reason)
        return Refusal(
            status,
            "declined",
            message,
            reason=record.reason,
            object=self.view(record),
        )

    # Acts on a payment

    def act(self, kind, payment, body, verdict, key=""):
        """Capture, void or refund, once the books allow it."""
        amount = body.get("amount")
        if amount is not None:
            amount = _positive(body, "amount")
        amount = getattr(self, f"_check_{kind}")(payment, amount)
        act = Act(
            id=new_id(kind[:3]),
            object=kind,
            payment=payment.id,
            payment_reference=payment.reference,
            reference=body.get("reference") or "",
            amount=amount,
            currency=payment.currency,
            state="pending",
            idempotency_key=key,
            created=time.time(),
        )
        self.acts[act.id] = act
        if verdict.decline:
            self._fail(act, verdict.decline)
            raise self._declined(verdict.status or 402, act)
        if not verdict.pending:
            self._execute(act)
        return act

    def _check_capture(self, payment, amount):
        self._check_held(payment)
        amount = amount or payment.amount
        if amount > payment.amount:
            raise Refusal(400, "amount_too_large", "More than was authorized.")
        return amount

    def _check_void(self, payment, amount):
        self._check_held(payment)
        if amount not in (None, payment.amount):
            raise Refusal(400, "invalid_request", "Only the whole can be voided.")
        return payment.amount

    def _check_held(self, payment):
        if payment.state == "captured":
            raise Refusal(400, "already_captured", "Payment was already captured.")
        if payment.state == "voided":
            raise Refusal(400, "already_voided", "Payment was already voided.")
        if payment.state != "authorized":
            raise Refusal(400, "not_authorized", f"Payment is {payment.state}.")
        if self.acts_of(payment, "capture", "void", state="pending"):
            raise Refusal(409, "act_in_progress", "Another act is still going on.")

    def _check_refund(self, payment, amount):
        if payment.state != "captured":
            raise Refusal(400, "not_captured", f"Payment is {payment.state}.")
        waiting = self.acts_of(payment, "refund", state="pending")
        left = payment.captured - payment.refunded - sum(a.amount for a in waiting)
        if not left:
            raise Refusal(400, "already_refunded", "Nothing is left to refund.")
        amount = amount or left
        if amount > left:
            raise Refusal(400, "amount_too_large", f"Only {left} can be refunded.")
        return amount

    def _execute(self, act):
        payment = self.payments[act.payment]
        if act.object == "capture":
            payment.state = "captured"
            payment.captured = act.amount
        elif act.object == "void":
            payment.state = "voided"
        else:
            payment.refunded += act.amount
        self._enter(act.object, payment, act.amount, act)
        if act.object == "capture" and act.amount < payment.amount:
            self._enter("release", payment, payment.amount - act.amount, act)
        act.state = "succeeded"
        self.emit(act)

    def _fail(self, act, reason=""):
        act.state = "failed"
        act.reason = reason or DEFAULT_REASON
        self.emit(act)

    # What waited

    def record(self, record_id):
        record = self.payments.get(record_id) or self.acts.get(record_id)
        if not record:
            raise Refusal(404, "not_found", f"No such payment or act: {record_id}.")
        return record

    def settle_pending(self, record_id, outcome="succeeded", reason=""):
        """Give a pending payment or act its final state."""
        record = self.record(record_id)
        if record.state != "pending":
            raise Refusal(409, "not_pending", f"It is {record.state}.")
        accepted = outcome == "succeeded"
        if isinstance(record, Payment):
            if accepted:
                self.approve(record)
            else:
                self.refuse(record, reason)
        elif accepted:
            self._execute(record)
        else:
            self._fail(record, reason)
        return record

    # Saved cards

    def save_card(self, card="ok", customer=""):
        self._check_card(card)
        token = {
            "id": new_id("tok"),
            "card": card or "ok",
            "brand": "visa",
            "last4": "4242",
            "customer": customer,
        }
        self.tokens[token["id"]] = token
        return token

    def _token(self, token_id):
        if token_id not in self.tokens:
            raise Refusal(404, "not_found", f"No such saved card: {token_id}.")
        return self.tokens[token_id]
