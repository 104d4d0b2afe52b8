"""A worker's timing: when to hand off, when to split the work, and when to renew its lease."""

import time
from collections.abc import Callable

HAND_ON_RESERVE_SECONDS = 1.0
"""The minimum time reserved for a handoff, plus twice the slowest step so far (docs/operations.md, "Timing")."""

SPLIT_AFTER_SECONDS = 20.0
"""How long a worker writes alone before it splits the rest into segments for other workers."""

HEARTBEAT_SECONDS = 2.0
"""How often a worker renews its lease and checks whether the export was cancelled."""


class Pace:
    """Measures one worker's time.

    Parameters
    ----------
    remaining_seconds
        Returns how long this function may still run.
    heartbeat
        Called every `HEARTBEAT_SECONDS`, with the rows written so far.
    """

    def __init__(self, remaining_seconds: Callable[[], float], heartbeat: Callable[[int], object]) -> None:
        self._remaining_seconds = remaining_seconds
        self._heartbeat = heartbeat
        self._slowest_step = 0.0
        self._step_began = time.monotonic()
        self._beat_at = self._step_began + HEARTBEAT_SECONDS
        self._split_at = self._step_began + SPLIT_AFTER_SECONDS

    def beat(self, rows: int) -> None:
        """Run the heartbeat if it is due."""
        if time.monotonic() >= self._beat_at:
            self._heartbeat(rows)
            self._beat_at = time.monotonic() + HEARTBEAT_SECONDS

    def begin_step(self) -> None:
        """Begin the first in a series of steps. Each step reads and writes one page."""
        self._step_began = time.monotonic()

    def end_step(self) -> None:
        """End a step and begin the next one."""
        now = time.monotonic()
        self._slowest_step = max(self._slowest_step, now - self._step_began)
        self._step_began = now

    def is_time_up(self) -> bool:
        """Return whether another step would leave too little time for a handoff."""
        return self._remaining_seconds() < HAND_ON_RESERVE_SECONDS + 2 * self._slowest_step

    def is_time_to_split(self) -> bool:
        """Return, after a step, whether the worker has worked alone long enough to split its work."""
        return self._step_began >= self._split_at

    def put_off_split(self) -> None:
        """Restart the timer for the next split."""
        self._split_at = time.monotonic() + SPLIT_AFTER_SECONDS
