"""Repeated and interrupted loads."""

import json
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from badgedata import aws, clock
from badgedata.config import config
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer, Learner, Member, Organization, RecipientGroup
from operations.loading import issuer as issuer_writing
from operations.loading import writing
from operations.loading.writing import LoadInterruptedError
from tests.integration.operations.loading.loads import award, everything, load_json, many_awards
from tests.support.clock import set_time
from tests.support.small_documents import issuer_document, organization_document

pytestmark = pytest.mark.usefixtures("tables")


def test_loading_the_same_document_twice_changes_nothing() -> None:
    load_json(many_awards(60))
    once = everything()
    assert load_json(many_awards(60)).images == 0
    assert everything() == once


def test_unchanged_awards_are_not_rewritten() -> None:
    document = many_awards(60)
    load_json(document)
    assertions = document["issuers"][0]["badgeClasses"][0]["assertions"]
    assertions[7] |= {"narrative": "Corrected"}
    assertions.append(assertions[0] | {"entityId": "NEW"})
    put: list[str] = []

    def note(params: Any, **_: Any) -> None:
        request = json.loads(params["body"])
        items = [request] if "Item" in request else request.get("RequestItems", {}).get(config().awards_table, [])
        puts = [item.get("PutRequest", item) for item in items if isinstance(item, dict)]
        put.extend(item["Item"]["awardId"]["S"] for item in puts if "awardId" in item.get("Item", {}))

    aws.dynamodb().meta.events.register("before-call.dynamodb", note)
    try:
        load_json(document)
    finally:
        aws.dynamodb().meta.events.unregister("before-call.dynamodb", note)
    assert sorted(put) == ["A7", "NEW"]
    assert award("A7").narrative == "Corrected"
    assert len(list(Award.query("ISS"))) == 61


class BrokenError(Exception):
    """The error that interrupts a load."""


def break_off_after(batches: int, patch: pytest.MonkeyPatch) -> None:
    """Make the load fail after this number of batches."""
    real, left = aws.dynamodb().batch_write_item, iter(range(batches))

    def write(**request: Any) -> Any:
        if next(left, None) is None:
            raise BrokenError
        return real(**request)

    patch.setattr(aws.dynamodb(), "batch_write_item", write)


@pytest.mark.slow
@pytest.mark.parametrize("batches", range(7))
def test_interrupted_load_can_be_completed_by_loading_again(batches: int, monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(clock.now(), monkeypatch)  # issuers' creation times are the times of their first loads
    load_json(many_awards(60))
    whole = everything()
    client = boto3.client("dynamodb")
    for table in (config().directory_table, config().awards_table):
        keys = [key["AttributeName"] for key in client.describe_table(TableName=table)["Table"]["KeySchema"]]
        for item in whole[table]:
            client.delete_item(TableName=table, Key={key: item[key] for key in keys})

    with monkeypatch.context() as patch:
        break_off_after(batches, patch)
        with pytest.raises(BrokenError):
            load_json(many_awards(60))
    assert not list(Member.query(Member.email_key("ada@example.org")))

    load_json(many_awards(60))
    assert everything() == whole


def test_load_interrupted_after_creating_the_organization_can_be_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Issuer, "save", lambda record: (_ for _ in ()).throw(BrokenError()))
        with pytest.raises(BrokenError):
            load_json(issuer_document())
    assert Organization.get(*Organization.key("ISS"))
    assert load_json(issuer_document()).counts["awards"] == 1


def test_learners_missing_from_the_document_are_kept_and_counted() -> None:
    load_json(organization_document())
    document = organization_document()
    document["issuers"][0]["recipientGroups"][0]["learners"][0]["id"] = "grace"
    load_json(document)
    pk, _ = Learner.key("ISS", "G", "")
    assert [learner.entity_id for learner in Learner.query(pk)] == ["ada@example.org", "grace"]
    assert RecipientGroup.get(*RecipientGroup.key("ISS", "G")).learner_count == 2


def test_reloaded_badge_class_keeps_its_version() -> None:
    load_json(organization_document())
    BadgeClass.get(*BadgeClass.key("BC")).update(actions=[BadgeClass.version.set(4)])
    load_json(organization_document())
    assert BadgeClass.get(*BadgeClass.key("BC")).version == 4


def test_badge_class_replaced_during_a_load_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    load_json(organization_document())
    real = issuer_writing._put_badge_classes

    def replaced_first(records: Any, stored: Any) -> None:
        BadgeClass.get(*BadgeClass.key("BC")).update(actions=[BadgeClass.version.set(2), BadgeClass.name.set("New")])
        real(records, stored)

    monkeypatch.setattr(issuer_writing, "_put_badge_classes", replaced_first)
    with pytest.raises(LoadInterruptedError, match="badge class BC was changed while it was being loaded"):
        load_json(organization_document())
    assert BadgeClass.get(*BadgeClass.key("BC")).name == "New"


def test_reloaded_award_keeps_its_baked_image() -> None:
    load_json(organization_document())
    award().update(actions=[Award.image.set("s3:images/baked.png"), Award.image_version.set(3)])
    document = organization_document()
    for image in (None, f"{config().public_base_url}/public/assertions/A1/image"):
        document["issuers"][0]["badgeClasses"][0]["assertions"][0]["image"] = image
        load_json(document)
        assert (award().image, award().image_version) == ("s3:images/baked.png", 3)


def test_stored_image_is_kept_if_the_loaded_url_points_to_this_deployment() -> None:
    load_json(organization_document())
    stored = BadgeClass.get(*BadgeClass.key("BC")).image
    document = organization_document()
    document["issuers"][0]["badgeClasses"][0]["image"] = f"{config().public_base_url}/public/badges/BC/image"
    document["issuers"][0]["issuer"]["image"] = f"{config().public_base_url}/public/issuers/ISS/image"
    load_json(document)
    assert BadgeClass.get(*BadgeClass.key("BC")).image == stored
    assert Issuer.get(*Issuer.key("ISS")).image == "https://issuer.example.org/logo.png"


def test_loaded_url_is_kept_if_this_deployment_has_no_stored_image() -> None:
    """An export from this deployment is reloaded unchanged after data loss."""
    document = organization_document()
    address = f"{config().public_base_url}/public/issuers/ISS/image"
    document["issuers"][0]["issuer"]["image"] = address
    for _ in range(2):
        load_json(document)
        assert Issuer.get(*Issuer.key("ISS")).image == address


def test_unprocessed_items_are_retried_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    real = aws.dynamodb().batch_write_item
    pauses: list[float] = []

    def busy(*, RequestItems: Any) -> Any:  # noqa: N803
        ((table, items),) = RequestItems.items()
        if table == config().awards_table and len(items) > 1:
            real(RequestItems={table: items[:1]})
            return {"UnprocessedItems": {table: items[1:]}}
        return real(RequestItems=RequestItems)

    monkeypatch.setattr(aws.dynamodb(), "batch_write_item", busy)
    # Only the writer's pauses count, because other threads may also sleep.
    monkeypatch.setattr(writing, "time", SimpleNamespace(sleep=pauses.append))
    load_json(many_awards(9))
    assert len(list(Award.query("ISS"))) == 9
    assert len(pauses) == 8
    assert all(0 <= pause <= 20 for pause in pauses)


def test_load_fails_if_a_table_never_accepts_the_items(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*, RequestItems: Any) -> Any:  # noqa: N803
        return {"UnprocessedItems": RequestItems}

    monkeypatch.setattr(aws.dynamodb(), "batch_write_item", full)
    monkeypatch.setattr(writing, "time", SimpleNamespace(sleep=lambda seconds: None))
    with pytest.raises(LoadInterruptedError, match="the table directory still rejected 1 of 1 items after 10 attempts"):
        load_json(organization_document())


def test_each_progress_report_states_the_kind_and_number_of_loaded_items() -> None:
    reported: list[tuple[str, int]] = []
    load_json(many_awards(60), on_progress=lambda kind, count: reported.append((kind, count)))
    assert [count for kind, count in reported if kind == "awards"] == [25, 50, 60]
    assert reported[-1] == ("members", 2)
