"""A step that failed: what was expected, what was found, and what to check."""


class SmokeFailure(Exception):
    """The deployment did not do what it should.

    Parameters
    ----------
    expected, found
        What should have happened, and what happened, as clauses that a person reads after "expected:" and "found:".
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
