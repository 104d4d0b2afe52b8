"""Writing any number of assertions requires little memory, because no page is kept."""

import tracemalloc
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import msgspec
import pytest

from badgedata.exports import award_queries
from badgedata.exports.documents_json import badge_class_document_pages
from badgedata.exports.pages import MAX_PAGE_BYTES
from badgedata.exports.specification import BadgeClassExport
from badgedata.records.directory import BadgeClass, Issuer

AWARDS_A_PAGE = 1000


def a_page(number: int, of: int) -> bytes:
    """Return DynamoDB's response to the query with this number."""
    keys = [f"2026-01-01T00:00:00.000000Z#{number:04}-{item:04}" for item in range(AWARDS_A_PAGE)]
    items = [
        {
            "issuerId": {"S": "ISS"},
            "issuedOnAwardId": {"S": key},
            "awardId": {"S": key[-9:]},
            "badgeClassId": {"S": "BC"},
            "issuedOn": {"S": "2026-01-01T00:00:00Z"},
            "recipientType": {"S": "email"},
            "recipientIdentity": {"S": "ada@example.org"},
            "narrative": {"S": "x" * 500},
        }
        for key in keys
    ]
    more = {"LastEvaluatedKey": {"issuedOnAwardId": {"S": keys[-1]}}} if number + 1 < of else {}
    return msgspec.json.encode({"Items": items, **more})


def peak_of(pages: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the peak memory, in bytes, while writing this number of award pages."""
    answers: Iterator[bytes] = (a_page(number, pages) for number in range(pages))
    monkeypatch.setattr(award_queries, "SentQuery", lambda _: Mock(response=lambda: next(answers)))
    issuer: Any = Issuer(entity_id="ISS", name="Issuer")
    badge_class: Any = BadgeClass(entity_id="BC", issuer_id="ISS", name="Badge")
    specification = BadgeClassExport(kind="badge-class", include_assertions=True)
    tracemalloc.start()
    rows = 0
    for page in badge_class_document_pages(specification, badge_class, issuer, "2026-01-01T00:00:00Z"):
        assert len(page.data) <= MAX_PAGE_BYTES
        rows += page.rows
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == pages * AWARDS_A_PAGE + 1
    return peak


def test_memory_use_does_not_grow_with_the_number_of_awards(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = peak_of(8, monkeypatch), peak_of(32, monkeypatch)
    assert many < 1.5 * few  # otherwise it would be four times as much
    assert many < 16 * 1024 * 1024  # the awards are 20 MB
