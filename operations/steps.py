"""Print a command's progress: one line for each step, with the step's duration."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(name: str) -> Iterator[list[str]]:
    """When a step ends, print a line that shows whether the step succeeded and how long it took.

    Yields
    ------
    list of str
        An empty list. The caller can append details, which are shown in the line.
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
