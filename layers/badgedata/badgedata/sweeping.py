"""The result of a sweep, and how a sweeper's function reports it.

A sweep processes all items that are due. An item that fails stays due and doesn't delay the others.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aws_lambda_powertools import Logger

logger = Logger(child=True)


@dataclass
class SweepResult:
    """The number of items with each outcome, and the errors of the items that failed."""

    outcomes: Counter[str] = field(default_factory=Counter)
    errors: list[Exception] = field(default_factory=list)

    @contextmanager
    def item(self, failure: str, **keys: str | int) -> Iterator[None]:
        """Process one item in a ``with`` block; if it fails, log `failure` and collect the error.

        Parameters
        ----------
        keys
            The keys that identify the item in the log.
        """
        try:
            yield
        except Exception as error:
            logger.exception(failure, extra=keys)
            self.errors.append(error)

    def report(self, message: str) -> dict[str, int]:
        """Log the outcomes if there are any, and return them."""
        if self.outcomes:
            logger.info(message, outcomes=self.outcomes)
        return self.outcomes

    def raise_errors(self, message: str) -> None:
        """Raise the collected errors, so that the function fails and its alarm fires.

        Raises
        ------
        ExceptionGroup
            If an item failed.
        """
        if self.errors:
            raise ExceptionGroup(message, self.errors)
