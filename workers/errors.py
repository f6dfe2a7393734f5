"""Errors of the worker, by consequence.

WorkerError
 ├── WorkerConfigError        stop the worker: its configuration is wrong (exit code 1)
 ├── StartError               stop the worker: it could not start (exit code 2)
 ├── RequestError             reject the request; `status` is the HTTP status it maps to
 │    ├── BadRequestError 400, ForbiddenError 403, NotFoundError 404, ConflictError 409, InternalError 500
 └── PluginProcessError       a plug-in process did not give the answer that was asked of it
      ├── RemoteError         its code raised; carries type, text and trace as data
      ├── ProcessDiedError    it ended: exit status or signal
      └── ProcessTimeoutError it did not answer in time
"""

from __future__ import annotations

from collections.abc import Sequence


class WorkerError(Exception):
    """Root of the worker's own errors."""


class WorkerConfigError(WorkerError):
    """The worker configuration is wrong; lists every error at once, each naming its key."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = list(errors)


class StartError(WorkerError):
    """The worker could not start, for example because Kafka is not reachable or the REST port is taken."""


class RequestError(WorkerError):
    """A request of the REST API that is answered with `status` and the error's text as its message."""

    status = 500

    def __init__(self, message: str | None) -> None:
        super().__init__(message)
        self.message = message


class BadRequestError(RequestError):
    status = 400


class ForbiddenError(RequestError):
    status = 403


class NotFoundError(RequestError):
    status = 404


class ConflictError(RequestError):
    status = 409


class InternalError(RequestError):
    status = 500


class PluginProcessError(WorkerError):
    """A plug-in process did not give the answer that was asked of it."""


class RemoteError(PluginProcessError):
    """Code in a plug-in process raised; its error arrives as data, never as a pickled object.

    `class_name` is the name shown to users (Java's for Connect's own errors), `trace` the whole formatted trace.
    """

    def __init__(self, class_name: str, message: str | None, trace: str) -> None:
        super().__init__(message)
        self.class_name = class_name
        self.message = message
        self.trace = trace


class ProcessDiedError(PluginProcessError):
    """The process ended before it answered; the text says how ("killed by SIGSEGV", "exited with status 3")."""


class ProcessTimeoutError(PluginProcessError, TimeoutError):
    """The process did not answer within the time it was given."""
