import logging

from odoo import models
from odoo.exceptions import UserError, ValidationError

from ..const import OP_INQUIRE
from ..exceptions import ProviderOutcomeUnknown
from ..reasons import packed
from ..recorder import Recorder

_logger = logging.getLogger(__name__)


class EpayOperation(models.Model):
    """Inquiries (SB12–SB15): an act like the others, committed before it is made and
    recorded before it is applied, but without effects: what got no answer is asked
    again.
    """

    _inherit = "epay.operation"

    def _call(self, repetition):
        """Ask whether the payment can be given back, and how."""
        if self.kind != OP_INQUIRE:
            return super()._call(repetition)
        transaction = self.transaction_id.with_context(epay_recorder=Recorder())
        try:
            found = transaction._epay_inquire_return(self.session_id)
        except (ValidationError, UserError) as error:
            return {"outcome": "unknown", "error": str(error)}
        except ProviderOutcomeUnknown as error:
            _logger.info("Inquiry %s got no answer: %s", self.id, error)
            return {"outcome": "unknown"}
        except Exception:
            # What nobody thought of is for the log; the clerk asks again.
            _logger.exception("Inquiry %s failed", self.id)
            return {"outcome": "unknown"}
        texts = {name: packed(found[name]) for name in ("why", "next")}
        return {"outcome": "answered", "found": {**found, **texts}}

    def _apply_answer(self):
        """Nothing to tell the transaction: the deal reads the answer, and moves."""
        if self.kind == OP_INQUIRE:
            return None
        return super()._apply_answer()

    def _recover_called(self):
        """A process died while it asked: ask again, at any provider."""
        if self._own(lambda operation: operation.kind == OP_INQUIRE):
            return self._send_and_apply()
        return super()._recover_called()

    def _can_be_resolved(self):
        """There is nothing that a manager would have to find out."""
        return self.kind != OP_INQUIRE and super()._can_be_resolved()

    def _clerk_message(self):
        for operation in self:
            if operation.kind == OP_INQUIRE and operation.error:
                return {
                    "type": "warning",
                    "text": operation.error,
                    "code": "no_answer",
                }
        return super()._clerk_message()
