"""Fixtures of the black box tests: shops, browsers, a card company."""

import sys
import zlib
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from standin.fixtures import card_company  # noqa: F401
from support import settings
from support.browser import Browsers, Story
from support.proxy import Line
from support.shop import Stockroom

FLAVOURS = ("plain", "website")


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "flavours(*names): databases that the test runs in; one of them if none",
    )
    config.addinivalue_line("markers", "story: drives real browsers")


def pytest_generate_tests(metafunc):
    """Tests that use a shop run without `website`, with it, or both, as they say.

    Those that say nothing are shared out between the two, each always to the same one;
    a test may also name it among its own parameters.
    """
    if "flavour" in metafunc.fixturenames and not _named(metafunc.definition):
        mark = metafunc.definition.get_closest_marker("flavours")
        names = mark.args if mark else [_flavour_of(metafunc.definition.name)]
        metafunc.parametrize("flavour", names, scope="session")


def _named(definition):
    for mark in definition.iter_markers("parametrize"):
        names = mark.args[0]
        # One text, or several in a row.
        if "flavour" in (names.split(", ") if isinstance(names, str) else names):
            return True
    return False


def _flavour_of(name):
    return FLAVOURS[zlib.crc32(name.encode()) % len(FLAVOURS)]


@pytest.fixture(scope="session")
def stockroom():
    if not settings.ready():
        pytest.fail("These tests need prepared databases: run them by `make test`.")
    from bootstrap import postgres
    from bootstrap.databases import Databases

    stock = Stockroom(Databases(postgres.server("pg-test"), settings.DATA_DIR))
    yield stock
    stock.clear()


@pytest.fixture(scope="session")
def shops(stockroom):
    """One running shop for each flavour, shared: every test takes its own counter."""
    made = {}

    def shop(flavour):
        if flavour not in made:
            made[flavour] = stockroom.shop(flavour)
        return made[flavour]

    return shop


@pytest.fixture
def shop(shops, flavour):
    """The shared shop; up and running, whatever the test before did to it."""
    found = shops(flavour)
    if found.server.process.poll() is not None:
        found.server.start()
    return found


@pytest.fixture
def own_guesses(shop):
    """Wrong pairs count for a whole store: those of other tests don't count here, nor
    those of this one elsewhere.
    """
    shop.forget_guesses()
    yield
    shop.forget_guesses()


@pytest.fixture
def desk(shop):
    """A clerk at a counter of the main store (demo provider)."""
    return shop.desk()


@pytest.fixture
def cards(card_company, shop):  # noqa: F811
    """A card company that the shop's stand-in providers talk to."""
    card_company.configure(webhook_pause=0.05)
    shop.use_card_company(card_company)
    return card_company


# --- browsers --------------------------------------------------------------


@pytest.fixture(scope="session")
def browsers():
    found = Browsers()
    yield found
    found.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures know how the test went."""
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


@pytest.fixture
def story(browsers, shop, request):
    """Windows on both sides of the counter, with pictures of every step."""
    made = Story(browsers, shop, request.node.name)
    yield made
    report = getattr(request.node, "report_call", None)
    try:
        if report is None or report.failed:
            made.failed()
        else:
            assert not made.errors, f"Errors in the windows: {made.errors}"
    finally:
        made.close()


@pytest.fixture
def line(shop):
    """A line to the shop's server that can be cut."""
    made = Line(shop.server.port)
    yield made
    made.close()
