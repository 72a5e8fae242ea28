from odoo import models
from odoo.tools.translate import LazyTranslate

from ..exceptions import BookingBlocked, NotRefundable
from .epay_session_return_books import products

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """What accounting has done about the sale already, apart from the counter: a return
    must not credit it a second time.
    """

    _inherit = "epay.session"

    def _why_books_object(self, manager=False):
        """Why this return can't be booked as the books are now, or None.

        :param bool manager: a manager may give back what accounting has only credited:
            the refund then pays that credit note (`_create_credit_note`)
        """
        invoice = self.origin_id.invoice_id
        if not invoice:
            return None
        if invoice.state != "posted":
            return _lt(
                "Accounting has reset or cancelled invoice %(invoice)s.",
                invoice=invoice.name,
            )
        if manager or not self._is_credited():
            return None
        notes = self._notes_of_accounting()
        return _lt(
            "Accounting has credited %(amount)s of this sale already: %(notes)s.",
            amount=self.currency_id._epay_in_text(sum(notes.mapped("amount_total"))),
            notes=", ".join(notes.mapped("name")),
        )

    def _is_credited(self):
        """Whether less is left of the invoice than this return gives back, and not by
        other returns alone.
        """
        left = sum(self._left_on(products(self.origin_id.invoice_id)).values())
        less = self.currency_id.compare_amounts(left, self.amount) < 0
        return less and bool(self._notes_of_accounting())

    def _notes_of_accounting(self):
        returns = self.origin_id.return_ids
        return self.origin_id._standing_credit_notes() - returns.invoice_id

    def _require_left(self):
        """Also of the invoice.

        :raise NotRefundable:
        """
        result = super()._require_left()
        manager = self.sudo(False).counter_id._is_manager()
        if why := self._why_books_object(manager):
            raise NotRefundable(why._translate(self.env.lang or ""))
        return result

    def _create_credit_note(self):
        """No second one of what accounting has credited: its open note of this sum is
        the one that the refund pays.

        :raise BookingBlocked: there is none
        """
        if why := self._why_books_object(manager=True):
            raise BookingBlocked(why)
        if not self._is_credited():
            return super()._create_credit_note()
        open_notes = self._notes_of_accounting().filtered(
            lambda note: (
                not self.currency_id.compare_amounts(note.amount_residual, self.amount)
                and not self.currency_id.compare_amounts(note.amount_total, self.amount)
            )
        )
        if not open_notes:
            raise BookingBlocked(
                _lt(
                    "Accounting has credited this sale already, by another sum. Ask "
                    "accounting, then go on with the return again."
                )
            )
        return open_notes[0]
