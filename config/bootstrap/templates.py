"""Prepared databases that every test starts from a copy of.

Installing takes a minute and a half, copying a second. So Odoo's own modules are
installed once per Odoo version into a *base*, and our add-ons into a copy of it
whenever their files changed: the *template*. Both exist without and with Odoo's
website, because that replaces much of the portal.
"""

import hashlib
from dataclasses import dataclass

from . import addons, paths
from .console import BootstrapError
from .files import exclusive
from .odoo_job import OdooJob, run_all

# Templates of other branches or of a running older test are kept this far back.
_KEEP = 3


@dataclass(frozen=True)
class Flavour:
    """A kind of template, by the modules it has besides what our add-ons need."""

    name: str
    modules: tuple


# The tests drive their real modules (addons/epay_counter/tests/test_real_providers.py).
_PROVIDERS = (
    *("payment_demo", "payment_stripe", "payment_adyen", "payment_authorize"),
    *("payment_razorpay", "payment_paypal", "payment_mollie"),
)
PLAIN = Flavour("plain", _PROVIDERS)
# With what else a shop often has: what was delivered comes back by `sale_stock`,
# `delivery` has Odoo's own cash on delivery, by `sms` customers can be told.
WEBSITE = Flavour("website", (*_PROVIDERS, "website", "sale_stock", "delivery", "sms"))


class Templates:
    """Finds or makes the templates in one server."""

    def __init__(self, source, databases, environ):
        self.source = source
        self.databases = databases
        self.environ = environ
        self.addons = addons.with_test_only()

    def ensure(self, flavours):
        """Name of an up-to-date template for each flavour."""
        bases, templates, names = [], [], {}
        for flavour in flavours:
            base = self._base(flavour)
            bases.append((base, None, self._base_modules(flavour)))
            # Looked up once: somebody may edit the add-ons while this goes on.
            names[flavour] = self._template(flavour)
            templates.append((names[flavour], base, sorted(self.addons)))
        with exclusive(paths.TEST / "templates.lock", "preparing test databases"):
            self._make_missing("Installing Odoo's modules for the tests", bases)
            self._make_missing("Installing the add-ons for the tests", templates)
            for flavour in flavours:
                self._forget_old(flavour)
        return names

    # --- names: they change when the contents have to ---------------------------

    def _base_modules(self, flavour):
        return sorted({*flavour.modules, *addons.foreign_dependencies(self.addons)})

    def _base(self, flavour):
        digest = _digest(self.source.version, *self._base_modules(flavour))
        return f"epay_base_{flavour.name}_{digest}"

    def _template(self, flavour):
        prints = (addons.database_fingerprint(path) for path in self.addons.values())
        digest = _digest(self._base(flavour), *prints)
        return f"epay_template_{flavour.name}_{digest}"

    # --- making ---------------------------------------------------------------

    def _make_missing(self, title, wanted):
        """Make several databases side by side, each under its name when finished."""
        missing = [item for item in wanted if not self.databases.exists(item[0])]
        jobs = []
        for name, origin, modules in missing:
            building = f"{name}_new"
            self.databases.drop(building)
            if origin:
                self.databases.clone(origin, building)
            if modules:
                arguments = _install(building, modules)
                jobs.append(OdooJob(f"test-{name}", arguments, self.environ))
        if jobs:
            run_all(title, jobs)
        for name, _origin, modules in missing:
            self._check_installed(f"{name}_new", modules)
            self.databases.rename(f"{name}_new", name)

    def _check_installed(self, database, modules):
        """Odoo only warns about a module that it can't find or install."""
        missing = set(modules) - self.databases.installed_modules(database)
        if missing:
            raise BootstrapError(
                f"Odoo did not install {', '.join(sorted(missing))}; see "
                f"{paths.LOG.relative_to(paths.ROOT)}."
            )

    def _forget_old(self, flavour):
        """Drop what failed to install, and all but the newest few of the rest."""
        for kind in ("base", "template"):
            names = self.databases.names(f"epay_{kind}_{flavour.name}_")
            finished = [name for name in names if not name.endswith("_new")]
            for name in set(names) - set(finished[-_KEEP:]):
                self.databases.drop(name)


def _install(database, modules):
    options = ["--without-demo", "--no-http", "--stop-after-init"]
    return ["-d", database, "-i", ",".join(modules), *options]


def _digest(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]
