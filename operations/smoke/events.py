"""The event bus step. The events themselves aren't checked, because receiving them requires a rule and a queue."""

import boto3

from operations.smoke.run import Run
from operations.steps import step


def find_bus(run: Run) -> None:
    """Find the event bus. If it doesn't exist, AWS refuses the request."""
    with step("the event bus") as details:
        name = run.deployed.outputs["EventBusName"]
        boto3.client("events").describe_event_bus(Name=name)
        details.append(name)
