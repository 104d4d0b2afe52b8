"""The context of a run: the deployment, the tenant, the clients, and the maximum wait times."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from operations.smoke.client import Client
from operations.smoke.tenant import Tenant

PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Deployed:
    """A deployment, identified by its CloudFormation stack.

    Parameters
    ----------
    sends_email
        Whether the deployment sends email about exports, which requires the NotificationSender parameter.
    """

    stack_name: str
    outputs: dict[str, str]
    sends_email: bool

    @property
    def base_url(self) -> str:
        """The base URL of the API, the page, and the public documents, including the base path."""
        return self.outputs["PublicBaseUrl"].rstrip("/")

    def logs(self, function: str) -> str:
        """Return a phrase that names a function's log group, for use in failure messages."""
        return f"the log group /{self.stack_name}/{function}"

    def client(self, patience: float, token: str | None = None) -> Client:
        """Return a client for this deployment, with or without a token."""
        return Client(self.base_url, self.logs("api"), patience, token)


@dataclass(frozen=True)
class Run:
    """One run of the smoke test.

    Parameters
    ----------
    admin, public
        The client with the tenant admin's token, and the client without a token.
    patience
        The maximum duration of a step, in seconds.
    """

    deployed: Deployed
    tenant: Tenant
    admin: Client
    public: Client
    patience: float

    def wait_for[T](self, probe: Callable[[], T], is_done: Callable[[T], bool], what: str | None = None) -> T:
        """Call `probe` until `is_done` accepts the result or `patience` seconds have passed. Return the last result.

        Parameters
        ----------
        what
            The operation that the progress message names. By default, no message is printed.
        """
        return wait_for(probe, is_done, self.patience, what)


def wait_for[T](probe: Callable[[], T], is_done: Callable[[T], bool], patience: float, what: str | None = None) -> T:
    """Call `probe` until `is_done` accepts the result or `patience` seconds have passed. Return the last result."""
    deadline = time.monotonic() + patience
    while not is_done(result := probe()) and time.monotonic() < deadline:
        if what is not None:
            print(f"  … waiting for {what}, up to {patience:g} s", flush=True)
            what = None
        time.sleep(PAUSE_SECONDS)
    return result
