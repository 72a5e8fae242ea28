"""What happens when the add-on leaves a database."""


def uninstall_hook(env):
    """Drop what the ORM doesn't know of: the sequence behind every `version`.

    Orders, invoices, payments and transactions stay whole: they are Odoo's own records
    and only lose their link to the deal.
    """
    env.cr.execute("DROP SEQUENCE IF EXISTS epay_version_seq CASCADE")
