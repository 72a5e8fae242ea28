from collections import Counter

from odoo import models

from ..const import ROOM_KEPT, ROOM_RUSH, ROOM_SHARE, ROOM_SIZE
from ..exceptions import TooManyAttempts


class EpayCounter(models.Model):
    """How many phones without a code a counter lets wait, and how often they come.

    A whole shop may share one network address, so what limits an address counts only
    what came from it, and its phones can't be pushed out by those of others.
    """

    _inherit = "epay.counter"

    # === HOW OFTEN === #

    def _check_joins(self, phone, address):
        """Refuse who comes too often without a code: a phone that is here already by
        itself, for it takes nobody's place; a new one by its address.

        :param str phone: the secret of the browser's cookie, if it has one
        :param str address: keyed hash of the network address, if it is known
        :raise TooManyAttempts:
        """
        attempts = self.env["epay.attempt"]
        own = self._own_visit(phone)
        if own:
            attempts._check("join_again", own.id)
        elif address:
            attempts._require_left("join_address", f"{self.id}-{address}")

    def _note_join(self, address):
        """Count a new phone that was let in. Who is refused uses up nothing."""
        if address:
            self.env["epay.attempt"]._note("join_address", f"{self.id}-{address}")

    # === HOW MANY === #

    def _require_room(self, address):
        """Refuse a phone that has no code when the room, or its share of it, is full.

        Phones that come at the same moment don't see each other. Where that matters
        each writes the counter's version, so that all but one conflict and count again.

        :raise TooManyAttempts:
        """
        waiting = self._waiting_visits().sudo()
        ours = waiting.mapped("address_hash").count(address) if address else 0
        is_full = len(waiting) >= ROOM_SIZE
        if ours >= ROOM_SHARE or (is_full and not self._make_way(waiting, ours)):
            raise TooManyAttempts(
                self.env._(
                    "Many people are waiting here. Please try again in a minute."
                )
            )
        if len(waiting) >= ROOM_SIZE - ROOM_RUSH or ours >= ROOM_SHARE - ROOM_RUSH:
            self._touch()

    def _make_way(self, waiting, ours):
        """In a full room the address with most places gives one up for an address with
        fewer: the phone that has waited least. None has less than ROOM_KEPT by that, so
        that many addresses together don't push out a shop.

        :param waiting: the phones in the room, sudo
        :param int ours: how many places the address has that another phone comes from
        :return: whether there is a place now
        """
        known = waiting.filtered("address_hash")
        places = Counter(known.mapped("address_hash"))
        address = max(places, key=places.get, default=False)
        if places[address] <= max(ROOM_KEPT, ours + 1):
            return False
        theirs = known.filtered(lambda visit: visit.address_hash == address)
        theirs.sorted("id")[-1]._end()
        return True
