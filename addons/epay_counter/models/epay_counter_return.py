import unicodedata

from odoo import models

from ..acts import act, plain_key, with_plain_context
from ..const import KIND_CANCELLATION, KIND_SALE, OPEN
from ..exceptions import EpayRefusal, NoMatch
from ..tools.text import RECEIPT, plain_text

# No number and no receipt's address is longer. Cut first: one letter may stand for
# eighteen, and looking at them takes time.
_LONGEST = 200


class EpayCounter(models.Model):
    """Finding a deal and registering its return (SB2–SB5)."""

    _inherit = "epay.counter"

    def register_cancellation(
        self,
        number,
        amount,
        lines=None,
        refund_amount=None,
        client_key=None,
    ):
        """Find the deal by processing number and amount, and register its return.

        An act like the others, called by the clerk app and by integrators. Whoever
        types pairs that don't match has to wait after five of them in ten minutes; each
        try is in `epay.return.attempt`.

        :param str number: the original's processing number, with or without its prefix
            and leading zeros; or what the receipt's code holds
        :param amount: the original's amount, number or decimal string
        :param list lines: `{"line_id", "quantity"}` of the original's lines, for a part
        :param refund_amount: for a part: how much to give back (number or decimal
            string); without both, everything that is left
        :param str client_key: the same key with the same arguments acts once
        :raise NoMatch: number and amount don't belong together
        :raise TooManyAttempts: :raise CounterClosed: :raise CounterBusy:
        :raise WrongState: the deal was never settled
        :raise NotRefundable: nothing is left of it
        :raise BadAmount: more than is left, zero, or lines that were not bought
        :raise AmountMismatch: lines and `refund_amount` differ
        """
        self.ensure_one()
        self = with_plain_context(self)
        self._check_clerk()
        call = (number, amount, lines, refund_amount)
        known = self.env["epay.client.key"].sudo()._is_known(plain_key(client_key))
        if known:
            return self._register_return(*call, client_key=client_key)
        attempt = self.env["epay.return.attempt"]._begin(self, number, amount)
        try:
            answer = self._register_return(*call, client_key=client_key)
        except EpayRefusal as refusal:
            left = attempt._end(refusal)
            if refusal.code != NoMatch.code:
                raise
            told = attempt._tries_left_text(left)
            raise NoMatch(f"{refusal} {told}") from refusal
        attempt._end()
        return answer

    @act
    def _register_return(self, number, amount, lines=None, refund_amount=None):
        """The part of `register_cancellation` that happens in one transaction."""
        self._open_return(number, amount, lines, refund_amount)

    def _open_return(self, number, amount, lines=None, refund_amount=None, **values):
        """Open a return at this counter, with the arguments and refusals of
        `register_cancellation`.

        Called by it, and by add-ons whose deals come from elsewhere (a register).

        :param values: further values of the return's deal
        :return: the return
        """
        self._require_open()
        self._dismiss_finished()
        origin = self._find_original(number, amount)
        origin._lock()
        origin._require_returnable()
        session = self._create_session(
            {
                **origin._prepare_return(lines, refund_amount),
                **values,
                "kind": KIND_CANCELLATION,
                "origin_id": origin.id,
                "currency_id": origin.currency_id.id,
                "partner_id": origin.partner_id.id,
                "description": origin.description,
            }
        )
        session._transition(OPEN)
        origin.counter_id._touch(origin)
        return session

    # === FINDING === #

    def _find_original(self, number, amount):
        """The deal that has this number *and* this amount (SB3–SB4).

        :raise NoMatch: says nothing more than that
        """
        stores = self.store_id | self.store_id.return_store_ids
        for session in self._deals_numbered(number, stores):
            if session._exact_amount() == session._typed_amount(amount):
                return session
        raise NoMatch(
            self.env._(
                "Number and amount don't belong together. Check both on the receipt; "
                "the amount is the one that was paid. A sale of another store is only "
                "found there."
            )
        )

    def _deals_numbered(self, number, stores):
        """Sales of these stores that `number` may mean, this store's own first."""
        sessions = self.env["epay.session"]
        text = _typed_number(number)
        if receipt := RECEIPT.search(text):
            found = sessions._find_receipt(receipt[1])
            return found.filtered(
                lambda deal: deal.store_id in stores and deal.kind == KIND_SALE
            )
        names = {name for store in stores for name in store._numbers_for(text)}
        found = sessions.search(
            [
                ("name", "in", list(names)),
                ("store_id", "in", stores.ids),
                ("kind", "=", KIND_SALE),
            ]
        )
        return found.sorted(lambda deal: deal.store_id != self.store_id)


def _typed_number(number):
    """What was typed or scanned, as text; "" when it is neither a text nor a number."""
    if type(number) is int and abs(number) < 10**_LONGEST:
        number = str(number)
    if not isinstance(number, str):
        return ""
    return plain_text(unicodedata.normalize("NFKC", number[:_LONGEST])).strip()
