"""The trail in the deployed stack, with IAM enforced: each action appears once, and only admins and owners see it."""

from collections.abc import Callable

from tests.support.deployed_client import Client, fetch

ISSUER = "/issuers/aurora-science"


def test_trail_lists_each_action_on_an_export_once(signed_in: Callable[[str], Client]) -> None:
    grace = signed_in("grace@example.org")
    export = grace.export(f"{ISSUER}/exports", {"kind": "badges"})
    assert grace.get(f"/exports/{export['id']}/file").status == 302
    for _ in range(2):
        assert grace.delete(f"/exports/{export['id']}").status == 200
    entries = grace.get(f"{ISSUER}/trail?actor=grace@example.org&limit=100").json["items"]
    own = [entry["action"] for entry in entries if entry["target"]["id"] == export["id"]]
    assert own == ["export-file-deleted", "export-downloaded", "export-requested"]


def test_download_links_in_a_list_are_recorded_once(signed_in: Callable[[str], Client]) -> None:
    grace, ada = signed_in("grace@example.org"), signed_in("ada@example.org")
    ids = {grace.export(f"{ISSUER}/exports", {"kind": "badges"})["id"] for _ in range(2)}
    for links, expected in (("false", 0), ("true", 1), ("true", 1)):
        page = ada.get(f"/exports?issuerId=aurora-science&links={links}&limit=100").json["items"]
        shown = [export for export in page if export["id"] in ids]
        assert len(shown) == 2
        assert sum("downloadUrl" in export for export in shown) == 2 * expected
        entries = ada.get(f"{ISSUER}/trail?actor=ada@example.org&action=export-downloaded&limit=100").json["items"]
        found = sorted(entry["target"]["id"] for entry in entries if entry["target"]["id"] in ids)
        assert found == sorted(ids) * expected


def test_exported_trail_contains_changes_to_schedules(signed_in: Callable[[str], Client]) -> None:
    ada = signed_in("ada@example.org")
    schedule = {
        "name": "Trail",
        "export": {"issuerId": "aurora-science", "kind": "trail"},
        "expression": "rate(7 days)",
    }
    created = ada.post("/schedules", schedule).json
    assert ada.delete(f"/schedules/{created['id']}").status == 204
    export = ada.export(f"{ISSUER}/exports", {"kind": "trail"})
    lines = fetch(export["downloadUrl"]).body.decode("utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in lines if created["id"] in line] == ["schedule-created", "schedule-deleted"]


def test_staff_cannot_see_the_trail(signed_in: Callable[[str], Client]) -> None:
    assert signed_in("rosalind@example.org").get(f"{ISSUER}/trail").status == 403
    assert signed_in("ludwik@example.org").get("/organizations/aurora-learning/trail").status == 404
