"""The words of barcodes, baskets and registers."""

from odoo.addons.epay_counter.const import (
    AUTHORIZED,
    CANCELLABLE,
    CHOSEN,
    CONSENTED,
    OP_CAPTURE,
    OP_INQUIRE,
    OP_REFUND,
    OP_REGISTER_SALE,
    OP_VOID,
)

# === Scans === #

SCAN_TAKEN = "taken"
SCAN_REFUSED = "refused"
SCAN_STATE_LABELS = [(SCAN_TAKEN, "Taken"), (SCAN_REFUSED, "Refused")]
# What was scanned is remembered that long: for repeated calls, and for the manager who
# looks for codes that no product has.
SCAN_DAYS = 7
# So many at once, in one call.
MOST_SCANS = 200
# The longest code that a scanner reads (GS1 DataMatrix and QR hold more of other
# things).
LONGEST_CODE = 200

# Lengths of the article numbers that end with a check digit: EAN-8, UPC-A, EAN-13,
# GTIN-14.
GTIN_LENGTHS = (8, 12, 13, 14)

# A search by name, and a price check, list no more.
MOST_PRODUCTS = 20

# === Stock === #

# The goods of a settled deal leave the stock: an act of its own, after the sale is in
# the books.
OP_DELIVER = "deliver"

# === Registers === #

# The name under which the register's payment methods know us (`use_payment_terminal`).
TERMINAL = "epay_counter"
# States of a register's session in which its cashiers may act.
SELLING_STATES = ("opened", "closing_control")
# The longest name that a register gives a payment line (a UUID).
LONGEST_UUID = 64
# What follows by itself at a register, whose cashier has fixed the amount already: in
# which state which act is made, unless one of these operations was tried before (then
# the cashier decides).
BY_ITSELF = {
    CHOSEN: ("request_authorization", ()),
    AUTHORIZED: ("settle", (OP_CAPTURE, OP_REGISTER_SALE)),
    CONSENTED: ("inquire", (OP_INQUIRE,)),
    CANCELLABLE: ("execute_cancellation", (OP_REFUND, OP_VOID)),
}
