"""The metrics of all plug-ins in one process, and the worker's question for them (operation `plugin_metrics`)."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final

from isthmus.metrics import Monitorable, PluginMetrics

OPERATION: Final = "plugin_metrics"
_READ_TIMEOUT_S: Final = 1.0


class MetricsOfProcess:
    """Made before the plug-ins, on the main thread; read on the channel's reader thread."""

    def __init__(self, connector: str, task: int | None = None) -> None:
        self._tags = {"connector": connector} | ({} if task is None else {"task": str(task)})
        self._all: list[PluginMetrics] = []
        self._reading: threading.Thread | None = None
        self._last: list[dict[str, Any]] = []

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

        The functions are the user's code. While one of them does not return the values of the last time are given.
        """
        if self._reading is None or not self._reading.is_alive():
            self._reading = threading.Thread(target=self._read, name="plugin-metrics", daemon=True)
            self._reading.start()
        self._reading.join(_READ_TIMEOUT_S)
        return self._last

    def _read(self) -> None:
        self._last = [
            {
                "name": name.name,
                "group": name.group,
                "description": name.description,
                "tags": dict(name.tags),
                "value": _value(function),
            }
            for metrics in tuple(self._all)
            for name, function in metrics.functions().items()
        ]


def _value(function: Any) -> Any:
    """What JSON can carry; None for what cannot be told."""
    try:
        value = function()
    # The edge of the user's code: a value that cannot be had is none, and no other one is lost with it.
    except Exception:  # noqa: BLE001
        return None
    if isinstance(value, bool | int | str) or value is None:
        return value
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return str(value)
    return number if number - number == 0 else None  # neither NaN nor infinite
