"""What the database has to say after a deal."""

from decimal import Decimal

from .waiting import eventually

PATH = ["open", "engaged", "chosen", "authorizing", "authorized", "settling", "settled"]


def deal(shop, session_id):
    return shop.sql.row("SELECT * FROM epay_session WHERE id = %s", session_id)


def state(shop, session_id):
    return deal(shop, session_id)["state"]


def history(shop, session_id):
    """The states that the deal went through."""
    return shop.sql.values(
        "SELECT target FROM epay_session_event WHERE session_id = %s ORDER BY id",
        session_id,
    )


def transactions(shop, session_id):
    return shop.sql.rows(
        "SELECT id, reference, state, amount, operation, source_transaction_id,"
        " epay_late, is_post_processed FROM payment_transaction"
        " WHERE epay_session_id = %s ORDER BY id",
        session_id,
    )


def operations(shop, session_id, kind=None):
    rows = shop.sql.rows(
        "SELECT id, kind, state, aside, attempts, error, called_at, answered_at"
        " FROM epay_operation WHERE session_id = %s ORDER BY id",
        session_id,
    )
    return [row for row in rows if kind in (None, row["kind"])]


def open_operations(shop, session_id):
    return [
        row
        for row in operations(shop, session_id)
        if row["state"] in ("requested", "unknown")
    ]


def assert_settled(shop, session_id, amount, path=None, captures=1):
    """One settled deal, paid once, in the books once, with its history, nothing open.

    :param path: states of the history; the straight way if none
    :param captures: Odoo's capture transactions: none with a one-phase provider
    """
    amount = Decimal(str(amount))
    row = deal(shop, session_id)
    assert row["state"] == "settled", row["state"]
    assert Decimal(str(row["amount"])) == amount
    assert Decimal(str(row["captured_amount"])) == amount
    assert not row["in_doubt"]
    assert not open_operations(shop, session_id)
    # The provider's message may settle the deal before its answer is written down.
    eventually(lambda: _assert_paid_once(shop, row, amount, captures) or True)
    _assert_booked_once(shop, row, amount)
    _assert_history(shop, row, path or ["draft", *PATH])


def _assert_paid_once(shop, row, amount, captures):
    found = transactions(shop, row["id"])
    paid = [tx for tx in found if tx["state"] == "done"]
    sources = [tx for tx in paid if not tx["source_transaction_id"]]
    children = [tx for tx in paid if tx["source_transaction_id"]]
    assert [tx["id"] for tx in sources] == [row["live_transaction_id"]], found
    assert len(children) == captures, found
    assert all(Decimal(str(tx["amount"])) == amount for tx in paid), found
    assert all(tx["is_post_processed"] for tx in paid), found


def _assert_booked_once(shop, row, amount):
    sql, number = shop.sql, row["name"]
    order = sql.row(
        "SELECT id, state, amount_total, amount_tax, invoice_status FROM sale_order"
        " WHERE client_order_ref = %s AND company_id = %s",
        number,
        row["company_id"],
    )
    assert order["id"] == row["sale_order_id"]
    assert order["state"] == "sale", order
    assert order["amount_total"] == amount, order
    # Every store's prices include a tax.
    assert order["amount_tax"] > 0, order
    invoices = sql.rows(
        "SELECT DISTINCT m.id, m.state, m.payment_state, m.amount_total,"
        " m.amount_residual FROM account_move m"
        " JOIN account_move_line l ON l.move_id = m.id"
        " JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id"
        " JOIN sale_order_line o ON o.id = r.order_line_id WHERE o.order_id = %s",
        order["id"],
    )
    assert [invoice["id"] for invoice in invoices] == [row["invoice_id"]], invoices
    assert invoices[0]["state"] == "posted", invoices
    assert invoices[0]["payment_state"] == "paid", invoices
    assert invoices[0]["amount_total"] == amount, invoices
    assert invoices[0]["amount_residual"] == 0, invoices
    _assert_one_payment(sql, row, amount)


def _assert_one_payment(sql, row, amount):
    payments = sql.rows(
        "SELECT p.id, p.state, p.amount, p.is_reconciled FROM account_payment p"
        " JOIN payment_transaction t ON t.id = p.payment_transaction_id"
        " WHERE t.epay_session_id = %s",
        row["id"],
    )
    assert len(payments) == 1, payments
    assert payments[0]["amount"] == amount, payments
    assert payments[0]["is_reconciled"], payments
    assert payments[0]["state"] in ("paid", "in_process"), payments


def _assert_history(shop, row, path):
    assert history(shop, row["id"]) == path
    last = shop.sql.row(
        "SELECT target FROM epay_session_event WHERE session_id = %s"
        " ORDER BY id DESC LIMIT 1",
        row["id"],
    )
    assert last["target"] == row["state"]


def payments(shop, session_id):
    """What the books know of money that moved: (direction, amount)."""
    rows = shop.sql.rows(
        "SELECT p.payment_type, p.amount FROM account_payment p"
        " JOIN payment_transaction t ON t.id = p.payment_transaction_id"
        " WHERE t.epay_session_id = %s ORDER BY p.id",
        session_id,
    )
    return [(row["payment_type"], row["amount"]) for row in rows]


def assert_nothing_sold(shop, session_id):
    """No order and no invoice of this deal."""
    row = deal(shop, session_id)
    assert not row["sale_order_id"] and not row["invoice_id"]
    assert not shop.sql.rows(
        "SELECT id FROM sale_order WHERE client_order_ref = %s AND company_id = %s",
        row["name"],
        row["company_id"],
    )


def assert_nothing_booked(shop, session_id):
    """No order, no invoice, no payment of this deal."""
    assert_nothing_sold(shop, session_id)
    assert not payments(shop, session_id)


def assert_came_and_went(shop, session_id, amount):
    """Nothing sold; the money is in the books as it came and as it went."""
    assert_nothing_sold(shop, session_id)
    amount = Decimal(str(amount))
    assert sorted(payments(shop, session_id)) == [
        ("inbound", amount),
        ("outbound", amount),
    ]
    return True


# --- returns ---------------------------------------------------------------

RETURN_PATH = [
    *("draft", "open", "engaged", "consented", "inquiring", "cancellable"),
    *("reversing", "reversed"),
]


def returns_of(shop, sale_id):
    """The ids of a sale's returns, in the order in which they were registered."""
    return shop.sql.values(
        "SELECT id FROM epay_session WHERE origin_id = %s ORDER BY id", sale_id
    )


def assert_returned(shop, return_id, amount, path=None):
    """One return that is done: given back once, in the books once, nothing open."""
    amount = Decimal(str(amount))
    row = deal(shop, return_id)
    sale = deal(shop, row["origin_id"])
    assert row["state"] == "reversed", row["state"]
    assert row["amount"] == amount
    assert not open_operations(shop, return_id)
    [refund] = transactions(shop, return_id)
    assert (refund["state"], refund["amount"]) == ("done", -amount), refund
    assert refund["is_post_processed"], refund
    assert payments(shop, return_id) == [("outbound", amount)]
    note = shop.sql.row("SELECT * FROM account_move WHERE id = %s", row["invoice_id"])
    assert note["move_type"] == "out_refund"
    assert note["reversed_entry_id"] == sale["invoice_id"]
    assert (note["state"], note["payment_state"]) == ("posted", "paid"), note
    assert (note["amount_total"], note["amount_residual"]) == (amount, 0), note
    _assert_history(shop, row, path or RETURN_PATH)


def assert_books_even(shop, sale_id, returned):
    """The ledger of a sale and all of its returns, right to the cent.

    What was paid and what went back are reconciled; what is left in income and tax is
    what was paid less what went back.
    """
    row = deal(shop, sale_id)
    returned = Decimal(str(returned))
    left = Decimal(str(row["amount"])) - returned
    assert row["returned_amount"] == row["refund_reserved"] == returned
    assert row["return_state"] == ("part" if left else "full")
    invoice = shop.sql.row(
        "SELECT state, payment_state, amount_total, amount_residual FROM account_move"
        " WHERE id = %s",
        row["invoice_id"],
    )
    assert invoice["amount_total"] == row["amount"]
    assert (invoice["state"], invoice["amount_residual"]) == ("posted", 0), invoice
    booked = {
        kind: sum(line["balance"] for line in lines)
        for kind, lines in _ledger(shop, sale_id).items()
    }
    assert booked["receivable"] == 0, booked
    assert booked["sold"] == -left, booked
    assert left or booked["tax"] == 0, booked
    _assert_order(shop, row, left)


def _ledger(shop, sale_id):
    """The lines of all entries of a sale: receivable, income with tax, tax alone."""
    lines = shop.sql.rows(
        "WITH deals AS (SELECT * FROM epay_session WHERE %s IN (id, origin_id)),"
        " moves AS (SELECT invoice_id AS id FROM deals UNION SELECT p.move_id"
        " FROM account_payment p JOIN payment_transaction t"
        " ON t.id = p.payment_transaction_id"
        " WHERE t.epay_session_id IN (SELECT id FROM deals))"
        " SELECT l.balance, l.reconciled, l.display_type, a.account_type"
        " FROM account_move_line l JOIN moves ON moves.id = l.move_id"
        " JOIN account_account a ON a.id = l.account_id",
        sale_id,
    )
    receivable = [line for line in lines if line["account_type"] == "asset_receivable"]
    assert receivable and all(line["reconciled"] for line in receivable), receivable
    tax = [line for line in lines if line["display_type"] == "tax"]
    goods = [
        line
        for line in lines
        if line["display_type"] == "product"
        and line["account_type"].startswith("income")
    ]
    return {"receivable": receivable, "sold": goods + tax, "tax": tax}


def _assert_order(shop, row, left):
    """Cancelled when nothing is left; else nothing of it is to be invoiced again."""
    order = shop.sql.row(
        "SELECT state, invoice_status FROM sale_order WHERE id = %s",
        row["sale_order_id"],
    )
    assert order["state"] == ("sale" if left else "cancel"), order
    assert order["invoice_status"] != "to invoice", order
