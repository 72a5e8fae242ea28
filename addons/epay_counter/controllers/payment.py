from lxml import html
from markupsafe import Markup

from odoo.exceptions import ValidationError
from odoo.http import request, route

from odoo.addons.payment.controllers.portal import PaymentPortal
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

from ..const import AUTHORIZING, TURN_CUSTOMER, VISIT_BOUND
from ..exceptions import AmountMismatch, MethodNotOffered, WrongState
from ..reasons import UNREACHABLE, in_english
from ..tools.money import NotAnAmount, parse_amount
from . import common
from .visit_page import find_mine, render_visit, turn_values, visit_values

# Hosts that a provider's form may take its own style from; nobody else's is loaded, so
# that a shop's theme with fonts from elsewhere doesn't tell anybody who pays here (nor
# keep the form waiting).
STYLE_HOSTS = {
    "adyen": "https://*.adyen.com",
    "authorize": "https://*.authorize.net",
    "mercado_pago": "https://*.mercadopago.com https://*.mlstatic.com",
    "paypal": "https://*.paypal.com https://*.paypalobjects.com",
    "razorpay": "https://*.razorpay.com",
    "stripe": "https://*.stripe.com",
}
# The name that our button on the redirect page refers to.
_FORM_ID = "epay_redirect"


class EpayPayment(PaymentPortal):
    """The way to the provider and back (SA10 to SA12).

    Names carry a prefix: Odoo merges every subclass of `PaymentPortal` into one class.
    """

    _pay_url = "/epay/v/<token>/pay"
    _transaction_url = "/epay/v/<token>/transaction"
    _redirect_url = "/epay/v/<token>/redirect"
    _back_url = common.BACK_PATH

    # === DIRECT: THE PROVIDER'S OWN FORM === #

    @route(
        _pay_url,
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
        list_as_website_content=False,
    )
    @common.light
    def epay_pay(self, token, **kwargs):
        """The provider's form, with the one method that the customer chose.

        Before the clerk's request, after the payment, and on a phone that was let go:
        back to the visit. Another phone: 409; what is not offered any more: 422. The
        page is in the shop's layout (`website=True`) because the scripts of the form
        live in its bundle; everything else is on light pages.
        """
        visit_sudo = find_mine(token)
        session = visit_sudo.session_id
        is_bound = visit_sudo.state == VISIT_BOUND
        if not is_bound or not self._is_on_the_way(session) or session.flow != "direct":
            return request.redirect(f"/epay/v/{token}")
        session._check_form_offered()
        response = request.render(
            "epay_counter.pay",
            {
                "page": common.page_values(session.name),
                "place": common.place_of(visit_sudo.counter_id),
                "visit": visit_values(visit_sudo, token),
                "deal": {**common.deal_values(session), **turn_values(session)},
                # Without its scripts the form is sent off as a plain one, to here.
                "not_loaded": "o_payment_submit_button" in kwargs,
                **self._epay_form_values(session, token),
            },
        )
        response.headers.update(self._epay_form_headers(session.provider_id))
        return response

    def _epay_form_headers(self, provider_sudo):
        """Headers of the provider's form. Add-ons of providers that are not in
        `STYLE_HOSTS` and load a style sheet of their own override it."""
        hosts = STYLE_HOSTS.get(provider_sudo.code, "")
        return {
            "Cache-Control": "no-store",
            "Content-Security-Policy": (
                f"style-src 'self' 'unsafe-inline' {hosts}; "
                f"font-src 'self' data: {hosts}; frame-ancestors 'none'"
            ),
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
        }

    def _is_on_the_way(self, session):
        """Whether the customer's phone has something to do at the provider."""
        return session.state == AUTHORIZING and session._turn() == TURN_CUSTOMER

    def _epay_form_values(self, session, token):
        """The context of `payment.form`: one provider, one method, our routes."""
        providers = session.provider_id
        visit_sudo = session._paying_visit()
        may_save = (
            common.is_signed_in(visit_sudo)
            and visit_sudo.partner_id == session.partner_id
        )
        return {
            "reference_prefix": session.name,
            "amount": session.amount,
            "currency": session.currency_id,
            "partner_id": session.partner_id.id,
            "providers_sudo": providers,
            "payment_methods_sudo": session.payment_method_id,
            "tokens_sudo": request.env["payment.token"].sudo(),
            "availability_report": {},
            "transaction_route": f"/epay/v/{token}/transaction",
            "landing_route": self._back_url,
            "access_token": "",
            "show_tokenize_input_mapping": (
                self._compute_show_tokenize_input_mapping(providers)
                if may_save
                else dict.fromkeys(providers.ids, False)
            ),
            **self._get_extra_payment_form_values(),
        }

    @route(_transaction_url, type="jsonrpc", auth="public", methods=["POST"])
    def epay_transaction(self, token, access_token=None, **kwargs):
        """Make the payment attempt for the provider's form; answers its processing
        values.

        What is paid comes from the deal alone: whatever the browser says otherwise is
        refused, not followed. `application/json` only, so no other site can send it.
        """
        common.use_visitor_language()
        visit_sudo = find_mine(token)
        session = visit_sudo.session_id
        self._validate_transaction_kwargs(kwargs)
        if not self._is_on_the_way(session):
            raise WrongState(
                request.env._("The payment has moved on. Go back to see where it is.")
            )
        self._check_form(session, kwargs)
        self._check_tries(session)
        tx_sudo = session._prepare_attempt(
            visit_sudo,
            # Some providers' forms send the browser away for some methods.
            flow=kwargs["flow"],
            tokenize=bool(kwargs.get("tokenization_requested")),
        )
        return self._epay_processing_values(session, tx_sudo)

    def _check_tries(self, session):
        """:raise TooManyAttempts: each try stays in the shop's list of payments"""
        request.env["epay.attempt"].sudo()._check("pay", session.id)

    def _check_form(self, session, sent):
        """Refuse what the provider's form can't have sent for this deal.

        :raise AmountMismatch: :raise MethodNotOffered:
        """
        try:
            digits = session.currency_id.decimal_places
            amount = float(parse_amount(sent.get("amount"), digits))
        except NotAnAmount:
            amount = 0.0
        if session.currency_id.compare_amounts(amount, session.amount):
            raise AmountMismatch(
                request.env._("The amount has changed. Go back and look at it again.")
            )
        as_chosen = (
            sent.get("provider_id") == session.provider_id.id
            and sent.get("payment_method_id") == session.payment_method_id.id
            and sent.get("flow") in ("direct", "redirect")
            and sent.get("landing_route") in (None, self._back_url)
            and not sent.get("token_id")
            and not sent.get("is_validation")
        )
        if not as_chosen:
            raise MethodNotOffered(
                request.env._("This is not what you chose. Go back and choose again.")
            )

    def _epay_processing_values(self, session, tx_sudo):
        """What the provider's form needs; a failure leads back to choosing."""
        PaymentPostProcessing.monitor_transaction(tx_sudo)
        try:
            with request.env.cr.savepoint():
                values = tx_sudo._get_processing_values()
        except ValidationError as error:
            session._attempt_failed(tx_sudo, str(error))
            raise
        return values

    # === REDIRECT: THE PROVIDER'S OWN PAGE === #

    @route(_redirect_url, type="http", auth="public", methods=["POST"])
    @common.light
    def epay_redirect(self, token, **kwargs):
        """Make the payment attempt and answer a page with the provider's redirect form.

        Scripts send the form off from the page where the customer is; without scripts
        it has a button. Refuses another phone, or a deal that is not on the way there
        (409).
        """
        visit_sudo = find_mine(token)
        session = visit_sudo.session_id
        if not self._is_on_the_way(session) or session.flow != "redirect":
            raise WrongState(request.env._("The payment has moved on."))
        self._check_tries(session)
        tx_sudo = session._prepare_attempt(visit_sudo)
        try:
            values = self._epay_processing_values(session, tx_sudo)
        except ValidationError:
            return request.redirect(f"/epay/v/{token}")
        if values["state"] == "error":
            # Some providers' modules keep the failure to themselves.
            return request.redirect(f"/epay/v/{token}")
        form = self._redirect_form(values.get("redirect_form_html"))
        if form is None:
            session._attempt_failed(tx_sudo, in_english(UNREACHABLE))
            return request.redirect(f"/epay/v/{token}")
        return self._render_redirect(visit_sudo, token, form)

    def _render_redirect(self, visit_sudo, token, form):
        session = visit_sudo.session_id
        response = common.render(
            "redirect",
            title=session.name,
            place=common.place_of(visit_sudo.counter_id),
            visit=visit_values(visit_sudo, token),
            deal=common.deal_values(session),
            form=form,
        )
        return response

    def _redirect_form(self, rendered):
        """The provider's form alone, with a name that our button can refer to."""
        if not rendered:
            return None
        forms = html.fragment_fromstring(rendered, create_parent="div").xpath(".//form")
        if not forms:
            return None
        forms[0].set("id", _FORM_ID)
        return Markup(html.tostring(forms[0], encoding="unicode", with_tail=False))

    # === BACK === #

    @route(_back_url, type="http", auth="public", methods=["GET"])
    @common.light
    def epay_back(self, signed_in=None, **kwargs):
        """Where providers send the browser back to, and (`signed_in`) the shop's login.

        The visit is found by the transaction that Odoo watches in the browser's
        session, else by the phone's cookie; else a page says where to look. It is the
        visit of that transaction: the deal may be another phone's by now. A browser
        that came back without the phone's cookie only sees how far the payment is.
        After signing in no payment is watched yet, but perhaps still the last one.
        """
        phone = common.phone_cookie()
        own_sudo = request.env["epay.visit"]._of_phone(phone)
        watched_sudo = self._watched_visit()
        visit_sudo = (signed_in and own_sudo) or watched_sudo or own_sudo
        visit_sudo = visit_sudo.filtered(lambda visit: not visit._is_over())
        if visit_sudo and visit_sudo._is_phone(phone):
            return request.redirect(f"/epay/v/{visit_sudo._token_for(phone)}")
        if visit_sudo:
            return render_visit(visit_sudo)
        return common.render("back", title=request.env._("Thank you"))

    def _watched_visit(self):
        """The phone that made the transaction that Odoo watches in this browser,
        sudo.
        """
        tx_id = request.session.get(PaymentPostProcessing.MONITORED_TX_ID_KEY)
        tx_sudo = request.env["payment.transaction"].sudo().browse(tx_id or []).exists()
        return (tx_sudo.source_transaction_id or tx_sudo).epay_visit_id


class EpayPostProcessing(PaymentPostProcessing):
    @route()
    def display_status(self, **kwargs):
        """Lead customers of a counter back to their page instead of Odoo's status page.

        Odoo's page would poll until it may book; at a counter the clerk orders that.
        """
        tx_sudo = self._get_monitored_transaction()
        if (tx_sudo.source_transaction_id or tx_sudo).epay_session_id:
            return request.redirect(common.BACK_PATH)
        return super().display_status(**kwargs)
