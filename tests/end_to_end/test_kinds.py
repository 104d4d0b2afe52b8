"""Every kind of export as deployed: each reads what it needs with the worker's role, and no other."""

from typing import Any

import pytest

from tests.end_to_end.client import Client, fetch

ISSUER, BADGE_CLASS = "/issuers/aurora-science/exports", "/badge-classes/lab-safety/exports"
EVERYTHING = {"includeBadgeClasses": True, "includeAssertions": True, "includeRecipientGroups": True}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (ISSUER, {"kind": "issuer", "includePathways": True, "embedImages": True, **EVERYTHING}),
        (ISSUER, {"kind": "issuer", "compress": True, **EVERYTHING}),
        (ISSUER, {"kind": "groups", "includeArchived": True, "includeStaff": True}),
        (ISSUER, {"kind": "group-badges"}),
        (ISSUER, {"kind": "learner-progress"}),
        (BADGE_CLASS, {"kind": "badge-class", "includeAssertions": True, "embedImages": True}),
        (BADGE_CLASS, {"kind": "badge-class", "includeAssertions": True, "compress": True}),
    ],
    ids=str,
)
def test_each_kind_ends_with_a_file_that_has_rows(owner: Client, path: str, body: dict[str, Any]) -> None:
    export = owner.export(path, body)
    assert export["status"] == "succeeded", export
    assert export["file"]["rows"] > 0
    assert len(fetch(export["downloadUrl"]).body) == export["file"]["bytes"]
