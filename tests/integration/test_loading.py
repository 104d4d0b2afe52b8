"""Loading documents into the tables: what is stored, that loading again changes nothing, and what is refused."""

import hashlib
import json
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from badgedata import aws
from badgedata.config import config
from badgedata.openbadges.baked_images import bake, unbake
from badgedata.openbadges.images import clean_image
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer, Learner, Member, Organization, RecipientGroup
from operations.loading import issuer as issuer_writing
from operations.loading import writing
from operations.loading.faults import InvalidDocumentError
from operations.loading.load import LoadResult, load
from operations.loading.reading import read_document
from operations.loading.writing import LoadInterruptedError
from tests.unit.loading.small_documents import PNG, Json, data_uri, issuer_document, organization_document

pytestmark = pytest.mark.usefixtures("tables")


def load_json(document: Json, **how: Any) -> LoadResult:
    return load(read_document(json.dumps(document).encode()), **how)


def everything() -> dict[str, Any]:
    """All items of the tables and all images, for comparing before and after."""
    client = boto3.client("dynamodb")
    found: dict[str, Any] = {
        table: sorted(client.scan(TableName=table)["Items"], key=lambda item: json.dumps(item, sort_keys=True))
        for table in (config().directory_table, config().awards_table)
    }
    images = boto3.client("s3").list_objects_v2(Bucket=config().images_bucket).get("Contents", [])
    return found | {"images": [image["Key"] for image in images]}


def refusals(document: Json, **how: Any) -> list[str]:
    """Load what must be refused; check that it changed nothing, and give the reasons."""
    before = everything()
    with pytest.raises(InvalidDocumentError) as caught:
        load_json(document, **how)
    assert everything() == before
    return [str(fault) for fault in caught.value.faults]


def award(award_id: str = "A1", issuer_id: str = "ISS") -> Award:
    return next(found for found in Award.query(issuer_id) if found.award_id == award_id)


def many_awards(count: int) -> Json:
    document = organization_document()
    badge_class = document["issuers"][0]["badgeClasses"][0]
    badge_class["assertions"] = [badge_class["assertions"][0] | {"entityId": f"A{n}"} for n in range(count)]
    return document


# ---------------------------------------------------------------- what is stored


def test_everything_of_an_organization_document_is_loaded_and_counted() -> None:
    loaded = load_json(organization_document())
    assert loaded.organization_id == "ORG"
    assert loaded.counts == {
        "issuers": 1,
        "badge classes": 1,
        "pathways": 1,
        "learners": 1,
        "groups": 1,
        "awards": 1,
        "members": 2,
    }
    assert loaded.images == 1
    assert Organization.get(*Organization.key("ORG")).plan == "paid"
    assert [found.entity_id for found in Issuer.children.query(Issuer.parent_key("ORG"))] == ["ISS"]
    assert [found.entity_id for found in BadgeClass.children.query(BadgeClass.parent_key("ISS"))] == ["BC"]


def test_an_award_stands_by_its_instant_in_utc() -> None:
    load_json(organization_document())
    found = award()
    assert found.issued_on == "2026-01-01T08:00:00Z"
    assert found.issued_on_award_id == "2026-01-01T08:00:00.000000Z#A1"
    assert found.expires == "2027-01-01T00:00:00.5Z"
    assert found.revoked is True


def test_what_is_absent_stays_absent_and_what_is_empty_stays_empty() -> None:
    document = issuer_document()
    document["issuer"] |= {"description": ""}
    document["badgeClasses"][0] |= {"tags": []}
    del document["badgeClasses"][0]["alignment"]
    load_json(document)
    assert Issuer.get(*Issuer.key("ISS")).description == ""
    badge_class = BadgeClass.get(*BadgeClass.key("BC"))
    assert badge_class.tags == []
    assert badge_class.alignment is None


def test_members_are_found_by_their_address_in_any_case() -> None:
    document = organization_document()
    document["members"][0]["email"] = "Ada@Example.org"
    load_json(document)
    roles = [(member.role, member.issuer_id) for member in Member.query(Member.email_key("ADA@example.ORG"))]
    assert sorted(roles, key=str) == [("admin", None), ("owner", "ISS")]


def test_an_embedded_image_is_stored_once_under_the_hash_of_its_content() -> None:
    document = organization_document()
    document["issuers"][0]["issuer"]["image"] = data_uri(PNG)
    load_json(document)
    key = f"images/{hashlib.sha256(PNG).hexdigest()}.png"
    assert Issuer.get(*Issuer.key("ISS")).image == BadgeClass.get(*BadgeClass.key("BC")).image == f"s3:{key}"
    assert everything()["images"] == [key]
    stored = boto3.client("s3").get_object(Bucket=config().images_bucket, Key=key)
    assert stored["ContentType"] == "image/png"
    assert stored["Body"].read() == PNG


HOSTILE_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>alert(1)</script><rect width="9"/></svg>'


def stored(image: str | None) -> bytes:
    assert image is not None
    return boto3.client("s3").get_object(Bucket=config().images_bucket, Key=image.removeprefix("s3:"))["Body"].read()


def test_a_loaded_drawing_is_cleaned_as_one_of_a_replacement_is() -> None:
    document = organization_document()
    issuer = document["issuers"][0]
    issuer["issuer"]["image"] = issuer["badgeClasses"][0]["image"] = data_uri(HOSTILE_SVG, "image/svg+xml")

    load_json(document)

    for image in (Issuer.get(*Issuer.key("ISS")).image, BadgeClass.get(*BadgeClass.key("BC")).image):
        assert stored(image) == clean_image(HOSTILE_SVG).content
        assert b"script" not in stored(image)


def test_a_loaded_drawing_of_an_award_is_cleaned_and_keeps_its_assertion() -> None:
    document = organization_document()
    assertion = '{"id": "https://example.org/1"}'
    baked = data_uri(bake(HOSTILE_SVG, "image/svg+xml", assertion), "image/svg+xml")
    document["issuers"][0]["badgeClasses"][0]["assertions"][0]["image"] = baked

    load_json(document)

    image = stored(award().image)
    assert b"script" not in image
    assert unbake(image) == assertion
    document["issuers"][0]["badgeClasses"][0]["assertions"][0]["image"] = data_uri(image, "image/svg+xml")
    load_json(document)
    assert stored(award().image) == image


def test_an_image_that_is_an_address_stays_one() -> None:
    load_json(organization_document())
    assert Issuer.get(*Issuer.key("ISS")).image == "https://issuer.example.org/logo.png"


def test_an_awards_embedded_image_counts_as_baked_for_the_badge_class_beside_it() -> None:
    document = organization_document()
    document["issuers"][0]["badgeClasses"][0]["assertions"][0]["image"] = data_uri(PNG)
    load_json(document)
    assert award().image == f"s3:baked/issuers/ISS/A1/{hashlib.sha256(PNG).hexdigest()}-hashed.png", "it names nobody"
    assert award().image_version == 1


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\t\r\n")))
def test_any_text_is_stored_as_it_is(text: str) -> None:
    document = organization_document()
    document["issuers"][0]["issuer"]["name"] = text
    assertion = document["issuers"][0]["badgeClasses"][0]["assertions"][0]
    assertion |= {"recipientName": text, "narrative": text, "evidence": [{"narrative": text}]}
    load_json(document)
    assert Issuer.get(*Issuer.key("ISS")).name == text
    found = award()
    assert (found.recipient_name, found.narrative) == (text, text)
    assert found.evidence == [{"narrative": text}]


# ---------------------------------------------------------------- again, and after a crash


def test_loading_twice_changes_nothing() -> None:
    load_json(many_awards(60))
    once = everything()
    assert load_json(many_awards(60)).images == 0
    assert everything() == once


def test_awards_that_are_as_the_document_says_are_not_written_again() -> None:
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
    """Stands for whatever ends a load midway."""


def break_off_after(batches: int, patch: pytest.MonkeyPatch) -> None:
    """Let so many batches be written, and then no more."""
    real, left = aws.dynamodb().batch_write_item, iter(range(batches))

    def write(**request: Any) -> Any:
        if next(left, None) is None:
            raise BrokenError
        return real(**request)

    patch.setattr(aws.dynamodb(), "batch_write_item", write)


@pytest.mark.slow
@pytest.mark.parametrize("batches", range(7))
def test_a_load_that_broke_off_anywhere_is_repaired_by_loading_again(
    batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_a_load_that_broke_off_behind_the_organization_it_made_is_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Issuer, "save", lambda record: (_ for _ in ()).throw(BrokenError()))
        with pytest.raises(BrokenError):
            load_json(issuer_document())
    assert Organization.get(*Organization.key("ISS"))
    assert load_json(issuer_document()).counts["awards"] == 1


def test_learners_and_groups_that_the_document_no_longer_has_stay_and_count() -> None:
    load_json(organization_document())
    document = organization_document()
    document["issuers"][0]["recipientGroups"][0]["learners"][0]["id"] = "grace"
    load_json(document)
    pk, _ = Learner.key("ISS", "G", "")
    assert [learner.entity_id for learner in Learner.query(pk)] == ["ada@example.org", "grace"]
    assert RecipientGroup.get(*RecipientGroup.key("ISS", "G")).learner_count == 2


def test_a_badge_class_keeps_its_version() -> None:
    load_json(organization_document())
    BadgeClass.get(*BadgeClass.key("BC")).update(actions=[BadgeClass.version.set(4)])
    load_json(organization_document())
    assert BadgeClass.get(*BadgeClass.key("BC")).version == 4


def test_a_badge_class_that_is_replaced_while_it_is_loaded_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    load_json(organization_document())
    real = issuer_writing._put_badge_classes

    def replaced_first(records: Any, stored: Any) -> None:
        BadgeClass.get(*BadgeClass.key("BC")).update(actions=[BadgeClass.version.set(2), BadgeClass.name.set("New")])
        real(records, stored)

    monkeypatch.setattr(issuer_writing, "_put_badge_classes", replaced_first)
    with pytest.raises(LoadInterruptedError, match="badge class BC was changed during the load"):
        load_json(organization_document())
    assert BadgeClass.get(*BadgeClass.key("BC")).name == "New"


def test_an_award_keeps_the_image_that_was_baked_for_it() -> None:
    load_json(organization_document())
    award().update(actions=[Award.image.set("s3:images/baked.png"), Award.image_version.set(3)])
    document = organization_document()
    for image in (None, f"{config().public_base_url}/public/assertions/A1/image"):
        document["issuers"][0]["badgeClasses"][0]["assertions"][0]["image"] = image
        load_json(document)
        assert (award().image, award().image_version) == ("s3:images/baked.png", 3)


def test_an_image_address_of_this_very_deployment_means_the_stored_image() -> None:
    load_json(organization_document())
    stored = BadgeClass.get(*BadgeClass.key("BC")).image
    document = organization_document()
    document["issuers"][0]["badgeClasses"][0]["image"] = f"{config().public_base_url}/public/badges/BC/image"
    document["issuers"][0]["issuer"]["image"] = f"{config().public_base_url}/public/issuers/ISS/image"
    load_json(document)
    assert BadgeClass.get(*BadgeClass.key("BC")).image == stored
    assert Issuer.get(*Issuer.key("ISS")).image == "https://issuer.example.org/logo.png"


def test_an_image_address_of_this_very_deployment_stays_where_nothing_is_stored() -> None:
    """So that what this deployment exported comes out the same when it is loaded after all was lost."""
    document = organization_document()
    address = f"{config().public_base_url}/public/issuers/ISS/image"
    document["issuers"][0]["issuer"]["image"] = address
    for _ in range(2):
        load_json(document)
        assert Issuer.get(*Issuer.key("ISS")).image == address


def test_items_that_the_table_did_not_take_are_sent_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    real = aws.dynamodb().batch_write_item
    pauses: list[float] = []

    def busy(*, RequestItems: Any) -> Any:  # noqa: N803
        ((table, items),) = RequestItems.items()
        if table == config().awards_table and len(items) > 1:
            real(RequestItems={table: items[:1]})
            return {"UnprocessedItems": {table: items[1:]}}
        return real(RequestItems=RequestItems)

    monkeypatch.setattr(aws.dynamodb(), "batch_write_item", busy)
    # Only the writer's: other threads may sleep as well.
    monkeypatch.setattr(writing, "time", SimpleNamespace(sleep=pauses.append))
    load_json(many_awards(9))
    assert len(list(Award.query("ISS"))) == 9
    assert len(pauses) == 8
    assert all(0 <= pause <= 20 for pause in pauses)


def test_a_table_that_never_takes_the_items_breaks_the_load_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*, RequestItems: Any) -> Any:  # noqa: N803
        return {"UnprocessedItems": RequestItems}

    monkeypatch.setattr(aws.dynamodb(), "batch_write_item", full)
    monkeypatch.setattr(writing, "time", SimpleNamespace(sleep=lambda seconds: None))
    with pytest.raises(LoadInterruptedError, match="the table directory refused 1 of 1 items 10 times"):
        load_json(organization_document())


def test_the_progress_is_told_by_kind_and_count() -> None:
    told: list[tuple[str, int]] = []
    load_json(many_awards(60), on_progress=lambda kind, count: told.append((kind, count)))
    assert [count for kind, count in told if kind == "awards"] == [25, 50, 60]
    assert told[-1] == ("members", 2)


# ---------------------------------------------------------------- what is refused, with nothing written


def test_a_document_with_a_fault_at_its_end_writes_nothing() -> None:
    document = organization_document()
    document["members"].append({"email": "nobody", "role": "admin"})
    assert refusals(document) == ['$.members[2].email: "nobody" is not an e-mail address']


def test_an_issuer_stays_with_its_organization() -> None:
    load_json(organization_document())
    document = organization_document()
    document["organization"]["entityId"] = "OTHER"
    assert refusals(document) == [
        '$.issuers[0].issuer.entityId: "ISS" is already an issuer of another organization, "ORG"'
    ]


def test_a_badge_class_stays_with_its_issuer_and_an_award_with_its_badge_class() -> None:
    load_json(organization_document())
    document = organization_document()
    other = issuer_document()
    other["issuer"] = {"entityId": "ISS2", "name": "Other"}
    del other["badgeClasses"][0]["issuer"]
    document["issuers"] = [other]
    document["members"] = []
    assert refusals(document) == [
        '$.issuers[0].badgeClasses[0].entityId: "BC" is already a badge class of another issuer, "ISS"'
    ]


def test_an_award_id_that_another_issuer_has_is_refused_for_it_is_a_public_address() -> None:
    load_json(organization_document())
    other = organization_document()
    other["organization"] = {"entityId": "ORG2", "name": "Other", "plan": "paid"}
    other["members"] = []
    [issuer] = other["issuers"]
    issuer["issuer"] |= {"entityId": "ISS2"}
    [badge_class] = issuer["badgeClasses"]
    badge_class |= {"entityId": "BC2"}
    badge_class.pop("issuer", None)
    issuer.pop("recipientGroups", None)
    [assertion] = badge_class["assertions"]
    assertion.pop("badge", None)
    assert refusals(other) == [
        '$.issuers[0].badgeClasses[0].assertions[0].entityId: "A1" is already an award of another issuer, "ISS"'
    ]
    assertion["entityId"] = "A2"
    assert load_json(other).counts["awards"] == 1


def test_an_award_never_moves_to_another_badge_class_or_date() -> None:
    load_json(many_awards(2))
    document = many_awards(2)
    badge_classes = document["issuers"][0]["badgeClasses"]
    badge_classes.append({"entityId": "BC2", "name": "Other", "assertions": [badge_classes[0]["assertions"].pop()]})
    del badge_classes[1]["assertions"][0]["badge"]
    badge_classes[0]["assertions"][0]["issuedOn"] = "2026-01-02T00:00:00Z"
    assert refusals(document) == [
        '$.issuers[0].badgeClasses[0].assertions[0].issuedOn: "A0" was issued on 2026-01-01T08:00:00Z;'
        " an award's date can't change",
        '$.issuers[0].badgeClasses[1].assertions[0].entityId: "A1" is already an award of another badge class, "BC"',
    ]


# ---------------------------------------------------------------- an issuer document by itself


def test_an_issuer_document_loads_into_an_empty_deployment_with_an_organization_of_its_own() -> None:
    loaded = load_json(issuer_document(), admin_email="ada@example.org")
    assert (loaded.organization_id, loaded.created_organization) == ("ISS", True)
    organization = Organization.get(*Organization.key("ISS"))
    assert (organization.name, organization.plan) == ("École de soudure", "paid")
    assert [member.role for member in Member.query(Member.email_key("ada@example.org"))] == ["admin"]


def test_without_an_admin_nobody_is_a_member() -> None:
    load_json(issuer_document())
    assert list(Member.children.query(Member.parent_key("ISS"))) == []


def test_an_issuer_document_loads_twice_into_a_deployment_that_was_empty() -> None:
    load_json(issuer_document())
    once = everything()
    assert not load_json(issuer_document()).created_organization
    assert everything() == once


def test_an_issuer_document_goes_to_the_organization_that_is_named() -> None:
    document = organization_document()
    document["issuers"] = document["members"] = []
    load_json(document)
    assert load_json(issuer_document(), organization_id="ORG").organization_id == "ORG"
    assert Issuer.get(*Issuer.key("ISS")).organization_id == "ORG"


def test_an_issuer_document_goes_to_the_organization_that_the_issuer_has() -> None:
    load_json(organization_document())
    assert load_json(issuer_document()).organization_id == "ORG"


def test_an_organization_that_is_not_there_is_refused() -> None:
    assert refusals(issuer_document(), organization_id="GONE") == [
        '$: the issuer\'s organization "GONE" does not exist'
    ]


def test_an_organization_document_does_not_go_to_another_organization() -> None:
    assert refusals(organization_document(), organization_id="OTHER") == [
        '$.organization.entityId: is "ORG", but --organization is "OTHER"'
    ]


def test_an_issuer_is_not_put_into_an_organization_that_has_its_id_by_chance() -> None:
    document = organization_document()
    document["organization"]["entityId"] = "ISS"
    document["issuers"][0]["issuer"]["entityId"] = "OTHER"
    del document["issuers"][0]["badgeClasses"]
    document["members"] = []
    load_json(document)
    assert "is already the ID of an organization" in refusals(issuer_document())[0]
