from datetime import timedelta

from odoo import api, fields, models

from ..const import SIGHTING_DAYS, SIGHTING_HOURS, SIGHTINGS_A_DAY

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
    visit_id = fields.Many2one(
        "epay.visit",
        "Phone",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The phone that read it, as long as it is known.",
    )
    session_id = fields.Many2one(related="visit_id.session_id", string="Deal")
    user_id = fields.Many2one(related="session_id.user_id", string="Clerk")
    counter_id = fields.Many2one(
        related="sticker_id.counter_id", store=True, index=True
    )
    store_id = fields.Many2one(related="sticker_id.store_id", store=True, index=True)
    company_id = fields.Many2one(
        related="sticker_id.company_id", store=True, index=True
    )

    # Keyed; kept for a day, to tell one phone that comes again and again from many.
    address_hash = fields.Char(readonly=True, groups="base.group_system")

    # === SEEING === #

    @api.model
    def _note(self, sticker, visit):
        """Put on record that somebody came with an old `sticker`: once an hour from one
        address, and so many times a day at most. Who counts them is told enough by
        that, and nobody fills the database, or hides one place among many.

        :param visit: the phone; by its deal the manager knows whom to ask
        """
        now, address = fields.Datetime.now(), visit.sudo().address_hash
        of_sticker = [("sticker_id", "=", sticker.id)]
        lately = [
            *of_sticker,
            ("address_hash", "=", address or False),
            ("create_date", ">", now - timedelta(hours=SIGHTING_HOURS)),
        ]
        today = [*of_sticker, ("create_date", ">", now - timedelta(days=1))]
        if self.search_count(lately, limit=1):
            return
        if self.search_count(today, limit=SIGHTINGS_A_DAY) < SIGHTINGS_A_DAY:
            self.create(
                {
                    "sticker_id": sticker.id,
                    "visit_id": visit.id,
                    "address_hash": address,
                }
            )

    @api.autovacuum
    def _gc_addresses(self):
        """After a day nothing tells where somebody came from."""
        limit = fields.Datetime.now() - timedelta(days=1)
        known = [("create_date", "<", limit), ("address_hash", "!=", False)]
        self.search(known).write({"address_hash": False})

    @api.autovacuum
    def _gc_sightings(self):
        """Forget them after a year, some hundreds at a time.

        :return: how many were seen to, and whether there are more
        """
        limit = fields.Datetime.now() - timedelta(days=SIGHTING_DAYS)
        old = self.search([("create_date", "<", limit)], limit=_PURGE_BATCH, order="id")
        old.unlink()
        return len(old), len(old) == _PURGE_BATCH
