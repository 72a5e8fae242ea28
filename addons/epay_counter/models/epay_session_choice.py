from odoo import models
from odoo.tools.translate import LazyTranslate

from ..const import AUTHORIZING, CHOSEN, CUSTOMER_STATES, ENGAGED, ONE_PAYMENT
from ..exceptions import MethodNotOffered, ProviderDisabled, WrongState

_lt = LazyTranslate(__name__)


class EpaySession(models.Model):
    """Choosing how to pay (SA7): what a phone is offered, its choice, choosing again.

    Called by the visit controllers, as `epay_session_customer.py` is.
    """

    _inherit = "epay.session"

    def _offered_providers(self, visit, amount=None):
        """Providers that may take this deal's amount from this phone's customer.

        :param float amount: what the customer has just typed; without, the deal's (zero
            while it is not known: then all of the currency)
        :return: `payment.provider`, sudo
        """
        store = self.sudo().store_id
        partner = visit.partner_id or store.walk_in_partner_id
        return store._payment_providers(partner, amount or self.amount)

    def _payment_options(self, visit, signed_in=True, providers=None):
        """What this phone may pay with here: saved cards first, then methods.

        :param bool signed_in: whether the visit's customer is signed in on the phone
            right now; saved cards are for nobody else (a link alone never gives them)
        :param providers: `_offered_providers`, if the caller has asked already
        :return: list of dicts: key, code, name, icon (method id), saved, flow, test,
            charged_at_once, conditions (list of code and name)
        """
        session = self.sudo()
        partner = visit.partner_id or session.store_id.walk_in_partner_id
        if providers is None:
            providers = session._offered_providers(visit)
        saved = self.env["payment.token"].sudo()
        if visit.partner_id and signed_in:
            saved = saved._get_available_tokens(providers.ids, partner.id)
        methods = (
            self.env["payment.method"]
            .sudo()
            ._get_compatible_payment_methods(
                providers.ids, partner.id, currency_id=session.currency_id.id
            )
        )
        options = [session._token_option(token) for token in saved]
        for method in methods:
            # The first compatible provider, as `payment.method_form` does it.
            if provider := (providers & method.provider_ids)[:1]:
                options.append(session._method_option(method, provider))
        return options

    def _method_option(self, method, provider):
        return {
            "key": f"m-{method.id}-{provider.id}",
            "code": method.code,
            "name": method.name,
            "icon": method.id,
            "saved": False,
            "flow": provider._epay_flow(),
            "test": provider.state == "test",
            "charged_at_once": provider._epay_charges_at_once(method),
            "conditions": self._condition_options(provider, method),
        }

    def _token_option(self, token):
        method = token.payment_method_id
        return {
            **self._method_option(method, token.provider_id),
            "key": f"t-{token.id}",
            "name": token._epay_label(),
            "saved": True,
            "flow": "token",
        }

    def _condition_options(self, provider, method):
        """What is really passed on; one payment is always among it."""
        offered = self.store_id.condition_ids._offered_for(provider, method)
        options = [{"code": c.code, "name": c.name} for c in offered]
        if options and ONE_PAYMENT not in offered.mapped("code"):
            name = self.env._("One payment")
            options.insert(0, {"code": ONE_PAYMENT, "name": name})
        return options

    def _choose(
        self, visit, key, condition=None, signed_in=True, amount=None, seen=None
    ):
        """The customer names method and conditions (SA7), and the amount where that is
        the customer's own (SC5): all in one go.

        :param str key: of one of `_payment_options`
        :param str condition: code of one of its conditions
        :param str amount: as it was typed; ignored where the clerk entered it
        :param str seen: the sum that the page showed, decimal string with a dot; None
            if the caller doesn't say
        :raise MethodNotOffered: :raise BadAmount: :raise WrongState:
        :raise NotYourPhone: :raise AmountMismatch: it is another sum by now
        """

        def work(session):
            if session.state in CUSTOMER_STATES and not session._is_own_amount():
                session._require_amount_seen(seen)
            session._choose_locked(key, condition, signed_in, amount)

        self._as_customer(visit, work)

    def _choose_locked(self, key, condition, signed_in, amount=None):
        self._require_state(*CUSTOMER_STATES)
        entered = self._amount_values(amount)
        option = self._offered_option(key, signed_in, entered.get("amount"))
        values = {
            **self._choice_values(option, condition),
            **entered,
            "partner_id": self._buyer().id,
            "payer_visit_id": self._bound_visit().id,
            "sent_back": False,
        }
        if self.state == CHOSEN:
            if self._has_chosen(values):
                return
            self._transition(ENGAGED, _lt("The customer changed the choice."))
        self._transition(CHOSEN, **values)

    def _has_chosen(self, values):
        """Whether these values are what is chosen already: sent twice is once."""
        return all(
            self.currency_id.compare_amounts(self[name], value) == 0
            if self._fields[name].type == "monetary"
            else self._fields[name].convert_to_write(self[name], self) == value
            for name, value in values.items()
        )

    def _offered_option(self, key, signed_in, amount=None):
        """:raise MethodNotOffered: at all, or for the amount that was typed"""
        visit = self._bound_visit()
        providers = self._offered_providers(visit, amount)
        options = self._payment_options(visit, signed_in, providers)
        for option in options:
            if option["key"] == key:
                return option
        if amount and any(
            option["key"] == key for option in self._payment_options(visit, signed_in)
        ):
            raise MethodNotOffered(
                self.env._(
                    "This payment method does not take %(amount)s. Choose another one.",
                    amount=self.currency_id._epay_in_text(amount),
                )
            )
        raise MethodNotOffered(
            self.env._("This payment method is not offered here. Choose another one.")
        )

    def _choice_values(self, option, condition):
        kind, *ids = option["key"].split("-")
        token = self.env["payment.token"].browse(int(ids[0]) if kind == "t" else [])
        method = self.env["payment.method"].browse(int(ids[0]) if kind == "m" else [])
        provider = self.env["payment.provider"].browse(
            int(ids[1]) if kind == "m" else []
        )
        return {
            "token_id": token.id,
            "payment_method_id": (method or token.payment_method_id).id,
            "provider_id": (provider or token.provider_id).id,
            "flow": option["flow"],
            "charged_at_once": option["charged_at_once"],
            "condition_id": self._offered_condition(option, condition).id,
        }

    def _offered_condition(self, option, code):
        offered = {condition["code"] for condition in option["conditions"]}
        if not code:
            return self.env["epay.condition"]
        if code not in offered:
            raise MethodNotOffered(
                self.env._("This condition is not offered with this method.")
            )
        return self.store_id.condition_ids.filtered(lambda c: c.code == code)[:1]

    def _unchoose(self, visit):
        """The customer wants to choose again; also from the provider's form.

        A form that is still open may yet be paid: that money is given back by itself.
        """
        self._as_customer(visit, lambda session: session._unchoose_locked())

    def _unchoose_locked(self):
        why = _lt("The customer chooses again.")
        if self.state == AUTHORIZING:
            self._require_nothing_under_way(but_form=True)
            if self.live_transaction_id.state == "pending":
                raise WrongState(
                    self.env._("Your payment is on its way. Please wait a moment.")
                )
        else:
            self._require_state(*CUSTOMER_STATES)
        if self.state == ENGAGED and not self.reason:
            return
        self._choose_again(why)
        # The customer's own wish is for the history; it is no trouble to be shown.
        self._write_machine({"reason": False})

    def _choose_again(self, why):
        """Back to choosing, on the phone that is bound now."""
        if self.state == AUTHORIZING:
            self._abandon_attempt(why)
        again = self._no_choice(self._is_same_phone())
        self._transition(ENGAGED, why, partner_id=self._buyer().id, **again)

    def _is_same_phone(self):
        """Whether the phone that is bound now is the one that chose."""
        return self._bound_visit() == self.payer_visit_id

    def _no_choice(self, same_phone):
        """Values of a deal whose customer has yet to choose.

        :param bool same_phone: whether the one that chose does so again: what was typed
            is put into its field, and told to no other phone
        """
        own = {"amount": 0.0} if self._is_own_amount() else {}
        if not same_phone:
            own["typed_amount"] = False
        return {
            **own,
            "payer_visit_id": False,
            "sent_back": False,
            "token_id": False,
            "payment_method_id": False,
            "provider_id": False,
            "condition_id": False,
            "flow": False,
            "charged_at_once": False,
        }

    def _check_choice_still_offered(self):
        """Refuse to authorize with what is not (or not as promised) offered any more.

        :raise ProviderDisabled: :raise MethodNotOffered:
        """
        provider = self.provider_id
        if not provider or provider.state == "disabled":
            raise ProviderDisabled(
                self.env._(
                    "The payment provider was switched off. Ask the customer to choose "
                    "another method."
                )
            )
        if not self._is_choice_offered():
            raise MethodNotOffered(
                self.env._(
                    "The chosen method is not offered any more. Ask the customer to "
                    "choose another one."
                )
            )

    def _is_choice_offered(self):
        """Whether the store still offers what was chosen, as it was promised."""
        options = {o["key"]: o for o in self._payment_options(self._paying_visit())}
        key = (
            f"t-{self.token_id.id}"
            if self.token_id
            else f"m-{self.payment_method_id.id}-{self.provider_id.id}"
        )
        return options.get(key, {}).get("charged_at_once") == self.charged_at_once
