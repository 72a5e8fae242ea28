from odoo import api, fields, models
from odoo.tools import SQL

from ..const import FINAL_STATES, KIND_CANCELLATION


class EpaySession(models.Model):
    """What the back office has on a deal: its day close, quick lists, ways to books.

    Lists, pivot and graph read stored columns only, so that they stay quick with a
    million deals.
    """

    _inherit = "epay.session"

    # The numbers that people type are parts of a deal's own.
    name = fields.Char(index="trigram")
    day_close_id = fields.Many2one(
        "epay.day.close",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The day close in which the settled deal was counted, once.",
    )

    _created = models.Index("(create_date)")
    _settled = models.Index("(counter_id, settled_at) WHERE settled_at IS NOT NULL")
    # The office's filters, newest first; each as the ORM writes it.
    _doubtful = models.Index("(id) WHERE in_doubt IS TRUE")
    _live = models.Index(f"(id) WHERE state NOT IN {FINAL_STATES}")
    _returns = models.Index(f"(id) WHERE kind = '{KIND_CANCELLATION}'")
    _returned = models.Index("(id) WHERE return_state <> 'none'")

    # === GETTERS === #

    @api.model
    def _count_by(self, field, records):
        """How many deals that the user may see point to each of `records`, in one
        query.

        :param str field: a many2one of the deal, with an index
        :return: {record id: number}
        """
        if not self.has_access("read"):
            return {}
        groups = self._read_group([(field, "in", records.ids)], [field], ["__count"])
        return {record.id: count for record, count in groups}

    def _read_group_select(self, aggregate_spec, query):
        """Let the database sum by hash: pivot and graph ask which currencies a group
        has, and want to know only whether it is one. Odoo's `ARRAY_AGG(DISTINCT …)` for
        that sorts every row of the table, once for each grouping.
        """
        if aggregate_spec != "currency_id:array_agg_distinct":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            """
            CASE WHEN min(%(currency)s) < max(%(currency)s)
                 THEN ARRAY[min(%(currency)s), max(%(currency)s)]
                 WHEN min(%(currency)s) IS NOT NULL THEN ARRAY[min(%(currency)s)]
            END
            """,
            currency=self._field_to_sql(self._table, "currency_id", query),
        )

    def _read_group_orderby(self, order, groupby_terms, query):
        """Groups come in the order of their records' ids, unless somebody asks for
        another one. By name, the names would be part of what the table is sorted by.
        """
        wanted = [term.strip() for term in (order or "").split(",")]
        default = "" if set(wanted) <= set(groupby_terms) else order
        return super()._read_group_orderby(default, groupby_terms, query)

    @api.model
    def get_empty_list_help(self, help_message):
        """Where to begin, for a manager who has no store yet (Odoo's hook)."""
        invitation = self.env["epay.first.steps"]._invitation()
        return invitation or super().get_empty_list_help(help_message)

    # === ACTIONS === #

    @api.model
    def action_start(self):
        """What the app's own menu opens: the deals for a manager, the clerk app for a
        clerk.
        """
        if self.env.user._has_group("epay_counter.group_epay_manager"):
            return self.env["ir.actions.act_window"]._for_xml_id(
                "epay_counter.epay_session_action"
            )
        return self.env["ir.actions.client"]._for_xml_id(
            "epay_counter.clerk_app_action"
        )

    def _office_action(self):
        """The one deal, or a list of these."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "epay_counter.epay_session_action"
        )
        action["context"] = {}
        if len(self) == 1:
            return {**action, "res_id": self.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", self.ids)]}

    def action_open_order(self):
        """The sale order (smart button)."""
        return _form_of(self.sale_order_id)

    def action_open_invoice(self):
        """The invoice (smart button)."""
        return _form_of(self.invoice_id)

    def action_resolve(self):
        """The Resolve wizard for what is in doubt on this deal (managers)."""
        operation = self._open_operation() or self._doubtful_aside()
        return operation.action_resolve()


def _form_of(record):
    record.ensure_one()
    return {
        "type": "ir.actions.act_window",
        "res_model": record._name,
        "res_id": record.id,
        "views": [(False, "form")],
    }
