"""Once for each database instead of once for each class of tests."""

from odoo.addons.epay_counter.tests import companies


def post_init_hook(env):
    """Odoo's hook: make the companies that most tests sell in."""
    for company in (companies.EUROPE, companies.JAPAN):
        companies.ready_company(env, *company)
