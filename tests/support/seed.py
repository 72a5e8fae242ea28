"""Run by `odoo shell` in the copy that all shops of the tests are cloned from.

It adds to the demo shop one store per kind of provider at the mock card company, each
with a counter of the clerk, and what the ways of access need: saved cards, API keys.
"""

from datetime import datetime, timedelta

from odoo import Command

# Store code -> the provider that it takes payments with.
STORES = {
    "redir": {"flow": "redirect"},
    "once": {"flow": "redirect", "manual": False},
    "form": {"flow": "direct"},
    "keeps": {"flow": "redirect", "standin_refunds": False},
    "mute": {"flow": "redirect", "standin_keys": False, "standin_askable": False},
}


def seed_tests(env):
    """Make what the tests need beyond the demo shop."""
    for code, values in STORES.items():
        _store(env, code, env["payment.provider"]._standin_make(name=code, **values))
    _keep_demo_for_the_demo(env)
    _administrator(env)
    _saved_cards(env)
    _api_keys(env)


def _store(env, code, provider):
    main = env.ref("epay_demo.store_main")
    manager = env.ref("epay_demo.user_manager")
    store = env["epay.store"].create(
        {
            "name": f"Store {code}",
            "code": code,
            "company_id": main.company_id.id,
            "address_id": main.address_id.id,
            "tz": main.tz,
            "product_id": main.product_id.id,
            "provider_ids": [Command.set(provider.ids)],
            "condition_ids": [Command.set(env["epay.condition"].search([]).ids)],
            "manager_ids": [Command.set(manager.ids)],
        }
    )
    env["epay.counter"].create(
        {
            "store_id": store.id,
            "code": "T1",
            "name": f"Till of {code}",
            "state": "open",
            "user_ids": [Command.set(env.ref("epay_demo.user_clerk").ids)],
        }
    )


def _keep_demo_for_the_demo(env):
    """The demo shop's own stores offer the demo provider and nothing else."""
    for code in ("main", "ginza"):
        store = env.ref(f"epay_demo.store_{code}")
        store.provider_ids = [Command.set(env.ref(f"epay_demo.provider_{code}").ids)]


def _administrator(env):
    """The tests' administrator makes counters in both companies."""
    companies = env["res.company"].search([])
    env.ref("base.user_admin").company_ids = [Command.set(companies.ids)]


def _saved_cards(env):
    """A saved card of the customer at every provider that keeps cards."""
    customer = env.ref("epay_demo.user_customer").partner_id
    providers = env["payment.provider"].search([("code", "in", ("demo", "standin"))])
    for provider in providers.filtered(lambda p: p.state != "disabled"):
        if provider.company_id != env.ref("epay_demo.company_main"):
            continue
        values = {"demo_simulated_state": "done"} if provider.code == "demo" else {}
        env["payment.token"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": provider.payment_method_ids[:1].id,
                "partner_id": customer.id,
                "provider_ref": f"saved-{provider.id}",
                "payment_details": "4242",
                **values,
            }
        )


def _api_keys(env):
    """Keys for `/json/2`, read by the tests from the throw-away database."""
    for login in ("clerk", "clerk2"):
        user = env.ref(f"epay_demo.user_{login}")
        keys = env["res.users.apikeys"].with_user(user).sudo()
        key = keys._generate("rpc", "tests", datetime.now() + timedelta(days=1))
        env["ir.config_parameter"].set_param(f"epay_tests.key.{login}", key)
