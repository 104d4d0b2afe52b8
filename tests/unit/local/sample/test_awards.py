"""The awards in the sample data: every kind of date, recipient, text, and state."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import pytest

from tests.unit.local.sample.reading import TIME, Json, assertions_of

EXPORTED_AT = "2026-11-01T00:00:00Z"


def texts(assertions: list[Json], key: str) -> list[str]:
    return [assertion[key] for assertion in assertions if key in assertion]


# Awards: dates


def test_sample_awards_date_from_the_three_years_before_november_2026(assertions: list[Json]) -> None:
    issued = texts(assertions, "issuedOn")
    assert all(TIME.fullmatch(time) for time in issued)
    assert "2023-11-01" <= min(issued) < "2023-12"
    assert "2026-10" < max(issued) < "2026-11-01"


def test_no_sample_badge_is_awarded_before_it_is_created(paid: Json) -> None:
    for issuer in paid["issuers"]:
        for badge_class in issuer["badgeClasses"]:
            assert all(award["issuedOn"] > badge_class["createdAt"] for award in badge_class["assertions"])


def test_sample_awards_for_each_badge_class_are_in_chronological_order(paid: Json) -> None:
    for issuer in paid["issuers"]:
        for badge_class in issuer["badgeClasses"]:
            keys = [(datetime.fromisoformat(a["issuedOn"]), a["entityId"]) for a in badge_class["assertions"]]
            assert keys == sorted(keys)


def test_sample_awards_are_distributed_unevenly(paid: Json, assertions: list[Json]) -> None:
    of_issuers = [len(assertions_of({"issuers": [issuer]})) for issuer in paid["issuers"]]
    assert max(of_issuers) > 5 * min(of_issuers)
    of_badge_classes = [len(b["assertions"]) for issuer in paid["issuers"] for b in issuer["badgeClasses"]]
    assert 0 in of_badge_classes
    assert max(of_badge_classes) > 500
    weekdays = Counter(datetime.fromisoformat(award["issuedOn"]).weekday() for award in assertions)
    assert len(weekdays) == 7
    assert weekdays[1] > 3 * weekdays[6]


def test_some_sample_awards_have_the_same_time(assertions: list[Json]) -> None:
    at_once = Counter((award["badge"], award["issuedOn"]) for award in assertions)
    assert max(at_once.values()) > 10


def test_some_sample_times_have_milliseconds_and_some_are_near_midnight(assertions: list[Json]) -> None:
    issued = texts(assertions, "issuedOn")
    assert 0 < sum("." in time for time in issued) < 500
    assert any(time.endswith("T00:00:00Z") for time in issued)
    assert any(time.endswith("T23:59:59Z") for time in issued)


# Awards: recipients


@pytest.mark.parametrize("kind", ["email", "url", "telephone", "id"])
def test_sample_awards_include_all_recipient_types(assertions: list[Json], kind: str) -> None:
    count = sum(award["recipient"]["type"] == kind for award in assertions)
    assert count > (4500 if kind == "email" else 5)


def test_hashed_sample_identities_follow_the_specification(assertions: list[Json]) -> None:
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


def test_some_sample_recipients_earn_several_badges(assertions: list[Json]) -> None:
    badges: dict[str, set[str]] = {}
    for award in assertions:
        badges.setdefault(award["recipient"]["identity"], set()).add(award["badge"])
    assert max(map(len, badges.values())) > 5


def test_some_sample_awards_lack_a_name_or_a_narrative(assertions: list[Json]) -> None:
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
def test_sample_names_include_every_writing_system_and_special_case(assertions: list[Json], pattern: str) -> None:
    assert any(re.search(pattern, text) for text in texts(assertions, "recipientName"))


@pytest.mark.parametrize(
    "pattern",
    [*(pattern for name, pattern in SCRIPTS.items() if name != "combining accents"), *CELLS.values(), r"\A\r", "[|]"],
)
def test_sample_narratives_include_every_writing_system_and_special_case(assertions: list[Json], pattern: str) -> None:
    assert any(re.search(pattern, text) for text in texts(assertions, "narrative"))


def test_some_sample_narratives_are_long(assertions: list[Json]) -> None:
    assert max(map(len, texts(assertions, "narrative"))) > 2000


def test_some_sample_recipient_identities_start_with_formula_characters(assertions: list[Json]) -> None:
    assert {"+", "@"} <= {award["recipient"]["identity"][0] for award in assertions}


# Awards: state and evidence


def test_some_sample_awards_are_revoked_with_a_reason_and_some_without(assertions: list[Json]) -> None:
    revoked = [award for award in assertions if "revoked" in award]
    assert 50 < len(revoked) < 250
    assert all(award["revoked"] is True for award in revoked)
    assert 0 < sum("revocationReason" in award for award in revoked) < len(revoked)
    assert all("revoked" in award for award in assertions if "revocationReason" in award)
    assert any(reason.startswith("=") for reason in texts(revoked, "revocationReason"))


def test_some_sample_awards_have_expired_and_some_will_expire(assertions: list[Json]) -> None:
    expires = texts(assertions, "expires")
    assert all(TIME.fullmatch(time) for time in expires)
    assert min(expires) < EXPORTED_AT < max(expires)
    assert any("revoked" in award and award.get("expires", "9") < EXPORTED_AT for award in assertions)
    assert all(award["issuedOn"] < award["expires"] for award in assertions if "expires" in award)


EVIDENCE: dict[str, Callable[[list[Json]], bool]] = {
    "none": lambda items: not items,
    "one": lambda items: len(items) == 1,
    "several": lambda items: len(items) > 2,
    "a URL without a narrative": lambda items: any(set(item) == {"id"} for item in items),
    "a narrative without a URL": lambda items: any(set(item) == {"narrative"} for item in items),
    "both": lambda items: any(set(item) == {"id", "narrative"} for item in items),
    "only narratives": lambda items: bool(items) and all("id" not in item for item in items),
    "a URL with a comma": lambda items: any("," in item.get("id", "") for item in items),
    "a narrative with a vertical bar": lambda items: any(" | " in item.get("narrative", "") for item in items),
}


@pytest.mark.parametrize("condition", EVIDENCE.values(), ids=EVIDENCE)
def test_sample_includes_every_form_of_evidence(
    assertions: list[Json], condition: Callable[[list[Json]], bool]
) -> None:
    assert any(condition(award.get("evidence", [])) for award in assertions)
