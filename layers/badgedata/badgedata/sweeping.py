"""Sweeps: what each sweeper returns, and how its function reports it.

A sweep processes everything that is due. An item that fails stays due and holds up no other one.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aws_lambda_powertools import Logger

logger = Logger(child=True)


@dataclass
class SweepResult:
    """How many items had each outcome, and the errors of those that failed."""

    outcomes: Counter[str] = field(default_factory=Counter)
    errors: list[Exception] = field(default_factory=list)

    @contextmanager
    def item(self, failure: str, **of: str | int) -> Iterator[None]:
        """Process one item; log `failure` and keep the error when it fails.

        Parameters
        ----------
        of
            What the item is, for the log.
        """
        try:
            yield
        except Exception as error:
            logger.exception(failure, extra=of)
            self.errors.append(error)

    def report(self, message: str) -> dict[str, int]:
        """Log the outcomes, if there are any, and return them."""
        if self.outcomes:
            logger.info(message, outcomes=self.outcomes)
        return self.outcomes

    def raise_errors(self, message: str) -> None:
        """Fail the sweeper's function if an item failed, so that its alarm sees it."""
        if self.errors:
            raise ExceptionGroup(message, self.errors)
