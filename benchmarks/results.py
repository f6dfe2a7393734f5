"""All that was measured, and the figures that are compared."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Protocol, TypeVar

from benchmarks.latency import Latency
from benchmarks.life_cycle import Idle, Start, WorkerStart
from benchmarks.throughput import KINDS, Round

MEGABYTE = 1 << 20


class Measured(Protocol):
    @property
    def contestant(self) -> str: ...


T = TypeVar("T", bound=Measured)


@dataclass
class Results:
    rounds: list[Round] = field(default_factory=list)
    worker_starts: list[WorkerStart] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    idles: list[Idle] = field(default_factory=list)
    latencies: list[Latency] = field(default_factory=list)


@dataclass(frozen=True)
class Figure:
    """One row of the table: what each contestant reached, and what is asked of Isthmus."""

    label: str
    unit: str
    java: float | None
    isthmus: float | None
    target: str = ""
    at_most_of_java: float | None = None
    at_least_of_java: float | None = None
    at_most: float | None = None

    @property
    def ratio(self) -> float | None:
        """Isthmus in parts of Java."""
        if self.java is None or self.isthmus is None or self.java == 0:
            return None
        return self.isthmus / self.java

    @property
    def is_reached(self) -> bool | None:
        """None when there is nothing to reach or not enough was measured."""
        bounds = self.at_most_of_java, self.at_least_of_java, self.at_most
        if self.isthmus is None or bounds == (None, None, None):
            return None
        if self.at_most is not None and self.isthmus <= self.at_most:
            return True
        if self.ratio is None:
            return None if self.at_most is None else False
        if self.at_least_of_java is not None:
            return self.ratio >= self.at_least_of_java
        return self.at_most_of_java is not None and self.ratio <= self.at_most_of_java


def figures(results: Results) -> list[Figure]:
    return [
        figure
        for figure in [*_throughput(results), *_life_cycle(results), *_latency(results)]
        if figure.java is not None or figure.isthmus is not None
    ]


def _throughput(results: Results) -> list[Figure]:
    found = []
    for kind in KINDS:
        cost, rate, memory, broker = (
            _both([r for r in results.rounds if r.kind == kind], value, choose)
            for value, choose in (
                (lambda r: r.cpu_s_per_million, min),  # others on the machine only ever add to it
                (lambda r: r.records_per_s / 1000, statistics.median),
                (lambda r: r.pss_bytes / MEGABYTE, max),
                (lambda r: r.broker_cpu_s / r.records * 1e6, min),
            )
        )
        of_java, target = (0.5, "<= 1/2 of Java's") if kind.endswith("json") else (2 / 3, "<= 2/3 of Java's")
        found += [
            Figure(f"{kind}: CPU", "s per million records", *cost, target, at_most_of_java=of_java),
            Figure(f"{kind}: rate", "thousand records/s", *rate, ">= Java's", at_least_of_java=1),
            Figure(f"{kind}: memory", "MB", *memory),
            Figure(f"{kind}: the broker's CPU", "s per million records", *broker),
        ]
    return found


def _life_cycle(results: Results) -> list[Figure]:
    starts, idles = results.worker_starts, results.idles
    java, ours = _both(starts, lambda s: s.seconds)
    found = [
        Figure("start to the first REST answer", "s", java, ours, "<= 1/2 of Java's or 1 s", 0.5, at_most=1),
        Figure("CPU of that start", "s", *_both(starts, lambda s: s.cpu_s)),
    ]
    for kind in ("source", "sink"):
        seconds = _both([s for s in results.starts if s.kind == kind], lambda s: s.seconds * 1000)
        found.append(Figure(f"new {kind} connector: request to running task", "ms", *seconds))
    seconds = _both([s for s in results.starts if s.kind == "task"], lambda s: s.seconds * 1000)
    found.append(Figure("a task by itself: request to running", "ms", *seconds, "<= 100 ms", at_most=100))
    found += [
        Figure("idle, two connectors: CPU", "% of a core", *_both(idles, lambda i: i.cpu_percent), "< 1 %", at_most=1),
        Figure("idle, two connectors: memory", "MB", *_both(idles, lambda i: i.pss_bytes / MEGABYTE)),
    ]
    for kind in ("source", "sink"):
        _, task = _both(idles, attrgetter(f"{kind}_task_bytes"))
        own = None if task is None else task / MEGABYTE
        found.append(Figure(f"idle {kind} task: memory of its own", "MB", None, own, "<= 12 MB", at_most=12))
    return found


def _latency(results: Results) -> list[Figure]:
    found = []
    for kind, most in (("sink", 15), ("source", 50)):
        measured = [latency for latency in results.latencies if latency.kind == kind]
        label, target = f"one line through a {kind}", f"<= {most} ms"
        found.append(Figure(f"{label}, median", "ms", *_both(measured, lambda x: x.p50_ms), target, at_most=most))
        found.append(Figure(f"{label}, 99 of 100", "ms", *_both(measured, lambda x: x.p99_ms)))
    return found


def _both(
    items: list[T], value: Callable[[T], float], choose: Callable[[list[float]], float] = statistics.median
) -> tuple[float | None, float | None]:
    """Java's and Isthmus's figure from their runs."""
    found = []
    for name in ("java", "isthmus"):
        values = [value(item) for item in items if item.contestant == name]
        found.append(choose(values) if values else None)
    return found[0], found[1]
