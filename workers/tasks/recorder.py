"""Writes a task's counters; one call per batch or event, never per record."""

from __future__ import annotations

from workers.processes.counters import Counters
from workers.tasks.task_metrics import TaskCounter


class Recorder:
    """The writing end of a task's counters. Used on the task's threads; a lost update between two threads costs one count."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._values = counters.values
        self._slots = {name: counters.slot(name) for name in counters.names}

    def add(self, name: TaskCounter, amount: float = 1) -> None:
        self._values[self._slots[name]] += amount

    def put(self, name: TaskCounter, value: float) -> None:
        self._values[self._slots[name]] = value

    def raise_to(self, name: TaskCounter, value: float) -> None:
        """Keeps the greatest value seen."""
        slot = self._slots[name]
        if value > self._values[slot]:
            self._values[slot] = value

    def batch(self, records: int, seconds: float) -> None:
        """A call of poll() or put() with `records` records has taken `seconds`."""
        self.add("batch-total")
        self.raise_to("batch-size-max", records)
        self.add("batch-time-total-ms", seconds * 1000)
        self.raise_to("batch-time-max-ms", seconds * 1000)

    def offset_commit(self, seconds: float, *, succeeded: bool) -> None:
        self.add("offset-commit-attempts-total")
        self.add("offset-commit-success-total" if succeeded else "offset-commit-failure-total")
        self.add("offset-commit-total-time-ms", seconds * 1000)
        self.raise_to("offset-commit-max-time-ms", seconds * 1000)
