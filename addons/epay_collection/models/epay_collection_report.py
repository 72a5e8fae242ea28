from odoo import fields, models, tools
from odoo.tools import SQL

from ..const import CANCELLED, MOVED, STATE_LABELS

PLANNED_SUM = "planned"
COLLECTED_SUM = "collected"
KIND_LABELS = [(PLANNED_SUM, "Planned"), (COLLECTED_SUM, "Collected")]


class EpayCollectionReport(models.Model):
    """Planned against collected, side by side in a graph: of each collection a row for
    what was planned, and one for what was collected.

    What was moved is planned where it was moved to, what was taken off nowhere; only
    what had been collected of it stays.
    """

    _name = "epay.collection.report"
    _description = "Collections, planned and collected"
    _auto = False
    _rec_name = "kind"
    _order = "date desc, id"

    kind = fields.Selection(KIND_LABELS, "Planned or Collected", readonly=True)
    line_id = fields.Many2one("epay.collection.line", "Collection", readonly=True)
    schedule_id = fields.Many2one("epay.collection.schedule", readonly=True)
    counter_id = fields.Many2one("epay.counter", "Route", readonly=True)
    store_id = fields.Many2one("epay.store", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "Clerk", readonly=True)
    date = fields.Date(readonly=True)
    state = fields.Selection(STATE_LABELS, readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    def init(self):
        tools.drop_view_if_exists(self.env.cr, self._table)
        planned = SQL(
            "CASE WHEN state IN %s THEN collected_amount ELSE amount END",
            (MOVED, CANCELLED),
        )
        collected = SQL("collected_amount")
        self.env.cr.execute(
            SQL(
                "CREATE VIEW %s AS (%s UNION ALL %s)",
                SQL.identifier(self._table),
                self._rows_sql(PLANNED_SUM, SQL("2 * id"), planned),
                self._rows_sql(COLLECTED_SUM, SQL("2 * id + 1"), collected),
            )
        )

    def _rows_sql(self, kind, row_id, amount):
        return SQL(
            """
            SELECT %s AS id, %s AS kind, id AS line_id, schedule_id, counter_id,
                   store_id, company_id, user_id, date, state, currency_id,
                   %s AS amount
              FROM epay_collection_line
            """,
            row_id,
            kind,
            amount,
        )
