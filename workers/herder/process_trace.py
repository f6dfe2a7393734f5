"""The trace that a status shows for a process that ended without saying why."""

from __future__ import annotations

from workers.errors import RemoteError
from workers.processes.supervisor import Exit

_CLASS = "org.apache.kafka.connect.errors.ConnectException"


def trace_of_exit(what: str, how: Exit) -> str:
    """`what` says whose process it was; `how` tells the signal or status."""
    return f"{_CLASS}: The process of {what} ended: {how.description}\n"


def trace_of_error(error: BaseException) -> str:
    """The trace of what a plug-in process raised; otherwise that of an error of ours."""
    if isinstance(error, RemoteError):
        return error.trace
    return f"{_CLASS}: {error}\n"
