"""An Odoo that a merchant uses already: orders, invoices, a register, a website.

Making it takes a minute, so it is made once for each version of Odoo and then cloned.
"""

import json
import os
import subprocess

from . import settings
from .sql import Sql

_PREFIX = "epay_used_"
_MARK = "RESULT "

# Run once, in the database that all tests of this kind are cloned from.
_USE = """
env["account.chart.template"].try_loading("generic_coa", env.company, False)
partner = env["res.partner"].create({"name": "Old Customer"})
product = env["product.product"].create(
    {"name": "Old Lamp", "list_price": 39.0, "invoice_policy": "order"}
)
lines = [(0, 0, {"product_id": product.id, "product_uom_qty": 2})]
order = env["sale.order"].create({"partner_id": partner.id, "order_line": lines})
order.action_confirm()
invoice = order._create_invoices()
invoice.action_post()
register = env["account.payment.register"].with_context(
    active_model="account.move", active_ids=invoice.ids
)
register.create({})._create_payments()
till = env["pos.config"].create({"name": "Old Till"})
till.with_user(env.ref("base.user_admin")).open_ui()
env["pos.order"].create(
    {
        "session_id": till.current_session_id.id,
        "amount_tax": 0.0, "amount_total": 39.0, "amount_paid": 39.0,
        "amount_return": 0.0,
    }
)
env["website"].search([], limit=1).name = "Old Shop"
env.cr.commit()
"""


class UsedOdoo:
    """One clone, on which Odoo's own commands are run."""

    def __init__(self, databases, name):
        self.databases = databases
        self.name = name
        databases.clone(_template(databases), name)
        self.sql = Sql(name)

    def drop(self):
        self.sql.close()
        self.databases.drop(self.name)

    def command(self, *arguments):
        """Odoo's command line; its log."""
        return _odoo(self.name, *arguments, "--stop-after-init")

    def shell(self, script):
        """Run `script` in Odoo's shell; returns what it put into `result`."""
        return _shell(self.name, script)


def _template(databases):
    """The filled Odoo, without add-ons of ours."""
    bases = databases.names("epay_base_website_")
    base = [name for name in bases if not name.endswith("_new")][-1]
    name = _PREFIX + base.rpartition("_")[2]
    if not databases.exists(name):
        for old in databases.names(_PREFIX):
            databases.drop(old)
        building = f"epay_test_used_{os.getpid()}"
        databases.clone(base, building)
        _odoo(building, "-i", "point_of_sale", "--without-demo", "--stop-after-init")
        _shell(building, _USE + "\nresult = True")
        databases.rename(building, name)
    return name


def _odoo(database, *arguments, **options):
    command = [settings.PYTHON, "-m", "odoo"]
    options = {"capture_output": True, "text": True, "check": False, **options}
    given = ["-c", settings.ODOO_CONFIG, "-d", database, "--no-http"]
    if arguments[:1] == ("shell",):
        command, arguments = [*command, "shell"], arguments[1:]
    done = subprocess.run([*command, *given, *arguments], **options)
    text = done.stdout + done.stderr
    assert done.returncode == 0, text
    assert " ERROR " not in text and " CRITICAL " not in text, text
    return text


def _shell(database, script):
    tail = f"\nimport json; print({_MARK!r} + json.dumps(result))\n"
    told = _odoo(database, "shell", "--log-level", "warn", input=script + tail)
    found = [line for line in told.splitlines() if _MARK in line]
    assert found, told
    return json.loads(found[-1].partition(_MARK)[2])
