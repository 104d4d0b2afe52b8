"""Round trip: an exported issuer document can be loaded into an empty deployment and exported unchanged."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from badgedata.config import config
from operations.loading.load import load
from operations.loading.reading import read_document
from tests.integration.exports.issuer_documents import HOST, Json, issuer_documents
from tests.integration.exports.running import exported
from tests.integration.exports.welding_school import ADMIN, school
from tests.support.memory import deployment_in_memory

SECOND_HOST = "https://second.example.org"
EVERYTHING = {
    "includeBadgeClasses": True,
    "includeAssertions": True,
    "includeRecipientGroups": True,
    "includePathways": True,
}


@contextmanager
def empty_deployment(host: str) -> Iterator[None]:
    """Use an empty deployment with the base URL `host`."""
    with pytest.MonkeyPatch.context() as patch, deployment_in_memory():
        patch.setenv("PUBLIC_BASE_URL", host)
        config.cache_clear()
        yield
    config.cache_clear()


def reexport(host: str, file: bytes, **options: bool) -> bytes:
    """Load a file into an empty deployment, and export the issuer from it."""
    document = read_document(file)
    with empty_deployment(host):
        load(document, admin_email=ADMIN)
        return exported(("issuer", document.issuer.entity_id), "issuer", **(EVERYTHING | options))  # type: ignore[union-attr]


def content_of(file: bytes) -> Json:
    """Return the document in a file, without the parts that differ by deployment and time."""
    if file.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            file = archive.read(archive.namelist()[0])
    document: Json = json.loads(file.replace(SECOND_HOST.encode(), HOST.encode()))
    return {key: value for key, value in document.items() if key not in ("exportedAt", "options")}


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(issuer_documents(), st.booleans())
def test_every_document_survives_a_round_trip_through_two_deployments(document: Json, compress: bool) -> None:
    first = reexport(HOST, json.dumps(document).encode(), embedImages=True, compress=compress)
    assert content_of(first) == document
    second = reexport(SECOND_HOST, first, embedImages=True)
    assert content_of(second) == document


@pytest.mark.parametrize(
    "options", [{}, {"compress": True}, {"embedImages": True}, {"embedImages": True, "compress": True}]
)
def test_document_survives_a_round_trip_with_any_combination_of_options(options: dict[str, bool]) -> None:
    file = json.dumps({"format": "badge-data-management/issuer", "formatVersion": 1, **school()}).encode()
    first = reexport(HOST, file, **options)
    second = reexport(SECOND_HOST, first, **options)
    assert content_of(second) == content_of(first)


def test_reexported_document_differs_only_in_the_export_time() -> None:
    file = json.dumps({"format": "badge-data-management/issuer", "formatVersion": 1, **school()}).encode()
    first = reexport(HOST, file, embedImages=True)
    second = reexport(HOST, first, embedImages=True)
    at = b'"exportedAt":"'
    start = first.index(at) + len(at)
    assert first[:start] + second[start : start + 20] + first[start + 20 :] == second
