"""A plain HTTPS client: it follows no redirect by itself, and retries lost connections and what an answer asks for."""

import time
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from operations.smoke.failure import SmokeFailure

TIMEOUT_SECONDS = (10.0, 60.0)
"""To connect, and between two pieces of an answer. API Gateway answers within 29 seconds."""

LOST_CONNECTIONS = Retry(
    total=None, connect=3, read=2, redirect=0, status=0, other=0, allowed_methods=("GET", "HEAD"), backoff_factor=0.5
)
"""For a connection that can't be made, or that the other side closes while it is idle. Answers are not retried."""

CHECKS = {
    401: "the clock of this machine, and that user pool and app client are those of the stack's outputs",
    403: "a web ACL or a proxy; for a file or an image, the function's role, the bucket's policy, and KmsKeyArn's",
    404: "that PublicBaseUrl leads to this stack's API and stage (the mapping of a custom domain)",
    429: "who else uses this deployment: the rate limit or fair use refused the request for as long as this step waits",
}


class Client:
    """Calls the API at `base_url`, with a person's token or without one.

    Parameters
    ----------
    logs
        The API's log group.
    patience
        Seconds that a request may be repeated for while the answer is 429 with ``Retry-After``.
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
        """Send a request, and return the answer, which has to have the expected status.

        Parameters
        ----------
        address
            A path below the API's address, or a whole address, such as a ``Location``.
        body
            Sent as JSON.
        expect
            The status, or one of the statuses, that the answer has to have.

        Raises
        ------
        SmokeFailure
            When there is no answer, or one with another status.
        """
        answer = self.send(method, address, body, **headers)
        expected = (expect,) if isinstance(expect, int) else expect
        if answer.status_code not in expected:
            raise SmokeFailure(
                expected=f"{method} {shown(answer.url)} to answer {' or '.join(map(str, expected))}",
                found=f"{answer.status_code}: {excerpt(answer)}",
                check=self._check(answer.status_code),
            )
        return answer

    def _check(self, status: int) -> str:
        if status >= requests.codes.server_error:
            return f"{self._logs}; if it has no error of that time, Lambda's concurrency quota and throttles"
        return CHECKS.get(status, self._logs)

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> requests.Response:
        """Send a request, and return the answer, whatever its status.

        Raises
        ------
        SmokeFailure
            When there is no answer.
        """
        url = self.base_url + address if address.startswith("/") else address
        deadline = time.monotonic() + self._patience
        while True:
            try:
                answer = self._session.request(
                    method, url, json=body, headers=headers, allow_redirects=False, timeout=TIMEOUT_SECONDS
                )
            except requests.RequestException as error:
                raise unreachable(method, url, error) from None
            pause = float(answer.headers.get("Retry-After", "0"))
            if answer.status_code != requests.codes.too_many_requests or time.monotonic() + pause > deadline:
                return answer
            time.sleep(max(pause, 0.5))


def followed(answer: requests.Response) -> str:
    """Return the address that an answer's ``Location`` means, as RFC 9110 has any client read it.

    Raises
    ------
    SmokeFailure
        When the answer has none.
    """
    location = answer.headers.get("Location")
    if location is None:
        raise SmokeFailure(
            expected=f"{answer.request.method} {shown(answer.url)} to answer with a Location",
            found=f"{answer.status_code} without one",
            check="that nothing between the client and the API removes headers",
        )
    return urljoin(answer.url, location)


def shown(url: str) -> str:
    """Return an address as it may be printed: without the signature of a presigned link."""
    return url.partition("?")[0]


def excerpt(answer: requests.Response) -> str:
    """Return what an answer says of itself: a problem's code and detail, or else the beginning of its body."""
    try:
        problem = answer.json()
        return f"{problem['code']}: {problem['detail']}"
    except (ValueError, KeyError, TypeError):
        return " ".join(answer.text[:200].split()) or "no body"


def unreachable(method: str, url: str, error: requests.RequestException) -> SmokeFailure:
    """Return the failure of a request without an answer."""
    return SmokeFailure(
        expected=f"{method} {shown(url)} to be answered",
        found=f"{type(error).__name__}: {str(error)[:300]}",
        check="the network of this machine; the name, the certificate and the mapping of a custom domain",
    )
