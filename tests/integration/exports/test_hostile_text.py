"""Text that a spreadsheet would evaluate as a formula, and control characters, in every exported field."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from badgedata.identifiers import is_entity_id
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Learner, RecipientGroup
from operations.loading.load import load
from operations.loading.reading import read_document
from tests.integration.exports.odd_records import put
from tests.integration.exports.running import BADGE_CLASS, ISSUER, ORGANIZATION, exported
from tests.integration.exports.welding_school import ADMIN

type Json = dict[str, Any]

pytestmark = pytest.mark.usefixtures("school")

SIGNS = tuple("=+-@＝＋－＠")
LIST_ITEMS = tuple(f"{sign} " for sign in "+-＋－")
KINDS: list[tuple[Any, str, Json]] = [
    (ISSUER, "awards", {}),
    (ORGANIZATION, "awards", {}),
    (ISSUER, "groups", {"includeArchived": True, "includeCreation": True, "includeStaff": True}),
    (ISSUER, "group-badges", {"includeArchived": True}),
    (ISSUER, "learner-progress", {"includeArchived": True}),
]
TEXTS = st.text(st.sampled_from("=+-@＝＋－＠,;\t\r\n\"' a1"), min_size=1, max_size=12)


def load_with(text: str) -> None:
    """Load an issuer with the same text in every user-supplied field."""
    own_id = "X7" if is_entity_id(text) else text  # IDs in the usual format are unchanged, as tested below
    requirement = {"entityId": "R1", "name": text, "threshold": text}
    alignment = {"type": "badge", "entityId": "BC-7", "name": text, "requirements": [requirement]}
    assertion = {
        "entityId": "A7",
        "recipient": {"type": text, "identity": text},
        "recipientName": text,
        "issuedOn": "2026-03-01T10:00:00Z",
        "narrative": text,
        "evidence": [{"id": "https://ada.example.org/1", "narrative": text}, {"narrative": text}],
        "revoked": True,
        "revocationReason": text,
    }
    group = {
        "entityId": "G7",
        "name": text,
        "creation": {"method": "lms", "courseId": own_id, "url": "https://lms.example.org/?a=1;2"},
        "staff": [{"name": text, "id": "k1"}, {"name": text, "id": "k2"}],
        "alignments": [alignment],
        "learners": [{"id": own_id, "name": text, "lastBadgeEarned": {"name": text}}],
    }
    issuer = {
        "issuer": {"entityId": "WELD", "name": text},
        "badgeClasses": [{"entityId": "BC-7", "name": text, "assertions": [assertion]}],
        "recipientGroups": [group],
    }
    document = {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": "MAKERS", "name": "Makers", "plan": "paid"},
        "members": [{"email": ADMIN, "role": "admin"}],
        "issuers": [issuer],
    }
    load(read_document(json.dumps(document).encode()))


def cells_of(data: bytes, delimiter: str) -> list[str]:
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    return [cell for row in rows for cell in row]


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS)
@example(text="Oak;=3+4;x")
@example(text="Elm\t=3+4\tx")
@example(text='Ash\r\n=1;"=2')
@example(text="＝1+1")
@example(text="-a1")
def test_no_cell_in_any_export_can_run_as_a_formula(text: str) -> None:
    load_with(text)
    for scope, kind, options in KINDS:
        data = exported(scope, kind, **options)
        for delimiter in (",", ";", "\t"):
            signs = [cell for cell in cells_of(data, delimiter) if cell.startswith(SIGNS)]
            assert [cell for cell in signs if not cell.startswith(LIST_ITEMS)] == [], (kind, delimiter)


def test_ids_and_phone_numbers_are_exported_unchanged() -> None:
    recipient = {"type": "telephone", "identity": "+4922100000"}
    assertion = {"entityId": "-Tree5-oK_9", "recipient": recipient, "issuedOn": "2026-03-01T10:00:00Z"}
    group = {"entityId": "-G", "name": "Spring", "staff": [{"id": "-k1"}, {"id": "k2"}], "learners": [{"id": "-L"}]}
    issuer = {
        "format": "badge-data-management/issuer",
        "formatVersion": 1,
        "issuer": {"entityId": "WELD", "name": "Welding school"},
        "badgeClasses": [{"entityId": "-BC", "name": "Tree", "assertions": [assertion]}],
        "recipientGroups": [group],
    }
    load(read_document(json.dumps(issuer).encode()))
    awards = cells_of(exported(ISSUER, "awards"), ",")
    assert {"-Tree5-oK_9", "-BC", "+4922100000"} <= set(awards)
    assert {"-G", "-k1; k2"} <= set(cells_of(exported(ISSUER, "groups", includeStaff=True), ","))
    assert "-L" in cells_of(exported(ISSUER, "learner-progress"), ",")


def test_control_characters_in_older_records_are_removed_from_files() -> None:
    text = "\0=3+4\x0b\x7f\x85é\b"
    put(BadgeClass.get(*BadgeClass.key("BC-1")), "name", text)
    put(BadgeClass.get(*BadgeClass.key("BC-1")), "tags", [text])
    (award, *_) = Award.by_badge_class.query("BC-1")
    award = Award.get(award.issuer_id, award.issued_on_award_id)
    put(award, "recipientName", text)
    put(award, "narrative", text)
    put(award, "evidence", [{"id": f"https://ada.example.org/{text}", "narrative": text}])
    put(RecipientGroup.get(*RecipientGroup.key("WELD", "G-lms")), "name", text)
    put(Learner.get(*Learner.key("WELD", "G-lms", "ada@example.org")), "name", text)
    everything = {"includeBadgeClasses": True, "includeAssertions": True, "includeRecipientGroups": True}
    files = [exported(scope, kind, **options) for scope, kind, options in KINDS]
    documents = [
        exported(ISSUER, "issuer", **everything),
        exported(BADGE_CLASS, "badge-class", includeAssertions=True),
    ]
    for file in files:
        assert "'=3+4é" in file.decode()
    for document in documents:
        assert "=3+4é" in document.decode()
        read_document(document) if b'"badge-data-management/issuer"' in document else json.loads(document)
    for file in (*files, *documents):
        assert not set("\0\x0b\x7f\x85\b") & set(file.decode())
        assert b"\\u00" not in file
        assert b"\\b" not in file
