"""Progress of a command: one line for each step, with its time."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(name: str) -> Iterator[list[str]]:
    """Print a step's line when it ends, well or not. What is appended to the list yielded is shown in the line."""
    started = time.monotonic()
    if sys.stdout.isatty():
        print(f"  … {name}", end="\r", flush=True)
    details: list[str] = []

    def end(mark: str) -> None:
        print(f"  {mark} {' - '.join([name, *details]):<72} {time.monotonic() - started:6.1f} s", flush=True)

    try:
        yield details
    except BaseException:
        end("✘")
        raise
    end("✔")
