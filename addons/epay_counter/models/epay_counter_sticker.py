from urllib.parse import parse_qs, urlsplit

from odoo import api, fields, models

from ..acts import act
from ..const import (
    STICKER_FOREIGN,
    STICKER_GENUINE,
    STICKER_LETTERS,
    STICKER_OLD,
    STICKER_UNKNOWN,
)
from ..exceptions import ForeignSticker, ManagerOnly
from ..tools.codes import is_typed, typed_sticker
from ..tools.text import one_line

# What a code from a camera may have, at most.
_LONGEST = 500


class EpayCounter(models.Model):
    """The printed codes of a counter: printing, checking, rotating."""

    _inherit = "epay.counter"

    code_generation = fields.Integer(
        readonly=True, copy=False, default=1, help="Stickers of older ones are dead."
    )
    print_number = fields.Integer(
        "Prints", readonly=True, copy=False, default=0, help="The last one's number."
    )
    sticker_ids = fields.One2many("epay.sticker", "counter_id", string="Stickers")
    sticker_count = fields.Integer(compute="_compute_sticker_count")
    old_sticker_count = fields.Integer(
        "Old Stickers Seen", compute="_compute_sticker_count"
    )

    def _compute_sticker_count(self):
        prints = self.env["epay.sticker"]._read_group(
            [("counter_id", "in", self.ids)], ["counter_id"], ["__count"]
        )
        # A clerk who may read the counter may not read these.
        sightings = self.env["epay.sticker.sighting"].sudo()
        seen = sightings._read_group(
            [("counter_id", "in", self.ids)], ["counter_id"], ["__count"]
        )
        prints, seen = dict(prints), dict(seen)
        for counter in self:
            counter.sticker_count = prints.get(counter, 0)
            counter.old_sticker_count = seen.get(counter, 0)

    # === THE MANAGER === #

    @act
    def rotate_codes(self):
        """Kill every sticker of this counter that was printed so far (a new one is to
        be printed and hung up).

        :raise ManagerOnly:
        """
        self._require_manager()
        self.code_generation += 1
        self._touch()

    def action_print_sticker(self):
        """Make a new print, with a serial number of its own, and show it.

        :raise ManagerOnly: :raise NotYourCounter:
        """
        self.ensure_one()
        self._check_clerk()
        self._require_manager()
        return self.env["epay.sticker"].sudo()._print(self.sudo()).action_open_print()

    def action_open_stickers(self):
        """The prints of this counter."""
        return self._stickers_action("epay_counter.epay_sticker_action")

    def action_open_old_stickers(self):
        """When its replaced stickers were used."""
        return self._stickers_action("epay_counter.epay_sticker_sighting_action")

    def _stickers_action(self, xmlid):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": [("counter_id", "=", self.id)]}

    def _require_manager(self):
        if not self.sudo(False)._is_manager():
            raise ManagerOnly(
                self.env._("Only the store's manager sees to printed codes.")
            )

    # === CHECKING === #

    @api.readonly
    def check_sticker(self, text):
        """Whether a code that hangs at this counter is its own: what the clerk app's
        “Sticker check” asks, once a day or when something looks odd. No effects.

        :param str text: what the scanner read, or the letters behind `s=`
        :return: dict of `sticker` (genuine, old, foreign, letters for right ones that
            were typed, or unknown for ones that may be mistyped), `serial` (of ours,
            else False) and `text` for the clerk
        :raise NotYourCounter:
        """
        self.ensure_one()
        self._check_clerk()
        counter = self.sudo()
        text = one_line(text, _LONGEST)
        sticker = counter._sticker_of_text(text)
        state = counter._verdict(sticker, text)
        texts = {
            STICKER_GENUINE: self.env._("This is the sticker of this counter."),
            STICKER_LETTERS: self.env._(
                "They may stand below another code. Where this one leads is only seen "
                "by scanning it."
            ),
            STICKER_OLD: self.env._(
                "This sticker was replaced. Take it down and hang up the new one."
            ),
            STICKER_FOREIGN: self.env._(
                "This is not a sticker of this counter. Take it down, keep it, and "
                "tell the store's manager."
            ),
            STICKER_UNKNOWN: self.env._(
                "These letters are of no sticker of this counter. Compare them, or "
                "scan the code. If they really stand there like this, tell the store's "
                "manager."
            ),
        }
        return {
            "sticker": state,
            "serial": sticker.serial or False,
            "text": texts[state],
        }

    def _verdict(self, sticker, text):
        """What is said of a code: of the print that it is of, if it is one of ours, and
        of how it came here. Whoever types takes one letter for another, and anybody may
        print our letters below a code of his own; what a camera reads is as it stands.
        """
        if not sticker:
            return STICKER_UNKNOWN if is_typed(text) else STICKER_FOREIGN
        state = sticker._state()
        is_scanned = "/" in text
        return STICKER_LETTERS if state == STICKER_GENUINE and not is_scanned else state

    def _sticker_of_text(self, text):
        """Our print that reads like this; a code that leads to another host, or to
        another counter, is none of them.
        """
        stickers = self.env["epay.sticker"]
        if "/" not in text:
            return stickers._find_on(self, typed_sticker(text))
        try:
            given = urlsplit(text)
            ours = urlsplit(self._public_url())
            code = parse_qs(given.query).get("s", [""])[0]
        except ValueError:
            return stickers
        leads_here = given.scheme.lower() == ours.scheme and (
            given.netloc.lower() == ours.netloc.lower()
            and given.path.rstrip("/").lower() == ours.path.lower()
        )
        return stickers._find_on(self, code) if leads_here else stickers

    def _require_sticker(self, code):
        """The print that a phone has read here.

        :raise ForeignSticker: forged, or of another counter
        """
        sticker = self.env["epay.sticker"]._find_on(self, code)
        if not sticker:
            raise ForeignSticker(
                self.env._(
                    "This sticker is not from this counter. Show it to the clerk."
                )
            )
        return sticker
