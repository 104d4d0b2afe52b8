"""The smoke test's checks of valid and invalid responses and files."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from development.sam_template import template
from local.places import REPOSITORY
from operations.smoke.client import Client, location_of
from operations.smoke.destination import deliver, reject_destination
from operations.smoke.error import SmokeTestError
from operations.smoke.exports import count_csv_rows, download
from operations.smoke.mail import request_email
from operations.smoke.other_account import OtherAccount
from operations.smoke.run import Deployed, Run
from operations.smoke.tenant import Tenant
from operations.smoke.tokens import UsedToken, await_rejection
from operations.smoke.trail import read_trail

CSV = b"\xef\xbb\xbfAward ID,Narrative\r\n1,one\r\n2,two\r\n"

type Answer = tuple[int, dict[str, str], bytes]


class Server:
    """A server that returns the responses for each path in order, and then repeats the last one."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        answers = self.answers

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                waiting = answers[self.path.partition("?")[0]]
                status, headers, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_PUT(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))  # or closing would reset the connection
                self.do_GET()

            def do_POST(self) -> None:
                self.do_PUT()

            def do_DELETE(self) -> None:
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.http.serve_forever, daemon=True)
    thread.start()
    yield made
    made.http.shutdown()
    made.http.server_close()
    thread.join()


@pytest.fixture
def client(server: Server) -> Client:
    return Client(f"{server.url}/v1", "the log group /stack/api", patience=5.0)


# ---------------------------------------------------------------- responses


def test_unexpected_status_is_reported_with_the_problem_in_the_response(server: Server, client: Client) -> None:
    problem = b'{"code": "internal-error", "detail": "Something broke."}'
    server.answers["/v1/me"] = [(500, {"Content-Type": "application/problem+json"}, problem)]
    with pytest.raises(SmokeTestError) as failed:
        client.call("GET", "/me")
    assert failed.value.expected == f"GET {server.url}/v1/me to return 200"
    assert failed.value.found == "500: internal-error: Something broke."
    assert failed.value.check.startswith("the log group /stack/api; ")


def test_request_is_retried_if_the_response_contains_a_retry_time(server: Server, client: Client) -> None:
    server.answers["/v1/me"] = [(429, {"Retry-After": "0"}, b""), (200, {}, b"{}")]
    assert client.call("GET", "/me").status_code == 200


def test_request_is_not_retried_after_a_server_error(server: Server, client: Client) -> None:
    server.answers["/v1/me"] = [(503, {}, b""), (200, {}, b"{}")]
    with pytest.raises(SmokeTestError, match="503: no body"):
        client.call("GET", "/me")


def test_unreachable_url_is_reported_without_its_signature() -> None:
    client = Client("http://127.0.0.1:1", "the log group /stack/api", patience=1.0)
    with pytest.raises(SmokeTestError) as failed:
        client.call("GET", "/file?X-Amz-Signature=secret")
    assert failed.value.expected == "GET http://127.0.0.1:1/file to receive a response"


@pytest.mark.parametrize(
    ("location", "followed_to"),
    [("{server}/v1/exports/1", "/v1/exports/1"), ("/exports/1", "/exports/1"), ("exports/1", "/v1/exports/1")],
)
def test_location_header_is_followed(server: Server, client: Client, location: str, followed_to: str) -> None:
    server.answers["/v1/made"] = [(201, {"Location": location.format(server=server.url)}, b"")]
    assert location_of(client.call("GET", "/made", expect=201)) == server.url + followed_to


# ---------------------------------------------------------------- files


@pytest.fixture
def run(client: Client) -> Run:
    outputs = {
        "PublicBaseUrl": client.base_url,
        "ExportDeliveryPrincipal": "arn:aws:iam::444455556666:role/delivery",
        "ExportWorkerFunction": "export-worker",
    }
    return Run(Deployed("stack", outputs, sends_email=False), Tenant(), client, client, patience=1.0)


def export_of(server: Server, content: bytes, **file: Any) -> dict[str, Any]:
    """Return an export that describes the file `CSV`, apart from the changes in `file`. Its link returns `content`."""
    said = {"bytes": len(CSV), "sha256": hashlib.sha256(CSV).hexdigest(), "rows": 2, "contentType": "text/csv"}
    server.answers["/file"] = [(200, {"Content-Type": "text/csv", "ETag": '"abc-2"'}, content)]
    return {"id": "E", "file": said | file, "downloadUrl": f"{server.url}/file?X-Amz-Signature=secret"}


def test_file_that_matches_its_export_passes_the_check(server: Server, run: Run) -> None:
    file = download(run, export_of(server, CSV), 2, count_csv_rows)
    assert (file.content, file.parts) == (CSV, 2)


@pytest.mark.parametrize(
    ("content", "said", "figure"),
    [
        (CSV.replace(b"two", b"2wo"), {}, "sha256"),
        (CSV[:-5], {}, "bytes"),
        (CSV, {"rows": 3}, "rows"),
        (CSV, {"contentType": "text/plain"}, "contentType"),
    ],
    ids=["changed", "cut", "rows", "content type"],
)
def test_file_that_differs_from_its_export_fails_the_check(
    server: Server, run: Run, content: bytes, said: dict[str, Any], figure: str
) -> None:
    with pytest.raises(SmokeTestError) as failed:
        download(run, export_of(server, content, **said), 2, count_csv_rows)
    assert failed.value.expected.startswith(f"the {figure} of export E to be ")


def test_file_with_a_missing_row_fails_the_check(server: Server, run: Run) -> None:
    with pytest.raises(SmokeTestError) as failed:
        download(run, export_of(server, CSV), 3, count_csv_rows)
    assert failed.value.expected.startswith("3 rows in export E")
    assert failed.value.found == "2"


def test_rejected_link_is_reported_without_its_signature(server: Server, run: Run) -> None:
    export = export_of(server, CSV)
    server.answers["/file"] = [(403, {}, b"<Code>AccessDenied</Code>")]
    with pytest.raises(SmokeTestError) as failed:
        download(run, export, 2, count_csv_rows)
    assert "AccessDenied" in failed.value.found
    assert "secret" not in str(failed.value)


# ---------------------------------------------------------------- tokens, trail, destination


def test_check_waits_until_a_deleted_token_is_no_longer_cached(server: Server, run: Run, client: Client) -> None:
    server.answers["/v1/me"] = [(200, {}, b"{}"), (401, {}, b"")]
    await_rejection(run, UsedToken("T", client))
    assert [answer[0] for answer in server.answers["/v1/me"]] == [401]


def test_trail_with_a_missing_entry_fails_the_check(server: Server, run: Run) -> None:
    listed = {"items": [{"action": "token-created", "target": {"id": "T"}}]}
    path = f"/v1/organizations/{run.tenant.names.organization}/trail"
    server.answers[path] = [(200, {}, json.dumps(listed).encode())]
    read_trail(run, {("token-created", "T")})
    with pytest.raises(SmokeTestError) as failed:
        read_trail(run, {("token-created", "T"), ("token-deleted", "T")})
    assert failed.value.found == "no entry for token-deleted of T"


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ({"ok": True}, "{'ok': True}"),
        ({"ok": False, "error": {"code": "unreachable", "message": "No reply."}}, "unreachable: No reply."),
    ],
    ids=["passes", "other reason"],
)
def test_check_fails_unless_the_destination_test_rejects_the_role(
    server: Server, run: Run, result: dict[str, Any], found: str
) -> None:
    path = f"/v1/organizations/{run.tenant.names.organization}/destination"
    server.answers[path] = [(200, {}, b"{}")]
    server.answers[f"{path}/test"] = [(200, {}, json.dumps({"lastTest": result}).encode())]
    with pytest.raises(SmokeTestError) as failed:
        reject_destination(run)
    assert failed.value.found == found


# ---------------------------------------------------------------- delivery


class Account(OtherAccount):
    """Another account, whose bucket has a file with these contents and this manifest."""

    def __init__(self, content: bytes, manifest: dict[str, Any]) -> None:
        self.name = "bucket"
        self._objects = {"key": content, "key.manifest.json": json.dumps(manifest).encode()}
        self.trusted: list[tuple[str, str]] = []

    def role_arn(self) -> str:
        return "arn:aws:iam::111122223333:role/bucket"

    def create(self, principal: str, external_id: str, role_arn: str) -> None:
        self.trusted.append((principal, external_id))

    def read(self, key: str) -> bytes:
        return self._objects[key]


def delivered(server: Server, run: Run, status: str) -> None:
    """Respond as an API whose destination passes its second test, and whose export has this delivery status."""
    organization = run.tenant.names.organization
    destination = f"/v1/organizations/{organization}/destination"
    server.answers[destination] = [(200, {}, b'{"principal": "P", "externalId": "X"}'), (204, {}, b"")]
    denied = {"ok": False, "error": {"code": "role-not-assumable", "message": "Not yet."}}
    tests = [json.dumps({"lastTest": result}).encode() for result in (denied, {"ok": True})]
    server.answers[f"{destination}/test"] = [(200, {}, body) for body in tests]
    location = {"Location": f"{server.url}/v1/exports/E"}
    server.answers[f"/v1/issuers/{run.tenant.names.school}/exports"] = [(202, location, b"")]
    export = {"id": "E", "status": "succeeded", "delivery": {"status": status, "key": "key"}}
    server.answers["/v1/exports/E"] = [(200, {}, json.dumps(export).encode())]


MANIFEST = {"id": "E", "file": {"sha256": hashlib.sha256(CSV).hexdigest()}}


def test_delivered_file_that_matches_its_manifest_passes_the_check(server: Server, run: Run) -> None:
    delivered(server, run, "delivered")
    account = Account(CSV, MANIFEST)
    assert deliver(run, account) == "E"
    assert account.trusted == [("P", "X")]


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        ("failed", CSV, "export E to be delivered within 1 s"),
        ("pending", CSV, "export E to be delivered within 1 s"),
        ("delivered", CSV[:-1], "the manifest to describe the delivered file"),
    ],
    ids=["failed", "late", "other bytes"],
)
def test_failed_late_or_modified_delivery_is_reported(
    server: Server, run: Run, status: str, content: bytes, expected: str
) -> None:
    delivered(server, run, status)
    with pytest.raises(SmokeTestError) as failed:
        deliver(run, Account(content, MANIFEST))
    assert failed.value.expected == expected


# ---------------------------------------------------------------- email


def test_email_check_without_a_sender_passes_if_notify_is_rejected(server: Server, run: Run) -> None:
    path = f"/v1/issuers/{run.tenant.names.school}/exports"
    server.answers[path] = [(422, {}, b'{"errors": [{"field": "notify"}]}')]
    assert request_email(run) is None


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((202, {}, b"{}"), "202"),
        ((422, {}, b'{"code": "invalid", "detail": "Two faults.", "errors": [{"field": "kind"}]}'), "Two faults."),
    ],
    ids=["accepted", "rejected for another reason"],
)
def test_email_check_without_a_sender_fails_unless_notify_is_rejected(
    server: Server, run: Run, answer: Answer, found: str
) -> None:
    server.answers[f"/v1/issuers/{run.tenant.names.school}/exports"] = [answer]
    with pytest.raises(SmokeTestError) as failed:
        request_email(run)
    assert found in failed.value.found


def test_smoke_test_sends_email_only_to_the_ses_mailbox_simulator() -> None:
    tenant = Tenant()
    assert re.fullmatch(r"success\+smoke-[0-9a-f]+@simulator\.amazonses\.com", tenant.admin)
    assert tenant.stranger.endswith("@example.org")


# ---------------------------------------------------------------- template

RESOURCES = template()["Resources"]


def test_every_log_group_named_by_the_smoke_test_exists() -> None:
    code = "".join(path.read_text() for path in (REPOSITORY / "operations" / "smoke").glob("*.py"))
    named = set(re.findall(r'logs\("([a-z-]+)"\)', code))
    logs = [resource for resource in RESOURCES.values() if resource["Type"] == "AWS::Logs::LogGroup"]
    assert {"api", "export-worker"} < named
    assert {f"/${{AWS::StackName}}/{name}" for name in named} <= {
        group["Properties"]["LogGroupName"]["Fn::Sub"] for group in logs
    }


def test_app_client_always_allows_the_admin_sign_in_flow() -> None:
    flows = RESOURCES["UserPoolClient"]["Properties"]["ExplicitAuthFlows"]
    for alternative in flows["Fn::If"][1:] if isinstance(flows, dict) else [flows]:
        assert "ALLOW_ADMIN_USER_PASSWORD_AUTH" in alternative
