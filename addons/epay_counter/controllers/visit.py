from markupsafe import Markup

from odoo.http import Controller, request, route
from odoo.tools import file_open

from ..const import RECEIPT_STATES
from ..db import see_commits
from ..exceptions import (
    AmountMismatch,
    BadAddress,
    BadAmount,
    EpayRefusal,
    MethodNotOffered,
    TooManyAttempts,
    WrongState,
)
from ..tools.codes import is_secret
from ..tools.mail_address import mail_address
from ..tools.money import is_unfinished
from ..tools.text import plain_text
from ..tools.throttle import Throttle
from . import common
from .visit_page import find_mine, remember_mailed, render_visit


class EpayVisit(Controller):
    """The customer's page from joining to the receipt (SA6, SA7, SA17).

    A link shows the state; acting takes the cookie of the phone that joined. The POSTs
    are forms with a CSRF token, all but `seen`: that one is harmless, and the cookie is
    not sent along by other sites (`SameSite`).
    """

    _visit_url = "/epay/v/<token>"
    _state_url = "/epay/v/<token>/state"
    _seen_url = "/epay/v/<token>/seen"
    _choose_url = "/epay/v/<token>/choose"
    _identify_url = "/epay/v/<token>/identify"
    _unchoose_url = "/epay/v/<token>/unchoose"
    _leave_url = "/epay/v/<token>/leave"
    _mail_url = "/epay/v/<token>/mail"
    _words_url = "/epay/v/<token>/words"
    _receipt_url = "/epay/r/<token>"

    # A page asks every two seconds; a loop that runs wild gets 429.
    _state_throttle = Throttle(rate=30, burst=150)
    # Asked while somebody types.
    _words_throttle = Throttle(rate=3, burst=40)

    # === LOOKING === #

    @route(_visit_url, type="http", auth="public", methods=["GET"])
    @common.light
    def epay_visit(self, token, **kwargs):
        """The page of the visit in its present state. Unknown: 404. Over: 410."""
        return render_visit(common.find_visit(token), token)

    @route(
        _state_url,
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    def epay_visit_state(self, token, since=None, place=None, other=None, **kwargs):
        """The state as JSON, in one query; 304 when nothing is newer than `since`.

        A phone in the waiting room also says its `place` and whether the clerk serves
        an`other` phone, as it shows them: those change without a new version.

        Unknown: 404. Over: 410. Too often: 429.
        """
        try:
            if not is_secret(token):
                # Not even remembered: it may be long, and there may be many.
                common.miss()
            if not self._state_throttle.allow(token):
                raise TooManyAttempts(request.env._("Too often. Please wait a moment."))
            state = request.env["epay.visit"].sudo()._public_state(token)
            if state is None:
                common.miss()
        except EpayRefusal as refusal:
            error = {"code": refusal.code, "message": refusal.args[0]}
            return common.answer_json({"error": error}, refusal.http_status)
        if self._is_known(state, since, place, other):
            return request.make_response(
                "", [("Cache-Control", "no-store")], status=304
            )
        return common.answer_json(state)

    def _is_known(self, state, since, place, other):
        """Whether the page shows all of this already."""
        if not isinstance(since, str) or not (since.isdecimal() and len(since) < 20):
            return False
        if int(since) < state["version"]:
            return False
        same_place = place is None or place == str(state.get("place", ""))
        same_other = other is None or (other == "1") == state.get("other_phone", False)
        return same_place and same_other

    @route(_receipt_url, type="http", auth="public", methods=["GET"])
    @common.light
    def epay_receipt(self, token, save=None, **kwargs):
        """The receipt of a settled deal, or of a return; with `save` as one file.

        Unknown: 404. Long ago: 410.
        """
        session = request.env["epay.session"]._find_receipt(token) or common.miss()
        place = common.place_of(session.counter_id)
        response = common.render(
            "receipt",
            title=request.env._("Receipt %(number)s", number=session.name),
            place={**place, "logo": False} if save else place,
            deal=common.receipt_values(session),
            receipt_url=f"/epay/r/{token}",
            inline=self._style() if save else False,
        )
        if save:
            response.headers["Content-Disposition"] = (
                f'attachment; filename="{session.name}.html"'
            )
        return response

    def _style(self):
        with file_open(f"{common.STATIC_PATH}customer.css") as file:
            return Markup(file.read())

    # === ACTING === #

    @route(_seen_url, type="http", auth="public", methods=["POST"], csrf=False)
    @common.light
    def epay_visit_seen(self, token, **kwargs):
        """The page is open and visible. Another phone: 409."""
        find_mine(token)._seen()
        return request.make_response("", status=204)

    @route(_choose_url, type="http", auth="public", methods=["POST"])
    @common.light
    def epay_visit_choose(self, token, option="", amount="", seen=None, **params):
        """Name method and conditions (SA7), and the amount where it is the customer's
        own (SC5), back to the page.

        Refuses what is not offered, no amount, or a choice made for another sum than
        is asked for by now (422; the page says so and keeps what was entered), another
        phone or a deal that moved on (409), and who chooses on and on (429): each
        choice stays in the history.
        """
        visit_sudo = find_mine(token)
        condition = params.get(f"condition-{option}") or params.get("condition")
        session = visit_sudo.session_id
        if session:
            request.env["epay.attempt"].sudo()._check("choose", session.id)
        try:
            session._choose(
                visit_sudo,
                option,
                condition=condition or None,
                signed_in=common.is_signed_in(visit_sudo),
                amount=amount,
                seen=seen,
            )
        except AmountMismatch as refusal:
            # The page is to show what is asked for now.
            see_commits(request.env)
            if seen == common.deal_values(session)["value"]:
                raise
            return render_visit(visit_sudo, token, refusal=refusal)
        except (BadAmount, MethodNotOffered) as refusal:
            if not session._is_own_amount():
                raise
            entered = {
                "amount": plain_text(amount)[:40],
                "option": option,
                "condition": condition,
            }
            return render_visit(visit_sudo, token, entered, refusal)
        return request.redirect(f"/epay/v/{token}")

    @route(
        _words_url,
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    @common.light
    def epay_visit_words(self, token, amount="", **kwargs):
        """How an amount that is being typed is read, as JSON: `amount` as text with its
        currency and `words` (from 1,000 up), or `error` with what is wrong; nothing
        where the decimals are still to come. No effects.

        Another phone, or an amount that the clerk enters: 409. Too often: 429.
        """
        if not is_secret(token):
            common.miss()
        if not self._words_throttle.allow(token):
            raise TooManyAttempts(request.env._("Too often. Please wait a moment."))
        session = find_mine(token).session_id
        if not session._is_own_amount():
            raise WrongState(request.env._("The clerk enters this amount."))
        if is_unfinished(amount):
            return common.answer_json({})
        try:
            exact = session._read_amount(amount)
        except BadAmount as refusal:
            return common.answer_json({"error": refusal.args[0]})
        currency = session.currency_id
        return common.answer_json(
            {
                "amount": currency.format(float(exact)),
                "words": session._words_of(exact, currency),
            }
        )

    @route(_identify_url, type="http", auth="public", methods=["POST"])
    @common.light
    def epay_visit_identify(self, token, **kwargs):
        """The customer signed in after joining: pay under that name, with its cards.

        Refuses who is not signed in (422) and a deal that moved on (409).
        """
        visit_sudo = find_mine(token)
        partner = common.customer()
        if not partner:
            raise MethodNotOffered(request.env._("Please sign in first."))
        visit_sudo.session_id._recognize(visit_sudo, partner)
        return request.redirect(f"/epay/v/{token}")

    @route(_unchoose_url, type="http", auth="public", methods=["POST"])
    @common.light
    def epay_visit_unchoose(self, token, **kwargs):
        """Choose again, back to the page. Too late: 409."""
        visit_sudo = find_mine(token)
        visit_sudo.session_id._unchoose(visit_sudo)
        return request.redirect(f"/epay/v/{token}")

    @route(_leave_url, type="http", auth="public", methods=["POST"])
    @common.light
    def epay_visit_leave(self, token, **kwargs):
        """Leave the counter; a payment that is under way goes on without this phone."""
        find_mine(token)._leave()
        return request.redirect(f"/epay/v/{token}")

    @route(_mail_url, type="http", auth="public", methods=["POST"])
    @common.light
    def epay_visit_mail(self, token, email="", **kwargs):
        """Send the receipt by mail, as the customer asked.

        Refuses what is no address (422), a deal that is not settled or not this
        phone's any more (409) and too many mails (429).
        """
        visit_sudo = find_mine(token)
        session = visit_sudo.session_id
        address = mail_address(email)
        if not address:
            raise BadAddress(
                request.env._("This is not a mail address. Please check it.")
            )
        sees_receipt = visit_sudo._sees_deal() and visit_sudo._is_payer()
        if not sees_receipt or session.state not in RECEIPT_STATES:
            raise WrongState(request.env._("There is no receipt to send."))
        request.env["epay.attempt"].sudo()._check("mail", session.id, 5, 3600)
        session._send_receipt(address)
        remember_mailed(visit_sudo, address)
        return request.redirect(f"/epay/v/{token}")
