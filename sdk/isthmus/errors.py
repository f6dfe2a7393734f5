"""Errors a plug-in raises or meets, by consequence; and how an error is shown to users.

    ConnectError                       the task (or connector) fails
     ├── RetriableError                try again: the runtime repeats the operation
     ├── DataError                     this record is bad: `errors.tolerance` decides
     │    ├── SchemaBuilderError       a schema was put together wrongly
     │    └── SchemaProjectorError     a value does not fit the target schema
     ├── ConfigError                   the configuration is refused
     ├── IllegalWorkerStateError       a context was used at a moment when it may not be
     ├── NotFoundError
     └── AlreadyExistsError

Any other exception has the consequence of ConnectError. Each class carries Kafka Connect's own class name as
`java_name`: traces, `exception.class.name` headers and error texts show that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from traceback import walk_tb
from typing import ClassVar, Final

from isthmus.number_text import float64_text

_ABSENT: Final = object()


class ConnectError(Exception):
    """Root of the errors of Kafka Connect. Raised by a task it makes the task FAILED."""

    java_name: ClassVar[str] = "org.apache.kafka.connect.errors.ConnectException"


class RetriableError(ConnectError):
    """The operation may succeed when it is tried again.

    From `SourceTask.poll` it counts as a poll without records; from `SinkTask.put` the same records are put again;
    from a converter or a transformation it is repeated within `errors.retry.timeout`.
    """

    java_name = "org.apache.kafka.connect.errors.RetriableException"


class DataError(ConnectError):
    """A value and its schema, or a record and what is expected of it, do not agree."""

    java_name = "org.apache.kafka.connect.errors.DataException"


class SchemaBuilderError(DataError):
    """A schema cannot be built from what the builder was told."""

    java_name = "org.apache.kafka.connect.errors.SchemaBuilderException"


class SchemaProjectorError(DataError):
    """A value of one schema cannot be projected to another."""

    java_name = "org.apache.kafka.connect.errors.SchemaProjectorException"


class IllegalWorkerStateError(ConnectError):
    """A context was asked for something that the task's present state does not allow."""

    java_name = "org.apache.kafka.connect.errors.IllegalWorkerStateException"


class NotFoundError(ConnectError):
    """What was asked for does not exist."""

    java_name = "org.apache.kafka.connect.errors.NotFoundException"


class AlreadyExistsError(ConnectError):
    """What was to be created exists already."""

    java_name = "org.apache.kafka.connect.errors.AlreadyExistsException"


class ConfigError(ConnectError):
    """A configuration is refused.

    `ConfigError(text)` takes the whole text; `ConfigError(name, value, message)` words it as Kafka does:
    "Invalid value {value} for configuration {name}: {message}".
    """

    java_name = "org.apache.kafka.common.config.ConfigException"

    def __init__(self, name_or_text: str, value: object = _ABSENT, message: str | None = None) -> None:
        if value is _ABSENT:
            super().__init__(name_or_text)
        else:
            reason = "" if message is None else f": {message}"
            super().__init__(f"Invalid value {java_text(value)} for configuration {name_or_text}{reason}")


def java_class_name(error: BaseException | type[BaseException]) -> str:
    """The class name shown to users: Kafka Connect's for its own errors, otherwise Python's dotted one.

    A subclass written by an author is shown under its own name, a built-in without module ("ValueError").
    """
    cls = error if isinstance(error, type) else type(error)
    own_name = vars(cls).get("java_name")
    if isinstance(own_name, str):
        return own_name
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def format_trace(error: BaseException) -> str:
    r"""An error in the shape of a Java stack trace: status pages, `trace` members and DLQ headers carry it.

    Innermost frame first, then its causes ("Caused by: ..."): `__cause__`, or else `__context__` unless it was
    suppressed by `raise ... from None`. Ends with a line feed, as Java's do.
    """
    blocks: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        blocks.append("\n".join([_headline(current), *_frames(current)]))
        current = _cause(current)
    return valid_text("\nCaused by: ".join(blocks) + "\n")


def valid_text(text: str) -> str:
    r"""Text that can be sent and stored: what is not valid Unicode, as in names of files, becomes an escape (`\udcff`)."""
    return text.encode("utf-8", "backslashreplace").decode()


def _headline(error: BaseException) -> str:
    message = str(error)
    return f"{java_class_name(error)}: {message}" if message else java_class_name(error)


def _frames(error: BaseException) -> Iterator[str]:
    frames = list(walk_tb(error.__traceback__))
    for frame, line in reversed(frames):
        code = frame.f_code
        module = frame.f_globals.get("__name__", "<unknown>")
        yield f"\tat {module}.{code.co_qualname}({PurePath(code.co_filename).name}:{line})"


def _cause(error: BaseException) -> BaseException | None:
    if error.__cause__ is not None or error.__suppress_context__:
        return error.__cause__
    return error.__context__


def java_text(value: object) -> str:
    """A value of a configuration as Java shows it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float64_text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(java_text, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{java_text(key)}={java_text(item)}' for key, item in value.items())}}}"
    return str(value)
