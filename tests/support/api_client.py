"""An API client that sends each call to the function's handler as the event that API Gateway would create.

Each response must match the OpenAPI document.
"""

import json
from typing import Any, NamedTuple

from functions.api import api
from tests.support import api_description as described
from tests.support import gateway
from tests.support.gateway import Address
from tests.support.invocations import context

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
        """Return the problem document; an incomplete one fails the test."""
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
    email: str | None,
    query: dict[str, str | list[str]] | None = None,
    headers: dict[str, str] | None = None,
    address: Address = gateway.OWN,
    **event: Any,
) -> Answer:
    """Send a request as a user whose token API Gateway has accepted or, without `email`, as a caller of a public route.

    Parameters
    ----------
    body
        The body, sent as JSON. Text is sent unchanged.
    query
        Query parameters; a repeated one has a list of values.
    address
        The URL of the deployment that receives the request.
    event
        Additional keys of the event.
    """
    request = gateway.event(
        method,
        path,
        address=address,
        email=email,
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


def rejection(answer: Answer, *fields: str) -> str:
    """Check that a response is a 422 that names these fields, and return the details of the first."""
    assert (answer.status, answer.problem["code"]) == (422, "invalid-request"), answer.text
    assert answer.wrong_fields == list(fields)
    return str(answer.problem["errors"][0]["message"])
