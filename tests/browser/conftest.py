"""A real Chromium for the deployed local stack, and its users."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from local.token import id_token
from tests.browser.organizations import ADMIN, hostile_organization, small_organization
from tests.browser.visitors import PATIENCE_MS, Visitor
from tests.support import needs
from tests.support.deployed_client import Client, aws, no_workers
from tests.support.deployed_stack import load
from tests.support.large_organization import large_organization

FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=PATIENCE_MS)  # this long only on a busy machine


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    try:
        path = needs.chromium()
    except needs.MissingProgramError as error:
        pytest.fail(str(error), pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, stack: dict[str, Any]) -> Iterator[Callable[..., Visitor]]:
    """Yield a function that opens a browser window for a visitor. At the end, check that nothing failed unnoticed."""
    with ExitStack() as windows:
        visitors: list[Visitor] = []

        def opened(**window: Any) -> Visitor:
            settings: dict[str, Any] = {
                "viewport": {"width": 1360, "height": 940},
                "locale": "en-GB",
                "timezone_id": "Europe/Berlin",
                **window,
            }
            context = windows.enter_context(chromium.new_context(**settings))
            visitors.append(Visitor(context, stack["consoleUrl"]))
            return visitors[-1]

        yield opened
        assert [fault for visitor in visitors for fault in visitor.faults] == []


@pytest.fixture(scope="session")
def sessions() -> dict[str, str]:
    """The stored sessions of users who signed in, by email address."""
    return {}


@pytest.fixture
def signed_in(visit: Callable[..., Visitor], sessions: dict[str, str]) -> Callable[[str], Visitor]:
    """Return a function that opens a window for a signed-in user.

    Each user signs in with the form only once for all tests.
    """

    def opened(email: str) -> Visitor:
        visitor = visit()
        if email in sessions:
            visitor.restore_session(sessions[email])
        else:
            visitor.sign_in(email)
            sessions[email] = visitor.session()
        return visitor

    return opened


@pytest.fixture
def ada(signed_in: Callable[[str], Visitor]) -> Visitor:
    """The signed-in admin of the paid sample organization."""
    return signed_in("ada@example.org")


@pytest.fixture(scope="session")
def client(stack: dict[str, Any]) -> Client:
    """The same admin as an API client."""
    return Client(stack["apiUrl"], id_token(stack, "ada@example.org"))


@pytest.fixture(scope="session")
def grace(stack: dict[str, Any]) -> Client:
    """An owner of the issuer `aurora-science` as an API client."""
    return Client(stack["apiUrl"], id_token(stack, "grace@example.org"))


@pytest.fixture
def listed_export(grace: Client) -> dict[str, Any]:
    """Complete an export of the issuer `aurora-science`, so that its list isn't empty, whichever test runs first."""
    return grace.export("/issuers/aurora-science/exports", {"kind": "groups"})


@pytest.fixture(scope="session")
def workshop(stack: dict[str, Any]) -> dict[str, Any]:
    """Load an organization whose badges these tests may replace, and return its document."""
    document = small_organization()
    load(stack, document)
    return document


@pytest.fixture
def admin(signed_in: Callable[[str], Visitor], workshop: dict[str, Any]) -> Visitor:
    """The signed-in admin of the small organization."""
    return signed_in(ADMIN)


@pytest.fixture
def api(stack: dict[str, Any], workshop: dict[str, Any]) -> Client:
    """The same admin as an API client."""
    return Client(stack["apiUrl"], id_token(stack, ADMIN))


@pytest.fixture(scope="session")
def hostile(stack: dict[str, Any]) -> dict[str, Any]:
    """Load an organization whose texts and images are all attacks, and return its document."""
    document = hostile_organization()
    load(stack, document)
    return document


@pytest.fixture(scope="session")
def large(stack: dict[str, Any]) -> dict[str, Any]:
    """Load an organization with 300 issuers, one of which has 500 badges, and return its document."""
    document = large_organization()
    load(stack, document)
    return document


@pytest.fixture
def workers_stopped(stack: dict[str, Any]) -> Callable[[], AbstractContextManager[None]]:
    """Return a context in which exports stay queued, as if all workers were busy."""
    return partial(no_workers, stack)


@pytest.fixture
def pool(stack: dict[str, Any]) -> Any:
    """A client for the user pool's API."""
    return aws(stack, "cognito-idp")


@pytest.fixture
def ada_alone(visit: Callable[..., Visitor]) -> Visitor:
    """The admin of the paid sample organization, newly signed in, in a session that no other test shares."""
    visitor = visit()
    visitor.sign_in("ada@example.org")
    return visitor
