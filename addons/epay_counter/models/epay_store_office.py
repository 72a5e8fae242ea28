from odoo import fields, models


class EpayStore(models.Model):
    """What the back office has on a store: its first steps and its counters' number."""

    _inherit = "epay.store"

    counter_count = fields.Integer(compute="_compute_counter_count")

    def _compute_counter_count(self):
        groups = self.env["epay.counter"]._read_group(
            [("store_id", "in", self.ids)], ["store_id"], ["__count"]
        )
        counts = {store.id: count for store, count in groups}
        for store in self:
            store.counter_count = counts.get(store.id, 0)

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
