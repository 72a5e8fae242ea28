"""How the card company's words map to Odoo's."""

PAYMENT_STATES = {
    "created": "draft",
    "pending": "pending",
    "authorized": "authorized",
    "captured": "done",
    "voided": "cancel",
    "cancelled": "cancel",
    "declined": "error",
}
ACT_STATES = {"pending": "pending", "succeeded": "done", "failed": "error"}
STATES = {
    "payment": PAYMENT_STATES,
    "capture": ACT_STATES,
    "void": {**ACT_STATES, "succeeded": "cancel"},
    "refund": ACT_STATES,
}

# Of several payments or acts with one reference, the one that counts.
WEIGHT = {
    "captured": 5,
    "succeeded": 5,
    "authorized": 4,
    "pending": 3,
    "created": 2,
}

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

METHOD_CODES = {"card", "visa", "paypal", "klarna"}
SIGNATURE_HEADER = "Standin-Signature"
SIGNATURE_AGE = 10 * 60  # seconds
DEFAULT_SECRET = "whsec_standin"
DEFAULT_URL = "http://127.0.0.1:8099"
TIMEOUT_PARAMETER = "payment_standin.timeout"
