"""What every step of a run knows: the deployment, the tenant, who calls, and how long to wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from operations.smoke.client import Client
from operations.smoke.tenant import Tenant

PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Deployed:
    """A deployment, by its CloudFormation stack."""

    stack_name: str
    outputs: dict[str, str]

    @property
    def base_url(self) -> str:
        """Where the API, the page and the public documents are reached: PublicBaseUrl, its base path included."""
        return self.outputs["PublicBaseUrl"].rstrip("/")

    def logs(self, function: str) -> str:
        """Name a function's log group, as a place to check."""
        return f"the log group /{self.stack_name}/{function}"

    def client(self, patience: float, token: str | None = None) -> Client:
        """Return a client of this deployment, with a token or without one."""
        return Client(self.base_url, self.logs("api"), patience, token)


@dataclass(frozen=True)
class Run:
    """One run of the smoke test: `admin` calls as the tenant's admin, `public` without a token.

    `patience` is the longest that any single thing may take, in seconds.
    """

    deployed: Deployed
    tenant: Tenant
    admin: Client
    public: Client
    patience: float

    def wait_for[T](self, probe: Callable[[], T], is_done: Callable[[T], bool], what: str | None = None) -> T:
        """Return what `probe` gives once `is_done` holds for it, or what it gave last when the patience ends.

        `what` names something that takes a while, to print that it is waited for.
        """
        return wait_for(probe, is_done, self.patience, what)


def wait_for[T](probe: Callable[[], T], is_done: Callable[[T], bool], patience: float, what: str | None = None) -> T:
    """Return what `probe` gives once `is_done` holds for it, or what it gave last after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not is_done(found := probe()) and time.monotonic() < deadline:
        if what is not None:
            print(f"  … waiting for {what}, up to {patience:g} s", flush=True)
            what = None
        time.sleep(PAUSE_SECONDS)
    return found
