"""Faults in the product's own AWS calls: the nth call fails, loses its response, or kills the process."""

import contextlib
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError

Fault = Literal["rejected", "response lost", "killed before", "killed after"]
FAULTS: tuple[Fault, ...] = ("rejected", "response lost", "killed before", "killed after")


class Killed(BaseException):
    """Raised when the process is killed. No `except Exception` in the product may catch this."""


class FaultyCalls:
    """A counter of AWS calls made within `product` that makes one call fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.names: list[str] = []
        self._at: int | None = None
        self._fault: Fault = "rejected"
        self._is_product = False
        make_api_call: Any = BaseClient.__dict__["_make_api_call"]

        def faulty(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
            if not self._is_product:
                return make_api_call(client, name, arguments)
            number, self.count = self.count, self.count + 1
            self.names.append(name)
            fault = self._fault if number == self._at else None
            if fault == "killed before":
                raise Killed(name)
            if fault == "rejected":
                raise ClientError({"Error": {"Code": "InternalError", "Message": "an injected fault"}}, name)
            answer = make_api_call(client, name, arguments)
            if fault == "killed after":
                raise Killed(name)
            if fault == "response lost":
                raise ReadTimeoutError(endpoint_url="https://aws.example")
            return answer

        monkeypatch.setattr(BaseClient, "_make_api_call", faulty)

    def at(self, number: int, fault: Fault) -> None:
        """Make the nth call from now fail."""
        self.count, self.names, self._at, self._fault = 0, [], number, fault

    @contextlib.contextmanager
    def product(self) -> Iterator[None]:
        """Mark calls within this context as the product's rather than the test's own."""
        self._is_product = True
        try:
            yield
        finally:
            self._is_product = False
