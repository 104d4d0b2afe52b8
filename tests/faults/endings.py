"""The invariants of every export in a fault case, and the proportion of exports that may fail."""

import hashlib
from collections import Counter
from typing import Final

import pytest

from tests.faults.world import Ending

MAX_FAILED_SHARE: Final = 0.25
"""The maximum share of failed exports among the exports of a module whose calls fail. More failures would mean that
exports no longer survive faults, even if each failed export shows a reason."""


class Endings:
    """The results of a module's fault cases."""

    def __init__(self) -> None:
        self.checked = 0
        self._with_failing_calls = Counter[str]()

    def check(self, ending: Ending, expected: Ending, may_fail: bool = False) -> None:
        """Check that an export produced the same file as without faults, or failed with a reason and without a file.

        Parameters
        ----------
        expected
            The ending of the same export without faults.
        may_fail
            Whether the case's calls fail so often that the export may fail.
        """
        self.checked += 1
        export = ending.export
        if may_fail:
            self._with_failing_calls[export.status] += 1
        assert ending.active == 0, "the organization's count of active exports must return to zero"
        assert ending.left_uploads == 0, "no upload may remain"
        assert ending.left_objects == [], "no object except the file may remain"
        if export.status == "failed" and may_fail:
            assert export.error_message
            assert export.object_key is None
            assert ending.content is None
            return
        assert export.status == "succeeded", export.error_message
        assert ending.content is not None
        assert ending.content == expected.content
        assert export.bytes == len(ending.content)
        assert export.sha256 == hashlib.sha256(ending.content).hexdigest()
        for figure in ("rows", "contents", "truncated_cells"):
            assert getattr(export, figure) == getattr(expected.export, figure), figure

    def check_all(self, request: pytest.FixtureRequest) -> str:
        """Check that every selected case of the module was checked, and that few exports failed. Return a summary."""
        others = other_tests(request, "endings")
        assert self.checked == others > 0, f"{self.checked} of {others} cases were checked"
        tried, failed = self._with_failing_calls.total(), self._with_failing_calls["failed"]
        assert failed <= MAX_FAILED_SHARE * tried, f"{failed} of {tried} exports failed"
        return f"{self.checked} fault cases; {failed} of {tried} exports with failing calls failed"


def other_tests(request: pytest.FixtureRequest, fixture: str) -> int:
    """Return the number of other selected tests in a test's module that use a fixture."""
    items = [item for item in request.session.items if item.path == request.path and item is not request.node]
    return sum(fixture in item.fixturenames for item in items if isinstance(item, pytest.Function))
