"""The error for a failed step: what was expected, what was found, and what to check."""


class SmokeTestError(Exception):
    """Raised when the deployment doesn't behave as expected.

    Parameters
    ----------
    expected, found
        The expected and actual behavior, to print after "expected:" and "found:".
    check
        Where to look for the cause.
    """

    def __init__(self, *, expected: str, found: str, check: str) -> None:
        super().__init__(f"expected {expected}; found {found}")
        self.expected = expected
        self.found = found
        self.check = check

    def __str__(self) -> str:
        return f"  expected:  {self.expected}\n  found:     {self.found}\n  check:     {self.check}"
