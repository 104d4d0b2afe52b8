"""Print a command's progress, with one line for each step."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(name: str) -> Iterator[list[str]]:
    """Print a step's result and duration when the step ends.

    Yields
    ------
    list of str
        An empty list. Details that the caller appends to the list are shown in the printed line.
    """
    started = time.monotonic()
    if sys.stdout.isatty():
        print(f"  … {name}", end="\r", flush=True)
    details: list[str] = []

    def print_line(mark: str) -> None:
        print(f"  {mark} {' - '.join([name, *details]):<72} {time.monotonic() - started:6.1f} s", flush=True)

    try:
        yield details
    except BaseException:
        print_line("✘")
        raise
    print_line("✔")
