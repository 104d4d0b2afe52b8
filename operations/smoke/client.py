"""An HTTPS client that retries requests after lost connections and throttling, and doesn't follow redirects."""

import time
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from operations.smoke.error import SmokeTestError

TIMEOUT_SECONDS = (10.0, 60.0)
"""The timeouts for connecting and for reading. API Gateway responds within 29 seconds."""

LOST_CONNECTIONS = Retry(
    total=None, connect=3, read=2, redirect=0, status=0, other=0, allowed_methods=("GET", "HEAD"), backoff_factor=0.5
)
"""The retry policy for connections that fail, or that the server closes while they are idle. Responses are not retried.
"""

CHECKS = {
    401: "this machine's clock, and whether the user pool and the app client match the stack's outputs",
    403: "web ACLs and proxies; for a file or an image, the function's role, the bucket policy, and the KMS key policy",
    404: "that PublicBaseUrl points to this stack's API and stage (a custom domain's API mapping)",
    429: "other users of this deployment, because the rate or fair use limit was exceeded until the step timed out",
}


class Client:
    """A client that calls the API at `base_url`, with or without a user's token.

    Parameters
    ----------
    logs
        The API's log group, for use in failure messages.
    patience
        The maximum number of seconds to keep retrying a throttled request (429).
    """

    def __init__(self, base_url: str, logs: str, patience: float, token: str | None = None) -> None:
        self.base_url = base_url
        self._logs = logs
        self._patience = patience
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=LOST_CONNECTIONS))
        if token is not None:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def call(
        self, method: str, address: str, body: Any = None, *, expect: int | tuple[int, ...] = 200, **headers: str
    ) -> requests.Response:
        """Send a request, check the status, and return the response.

        Parameters
        ----------
        address
            A path relative to the API's base URL, or an absolute URL, such as a ``Location``.
        body
            The request body, sent as JSON.
        expect
            The expected status or statuses.

        Raises
        ------
        SmokeTestError
            If there is no response, or the status is unexpected.
        """
        response = self.send(method, address, body, **headers)
        expected = (expect,) if isinstance(expect, int) else expect
        if response.status_code not in expected:
            raise SmokeTestError(
                expected=f"{method} {without_query(response.url)} to return {' or '.join(map(str, expected))}",
                found=f"{response.status_code}: {excerpt(response)}",
                check=self._check(response.status_code),
            )
        return response

    def _check(self, status: int) -> str:
        if status >= requests.codes.server_error:
            return f"{self._logs}; if it contains no error from that time, Lambda's concurrency quota and throttles"
        return CHECKS.get(status, self._logs)

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> requests.Response:
        """Send a request, and return the response without checking its status.

        Raises
        ------
        SmokeTestError
            If there is no response.
        """
        url = self.base_url + address if address.startswith("/") else address
        deadline = time.monotonic() + self._patience
        while True:
            try:
                response = self._session.request(
                    method, url, json=body, headers=headers, allow_redirects=False, timeout=TIMEOUT_SECONDS
                )
            except requests.RequestException as error:
                raise unreachable(method, url, error) from None
            pause = float(response.headers.get("Retry-After", "0"))
            if response.status_code != requests.codes.too_many_requests or time.monotonic() + pause > deadline:
                return response
            time.sleep(max(pause, 0.5))


def location_of(response: requests.Response) -> str:
    """Return a response's ``Location`` (RFC 9110, section 10.2.2) as an absolute URL.

    Raises
    ------
    SmokeTestError
        If the response has no ``Location``.
    """
    location = response.headers.get("Location")
    if location is None:
        raise SmokeTestError(
            expected=f"{response.request.method} {without_query(response.url)} to return a Location header",
            found=f"{response.status_code} without a Location header",
            check="that nothing between the client and the API removes headers",
        )
    return urljoin(response.url, location)


def id_in(location: str) -> str:
    """Return the ID at the end of a resource's URL.

    >>> id_in("https://badges.example.org/v1/schedules/0c9a")
    '0c9a'
    """
    return location.rpartition("/")[2]


def without_query(url: str) -> str:
    """Return a URL without its query, which may contain a signature."""
    return url.partition("?")[0]


def excerpt(response: requests.Response) -> str:
    """Return a problem's code and detail, or the beginning of any other response's body."""
    try:
        problem = response.json()
        return f"{problem['code']}: {problem['detail']}"
    except (ValueError, KeyError, TypeError):
        return " ".join(response.text[:200].split()) or "no body"


def unreachable(method: str, url: str, error: requests.RequestException) -> SmokeTestError:
    """Return the error for a request that got no response."""
    return SmokeTestError(
        expected=f"{method} {without_query(url)} to receive a response",
        found=f"{type(error).__name__}: {str(error)[:300]}",
        check="this machine's network connection and, if you use a custom domain, its name, certificate, and mapping",
    )
