"""A simulation of Amazon SES."""

from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import quote

import boto3
from botocore.awsrequest import AWSResponse, HTTPHeaders

from badgedata.aws import ses
from tests.support.organizations import OWNER

SENDER = "badges@example.org"
AWARDS = {"kind": "awards", "notify": True}


type Answer = tuple[AWSResponse, dict[str, Any]]


@dataclass
class Ses:
    """Amazon SES in memory. This class adds failures and the suppression list to moto, which accepts emails."""

    suppressed: set[str] = field(default_factory=set)
    failures: dict[str, list[Exception | Answer]] = field(default_factory=dict)
    """The next results of operations, by operation name, in place of the usual results."""

    def __enter__(self) -> Self:
        boto3.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        ses().meta.events.register("before-call.sesv2", self._respond)
        return self

    def __exit__(self, *_: object) -> None:
        ses().meta.events.unregister("before-call.sesv2", self._respond)

    def fail(self, operation: str, failure: Exception | Answer) -> None:
        self.failures.setdefault(operation, []).append(failure)

    def _respond(self, model: Any, params: Any, **_: Any) -> Any:
        if failures := self.failures.get(model.name):
            failure = failures.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure
        if model.name == "GetSuppressedDestination":
            found = any(params["url_path"].endswith(quote(address)) for address in self.suppressed)
            return ses_error("OK", 200) if found else ses_error("NotFoundException", 404)
        return None


def ses_error(code: str, status: int = 400) -> Answer:
    """Return an error response of AWS."""
    parsed = {"Error": {"Code": code, "Message": f"{OWNER.email} …"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return AWSResponse("", status, HTTPHeaders(), None), parsed
