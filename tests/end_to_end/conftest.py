"""Clients of the deployed stack, signed in as members of the sample organizations."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from local.token import id_token
from tests.end_to_end.roles import Role, roles_of
from tests.support.deployed_client import Client


@pytest.fixture(scope="session")
def token(stack: dict[str, Any]) -> Callable[[str], str]:
    """Return a function that signs in a user by email address, and returns the ID token."""
    return cache(lambda email: id_token(stack, email))


@pytest.fixture(scope="session")
def signed_in(stack: dict[str, Any], token: Callable[[str], str]) -> Callable[[str], Client]:
    """Return a function that creates an API client for the user with the given email address."""
    return lambda email: Client(stack["apiUrl"], token(email))


@pytest.fixture(scope="session")
def owner(signed_in: Callable[[str], Client]) -> Client:
    """Return an API client for the owner of the issuer that most of these tests use."""
    return signed_in("grace@example.org")


@pytest.fixture(scope="session")
def role_of(stack: dict[str, Any]) -> Callable[[str], Role]:
    """Return a lookup of Lambda functions' roles by the functions' names in the template."""
    return roles_of(stack)
