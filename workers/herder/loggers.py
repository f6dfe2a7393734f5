"""Log levels over REST: of this worker and of all plug-in processes it has or will have. Connect: Loggers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from workers.herder.interface import LoggerLevel
from workers.logs import existing_loggers, level_name, set_levels_below

log = logging.getLogger(__name__)

ROOT = "root"


class Loggers:
    """Thread-safe. `pass_on` tells other processes a logger's new level; `now_ms` gives the time of a change."""

    def __init__(
        self, pass_on: Callable[[str, str], None], now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    ) -> None:
        self._pass_on = pass_on
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._modified: dict[str, int] = {}

    def all_levels(self) -> dict[str, LoggerLevel]:
        """Every logger that exists and is not switched off, and the root; sorted by name."""
        levels = {name: self._level(name) for name in (*existing_loggers(), ROOT)}
        return {name: level for name, level in sorted(levels.items()) if level["level"] != "OFF" or name == ROOT}

    def level(self, name: str) -> LoggerLevel | None:
        wanted = _normalised(name)
        return self._level(wanted) if wanted == ROOT or wanted in existing_loggers() else None

    def set_level(self, namespace: str, level: str) -> list[str]:
        """Sets the namespace and all loggers below it; the sorted names of those whose level is another now."""
        wanted = _normalised(namespace)
        log.info("Setting level of namespace %s and children to %s", wanted, level)
        with self._lock:
            before = {name: _effective(name) for name in (wanted, *existing_loggers())}
            for name in set_levels_below(wanted, level):
                self._pass_on(name, level)
            changed = sorted(name for name, number in before.items() if _effective(name) != number)
            self._modified.update(dict.fromkeys(changed, self._now_ms()))
        return changed

    def _level(self, name: str) -> LoggerLevel:
        return {"level": level_name(_effective(name)), "last_modified": self._modified.get(name)}


def _normalised(name: str) -> str:
    return ROOT if name.lower() in (ROOT, "") else name


def _logger(name: str) -> logging.Logger:
    return logging.getLogger() if name == ROOT else logging.getLogger(name)


def _effective(name: str) -> int:
    return _logger(name).getEffectiveLevel()
