"""The result of a sweep, how a sweeper function reports it, and the delay before failed work is retried.

A sweep processes all items that are due. An item that fails stays due and doesn't delay the others.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from aws_lambda_powertools import Logger

logger = Logger(child=True)

MIN_WAIT: Final = timedelta(minutes=5)
MAX_WAIT: Final = timedelta(hours=24)


@dataclass
class SweepResult:
    """The number of items per outcome, and the errors of the items that failed."""

    outcomes: Counter[str] = field(default_factory=Counter)
    errors: list[Exception] = field(default_factory=list)

    @contextmanager
    def item(self, failure: str, **keys: str | int) -> Iterator[None]:
        """Process one item in a ``with`` block. If it fails, log `failure` and collect the error.

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
        """Log the number of items per outcome, if there are any, and return these numbers."""
        if self.outcomes:
            logger.info(message, outcomes=self.outcomes)
        return self.outcomes

    def raise_errors(self, message: str) -> None:
        """Raise the collected errors, so that the function fails and its alarm fires.

        Raises
        ------
        ExceptionGroup
            If any item failed.
        """
        if self.errors:
            raise ExceptionGroup(message, self.errors)


def wait_after(attempts: int) -> timedelta:
    """Return the delay before the next attempt: random, up to a limit that doubles from 10 minutes to 24 hours.

    The delay is random, so that work that failed together is not retried together (exponential backoff with jitter).
    """
    bound = min(MAX_WAIT, MIN_WAIT * 2 ** min(attempts, 16))
    return timedelta(seconds=random.uniform(MIN_WAIT.total_seconds(), bound.total_seconds()))  # noqa: S311 - not for security
