"""An API client that sends each call to the function's handler as the event that API Gateway would create.

Each response must match the OpenAPI document.
"""

import json
from typing import Any, NamedTuple

from badgedata.access import Caller
from functions.api import api
from functions.authorizer import authorizer
from tests.support import api_description as described
from tests.support import gateway
from tests.support.gateway import Address
from tests.support.invocations import context, sample_event

MOST_BYTES = 6_291_456
"""The maximum size of a Lambda response."""


class Answer(NamedTuple):
    """A response."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def problem(self) -> dict[str, Any]:
        """Return the problem document, after checking that it is complete."""
        assert self.headers["Content-Type"] == "application/problem+json"
        problem: dict[str, Any] = self.json
        assert {"type", "title", "status", "detail", "code"} <= problem.keys()
        assert problem["status"] == self.status
        return problem

    @property
    def wrong_fields(self) -> list[str]:
        return [error["field"] for error in self.problem["errors"]]


def call(
    method: str,
    path: str,
    body: Any = None,
    *,
    email: str | None = None,
    caller: Caller | None = None,
    query: dict[str, str | list[str]] | None = None,
    headers: dict[str, str] | None = None,
    address: Address = gateway.OWN,
    **event: Any,
) -> Answer:
    """Send a request as a caller that the authorizer has accepted, or without a caller to a public route.

    Parameters
    ----------
    email
        The email address of a person.
    caller
        Any other caller.
    body
        The body, sent as JSON. Text is sent unchanged.
    query
        Query parameters; a repeated parameter has a list of values.
    address
        The URL of the deployment that receives the request.
    event
        Additional keys of the event.
    """
    request = gateway.event(
        method,
        path,
        address=address,
        caller=Caller(email) if email is not None else caller,
        headers={"Content-Type": "application/json"} | (headers or {}),
        query={name: value if isinstance(value, list) else [value] for name, value in (query or {}).items()},
        body=body if isinstance(body, str | None) else json.dumps(body),
    )
    given = api.handler(request | event, context())
    assert len(json.dumps(given)) <= MOST_BYTES
    headers = {name: values[0] for name, values in given["multiValueHeaders"].items()}
    answer = Answer(given["statusCode"], headers, given["body"] or "")
    described.check(method, path, *answer)
    return answer


class Person:
    """A signed-in user."""

    def __init__(self, email: str) -> None:
        self.email = email

    def __repr__(self) -> str:
        return f"Person({self.email!r})"

    def get(self, path: str, **rest: Any) -> Answer:
        return call("GET", path, email=self.email, **rest)

    def post(self, path: str, body: Any, **rest: Any) -> Answer:
        return call("POST", path, body, email=self.email, **rest)

    def put(self, path: str, body: Any, **rest: Any) -> Answer:
        return call("PUT", path, body, email=self.email, **rest)

    def patch(self, path: str, body: Any, **rest: Any) -> Answer:
        return call("PATCH", path, body, email=self.email, **rest)

    def delete(self, path: str, **rest: Any) -> Answer:
        return call("DELETE", path, email=self.email, **rest)

    def follow(self, url: str) -> Answer:
        """Send a GET request to an absolute URL, such as a `Location`."""
        address, path = gateway.place_of(url)
        return call("GET", path, email=self.email, address=address)


class Program:
    """A program with an access token. Each request passes the authorizer."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def get(self, path: str, **rest: Any) -> Answer:
        return self._send("GET", path, **rest)

    def post(self, path: str, body: Any, **rest: Any) -> Answer:
        return self._send("POST", path, body, **rest)

    def patch(self, path: str, body: Any, **rest: Any) -> Answer:
        return self._send("PATCH", path, body, **rest)

    def delete(self, path: str, **rest: Any) -> Answer:
        return self._send("DELETE", path, **rest)

    def _send(self, method: str, path: str, body: Any = None, **rest: Any) -> Answer:
        found = authorized(f"Bearer {self.secret}")
        assert found is not None, "the authorizer denied the access token"
        return call(method, path, body, caller=found, **rest)


def authorized(authorization: str) -> Caller | None:
    """Return the caller whom the authorizer identifies by an `Authorization` header, or None if it denies access."""
    event = sample_event("authorizer") | {"authorizationToken": authorization}
    given = authorizer.handler(event, context())
    [statement] = given["policyDocument"]["Statement"]
    assert statement["Resource"] == "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/v1/*"
    if statement["Effect"] == "Deny":
        assert given["context"] == {}
        return None
    return Caller.from_json(given["context"]["caller"])


def rejection(answer: Answer, *fields: str) -> str:
    """Check that a response is a 422 about these fields, and return the message about the first one."""
    assert (answer.status, answer.problem["code"]) == (422, "invalid-request"), answer.text
    assert answer.wrong_fields == list(fields)
    return str(answer.problem["errors"][0]["message"])
