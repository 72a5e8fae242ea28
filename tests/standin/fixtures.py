"""pytest fixtures: ``from standin.fixtures import card_company`` in a conftest."""

import pytest

from .card_company import CardCompany


@pytest.fixture
def card_company():
    """A card company of the test's own, listening on a free port."""
    with CardCompany() as company:
        yield company
