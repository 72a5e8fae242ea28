"""Fields that a form shows as read-only, and that RPC must not write either."""

from odoo.exceptions import AccessError


def keep_own(records, vals_list, names):
    """Refuse values for fields that only our own code, with sudo, sets.

    Called by `create` and `write` before anything is written.

    :param vals_list: list of the values to be written
    :param set names: the fields
    :raise AccessError:
    """
    if records.env.su:
        return
    given = {name for vals in vals_list for name in names.intersection(vals)}
    if given:
        raise AccessError(
            records.env._(
                "These fields are set by themselves: %(names)s.",
                names=", ".join(sorted(given)),
            )
        )
