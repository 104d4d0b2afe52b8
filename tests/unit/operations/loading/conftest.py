"""Small valid documents that tests modify."""

import pytest

from tests.support.small_documents import Json, issuer_document


@pytest.fixture
def document() -> Json:
    return issuer_document()
