from odoo import models
from odoo.exceptions import AccessError, MissingError

_COUNTER = "epay_counter:"
_VISIT = "epay_visit:"


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Turn our channel names into records, after checking the right to listen.

        A plain string would be open to everybody who knows it
        (`bus/models/ir_websocket.py`); what comes over the bus says only "look again".
        """
        ours = [name for name in channels if _is_ours(name)]
        rest = [name for name in channels if not _is_ours(name)]
        return super()._build_bus_channel_list(rest + self._epay_channels(ours))

    def _epay_channels(self, names):
        records = []
        for name in names:
            if name.startswith(_VISIT):
                visit = self.env["epay.visit"]._find(name.removeprefix(_VISIT))
                records += visit.filtered(lambda visit: not visit._is_over())
            elif counter := self._epay_counter(name.removeprefix(_COUNTER)):
                records += counter
        return records

    def _epay_counter(self, number):
        if not number.isdecimal():
            return None
        counter = self.env["epay.counter"].browse(int(number))
        try:
            counter.check_access("read")
        except (AccessError, MissingError):
            return None
        return counter


def _is_ours(name):
    return isinstance(name, str) and name.startswith((_COUNTER, _VISIT))
