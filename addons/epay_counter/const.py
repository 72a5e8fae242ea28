"""The words of the product: states, transitions, kinds, lifetimes.

Python takes a deal's states from here; views, screens and pages spell them as well.
The labels SA1…SA18 are the steps of figure 2, SB1…SB20 those of figure 3 of the source
document (JP 2003-369133).
"""

# === Deals ===

KIND_SALE = "sale"
KIND_CANCELLATION = "cancellation"

DRAFT = "draft"
OPEN = "open"
ENGAGED = "engaged"
CHOSEN = "chosen"
AUTHORIZING = "authorizing"
AUTHORIZED = "authorized"
SETTLING = "settling"
SETTLED = "settled"
CANCELLED = "cancelled"
EXPIRED = "expired"
# Of a cancellation (a return) only.
CONSENTED = "consented"
INQUIRING = "inquiring"
CANCELLABLE = "cancellable"
REVERSING = "reversing"
REVERSED = "reversed"
REFUSED = "refused"
REJECTED = "rejected"

# From where to where a deal may go. docs/state-deal.md draws it; keep both in step.
TRANSITIONS = {
    KIND_SALE: {
        DRAFT: (OPEN, CANCELLED, EXPIRED),
        # Back to `draft` when the clerk takes a shown basket back (docs/decisions, 11).
        OPEN: (ENGAGED, DRAFT, CANCELLED, EXPIRED),
        ENGAGED: (CHOSEN, OPEN, DRAFT, CANCELLED, EXPIRED),
        CHOSEN: (AUTHORIZING, ENGAGED, OPEN, DRAFT, CANCELLED, EXPIRED),
        # Declined: back to choosing, or to `open` when the phone has gone meanwhile.
        AUTHORIZING: (AUTHORIZED, ENGAGED, OPEN, CANCELLED, EXPIRED),
        AUTHORIZED: (SETTLING, CANCELLED, EXPIRED),
        # Back to `authorized` when the provider refused the capture for certain.
        SETTLING: (SETTLED, AUTHORIZED),
        SETTLED: (),
        CANCELLED: (),
        EXPIRED: (),
    },
    KIND_CANCELLATION: {
        DRAFT: (OPEN, CANCELLED, EXPIRED),
        # At once to `consented` when a manager waived the customer's consent.
        OPEN: (ENGAGED, CONSENTED, CANCELLED, EXPIRED),
        ENGAGED: (CONSENTED, REFUSED, OPEN, CANCELLED, EXPIRED),
        # At once to `reversing` when a manager records what was done elsewhere.
        # Back to `open` when the clerk lets the phone go that agreed.
        CONSENTED: (INQUIRING, REVERSING, OPEN, CANCELLED, EXPIRED),
        # Back to `consented` when the provider did not answer: asked again. To
        # `reversing` when a refund that was held for failed was made after all.
        INQUIRING: (CANCELLABLE, REJECTED, CONSENTED, REVERSING),
        CANCELLABLE: (REVERSING, INQUIRING, OPEN, CANCELLED, EXPIRED),
        # Back to `cancellable` when the provider refused the refund for certain.
        REVERSING: (REVERSED, CANCELLABLE),
        REVERSED: (),
        REFUSED: (),
        # When a manager records that it was given back at the provider's own pages.
        REJECTED: (REVERSING,),
        CANCELLED: (),
        EXPIRED: (),
    },
}

FINAL_STATES = (SETTLED, CANCELLED, EXPIRED, REVERSED, REFUSED, REJECTED)
# There is a receipt.
RECEIPT_STATES = (SETTLED, REVERSED)
DROPPED_STATES = (CANCELLED, EXPIRED)
# The customer may still decide; a phone that leaves frees the deal for another one.
CUSTOMER_STATES = (ENGAGED, CHOSEN)
# Money may have moved: a phone that leaves is only detached, the deal goes on.
MONEY_STATES = (
    *(AUTHORIZING, AUTHORIZED, SETTLING),
    *(CONSENTED, INQUIRING, CANCELLABLE, REVERSING),
)
# States in which the amount must be known.
AMOUNT_STATES = (
    *(CHOSEN, AUTHORIZING, AUTHORIZED, SETTLING, SETTLED),
    *(CONSENTED, INQUIRING, CANCELLABLE, REVERSING, REVERSED),
)
# The clerk may drop the deal.
DROPPABLE_STATES = (
    *(DRAFT, OPEN, ENGAGED, CHOSEN, AUTHORIZING, AUTHORIZED),
    *(CONSENTED, INQUIRING, CANCELLABLE),
)

STATE_LABELS = [
    (DRAFT, "Draft"),
    (OPEN, "Open"),
    (ENGAGED, "Customer joined"),
    (CHOSEN, "Method chosen"),
    (AUTHORIZING, "Authorizing"),
    (AUTHORIZED, "Authorized"),
    (SETTLING, "Settling"),
    (SETTLED, "Settled"),
    (CANCELLED, "Cancelled"),
    (EXPIRED, "Expired"),
    (CONSENTED, "Customer agreed"),
    (INQUIRING, "Asking the provider"),
    (CANCELLABLE, "Can be given back"),
    (REVERSING, "Giving back"),
    (REVERSED, "Given back"),
    (REFUSED, "Customer refused"),
    (REJECTED, "Not possible"),
]
KIND_LABELS = [(KIND_SALE, "Sale"), (KIND_CANCELLATION, "Return")]

# How the money of a return goes back: the payment is voided, or refunded; or it was
# given back at the provider's own pages and is only recorded here.
WAY_VOID = "void"
WAY_REFUND = "refund"
WAY_BY_HAND = "by_hand"
WAY_LABELS = [
    (WAY_VOID, "Void"),
    (WAY_REFUND, "Refund"),
    (WAY_BY_HAND, "By hand at the provider"),
]

# What became of the customer's money when a deal was dropped.
MONEY_NONE = "none"
MONEY_HELD = "held"
MONEY_RETURNED = "returned"

TURN_CLERK = "clerk"
TURN_CUSTOMER = "customer"
TURN_PROVIDER = "provider"
TURN_NOBODY = "nobody"
# Whose turn it is when nothing is under way at the provider.
TURNS = {
    DRAFT: TURN_CLERK,
    OPEN: TURN_CUSTOMER,
    ENGAGED: TURN_CUSTOMER,
    CHOSEN: TURN_CLERK,
    AUTHORIZING: TURN_CUSTOMER,
    AUTHORIZED: TURN_CLERK,
    SETTLING: TURN_PROVIDER,
    CONSENTED: TURN_CLERK,
    INQUIRING: TURN_PROVIDER,
    CANCELLABLE: TURN_CLERK,
    REVERSING: TURN_PROVIDER,
}

# === Phones ===

VISIT_WAITING = "waiting"
VISIT_BOUND = "bound"
VISIT_LEFT = "left"
VISIT_STATE_LABELS = [
    (VISIT_WAITING, "Waiting"),
    (VISIT_BOUND, "Bound"),
    (VISIT_LEFT, "Left"),
]
# The page says "seen" every 20 seconds; three misses and the phone counts as away.
VISIT_AWAY_SECONDS = 60
# Who says it sooner again is not written down.
VISIT_FRESH_SECONDS = 10
# A waiting phone that was away that long drops out of the room.
VISIT_DROP_SECONDS = 180
# The address of a visit answers that long after the visit and its deal have ended.
VISIT_GRACE_MINUTES = 60
# A room is never larger, whatever comes.
ROOM_SIZE = 90
# No address gets more of it: a whole shop may share one, but nobody fills a room alone.
ROOM_SHARE = 60
# In a full room an address that has more than that gives way to those that have less.
ROOM_KEPT = ROOM_SIZE - ROOM_SHARE
# So near to these limits phones are let in one after the other.
ROOM_RUSH = 30

# === Codes ===

# The code on the clerk's screen is another one after that time; the one before it still
# works, so a code lives once to twice as long.
CODE_SECONDS = 120

# Why a phone is no longer in the room, where nobody sent it away.
GONE_AWAY = "away"
GONE_CLOSED = "closed"
GONE_LATE = "late"
GONE_LABELS = [
    (GONE_AWAY, "It was away"),
    (GONE_CLOSED, "The counter closed"),
    (GONE_LATE, "It waited too long"),
]

# Said of letters that may be mistyped.
STICKER_UNKNOWN = "unknown"
STICKER_GENUINE = "genuine"
STICKER_OLD = "old"
# Letters that are right, below a code that nobody has scanned yet
STICKER_LETTERS = "letters"
STICKER_FOREIGN = "foreign"
# Of an old sticker one address is put on record once in this time, and no more in a
# day of all addresses; for so many days they are kept.
SIGHTING_HOURS = 1
SIGHTINGS_A_DAY = 50
SIGHTING_DAYS = 365
STICKER_STATE_LABELS = [(STICKER_GENUINE, "Genuine"), (STICKER_OLD, "Old")]

# Who enters the amount of a deal.
BY_CLERK = "clerk"
BY_CUSTOMER = "customer"
AMOUNT_BY_LABELS = [(BY_CLERK, "The clerk"), (BY_CUSTOMER, "The customer")]
# From here on amounts are shown in words, too.
WORDS_FROM = 1000

# === Payment conditions === #

ONE_PAYMENT = "one"

# === Operations: acts towards a provider or the books ===

OP_AUTHORIZE = "authorize"
OP_CAPTURE = "capture"
OP_VOID = "void"
OP_REFUND = "refund"
OP_INQUIRE = "inquire"
OP_REGISTER_SALE = "register_sale"
OP_REVERSE_SALE = "reverse_sale"
OPERATION_KIND_LABELS = [
    (OP_AUTHORIZE, "Authorize"),
    (OP_CAPTURE, "Capture"),
    (OP_VOID, "Void"),
    (OP_REFUND, "Refund"),
    (OP_INQUIRE, "Inquire"),
    (OP_REGISTER_SALE, "Register the sale"),
    (OP_REVERSE_SALE, "Reverse the sale"),
]
PROVIDER_OPERATIONS = (OP_AUTHORIZE, OP_CAPTURE, OP_VOID, OP_REFUND, OP_INQUIRE)
BOOKS_OPERATIONS = (OP_REGISTER_SALE, OP_REVERSE_SALE)
# Acts for which Odoo makes a child transaction, and its state when they succeeded.
CHILD_OPERATIONS = {OP_CAPTURE: "done", OP_VOID: "cancel", OP_REFUND: "done"}
# States of a transaction in which the provider has (or may get) the money.
PAID_STATES = ("authorized", "done")

OP_REQUESTED = "requested"
OP_SUCCEEDED = "succeeded"
OP_FAILED = "failed"
OP_UNKNOWN = "unknown"
OPERATION_STATE_LABELS = [
    (OP_REQUESTED, "Requested"),
    (OP_SUCCEEDED, "Succeeded"),
    (OP_FAILED, "Failed"),
    (OP_UNKNOWN, "In doubt"),
]
OPEN_OPERATION_STATES = (OP_REQUESTED, OP_UNKNOWN)

# An operation nobody answered for that long is taken up by the recovery job: longer
# than the ten seconds that `payment.provider._send_api_request` waits. (The module of
# Authorize.net waits a minute by itself. Should the job come first, the act is in doubt
# until the answer is there: it is not repeated.)
RECOVERY_SECONDS = 60
# Waiting times between two tries of the recovery job, in seconds; the last one repeats.
RECOVERY_BACKOFF = (30, 60, 120, 300, 900, 3600)

# Late money that a provider refuses to take back is tried that often, then by hand.
GIVE_BACK_TRIES = 3
# The time between two of these tries, and for how long they are made.
GIVE_BACK_MINUTES = 5
GIVE_BACK_DAYS = 3

# Providers that send an `idempotency_key` on to their API, so that a request whose
# answer was lost may be repeated (`_build_request_headers` of the provider modules).
IDEMPOTENT_PROVIDERS = {"stripe", "adyen", "paypal", "mercado_pago", "worldline"}
# For how long a provider certainly recognizes a key (Stripe: 24 hours).
KEY_HOURS = 20
# Their modules address the payment by the *child's* reference, which Odoo 19.0 leaves
# empty (odoo/odoo#259223, #277182), in these acts.
CHILD_NEEDS_PROVIDER_REFERENCE = {
    OP_CAPTURE: {"adyen", "authorize", "razorpay"},
    OP_VOID: {"adyen", "authorize", "razorpay"},
    OP_REFUND: {"authorize", "razorpay"},
}
# Their messages about a refund that we asked for name our reference: one without it is
# somebody else's (payment_razorpay: `notes.reference`).
NAMED_REFUNDS = {"razorpay"}
# A refund of what is not yet settled becomes a void there: the child ends as cancelled.
REFUND_MAY_VOID = {"authorize"}
# For how many days after the payment a provider takes a refund; others name no limit,
# and say so themselves when it is too late (Authorize.Net: 180 days from settlement;
# razorpay.com/docs/payments/refunds/errors: six months).
REFUND_DAYS = {"authorize": 180, "razorpay": 180}
# Business days until a refund is on the customer's account, as card companies say.
REFUND_ARRIVES_DAYS = (5, 10)
# An authorization can't be voided; it lapses by itself.
CANNOT_VOID = {"razorpay"}
# Payments that nobody at a counter could see arrive.
NOT_FOR_COUNTERS = {"none", "custom"}

# === Lifetimes and limits ===

DEAL_MINUTES = 15
VISIT_MINUTES = 120
AUTHORIZATION_MINUTES = 60
# The clerks are told so long before an authorization is given back.
AUTHORIZATION_WARN_MINUTES = 10
# No bank holds an amount for longer than 30 days.
LONGEST_MINUTES = 30 * 24 * 60
LOCK_TIMEOUT_SECONDS = 3

# Store codes that would hide a page: `back` and everything of one letter.
RESERVED_CODES = {"back"}

# For how long the address of a receipt works.
RECEIPT_DAYS = 365

# Each line is computed with its taxes, and the customer reads them all.
MOST_LINES = 200

# The day list shows that many deals of today, the newest; its totals are of them all.
DAY_ROWS = 500

# Wrong pairs of number and amount: so many in so many seconds, per clerk and
# counter, and per clerk at all counters of the store.
WRONG_PAIRS = 5
WRONG_PAIRS_STORE = 10
WRONG_PAIRS_SECONDS = 600

# A search on the portal lists no more of each.
MOST_FOUND = 20

# Attempts: (limit, seconds)
LIMITS = {
    # Of one browser; of one address, from which a whole shop may search. What is found
    # is public anyway.
    "portal_search": (60, 60),
    "search_address": (600, 60),
    # New phones of one address that were let in at one counter. There is no limit for
    # all addresses together: a few of them could close the counter with it.
    "join_address": (120, 60),
    # A phone that waits already and presses Join again.
    "join_again": (20, 60),
    "miss": (60, 60),
    # Of one deal, on the provider's form or page.
    "pay": (20, 600),
    # Of one deal: each choice is a row of its history.
    "choose": (30, 600),
}
