"""What happens when the add-on leaves a database."""


def uninstall_hook(env):
    """Leave nothing behind that would act otherwise without the add-on.

    Orders, invoices, payments and transactions stay whole: they are Odoo's own records
    and only lose their link to the deal. Open deals were refused before
    (`ir.module.module.button_uninstall`).
    """
    _hide_counter_copies(env)
    env["ir.sequence"].search([("code", "=", "epay.session")]).unlink()
    env.cr.execute("DROP SEQUENCE IF EXISTS epay_version_seq CASCADE")


def _hide_counter_copies(env):
    """A counter copy would be offered in the shop, with manual capture on: customers
    see published providers only.

    They are not disabled: Odoo would archive the cards that customers saved there, and
    switch off methods. Payments made with them can still be refunded, and somebody may
    publish them.
    """
    copies = env["payment.provider"].search([("epay_only", "=", True)])
    copies.write({"is_published": False})
