from odoo import Command, api, fields, models

from ..exceptions import SetupIncomplete


class EpayStore(models.Model):
    """What the back office has on a store: its first steps, its counters' number, its
    orders, and the product for amounts that it makes itself.
    """

    _inherit = "epay.store"

    counter_count = fields.Integer(compute="_compute_counter_count")

    def _compute_counter_count(self):
        groups = self.env["epay.counter"]._read_group(
            [("store_id", "in", self.ids)], ["store_id"], ["__count"]
        )
        counts = {store.id: count for store, count in groups}
        for store in self:
            store.counter_count = counts.get(store.id, 0)

    # === ORDERS === #

    def _prepare_order(self, partner, currency, lines, **values):
        """Values of an order of this store: sold and taxed where the store is, wherever
        the customer lives.

        :param list lines: values of its lines
        :param values: whose it is, and what it refers to
        """
        return {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "pricelist_id": self.pricelist_id.id,
            "currency_id": currency.id,
            "fiscal_position_id": self._fiscal_position().id,
            "order_line": [Command.create(vals) for vals in lines],
            **values,
        }

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """A store without a product for amounts gets a new one."""
        companies = self.env["res.company"]
        filled = []
        for vals in vals_list:
            if not vals.get("product_id"):
                company = companies.browse(vals.get("company_id")) or self.env.company
                vals = {**vals, "product_id": self._new_product(company).id}
            filled.append(vals)
        return super().create(filled)

    def write(self, vals):
        """A product for amounts that is taken away is replaced by a new one."""
        if "product_id" in vals and not vals["product_id"]:
            company = self.env["res.company"].browse(vals.get("company_id"))
            company = company or self.company_id[:1]
            vals = {**vals, "product_id": self._new_product(company).id}
        return super().write(vals)

    @api.model
    def get_empty_list_help(self, help_message):
        """Where to begin, for a manager who has no store yet (Odoo's hook)."""
        invitation = self.env["epay.first.steps"]._invitation()
        return invitation or super().get_empty_list_help(help_message)

    # === THE PRODUCT FOR AMOUNTS === #

    @api.model
    def _new_product(self, company):
        """A service for amounts, with the company's usual tax, included in the price.

        :raise SetupIncomplete: when the user may make neither product nor tax
        """
        products = self.env["product.product"]
        if not products.has_access("create"):
            raise SetupIncomplete(
                self.env._(
                    "You may not make products. Choose one whose tax is included in "
                    "the price, or ask an administrator to take this step."
                )
            )
        tax = company.sudo().account_sale_tax_id
        tax = self._included_tax(tax) or self._tax_twin(tax)
        return products.create(
            {
                "name": self.env._("Counter sale"),
                "type": "service",
                "invoice_policy": "order",
                "list_price": 0.0,
                "company_id": company.id,
                "taxes_id": [Command.set(tax.ids)],
                "supplier_taxes_id": [Command.clear()],
            }
        )

    @api.model
    def _included_tax(self, tax):
        """`tax`, or another one like it, that is included in the price; sudo."""
        if tax.price_include or not tax:
            return tax
        return tax.search(
            [
                ("company_id", "=", tax.company_id.id),
                ("type_tax_use", "=", tax.type_tax_use),
                ("amount_type", "=", tax.amount_type),
                ("amount", "=", tax.amount),
                ("country_id", "=", tax.country_id.id),
                ("price_include_override", "=", "tax_included"),
            ],
            limit=1,
        )

    @api.model
    def _tax_twin(self, tax):
        """A copy of `tax` that is included in the price; none of no tax.

        :raise SetupIncomplete: when the user may not make taxes
        """
        if not tax:
            return tax
        if not tax.sudo(False).has_access("create"):
            raise SetupIncomplete(
                self.env._(
                    "“%(tax)s” is not included in prices. Ask accounting for a tax "
                    "with “Included in Price”, and choose a product that has it.",
                    tax=tax.name,
                )
            )
        name = self.env._("%(tax)s, included", tax=tax.name)
        values = {"name": name, "price_include_override": "tax_included"}
        return tax.sudo(False).copy(values)

    # === ACTIONS === #

    def action_first_steps(self):
        """The first-steps wizard, where this store stands."""
        return self.env["epay.first.steps"]._open(self)

    def action_counter_copy(self):
        """The wizard's step that makes a counter copy (administrators)."""
        return self.env["epay.first.steps"]._open(self, "provider")

    def action_open_counters(self):
        """The store's counters (smart button)."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "epay_counter.epay_counter_action"
        )
        return {
            **action,
            "domain": [("store_id", "=", self.id)],
            "context": {"default_store_id": self.id},
        }
