"""Export history over the API: pages and filters."""

import pytest

from tests.integration.api.exporting import finished_export, request_id
from tests.support.organizations import ADMIN, OWNER, STAFF
from tests.support.small_limits import lower_limits

pytestmark = pytest.mark.usefixtures("organizations")


# ---------------------------------------------------------------- history


def test_history_lists_the_newest_exports_first_without_duplicates() -> None:
    asked = [finished_export()["id"] for _ in range(5)]
    found, query = [], {"issuerId": "WELD", "limit": "2"}
    for size in (2, 2, 1):
        page = STAFF.get("/exports", query=query).json
        assert len(page["items"]) == size
        found += [item["id"] for item in page["items"]]
        query["cursor"] = page.get("nextCursor", "")
    assert found == asked[::-1]
    assert query["cursor"] == ""


def test_new_export_does_not_change_later_history_pages() -> None:
    asked = [finished_export()["id"] for _ in range(3)]
    page = OWNER.get("/exports", query={"issuerId": "WELD", "limit": "1"}).json
    finished_export()
    rest = OWNER.get("/exports", query={"issuerId": "WELD", "cursor": page["nextCursor"]}).json
    assert [item["id"] for item in rest["items"]] == asked[-2::-1]


def test_each_scope_has_its_own_history() -> None:
    issuers = request_id(ADMIN)
    organizations = request_id(ADMIN, "/organizations/MAKERS/exports")
    for query, expected in (({"issuerId": "WELD"}, [issuers]), ({"organizationId": "MAKERS"}, [organizations])):
        assert [item["id"] for item in ADMIN.get("/exports", query=query).json["items"]] == expected
    assert ADMIN.get("/exports", query={"badgeClassId": "BC-WELD-1"}).json == {"items": []}


# ---------------------------------------------------------------- filtered history


def filtered(**query: str | list[str]) -> list[str]:
    """Return the IDs of an issuer's exports that match filters, from all pages."""
    parameters: dict[str, str | list[str]] = {"issuerId": "WELD", **query}
    found: list[str] = []
    while True:
        page = OWNER.get("/exports", query=parameters).json
        found += [item["id"] for item in page["items"]]
        if "nextCursor" not in page:
            return found
        parameters["cursor"] = page["nextCursor"]


def test_history_can_be_filtered_by_kind_and_status() -> None:
    awards, groups = finished_export()["id"], request_id(body={"kind": "groups"})
    badges = request_id(body={"kind": "badges"})
    OWNER.delete(f"/exports/{groups}")
    assert filtered(kind="awards") == [awards]
    assert filtered(kind=["groups", "badges"]) == [badges, groups]
    assert filtered(status="cancelled") == [groups]
    assert filtered(status=["succeeded", "queued"]) == [badges, awards]
    assert filtered(kind=["awards", "groups"], status="succeeded") == [awards]
    assert filtered(kind="learner-progress") == []


def test_filtering_by_the_expired_status_finds_exports_with_deleted_files() -> None:
    export_id = finished_export()["id"]
    OWNER.delete(f"/exports/{export_id}")
    assert filtered(status="expired") == [export_id]
    assert filtered(status="succeeded") == []


def test_history_can_be_filtered_by_requester_regardless_of_case() -> None:
    request_id(OWNER)
    of_staff = request_id(STAFF)
    assert filtered(requestedBy=STAFF.email.upper()) == [of_staff]
    assert filtered(requestedBy="nobody@example.org") == []


@pytest.mark.parametrize("query", [{"kind": "award"}, {"status": "done"}])
def test_unknown_filter_value_is_rejected(query: dict[str, str]) -> None:
    answer = OWNER.get("/exports", query={"issuerId": "WELD"} | query)
    assert answer.status == 422
    assert next(iter(query)) in answer.wrong_fields[0]


def test_filtered_history_pages_contain_each_export_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lower_limits(monkeypatch, exports_read_at_once=2)
    wanted = []
    for number in range(9):
        export_id = request_id(body={"kind": "groups" if number % 3 else "awards"})
        OWNER.delete(f"/exports/{export_id}")
        if number % 3:
            wanted.append(export_id)
    for limit in ("1", "2", "100"):
        assert filtered(kind="groups", limit=limit) == wanted[::-1]


def test_only_a_limited_number_of_exports_is_read_for_each_filtered_page(monkeypatch: pytest.MonkeyPatch) -> None:
    lower_limits(monkeypatch, searched_records=2)
    oldest = request_id(body={"kind": "groups"})
    for _ in range(4):
        request_id()
    first = OWNER.get("/exports", query={"issuerId": "WELD", "kind": "groups"}).json
    assert first["items"] == []
    assert filtered(kind="groups") == [oldest]
    other = OWNER.get("/exports", query={"issuerId": "WELD", "kind": "awards", "cursor": first["nextCursor"]})
    assert other.wrong_fields == ["cursor"]
