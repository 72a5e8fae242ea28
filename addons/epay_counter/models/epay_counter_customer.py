from odoo import api, models
from odoo.tools import hmac

from ..const import (
    FINAL_STATES,
    KIND_SALE,
    OPEN,
    VISIT_BOUND,
    VISIT_LEFT,
    VISIT_WAITING,
)
from ..db import in_own_transaction, see_commits
from ..exceptions import (
    CounterClosed,
    Expired,
    HeldByOtherPhone,
    UnknownCode,
)
from ..tools import codes


class EpayCounter(models.Model):
    """How a phone comes to a counter (SA5); called by the public controllers."""

    _inherit = "epay.counter"

    def _join(
        self,
        partner=False,
        phone=None,
        code=None,
        lang=None,
        address=None,
        sticker=None,
    ):
        """A phone joins the counter: a POST made by a tap.

        :param partner: the customer, when logged in; nobody for another company's
        :param str phone: the secret of the browser's cookie, if it has one
        :param str code: the one-time code; it binds at once. Without, the phone waits
        :param str address: the network address that it comes from
        :param str sticker: what the printed code said; the phone waits all the same
        :return: (visit, token, phone): what the cookie is to have from now on
        :raise CounterClosed: :raise UnknownCode: :raise Expired:
        :raise HeldByOtherPhone: another phone came first
        :raise ForeignSticker: the sticker is not from this counter
        :raise TooManyAttempts: when too many come, or the room is full; never with a
            code, which lets in one phone only
        """
        address = address and hmac(self.env(su=True), "epay.visit.address", address)
        if not code:
            self._check_joins(phone, address)
        known = partner and self.sudo().store_id._serves(partner)
        counter_id, partner_id = self.id, partner.id if known else False

        def work(env):
            counter = env["epay.counter"].browse(counter_id)
            who = env["res.partner"].browse(partner_id)
            own = counter._own_visit(phone)
            visit, secret = counter._join_locked(
                who, phone, code, lang, address, sticker
            )
            return visit.id, secret, visit != own

        visit_id, secret, is_new = in_own_transaction(self.sudo().env, work)
        if is_new and not code:
            self._note_join(address)
        see_commits(self.env)
        visit = self.env["epay.visit"].sudo().browse(visit_id)
        return visit, visit._token_for(secret), secret

    def _join_locked(self, partner, phone, code, lang, address=None, sticker=None):
        if self.state != "open" or self._is_archived():
            raise CounterClosed(
                self.env._("Counter %(code)s is closed. Ask the clerk.", code=self.code)
            )
        session = self._session_of_code(code, phone) if code else None
        sticker = self._require_sticker(sticker) if sticker else None
        own = self._own_visit(phone, session)
        if own:
            own._came_again(sticker)
            return own, phone
        # It waited here and now reads the code: its place in the room is free.
        before = self.env["epay.visit"]._of_phone(phone, self)
        before.filtered(lambda visit: visit.state == VISIT_WAITING)._end()
        if not session:
            self._require_room(address)
        secret = self.env["epay.visit"]._secret_for(phone, binds=bool(session))
        visit, _token = self.env["epay.visit"]._start(
            self, secret, partner, lang, address, sticker
        )
        visit._remember(phone, before)
        if session:
            session._bind(visit)
        else:
            self._accept_by_itself()
        return visit, secret

    def _accept_by_itself(self):
        """Where the store wants it, the only phone that waits is accepted for the deal
        that is open (at registering, and when a phone joins).

        Never when two wait, nor a phone that the clerk has to look at, nor once the
        clerk has sent a phone of this deal away: who throws the cookie away is a new
        phone to us.
        """
        if not self.store_id.auto_accept:
            return
        session = self._held_session()
        if session.kind != KIND_SALE or session.state != OPEN:
            return
        # Phones that come at the same moment don't see each other: each writes the
        # counter, so that all but one conflict and look again.
        self._touch()
        session._lock()
        if session.state != OPEN or session.accept_by_hand:
            return
        waiting = self._waiting_visits()
        if len(waiting) == 1 and not waiting._needs_a_look():
            session._bind(waiting)

    def _own_visit(self, phone, session=None):
        """The visit that this phone already has here and may go on with."""
        visit = self.env["epay.visit"]._of_phone(phone, self)
        if not visit or visit.state == VISIT_LEFT or visit._is_over():
            return None
        if session and visit.session_id != session:
            return None
        over = visit.state == VISIT_BOUND and visit.session_id.state in FINAL_STATES
        return None if over else visit

    def _session_of_code(self, code, phone):
        """The locked deal that a one-time code leads to, free for this phone."""
        status = self._code_status(code, phone)
        session = status["session"]
        if status["status"] == "unknown" or session.counter_id != self:
            raise UnknownCode(
                self.env._("This code is not valid. Scan the clerk's screen again.")
            )
        self._require_usable(status)
        return session._lock()

    @api.model
    def _require_usable(self, found):
        """Refuse a code of ours that leads nowhere any more, and say why.

        :param dict found: of `_code_status`
        :raise Expired: :raise HeldByOtherPhone:
        """
        if found["status"] == "held":
            raise HeldByOtherPhone(
                self.env._("Another phone has joined this payment already.")
            )
        if found["status"] == "late":
            raise Expired(
                self.env._(
                    "This code is too old. Scan the one on the clerk's screen now."
                )
            )
        if found["status"] != "gone":
            return
        if found["session"].state in FINAL_STATES:
            raise Expired(
                self.env._(
                    "What this code led to is over. Ask the clerk to show a new code."
                )
            )
        raise Expired(
            self.env._("This code is used up. Scan the clerk's screen again.")
        )

    # === ONE-TIME CODES === #

    def _generation_of(self, session, turn, mac):
        """Which of the deal's codes this hash belongs to; 0 for none of them."""
        for generation in range(session.code_generation, 0, -1):
            code = self._one_time_code(session, generation, turn)
            if codes.same(codes.split_dynamic(code)[2], mac):
                return generation
        return 0

    def _one_time_code(self, session, generation=None, turn=None):
        """The code on the clerk's screen: a keyed hash over deal, generation and time.

        It can be shown again without being stored, and dies when the generation rises
        or its time is over.

        :param int turn: how often the code was renewed; without, as of now
        """
        if turn is None:
            turn = session._code_turn()
        message = (session.id, generation or session.code_generation, turn)
        mac = hmac(self.env(su=True), "epay.session.code", message)
        return codes.join_dynamic(session.id, turn, mac)

    @api.model
    def _code_status(self, code, phone=None):
        """What a one-time code leads to. No effects: link previews open every link.

        :return: dict of `session`, `counter`, `visit` (of this phone) and `status`:
            free, own (this phone's deal), held (another phone's), late (its time is
            over, the deal's is not), gone, unknown
        """
        session_id, turn, mac = codes.split_dynamic(code)
        session = self.env["epay.session"]._find_by_code(session_id)
        visit = self.env["epay.visit"].sudo().browse()
        generation = session and self._generation_of(session, turn, mac)
        if not generation:
            return self._code_result("unknown", session.browse(), visit)
        bound = session._bound_visit()
        if bound and bound._is_phone(phone):
            return self._code_result("own", session, bound)
        if session.state in FINAL_STATES or generation != session.code_generation:
            return self._code_result("gone", session, visit)
        if not session._shows_code() or bound:
            return self._code_result("held", session, visit)
        fresh = session._code_turn() - turn in (0, 1)
        return self._code_result("free" if fresh else "late", session, visit)

    @api.model
    def _code_result(self, status, session, visit):
        return {
            "status": status,
            "session": session,
            "counter": session.counter_id,
            "visit": visit,
        }
