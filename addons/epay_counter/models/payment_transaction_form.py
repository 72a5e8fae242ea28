from datetime import timedelta

from odoo import fields, models
from odoo.tools import consteq

from odoo.addons.payment import utils as payment_utils

from ..charging import charging
from ..const import AUTHORIZING, OP_AUTHORIZE, RECOVERY_SECONDS
from ..db import after_commit, in_own_transaction
from ..exceptions import InDoubt, WrongState
from .payment_provider import leaves_outcome_open

# How long writing down goes on trying: what a provider did must not be lost.
_PATIENCE = 20

RETURN_SIGNATURE = "epay_return"


class PaymentTransaction(models.Model):
    """Charges that our server makes for a provider's form.

    The scripts of some providers hand the card to a route of their own module, which
    charges it within the request of the customer's phone. That is an act like others:
    written down before, and in doubt when its answer is lost (docs/locking.md).
    """

    _inherit = "payment.transaction"

    def _epay_charge_by_form(self, charge):
        """Have the provider charged for this attempt; nobody starts another one until
        it is known what came of it.

        Called around the providers' own routes (`ir.http._epay_charging_routes`).

        :param charge: function without arguments; it calls the provider and hands the
            answer to the engine, on the request's cursor
        :return: what `charge` returned
        :raise WrongState: the attempt was given up, or is being charged already
        :raise InDoubt: nobody knows what the provider did
        :raise Exception: what `charge` raised before anything was sent, or because the
            provider refused
        """
        self.ensure_one()
        self._epay_own(lambda tx: tx._epay_claim_charge())
        with charging(self) as asked:
            try:
                result = charge()
            except Exception as error:
                if not leaves_outcome_open(error, asked):
                    self._epay_own(lambda tx: tx._epay_end_charge())
                    raise
                text = str(error) or repr(error)
                self._epay_own(lambda tx: tx._epay_doubt_charge(text))
                raise InDoubt(self._epay_doubt_text()) from error
        # Not before: until then the answer may still be rolled back.
        after_commit(
            self.env,
            ("epay.charge", self.id),
            lambda env: self.with_env(env)._epay_own(lambda tx: tx._epay_end_charge()),
        )
        return result

    def _epay_own(self, step):
        """`step(transaction)` in a transaction of its own."""
        return in_own_transaction(
            self.sudo().env,
            lambda env: step(env[self._name].browse(self.id)),
            patience=_PATIENCE,
        )

    def _epay_authorization(self):
        """The open authorization of this attempt, its deal locked; or empty."""
        session = self.epay_session_id._lock()
        operation = session._open_operation()
        ours = session.state == AUTHORIZING and session.live_transaction_id == self
        return operation.filtered(lambda op: ours and op.kind == OP_AUTHORIZE)

    def _epay_claim_charge(self):
        """Note on the authorization that the provider is being called for it."""
        operation = self._epay_authorization()
        if operation.session_id.in_doubt:
            raise InDoubt(self._epay_doubt_text())
        if operation._is_charging():
            raise WrongState(
                self.env._("A payment is on its way already. Please wait a moment.")
            )
        if not operation or self.state not in ("draft", "pending"):
            raise WrongState(
                self.env._("The payment has moved on. Go back to see where it is.")
            )
        now = fields.Datetime.now()
        operation.write(
            {
                "called_at": now,
                "answered_at": False,
                "attempts": operation.attempts + 1,
                # Authorize.net's module waits a minute for its answer.
                "next_try": now + timedelta(seconds=2 * RECOVERY_SECONDS),
            }
        )
        operation.session_id.counter_id._touch(operation.session_id)

    def _epay_end_charge(self):
        """The provider has answered; what it said is on the transaction."""
        operation = self._epay_authorization().filtered(lambda op: op._is_charging())
        operation.answered_at = fields.Datetime.now()
        operation.session_id.counter_id._touch(operation.session_id)

    def _epay_doubt_charge(self, error):
        """The answer was lost: from here on a webhook, the recovery job or a manager
        ends it.
        """
        operation = self._epay_authorization()
        operation.error = error[:500]
        operation._set_unknown()
        operation.session_id._follow_doubt()

    # === WHO COMES BACK === #

    def _epay_sign_return(self, arguments):
        """Arguments of a request, with our signature in the address to which a bank's
        page sends the browser back (Adyen). It comes by another site, perhaps without
        its session; a stranger who guesses a reference has no signature.

        :param dict arguments: keyword arguments of `_send_api_request`
        """
        payload = arguments.get("json")
        url = payload.get("returnUrl") if isinstance(payload, dict) else None
        if not url:
            return arguments
        mark = "&" if "?" in url else "?"
        signed = f"{url}{mark}{RETURN_SIGNATURE}={self._epay_return_signature()}"
        return {**arguments, "json": {**payload, "returnUrl": signed}}

    def _epay_return_signature(self):
        return payment_utils.generate_access_token(
            RETURN_SIGNATURE, self.reference, env=self.env
        )

    def _epay_is_signed_return(self, params):
        """Whether a request to a return route carries the signature of this attempt."""
        given = str(params.get(RETURN_SIGNATURE) or "")
        return given.isascii() and consteq(given, self._epay_return_signature())

    def _epay_doubt_text(self):
        return self.env._("We are checking with your bank. Do not pay again.")
