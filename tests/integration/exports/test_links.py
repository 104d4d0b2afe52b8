"""Links to export files: their trail entries fit into DynamoDB transactions."""

from typing import Any

import pytest
from botocore.client import BaseClient

from badgedata import clock, trail
from badgedata.access import Caller
from badgedata.exports import links
from badgedata.identifiers import new_id
from badgedata.records.exports import Export
from badgedata.records.record import history_expiry
from tests.integration.exports.running import ORGANIZATION, start_export
from tests.integration.exports.welding_school import ADMIN

pytestmark = pytest.mark.usefixtures("school")

MAX_BYTES = 4 * 1024 * 1024
"""DynamoDB's limit for the items in a transaction, which the in-memory tables don't enforce."""

KIB = 1024


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> list[list[dict[str, Any]]]:
    """Return a list to which the items of each transaction are added."""
    sent: list[list[dict[str, Any]]] = []
    make_api_call: Any = BaseClient.__dict__["_make_api_call"]

    def call(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
        if name == "TransactWriteItems":
            sent.append([item["Put"]["Item"] for item in arguments["TransactItems"] if "Put" in item])
        return make_api_call(client, name, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return sent


def finished_exports(count: int, name: str) -> list[Export]:
    """Return exports that have files, in a scope with this name."""
    values = start_export(ORGANIZATION, "awards").attribute_values | {
        "status": "succeeded",
        "scope_name": name,
        "object_key": "MAKERS/EXPORT/file.csv",
        "file_expires_at": "2999-01-01T00:00:00Z",
        "expires_at": history_expiry(clock.now()),
    }
    return [Export(**values | {"id": (export_id := new_id()), "pk": Export.key(export_id)[0]}) for _ in range(count)]


@pytest.mark.parametrize(
    "name", ["Welding School", "x" * 190 * KIB, "Ж" * 95 * KIB], ids=["short", "latin", "cyrillic"]
)
def test_transactions_that_record_links_stay_within_dynamodb_limits(
    name: str, transactions: list[list[dict[str, Any]]]
) -> None:
    exports = finished_exports(51, name)
    transactions.clear()
    assert links.hand_out(exports, Caller(ADMIN)).keys() == {export.id for export in exports}
    assert [export.id for export in exports] == [
        item["targetId"]["S"] for sent in transactions for item in sent if "targetId" in item
    ]
    for sent in transactions:
        assert len(sent) <= 100
        assert sum(_bytes(item) for item in sent) <= MAX_BYTES
    entries = trail.entries("MAKERS", None, "0", "~")
    assert sum(entry.action == "export-downloaded" for entry in entries) == 51


def _bytes(item: dict[str, dict[str, str]]) -> int:
    """Return an item's size in DynamoDB: the UTF-8 bytes of its names and values."""
    texts = [text for name, value in item.items() for text in (name, *value.values())]
    return sum(len(text.encode()) for text in texts)


def test_empty_export_list_records_nothing(transactions: list[list[dict[str, Any]]]) -> None:
    assert links.hand_out([], Caller(ADMIN)) == {}
    assert transactions == []
