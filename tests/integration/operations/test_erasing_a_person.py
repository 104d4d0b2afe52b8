"""Erase a person: afterward, nothing in any table or bucket identifies them, and no other data is missing."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from badgedata import stored_images
from badgedata.openbadges.baked_images import bake
from badgedata.records.awards import Award
from badgedata.records.directory import RecipientGroup
from operations import erase_recipient, erasure
from operations.loading.load import load
from operations.loading.reading import read_document
from operations.person import Person
from tests.integration.aws_faults import FaultyCalls, Killed
from tests.integration.operations.conftest import STACK_NAME
from tests.support.api_client import Person as Caller
from tests.support.images import data_uri, gray_png
from tests.support.invocations import process_queue
from tests.support.replacing import Queue
from tests.support.tenants import everything

pytestmark = pytest.mark.usefixtures("outputs", "waits")

ADA, OTHER = "ada.lovelace@example.org", "grace@example.org"
ADMIN = Caller("admin@makers.example.org")


def hashed(identity: str, salt: str, algorithm: str = "sha256") -> dict[str, Any]:
    digest = hashlib.new(algorithm, (identity + salt).encode()).hexdigest()
    return {"type": "email", "hashed": True, "identity": f"{algorithm}${digest}", "salt": salt}


RECIPIENTS: dict[str, dict[str, Any]] = {
    "PLAIN": {"type": "email", "identity": ADA},
    "CASE": {"type": "email", "identity": "Ada.Lovelace@Example.org"},
    "MAILTO": {"type": "email", "identity": f"mailto:{ADA}"},
    "HASHED": hashed(ADA, "NaCl"),
    "UNSALTED": {"type": "email", "hashed": True, "identity": hashed(ADA, "")["identity"]},
    "MD5": hashed(ADA, "KCl", "md5"),
    "OTHER": {"type": "email", "identity": OTHER},
    "OTHERHASHED": hashed(OTHER, "NaCl"),
}
HERS = {"PLAIN", "CASE", "MAILTO", "HASHED", "UNSALTED", "MD5"}


def document(organization: str, issuer: str, awards: dict[str, dict[str, Any]]) -> Any:
    assertions = [
        {
            "entityId": f"{issuer}-{name}",
            "recipient": recipient,
            "recipientName": "Ada Lovelace" if name in HERS else "Grace Hopper",
            "narrative": f"Of {name}",
            "issuedOn": "2026-01-01T00:00:00Z",
        }
        for name, recipient in awards.items()
    ]
    badge_class = {
        "entityId": f"{issuer}-BC",
        "name": "Engine",
        "description": "Programs it",
        "criteria": {"narrative": "Program"},
        "image": data_uri(gray_png(1)),
        "assertions": assertions,
    }
    group = {
        "entityId": "G",
        "name": "Engineers",
        "learners": [{"id": ADA, "name": "Ada Lovelace"}, {"id": OTHER, "name": "Grace Hopper"}],
    }
    return {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": organization, "name": organization.title(), "plan": "paid"},
        "members": [{"email": ADMIN.email, "role": "admin"}],
        "issuers": [
            {"issuer": {"entityId": issuer, "name": issuer}, "badgeClasses": [badge_class], "recipientGroups": [group]}
        ],
    }


@pytest.fixture(autouse=True)
def makers(outputs: dict[str, str]) -> None:
    """An organization with awards to two people in every form, baked images in both layouts, and export files."""
    load(read_document(json.dumps(document("MAKERS", "WELD", RECIPIENTS)).encode()))
    replacement = ADMIN.post("/badge-classes/WELD-BC/replacements", {"json": source(2)}).json
    assert ADMIN.post(f"/replacements/{replacement['id']}/confirm", None).status == 200
    Queue().process_all()
    old = stored_images.StoredImage("baked/WELD-PLAIN/1.png")
    stored_images.put(old, bake(gray_png(1), "image/png", json.dumps({"recipient": {"identity": ADA}})))
    for path, body in (
        ("/organizations/MAKERS/exports", {"kind": "awards"}),
        ("/issuers/WELD/exports", {"kind": "learner-progress"}),
        ("/badge-classes/WELD-BC/exports", {"kind": "badge-class", "includeAssertions": True, "compress": True}),
        ("/issuers/WELD/exports", {"kind": "groups"}),
    ):
        assert ADMIN.post(path, body).status == 202
    process_queue()
    assert ADMIN.post("/issuers/WELD/exports", {"kind": "awards"}).status == 202


def source(gray: int) -> dict[str, Any]:
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "BadgeClass",
        "name": "Engine",
        "description": "Programs it well",
        "criteria": {"narrative": "Program"},
        "image": data_uri(gray_png(gray)),
    }


def traces() -> set[str]:
    """Return the places that identify the person in plain text, by a hash, or by an award ID."""
    clues = {ADA, ADA.title(), "Ada Lovelace", *(recipient["identity"] for recipient in (RECIPIENTS[n] for n in HERS))}
    clues |= {f'WELD-{name}"' for name in HERS} | {f"WELD-{name}/" for name in HERS}
    found = set()
    for place, value in everything().items():
        content = value if value.startswith("{") else bytes.fromhex(value).decode("latin-1")
        # A re-sync position consists of an award's date and ID, and identifies no one.
        if "image-resync#" not in place and any(clue in f"{place}/ {content}" for clue in clues):
            found.add(place)
    return found


def award_ids() -> set[str]:
    return {award.award_id for award in Award.query("WELD")}


def ignore_progress(counts: Counter[str]) -> None:
    """Ignore the progress."""


def run(*arguments: str) -> int:
    return erase_recipient.main(["MAKERS", *arguments, "--stack-name", STACK_NAME])


def test_no_identifying_data_remains_after_an_erasure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(traces()) > 10
    receipt = tmp_path / "receipt.json"
    assert run("ADA.Lovelace@example.org", "--yes", "--receipt", str(receipt)) == 0
    assert traces() == set()
    written = json.loads(receipt.read_text())
    assert written["organization"] == "MAKERS"
    assert written["erased"] == {"awards": 6, "baked images": 7, "export files": 4, "learners": 1}
    printed = capsys.readouterr().out.split("{", 1)[1]
    for clue in ("ada", "lovelace", "sha256$", "WELD-"):
        assert clue not in receipt.read_text().lower()
        assert clue not in printed.lower()


def test_erasure_keeps_other_peoples_data() -> None:
    erasure.erase("MAKERS", Person([ADA]), ignore_progress)
    assert award_ids() == {"WELD-OTHER", "WELD-OTHERHASHED"}
    for award in Award.query("WELD"):
        image = stored_images.stored_image(award.image)
        assert image is not None
        stored_images.require(image)
    group = RecipientGroup.get(*RecipientGroup.key("WELD", "G"))
    assert group.learner_count == 1
    states = Counter(export["status"] for export in ADMIN.get("/exports", query={"issuerId": "WELD"}).json["items"])
    assert states == {"expired": 1, "cancelled": 1, "succeeded": 1}  # the groups file doesn't contain names


def test_erasure_removes_the_persons_name_from_deleted_exports() -> None:
    export_id = ADMIN.post("/issuers/WELD/exports", {"kind": "groups"}).json["id"]
    assert ADMIN.delete(f"/exports/{export_id}").json["deletedBy"] == ADMIN.email
    assert +erasure.count("MAKERS", Person([ADMIN.email.upper()])) == {"names on deleted exports": 1}
    assert run(ADMIN.email.upper(), "--yes") == 0
    export = ADMIN.get(f"/exports/{export_id}").json
    assert (export["status"], "deletedBy" in export, "deletedAt" in export) == ("cancelled", False, True)


def test_dry_run_changes_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything()
    assert run(ADA, "--dry-run") == 0
    printed = capsys.readouterr().out
    assert "           6  awards\n" in printed
    assert "           1  learners\n" in printed
    monkeypatch.setattr("builtins.input", lambda prompt: "RIVALS")
    assert run(ADA) == 1
    assert run("nobody@example.org", "--yes") == 0
    assert everything() == before


def test_erasure_keeps_awards_in_other_organizations() -> None:
    load(read_document(json.dumps(document("RIVALS", "RIV", RECIPIENTS)).encode()))
    erasure.erase("MAKERS", Person([ADA]), ignore_progress)
    assert len(list(Award.query("RIV"))) == len(RECIPIENTS)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["killed before", "killed after"])
def test_rerunning_an_interrupted_erasure_completes_it(fault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, number = FaultyCalls(monkeypatch), 0
    while True:
        calls.at(number, fault)
        try:
            with calls.product():
                erasure.erase("MAKERS", Person([ADA]), ignore_progress)
            break
        except Killed:
            number += 1 if fault == "killed after" else 4
    calls.at(10**6, fault)
    assert traces() == set()
    assert award_ids() == {"WELD-OTHER", "WELD-OTHERHASHED"}
    assert not [place for place in everything() if "erasures in" in place]
    assert RecipientGroup.get(*RecipientGroup.key("WELD", "G")).learner_count == 1


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("+49 (30) 12-34", "tel:+49301234"),
        ("https://people.example.org/Ada", "https://people.example.org/Ada"),
        ("mailto:Ada@Example.org", "ada@example.org"),
        ("lms-4711", "lms-4711"),
    ],
)
def test_person_is_found_by_any_type_of_identity(given: str, stored: str) -> None:
    assert Person([given]).is_named(stored)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("ada@example.org", "ada@example.org.uk"),
        ("https://people.example.org/Ada", "https://people.example.org/ada"),
        ("4711", "47110"),
        ("\u212aevin@example.org", "kevin@example.org"),
    ],
)
def test_person_is_not_matched_by_a_similar_identity(given: str, stored: str) -> None:
    assert not Person([given]).is_named(stored)
