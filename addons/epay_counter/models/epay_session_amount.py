from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..acts import act
from ..const import (
    AMOUNT_BY_LABELS,
    BY_CLERK,
    BY_CUSTOMER,
    CHOSEN,
    ENGAGED,
    WORDS_FROM,
)
from ..exceptions import AmountMismatch, BadAmount, ReasonMissing, WrongState
from ..tools.money import WORDS, NotAnAmount, parse_amount, parse_typed
from ..tools.text import is_of_one_script, one_line

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """The customer's own amount (SC5 to SC7).

    The customer names it together with method and conditions; the clerk confirms all
    three by requesting the authorization, or sends the amount back. From the request on
    it is frozen: whoever wants another amount goes back to choosing, and the clerk has
    to confirm again.
    """

    _inherit = "epay.session"

    amount_by = fields.Selection(
        AMOUNT_BY_LABELS,
        "Amount Entered by",
        required=True,
        default=BY_CLERK,
        readonly=True,
    )
    typed_amount = fields.Monetary(
        readonly=True, copy=False, help="What the customer entered last."
    )
    sent_back = fields.Boolean(
        readonly=True,
        copy=False,
        help="The clerk asked the customer for another amount.",
    )

    # === THE CLERK === #

    @act
    def send_back(self, reason):
        """Send the customer's amount back (SC7); the customer enters it again.

        :param str reason: what the customer reads, such as “it was 8078”
        :raise ReasonMissing: :raise WrongState: the clerk entered the amount, or the
            customer has not chosen (or chooses again)
        """
        reason = one_line(reason)
        if not reason:
            raise ReasonMissing(
                self.env._("Tell the customer what is wrong with the amount.")
            )
        self._lock()
        self._require_own_amount()
        self._require_state(CHOSEN)
        # Empty, so that nobody sends the same off again unread.
        again = self._no_choice(same_phone=False)
        self._transition(ENGAGED, reason, **{**again, "sent_back": True})

    def _require_own_amount(self):
        if not self._is_own_amount():
            raise WrongState(
                self.env._(
                    "The clerk entered the amount of deal %(number)s. Drop the deal "
                    "and register another amount.",
                    number=self.name,
                )
            )

    def _require_amount_seen(self, amount):
        """Refuse to ask for another sum than the clerk has seen: the customer may have
        changed it a moment ago.

        :param amount: number or decimal string; None if the caller doesn't say. False
            and 0 say something: an answer has False as long as there is no amount, and
            who has seen none can't confirm one
        :raise AmountMismatch:
        """
        if amount is None:
            return
        try:
            seen = float(parse_amount(amount, self.currency_id.decimal_places))
        except NotAnAmount:
            seen = 0.0
        if self.currency_id.compare_amounts(seen, self.amount):
            raise AmountMismatch(
                self.env._(
                    "The amount is %(amount)s now. Look at it again before you go on.",
                    amount=self.currency_id._epay_in_text(self.amount),
                )
            )

    # === THE CUSTOMER === #

    def _is_own_amount(self):
        """Whether the customer enters the amount of this deal."""
        return self.amount_by == BY_CUSTOMER

    def _read_amount(self, text):
        """What the customer typed, as an exact amount that may be taken here.

        Digits of any script are read; what could be meant in two ways is refused.

        :param str text: as it was typed or pasted
        :return: Decimal
        :raise BadAmount: with what is wrong with it
        """
        currency = self.currency_id
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        counter = self.sudo().counter_id
        try:
            exact = parse_typed(
                text,
                currency.decimal_places,
                point=lang.decimal_point or ".",
                marks=(
                    *(currency.symbol, currency.name, currency.currency_unit_label),
                    *WORDS.get(currency.name, ()),
                ),
            )
        except NotAnAmount as error:
            raise BadAmount(counter._bad_amount_text(error.reason)) from error
        counter._check_limits(exact)
        return exact

    def _amount_values(self, text):
        """Values that go with the choice: the amount, where the customer enters it.

        :raise BadAmount:
        """
        if not self._is_own_amount():
            return {}
        amount = float(self._read_amount(text))
        return {"amount": amount, "typed_amount": amount}

    # === WORDS === #

    @api.model
    def _words_of(self, amount, currency):
        """A large amount in words, in the reader's language; "" for small ones, and
        where they can't be said in it."""
        if amount < WORDS_FROM:
            return ""
        words = currency.amount_to_text(float(amount))
        # A currency without a name in the reader's language makes half a sentence.
        return words if is_of_one_script(words) else ""

    def _amount_words(self):
        return self._words_of(self.amount, self.currency_id)
