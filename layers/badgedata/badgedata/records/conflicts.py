"""Writes that met a transaction on the same item: DynamoDB refuses them for that moment, and they are tried again."""

import random
import time

ATTEMPTS = 8


def wait(attempt: int) -> None:
    """Wait before the next try: longer each time, and each for a time of its own, so that they don't meet again."""
    time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 - spreads tries, guards nothing
