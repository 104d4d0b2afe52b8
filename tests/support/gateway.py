"""API Gateway as the API's function sees it: a deployment's URLs, and the events of requests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from badgedata.access import Caller
from development.sam_template import resources
from tests.support.invocations import sample_event


@dataclass(frozen=True)
class Address:
    """One of a deployment's URLs.

    At API Gateway's own URL, each path starts with the stage, which the event's `path` omits. At a custom domain, it
    starts with the mapping's base path, which the event's `path` includes.
    """

    domain: str
    prefix: str
    is_custom: bool

    @property
    def url(self) -> str:
        return f"https://{self.domain}{self.prefix}"


OWN = Address("a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com", "/v1", is_custom=False)
CUSTOM = Address("badges.example.org", "", is_custom=True)
WITH_BASE_PATH = Address("example.org", "/learning/badges", is_custom=True)


def event(
    method: str,
    path: str,
    *,
    address: Address = OWN,
    caller: Caller | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, list[str]] | None = None,
    body: str | None = None,
) -> dict[str, Any]:
    """Return the event of a request to a path below one of the deployment's URLs.

    Parameters
    ----------
    caller
        The caller that the authorizer identified, or None for a request without a token.
    """
    resource = resource_of(path)
    sent = {"Host": address.domain} | dict(headers or {})
    made = sample_event("api") | {
        "resource": resource,
        "path": (address.prefix if address.is_custom else "") + path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: values[-1] for name, values in (query or {}).items()} or None,
        "multiValueQueryStringParameters": dict(query or {}) or None,
        "pathParameters": _parameters(resource, path),
        "body": body,
    }
    context = made["requestContext"]
    context |= {
        "resourcePath": resource,
        "httpMethod": method,
        "path": address.prefix + path,
        "domainName": address.domain,
        "domainPrefix": address.domain.partition(".")[0],
    }
    authorizer = context.pop("authorizer")
    if caller is not None:
        context["authorizer"] = authorizer | {"caller": caller.to_json()}
    return made


def place_of(url: str) -> tuple[Address, str]:
    """Return the address that contains a URL, and the URL's path at that address."""
    parts = urlsplit(url)
    for address in (OWN, CUSTOM, WITH_BASE_PATH):
        if parts.netloc == address.domain and parts.path.startswith(f"{address.prefix}/"):
            return address, parts.path.removeprefix(address.prefix)
    raise AssertionError(f"{url} is not below any of the deployment's addresses")


def resource_of(path: str) -> str:
    """Return the template resource that matches a path, or the path itself if there is none."""
    trimmed = path.rstrip("/") or "/"
    return next((resource for resource in _resources() if _pattern(resource).fullmatch(trimmed)), trimmed)


@cache
def _resources() -> list[str]:
    events = [
        event
        for resource in resources("AWS::Serverless::Function").values()
        for event in resource["Properties"].get("Events", {}).values()
    ]
    paths = {event["Properties"]["Path"] for event in events if event["Type"] == "Api"}
    return sorted(paths, key=lambda path: path.count("{"))


@cache
def _pattern(resource: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", resource))


def _parameters(resource: str, path: str) -> dict[str, str] | None:
    found = _pattern(resource).fullmatch(path.rstrip("/")) if "{" in resource else None
    return found.groupdict() if found else None
