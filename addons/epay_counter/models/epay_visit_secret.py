from odoo import api, fields, models

from ..const import FINAL_STATES, VISIT_BOUND, VISIT_WAITING
from ..tools import codes


class EpayVisit(models.Model):
    """Which browser it is: the secret that it has, and the one that it had before."""

    _inherit = "epay.visit"

    # Of the secret that this browser brought along: by it a phone that has paid is
    # known again, and nobody can act.
    former_hash = fields.Char(groups="base.group_system")

    @api.model
    def _secret_for(self, phone, binds=False):
        """The secret for a new visit of the phone whose cookie says `phone`.

        It stays the same only while another visit goes on with it. One that we never
        gave out, or that has done its work, may have been put into this browser by
        somebody else, who then could act for it (session fixation). That one may hold a
        visit that goes on, too: so where the phone is to pay or to agree at once, it
        is always a new one.

        :param bool binds: whether the visit is bound to a deal at once
        """
        if binds or not codes.is_secret(phone):
            return codes.new_secret()
        visits = self.sudo().search([("phone_hash", "=", codes.digest(phone))])
        in_use = any(visit._goes_on() for visit in visits)
        return phone if in_use else codes.new_secret()

    def _goes_on(self):
        """Whether the phone still waits, or its deal is not finished; also the one that
        it left while paying.
        """
        if self.state == VISIT_BOUND:
            return self.session_id.state not in FINAL_STATES
        if self._went_on_alone():
            return self.session_id.state not in FINAL_STATES
        return self.state == VISIT_WAITING and not self._is_over()

    def _remember(self, phone, before):
        """What is known of this phone from earlier.

        :param str phone: the secret that its cookie had, if any
        :param before: its last visit at the same counter, if any
        """
        self.write(
            {
                "former_hash": codes.is_secret(phone) and codes.digest(phone),
                "sent_away_at": before.sent_away_at,
            }
        )

    def _is_same_phone(self, other):
        """Whether the browser of this visit is the one of `other`, as far as can be
        told: a phone gets new secrets, and each remembers the one before.
        """
        mine, theirs = self.sudo(), other.sudo()
        return bool(theirs) and theirs.phone_hash in (mine.phone_hash, mine.former_hash)
