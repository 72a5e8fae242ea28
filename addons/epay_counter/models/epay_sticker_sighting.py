from datetime import timedelta

from odoo import api, fields, models

from ..const import SIGHTING_DAYS, SIGHTINGS_A_DAY

# How many are forgotten in one transaction; Odoo's clean-up comes again for the rest.
_PURGE_BATCH = 500


class EpayStickerSighting(models.Model):
    """Somebody came with a sticker that had been replaced: it still hangs somewhere, or
    a picture of it goes round. Rows of their own, so that many at once don't wait for
    each other.
    """

    _name = "epay.sticker.sighting"
    _description = "Old sticker seen"
    _order = "id desc"
    _rec_name = "sticker_id"

    sticker_id = fields.Many2one(
        "epay.sticker", required=True, readonly=True, ondelete="cascade", index=True
    )
    counter_id = fields.Many2one(
        related="sticker_id.counter_id", store=True, index=True
    )
    store_id = fields.Many2one(related="sticker_id.store_id", store=True, index=True)
    company_id = fields.Many2one(
        related="sticker_id.company_id", store=True, index=True
    )

    # === SEEING === #

    @api.model
    def _note(self, sticker):
        """Put on record that somebody came with an old `sticker`, so many times a day
        at most: who counts them is told enough by that, and nobody fills the database.
        """
        since = fields.Datetime.now() - timedelta(days=1)
        today = [("sticker_id", "=", sticker.id), ("create_date", ">", since)]
        if self.search_count(today, limit=SIGHTINGS_A_DAY) < SIGHTINGS_A_DAY:
            self.create({"sticker_id": sticker.id})

    @api.autovacuum
    def _gc_sightings(self):
        """Forget them after some months, some hundreds at a time.

        :return: how many were seen to, and whether there are more
        """
        limit = fields.Datetime.now() - timedelta(days=SIGHTING_DAYS)
        old = self.search([("create_date", "<", limit)], limit=_PURGE_BATCH, order="id")
        old.unlink()
        return len(old), len(old) == _PURGE_BATCH
