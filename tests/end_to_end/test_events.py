"""Events in the deployed stack, as subscribers receive them through the example subscriptions."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from development.sam_template import loaded
from local.places import REPOSITORY
from tests.support.deployed_client import PATIENCE_SECONDS, Client, aws

Json = dict[str, Any]

SCHOOL = "aurora-science"
EXAMPLE = "event-subscriptions"
SUBSCRIPTIONS = REPOSITORY / "docs" / "examples" / f"{EXAMPLE}.yaml"
API_DESTINATION = "HasApiDestination"
KEY = "for-a-test"


class Webhook(ThreadingHTTPServer):
    """A receiver of webhooks on this machine."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/hook"


class _Receiver(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    """Receive webhooks."""
    with Webhook() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def subscriptions(stack: Json, webhook: Webhook) -> Iterator[Json]:
    """Deploy the example subscriptions from docs/events.md, and return their outputs and resources."""
    cloudformation = aws(stack, "cloudformation")
    parameters = {"EventBusName": stack["eventBus"], "WebhookUrl": webhook.url}
    cloudformation.create_stack(
        StackName=EXAMPLE,
        TemplateBody=json.dumps(deployable_example()),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName=EXAMPLE, WaiterConfig={"Delay": 1})
    (described,) = cloudformation.describe_stacks(StackName=EXAMPLE)["Stacks"]
    resources = cloudformation.describe_stack_resources(StackName=EXAMPLE)["StackResources"]
    yield {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]} | {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources
    }
    cloudformation.delete_stack(StackName=EXAMPLE)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=EXAMPLE, WaiterConfig={"Delay": 1})


def deployable_example() -> Json:
    """Return the example without the API destination, because MiniStack (1.5) has no such resource types."""
    example: Json = json.loads(json.dumps(loaded(SUBSCRIPTIONS)))
    left_out = {name for name, resource in example["Resources"].items() if resource.get("Condition") == API_DESTINATION}
    assert len(left_out) == 4
    for name in left_out:
        del example["Resources"][name]
    (statement,) = example["Resources"]["SigningQueuesPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    statement["Condition"]["ArnEquals"]["aws:SourceArn"] = [{"Fn::GetAtt": ["SigningRule", "Arn"]}]
    return example


@pytest.fixture(scope="module")
def api_destination(stack: Json, webhook: Webhook) -> Iterator[None]:
    """Subscribe the webhook with the example's API destination, created through the EventBridge API."""
    events, resources = aws(stack, "events"), loaded(SUBSCRIPTIONS)["Resources"]
    connection = resources["WebhookConnection"]["Properties"]
    connection["AuthParameters"]["ApiKeyAuthParameters"]["ApiKeyValue"] = KEY
    connection_arn = events.create_connection(Name=EXAMPLE, **connection)["ConnectionArn"]
    destination = resources["WebhookDestination"]["Properties"]
    destination |= {"ConnectionArn": connection_arn, "InvocationEndpoint": webhook.url}
    destination_arn = events.create_api_destination(Name=EXAMPLE, **destination)["ApiDestinationArn"]
    bus, pattern = stack["eventBus"], resources["WebhookRule"]["Properties"]["EventPattern"]
    events.put_rule(Name=EXAMPLE, EventBusName=bus, EventPattern=json.dumps(pattern))
    target = {"Id": "webhook", "Arn": destination_arn, "RoleArn": "arn:aws:iam::000000000000:role/webhook"}
    events.put_targets(Rule=EXAMPLE, EventBusName=bus, Targets=[target])
    yield
    events.remove_targets(Rule=EXAMPLE, EventBusName=bus, Ids=[target["Id"]])
    events.delete_rule(Name=EXAMPLE, EventBusName=bus)
    events.delete_api_destination(Name=EXAMPLE)
    events.delete_connection(Name=EXAMPLE)


@pytest.fixture(scope="module")
def export(subscriptions: Json, api_destination: None, owner: Client) -> Json:
    """Return an export whose events the subscribers receive."""
    export = owner.export(f"/issuers/{SCHOOL}/exports", {"kind": "awards"})
    assert export["status"] == "succeeded"
    return export


def within_patience(found: Any) -> Any:
    """Call a function until its result is true or time is up, and return its last result."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (result := found()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return result


def test_example_queue_receives_only_events_about_finished_exports(
    stack: Json, subscriptions: Json, export: Json
) -> None:
    sqs, url = aws(stack, "sqs"), subscriptions["ExportsQueueUrl"]
    events: list[Json] = []

    def arrived() -> Json | None:
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        events.extend(json.loads(message["Body"]) for message in found)
        return next((event for event in events if event["detail"]["exportId"] == export["id"]), None)

    event = within_patience(arrived)
    assert event is not None
    assert (event["source"], event["detail-type"]) == ("badge-data-management", "ExportSucceeded")
    assert event["detail"]["sha256"] == export["file"]["sha256"]
    assert event["detail"]["rows"] == export["file"]["rows"]
    assert {event["detail-type"] for event in events} == {"ExportSucceeded"}


def of_export(webhook: Webhook, header: str, export: Json) -> list[tuple[dict[str, str], Json]]:
    found = [(headers, json.loads(body)) for headers, body in webhook.received if header in headers]
    return [(headers, body) for headers, body in found if export["id"] in str(body)]


def test_example_api_destination_sends_its_api_key(webhook: Webhook, export: Json) -> None:
    def succeeded() -> list[Json]:
        sent = of_export(webhook, "x-api-key", export)
        assert {headers["x-api-key"] for headers, _ in sent} <= {KEY}
        return [body for _, body in sent if body["detail-type"] == "ExportSucceeded"]

    assert len(within_patience(succeeded)) == 1


def test_example_webhook_signature_can_be_verified(
    stack: Json, subscriptions: Json, webhook: Webhook, export: Json
) -> None:
    def types() -> set[str]:
        return {body["type"] for _, body in of_export(webhook, "webhook-signature", export)}

    assert within_patience(lambda: types() if len(types()) > 1 else None) == {"ExportRequested", "ExportSucceeded"}
    secret = aws(stack, "secretsmanager").get_secret_value(SecretId=subscriptions["SigningSecret"])["SecretString"]
    for headers, body in webhook.received:
        if signature := headers.get("webhook-signature"):
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            expected = hmac.digest(base64.b64decode(secret), signed, hashlib.sha256)
            assert signature == f"v1,{base64.b64encode(expected).decode()}"
            assert headers["webhook-id"] == json.loads(body)["data"]["id"]
