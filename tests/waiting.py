"""Waiting for a condition with a deadline: the only place in the tests where time is slept away."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(condition: Callable[[], T | None], deadline_s: float = 30, *, every_s: float = 0.02, what: str = "") -> T:
    """The first true value of the condition. An exception counts as "not yet" and is shown when time is up.

    AssertionError after the deadline, with `what` was waited for and the last value seen.
    """
    end = time.monotonic() + deadline_s
    while True:
        error: Exception | None = None
        value = None
        try:
            value = condition()
            if value:
                return value
        except Exception as raised:  # noqa: BLE001 - a server that is not there yet raises anything
            error = raised
        if time.monotonic() > end:
            seen = f"raised {error!r}" if error else f"last value {value!r}"
            raise AssertionError(f"not within {deadline_s:g} s: {what or condition} ({seen})") from error
        time.sleep(every_s)
