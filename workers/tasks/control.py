"""What the worker wants of a task: run, pause, stop. Set by the channel's reader thread, obeyed by the task's main thread."""

from __future__ import annotations

import threading


class TaskStoppingError(Exception):
    """Leaves the middle of a batch because the task is being stopped; nothing of that batch is committed.

    Java drops a record that waits for a retry at that moment and commits past it; here it is delivered again.
    """


class TaskControl:
    """Flags with one writer (the reader thread) and waiting readers. Nothing here blocks the writer."""

    def __init__(self, *, is_paused: bool = False) -> None:
        self._changed = threading.Condition()
        self._is_stopping = False
        self._is_paused = is_paused
        self.changes = 0
        """Grows with every change, so that a loop sees in one comparison whether there is something to obey."""

    @property
    def is_stopping(self) -> bool:
        return self._is_stopping

    @property
    def is_paused(self) -> bool:
        return self._is_paused

    def stop(self) -> None:
        self._set(stopping=True, paused=self._is_paused)

    def pause(self) -> None:
        self._set(stopping=self._is_stopping, paused=True)

    def resume(self) -> None:
        self._set(stopping=self._is_stopping, paused=False)

    def wait_while_paused(self, timeout_s: float | None = None) -> bool:
        """Blocks the task's thread until the task is resumed or stopped, or the time is over; True when it is still paused."""
        with self._changed:
            return not self._changed.wait_for(lambda: self._is_stopping or not self._is_paused, timeout_s)

    def wait_for_stop(self, timeout_s: float) -> bool:
        """Waits, at most `timeout_s`, and says whether the task shall stop."""
        with self._changed:
            return self._changed.wait_for(lambda: self._is_stopping, timeout_s)

    def _set(self, *, stopping: bool, paused: bool) -> None:
        with self._changed:
            self._is_stopping, self._is_paused = stopping, paused
            self.changes += 1
            self._changed.notify_all()
