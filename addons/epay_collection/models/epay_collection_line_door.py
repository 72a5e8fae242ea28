import base64
import binascii

from odoo import models
from odoo.tools.translate import LazyTranslate

from odoo.addons.epay_counter.acts import act
from odoo.addons.epay_counter.const import (
    CANCELLED as DEAL_CANCELLED,
)
from odoo.addons.epay_counter.const import (
    CUSTOMER_STATES,
    DRAFT,
    OPEN,
)
from odoo.addons.epay_counter.exceptions import BadAmount
from odoo.addons.epay_counter.guards import require_saved
from odoo.addons.epay_counter.tools.text import one_line

from ..const import (
    AHEAD,
    CANCELLED,
    CASH,
    COLLECTED,
    DROPPED,
    LARGEST_SIGNATURE,
    LATER,
    LIVE_STATES,
    MOVED,
    NOT_COLLECTED,
    OPENED,
    PAID,
    PARTLY,
    PLANNED,
    REPORTS,
    RETURNED,
)
from ..exceptions import BadOutcome, BadSignature, LineOpened, NotYourLine

_lt = LazyTranslate(__name__)

# No money of such a deal can be on its way.
_WAITING_STATES = (DRAFT, OPEN, *CUSTOMER_STATES)
_PNG = b"\x89PNG\r\n\x1a\n"


class EpayCollectionLine(models.Model):
    """What happens at doors, and how the line follows its deals."""

    _inherit = "epay.collection.line"

    # === ACTS === #

    @act
    def report(self, outcome, reason=None, amount=None, date=None):
        """Note what happened at the door when no deal was made.

        A deal of this line that waits for the customer is dropped; one whose money is
        on its way has to be finished or dropped first.

        :param str outcome: `absent`, `refused`, `later`, `cash`, `disputed`, `damaged`
        :param str reason: what the clerk says about it
        :param amount: of `cash`: what was paid (number or decimal string, in the
            store's currency); without, everything that is due
        :param date: of `later`: the day to come again (`YYYY-MM-DD`); without, it stays
            on this route
        :raise BadOutcome: :raise WrongState: :raise LineOpened: :raise BadDate:
        :raise NothingDue: :raise BadAmount: :raise SetupIncomplete: of `cash`
        """
        if outcome not in REPORTS:
            raise BadOutcome(
                self.env._(
                    "Say what happened: absent, refused, later, cash, disputed or "
                    "damaged."
                )
            )
        reason = one_line(reason)
        self._lock_with_deal()
        self._require_live()
        self._require_open_schedule()
        self._drop_waiting_deal(reason or _lt("It ended at the door."))
        if outcome == CASH:
            self._collect_cash(amount, reason)
        elif outcome == LATER and date:
            self._postpone(date, reason)
        else:
            self._note(outcome, reason)

    @act
    def sign(self, signature, name=None):
        """Keep the customer's signature, drawn on the clerk's screen.

        :param str signature: a PNG drawing, as base64 or as a `data:` URL
        :param str name: who signed, as printed below it
        :raise BadSignature: not a drawing, or too large
        :raise WrongState: the route is closed: what was signed stays as it is
        """
        drawing = str(signature or "").rpartition(",")[2]
        try:
            image = base64.b64decode(drawing, validate=True)
        except (binascii.Error, ValueError):
            image = b""
        if not image.startswith(_PNG) or len(image) > LARGEST_SIGNATURE:
            raise BadSignature(
                self.env._("The signature could not be read. Please sign again.")
            )
        self._lock()._require_open_schedule()
        self.write(
            {
                "signature": drawing,
                "signed_by": one_line(name)[:100] or self.partner_id.name,
                "signed_at": self.env.cr.now(),
            }
        )
        self.counter_id._touch()

    def _check_clerk(self):
        """Refuse everybody but the clerks and managers of the line's route."""
        require_saved(self)
        if not self._is_visible():
            raise NotYourLine(self.env._("There is no such collection on your routes."))
        self.counter_id._check_clerk()

    def _is_visible(self):
        """Whether there is such a line, and the record rules let the user read it."""
        return bool(self.search([("id", "in", self.ids)], limit=1))

    # === NOTING === #

    def _note(self, outcome, reason, **values):
        """Append an attempt without money; what is left of the line stays due."""
        self._add_attempt(outcome, reason, **values)
        if self.state != PARTLY:
            self._transition(PARTLY if self.collected_amount else NOT_COLLECTED)

    def _add_attempt(self, outcome, reason=None, **values):
        attempts = self.env["epay.collection.attempt"]
        attempt = attempts._append(self, outcome, reason, **values)
        self.counter_id._touch()
        return attempt

    def _collect_cash(self, amount, reason):
        """The customer pays cash after all: a posted payment at once."""
        wanted = self._wanted(amount)
        payment = self._post_cash(wanted)
        self._add_attempt(CASH, reason, amount=wanted, payment_id=payment.id)
        orders = self._epay_sources("sale_order_id")
        whole = len(orders) == 1 and not self.currency_id.compare_amounts(
            wanted, orders.amount_total
        )
        orders._epay_end_cash_on_delivery(payment if whole else None)
        self._after_money()

    def _after_money(self):
        """Collected, or in part: by what is still owed now."""
        self._transition(COLLECTED if self._rest() <= 0 else PARTLY)

    # === AMOUNTS === #

    def _wanted(self, amount):
        """What is to be collected now, checked.

        :param amount: as somebody typed it, or nothing for everything that is due
        :raise NothingDue: :raise BadAmount: not an amount, or more than is due
        :raise WrongState: an order that is paid by its invoices
        """
        due = self._require_due()
        self._require_bookable()
        if amount is None or amount is False or amount == "":
            return due
        wanted = float(self.counter_id._parse_amount(amount))
        if self.currency_id.compare_amounts(wanted, due) > 0:
            raise BadAmount(
                self.env._(
                    "Only %(due)s is due for “%(line)s”. Enter that, or less.",
                    due=self.currency_id.format(due),
                    line=self.name,
                )
            )
        return wanted

    # === DEALS === #

    def _drop_waiting_deal(self, why):
        """End a deal of this locked line for which the customer has nothing paid yet:
        at most the bank's form is open. What comes by it all the same is given back, as
        late money.

        :raise LineOpened: its money is on its way
        """
        deal = self._live_deal()
        if not deal:
            return
        if deal.state not in _WAITING_STATES and not deal._waits_at_form():
            raise LineOpened(self._opened_text(deal))
        deal._drop(DEAL_CANCELLED, why)
        deal._write_machine({"holds_counter": False})
        # Before another one is made: a line has one live deal at most.
        deal.flush_recordset()

    def _opened_text(self, deal):
        if deal._is_ahead():
            return self.env._(
                "The customer is paying “%(line)s” ahead just now, by the link (deal "
                "%(number)s). Wait for the bank's answer.",
                line=self.name,
                number=deal.name,
            )
        return self.env._(
            "Deal %(number)s of “%(line)s” is under way at counter %(counter)s. Finish "
            "it or drop it first.",
            number=deal.name,
            line=self.name,
            counter=deal.counter_id.code,
        )

    def _no_longer_planned(self):
        return _lt("The office took it off the schedule.")

    def _deal_ended(self, deal, settled, why):
        """Called with the line locked when one of its deals has ended.

        :param bool settled: whether its money is in the books
        :param why: the reason, if it was dropped
        """
        if settled:
            self._add_attempt(
                AHEAD if deal._is_ahead() else PAID,
                amount=deal.captured_amount,
                session_id=deal.id,
                payment_method_id=deal.payment_method_id.id,
            )
            if self.state in LIVE_STATES:
                self._after_money()
            return
        self._add_attempt(DROPPED, why, session_id=deal.id)
        if self.state == OPENED:
            self._transition(PARTLY if self.collected_amount else PLANNED)
        # It was left to its deal meanwhile.
        self._follow_source()

    # === MONEY THAT GOES BACK === #

    def _deal_returned(self, deal):
        """Called with the line locked when a return gave back what a deal collected."""
        self._add_attempt(RETURNED, amount=-deal.amount, **self._return_facts(deal))
        self._follow_money()

    def _return_failed(self, deal):
        """What a return gave back did not reach the customer, and counts again."""
        why = _lt("The refund failed.")
        self._add_attempt(RETURNED, why, amount=deal.amount, **self._return_facts(deal))
        self._follow_money()

    def _return_facts(self, deal):
        method = deal.origin_id.payment_method_id
        return {"session_id": deal.id, "payment_method_id": method.id}

    def _follow_money(self):
        """Bring the line in line with what is collected and owed now: a rest that is
        owed (again) opens it, and without any money it has ended for nothing.
        """
        collected = not self.currency_id.is_zero(self.collected_amount)
        if self._rest() > 0 or self._source_is_changed():
            target = PARTLY if collected else NOT_COLLECTED
        else:
            target = COLLECTED if collected else CANCELLED
        if self.state == OPENED or self._stays_ended(target):
            return
        self._transition(target)

    def _stays_ended(self, target):
        """Moved away, taken off by the office, or planned anew meanwhile."""
        reopened = target in LIVE_STATES and self.state not in LIVE_STATES
        return (
            self.state == MOVED
            or (reopened and self.state == CANCELLED)
            or (reopened and bool(self._source()._epay_lines()._live()))
        )

    def _live(self):
        return self.filtered(lambda line: line.state in LIVE_STATES)
