"""An organization's destination over the API: setting, testing, and deleting it, with invalid input."""

import json
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError

from badgedata import trail
from badgedata.config import config
from badgedata.delivery import request
from tests.integration.delivery.deliveries import DESTINATION, Deliveries
from tests.integration.tokens.requesting import program
from tests.support.api_client import Answer, Person, Program, rejection
from tests.support.customer_account import ACCOUNT, BUCKET, OTHER_ACCOUNT, ROLE, SETTINGS, CustomerAccount
from tests.support.organizations import ADMIN, EDITOR, NOBODY, OWNER, PENNILESS, RIVAL, STAFF

pytestmark = pytest.mark.usefixtures("deliveries")


def trail_of(organization_id: str) -> list[tuple[str, str]]:
    entries = trail.entries(organization_id, None, "0", "g", newest_first=True)
    return [(entry.action, entry.actor) for entry in entries if entry.target_type == "destination"]


# ---------------------------------------------------------------- setting


def test_new_destination_is_returned_with_its_principal_and_external_id() -> None:
    answer = ADMIN.put(DESTINATION, SETTINGS)
    assert answer.status == 200
    document = answer.json
    assert {name: document[name] for name in SETTINGS} == SETTINGS
    assert document["principal"] == config().delivery_principal_arn
    assert document["createdBy"] == ADMIN.email
    assert "lastTest" not in document
    assert ADMIN.get(DESTINATION).json == document


def test_region_defaults_to_the_deployments_region() -> None:
    assert ADMIN.put(DESTINATION, {"bucket": BUCKET, "roleArn": ROLE}).json["region"] == "eu-west-1"


def test_external_id_is_unique_per_organization_and_survives_changes() -> None:
    first = ADMIN.put(DESTINATION, SETTINGS).json
    changed = ADMIN.put(DESTINATION, SETTINGS | {"bucket": "another-bucket"}).json
    assert changed["externalId"] == first["externalId"]
    assert len(first["externalId"]) >= 40
    other = RIVAL.put("/organizations/RIVALS/destination", SETTINGS).json
    assert other["externalId"] != first["externalId"]


def test_caller_cannot_choose_the_external_id() -> None:
    first = ADMIN.put(DESTINATION, SETTINGS).json
    stolen = SETTINGS | {"externalId": first["externalId"]}
    rejection(RIVAL.put("/organizations/RIVALS/destination", stolen), "externalId")


def test_setting_the_same_destination_again_changes_nothing() -> None:
    first = ADMIN.put(DESTINATION, SETTINGS).json
    assert ADMIN.put(DESTINATION, SETTINGS | {"prefix": "from/badges/"}).json == first
    assert trail_of("MAKERS") == [("destination-set", ADMIN.email)]


def test_deleted_destination_returns_not_found() -> None:
    ADMIN.put(DESTINATION, SETTINGS)
    assert ADMIN.delete(DESTINATION).status == 204
    assert ADMIN.get(DESTINATION).status == 404
    assert ADMIN.delete(DESTINATION).status == 404
    assert ADMIN.post(f"{DESTINATION}/test", {}).status == 404
    assert trail_of("MAKERS") == [("destination-deleted", ADMIN.email), ("destination-set", ADMIN.email)]


# ---------------------------------------------------------------- roles


@pytest.mark.parametrize("person", [OWNER, EDITOR, STAFF])
def test_only_admins_can_manage_the_destination(person: Person) -> None:
    answers = [
        person.get(DESTINATION),
        person.put(DESTINATION, SETTINGS),
        person.delete(DESTINATION),
        person.post(f"{DESTINATION}/test", {}),
    ]
    assert {(answer.status, answer.problem["code"]) for answer in answers} == {(403, "role-not-allowed")}


@pytest.mark.parametrize("person", [NOBODY, RIVAL])
def test_users_cannot_access_another_organizations_destination(person: Person) -> None:
    ADMIN.put(DESTINATION, SETTINGS)
    assert person.get(DESTINATION).status == person.put(DESTINATION, SETTINGS).status == 404


def test_access_tokens_cannot_manage_the_destination() -> None:
    ADMIN.put(DESTINATION, SETTINGS)
    sender = program(role="admin")
    answers = [sender.get(DESTINATION), sender.delete(DESTINATION), sender.post(f"{DESTINATION}/test", {})]
    assert {(answer.status, answer.problem["code"]) for answer in answers} == {(403, "role-not-allowed")}


def test_destination_requires_the_paid_plan() -> None:
    answer = PENNILESS.put("/organizations/FREE/destination", SETTINGS)
    assert (answer.status, answer.problem["code"]) == (403, "subscription-required")


# ---------------------------------------------------------------- whether there is a destination


def organization_in_roles_of(person: Person | Program) -> dict[str, Any]:
    [organization] = {json.dumps(one["organization"]) for one in person.get("/me").json["memberships"]}
    document: dict[str, Any] = json.loads(organization)
    return document


def test_every_member_can_see_whether_exports_can_be_delivered() -> None:
    everyone: list[Person | Program] = [ADMIN, OWNER, EDITOR, STAFF, program(role="admin")]
    assert [organization_in_roles_of(one)["hasDestination"] for one in everyone] == [False] * 5
    ADMIN.put(DESTINATION, SETTINGS)
    assert [organization_in_roles_of(one)["hasDestination"] for one in everyone] == [True] * 5
    assert organization_in_roles_of(RIVAL)["hasDestination"] is False
    ADMIN.delete(DESTINATION)
    assert [organization_in_roles_of(one)["hasDestination"] for one in everyone] == [False] * 5


def test_only_admins_can_see_the_bucket_name() -> None:
    assert "destinationBucket" not in organization_in_roles_of(ADMIN)
    ADMIN.put(DESTINATION, SETTINGS)
    assert organization_in_roles_of(ADMIN)["destinationBucket"] == BUCKET
    assert ADMIN.get("/organizations/MAKERS").json["destinationBucket"] == BUCKET
    others: list[Person | Program] = [OWNER, EDITOR, STAFF, program(role="admin")]
    for one in others:
        assert "destinationBucket" not in organization_in_roles_of(one)
    assert "destinationBucket" not in program(role="admin").get("/organizations/MAKERS").json


@pytest.mark.parametrize("person", [ADMIN, OWNER, EDITOR, STAFF])
def test_every_role_can_request_deliveries_if_a_destination_is_set(person: Person) -> None:
    body = {"kind": "badges", "deliver": True}
    assert "no delivery destination" in rejection(person.post("/issuers/WELD/exports", body), "deliver")
    ADMIN.put(DESTINATION, SETTINGS)
    answer = person.post("/issuers/WELD/exports", body)
    assert (answer.status, answer.json["deliver"]) == (202, True)


# ---------------------------------------------------------------- invalid input


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bucket", ""),
        ("bucket", "ab"),
        ("bucket", "b" * 64),
        ("bucket", "Upper-Case"),
        ("bucket", "under_score"),
        ("bucket", "-begins-with-hyphen"),
        ("bucket", "two..dots"),
        ("bucket", "192.168.5.4"),
        ("bucket", "xn--bucket"),
        ("bucket", "something-s3alias"),
        ("bucket", "directory--euw1-az1--x-s3"),
        ("bucket", "bucket/key"),
        ("bucket", "bucket\n"),
        ("bucket", f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/mine"),
        ("bucket", "exports"),
        ("bucket", "images"),
        ("prefix", "/absolute"),
        ("prefix", ".."),
        ("prefix", "a/../b"),
        ("prefix", "a/./b"),
        ("prefix", "a//b"),
        ("prefix", "a/b//"),
        ("prefix", "/"),
        ("prefix", "a\x00b"),
        ("prefix", "a\tb"),
        ("prefix", "a\x7fb"),
        ("prefix", "a\u202eb"),
        ("prefix", "a\u200bb"),
        ("prefix", "p" * 513),
        ("prefix", "p" * 2048),
        ("prefix", "ä" * 257),
        ("region", "mars"),
        ("region", "eu-west-1.example.org"),
        ("region", "eu-west-1\n"),
        ("region", "cn-north-1"),
        ("region", "us-gov-west-1"),
        ("roleArn", ""),
        ("roleArn", "badge-exports"),
        ("roleArn", f"arn:aws:iam::{ACCOUNT}:user/ada"),
        ("roleArn", "arn:aws:iam::1111:role/badge-exports"),
        ("roleArn", f"arn:aws:sts::{ACCOUNT}:assumed-role/badge-exports/x"),
        ("roleArn", f"arn:aws-cn:iam::{ACCOUNT}:role/badge-exports"),
        ("roleArn", f"arn:aws:iam::{ACCOUNT}:role/*"),
        ("roleArn", f"arn:aws:iam::{ACCOUNT}:role/" + "r" * 3000),
        ("roleArn", "arn:aws:iam::123456789012:role/export-worker"),
    ],
)
def test_error_for_an_invalid_setting_names_the_field_and_its_value(field: str, value: str) -> None:
    message = rejection(ADMIN.put(DESTINATION, SETTINGS | {field: value}), field)
    assert "got " in message
    assert ADMIN.get(DESTINATION).status == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bucket", "my.bucket.example.org"),
        ("prefix", ""),
        ("prefix", "ä/ö ü/…"),
        ("prefix", "p" * 512),
        ("region", "ap-southeast-2"),
        ("roleArn", f"arn:aws:iam::{ACCOUNT}:role/team/data/badge-exports@1"),
    ],
)
def test_unusual_but_valid_setting_is_accepted(field: str, value: str) -> None:
    assert ADMIN.put(DESTINATION, SETTINGS | {field: value}).json[field] == value


@pytest.mark.parametrize(
    ("region", "status"), [("us-gov-east-1", 200), ("cn-north-1", 422), ("eu-west-1", 422), ("us-iso-east-1", 422)]
)
def test_region_must_be_in_the_deployments_partition(region: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    principal = config().delivery_principal_arn.replace("arn:aws:", "arn:aws-us-gov:")
    monkeypatch.setattr(request, "config", lambda: replace(config(), delivery_principal_arn=principal))
    settings = SETTINGS | {"region": region, "roleArn": ROLE.replace("arn:aws:", "arn:aws-us-gov:")}
    assert ADMIN.put(DESTINATION, settings).status == status


def test_destination_that_is_deleted_during_a_test_returns_not_found(
    deliveries: Deliveries, account: CustomerAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete_first(**invocation: Any) -> Any:
        ADMIN.delete(DESTINATION)
        return invoke(**invocation)

    invoke = deliveries.invoke
    monkeypatch.setattr(deliveries, "invoke", delete_first)
    assert ADMIN.post(f"{DESTINATION}/test", {}).status == 404
    assert account.calls == []


def test_all_invalid_settings_are_reported_together() -> None:
    bad = {"bucket": "B", "prefix": "..", "region": "x", "roleArn": "y"}
    rejection(ADMIN.put(DESTINATION, bad), "bucket", "prefix", "region", "roleArn")


@pytest.mark.parametrize("body", [{}, {"bucket": BUCKET}, {"bucket": None, "roleArn": 7}, SETTINGS | {"kms": "x"}])
def test_destination_with_missing_or_unknown_fields_is_rejected(body: Any) -> None:
    assert ADMIN.put(DESTINATION, body).status == 422


# ---------------------------------------------------------------- testing


def test_successful_destination_test_writes_and_removes_an_object(
    deliveries: Deliveries, account: CustomerAccount
) -> None:
    result = deliveries.test()
    assert result["ok"], result
    assert ADMIN.get(DESTINATION).json["lastTest"] == result
    assert account.objects() == {}
    assert account.unfinished_uploads() == []
    assert {"PutObject", "CompleteMultipartUpload", "AbortMultipartUpload", "DeleteObject"} <= {*account.calls}
    assert trail_of("MAKERS")[0] == ("destination-tested", ADMIN.email)


def failed_test(deliveries: Deliveries) -> tuple[str, str]:
    result = deliveries.test()
    assert not result["ok"]
    return result["error"]["code"], result["error"]["message"]


def test_role_that_does_not_trust_the_product_is_reported(deliveries: Deliveries, account: CustomerAccount) -> None:
    account.external_id = None
    code, message = failed_test(deliveries)
    assert code == "role-not-assumable"
    assert ROLE in message
    assert config().delivery_principal_arn in message


def test_role_that_can_be_assumed_with_any_external_id_is_reported(
    deliveries: Deliveries, account: CustomerAccount
) -> None:
    account.accepts_any_external_id = True
    assert failed_test(deliveries)[0] == "trust-too-broad"
    assert account.objects() == {}


def test_destination_test_fails_if_sts_throttles_the_request(deliveries: Deliveries, account: CustomerAccount) -> None:
    account.accepts_any_external_id = account.is_throttled = True
    assert failed_test(deliveries)[0] == "unreachable"
    assert account.objects() == {}


def test_missing_bucket_is_reported(deliveries: Deliveries, account: CustomerAccount) -> None:
    ADMIN.put(DESTINATION, SETTINGS | {"bucket": "nothing-here"})
    assert account.external_id
    assert failed_test(deliveries) == ("bucket-not-found", "The bucket nothing-here does not exist.")


def test_bucket_in_another_region_is_reported(deliveries: Deliveries, account: CustomerAccount) -> None:
    account.create_bucket("far-away-bucket", "ap-southeast-2")
    ADMIN.put(DESTINATION, SETTINGS | {"bucket": "far-away-bucket"})
    code, message = failed_test(deliveries)
    assert code == "bucket-in-other-region"
    assert "is in ap-southeast-2, not in eu-west-1" in message
    assert account.s3().list_objects_v2(Bucket="far-away-bucket")["KeyCount"] == 0


def test_bucket_in_another_account_is_reported(deliveries: Deliveries, account: CustomerAccount) -> None:
    account.owner = OTHER_ACCOUNT
    code, message = failed_test(deliveries)
    assert code == "bucket-of-other-account"
    assert ACCOUNT in message
    assert account.objects() == {}


@pytest.mark.parametrize(
    "action", ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:DeleteObject"]
)
def test_error_names_the_missing_permission(action: str, deliveries: Deliveries, account: CustomerAccount) -> None:
    account.allowed.discard(action)
    code, message = failed_test(deliveries)
    assert code == "access-denied"
    assert f"S3 denied {action} for the bucket {BUCKET}" in message


@pytest.mark.parametrize("action", ["kms:GenerateDataKey", "kms:Decrypt"])
def test_missing_kms_key_permission_is_reported(action: str, deliveries: Deliveries, account: CustomerAccount) -> None:
    account.denied_key_actions = {action}
    code, message = failed_test(deliveries)
    assert code == "key-denied"
    assert action in message


def test_changing_the_destination_clears_its_test_result(deliveries: Deliveries, account: CustomerAccount) -> None:
    deliveries.test()
    assert account.calls
    assert "lastTest" not in ADMIN.put(DESTINATION, SETTINGS | {"prefix": "elsewhere"}).json


# ---------------------------------------------------------------- tests that could not run


def client_error(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Invoke")  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    "fault",
    [
        client_error("TooManyRequestsException", 429),
        client_error("EC2ThrottledException", 502),
        client_error("ServiceException", 500),
        client_error("ResourceNotReadyException", 502),
        ConnectTimeoutError(endpoint_url="https://lambda.example"),
        EndpointConnectionError(endpoint_url="https://lambda.example"),
        ConnectionClosedError(endpoint_url="https://lambda.example"),
    ],
    ids=str,
)
def test_destination_test_that_could_not_run_can_be_retried(
    fault: Exception, deliveries: Deliveries, account: CustomerAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reject(**_: Any) -> Any:
        raise fault

    before = deliveries.test()
    calls = len(account.calls)
    monkeypatch.setattr(deliveries, "invoke", reject)
    assert not_run(ADMIN.post(f"{DESTINATION}/test", {}))
    assert len(account.calls) == calls
    assert ADMIN.get(DESTINATION).json["lastTest"] == before


def test_delivery_function_crash_is_not_stored_as_a_test_result(
    deliveries: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliveries.set_up()
    before = deliveries.test()
    crashed = {"FunctionError": "Unhandled", "Payload": BytesIO(b'{"errorMessage": "ada@example.org"}')}
    monkeypatch.setattr(deliveries, "invoke", lambda **_: crashed)
    answer = ADMIN.post(f"{DESTINATION}/test", {})
    assert not_run(answer)
    assert "example.org" not in answer.text
    assert ADMIN.get(DESTINATION).json["lastTest"] == before


def test_destination_test_returns_an_internal_error_if_its_invocation_is_denied(
    deliveries: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a policy denies the invocation, a retry doesn't help."""

    def deny(**_: Any) -> Any:
        raise client_error("AccessDeniedException", 403)

    monkeypatch.setattr(deliveries, "invoke", deny)
    ADMIN.put(DESTINATION, SETTINGS)
    assert ADMIN.post(f"{DESTINATION}/test", {}).status == 500


def not_run(answer: Answer) -> bool:
    assert answer.problem["detail"] == "The destination could not be tested. Wait 10 seconds, then retry."
    return (answer.status, answer.problem["code"], answer.headers["Retry-After"]) == (
        503,
        "temporarily-unavailable",
        "10",
    )
