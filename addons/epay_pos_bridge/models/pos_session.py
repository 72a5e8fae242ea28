from odoo import models
from odoo.exceptions import UserError

from odoo.addons.epay_counter.const import FINAL_STATES


class PosSession(models.Model):
    """A register's session closes when every deal of it has ended and is booked."""

    _inherit = "pos.session"

    def update_closing_control_state_session(self, notes):
        """It stays open: from here on nothing could be paid or cancelled any more."""
        self._require_no_open_deals()
        return super().update_closing_control_state_session(notes)

    def action_pos_session_closing_control(self, *args, **kwargs):
        self._require_no_open_deals()
        return super().action_pos_session_closing_control(*args, **kwargs)

    def _cannot_close_session(self, *args, **kwargs):
        """The cashier reads why; of what is raised here, Odoo only says that something
        went wrong.
        """
        refused = super()._cannot_close_session(*args, **kwargs)
        if refused:
            return refused
        try:
            self._require_no_open_deals()
        except UserError as error:
            return {"successful": False, "message": str(error), "redirect": False}
        return refused

    def _validate_session(self, *args, **kwargs):
        """Whatever way it is closed."""
        missing = self._require_no_open_deals()
        for session in missing.pos_session_id:
            session._note_missing(
                missing.filtered(lambda deal, own=session: deal.pos_session_id == own)
            )
        return super()._validate_session(*args, **kwargs)

    def _require_no_open_deals(self):
        """Refuse to close while a customer still pays, or when a payment that was made
        is in no order.

        :return: payments that are in no order, for one who may close all the same
        :raise UserError: which deals, and what to do
        """
        deals = self.env["epay.session"].sudo()
        deals = deals.search([("pos_session_id", "in", self.ids)])
        alive = deals.filtered(lambda deal: deal.state not in FINAL_STATES)
        if alive:
            raise UserError(
                self.env._(
                    "Customers are still paying: %(numbers)s. Wait until they are "
                    "done, or cancel these payments; then close the register.",
                    numbers=", ".join(alive.mapped("name")),
                )
            )
        missing = deals.filtered(lambda deal: deal._is_missing_in_register())
        if missing and not self._may_close_without():
            raise UserError(
                self.env._(
                    "These payments were made and are in no finished order: "
                    "%(numbers)s. Finish their orders, or give the money back. A "
                    "manager of the point of sale may close all the same.",
                    numbers=", ".join(missing.mapped("name")),
                )
            )
        return missing

    def _may_close_without(self):
        user = self.env.user
        return self.env.su or user._has_group("point_of_sale.group_pos_manager")

    def _note_missing(self, deals):
        """For whoever reconciles the provider's account later."""
        self.message_post(
            body=self.env._(
                "Closed without these payments, which are in no finished order: "
                "%(numbers)s.",
                numbers=", ".join(deals.mapped("name")),
            )
        )
