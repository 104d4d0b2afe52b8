"""The sample data files: identical on every machine, complete, in the documented format, and with small images."""

import base64
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from itertools import cycle, pairwise
from pathlib import Path

import pytest
from PIL import Image

from local.places import REPOSITORY
from local.sample.__main__ import main
from local.sample.awards import awards
from local.sample.catalogue import FREE, PAID
from local.sample.documents import organization_document, shared_out
from local.sample.images import EMBLEMS, FRAMES, Look, draw_png, shapes
from tests.unit.local.sample.reading import Json, assertions_of

ENTITY_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


# Keys from docs/load-files.md: (all keys of an object, optional keys). `salt` is from Open Badges 2.0.
REQUIREMENTS = ["entityId name type threshold awardMethod visibility", ""]

KEYS = {
    "organization document": ["format formatVersion organization members issuers", ""],
    "organization": ["entityId name plan", ""],
    "member": ["email role", "issuer"],
    "issuer document": [
        "@context format formatVersion exportedAt options issuer badgeClasses recipientGroups pathways",
        "",
    ],
    "issuer": ["id type entityId name url email description image", ""],
    "badge class": [
        "id type entityId issuer name description image criteria createdAt assertions",
        "alignment tags",
    ],
    "criteria": ["", "id narrative"],
    "badge alignment": ["targetName targetUrl", "targetDescription targetFramework targetCode"],
    "assertion": [
        "id type entityId badge recipient issuedOn verification",
        "recipientName expires narrative evidence image revoked revocationReason",
    ],
    "recipient": ["type hashed identity", "salt"],
    "evidence": ["", "id narrative"],
    "group": ["entityId name description archived createdAt creation staff alignments learners", "expiration"],
    "creation": ["method", "courseId url pathway"],
    "expiration": ["date method", ""],
    "staff": ["name id", ""],
    "alignment": ["type entityId name requirements", ""],
    "requirement": REQUIREMENTS,
    "learner": ["id name progress", "lastBadgeEarned"],
    "last badge": ["name issuedOn", ""],
    "progress": ["alignment completed required evidence", ""],
    "pathway": ["entityId name description status requirements", ""],
}


@pytest.fixture(scope="module")
def free() -> Json:
    return organization_document(FREE, 100)


# The files


def test_another_process_writes_identical_sample_files(tmp_path: Path) -> None:
    main(["--out", str(tmp_path / "here"), "--awards", "500"])
    command = [sys.executable, "-m", "local.sample", "--out", str(tmp_path / "there"), "--awards", "500"]
    environment = os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Asia/Kolkata", "LC_ALL": "C"}
    subprocess.run(command, check=True, env=environment, cwd=REPOSITORY)
    for name in ("paid.json", "free.json"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


def test_sample_awards_are_identical_on_every_machine() -> None:
    # Recorded once. If the values differ, demos, screenshots, and measurements change too: was that intended?
    text = json.dumps(list(awards("python-basics", 1000)), ensure_ascii=False)
    assert (
        hashlib.sha256(text.encode()).hexdigest() == "811645b2b41dac996cd436d40d5bf7126993b9a5e519ec03e6312e4774d9838a"
    )


def test_sample_images_are_identical_on_every_machine() -> None:
    look = Look("rosette", "rocket", "#044", "#188")
    with Image.open(io.BytesIO(draw_png(shapes(look)))) as png:
        digest = hashlib.sha256(png.convert("RGBA").tobytes()).hexdigest()
    assert digest == "a62dde8a6f017982d8e06a7a9d85797fda3f52efac338db150e329709b784cd1"


def test_missing_output_folders_are_created(tmp_path: Path) -> None:
    main(["--out", str(tmp_path / "new" / "folder"), "--awards", "20"])
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == ["free.json", "paid.json"]


def test_negative_number_of_awards_is_rejected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path), "--awards", "-1"])
    assert "-1 is less than 0" in capsys.readouterr().err


@pytest.mark.parametrize("count", [0, 1, 7, 1000])
def test_sample_contains_the_requested_number_of_awards(count: int) -> None:
    assert len(assertions_of(organization_document(PAID, count))) == count


def test_sample_contains_five_thousand_awards_by_default(tmp_path: Path) -> None:
    main(["--out", str(tmp_path)])
    assert len(assertions_of(json.loads((tmp_path / "paid.json").read_bytes()))) == 5000
    assert len(assertions_of(json.loads((tmp_path / "free.json").read_bytes()))) == 100


def test_sample_award_counts_add_up_to_the_total() -> None:
    for count in range(200):
        assert sum(shared_out(count, [62, 28, 10, 0])) == count
        assert shared_out(count, [62, 28, 10, 0])[3] == 0


# The documents


def test_sample_documents_contain_only_keys_defined_by_the_format(paid: Json, free: Json) -> None:
    for document in (paid, free):
        check_keys(document, "organization document")
        check_keys(document["organization"], "organization")
        for member in document["members"]:
            check_keys(member, "member")
        for issuer in document["issuers"]:
            check_issuer_document(issuer)


def check_issuer_document(document: Json) -> None:
    check_keys(document, "issuer document")
    assert document["@context"] == "https://w3id.org/openbadges/v2"
    assert (document["format"], document["formatVersion"]) == ("badge-data-management/issuer", 1)
    check_keys(document["issuer"], "issuer")
    for badge_class in document["badgeClasses"]:
        check_keys(badge_class, "badge class")
        check_keys(badge_class["criteria"], "criteria")
        assert badge_class["criteria"]
        for target in badge_class.get("alignment", []):
            check_keys(target, "badge alignment")
        for assertion in badge_class["assertions"]:
            check_keys(assertion, "assertion")
            check_keys(assertion["recipient"], "recipient")
            for item in assertion.get("evidence", []):
                check_keys(item, "evidence")
                assert item
    for group in document["recipientGroups"]:
        check_keys(group, "group")
        check_keys(group["creation"], "creation")
        if "expiration" in group:
            check_keys(group["expiration"], "expiration")
        for person in group["staff"]:
            check_keys(person, "staff")
        for alignment in group["alignments"]:
            check_keys(alignment, "alignment")
        for learner in group["learners"]:
            check_keys(learner, "learner")
            if "lastBadgeEarned" in learner:
                check_keys(learner["lastBadgeEarned"], "last badge")
            for progress in learner["progress"]:
                check_keys(progress, "progress")
    for pathway in document["pathways"]:
        check_keys(pathway, "pathway")
    for owner in document["pathways"] + [a for group in document["recipientGroups"] for a in group["alignments"]]:
        for requirement in owner["requirements"]:
            check_keys(requirement, "requirement")


def check_keys(value: Json, kind: str) -> None:
    required, others = (set(keys.split()) for keys in KEYS[kind])
    assert required <= set(value) <= required | others, kind


def test_sample_ids_are_unique_and_match_the_urls(paid: Json, free: Json) -> None:
    base = "https://badges.example.org/public"
    seen: Counter[str] = Counter()
    for document in (paid, free):
        seen[document["organization"]["entityId"]] += 1
        for issuer_document in document["issuers"]:
            issuer = issuer_document["issuer"]
            assert issuer["id"] == f"{base}/issuers/{issuer['entityId']}"
            seen[issuer["entityId"]] += 1
            for badge_class in issuer_document["badgeClasses"]:
                assert badge_class["id"] == f"{base}/badges/{badge_class['entityId']}"
                assert badge_class["issuer"] == issuer["id"]
                seen[badge_class["entityId"]] += 1
                for assertion in badge_class["assertions"]:
                    assert assertion["id"] == f"{base}/assertions/{assertion['entityId']}"
                    assert assertion["badge"] == badge_class["id"]
                    assert len(assertion["entityId"]) == 22
                    seen[assertion["entityId"]] += 1
            seen.update(item["entityId"] for item in issuer_document["recipientGroups"] + issuer_document["pathways"])
    assert seen.total() == len(seen)
    assert all(ENTITY_ID.fullmatch(entity_id) for entity_id in seen)
    assert {"aurora-learning", "aurora-science", "python-basics", "birch-volunteers"} <= set(seen)


def test_sample_organizations_have_members_with_every_role(paid: Json, free: Json) -> None:
    for document in (paid, free):
        assert {member["role"] for member in document["members"]} == {"admin", "owner", "editor", "staff"}
        issuers = {issuer["issuer"]["entityId"] for issuer in document["issuers"]}
        for member in document["members"]:
            assert member["email"].endswith(("@example.org", "@example.com"))
            assert ("issuer" in member) == (member["role"] != "admin")
            assert member.get("issuer") in {None, *issuers}
        assert issuers == {member["issuer"] for member in document["members"] if member["role"] == "owner"}


def test_paid_sample_organization_has_three_issuers_and_the_free_one_has_one(paid: Json, free: Json) -> None:
    assert (paid["organization"]["plan"], len(paid["issuers"])) == ("paid", 3)
    assert (free["organization"]["plan"], len(free["issuers"])) == ("free", 1)


def test_one_sample_member_has_roles_for_two_issuers(paid: Json) -> None:
    issuers = Counter(member["email"] for member in paid["members"] if "issuer" in member)
    assert 2 in issuers.values()


# Images


def test_sample_images_are_small_and_distinct(paid: Json, free: Json) -> None:
    images = []
    for document in paid["issuers"] + free["issuers"]:
        images += [document["issuer"]["image"]] + [badge_class["image"] for badge_class in document["badgeClasses"]]
    assert len(set(images)) == len(images)
    kinds: Counter[str] = Counter()
    for image in images:
        head, body = image.split(";base64,")
        content = base64.b64decode(body, validate=True)
        kinds[head] += 1
        assert len(content) < 10_000
        if head == "data:image/png":
            with Image.open(io.BytesIO(content)) as png:
                assert png.size == (200, 200)
                assert len(png.convert("RGBA").getcolors() or []) > 10
        else:
            root = ElementTree.fromstring(content)  # noqa: S314  written by the line above
            assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert kinds["data:image/png"] > kinds["data:image/svg+xml"] >= 3


@pytest.mark.parametrize(("frame", "emblem"), list(zip(cycle(FRAMES), EMBLEMS)))
def test_other_tools_can_read_every_generated_png(frame: str, emblem: str) -> None:
    with Image.open(io.BytesIO(draw_png(shapes(Look(frame, emblem, "#036", "#06c"))))) as png:
        png.load()  # also checks the stream's checksum
        pixels = png.convert("RGBA")
    assert pixels.getpixel((0, 0)) == (0, 0, 0, 0)
    assert (0, 0x66, 0xCC, 255) in {color for _, color in pixels.getcolors(256) or []}


# Awards for other code


def test_sample_awards_can_be_streamed_in_date_order() -> None:
    stream = awards("any-badge", 10_000)
    first, second = next(stream), next(stream)
    assert first["badge"] == second["badge"] == "https://badges.example.org/public/badges/any-badge"
    assert all(earlier["issuedOn"][:10] <= later["issuedOn"][:10] for earlier, later in pairwise(stream))
