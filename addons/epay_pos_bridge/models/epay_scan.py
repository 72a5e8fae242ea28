from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.epay_counter.reasons import Reason

from ..const import SCAN_DAYS, SCAN_REFUSED, SCAN_STATE_LABELS, SCAN_TAKEN


class EpayScan(models.Model):
    """One code that was scanned, and what came of it.

    A scanner is quicker than a network: the clerk app sends what has come together, and
    repeats it when no answer comes. Each scan has a key of its own, so that none is
    lost and none counts twice. Managers find the codes here that no product has.
    """

    _name = "epay.scan"
    _description = "Scanned code"
    _order = "id desc"

    counter_id = fields.Many2one(
        "epay.counter", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="counter_id.company_id", store=True, index=True
    )
    session_id = fields.Many2one("epay.session", readonly=True, ondelete="cascade")
    key = fields.Char(required=True, readonly=True)
    barcode = fields.Char(required=True, readonly=True)
    quantity = fields.Float(readonly=True, digits="Product Unit")
    state = fields.Selection(SCAN_STATE_LABELS, required=True, readonly=True)
    code = fields.Char("Refusal", readonly=True)
    text = Reason("Told", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="set null")
    line_id = fields.Many2one(
        "epay.session.line", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _key_uniq = models.UniqueIndex("(counter_id, key)", "This scan was taken already.")
    _created = models.Index("(create_date)")

    @api.model
    def _is_known(self, counter, key):
        """Whether this scan was seen to before: its call is a repetition."""
        return bool(
            self.search_count([("counter_id", "=", counter.id), ("key", "=", key)])
        )

    @api.model
    def _note_taken(self, counter, scan, line):
        """Remember a scan that became `line`, or a part of it."""
        return self._note(
            counter,
            scan,
            state=SCAN_TAKEN,
            session_id=line.session_id.id,
            line_id=line.id,
            product_id=line.product_id.id,
        )

    @api.model
    def _note_refused(self, counter, scan, refusal):
        """Remember a scan that became nothing, and why (`EpayRefusal`)."""
        return self._note(
            counter,
            scan,
            state=SCAN_REFUSED,
            code=refusal.code,
            text=str(refusal),
            session_id=counter._held_session().id,
        )

    def _note(self, counter, scan, **values):
        return self.create(
            {
                "counter_id": counter.id,
                "key": scan["key"],
                "barcode": scan["barcode"],
                "quantity": scan["quantity"],
                **values,
            }
        )

    @api.model
    def _told(self, counter, keys):
        """What came of these scans, in their order.

        :return: list of dicts: key, barcode, taken, code, text, line_id
        """
        domain = [("counter_id", "=", counter.id), ("key", "in", keys)]
        by_key = {scan.key: scan._values() for scan in self.search(domain)}
        return [by_key[key] for key in keys if key in by_key]

    def _values(self):
        return {
            "key": self.key,
            "barcode": self.barcode,
            "taken": self.state == SCAN_TAKEN,
            "code": self.code or False,
            "text": self.text or False,
            "line_id": self.line_id.id or False,
        }

    @api.autovacuum
    def _gc_scans(self):
        limit = fields.Datetime.now() - timedelta(days=SCAN_DAYS)
        self.search([("create_date", "<", limit)]).unlink()
