"""Logging of every process of the worker: one line format, the `[connector|task-0] ` context, levels that change while running.

Lines go to standard error, which all processes share; a line, with its trace, is one write. Answers to Kafka Connect's log4j2 set-up.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Mapping

import orjson

LEVELS = {"ALL": 1, "TRACE": 5, "DEBUG": 10, "INFO": 20, "WARN": 30, "ERROR": 40, "FATAL": 50, "OFF": 100}
"""Log4j's level names, as the REST API takes and gives them, and the numbers of Python's logging."""

_NAMES = {number: name for name, number in LEVELS.items()} | {logging.NOTSET: "ALL"}


class ContextFormatter(logging.Formatter):
    """`[2026-01-01 10:00:00,123] INFO [my-source|task-0] message (workers.tasks.source_loop:123)`."""

    def __init__(self, context: str) -> None:
        super().__init__()
        self._context = f"[{context}] " if context else ""

    def format(self, record: logging.LogRecord) -> str:
        level = level_name(record.levelno)
        line = (
            f"[{self.formatTime(record)}] {level} {self._context}{record.getMessage()} ({record.name}:{record.lineno})"
        )
        return line + self._trace(record)

    def _trace(self, record: logging.LogRecord) -> str:
        return "\n" + self.formatException(record.exc_info) if record.exc_info and record.exc_info[0] else ""


class JsonFormatter(logging.Formatter):
    """One JSON object a line: timestamp, level, logger, context (when there is one), message, trace (when there is one)."""

    def __init__(self, context: str) -> None:
        super().__init__()
        self.converter = time.gmtime
        self._context = context

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "timestamp": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03d}Z",
            "level": level_name(record.levelno),
            "logger": record.name,
            "thread": threading.current_thread().name,
            "message": record.getMessage(),
        }
        if self._context:
            line["context"] = self._context
        if record.exc_info and record.exc_info[0]:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class LineHandler(logging.Handler):
    """Writes each line with a single system call, however long it is, so that lines of several processes stay whole.

    In a file they always do. A pipe promises it up to PIPE_BUF only (4096 bytes on Linux): a longer line that is written while another
    process writes may be torn there. No lock is taken against that: a process that is stopped while it holds it would silence all.
    """

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001  # what every handler of logging does
            self.handleError(record)


def configure_logging(*, context: str = "", levels: Mapping[str, str] | None = None, as_json: bool = False) -> None:
    """Called once at the start of each process. `levels` maps logger names (`root` for the root) to Log4j level names."""
    for name, number in LEVELS.items():
        logging.addLevelName(number, name)
    handler = LineHandler()
    handler.setFormatter(JsonFormatter(context) if as_json else ContextFormatter(context))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(LEVELS["INFO"])
    logging.captureWarnings(True)
    for name, level in (levels or {}).items():
        set_level(name, level)


def set_level(logger: str, level: str) -> None:
    """Sets one logger's level (`root` in any case, or a name). Called when the REST API changes it, in every process."""
    target = logging.getLogger() if logger.lower() in ("root", "") else logging.getLogger(logger)
    target.setLevel(LEVELS[level])


def set_levels_below(namespace: str, level: str) -> list[str]:
    """Sets a logger and every other whose name starts like it (`root`: all). The names of those that had to be set, since the
    others follow; the first is the namespace.
    """
    is_root = namespace.lower() in ("root", "")
    changed = [namespace]
    set_level(namespace, level)
    for name in existing_loggers():
        if (is_root or name.startswith(namespace)) and logging.getLogger(name).getEffectiveLevel() != LEVELS[level]:
            set_level(name, level)
            changed.append(name)
    return changed


def existing_loggers() -> list[str]:
    """Names of all loggers of this process but the root, placeholders left out."""
    known = list(logging.root.manager.loggerDict.items())
    return sorted(name for name, logger in known if isinstance(logger, logging.Logger))


def level_name(number: int) -> str:
    """Log4j's name of a level number of Python's logging; the next lower one when there is none."""
    if number in _NAMES:
        return _NAMES[number]
    return _NAMES[max(known for known in _NAMES if known <= number)]
