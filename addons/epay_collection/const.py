"""The words of collections: states, transitions, outcomes.

Python takes a line's states from here; views, screens and pages spell them as well.
The labels SD1…SD6 are the steps of figure 5 of the source document (JP 2003-369133).
"""

from odoo.addons.epay_counter.const import AUTHORIZED, SETTLING

# === Schedules: the plan of a route for a day ===

SCHEDULE_DRAFT = "draft"
SCHEDULE_OPEN = "open"
SCHEDULE_CLOSED = "closed"
SCHEDULE_TRANSITIONS = {
    SCHEDULE_DRAFT: (SCHEDULE_OPEN,),
    SCHEDULE_OPEN: (SCHEDULE_DRAFT, SCHEDULE_CLOSED),
    # The clerk came back once more, or closed it too early.
    SCHEDULE_CLOSED: (SCHEDULE_OPEN,),
}
SCHEDULE_STATE_LABELS = [
    (SCHEDULE_DRAFT, "Being planned"),
    (SCHEDULE_OPEN, "On the way"),
    (SCHEDULE_CLOSED, "Closed"),
]

# === Lines: one collection at one door ===

PLANNED = "planned"
OPENED = "opened"
COLLECTED = "collected"
PARTLY = "partly"
NOT_COLLECTED = "not_collected"
MOVED = "moved"
CANCELLED = "cancelled"

# From where to where a line may go. docs/state-line.md draws it; keep both in step.
TRANSITIONS = {
    PLANNED: (OPENED, COLLECTED, PARTLY, NOT_COLLECTED, MOVED, CANCELLED),
    # Back to where it was when the deal ended without money.
    OPENED: (PLANNED, COLLECTED, PARTLY, NOT_COLLECTED, MOVED, CANCELLED),
    # What was collected is given back, and a rest is still owed.
    PARTLY: (OPENED, COLLECTED, NOT_COLLECTED, MOVED, CANCELLED),
    NOT_COLLECTED: (OPENED, COLLECTED, PARTLY, MOVED, CANCELLED),
    # Given back: something is owed again, or nothing was collected in the end.
    COLLECTED: (PARTLY, NOT_COLLECTED, CANCELLED),
    MOVED: (),
    # The money that was given back did not reach the customer.
    CANCELLED: (COLLECTED,),
}
STATE_LABELS = [
    (PLANNED, "Planned"),
    (OPENED, "At the counter"),
    (COLLECTED, "Collected"),
    (PARTLY, "Collected in part"),
    (NOT_COLLECTED, "Not collected"),
    (MOVED, "Moved"),
    (CANCELLED, "Cancelled"),
]
FINAL_STATES = (COLLECTED, MOVED, CANCELLED)
# Something is still to be done about it. A source has at most one such line.
LIVE_STATES = (PLANNED, OPENED, PARTLY, NOT_COLLECTED)

# Money of a deal in these states is as good as here: it is not asked for again.
PROMISED_STATES = (AUTHORIZED, SETTLING)

# === What happens at doors ===

ABSENT = "absent"
REFUSED = "refused"
LATER = "later"
CASH = "cash"
DISPUTED = "disputed"
DAMAGED = "damaged"
# What the clerk may report (contract).
REPORTS = (ABSENT, REFUSED, LATER, CASH, DISPUTED, DAMAGED)
# What is noted by itself.
PAID = "paid"
AHEAD = "ahead"
DROPPED = "dropped"
ELSEWHERE = "elsewhere"
RETURNED = "returned"
REPLANNED = "replanned"
OUTCOME_LABELS = [
    (PAID, "Paid on the phone"),
    (AHEAD, "Paid ahead"),
    (CASH, "Paid in cash"),
    (ABSENT, "Nobody there"),
    (REFUSED, "Refused"),
    (LATER, "Wants to pay later"),
    (DISPUTED, "Amount disputed"),
    (DAMAGED, "Goods damaged"),
    (DROPPED, "Payment ended without money"),
    (ELSEWHERE, "Settled elsewhere"),
    (RETURNED, "Given back"),
    (REPLANNED, "Moved"),
]
# With these money came in, or went back.
MONEY_OUTCOMES = (PAID, AHEAD, CASH, RETURNED)

# === Limits ===

# A search, and a plan on the clerk's screen, show no more.
MOST_FOUND = 40
MOST_SHOWN = 500
# Of a schedule with more lines nobody counts on: "10,000 and more".
MOST_COUNTED = 10_000
# So many lines of a schedule are read one by one before the index is asked.
LOOKED_THROUGH = 5000
# How many sources one step of filling takes, between two looks at the progress.
FILL_STEP = 500
# Recurring collections are planned that many days ahead.
RECUR_AHEAD_DAYS = 7
# The link to pay ahead works until so many days after the planned day.
AHEAD_DAYS = 30
# A signature of more bytes is no drawing of a finger.
LARGEST_SIGNATURE = 200_000
