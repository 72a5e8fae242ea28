from markupsafe import Markup

from odoo import Command, api, fields, models

from ..const import FINAL_STATES, SETTLED
from ..exceptions import SetupIncomplete

STORE, PROVIDER, COUNTER, TEST, READY = "store", "provider", "counter", "test", "ready"
_STEPS = (STORE, PROVIDER, COUNTER, TEST, READY)


class EpayFirstSteps(models.TransientModel):
    """From an Odoo that has no counter yet to the first settled deal.

    Where somebody stands is read from what exists (store, provider, counter, deal), so
    that the wizard can be left at any step and taken up again, by somebody else, too.
    """

    _name = "epay.first.steps"
    _description = "First steps"

    step = fields.Selection(
        [
            (STORE, "Store"),
            (PROVIDER, "Payment"),
            (COUNTER, "Counter"),
            (TEST, "Test Deal"),
            (READY, "Ready"),
        ],
        required=True,
        default=STORE,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    store_id = fields.Many2one("epay.store", help="Empty: a new store.")

    # The store.
    name = fields.Char("Name of the Store")
    code = fields.Char(help="The store's part of the address that customers open.")
    tz = fields.Selection(
        lambda self: self.env["epay.store"]._fields["tz"].selection(self),
        string="Time Zone",
        default=lambda self: self.env.user.tz or "UTC",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Product for Amounts",
        domain="[('sale_ok', '=', True), ('type', '=', 'service'),"
        " ('company_id', 'in', (False, company_id))]",
        help="Empty: a new service with the company's usual tax.",
    )
    tax_note = fields.Char(compute="_compute_tax_note")

    # The way of payment.
    provider_id = fields.Many2one(
        "payment.provider",
        domain="[('company_id', '=', company_id), ('epay_only', '=', False),"
        " ('state', '!=', 'disabled'), ('code', 'not in', ('none', 'custom'))]",
        groups="base.group_system",
    )
    provider_text = fields.Text("Offered Now", compute="_compute_provider_text")

    # The counter.
    counter_id = fields.Many2one("epay.counter", compute="_compute_counter_id")
    counter_code = fields.Char(default="C1")
    counter_name = fields.Char(
        "Spoken Name", default=lambda self: self.env._("Counter 1")
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Clerks",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        default=lambda self: self.env.user,
    )

    # The test deal.
    session_id = fields.Many2one("epay.session", "Deal", compute="_compute_counter_id")
    session_state = fields.Selection(related="session_id.state")
    address = fields.Char(compute="_compute_counter_id")

    # === OPENING === #

    @api.model
    def action_start(self):
        """Open the wizard where the user's unfinished store stands (menu)."""
        stores = self.env["epay.store"].search(
            [("company_id", "=", self.env.company.id)], order="id desc"
        )
        unfinished = stores.filtered(lambda store: self._first_step(store) != READY)
        return self._open(unfinished[:1])

    @api.model
    def _open(self, store, step=None):
        """The wizard for `store` (or a new one) at `step`, or at the first open one."""
        company = store.company_id or self.env.company
        wizard = self.create(
            {
                "store_id": store.id,
                "company_id": company.id,
                "step": step or self._first_step(store),
            }
        )
        return wizard._reopen()

    @api.model
    def _first_step(self, store):
        """The first step that is not done yet, by what exists."""
        if not store:
            return STORE
        if not self._bookable(self._providers_of(store)):
            return PROVIDER
        if not store.counter_ids:
            return COUNTER
        settled = [("store_id", "=", store.id), ("state", "=", SETTLED)]
        return READY if self.env["epay.session"].search(settled, limit=1) else TEST

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("First Steps"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _invitation(self):
        """What an empty list says to a manager who has no store yet, or False.

        Lists call it with sudo, when their action is loaded.
        """
        stores = self.env["epay.store"].sudo(False)
        if not self.sudo(False).has_access("create") or stores.search([], limit=1):
            return False
        return Markup(
            '<p class="o_view_nocontent_smiling_face">%s</p><p>%s</p><p>'
            '<a type="action" name="epay_counter.epay_first_steps_action"'
            ' class="btn btn-primary">%s</a></p>'
        ) % (
            self.env._("Make your first store"),
            self.env._(
                "“First Steps” leads you through it: the store, the way of payment, a "
                "counter, and a test deal with your own phone."
            ),
            self.env._("First Steps"),
        )

    # === COMPUTES === #

    @api.depends("company_id", "product_id")
    def _compute_tax_note(self):
        for wizard in self:
            tax = wizard.company_id.sudo().account_sale_tax_id
            included = self.env["epay.store"]._included_tax(tax)
            missing = not wizard.product_id and included != tax
            wizard.tax_note = missing and self.env._(
                "“%(tax)s” is not included in prices. Counter sales get a tax that is, "
                "because the amount that is typed is what the customer pays.",
                tax=tax.name,
            )

    @api.depends("store_id", "step")
    def _compute_provider_text(self):
        for wizard in self:
            providers = self._providers_of(wizard.store_id)
            bookable = self._bookable(providers)
            lines = [provider.name for provider in bookable]
            lines += [self._no_journal(provider) for provider in providers - bookable]
            wizard.provider_text = "\n".join(lines) or self._no_provider()

    @api.depends("store_id", "step")
    def _compute_counter_id(self):
        sessions = self.env["epay.session"]
        for wizard in self:
            counter = wizard.store_id.counter_ids[:1]
            wizard.counter_id = counter
            wizard.address = counter._public_url() if counter else False
            wizard.session_id = sessions.search(
                [("store_id", "=", wizard.store_id.id)], limit=1
            )

    @api.onchange("name")
    def _onchange_name(self):
        if self.name and not self.code:
            letters = filter(str.isalnum, self.name.lower())
            self.code = "".join(char for char in letters if char.isascii())[:20]

    @api.onchange("store_id")
    def _onchange_store_id(self):
        self.company_id = self.store_id.company_id or self.env.company

    # === BUTTONS === #

    def action_back(self):
        """One step back."""
        self.step = _STEPS[max(0, _STEPS.index(self.step) - 1)]
        return self._reopen()

    def action_next(self):
        """Do what this step is for, unless it is done, and go on to the next one, if
        there is one.

        :raise SetupIncomplete: something is missing; the text says what to do
        """
        do = {STORE: self._do_store, PROVIDER: self._do_provider}
        do.get(self.step, self._do_counter)()
        self.step = _STEPS[min(_STEPS.index(self.step) + 1, len(_STEPS) - 1)]
        return self._reopen()

    def action_copy_provider(self):
        """Make a counter copy of the chosen provider for this store (administrators).

        :raise SetupIncomplete: none is chosen, or it has no payment journal
        """
        return self._copy_provider("action_epay_counter_copy")

    def action_copy_provider_at_once(self):
        """Likewise one that charges at once, for methods that can't be captured later.

        :raise SetupIncomplete: none is chosen, or it has no payment journal
        """
        return self._copy_provider("action_epay_counter_copy_at_once")

    def _copy_provider(self, how):
        provider = self.provider_id
        if not provider:
            raise SetupIncomplete(self.env._("Choose the provider to be copied."))
        if not self._bookable(provider):
            raise SetupIncomplete(self._no_journal(provider))
        copy = provider.browse(getattr(provider, how)()["res_id"])
        if self.store_id.provider_ids:
            self.store_id.provider_ids = [Command.link(copy.id)]
        self.provider_id = False
        return self._reopen()

    def action_close(self):
        """Leave, and show behind it what was made."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_test(self):
        """Register a small deal, unless one is at the counter, and open the counter
        app.
        """
        counter = self.counter_id
        if counter.state != "open":
            counter.open_counter()
        if counter._held_session().state in (False, *FINAL_STATES):
            self._register_test_deal(counter)
        return self.env["ir.actions.client"]._for_xml_id(
            "epay_counter.clerk_app_action"
        )

    def _register_test_deal(self, counter):
        currency = counter.currency_id
        amount = max(counter.min_amount, currency.rounding * 100, 1.0)
        counter.register_sale(currency.round(amount), self.env._("Test deal"))

    def action_refresh(self):
        """Look again how far the test deal is."""
        if self.step == TEST and self._first_step(self.store_id) == READY:
            self.step = READY
        return self._reopen()

    # === THE STORE === #

    def _do_store(self):
        if self.store_id:
            return
        if not self.name or not self.code:
            raise SetupIncomplete(self.env._("Give the store a name and a code."))
        self.store_id = self.env["epay.store"].create(
            {
                "name": self.name,
                "code": self.code,
                "company_id": self.company_id.id,
                "address_id": self.company_id.partner_id.id,
                "tz": self.tz,
                # Empty: the store makes one.
                "product_id": self.product_id.id,
                "manager_ids": [Command.set(self.env.user.ids)],
            }
        )

    # === THE WAY OF PAYMENT === #

    @api.model
    def _providers_of(self, store):
        """Providers that the store's counters offer; sudo."""
        if not store:
            return self.env["payment.provider"]
        store.check_access("read")
        store = store.sudo()
        return store._payment_providers(store.walk_in_partner_id, 1.0)

    @api.model
    def _bookable(self, providers):
        """Those whose payments can be booked."""
        return providers.filtered(lambda provider: provider.sudo().journal_id)

    def _do_provider(self):
        providers = self._providers_of(self.store_id)
        if not self._bookable(providers):
            raise SetupIncomplete(
                self._no_journal(providers[0]) if providers else self._no_provider()
            )

    def _no_journal(self, provider):
        return self.env._(
            "“%(provider)s” has no payment journal, so its payments could not be "
            "booked. Open it among the payment providers and choose a journal.",
            provider=provider.sudo().name,
        )

    def _no_provider(self):
        if self.env.user._has_group("base.group_system"):
            return self.env._(
                "No payment provider is offered at the counters of this store yet. "
                "Choose one and make a counter copy of it."
            )
        return self.env._(
            "No payment provider is offered at the counters of this store yet. Ask an "
            "administrator to make a counter copy of one."
        )

    # === THE COUNTER === #

    def _do_counter(self):
        if self.counter_id or self.step != COUNTER:
            return
        if not self.counter_code or not self.counter_name:
            raise SetupIncomplete(self.env._("Give the counter a code and a name."))
        self.env["epay.counter"].create(
            {
                "store_id": self.store_id.id,
                "code": self.counter_code,
                "name": self.counter_name,
                "user_ids": [Command.set(self.user_ids.ids)],
            }
        )
