"""The results as a table, for the terminal and for docs/benchmarks.md."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from pathlib import Path

import confluent_kafka

from benchmarks.results import Figure, Results, figures
from benchmarks.throughput import KINDS, WARM_UP_RECORDS, Round
from dev.isthmus_worker import ROOT
from dev.jars import KAFKA_VERSION

DOCUMENT = ROOT / "docs" / "benchmarks.md"
HEADER = ("", "unit", "Java", "Isthmus", "ratio", "to reach", "reached")


def table(results: Results) -> str:
    rows = [HEADER, *(_row(figure) for figure in figures(results))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def round_line(measured: Round) -> str:
    return (
        f"{measured.kind:14} {measured.contestant:8} {measured.cpu_s_per_million:6.2f} CPU s/M"
        f" {measured.records_per_s / 1000:7.0f} k rec/s, broker {measured.broker_cpu_s / measured.records * 1e6:5.2f} CPU s/M,"
        f" first record after {measured.first_record_s:5.2f} s, {measured.pss_bytes >> 20} MB"
    )


def write_document(results: Results, records: int, seconds: float) -> None:
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(_document(results, records, seconds))


def _document(results: Results, records: int, seconds: float) -> str:
    rounds = "\n".join(_rounds_row(results, kind, name) for kind in KINDS for name in ("java", "isthmus"))
    return f"""# Measured against Java's Kafka Connect

Written by `make bench`, {datetime.datetime.now(datetime.UTC):%Y-%m-%d}; the run took {seconds / 60:.0f} minutes.

{_machine()}. Apache Kafka and Kafka Connect {KAFKA_VERSION} with the options of their own start scripts; Python
{platform.python_version()}, librdkafka {confluent_kafka.libversion()[0]}. One broker, both workers and the benchmark share the machine, so rates
count against each other only, and CPU seconds count more than rates.

{table(results)}

## How it was measured

Both are standalone workers, each measured as a whole process tree, on one broker, at the same time; the rounds alternate between them.
A round is one connector with one task and {records:,} lines of 200 bytes: a file into a topic, or a topic into a file. Before the first round that
counts, each has moved {WARM_UP_RECORDS:,} records of that kind, because Java needs about a million to settle.

- **CPU**: user and system time of all threads of all processes of the tree, ended ones included, between the first and the last
  record that is seen in the topic or file; the least of the rounds, because others on the machine only ever add to it. The start of
  a connector is a row of its own.
- **Rate**: between the same two moments; the median of the rounds.
- **Memory**: PSS of the tree at the end of a round (the most), or idle. Java's heap may grow to the 2 GB its start script allows.
- **Start**: from the start of the process to the first answer of `GET /connectors`; median of three. Java finds its plug-ins by
  `service_load`, its quickest way.
- **New connector**: from sending `PUT /connectors/NAME/config` to the first status with connector and task RUNNING: validation, the
  connector's start and the task's; median of five. **A task by itself**: a sink's, FAILED because its folder was missing, from sending
  `POST .../restart` to the status RUNNING.
- **Idle**: one FileStreamSource on a file that stays as it is and one FileStreamSink on an empty topic, over 20 s. "Memory of its own"
  is what only the task's process has (USS); Java's tasks have no process.
- **Latency**: on the idle worker, a line at a time at uneven intervals. Sink: from before the record is produced to the line in the
  file. Source: from before the line is written to the record at a consumer; Java's FileStreamSource looks at its file once a second,
  ours every 40 ms, and that is in the figures.

## Each round

CPU seconds per million records, and thousand records per second.

| | | rounds |
|---|---|---|
{rounds}
"""


def _machine() -> str:
    names = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    load = os.getloadavg()[0]
    return f"{len(names)} x {names[0] if names else platform.machine()}, Linux {platform.release().split('-')[0]}, load {load:.1f} at the end"


def _rounds_row(results: Results, kind: str, contestant: str) -> str:
    rounds = [r for r in results.rounds if (r.kind, r.contestant) == (kind, contestant)]
    cells = [f"{r.cpu_s_per_million:.2f} at {r.records_per_s / 1000:.0f}" for r in rounds]
    return f"| {kind} | {contestant.capitalize()} | {', '.join(cells)} |"


def _row(figure: Figure) -> Sequence[str]:
    reached = {True: "yes", False: "**no**", None: ""}[figure.is_reached]
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    return figure.label, figure.unit, _number(figure.java), _number(figure.isthmus), ratio, figure.target, reached


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
