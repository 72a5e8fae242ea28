"""The customer's page from joining to the receipt, as plain values and as a page.

The routes are in `visit.py`; those on the way to the provider and back, in
`payment.py`, show the same page.
"""

from odoo.http import request

from ..const import (
    AUTHORIZED,
    AUTHORIZING,
    CHOSEN,
    DROPPED_STATES,
    ENGAGED,
    FINAL_STATES,
    KIND_CANCELLATION,
    MONEY_STATES,
    RECEIPT_STATES,
    REFUSED,
    REJECTED,
    REVERSED,
    SETTLED,
    TURN_CLERK,
    TURN_CUSTOMER,
    VISIT_LEFT,
    VISIT_WAITING,
)
from ..exceptions import NotYourPhone
from . import common
from .portal import EpayPortal

# Which body of the page a state has; all others are "under way".
_VIEWS = {
    VISIT_WAITING: "waiting",
    ENGAGED: "choose",
    SETTLED: "completed",
    **dict.fromkeys(DROPPED_STATES, "ended"),
}
# Where the browser's session remembers to whom a receipt was mailed.
_MAILED_KEY = "epay_mailed"
_RETURN_VIEWS = {
    VISIT_WAITING: "waiting",
    ENGAGED: "consent",
    REVERSED: "returned",
    **dict.fromkeys((*DROPPED_STATES, REFUSED, REJECTED), "return_ended"),
}
# Bodies that say why the deal is where it is.
_WITH_REASON = ("choose", "ended", "return_ended")
# What the page does by itself once the clerk has asked for the authorization.
_STEPS_BY_ITSELF = {"direct": "pay", "redirect": "redirect"}


def find_mine(token):
    """The visit, if this browser is its phone.

    :raise UnknownCode: :raise NotYourPhone:
    """
    visit_sudo = common.find_visit(token)
    if not visit_sudo._is_phone(common.phone_cookie()):
        raise NotYourPhone(
            request.env._("Only the phone that joined the counter can do this.")
        )
    return visit_sudo


def render_visit(visit_sudo, token=False, entered=None, refusal=None):
    """The page of a visit; without a token (coming back without cookies) it only
    shows how far the payment is.

    :param dict entered: what was sent and refused: amount, option and condition
    :param refusal: the `EpayRefusal` to be shown on the page; its status is answered
    """
    visit = visit_values(visit_sudo, token)
    session = visit_sudo.session_id
    deal = visit["view"] != "waiting" and _session_values(visit_sudo, visit, entered)
    if visit["view"] == "waiting":
        visit.update(_room_values(visit_sudo))
    visit["prefetch"] = (
        EpayPortal._assets_url if deal and deal["may_need_form"] else False
    )
    return common.render(
        "visit",
        title=session.name or visit_sudo.counter_id.code,
        status=refusal.http_status if refusal else 200,
        place=common.place_of(visit_sudo.counter_id),
        visit=visit,
        deal=deal,
        refused=refusal.args[0] if refusal else False,
        csrf=request.csrf_token(),
    )


def _room_values(visit_sudo):
    """Of a phone in the waiting room: its place, and what the page is to know of it."""
    room = visit_sudo._room_values()
    shown = f"&place={room['place']}&other={int(room['other_phone'])}"
    return {**room, "room": shown}


def visit_values(visit_sudo, token):
    """How the page stands to the visit: state, turn, and what this browser may do."""
    session = visit_sudo.session_id
    mine = bool(token) and visit_sudo._is_phone(common.phone_cookie())
    goes_on = visit_sudo._went_on_alone()
    state = _shown_state(visit_sudo, mine and goes_on)
    bound = state not in (VISIT_WAITING, VISIT_LEFT)
    turn = session._turn() if bound else TURN_CLERK
    address = f"/epay/v/{token}" if token else False
    waits_for_form = mine and state == CHOSEN and session.flow == "direct"
    on_the_way = mine and state == AUTHORIZING and turn == TURN_CUSTOMER
    ended = state in (VISIT_LEFT, *FINAL_STATES)
    follows = goes_on and mine and session.state not in FINAL_STATES
    return {
        "view": _view(session, state, follows),
        "state": state,
        "turn": turn,
        "version": max(visit_sudo.version, session.version),
        "mine": mine,
        "url": address,
        "state_url": address
        and (follows or state != VISIT_LEFT)
        and f"{address}/state",
        "seen_url": mine and not ended and f"{address}/seen",
        "channel": token and (follows or not ended) and f"epay_visit:{token}",
        "reload": not token and not ended,
        "auto": on_the_way and _STEPS_BY_ITSELF.get(session.flow),
        "form_url": waits_for_form and f"{address}/pay",
        "refresh": (follows or not ended) and turn != TURN_CUSTOMER and "4",
        "can_change": mine and (state == CHOSEN or on_the_way),
        "can_leave": mine and not ended,
        # From here on leaving doesn't end the payment or the return: asked once.
        "leave_asks": state in MONEY_STATES,
        "is_return": session.kind == KIND_CANCELLATION,
        "own_amount": session._is_own_amount(),
        "unconfirmed": state == AUTHORIZING and _is_unconfirmed(session),
        "goes_on": goes_on,
        # No clerk is there: nobody compares words or confirms.
        "unattended": session._settles_by_itself(),
        "asked": state == ENGAGED and _times_asked(session),
        # Added to the page's question for news.
        "room": False,
        # A phone that took over learns nothing of who chose.
        "took_over": mine and bound and not visit_sudo._is_payer(),
        **_phone_values(visit_sudo, mine),
        **_page_files(),
    }


def _phone_values(visit_sudo, mine):
    """What tells this phone from others; and, if it is this browser, whose it is."""
    return {
        "gone_by": visit_sudo.gone_by,
        "phrase": visit_sudo.phrase,
        "color": visit_sudo.color,
        "email": mine and visit_sudo.partner_id.email,
        "mailed_to": mine and mailed_to(visit_sudo),
    }


def _page_files():
    """What the page's scripts load besides, when it is needed."""
    return {
        "ws": common.bus_version(),
        "keypad": common.static_url("keypad.esm.js"),
        "extra_css": common.static_url("extra.css"),
    }


def _shown_state(visit_sudo, sees_end):
    """The state that the page is in: the deal's for the phone that is at it. One that
    left (`sees_end`: whose payment went on) learns how it ended.
    """
    state = visit_sudo.session_id.state
    bound = visit_sudo.state not in (VISIT_WAITING, VISIT_LEFT)
    return state if bound or (sees_end and state in FINAL_STATES) else visit_sudo.state


def _is_unconfirmed(session):
    """Whether nobody but the customer was asked yet: no attempt to pay was made."""
    waits = session._open_operation()._waits_for_phone()
    return waits and not session.live_transaction_id


def _times_asked(session):
    """By which the page knows whether what stands in its form is for this time.

    The customer may have been sent back to choose again while the phone heard nothing.
    """
    return session.env["epay.session.event"].sudo()._times_entered(session, ENGAGED)


def _view(session, state, follows):
    """Which body the page has."""
    if state == VISIT_LEFT:
        return "follow" if follows else "ended"
    if session.kind == KIND_CANCELLATION:
        return _RETURN_VIEWS.get(state, "return_progress")
    return _VIEWS.get(state, "progress")


def mailed_to(visit_sudo):
    """Where this browser has had the visit's receipt sent, as its session remembers."""
    visit_id, address = request.session.get(_MAILED_KEY) or (False, False)
    return visit_id == visit_sudo.id and address


def remember_mailed(visit_sudo, address):
    """Remember it for the page that follows the form; called by the route."""
    request.session[_MAILED_KEY] = (visit_sudo.id, address)


def _session_values(visit_sudo, visit, entered=None):
    """The deal on the page, or False when this visit sees none."""
    session = visit_sudo.session_id
    if not session or (visit["state"] == VISIT_LEFT and visit["view"] != "follow"):
        return False
    deal = common.deal_values(session)
    choosing = visit["mine"] and visit["view"] == "choose"
    # Asked once: it is the dearest question of the page.
    providers = choosing and session._offered_providers(visit_sudo)
    options = _option_values(visit_sudo, providers, entered) if choosing else []
    flows = {option["flow"] for option in options} | {session.flow}
    may_need_form = (
        visit["state"] in (ENGAGED, CHOSEN, AUTHORIZING) and "direct" in flows
    )
    receipt = visit["state"] in RECEIPT_STATES and visit["mine"]
    own = choosing and session._is_own_amount()
    hidden = {"amount": "", "lines": []} if session._hides_sum() else {}
    return {
        **deal,
        **hidden,
        **turn_values(session, visit["mine"]),
        # Of who paid, and only to the phone itself: a link, or a browser that came back
        # without the cookie, shows how far the payment is.
        "method": visit["mine"] and visit_sudo._is_payer() and deal["method"],
        "reason": visit["view"] in _WITH_REASON and session._reason_for(visit_sudo),
        "declined": visit["view"] == "choose" and not session.sent_back,
        "sent_back": session.sent_back,
        "words": session._amount_words() if session._is_own_amount() else "",
        "own": own and _own_amount_values(session, entered),
        "money": session._money_of_customer(),
        "set_aside": bool(session.authorized_until),
        "options": options,
        "sign_in": choosing and _sign_in_values(visit_sudo, providers, options),
        "may_need_form": may_need_form and visit["mine"],
        "receipt_url": receipt
        and visit_sudo._is_payer()
        and f"/epay/r/{session._receipt_token()}",
        **(_taken_over_values(session, visit) if visit["took_over"] else {}),
    }


def _taken_over_values(session, visit):
    """What a phone that took over reads otherwise: whose money it was, and why that
    payment ended, is not its business.
    """
    values = {} if visit["view"] == "choose" else {"reason": False}
    if session.state == AUTHORIZED:
        # In place of "You were charged".
        sentence = request.env._("Confirmed. The clerk completes the payment.")
        values["sentence"] = sentence
    return values


def _own_amount_values(session, entered):
    """The field for the customer's own amount: what stands in it, and its keys."""
    currency, counter = session.currency_id, session.counter_id
    lang = request.env["res.lang"]._get_data(code=request.env.lang)
    typed = (
        session.typed_amount and f"{session.typed_amount:.{currency.decimal_places}f}"
    )
    point = lang.decimal_point or "."
    typed = (typed or "").replace(".", point)
    return {
        "value": entered["amount"] if entered else typed,
        "currency": currency.name,
        "symbol": currency.symbol,
        "after": currency.position == "after",
        "decimals": currency.decimal_places,
        "point": point,
        "keys": [*"123456789", "00", "0", point if currency.decimal_places else "000"],
        "limits": _limits_text(counter),
    }


def _limits_text(counter):
    """Which amounts the counter takes; "" for all."""
    env, currency = request.env, counter.currency_id
    least = counter.min_amount and currency._epay_in_text(counter.min_amount)
    most = counter.max_amount and currency._epay_in_text(counter.max_amount)
    if least and most:
        return env._("From %(least)s to %(most)s", least=least, most=most)
    if least:
        return env._("At least %(least)s", least=least)
    return env._("At most %(most)s", most=most) if most else ""


def turn_values(session, mine=True):
    """Whose turn it is, for sentence and rail; also above the provider's form.

    :param bool mine: the phone that joined looks, so that it may be told to act
    """
    turn = session._turn()
    return {
        "in_doubt": session.in_doubt,
        "reason": False,
        "sentence": (
            session._customer_sentence()
            if mine or turn != TURN_CUSTOMER
            else request.env._("It is the turn of the phone that joined.")
        ),
        "steps": _step_values(session),
    }


def _sign_in_values(visit_sudo, providers, options):
    """Under which name is paid, and how a customer gets at saved cards: sign in, or go
    on under the present name.
    """
    saves = any(providers.mapped("allow_tokenization"))
    if common.is_signed_in(visit_sudo):
        no_card = saves and not any(option["saved"] for option in options)
        return {"paying_as": visit_sudo.partner_id.name, "no_card": no_card}
    return saves and {"paying_as": False, "name": common.customer().name or False}


def _option_values(visit_sudo, providers, entered=None):
    """The ways to pay, each with its icon; the only one is chosen already, and so is
    the first saved card, or what was chosen when the page was refused.
    """
    again = entered and entered["option"]
    options = visit_sudo.session_id._payment_options(
        visit_sudo, common.is_signed_in(visit_sudo), providers
    )
    method_ids = list(dict.fromkeys(option["icon"] for option in options))
    return [
        {
            **option,
            "checked": option["key"] == again
            or (option == options[0] and (len(options) == 1 or option["saved"])),
            "conditions": _condition_values(
                option["conditions"], option["key"] == again and entered["condition"]
            ),
            "icon": common.icon_style(method_ids, method_ids.index(option["icon"])),
        }
        for option in options
    ]


def _condition_values(conditions, again):
    """The conditions of a way to pay: chosen is the first one, or what was chosen when
    the page was refused.
    """
    offered = {condition["code"] for condition in conditions}
    checked = again if again in offered else conditions and conditions[0]["code"]
    return [
        {**condition, "checked": condition["code"] == checked}
        for condition in conditions
    ]


def _step_values(session):
    """The rail: what is done, and the last step that was reached, with its name."""
    steps = session._steps()
    last = sum(step["done"] for step in steps) - 1
    return [
        {**step, "done": number < last, "current": number == last}
        for number, step in enumerate(steps)
    ]
