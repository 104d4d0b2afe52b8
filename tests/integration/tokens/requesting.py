"""Access tokens as people create them over the API."""

from datetime import timedelta
from typing import Any

from badgedata import clock
from tests.support.api_client import Answer, Person, Program
from tests.support.organizations import ADMIN

TOKENS = "/organizations/MAKERS/tokens"


def in_days(days: float) -> str:
    return clock.to_the_second(clock.now() + timedelta(days=days))


def request_token(person: Person = ADMIN, path: str = TOKENS, **changes: Any) -> Answer:
    """Request a token for the organization with the role staff; fields set to None are omitted."""
    body = {"name": "Nightly", "role": "staff", "expiresAt": in_days(30)} | changes
    return person.post(path, {name: value for name, value in body.items() if value is not None})


def new_token(person: Person = ADMIN, **changes: Any) -> dict[str, Any]:
    """Create a token, and return its document with the secret."""
    answer = request_token(person, **changes)
    assert answer.status == 201, answer.text
    token: dict[str, Any] = answer.json
    return token


def program(person: Person = ADMIN, **changes: Any) -> Program:
    """Create a token, and return a program that uses the token."""
    return Program(new_token(person, **changes)["secret"])


def listed(person: Person = ADMIN, **query: Any) -> list[dict[str, Any]]:
    answer = person.get(TOKENS, query=query)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items
