"""The sample documents, generated once per session."""

import pytest

from local.sample.catalogue import PAID
from local.sample.documents import organization_document
from tests.unit.local.sample.reading import Json, assertions_of


@pytest.fixture(scope="module")
def paid() -> Json:
    return organization_document(PAID, 5000)


@pytest.fixture(scope="module")
def assertions(paid: Json) -> list[Json]:
    return assertions_of(paid)
