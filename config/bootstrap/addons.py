"""Our add-ons on disk: what they are, what they need, whether they changed."""

import ast

from . import paths
from .files import fingerprint

# Odoo reads these only while it runs, so a change needs no update of the database.
_READ_AT_RUN_TIME = {"tests", "static", "readme", "doc"}


def installable(*folders):
    """Name and folder of every add-on of ours that can be installed."""
    manifests = [found for folder in folders for found in _manifests(folder)]
    addons = sorted(path.parent for path in manifests)
    return {path.name: path for path in addons if _is_installable(path)}


def _manifests(folder):
    return folder.glob("*/__manifest__.py")


def _is_installable(addon):
    return _manifest(addon).get("installable", True)


def foreign_dependencies(addons):
    """The modules that ``addons`` ask for and that are not among them."""
    wanted = {
        name for path in addons.values() for name in _manifest(path).get("depends", ())
    }
    return sorted(wanted - set(addons))


def database_fingerprint(addon):
    """Changes when a database with this add-on needs an update."""
    return fingerprint([addon], skip=lambda path: path.parts[0] in _READ_AT_RUN_TIME)


def _manifest(addon):
    return ast.literal_eval((addon / "__manifest__.py").read_text())


def of_the_demo():
    """The product's add-ons and what the demo shop has besides them."""
    return installable(paths.ADDONS, paths.DEMO_ADDONS)


def with_test_only():
    """The product's and the demo's add-ons, and those that exist for the tests."""
    return installable(paths.ADDONS, paths.DEMO_ADDONS, paths.TEST_ADDONS)
