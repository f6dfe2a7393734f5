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
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from isthmus.errors import java_text

_GROUP: Final = "plugins"
_WINDOW_S: Final = 30.0
_WINDOWS: Final = 2


@dataclass(frozen=True, slots=True)
class MetricName:
    """Made by `PluginMetrics.metric_name`. The description tells no two metrics apart, nor does the order of tags."""

    name: str
    group: str
    description: str = field(compare=False)
    tags: Mapping[str, str]

    def __hash__(self) -> int:
        return hash((self.name, self.group, frozenset(self.tags.items())))

    def __str__(self) -> str:
        tags = java_text(self.tags)
        return f"MetricName [name={self.name}, group={self.group}, description={self.description}, tags={tags}]"


class Monitorable(ABC):
    """A further base of a converter, header converter, transformation or predicate that has metrics of its own."""

    @abstractmethod
    def with_plugin_metrics(self, metrics: PluginMetrics) -> None:
        """Called once, after `configure` and before the first record, on the task's main thread. Must not block. Raising
        makes the task FAILED. What is added lasts until the task ends; nothing has to be removed.
        """


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
    last_s: float
    total: float = 0.0
    count: int = 0
    least: float = math.inf
    greatest: float = -math.inf


class _Sampled(Stat):
    """Looks back two windows of 30 seconds, which is Kafka's default.

    A window begins with a value and counts until 60 seconds after its last one. So there may be three: the present one
    and two that are full.
    """

    def __init__(self) -> None:
        self._windows: deque[_Window] = deque(maxlen=_WINDOWS + 1)

    def record(self, value: float, now_s: float) -> None:
        if not self._windows or now_s - self._windows[-1].start_s >= _WINDOW_S:
            self._windows.append(_Window(now_s, now_s))
        window = self._windows[-1]
        window.last_s = now_s
        window.total += value
        window.count += 1
        window.least, window.greatest = min(window.least, value), max(window.greatest, value)

    def _recent(self, now_s: float) -> deque[_Window]:
        """A window that has become too old begins anew with this look at it, as in Kafka."""
        for i, window in enumerate(self._windows):
            if now_s - window.last_s >= _WINDOWS * _WINDOW_S:
                self._windows[i] = _Window(now_s, now_s)
        return self._windows


class Avg(_Sampled):
    """The mean; NaN without values."""

    def measure(self, now_s: float) -> float:
        windows = self._recent(now_s)
        count = sum(window.count for window in windows)
        return sum(window.total for window in windows) / count if count else math.nan


class Max(_Sampled):
    """The greatest value; NaN without values."""

    def measure(self, now_s: float) -> float:
        return max((window.greatest for window in self._recent(now_s) if window.count), default=math.nan)


class Min(_Sampled):
    """The least value; NaN without values."""

    def measure(self, now_s: float) -> float:
        return min((window.least for window in self._recent(now_s) if window.count), default=math.nan)


class Rate(_Sampled):
    """The sum of the values per second. A window that has just begun is not taken for the whole: one more is added."""

    def measure(self, now_s: float) -> float:
        windows = self._recent(now_s)
        if not windows:
            windows.append(_Window(now_s, now_s))
        elapsed_s = now_s - min(window.start_s for window in windows)
        if elapsed_s < _WINDOW_S:
            elapsed_s += _WINDOW_S
        return sum(window.total for window in windows) / elapsed_s


class Sensor:
    """Made by `PluginMetrics.add_sensor`: each value that it records goes into all its metrics."""

    def __init__(self, name: str, register: Callable[[Sensor, MetricName, Callable[[], float]], bool]) -> None:
        """`register` says whether this sensor did not have that metric yet."""
        self.name = name
        self._register = register
        self._lock = threading.Lock()
        self._stats: list[Stat] = []

    def add(self, metric_name: MetricName, stat: Stat) -> None:
        """A metric with this statistic. One that this sensor has already stays as it is; ValueError when it is another's."""

        def measure() -> float:
            with self._lock:
                return stat.measure(time.monotonic())

        if self._register(self, metric_name, measure):
            with self._lock:
                self._stats.append(stat)

    def record(self, value: float = 1.0) -> None:
        now_s = time.monotonic()
        with self._lock:
            for stat in self._stats:
                stat.record(value, now_s)


class _Metric(NamedTuple):
    function: Callable[[], Any]
    sensor: Sensor | None = None


class PluginMetrics:
    """The metrics of one plug-in, each with the plug-in's own tags in front of those it gives."""

    def __init__(self, tags: Mapping[str, str] | None = None) -> None:
        """Called by the runtime, and by test contexts."""
        self._tags = dict(tags or {})
        self._lock = threading.Lock()
        self._metrics: dict[MetricName, _Metric] = {}
        self._sensors: dict[str, Sensor] = {}

    def metric_name(self, name: str, description: str = "", tags: Mapping[str, str] | None = None) -> MetricName:
        """ValueError when a tag has the name of one of the plug-in's own."""
        for tag in tags or ():
            if tag in self._tags:
                raise ValueError(f"Cannot use {tag} as a tag name")
        return MetricName(name, _GROUP, description, MappingProxyType({**self._tags, **(tags or {})}))

    def add_metric(self, metric_name: MetricName, function: Callable[[], Any]) -> None:
        """`function` gives the value, a number or text, whenever somebody looks. ValueError when there is such a metric."""
        with self._lock:
            if metric_name in self._metrics:
                raise ValueError(f"Metric {metric_name} already exists")
            self._metrics[metric_name] = _Metric(function)

    def remove_metric(self, metric_name: MetricName) -> None:
        """ValueError when there is no such metric, or a sensor has it: that one is removed with its sensor."""
        with self._lock:
            metric = self._metrics.get(metric_name)
            if metric is None or metric.sensor is not None:
                raise ValueError(f"Unknown metric {metric_name}")
            del self._metrics[metric_name]

    def add_sensor(self, name: str) -> Sensor:
        """ValueError when there is a sensor of that name."""
        with self._lock:
            if name in self._sensors:
                raise ValueError(f"Sensor {name} already exists")
            sensor = self._sensors[name] = Sensor(name, self._add_of_sensor)
        return sensor

    def remove_sensor(self, name: str) -> None:
        """With its metrics. ValueError when there is no sensor of that name."""
        with self._lock:
            sensor = self._sensors.pop(name, None)
            if sensor is None:
                raise ValueError(f"Unknown sensor {name}")
            self._metrics = {of: metric for of, metric in self._metrics.items() if metric.sensor is not sensor}

    def functions(self) -> dict[MetricName, Callable[[], Any]]:
        """For the runtime and for tests: all metrics of this moment, not yet asked for their values."""
        with self._lock:
            return {metric_name: metric.function for metric_name, metric in self._metrics.items()}

    def value(self, metric_name: MetricName) -> Any:
        """For tests: the present value. KeyError when there is no such metric."""
        return self.functions()[metric_name]()

    def _add_of_sensor(self, sensor: Sensor, metric_name: MetricName, function: Callable[[], float]) -> bool:
        with self._lock:
            metric = self._metrics.setdefault(metric_name, _Metric(function, sensor))
        if metric.sensor is not sensor:
            raise ValueError(f"A metric named '{metric_name}' already exists, can't register another one.")
        return metric.function is function
