"""The issuer document: its envelope, each option, images, and unreadable records."""

import base64
import json
from typing import Any

import boto3
import pytest

from badgedata.config import config
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer, Learner
from tests.integration.exports.odd_records import put
from tests.integration.exports.reading import with_id
from tests.integration.exports.running import EVERYTHING, ISSUER, exported, run_export, start_export
from tests.integration.exports.welding_school import PNG_URI, SVG_URI

pytestmark = pytest.mark.usefixtures("school")

BASE = "https://badges.example.org/public"


def document(**options: bool) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(exported(ISSUER, "issuer", **options))
    return found


def award(award_id: str) -> Award:
    return next(award for award in Award.query("WELD") if award.award_id == award_id)


# ---------------------------------------------------------------- envelope and options


def test_document_without_options_contains_only_the_envelope_and_the_issuer() -> None:
    export = run_export(start_export(ISSUER, "issuer"))
    found = document()
    assert list(found) == ["@context", "format", "formatVersion", "exportedAt", "options", "issuer"]
    assert found["@context"] == "https://w3id.org/openbadges/v2"
    assert (found["format"], found["formatVersion"]) == ("badge-data-management/issuer", 1)
    assert found["exportedAt"][:4] == export.created_at[:4]
    assert found["issuer"] == {
        "id": f"{BASE}/issuers/WELD",
        "type": "Profile",
        "entityId": "WELD",
        "name": "École de soudure",
        "url": "https://weld.example.org",
        "email": "badges@weld.example.org",
        "description": "Welds, and teaches it",
        "image": f"{BASE}/issuers/WELD/image",
    }


def test_export_time_is_the_request_time() -> None:
    export = run_export(start_export(ISSUER, "issuer"))
    client = boto3.client("s3")
    data = client.get_object(Bucket=config().exports_bucket, Key=export.object_key)["Body"].read()
    assert json.loads(data)["exportedAt"] == export.created_at


def test_document_lists_the_export_options() -> None:
    assert document(includePathways=True, embedImages=True)["options"] == {
        "includeBadgeClasses": False,
        "includeAssertions": False,
        "includeRecipientGroups": False,
        "includePathways": True,
        "embedImages": True,
        "compress": False,
    }


@pytest.mark.parametrize(
    ("option", "key"),
    [
        ("includeBadgeClasses", "badgeClasses"),
        ("includeRecipientGroups", "recipientGroups"),
        ("includePathways", "pathways"),
    ],
)
def test_each_option_adds_only_its_own_key(option: str, key: str) -> None:
    with_it, everything = document(**{option: True}), document(**EVERYTHING)
    assert with_it.keys() - document().keys() == {key}
    assert everything.keys() - document(**(EVERYTHING | {option: False, "includeAssertions": False})).keys() == {key}
    if key != "badgeClasses":
        assert with_it[key] == everything[key]


def test_keys_are_in_the_documented_order() -> None:
    assert list(document(**EVERYTHING))[5:] == ["issuer", "badgeClasses", "recipientGroups", "pathways"]


def test_badge_classes_have_no_assertions_by_default() -> None:
    bare, full = document(includeBadgeClasses=True), document(includeBadgeClasses=True, includeAssertions=True)
    assert not any("assertions" in badge_class for badge_class in bare["badgeClasses"])
    assert [len(badge_class["assertions"]) for badge_class in full["badgeClasses"]] == [5, 0, 1]
    for badge_class in full["badgeClasses"]:
        del badge_class["assertions"]
    assert full["badgeClasses"] == bare["badgeClasses"]


def test_empty_issuer_has_empty_lists_for_the_requested_parts() -> None:
    found = json.loads(exported(("issuer", "WOOD"), "issuer", **EVERYTHING))
    assert (found["badgeClasses"], found["recipientGroups"], found["pathways"]) == ([], [], [])


# ---------------------------------------------------------------- parts


def test_badge_class_contains_all_fields_in_the_documented_order() -> None:
    found = document(includeBadgeClasses=True)["badgeClasses"][0]
    assert found == {
        "id": f"{BASE}/badges/BC-1",
        "type": "BadgeClass",
        "entityId": "BC-1",
        "issuer": f"{BASE}/issuers/WELD",
        "name": "Welder",
        "description": "Welds",
        "image": f"{BASE}/badges/BC-1/image",
        "criteria": {"id": "https://weld.example.org/welder", "narrative": "Weld **twice**"},
        "alignment": [
            {
                "targetName": "Welding",
                "targetUrl": "https://standards.example.org/welding",
                "targetDescription": "ISO 9606",
                "targetFramework": "ISO",
                "targetCode": "9606",
            },
            {"targetName": "Safety", "targetUrl": "https://standards.example.org/safety"},
        ],
        "tags": ["metal", "fire"],
        "createdAt": "2024-01-01T09:00:00Z",
    }
    assert list(found) == (
        [
            "id",
            "type",
            "entityId",
            "issuer",
            "name",
            "description",
            "image",
            "criteria",
            "alignment",
            "tags",
            "createdAt",
        ]
    )


def test_unset_badge_class_fields_are_omitted() -> None:
    found = document(includeBadgeClasses=True)["badgeClasses"][2]
    assert list(found) == ["id", "type", "entityId", "issuer", "name"]


def test_assertions_contain_all_fields_and_are_sorted_by_date_and_id() -> None:
    found = document(**EVERYTHING)["badgeClasses"][0]["assertions"]
    assert [assertion["entityId"] for assertion in found] == ["A1", "A2", "A0", "A3", "A4"]
    assert found[3] == {
        "id": f"{BASE}/assertions/A3",
        "type": "Assertion",
        "entityId": "A3",
        "badge": f"{BASE}/badges/BC-1",
        "recipient": {"type": "email", "hashed": False, "identity": "a3@example.org"},
        "recipientName": "Ada Lovelace",
        "issuedOn": "2026-03-01T10:00:00Z",
        "expires": "2027-03-01T10:00:00Z",
        "verification": {"type": "HostedBadge"},
        "narrative": 'Wrote "x", y;\r\nand z\t',
        "evidence": [{"id": "https://ada.example.org/weld", "narrative": "A seam"}, {"narrative": "Seen"}, {}],
        "image": f"{BASE}/assertions/A3/image",
    }


def test_empty_text_or_list_is_distinct_from_a_missing_value() -> None:
    found = document(**EVERYTHING)["badgeClasses"][0]["assertions"]
    assert (found[4]["narrative"], found[4]["evidence"]) == ("", [])
    assert "narrative" not in found[0]
    assert "evidence" not in found[0]


def test_only_revoked_assertions_have_revocation_fields() -> None:
    found = document(**EVERYTHING)["badgeClasses"][0]["assertions"]
    assert (found[0]["revoked"], found[0]["revocationReason"]) == (True, "It broke")
    assert found[1]["revoked"] is True
    assert not any("revoked" in assertion or "revocationReason" in assertion for assertion in found[2:])


def test_hashed_recipient_keeps_its_hash_and_salt() -> None:
    found = with_id(document(**EVERYTHING)["badgeClasses"][0]["assertions"], "A0")
    assert found["recipient"] == {"type": "email", "hashed": True, "identity": "sha256$" + "0" * 64, "salt": "NaCl"}


def test_document_includes_archived_groups_with_alignments_and_learners() -> None:
    found = document(includeRecipientGroups=True)["recipientGroups"]
    assert [group["entityId"] for group in found] == ["G-alone", "G-bare", "G-lms", "G-old", "G-path"]
    assert with_id(found, "G-old")["archived"] is True
    group = with_id(found, "G-lms")
    assert list(group) == (
        [
            "entityId",
            "name",
            "description",
            "archived",
            "createdAt",
            "creation",
            "expiration",
            "staff",
            "alignments",
            "learners",
        ]
    )
    assert group["creation"]["courseId"] == "+course-7"
    assert [alignment["type"] for alignment in group["alignments"]] == ["badge", "pathway"]
    assert [learner["id"] for learner in group["learners"]] == ["ada@example.org", "learner 名前 #2"]
    assert group["learners"][0]["progress"][0] == {
        "alignment": "PATH-1",
        "completed": 1,
        "required": 2,
        "evidence": ["https://ada.example.org/1", "https://ada.example.org/2"],
    }
    assert with_id(found, "G-alone")["learners"] == []


def test_alignment_shows_the_current_name_of_a_replaced_badge() -> None:
    BadgeClass.get(*BadgeClass.key("BC-1")).update(actions=[BadgeClass.name.set("Master welder")])
    group = with_id(document(includeRecipientGroups=True)["recipientGroups"], "G-lms")
    assert group["alignments"][0]["name"] == "Master welder"


def test_row_count_includes_badge_classes_assertions_groups_learners_and_pathways() -> None:
    export = run_export(start_export(ISSUER, "issuer", **EVERYTHING))
    assert export.rows == 3 + 6 + 5 + 6 + 2
    assert export.expected_rows is None  # the assertions are not counted


def test_number_of_rows_is_known_in_advance_if_assertions_are_excluded() -> None:
    export = run_export(start_export(ISSUER, "issuer", **(EVERYTHING | {"includeAssertions": False})))
    assert export.rows == export.expected_rows == 3 + 5 + 6 + 2


# ---------------------------------------------------------------- images


def test_embedded_images_are_data_uris_with_the_stored_bytes() -> None:
    found = document(**EVERYTHING, embedImages=True)
    assert found["issuer"]["image"] == PNG_URI
    assert found["badgeClasses"][0]["image"] == SVG_URI
    assert with_id(found["badgeClasses"][0]["assertions"], "A3")["image"] == PNG_URI


def test_external_image_is_exported_as_its_url() -> None:
    found = document(**EVERYTHING, embedImages=True)
    assert found["badgeClasses"][1]["image"] == "https://weld.example.org/grinder.png"
    assert with_id(found["badgeClasses"][0]["assertions"], "A2")["image"] == "https://elsewhere.example.org/baked.png"


def test_each_award_has_its_own_embedded_image() -> None:
    client = boto3.client("s3")
    template = award("A3")
    for number in range(20):
        key = f"images/{number}.png"
        client.put_object(
            Bucket=config().images_bucket, Key=key, Body=b"\x89PNG" + bytes([number]), ContentType="image/png"
        )
        template.award_id, template.image = f"X{number:02}", f"s3:{key}"
        template.issued_on_award_id = f"2026-05-01T00:00:00.000000Z#{template.award_id}"
        template.save()
    found = document(**EVERYTHING, embedImages=True)["badgeClasses"][0]["assertions"]
    for number in range(20):
        image = with_id(found, f"X{number:02}")["image"]
        assert base64.b64decode(image.removeprefix("data:image/png;base64,")) == b"\x89PNG" + bytes([number])


# ---------------------------------------------------------------- unusual records


def failure(**options: bool) -> str:
    export = run_export(start_export(ISSUER, "issuer", **options))
    assert (export.status, export.error_code) == ("failed", "unreadable-data")
    left = boto3.client("s3").list_objects_v2(Bucket=config().exports_bucket).get("Contents", [])
    assert left == []
    return str(export.error_message)


def test_error_names_the_missing_image() -> None:
    put(award("A3"), "image", "s3:images/gone.png")
    message = failure(**EVERYTHING, embedImages=True)
    assert message.startswith(f"The image for {BASE}/assertions/A3 is missing from the images bucket.")


def test_error_names_an_award_without_a_recipient() -> None:
    put(award("A3"), "recipientIdentity", None)
    assert failure(**EVERYTHING) == "Award A3 can't be exported: recipientType or recipientIdentity is missing."


def test_error_names_an_award_attribute_of_the_wrong_type() -> None:
    put(award("A3"), "narrative", 7)
    message = failure(**EVERYTHING)
    assert "A3" in message
    assert "narrative" in message


def test_error_names_a_learner_attribute_of_the_wrong_type() -> None:
    progress = [{"alignment": "PATH-1", "completed": "many", "required": 3}]
    put(Learner.get(*Learner.key("WELD", "G-path", "bob")), "progress", progress)
    message = failure(includeRecipientGroups=True)
    assert "The learner bob" in message
    assert "$.progress[0].completed" in message


def test_unknown_attributes_are_ignored() -> None:
    before = document(**EVERYTHING)
    put(award("A3"), "hue", {"is": "blue"})
    put(BadgeClass.get(*BadgeClass.key("BC-1")), "criteria", before["badgeClasses"][0]["criteria"] | {"hue": "blue"})
    after = document(**EVERYTHING)
    assert after | {"exportedAt": ""} == before | {"exportedAt": ""}


def test_export_fails_if_its_issuer_is_deleted_before_it_runs() -> None:
    export = start_export(ISSUER, "issuer")
    Issuer.get(*Issuer.key("WELD")).delete()
    found = run_export(export)
    assert (found.status, found.error_message) == (
        "failed",
        "The issuer École de soudure (WELD) was deleted before it was exported.",
    )
