"""The trace that a status shows for a process that ended without saying why."""

from __future__ import annotations

from workers.errors import ProcessDiedError, RemoteError
from workers.processes.supervisor import Exit

_CLASS = "org.apache.kafka.connect.errors.ConnectException"


def trace_of_exit(what: str, how: Exit) -> str:
    """`what` says whose process it was; `how` tells the signal or status."""
    return f"{_CLASS}: The process of {what} ended: {how.description}\n"


def trace_of_error(error: BaseException) -> str:
    """The trace of what a plug-in process raised, or of the end of the process itself."""
    if isinstance(error, RemoteError):
        return error.trace
    kind = _CLASS if isinstance(error, ProcessDiedError) else type(error).__name__
    return f"{kind}: {error}\n"
