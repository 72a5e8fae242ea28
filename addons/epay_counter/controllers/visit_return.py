"""The customer's answer to a return (SB9): agree or refuse, on the phone."""

from odoo.http import request, route

from . import common
from .visit import EpayVisit
from .visit_page import find_mine


class EpayVisitReturn(EpayVisit):
    """Forms with a CSRF token, like all acts of the customer."""

    _consent_url = "/epay/v/<token>/consent"
    _refuse_url = "/epay/v/<token>/refuse"

    @route(_consent_url, type="http", auth="public", methods=["POST"])
    @common.light
    def epay_visit_consent(self, token, **kwargs):
        """Agree to what the page shows, back to the page.

        Another phone, or a return that moved on: 409.
        """
        visit_sudo = find_mine(token)
        visit_sudo.session_id._consent(visit_sudo)
        return request.redirect(f"/epay/v/{token}")

    @route(_refuse_url, type="http", auth="public", methods=["POST"])
    @common.light
    def epay_visit_refuse(self, token, **kwargs):
        """Refuse, which ends the return; back to the page. Too late: 409."""
        visit_sudo = find_mine(token)
        visit_sudo.session_id._refuse(visit_sudo)
        return request.redirect(f"/epay/v/{token}")
