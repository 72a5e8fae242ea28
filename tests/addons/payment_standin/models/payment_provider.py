from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.urls import urljoin

from .. import const
from ..patience import patience


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    code = fields.Selection(
        selection_add=[("standin", "Stand-in")], ondelete={"standin": "set default"}
    )
    standin_url = fields.Char(
        string="Card Company's URL",
        default=const.DEFAULT_URL,
        required_if_provider="standin",
    )
    standin_webhook_secret = fields.Char(
        string="Webhook Secret",
        default=const.DEFAULT_SECRET,
        groups="base.group_system",
    )
    standin_flow = fields.Selection(
        [
            ("redirect", "Payment page of the card company"),
            ("direct", "Form; the browser hands the card in"),
            ("server", "Form; the shop's server hands the card in"),
        ],
        string="Payment Flow",
        default="redirect",
    )
    standin_keys = fields.Boolean(
        string="Idempotency Keys",
        default=True,
        help="Hand idempotency keys on; without them nothing may be asked for twice.",
    )
    standin_askable = fields.Boolean(
        string="Can Be Asked",
        default=True,
        help="Whether the counter may ask for the present state of a payment.",
    )
    standin_refunds = fields.Boolean(
        string="Takes Refunds",
        default=True,
        help="Whether what was captured can be given back from here.",
    )
    standin_conditions = fields.Boolean(
        string="Takes Instalments",
        help="The chosen condition is handed on; else it takes one payment only.",
    )

    def _compute_feature_support_fields(self):
        """Override of `payment` to enable additional features."""
        res = super()._compute_feature_support_fields()
        self.filtered(lambda provider: provider.code == "standin").update(
            {
                "support_manual_capture": "full_only",
                "support_refund": "partial",
                "support_tokenization": True,
            }
        )
        self.filtered(
            lambda provider: provider.code == "standin" and not provider.standin_refunds
        ).support_refund = "none"
        return res

    def _get_default_payment_method_codes(self):
        """Override of `payment` to return the default payment method codes."""
        self.ensure_one()
        if self.code != "standin":
            return super()._get_default_payment_method_codes()
        return const.METHOD_CODES

    def write(self, vals):
        """Keep the form views in line with the flow."""
        if "standin_flow" in vals:
            vals = {**self._standin_views(vals["standin_flow"]), **vals}
        return super().write(vals)

    def _should_build_inline_form(self, is_validation=False):
        """Override of `payment`: the redirect flow has no form in the shop."""
        if self.code != "standin":
            return super()._should_build_inline_form(is_validation=is_validation)
        return self.standin_flow != "redirect"

    # Requests

    def _send_api_request(self, method, endpoint, **kwargs):
        """Override of `payment` to give up as early as a test wants it."""
        if self.code != "standin":
            return super()._send_api_request(method, endpoint, **kwargs)
        parameters = self.env["ir.config_parameter"].sudo()
        seconds = float(parameters.get_param(const.TIMEOUT_PARAMETER) or 0)
        with patience(seconds):
            return super()._send_api_request(method, endpoint, **kwargs)

    def _build_request_url(self, endpoint, **kwargs):
        """Override of `payment` to build the request URL."""
        if self.code != "standin":
            return super()._build_request_url(endpoint, **kwargs)
        return urljoin(self.standin_url, endpoint)

    def _build_request_headers(self, method, *args, idempotency_key=None, **kwargs):
        """Override of `payment` to hand on the idempotency key."""
        if self.code != "standin":
            return super()._build_request_headers(
                method, *args, idempotency_key=idempotency_key, **kwargs
            )
        if method == "POST" and idempotency_key and self.standin_keys:
            return {"Idempotency-Key": idempotency_key}
        return {}

    def _parse_response_error(self, response):
        """Override of `payment` to extract the error message."""
        if self.code != "standin":
            return super()._parse_response_error(response)
        return response.json().get("error", {}).get("message", "")

    # What the counter wants to know

    def _epay_is_idempotent(self):
        """Override of `epay_counter`: a repeat with the same key does no harm."""
        if self.code != "standin":
            return super()._epay_is_idempotent()
        return self.standin_keys

    def _epay_passes_condition(self, condition, method):
        """Override of `epay_counter`: the condition goes along with the payment."""
        if self.code != "standin":
            return super()._epay_passes_condition(condition, method)
        return self.standin_conditions

    # Setting up a shop for tests

    @api.model
    def _standin_views(self, flow):
        redirect = self.env.ref("payment_standin.redirect_form")
        inline = self.env.ref("payment_standin.inline_form")
        is_redirect = flow == "redirect"
        return {
            "redirect_form_view_id": redirect.id if is_redirect else False,
            "inline_form_view_id": False if is_redirect else inline.id,
        }

    @api.model
    def _standin_make(
        self,
        company=None,
        flow="redirect",
        manual=True,
        url=const.DEFAULT_URL,
        methods=("card",),
        name=None,
        **values,
    ):
        """Return a provider that is ready to take payments.

        The same name in the same company is set up anew, not made twice.

        :param res.company company: Whose provider it is; the current one if none.
        :param str flow: redirect, direct or server.
        :param bool manual: Hold first and capture later, or charge at once.
        :param str url: Where the card company listens.
        :param tuple methods: Codes of payment methods.
        :param str name: The provider's name; derived from flow and `manual` if none.
        :param dict values: More values of the record, such as `standin_keys` and
            `standin_askable`.
        """
        name = name or f"Stand-in {flow}{'' if manual else ' at once'}"
        provider = self._standin_named(name, company or self.env.company)
        found = self.env["payment.method"].sudo().with_context(active_test=False)
        found = found.search([("code", "in", list(methods))])
        provider.write(
            {
                "standin_url": url,
                "standin_flow": flow,
                "capture_manually": manual,
                "allow_tokenization": True,
                "payment_method_ids": [Command.set(found.ids)],
            }
        )
        provider.write({"state": "test", "is_published": True, **values})
        # Only an enabled provider's methods can be switched on.
        visa = found.brand_ids.filtered(lambda brand: brand.code == "visa")
        (found + visa).active = True
        provider._standin_set_journal()
        return provider

    @api.model
    def _standin_named(self, name, company):
        """The provider of this name in this company, made if there is none."""
        wanted = {"name": name, "code": "standin", "company_id": company.id}
        provider_model = self.sudo().with_company(company)
        domain = [(field, "=", value) for field, value in wanted.items()]
        return provider_model.search(domain, limit=1) or provider_model.create(wanted)

    def _standin_set_journal(self):
        """Book on a bank journal of the company, making one if there is none."""
        self.ensure_one()
        self._setup_payment_method("standin")
        if self.journal_id:
            return
        journals = self.env["account.journal"].sudo()
        domain = [("type", "=", "bank"), ("company_id", "=", self.company_id.id)]
        self.journal_id = journals.search(domain, limit=1) or journals.create(
            {
                "name": "Stand-in Bank",
                "code": "STDIN",
                "type": "bank",
                "company_id": self.company_id.id,
            }
        )
