"""One connector, one task, a fixed number of records: CPU seconds per million and records per second."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.contestants import Contestant
from benchmarks.process_tree import ProcessTree
from benchmarks.workload import CONVERTERS, LINE_BYTES, Workload

KINDS = ("source-string", "source-json", "sink-string", "sink-json")
ROUND_DEADLINE_S = 180
ASK_INTERVAL_S = 0.01
WARM_UP_RECORDS = 1_500_000


@dataclass(frozen=True)
class Round:
    """What one contestant used for one run of the workload, between its first and its last record."""

    contestant: str
    kind: str
    records: int
    seconds: float
    cpu_s: float
    broker_cpu_s: float
    first_record_s: float
    pss_bytes: int

    @property
    def cpu_s_per_million(self) -> float:
        return self.cpu_s / self.records * 1e6

    @property
    def records_per_s(self) -> float:
        return self.records / self.seconds


@dataclass(frozen=True)
class Moment:
    """How far the work was, and what had been used for it."""

    time_s: float
    records: int
    cpu_s: float
    broker_cpu_s: float


class Throughput:
    """Runs rounds. The cost of starting a connector is not in a round's CPU: it is measured by itself."""

    def __init__(self, workload: Workload, broker: ProcessTree | None) -> None:
        self.workload = workload
        self.broker = broker

    def compare(self, kind: str, contestants: list[Contestant], rounds: int) -> list[Round]:
        """Warms each up, then interleaves the rounds."""
        for contestant in contestants:
            for _ in range(-(-WARM_UP_RECORDS // self.workload.records)):
                self.run(contestant, kind)
        return [self.run(contestant, kind) for _ in range(rounds) for contestant in contestants]

    def run(self, contestant: Contestant, kind: str) -> Round:
        direction, converter = kind.split("-")
        run = self._run_source if direction == "source" else self._run_sink
        return run(contestant, kind, converter)

    def _run_source(self, contestant: Contestant, kind: str, converter: str) -> Round:
        topic = self.workload.new_topic()
        config = {
            "connector.class": "FileStreamSource",
            "file": self.workload.lines_file,
            "topic": topic,
            **CONVERTERS[converter],
        }
        made = self._measure(contestant, kind, config, lambda: self.workload.end_offset(topic))
        self.workload.delete_topic(topic)
        return made

    def _run_sink(self, contestant: Contestant, kind: str, converter: str) -> Round:
        file = self.workload.folder / f"{uuid.uuid4().hex}.txt"
        config = {
            "connector.class": "FileStreamSink",
            "file": file,
            "topics": self.workload.filled_topic(converter),
            **CONVERTERS[converter],
        }
        progress = lambda: file.stat().st_size // LINE_BYTES if file.exists() else 0  # noqa: E731 - named for its use
        made = self._measure(contestant, kind, config, progress)
        file.unlink()
        return made

    def _measure(
        self, contestant: Contestant, kind: str, config: dict[str, object], progress: Callable[[], int]
    ) -> Round:
        name = f"{kind}-{uuid.uuid4().hex[:8]}"
        started = time.monotonic()
        contestant.create(name, config)
        first = self._moment_when(contestant, progress, 1)
        last = self._moment_when(contestant, progress, self.workload.records)
        pss = contestant.tree.pss_bytes()
        contestant.delete(name)
        return Round(
            contestant=contestant.name,
            kind=kind,
            records=last.records - first.records,
            seconds=last.time_s - first.time_s,
            cpu_s=last.cpu_s - first.cpu_s,
            broker_cpu_s=last.broker_cpu_s - first.broker_cpu_s,
            first_record_s=first.time_s - started,
            pss_bytes=pss,
        )

    def _moment_when(self, contestant: Contestant, progress: Callable[[], int], count: int) -> Moment:
        deadline = time.monotonic() + ROUND_DEADLINE_S
        while (done := progress()) < count:
            if time.monotonic() > deadline:
                log = contestant.worker.log
                raise TimeoutError(f"{contestant.name}: {done} of {count} records in {ROUND_DEADLINE_S} s, see {log}")
            time.sleep(ASK_INTERVAL_S)
        broker = self.broker.cpu_s() if self.broker else 0.0
        return Moment(time.monotonic(), done, contestant.tree.cpu_s(), broker)
