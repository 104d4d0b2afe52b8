"""Event steps: subscribe a temporary queue to the tenant's events, and check the events that later steps cause."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import boto3
import msgspec

from badgedata import clock
from badgedata.events.catalog import FACTS, SOURCE, Envelope
from badgedata.text import counted
from operations.smoke.document import PREFIX, Json
from operations.smoke.error import SmokeTestError
from operations.smoke.run import Run
from operations.steps import step

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sqs import SQSClient

TARGET: Final = "smoke-test"

RECEIVED_ONCE_SECONDS: Final = 12 * 60 * 60
"""The queue's visibility timeout: SQS's maximum, so that received messages don't have to be deleted."""

MAX_AGE: Final = timedelta(days=1)
"""The age at which another run's rule is considered abandoned, because no run takes that long."""

_STARTED = "Temporary subscription of a smoke test, started at "
_SUBJECTS: Final = {
    "Export": "exportId",
    "Delivery": "exportId",
    "Badge": "replacementId",
    "Image": "replacementId",
    "Schedule": "scheduleId",
}
"""The property that contains the ID of an event's subject, by the first word of the event's type."""

_FACTS = {fact.type: fact for fact in FACTS}


@dataclass(frozen=True)
class Changes:
    """The events that earlier steps should have caused for one export, replacement, or schedule.

    Parameters
    ----------
    subject
        The ID of the export, replacement, or schedule.
    types
        The types of the events, in order.
    """

    subject: str
    types: tuple[str, ...]


class Subscription:
    """A rule on the stack's event bus that sends one tenant's events to a queue.

    The rule is created first and deleted last, so that a later run can find everything that a killed run left behind.

    Parameters
    ----------
    bus
        The name of the event bus.
    organization_id
        The ID of the tenant, which is also the name of the rule.
    """

    def __init__(self, bus: str, organization_id: str) -> None:
        self.bus = bus
        self.organization_id = organization_id
        self.events: dict[str, Json] = {}
        """The received events, by `detail.id`."""
        self._is_started = False
        self._queue_url: str | None = None
        self._events: EventBridgeClient = boto3.client("events")
        self._sqs: SQSClient = boto3.client("sqs")

    def start(self) -> None:
        """Create the rule and the queue."""
        self._is_started = True
        pattern = {"source": [SOURCE], "detail": {"organizationId": [self.organization_id]}}
        rule_arn = self._events.put_rule(
            Name=self.organization_id,
            EventBusName=self.bus,
            EventPattern=json.dumps(pattern),
            Description=f"{_STARTED}{clock.to_the_second(clock.now())}",
        )["RuleArn"]
        name = _queue_name(self.organization_id)
        _, partition, _, region, account, *_ = rule_arn.split(":")
        queue_arn = f"arn:{partition}:sqs:{region}:{account}:{name}"
        self._queue_url = self._sqs.create_queue(
            QueueName=name,
            Attributes={
                "Policy": _only_from(rule_arn, queue_arn),
                "VisibilityTimeout": str(RECEIVED_ONCE_SECONDS),
                "SqsManagedSseEnabled": "true",
            },
        )["QueueUrl"]
        added = self._events.put_targets(
            Rule=self.organization_id, EventBusName=self.bus, Targets=[{"Id": TARGET, "Arn": queue_arn}]
        )
        if added["FailedEntryCount"]:
            raise SmokeTestError(
                expected=f"EventBridge to accept the queue {name} as a target",
                found=added["FailedEntries"][0].get("ErrorMessage", "no reason given"),
                check=f"the rules on the event bus {self.bus}",
            )

    def receive(self) -> dict[str, Json]:
        """Receive and check newly arrived events. Return all events received so far."""
        while messages := self._receive_messages():
            for message in messages:
                event = _checked(message, self.organization_id)
                if event is None:
                    continue
                first = self.events.setdefault(event["detail"]["id"], event)
                if first["detail"] != event["detail"]:
                    raise _error("events with the same ID to be identical", f"{first} and {event}")
        return self.events

    def stop(self) -> None:
        """Delete the queue and the rule, if they exist."""
        if self._is_started:
            self._remove(self.organization_id, self._queue_url)
            self._is_started = False

    def remove_leftovers(self) -> int:
        """Delete the queues and rules of runs that were killed more than a day ago. Return the number of runs."""
        names = [
            rule["Name"]
            for page in self._events.get_paginator("list_rules").paginate(EventBusName=self.bus, NamePrefix=PREFIX)
            for rule in page["Rules"]
            if _is_left_over(rule.get("Description", ""))
        ]
        for name in names:
            self._remove(name, None)
        return len(names)

    @property
    def cleanup_commands(self) -> list[str]:
        """The commands that delete the queue and the rule, or an empty list if neither can exist."""
        if not self._is_started:
            return []
        name, bus = self.organization_id, f"--event-bus-name {self.bus}"
        queue = _queue_name(name)
        return [
            f"aws events remove-targets {bus} --rule {name} --ids {TARGET}",
            f"aws sqs delete-queue --queue-url $(aws sqs get-queue-url --queue-name {queue} --output text)",
            f"aws events delete-rule {bus} --name {name}",
        ]

    def _receive_messages(self) -> list[str]:
        assert self._queue_url is not None  # noqa: S101 - `start` comes first
        # With long polling, SQS queries all of its servers, not only a subset.
        response = self._sqs.receive_message(QueueUrl=self._queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        return [message["Body"] for message in response.get("Messages", [])]

    def _remove(self, rule: str, queue_url: str | None) -> None:
        with suppress(self._events.exceptions.ResourceNotFoundException):
            self._events.remove_targets(Rule=rule, EventBusName=self.bus, Ids=[TARGET])
        with suppress(self._sqs.exceptions.QueueDoesNotExist):
            queue_url = queue_url or self._sqs.get_queue_url(QueueName=_queue_name(rule))["QueueUrl"]
            self._sqs.delete_queue(QueueUrl=queue_url)
        with suppress(self._events.exceptions.ResourceNotFoundException):
            self._events.delete_rule(Name=rule, EventBusName=self.bus)


def subscribe(subscription: Subscription) -> None:
    """Delete the rules and queues that killed runs left behind, and subscribe to the tenant's events."""
    with step("subscribe a queue to the tenant's events") as details:
        if number := subscription.remove_leftovers():
            details.append(f"deleted the leftovers of {counted(number, 'earlier run')}")
        subscription.start()


def await_events(run: Run, subscription: Subscription, expected: list[Changes]) -> None:
    """Wait for the expected events to arrive, and check their order."""
    with step("events from the other steps, without personal data") as details:
        events = run.wait_for(
            subscription.receive, lambda events: not _missing(events, expected), "events from EventBridge"
        )
        if missing := _missing(events, expected):
            raise SmokeTestError(
                expected=f"these events within {run.patience:g} s: {', '.join(missing)}",
                found=f"{len(events):,} other events",
                check=f"{run.deployed.logs('event-publisher')}; the state of the function's event source mapping; "
                f"the rule {subscription.organization_id} on the event bus {subscription.bus}",
            )
        for changes in expected:
            sequences = [_find(events, type_, changes.subject)["sequence"] for type_ in changes.types]
            if sequences != sorted(sequences):
                raise _error(f"the sequences of {', '.join(changes.types)} to ascend", str(sequences))
        types = {event["detail-type"] for event in events.values()}
        details.append(f"{counted(len(events), 'event')} of {counted(len(types), 'type')}")


def _missing(events: dict[str, Json], expected: list[Changes]) -> list[str]:
    return [
        f"{type_} for {changes.subject}"
        for changes in expected
        for type_ in changes.types
        if not _find(events, type_, changes.subject)
    ]


def _find(events: dict[str, Json], type_: str, subject: str) -> Json:
    details: list[Json] = [event["detail"] for event in events.values() if event["detail-type"] == type_]
    return next((detail for detail in details if detail[_subject_property(type_)] == subject), {})


def _subject_property(type_: str) -> str:
    return next(name for word, name in _SUBJECTS.items() if type_.startswith(word))


def _checked(body: str, organization_id: str) -> Json | None:
    """Check a message's event and return it. Return None if this version doesn't recognize the event's type.

    Raise SmokeTestError if the event belongs to another tenant, doesn't match docs/events.md, or contains an email
    address.
    """
    event: Json = json.loads(body)
    fact = _FACTS.get(event["detail-type"])
    if fact is None:
        return None
    try:
        msgspec.convert(event["detail"], Envelope)
        msgspec.convert(event["detail"], fact)
    except msgspec.ValidationError as error:
        raise _error(f"the detail of {fact.type} to match docs/events.md", str(error)) from None
    if (event["source"], event["detail"]["organizationId"]) != (SOURCE, organization_id):
        raise _error(f"only events about {organization_id}, from {SOURCE}", body)
    if "@" in body:
        raise _error(f"{fact.type} to contain no email address", re.sub(r"[^\s\"]*@[^\s\"]*", "…@…", body))
    return event


def _error(expected: str, found: str) -> SmokeTestError:
    check = "whether the deployed version is the same as this command's (docs/events.md)"
    return SmokeTestError(expected=expected, found=found, check=check)


def _queue_name(organization_id: str) -> str:
    return f"badge-data-{organization_id}"


def _only_from(rule_arn: str, queue_arn: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _is_left_over(description: str) -> bool:
    if not description.startswith(_STARTED):
        return False
    return clock.parse_rfc3339(description.removeprefix(_STARTED)) < clock.now() - MAX_AGE
