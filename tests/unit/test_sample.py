"""The sample organizations: the same on every run, as large as asked, and with every oddity the product must bear."""

import base64
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tracemalloc
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from local.sample.__main__ import json_text, main
from local.sample.awards import awards
from local.sample.catalogue import FREE, PAID
from local.sample.documents import organization_document, shared_out
from local.sample.images import EMBLEMS, Look, draw_png, shapes

type Json = dict[str, Any]

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
ENTITY_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
EXPORTED_AT = "2026-11-01T00:00:00Z"

# Keys of docs/load-files.md: (those that each object has, those that some have). `salt` is Open Badges 2.0's.
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
def paid() -> Json:
    return read(organization_document(PAID, 5000))


@pytest.fixture(scope="module")
def free() -> Json:
    return read(organization_document(FREE, 100))


@pytest.fixture(scope="module")
def assertions(paid: Json) -> list[Json]:
    return assertions_of(paid)


@pytest.fixture(scope="module")
def groups(paid: Json) -> list[Json]:
    return [group for issuer in paid["issuers"] for group in issuer["recipientGroups"]]


def read(document: Json) -> Json:
    read_back: Json = json.loads("".join(json_text(document)))
    return read_back


def assertions_of(document: Json) -> list[Json]:
    return [
        assertion
        for issuer in document["issuers"]
        for badge_class in issuer["badgeClasses"]
        for assertion in badge_class["assertions"]
    ]


def texts(assertions: list[Json], key: str) -> list[str]:
    return [assertion[key] for assertion in assertions if key in assertion]


# The files


def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    main(["--out", str(tmp_path / "here"), "--awards", "500"])
    command = [sys.executable, "-m", "local.sample", "--out", str(tmp_path / "there"), "--awards", "500"]
    environment = os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Asia/Kolkata", "LC_ALL": "C"}
    subprocess.run(command, check=True, env=environment, cwd=Path(__file__).parents[2])
    for name in ("paid.json", "free.json"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


def test_awards_are_the_same_on_every_machine() -> None:
    # Taken down once. Another value means that demos, screenshots and measurements change: was that meant?
    digest = hashlib.sha256("".join(json_text(awards("python-basics", 1000))).encode()).hexdigest()
    assert digest == "4f406755bf2b2b55d1a05e910349a5dcc0f61092eba6bbdcf81c02ecbfb70750"


def test_images_are_the_same_on_every_machine() -> None:
    look = Look("rosette", "rocket", "#044", "#188")
    with Image.open(io.BytesIO(draw_png(shapes(look)))) as png:
        digest = hashlib.sha256(png.convert("RGBA").tobytes()).hexdigest()
    assert digest == "a62dde8a6f017982d8e06a7a9d85797fda3f52efac338db150e329709b784cd1"


def test_another_seed_gives_other_awards_and_people() -> None:
    assert list(awards("python-basics", 50, seed=1)) != list(awards("python-basics", 50, seed=2))


def test_files_are_complete_or_not_there(tmp_path: Path) -> None:
    main(["--out", str(tmp_path / "new" / "folder"), "--awards", "20"])
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == ["free.json", "paid.json"]


def test_a_negative_number_of_awards_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path), "--awards", "-1"])
    assert "-1 is less than 0" in capsys.readouterr().err


@pytest.mark.parametrize("count", [0, 1, 7, 1000])
def test_there_are_as_many_awards_as_asked_for(count: int) -> None:
    assert len(assertions_of(read(organization_document(PAID, count)))) == count


def test_five_thousand_awards_by_default(tmp_path: Path) -> None:
    main(["--out", str(tmp_path)])
    assert len(assertions_of(json.loads((tmp_path / "paid.json").read_bytes()))) == 5000
    assert len(assertions_of(json.loads((tmp_path / "free.json").read_bytes()))) == 100


def test_many_awards_need_little_memory() -> None:
    tracemalloc.start()
    try:
        size = sum(map(len, json_text(organization_document(PAID, 10_000))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 5_000_000
    assert peak < 2_000_000


def test_shares_add_up_to_the_whole() -> None:
    for count in range(200):
        assert sum(shared_out(count, [62, 28, 10, 0])) == count
        assert shared_out(count, [62, 28, 10, 0])[3] == 0


# The documents


def test_documents_have_only_the_keys_of_the_format(paid: Json, free: Json) -> None:
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


def test_ids_are_unique_and_addresses_fit_them(paid: Json, free: Json) -> None:
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


def test_documents_can_be_made_for_another_address() -> None:
    text = "".join(json_text(organization_document(PAID, 100, base_url="https://badges.test/")))
    assert "https://badges.test/public/assertions/" in text
    assert "badges.example.org" not in text


def test_there_are_people_in_every_role(paid: Json, free: Json) -> None:
    for document in (paid, free):
        assert {member["role"] for member in document["members"]} == {"admin", "owner", "editor", "staff"}
        issuers = {issuer["issuer"]["entityId"] for issuer in document["issuers"]}
        for member in document["members"]:
            assert member["email"].endswith(("@example.org", "@example.com"))
            assert ("issuer" in member) == (member["role"] != "admin")
            assert member.get("issuer") in {None, *issuers}
        assert issuers == {member["issuer"] for member in document["members"] if member["role"] == "owner"}


def test_one_organization_is_paid_with_three_issuers_and_one_free_with_one(paid: Json, free: Json) -> None:
    assert (paid["organization"]["plan"], len(paid["issuers"])) == ("paid", 3)
    assert (free["organization"]["plan"], len(free["issuers"])) == ("free", 1)


def test_one_person_has_roles_on_two_issuers(paid: Json) -> None:
    issuers = Counter(member["email"] for member in paid["members"] if "issuer" in member)
    assert 2 in issuers.values()


# Images


def test_images_are_small_drawings_that_differ(paid: Json, free: Json) -> None:
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


@pytest.mark.parametrize(
    ("frame", "emblem"),
    list(zip(cycle(["round", "ribbon", "hexagon", "octagon", "shield", "rosette", "tile"]), EMBLEMS)),
)
def test_every_drawing_is_a_png_that_others_read(frame: Any, emblem: Any) -> None:
    with Image.open(io.BytesIO(draw_png(shapes(Look(frame, emblem, "#036", "#06c"))))) as png:
        png.load()  # checks the stream's checksum too
        pixels = png.convert("RGBA")
    assert pixels.getpixel((0, 0)) == (0, 0, 0, 0)
    assert (0, 0x66, 0xCC, 255) in {colour for _, colour in pixels.getcolors(256) or []}


# Awards: when


def test_awards_are_within_the_three_years_before_november_2026(assertions: list[Json]) -> None:
    issued = texts(assertions, "issuedOn")
    assert all(TIME.fullmatch(time) for time in issued)
    assert "2023-11-01" <= min(issued) < "2023-12"
    assert "2026-10" < max(issued) < "2026-11-01"


def test_no_badge_is_awarded_before_it_was_made(paid: Json) -> None:
    for issuer in paid["issuers"]:
        for badge_class in issuer["badgeClasses"]:
            assert all(award["issuedOn"] > badge_class["createdAt"] for award in badge_class["assertions"])


def test_awards_of_a_badge_class_are_in_order(paid: Json) -> None:
    for issuer in paid["issuers"]:
        for badge_class in issuer["badgeClasses"]:
            keys = [(datetime.fromisoformat(a["issuedOn"]), a["entityId"]) for a in badge_class["assertions"]]
            assert keys == sorted(keys)


def test_awards_are_spread_unevenly(paid: Json, assertions: list[Json]) -> None:
    of_issuers = [len(assertions_of({"issuers": [issuer]})) for issuer in paid["issuers"]]
    assert max(of_issuers) > 5 * min(of_issuers)
    of_badge_classes = [len(b["assertions"]) for issuer in paid["issuers"] for b in issuer["badgeClasses"]]
    assert 0 in of_badge_classes
    assert max(of_badge_classes) > 500
    weekdays = Counter(datetime.fromisoformat(award["issuedOn"]).weekday() for award in assertions)
    assert len(weekdays) == 7
    assert weekdays[1] > 3 * weekdays[6]


def test_several_awards_have_the_same_instant(assertions: list[Json]) -> None:
    at_once = Counter((award["badge"], award["issuedOn"]) for award in assertions)
    assert max(at_once.values()) > 10


def test_some_times_have_milliseconds_and_some_are_the_first_or_last_second_of_a_day(assertions: list[Json]) -> None:
    issued = texts(assertions, "issuedOn")
    assert 0 < sum("." in time for time in issued) < 500
    assert any(time.endswith("T00:00:00Z") for time in issued)
    assert any(time.endswith("T23:59:59Z") for time in issued)


# Awards: to whom


@pytest.mark.parametrize("kind", ["email", "url", "telephone", "id"])
def test_recipients_are_of_every_type(assertions: list[Json], kind: str) -> None:
    count = sum(award["recipient"]["type"] == kind for award in assertions)
    assert count > (4500 if kind == "email" else 5)


def test_hashed_recipients_are_hashed_as_the_specification_says(assertions: list[Json]) -> None:
    hashed = [award["recipient"] for award in assertions if award["recipient"]["hashed"]]
    assert len(hashed) > 100
    for recipient in hashed:
        assert re.fullmatch(r"sha256\$[0-9a-f]{64}", recipient["identity"])
        assert recipient["salt"]
    emails = {award["recipient"]["identity"] for award in assertions if award["recipient"]["type"] == "email"}
    recipient = hashed[0]
    assert any(
        recipient["identity"] == "sha256$" + hashlib.sha256((email + recipient["salt"]).encode()).hexdigest()
        for email in emails
    )


def test_people_earn_several_badges(assertions: list[Json]) -> None:
    badges: dict[str, set[str]] = {}
    for award in assertions:
        badges.setdefault(award["recipient"]["identity"], set()).add(award["badge"])
    assert max(map(len, badges.values())) > 5


def test_some_awards_lack_a_name_or_a_narrative(assertions: list[Json]) -> None:
    for key in ("recipientName", "narrative"):
        assert 100 < sum(key not in award for award in assertions) < 2500


SCRIPTS: dict[str, str] = {
    "accents": "[À-ž]",
    "combining accents": "[a-z][\u0300-\u036f]",
    "Han": "[\u4e00-\u9fff]",
    "Kana": "[\u3040-\u30ff]",
    "Hangul": "[\uac00-\ud7af]",
    "Arabic": "[\u0600-\u06ff]",
    "Hebrew": "[\u0590-\u05ff]",
    "Devanagari": "[\u0900-\u097f]",
    "Cyrillic": "[\u0400-\u04ff]",
    "emoji": "[\U0001f300-\U0001faff]",
    "joined emoji": "[\U0001f300-\U0001faff]\ufe0f?\u200d",
}
CELLS: dict[str, str] = {
    "commas": ",",
    "double quotes": '"',
    "line feed": "[^\r]\n",
    "carriage return and line feed": "\r\n",
    "equals sign first": r"\A=",
    "plus sign first": r"\A\+",
    "minus sign first": r"\A-",
    "at sign first": r"\A@",
    "tab first": r"\A\t",
}


@pytest.mark.parametrize("pattern", [*SCRIPTS.values(), *CELLS.values()], ids=[*SCRIPTS, *CELLS])
def test_names_have_every_script_and_oddity(assertions: list[Json], pattern: str) -> None:
    assert any(re.search(pattern, text) for text in texts(assertions, "recipientName"))


@pytest.mark.parametrize(
    "pattern",
    [*(pattern for name, pattern in SCRIPTS.items() if name != "combining accents"), *CELLS.values(), r"\A\r", "[|]"],
)
def test_narratives_have_every_script_and_oddity(assertions: list[Json], pattern: str) -> None:
    assert any(re.search(pattern, text) for text in texts(assertions, "narrative"))


def test_some_narratives_are_long(assertions: list[Json]) -> None:
    assert max(map(len, texts(assertions, "narrative"))) > 2000


def test_some_identifiers_begin_as_formulas_do(assertions: list[Json]) -> None:
    assert {"+", "@"} <= {award["recipient"]["identity"][0] for award in assertions}


# Awards: state and evidence


def test_some_awards_are_revoked_with_and_without_a_reason(assertions: list[Json]) -> None:
    revoked = [award for award in assertions if "revoked" in award]
    assert 50 < len(revoked) < 250
    assert all(award["revoked"] is True for award in revoked)
    assert 0 < sum("revocationReason" in award for award in revoked) < len(revoked)
    assert all("revoked" in award for award in assertions if "revocationReason" in award)
    assert any(reason.startswith("=") for reason in texts(revoked, "revocationReason"))


def test_some_awards_are_expired_and_some_will_expire(assertions: list[Json]) -> None:
    expires = texts(assertions, "expires")
    assert all(TIME.fullmatch(time) for time in expires)
    assert min(expires) < EXPORTED_AT < max(expires)
    assert any("revoked" in award and award.get("expires", "9") < EXPORTED_AT for award in assertions)
    assert all(award["issuedOn"] < award["expires"] for award in assertions if "expires" in award)


EVIDENCE: dict[str, Callable[[list[Json]], bool]] = {
    "none": lambda items: not items,
    "one": lambda items: len(items) == 1,
    "several": lambda items: len(items) > 2,
    "a URL alone": lambda items: any(set(item) == {"id"} for item in items),
    "a narrative alone": lambda items: any(set(item) == {"narrative"} for item in items),
    "both": lambda items: any(set(item) == {"id", "narrative"} for item in items),
    "only narratives": lambda items: bool(items) and all("id" not in item for item in items),
    "a URL with a comma": lambda items: any("," in item.get("id", "") for item in items),
    "a narrative with a bar": lambda items: any(" | " in item.get("narrative", "") for item in items),
}


@pytest.mark.parametrize("is_so", EVIDENCE.values(), ids=EVIDENCE)
def test_evidence_comes_in_every_way(assertions: list[Json], is_so: Callable[[list[Json]], bool]) -> None:
    assert any(is_so(award.get("evidence", [])) for award in assertions)


# Groups and pathways


def test_groups_are_made_in_every_way(groups: list[Json]) -> None:
    creation = {group["creation"]["method"]: group["creation"] for group in groups}
    assert set(creation) == {"manual", "lms", "api", "pathway"}
    assert set(creation["lms"]) == {"method", "courseId", "url"}
    assert set(creation["pathway"]) == {"method", "pathway"}


def test_groups_are_archived_or_not_and_expire_by_hand_by_lms_or_not(groups: list[Json]) -> None:
    assert {group["archived"] for group in groups} == {True, False}
    assert {group.get("expiration", {}).get("method") for group in groups} == {"manual", "lms", None}
    assert all(TIME.fullmatch(group["expiration"]["date"]) for group in groups if "expiration" in group)


def test_groups_have_no_one_or_several_alignments_staff_and_learners(groups: list[Json]) -> None:
    assert {len(group["alignments"]) for group in groups} == {0, 1, 2, 3}
    assert {alignment["type"] for group in groups for alignment in group["alignments"]} == {"badge", "pathway"}
    assert {len(group["staff"]) for group in groups} == {0, 1, 2, 3}
    sizes = {len(group["learners"]) for group in groups}
    assert {0, 1, 40} <= sizes


def test_some_group_names_are_odd(groups: list[Json]) -> None:
    names = [group["name"] for group in groups]
    assert {"=", "-", "@"} <= {name[0] for name in names}
    assert any("," in name for name in names)
    assert any('"' in name for name in names)
    assert any("\n" in name for name in names)


def test_alignments_and_progress_belong_to_the_issuer(paid: Json) -> None:
    for issuer in paid["issuers"]:
        badge_classes = {(b["entityId"], b["name"]) for b in issuer["badgeClasses"]}
        pathways = {(pathway["entityId"], pathway["name"]) for pathway in issuer["pathways"]}
        for group in issuer["recipientGroups"]:
            aligned = {alignment["entityId"]: alignment for alignment in group["alignments"]}
            for alignment in aligned.values():
                owners = badge_classes if alignment["type"] == "badge" else pathways
                assert (alignment["entityId"], alignment["name"]) in owners
            if "pathway" in group["creation"]:
                assert group["creation"]["pathway"] in aligned
            for learner in group["learners"]:
                for progress in learner["progress"]:
                    assert progress["required"] == len(aligned[progress["alignment"]]["requirements"])
                    assert 0 <= progress["completed"] <= progress["required"]
                    assert len(progress["evidence"]) <= progress["completed"]


def test_learners_are_at_every_stage_and_in_several_groups(groups: list[Json]) -> None:
    learners = [learner for group in groups for learner in group["learners"]]
    assert max(Counter(learner["id"] for learner in learners).values()) > 2
    progress = [step for learner in learners for step in learner["progress"]]
    stages = {
        "not started"
        if not step["completed"]
        else "completed"
        if step["completed"] == step["required"]
        else "on the way"
        for step in progress
    }
    assert stages == {"not started", "completed", "on the way"}
    assert {0, 1, 2} <= {len(step["evidence"]) for step in progress}
    assert any(len(learner["progress"]) < len(group["alignments"]) for group in groups for learner in group["learners"])


def test_the_last_badge_earned_is_one_of_the_issuers_awards(paid: Json, groups: list[Json]) -> None:
    for issuer in paid["issuers"]:
        given = {(b["name"], award["issuedOn"]) for b in issuer["badgeClasses"] for award in b["assertions"]}
        for group in issuer["recipientGroups"]:
            for learner in group["learners"]:
                if last := learner.get("lastBadgeEarned"):
                    assert (last["name"], last["issuedOn"]) in given
    assert {"lastBadgeEarned" in learner for group in groups for learner in group["learners"]} == {True, False}


def test_pathways_and_requirements_are_of_every_kind(paid: Json) -> None:
    pathways = [pathway for issuer in paid["issuers"] for pathway in issuer["pathways"]]
    assert {pathway["status"] for pathway in pathways} == {"draft", "published"}
    requirements = [requirement for pathway in pathways for requirement in pathway["requirements"]]
    assert {item["type"] for item in requirements} == {"badge", "experience"}
    assert {item["awardMethod"] for item in requirements} == {"automatic", "manual"}
    assert {item["visibility"] for item in requirements} == {"public", "group", "private"}
    assert all(re.fullmatch(r"\d+ of \d+", item["threshold"]) for item in requirements)


# Awards for other code


def test_awards_can_be_taken_one_by_one() -> None:
    stream = awards("any-badge", 10_000)
    first, second = next(stream), next(stream)
    assert first["badge"] == second["badge"] == "https://badges.example.org/public/badges/any-badge"
    assert all(earlier["issuedOn"][:10] <= later["issuedOn"][:10] for earlier, later in pairwise(stream))
