"""Waiting for what happens elsewhere: a condition with a deadline, never a sleep of a guessed length."""

from __future__ import annotations

import time
from collections.abc import Callable

_INTERVAL_S = 0.02


def wait_for(condition: Callable[[], object], deadline_s: float = 30.0, what: str = "the condition") -> None:
    """Returns once `condition()` is true; fails the test when it is not within `deadline_s`."""
    end = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < end, f"{what} did not hold within {deadline_s} s"
        time.sleep(_INTERVAL_S)
