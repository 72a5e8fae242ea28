import logging
from datetime import timedelta

from odoo import api, fields, models

from ..const import AUTHORIZATION_WARN_MINUTES, AUTHORIZED
from ..db import in_own_transaction

_logger = logging.getLogger(__name__)


class EpaySession(models.Model):
    """Warning: an authorization that nobody settles is given back, and the goods may be
    gone by then. A parked deal is on nobody's screen, so its counter's clerks are told
    wherever they are in the web client: before it happens, and when it happened.
    """

    _inherit = "epay.session"

    warn_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the clerks are told that the authorization runs out; once.",
    )

    _warning = models.Index("(warn_at) WHERE warn_at IS NOT NULL")

    def _warn_before(self, until):
        """When to warn of an authorization that ends at `until`.

        :param datetime until: UTC
        """
        minutes = min(
            AUTHORIZATION_WARN_MINUTES, self.store_id.authorization_minutes / 4
        )
        return until - timedelta(minutes=minutes)

    @api.model
    def _cron_expire(self):
        """Warn first, then end what nobody moves."""
        for session in self.search([("warn_at", "<=", fields.Datetime.now())]):
            try:
                in_own_transaction(
                    self.env,
                    lambda env, i=session.id: env[self._name].browse(i)._warn(),
                )
            except Exception:
                # A deal that can't be warned of must not keep the others alive.
                _logger.exception("Deal %s: its clerks could not be warned", session.id)
        return super()._cron_expire()

    def _warn(self):
        """Tell the clerks once that the deal's authorization runs out."""
        self._lock()
        if not self.warn_at:
            return
        self.warn_at = False
        if self.state == AUTHORIZED:
            self._tell_clerks("_ends_soon_text")

    def _expire(self):
        """Tell the clerks when an authorized deal is given back without them."""
        was_authorized = self.state == AUTHORIZED
        operation_ids = super()._expire()
        if was_authorized and operation_ids:
            self._tell_clerks("_ended_text")
        return operation_ids

    def _tell_clerks(self, text):
        """A notification to everybody who may settle the deal, in the own language.

        :param str text: name of the method that says it
        """
        self.counter_id._touch(self)
        for user in self.user_id | self.counter_id.user_ids:
            session = self.with_context(lang=user.lang)
            user._bus_send(
                "simple_notification",
                {
                    "type": "warning",
                    "sticky": True,
                    "title": session.counter_id.display_name,
                    "message": getattr(session, text)(),
                },
            )

    def _ends_soon_text(self):
        left = self.authorized_until - fields.Datetime.now()
        return self.env._(
            "Deal %(number)s, %(amount)s: the authorization ends in %(minutes)s min. "
            "Settle it or drop it.",
            number=self.name,
            amount=self._amount_text(),
            minutes=max(0, round(left.total_seconds() / 60)),
        )

    def _ended_text(self):
        return self.env._(
            "Deal %(number)s, %(amount)s, was not settled in time. The money is being "
            "given back.",
            number=self.name,
            amount=self._amount_text(),
        )
