from odoo import api, fields, models
from odoo.tools import hmac
from odoo.tools.image import image_data_uri

from ..const import STICKER_GENUINE, STICKER_OLD
from ..db import in_own_transaction, lock_rows
from ..tools import codes
from ..tools.svg import fit, qr_path, wrap

# Millimetres: how wide lines may be, and how high letters at most.
_TEXT_WIDTHS = {"poster": 178, "label": 42}
_LARGEST = {
    "poster": {"place": 11, "code": 44, "name": 16, "words": 6.5, "check": 4.4},
    "label": {"place": 4, "code": 13, "name": 5, "words": 2.6, "check": 1.9},
}


class EpaySticker(models.Model):
    """One print of a counter's code: a poster or a label that hangs in the store.

    It carries a short keyed hash over counter, print and generation, and dies when the
    counter's codes are rotated. Which of them hang where, and which are still used
    after that, is seen by their serial numbers.
    """

    _name = "epay.sticker"
    _description = "Printed code of a counter"
    _order = "id desc"
    _rec_name = "serial"

    counter_id = fields.Many2one(
        "epay.counter", required=True, readonly=True, ondelete="cascade"
    )
    store_id = fields.Many2one(related="counter_id.store_id", store=True, index=True)
    company_id = fields.Many2one(
        related="counter_id.company_id", store=True, index=True
    )
    number = fields.Integer("Print", required=True, readonly=True)
    serial = fields.Char(readonly=True)
    generation = fields.Integer(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Printed by", readonly=True, default=lambda self: self.env.user
    )
    is_old = fields.Boolean("Replaced", compute="_compute_is_old")

    _number_uniq = models.UniqueIndex("(counter_id, number)")

    @api.depends("generation", "counter_id.code_generation")
    def _compute_is_old(self):
        for sticker in self:
            sticker.is_old = sticker.generation != sticker.counter_id.code_generation

    @api.model_create_multi
    def create(self, vals_list):
        """Each gets its serial number, once: what hangs on the wall stays as it is when
        store or counter get another code.
        """
        stickers = super().create(vals_list)
        for sticker in stickers:
            counter = sticker.counter_id
            parts = (counter.store_id.code, counter.code, str(sticker.number))
            sticker.serial = "-".join(parts).upper()
        return stickers

    # === PRINTING === #

    @api.model
    def _print(self, counter):
        """A new print of `counter` with the next number, in a transaction of its own:
        the caller's does not see the row yet, only its id.

        The number is raised on the counter's row, under its lock. So of two prints at
        once the second conflicts and starts over with what the first has written.
        """
        counter_id = counter.id

        def work(env):
            counter = lock_rows(env["epay.counter"].browse(counter_id))
            numbers = counter.sticker_ids.mapped("number")
            counter.print_number = max([counter.print_number, *numbers]) + 1
            values = {
                "counter_id": counter.id,
                "number": counter.print_number,
                "generation": counter.code_generation,
            }
            return env["epay.sticker"].create(values).id

        return self.browse(in_own_transaction(self.env, work))

    def _code(self):
        """What the printed code says beside the counter's address."""
        message = (self.counter_id.id, self.number, self.generation)
        mac = hmac(self.env(su=True), "epay.sticker", message)
        return codes.join_sticker(self.number, mac)

    def _url(self):
        return f"{self.counter_id._public_url()}?s={self._code()}"

    # === THE DRAWING === #

    def _drawing(self, shape):
        """The poster (A4) or the label as an SVG drawing, in the user's language.

        :param str shape: `poster` or `label`
        :return: Markup
        """
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            f"epay_counter.sticker_{shape}",
            self._drawing_values(shape),
            minimal_qcontext=True,
        )

    def _drawing_values(self, shape):
        """What stands on a print; lengths in millimetres."""
        counter, store = self.counter_id, self.counter_id.store_id
        size, path = qr_path(self._url())
        width = _TEXT_WIDTHS[shape]
        check = self.env._(
            "Check that your phone shows this store and this counter, and that the "
            "clerk's screen shows the same words as your phone."
        )
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        place = ", ".join(filter(None, (store.name, store.city)))
        words = counter._portal_words()
        name = counter.name if counter.name != counter.code else ""
        return {
            "dir": lang.direction or "ltr",
            "lang": (self.env.lang or "en").replace("_", "-"),
            "modules": size,
            "path": path,
            "logo": store.logo and image_data_uri(store.logo),
            "title": self.env._("Pay with your phone"),
            "place": place,
            "place_size": fit(place, width, _LARGEST[shape]["place"]),
            "code": counter.code,
            "code_size": fit(counter.code, width, _LARGEST[shape]["code"]),
            "name": name,
            "name_size": fit(name, width, _LARGEST[shape]["name"]),
            "words": words,
            "words_size": fit(words, width, _LARGEST[shape]["words"]),
            "check": wrap(check, width, _LARGEST[shape]["check"]),
            "check_size": _LARGEST[shape]["check"],
            # With the letters, for who checks a sticker without a camera.
            "serial": f"{self.serial} · {self._code()}",
        }

    def action_open_print(self):
        """Show this print once more; its serial number stays the same."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/epay/p/{self.id}/poster",
            "target": "new",
        }

    # === READING === #

    @api.model
    def _find_on(self, counter, code):
        """The print of `counter` that says `code`; empty when it is forged, or was
        printed for another counter. No effects.
        """
        number, mac = codes.split_sticker(code)
        sticker = self.search(
            [("counter_id", "=", counter.id), ("number", "=", number)], limit=1
        )
        good = sticker and codes.same(codes.split_sticker(sticker._code())[1], mac)
        return sticker if good else sticker.browse()

    def _state(self):
        """`genuine`, or `old` once the counter's codes were rotated."""
        return STICKER_OLD if self.is_old else STICKER_GENUINE

    def _visit_values(self):
        """What is noted of a phone that joins with this sticker."""
        return {"sticker_id": self.id, "sticker_state": self._state()}

    def _seen_by(self, visit):
        """Called once `visit` has read this sticker, if any: an old one is put on
        record for the manager.
        """
        if self and self._state() == STICKER_OLD:
            self.env["epay.sticker.sighting"]._note(self, visit)
