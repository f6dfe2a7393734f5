"""Metrics of plug-ins' own (Kafka's PluginMetrics, Monitorable, Sensor and its statistics).

A metric is a function that is asked for its value, or a statistic of what a sensor records. Everything here may be used
from any thread and does not block. Values are read on a thread of the runtime: what a function raises costs its own value.
"""

from __future__ import annotations

import math
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_GROUP: Final = "plugins"
_WINDOW_S: Final = 30.0
_WINDOWS: Final = 2


@dataclass(frozen=True, slots=True)
class MetricName:
    """Made by `PluginMetrics.metric_name`. The description tells no two metrics apart."""

    name: str
    group: str
    description: str = field(compare=False)
    tags: tuple[tuple[str, str], ...]


class Monitorable:
    """A further base of a converter, transformation or predicate that has metrics of its own."""

    def with_plugin_metrics(self, metrics: PluginMetrics) -> None:
        """Called once, after `configure` and before the first record. They last as long as the task's process."""


class Stat(ABC):
    """What a sensor makes of the values recorded. One instance belongs to one metric; the sensor's lock guards it."""

    @abstractmethod
    def record(self, value: float, now_s: float) -> None: ...

    @abstractmethod
    def measure(self, now_s: float) -> float: ...


class Value(Stat):
    """The last value."""

    def __init__(self) -> None:
        self._value = 0.0

    def record(self, value: float, now_s: float) -> None:
        self._value = value

    def measure(self, now_s: float) -> float:
        return self._value


class CumulativeSum(Stat):
    """All values together."""

    def __init__(self) -> None:
        self._sum = 0.0

    def record(self, value: float, now_s: float) -> None:
        self._sum += value

    def measure(self, now_s: float) -> float:
        return self._sum


class CumulativeCount(CumulativeSum):
    """How many values there were."""

    def record(self, value: float, now_s: float) -> None:
        super().record(1.0, now_s)


@dataclass(slots=True)
class _Window:
    start_s: float
    total: float = 0.0
    count: int = 0
    least: float = math.inf
    greatest: float = -math.inf


class _Sampled(Stat):
    """Of the last two windows of 30 seconds, which is Kafka's default."""

    def __init__(self) -> None:
        self._windows: deque[_Window] = deque(maxlen=_WINDOWS)

    def record(self, value: float, now_s: float) -> None:
        if not self._windows or now_s - self._windows[-1].start_s >= _WINDOW_S:
            self._windows.append(_Window(now_s))
        window = self._windows[-1]
        window.total += value
        window.count += 1
        window.least, window.greatest = min(window.least, value), max(window.greatest, value)

    def _recent(self, now_s: float) -> list[_Window]:
        return [window for window in self._windows if now_s - window.start_s < _WINDOWS * _WINDOW_S]


class Avg(_Sampled):
    """The mean; NaN without values."""

    def measure(self, now_s: float) -> float:
        windows = self._recent(now_s)
        count = sum(window.count for window in windows)
        return sum(window.total for window in windows) / count if count else math.nan


class Max(_Sampled):
    """The greatest value; NaN without values."""

    def measure(self, now_s: float) -> float:
        return max((window.greatest for window in self._recent(now_s)), default=math.nan)


class Min(_Sampled):
    """The least value; NaN without values."""

    def measure(self, now_s: float) -> float:
        return min((window.least for window in self._recent(now_s)), default=math.nan)


class Rate(_Sampled):
    """The sum per second. At least one window counts as over, so that the first values are no burst."""

    def measure(self, now_s: float) -> float:
        windows = self._recent(now_s)
        if not windows:
            return 0.0
        return sum(window.total for window in windows) / max(now_s - windows[0].start_s, _WINDOW_S)


class Sensor:
    """Made by `PluginMetrics.add_sensor`."""

    def __init__(self, name: str, metrics: PluginMetrics) -> None:
        self.name = name
        self.metric_names: list[MetricName] = []
        self._metrics = metrics
        self._lock = threading.Lock()
        self._stats: list[Stat] = []

    def add(self, metric_name: MetricName, stat: Stat) -> None:
        """A metric with this statistic. ValueError when there is a metric of that name."""

        def measure() -> float:
            with self._lock:
                return stat.measure(time.monotonic())

        self._metrics.add_metric(metric_name, measure)
        with self._lock:
            self._stats.append(stat)
            self.metric_names.append(metric_name)

    def record(self, value: float = 1.0) -> None:
        now_s = time.monotonic()
        with self._lock:
            for stat in self._stats:
                stat.record(value, now_s)


class PluginMetrics:
    """The metrics of one plug-in, each with the plug-in's own tags in front of those it gives."""

    def __init__(self, tags: Mapping[str, str] | None = None) -> None:
        """Called by the runtime, and by test contexts."""
        self._tags = dict(tags or {})
        self._lock = threading.Lock()
        self._functions: dict[MetricName, Callable[[], Any]] = {}
        self._sensors: dict[str, Sensor] = {}

    def metric_name(self, name: str, description: str = "", tags: Mapping[str, str] | None = None) -> MetricName:
        """ValueError when a tag has the name of one of the plug-in's own."""
        for tag in tags or ():
            if tag in self._tags:
                raise ValueError(f"Cannot use {tag} as a tag name, it is the runtime's own")
        return MetricName(name, _GROUP, description, (*self._tags.items(), *(tags or {}).items()))

    def add_metric(self, metric_name: MetricName, function: Callable[[], Any]) -> None:
        """`function` gives the value, a number or text, whenever somebody looks. ValueError when there is such a metric."""
        with self._lock:
            if metric_name in self._functions:
                raise ValueError(f"A metric named '{metric_name.name}' already exists, can't register another one.")
            self._functions[metric_name] = function

    def remove_metric(self, metric_name: MetricName) -> None:
        """ValueError when there is none of that name."""
        with self._lock:
            if self._functions.pop(metric_name, None) is None:
                raise ValueError(f"There is no metric named '{metric_name.name}'")

    def add_sensor(self, name: str) -> Sensor:
        """ValueError when there is a sensor of that name."""
        with self._lock:
            if name in self._sensors:
                raise ValueError(f"There is a sensor named '{name}' already")
            sensor = self._sensors[name] = Sensor(name, self)
        return sensor

    def remove_sensor(self, name: str) -> None:
        """With its metrics. ValueError when there is none of that name."""
        with self._lock:
            sensor = self._sensors.pop(name, None)
            if sensor is None:
                raise ValueError(f"There is no sensor named '{name}'")
            for metric_name in sensor.metric_names:
                self._functions.pop(metric_name, None)

    def functions(self) -> dict[MetricName, Callable[[], Any]]:
        """For the runtime and for tests: all metrics of this moment, not yet asked for their values."""
        with self._lock:
            return dict(self._functions)

    def value(self, metric_name: MetricName) -> Any:
        """For tests: the present value. KeyError when there is no such metric."""
        return self.functions()[metric_name]()
