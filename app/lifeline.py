"""The inherited socket whose other end only the worker holds: when it ends, the worker is gone, and so shall be this process."""

from __future__ import annotations

import os
import select


class Lifeline:
    """Asked about once a second; where there is a parent-death signal (Linux) that is quicker."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._poll = select.poll()
        self._poll.register(fd, select.POLLIN)

    def is_cut(self) -> bool:
        """Never blocks. Nothing comes after the settings, so anything to read is the end."""
        return bool(self._poll.poll(0))

    def report_ready(self) -> None:
        """Tells the worker that requests are served from now on."""
        os.write(self._fd, b"\n")

    def report_failure(self, reason: str) -> None:
        """Tells the worker, instead, why they never will be."""
        os.write(self._fd, reason.encode())
