from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from ..const import (
    OP_REVERSE_SALE,
    OP_SUCCEEDED,
    REVERSED,
    WAY_BY_HAND,
)
from ..reasons import as_stored, is_term, plain

_lt = LazyTranslate(__name__)


class EpayOperation(models.Model):
    """Acts of returns: refunds that a manager recorded, and reversals that a manager
    enters in the books by hand.
    """

    _inherit = "epay.operation"

    def _is_by_hand(self):
        """Whether it is the record of a refund made at the provider's own pages."""
        return self.state == OP_SUCCEEDED and self.session_id.return_way == WAY_BY_HAND

    def _why_refused(self):
        """Why a refund of a return was refused. The provider's words are told as its
        own: it may count in its smallest unit.
        """
        said = plain(as_stored(self).error)
        if not said:
            return _lt("The provider refused the refund.")
        if is_term(said) or self.resolved_as:
            return said
        return _lt("The provider refused the refund. It says: “%(said)s”", said=said)

    def _can_be_resolved(self):
        """Also a reversal that can't be booked by itself."""
        if self.kind == OP_REVERSE_SALE:
            return bool(self.error)
        return super()._can_be_resolved()

    def _resolve_booking(self, outcome, reason):
        """The money is back either way: a return ends, whether its reversal was entered
        by hand or is left out of the books. What is booked beside a deal moves none.
        """
        if self.kind != OP_REVERSE_SALE:
            return super()._resolve_booking(outcome, reason)
        self._finish(outcome, reason)
        if not self.aside:
            now = fields.Datetime.now()
            self.session_id._transition(REVERSED, reason, settled_at=now)
