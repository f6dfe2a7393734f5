"""The metrics of all plug-ins in one process, and the worker's question for them (operation `plugin_metrics`)."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from isthmus.errors import valid_text
from isthmus.metrics import MetricName, Monitorable, PluginMetrics

log = logging.getLogger(__name__)

OPERATION: Final = "plugin_metrics"
_READ_TIMEOUT_S: Final = 1.0
_JSON_INTEGERS: Final = range(-(2**63), 2**64)

_Functions = Mapping[MetricName, Callable[[], Any]]


class MetricsOfProcess:
    """Made before the plug-ins, and given to them on the main thread. `answer` runs on threads of its own, since it waits."""

    def __init__(self, connector: str, task: int | None = None) -> None:
        self._tags = {"connector": connector} | ({} if task is None else {"task": str(task)})
        self._all: list[PluginMetrics] = []
        self._one_at_a_time = threading.Lock()
        self._unanswered: set[MetricName] = set()
        self._slow: set[MetricName] = set()
        self._told: set[MetricName] = set()

    def make(self, **tags: str) -> PluginMetrics:
        """The metrics of one more plug-in, which `tags` tell from the others of this process."""
        metrics = PluginMetrics(self._tags | tags)
        self._all.append(metrics)
        return metrics

    def give(self, plugin: object, **tags: str) -> None:
        """To a plug-in that wants them; for all others nothing is made."""
        if isinstance(plugin, Monitorable):
            plugin.with_plugin_metrics(self.make(**tags))

    def answer(self, _args: Mapping[str, Any]) -> list[dict[str, Any]]:
        """{name, group, description, tags, value} of each metric; blocks for a second at most.

        The functions are the user's code. The value of one that raises or does not return is None. Two uses of one predicate
        may have a metric of the same name and tags: then it is told once, that of the later use.
        """
        functions = {name: function for metrics in tuple(self._all) for name, function in metrics.functions().items()}
        if not functions:
            return []
        values: dict[MetricName, Any] = {}
        with self._one_at_a_time:
            reader = threading.Thread(target=self._read, args=(functions, values), name=OPERATION, daemon=True)
            reader.start()
            reader.join(_READ_TIMEOUT_S)
            if reader.is_alive():
                awaited = ", ".join(map(str, list(values)[-1:]))
                log.warning("A metric did not tell its value within %s s: %s", _READ_TIMEOUT_S, awaited)
        return [_as_data(name, values.get(name)) for name in functions]

    def _read(self, functions: _Functions, values: dict[MetricName, Any]) -> None:
        """Those that were slow once come last, so that they cost nobody else's value; one that still runs is not asked again."""
        deadline = time.monotonic() + _READ_TIMEOUT_S
        for name in sorted(functions, key=self._slow.__contains__):
            if time.monotonic() >= deadline:
                return
            if name in self._unanswered:
                continue
            self._unanswered.add(name)
            values[name] = None
            values[name] = self._value(name, functions[name])
            if time.monotonic() >= deadline:
                self._slow.add(name)
            self._unanswered.discard(name)

    def _value(self, name: MetricName, function: Callable[[], Any]) -> Any:
        try:
            return _as_json(function())
        # The edge of the user's code: a value that cannot be had is none, and no other one is lost with it.
        except (Exception, SystemExit) as error:
            if name not in self._told:
                self._told.add(name)
                log.warning("%s has no value; this is told once", name, exc_info=error)
            return None


def _as_data(name: MetricName, value: Any) -> dict[str, Any]:
    return {
        "name": _text(name.name),
        "group": name.group,
        "description": _text(name.description),
        "tags": {_text(tag): _text(text) for tag, text in name.tags.items()},
        "value": value,
    }


def _as_json(value: Any) -> Any:
    """A number or text; None for what is not finite, text for what is neither."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and int(value) in _JSON_INTEGERS:
        return int(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        return _text(value)
    return number if math.isfinite(number) else None


def _text(value: object) -> str:
    return valid_text(str(value))
