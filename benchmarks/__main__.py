"""Runs the benchmark: `make bench`, or parts of it with BENCH_FLAGS, for example "--only source-json --isthmus-only"."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import contestants, latency, life_cycle, report
from benchmarks.contestants import Contestant
from benchmarks.process_tree import ProcessTree
from benchmarks.results import Results
from benchmarks.throughput import KINDS, Throughput
from benchmarks.workload import Workload
from dev.kafka import GivenKafka, Kafka, KafkaBroker

PARTS = (*KINDS, "start", "idle", "latency")
WORKER_STARTS = 3
STARTS = 5


class Benchmark:
    """One run: the contestants on one broker, part by part."""

    def __init__(self, workload: Workload, taking_part: list[Contestant], broker: ProcessTree | None) -> None:
        self.workload = workload
        self.contestants = taking_part
        self.throughput = Throughput(workload, broker)
        self.results = Results()

    def run(self, parts: list[str], rounds: int) -> Results:
        starts = WORKER_STARTS if "start" in parts else 1
        self._start_workers(starts)
        try:
            if "start" in parts:
                self._start_connectors_and_tasks()
            for kind in [kind for kind in KINDS if kind in parts]:
                self._move_records(kind, rounds)
            if "latency" in parts:
                self._single_lines()
            if "idle" in parts:
                self._restart()  # what an idle worker needs, not one that has just moved millions of records
                self.results.idles = life_cycle.idle(self.contestants, self.workload)
        finally:
            for contestant in self.contestants:
                contestant.stop()
        return self.results

    def _start_workers(self, times: int) -> None:
        for number in range(times):
            if number:
                self._stop()
            for contestant in self.contestants:
                started = life_cycle.start_worker(contestant)
                say(f"{contestant.name} answers after {started.seconds:.2f} s ({started.cpu_s:.2f} s of CPU)")
                self.results.worker_starts.append(started)

    def _stop(self) -> None:
        for contestant in self.contestants:
            contestant.stop()

    def _restart(self) -> None:
        self._stop()
        for contestant in self.contestants:
            contestant.start()

    def _start_connectors_and_tasks(self) -> None:
        for _ in range(STARTS):
            for contestant in self.contestants:
                self.results.starts += [
                    life_cycle.start_connector(contestant, "source", self.workload),
                    life_cycle.start_connector(contestant, "sink", self.workload),
                    life_cycle.start_task(contestant, self.workload),
                ]

    def _move_records(self, kind: str, rounds: int) -> None:
        say(f"{kind}: {self.workload.records:,} records a round, after warming up")
        for measured in self.throughput.compare(kind, self.contestants, rounds):
            say(report.round_line(measured))
            self.results.rounds.append(measured)

    def _single_lines(self) -> None:
        for contestant in self.contestants:
            for measured in (
                latency.through_sink(contestant, self.workload),
                latency.through_source(contestant, self.workload),
            ):
                say(
                    f"{contestant.name}, one line through a {measured.kind}: {measured.p50_ms:.1f} / {measured.p99_ms:.1f} ms"
                )
                self.results.latencies.append(measured)


@contextlib.contextmanager
def bench_kafka() -> Iterator[tuple[Kafka, ProcessTree | None]]:
    """The broker, and its processes when it is ours."""
    if given := os.environ.get("BOOTSTRAP_SERVERS"):
        yield GivenKafka(given), None
    else:
        with KafkaBroker(as_shipped=True) as broker:
            yield broker, ProcessTree(broker.pid)


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Stays, with the workers' logs, when something fails."""
    folder = Path(tempfile.mkdtemp(prefix="isthmus-bench-"))
    try:
        yield folder
    except BaseException:
        say(f"logs of the workers: {folder}/*/worker.log")
        raise
    shutil.rmtree(folder)


def say(text: str) -> None:
    print(text, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="a part of it; may be repeated")
    parser.add_argument("--isthmus-only", action="store_true", help="without Java, for profiling")
    parser.add_argument("--java-only", action="store_true")
    parser.add_argument("--records", type=int, default=1_000_000, help="in a round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=4, help="that count (default: %(default)s)")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    started = time.monotonic()
    with bench_kafka() as (kafka, broker), scratch_folder() as folder:
        taking_part = [] if options.isthmus_only else [contestants.java(kafka.bootstrap, folder)]
        if not options.java_only:
            taking_part.append(contestants.isthmus(kafka.bootstrap, folder))
        workload = Workload(kafka, folder, options.records)
        results = Benchmark(workload, taking_part, broker).run(options.only or list(PARTS), options.rounds)
    say(report.table(results))
    if len(taking_part) == 2 and not options.only:
        report.write_document(results, options.records, time.monotonic() - started)
        say(f"written to {report.DOCUMENT}")


if __name__ == "__main__":
    main()
