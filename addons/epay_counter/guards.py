"""Fields that a form shows as read-only, and that RPC must not write either."""

from odoo.exceptions import AccessError, MissingError


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


def without_defaults(records, names):
    """`records` with a context that gives no default for any of `names`.

    Called by `create`: by RPC, defaults come in with the context (`default_state`).

    :param set names: the fields
    """
    context = {
        key: value
        for key, value in records.env.context.items()
        if key.removeprefix("default_") not in names or not key.startswith("default_")
    }
    # Keys are to go.
    # pylint: disable-next=context-overridden
    return records.with_context(context)


def is_saved(record):
    """Whether these are ids, and not what RPC may send in their place: zero, nothing,
    truth, lists.
    """
    return all(type(record_id) is int and record_id > 0 for record_id in record._ids)


def require_saved(record):
    """Refuse what is no id (`is_saved`).

    :raise MissingError: there is no such record, whoever asks
    """
    if not is_saved(record):
        raise MissingError(record.env._("There is no such record."))
