from contextlib import contextmanager
from functools import partial

import requests
from werkzeug.exceptions import HTTPException

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.models import MAGIC_COLUMNS

from ..charging import current_charge, watch_own_clients
from ..const import IDEMPOTENT_PROVIDERS, NOT_FOR_COUNTERS, REFUND_ARRIVES_DAYS
from ..exceptions import ProviderOutcomeUnknown


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    epay_only = fields.Boolean(
        "Only at Counters",
        copy=False,
        help="Offered at counters and nowhere else, so that manual capture can be on "
        "here and off in the shop.",
    )

    # === ACTIONS === #

    def action_epay_counter_copy(self):
        """Make a copy for counters that authorizes first: payments are captured at
        the clerk's order. Of a provider that can't do that, one that charges at once.

        It works with the same keys and the same webhook as the original.
        """
        return self._epay_copy(at_once=not self._epay_capturable_methods())

    def action_epay_counter_copy_at_once(self):
        """Make a copy for counters that charges at once, for the methods that can't be
        captured later.
        """
        return self._epay_copy(at_once=True)

    def _epay_copy(self, at_once):
        self.ensure_one()
        self.check_access("write")
        copy = self.copy(self._epay_prepare_copy(at_once))
        copy.journal_id = self.journal_id
        return {
            "type": "ir.actions.act_window",
            "res_model": "payment.provider",
            "res_id": copy.id,
            "views": [(False, "form")],
        }

    def _epay_prepare_copy(self, at_once=False):
        """Values of a counter copy that `copy` would leave out or change.

        :param bool at_once: whether it charges at once instead of authorizing first
        """
        methods = (
            self._epay_methods_at_once() if at_once else self._epay_capturable_methods()
        )
        return {
            **self._epay_read_keys(),
            "name": self._epay_copy_name(at_once),
            "epay_only": True,
            "state": self.state,
            "is_published": True,
            "capture_manually": not at_once,
            "payment_method_ids": [Command.set(methods.ids)],
        }

    def _epay_capturable_methods(self):
        """The methods of a copy that authorizes first, not enabled ones as well.

        Odoo refuses manual capture next to an active method that can't do it, and
        advises to disable the method: for the shop, too.
        """
        methods = self.with_context(active_test=False).payment_method_ids
        if not self.support_manual_capture:
            return methods.browse()
        return methods.filtered(_can_be_captured)

    def _epay_methods_at_once(self):
        """The methods of a copy that charges at once: those that no copy beside it
        authorizes first.
        """
        beside = self.with_context(active_test=False).search(
            [
                ("company_id", "=", self.company_id.id),
                ("code", "=", self.code),
                ("epay_only", "=", True),
                ("capture_manually", "=", True),
            ]
        )
        methods = self.with_context(active_test=False).payment_method_ids
        return methods - beside.payment_method_ids or methods

    def _epay_copy_name(self, at_once=False):
        """A name that no other provider has: payments of a journal go by it."""
        taken = self.search([("company_id", "=", self.company_id.id)]).mapped("name")
        wanted = name = (
            self.env._("%(provider)s (counter, charges at once)", provider=self.name)
            if at_once and self.support_manual_capture
            else self.env._("%(provider)s (counter)", provider=self.name)
        )
        number = 1
        while name in taken:
            number += 1
            name = f"{wanted} {number}"
        return name

    def _epay_read_keys(self):
        """What Odoo keeps out of copies: keys, accounts, the secrets of webhooks."""
        return {
            name: field.convert_to_write(self[name], self)
            for name, field in self._fields.items()
            if field.store
            and not (field.copy or field.compute or name in MAGIC_COLUMNS)
            and field.type not in ("one2many", "many2many")
        }

    # === WHICH PROVIDERS MAY TAKE A PAYMENT === #

    @api.model
    def _get_compatible_providers(self, *args, epay_store=None, **kwargs):
        """Keep counter copies out of every other flow, and the rest out of ours.

        :param epay_store: the store whose counter asks; published providers only, as
            for a public visitor, whoever looks
        """
        providers = super()._get_compatible_providers(*args, **kwargs)
        if not epay_store:
            return providers.filtered(lambda provider: not provider.epay_only)
        allowed = epay_store.sudo().provider_ids
        return providers.filtered(
            lambda provider: (
                provider.is_published
                and provider.code not in NOT_FOR_COUNTERS
                and (not allowed or provider in allowed)
            )
        )

    # === HOOKS FOR COUNTERS === #

    def _epay_flow(self):
        """`redirect` when the provider has nothing but a page of its own, else
        `direct`.

        A provider without any form draws its button by a script on our page (PayPal).
        """
        self.ensure_one()
        inline = self.inline_form_view_id and self._should_build_inline_form()
        return "redirect" if self.redirect_form_view_id and not inline else "direct"

    def _epay_charges_at_once(self, method):
        """Whether an authorization with `method` already takes the money (one
        phase).
        """
        self.ensure_one()
        primary = method.primary_payment_method_id or method
        return not self.capture_manually or primary.support_manual_capture == "none"

    def _epay_is_idempotent(self):
        """Whether a repeated request with the same key is recognized.

        Provider modules that send `idempotency_key` on to their API override it.
        """
        self.ensure_one()
        return self.code in IDEMPOTENT_PROVIDERS

    def _epay_passes_condition(self, condition, method):
        """Whether this provider's integration carries out `condition` with `method`.

        No provider of Odoo 19.0 does; an integration that passes instalments on
        overrides it together with its request payload.
        """
        return False

    def _epay_refund_arrival(self):
        """After how many business days a refund is on the customer's account, as the
        customer is told: least and most.
        """
        return REFUND_ARRIVES_DAYS

    # === REQUESTS === #

    def _register_hook(self):
        """All modules are there: their own clients can be watched."""
        super()._register_hook()
        watch_own_clients()

    def _send_api_request(self, method, endpoint, **kwargs):
        """Tell an unknown outcome from a failure while an operation is carried out, or
        a provider's own route charges for a deal (`ir.http`). Such a charge also learns
        that it was sent.

        Odoo's engine turns a timeout, a lost connection and an HTTP 502 into the same
        `ValidationError` as a refusal.

        :raise ProviderOutcomeUnknown: the provider may have done what it was asked
        """
        send = partial(super()._send_api_request, method, endpoint)
        context, charge = self.env.context, current_charge()
        if charge:
            with charge.asked(), telling_unknown():
                return send(**charge.transaction._epay_sign_return(kwargs))
        if context.get("epay_recorder") or context.get("epay_applying"):
            with telling_unknown(context.get("epay_repetition")):
                return send(**kwargs)
        return send(**kwargs)


# A repeated request that is refused like this says nothing about the first one: it was
# not let in, or the first is still being worked on.
_NOT_ABOUT_THE_FIRST = {401, 403, 409, 425, 429}


def _can_be_captured(method):
    """Whether the method, and the one that it is a brand of, allow manual capture."""
    both = method | method.primary_payment_method_id
    return "none" not in both.mapped("support_manual_capture")


@contextmanager
def telling_unknown(repetition=None):
    """Around a request: its failure becomes `ProviderOutcomeUnknown` when the provider
    may have done what it was asked.
    """
    try:
        yield
    except ValidationError as error:
        if _is_unknown(error.__context__, repetition):
            raise ProviderOutcomeUnknown(str(error)) from error
        raise
    except (ValueError, KeyError, TypeError) as error:
        raise ProviderOutcomeUnknown("The answer could not be read.") from error


def leaves_outcome_open(error, charge):
    """Whether an exception out of a provider's own route leaves it open what the
    provider did. Some modules call without `_send_api_request` (Authorize.net).

    :param charging.Charge charge: what is known of the requests that were made
    """
    if not charge.sent:
        return False
    if charge.answered:
        return True  # It did something, and what it said is rolled back.
    if isinstance(error, requests.exceptions.RequestException):
        return _is_unknown(error, None)
    return not isinstance(error, UserError | HTTPException)


def _is_unknown(cause, repetition):
    """Whether the exception behind a `ValidationError` leaves the outcome open."""
    while cause:
        if isinstance(cause, requests.exceptions.HTTPError):
            status = cause.response.status_code if cause.response is not None else 500
            not_let_in = repetition and status in _NOT_ABOUT_THE_FIRST
            return status >= 500 or status == 408 or not_let_in
        if isinstance(cause, requests.exceptions.ConnectTimeout):
            return False  # It was never sent.
        if isinstance(cause, requests.exceptions.ConnectionError):
            return not _never_connected(cause)
        if isinstance(cause, requests.exceptions.RequestException):
            return True
        cause = cause.__context__
    return False


def _never_connected(error):
    """Refused or not found: nothing was sent."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError")
