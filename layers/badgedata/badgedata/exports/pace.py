"""What knows the time of a worker: when to hand on, when to look for others to share with, when to renew its lease."""

import time
from collections.abc import Callable

HAND_ON_RESERVE_SECONDS = 1.0
"""What handing on needs at the least, besides twice the slowest step so far (docs/operations.md, "Time")."""

SPLIT_AFTER_SECONDS = 20.0
"""How long a worker writes alone before it looks for others to share the rest with."""

HEARTBEAT_SECONDS = 2.0
"""How often a worker renews its lease and looks whether the export was cancelled."""


class Pace:
    """One worker's time.

    Parameters
    ----------
    remaining_seconds
        Tells how long this function may still run.
    heartbeat
        What to do every few seconds, with the rows there are by then.
    """

    def __init__(self, remaining_seconds: Callable[[], float], heartbeat: Callable[[int], object]) -> None:
        self._remaining_seconds = remaining_seconds
        self._heartbeat = heartbeat
        self._slowest_step = 0.0
        self._step_began = time.monotonic()
        self._beat_at = self._step_began + HEARTBEAT_SECONDS
        self._split_at = self._step_began + SPLIT_AFTER_SECONDS

    def beat(self, rows: int) -> None:
        """Do the heartbeat if it is due. Between two of them this costs nothing."""
        if time.monotonic() >= self._beat_at:
            self._heartbeat(rows)
            self._beat_at = time.monotonic() + HEARTBEAT_SECONDS

    def begin_step(self) -> None:
        """Begin the first of several steps, each of which reads and writes a page."""
        self._step_began = time.monotonic()

    def end_step(self) -> None:
        """End a step; the next one begins."""
        now = time.monotonic()
        self._slowest_step = max(self._slowest_step, now - self._step_began)
        self._step_began = now

    def is_time_up(self) -> bool:
        """Tell whether another step would leave too little time to hand on."""
        return self._remaining_seconds() < HAND_ON_RESERVE_SECONDS + 2 * self._slowest_step

    def is_time_to_split(self) -> bool:
        """Tell whether the worker has been alone for long since it began, or since it last looked for others."""
        return self._step_began >= self._split_at

    def put_off_split(self) -> None:
        """Let the worker write alone for a while again."""
        self._split_at = time.monotonic() + SPLIT_AFTER_SECONDS
