"""Small documents that are valid, for tests to change one thing of."""

import pytest

from tests.support.small_documents import Json, issuer_document


@pytest.fixture
def document() -> Json:
    return issuer_document()
