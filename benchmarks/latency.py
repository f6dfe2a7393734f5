"""How long a single line takes through a sink, and through a source, on an otherwise idle worker."""

from __future__ import annotations

import random
import statistics
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from confluent_kafka import Consumer, Producer, TopicPartition

from benchmarks.contestants import Contestant
from benchmarks.workload import CONVERTERS, Workload

SINK_LINES = 300
SOURCE_LINES = 40
JAVA_LOOKS_EVERY_S = 1.0
DEADLINE_S = 30


@dataclass(frozen=True)
class Latency:
    contestant: str
    kind: str
    p50_ms: float
    p99_ms: float


def through_sink(contestant: Contestant, workload: Workload) -> Latency:
    """From before the call that produces the record to the moment the line is seen in the file."""
    topic, name = workload.new_topic(), f"latency-{uuid.uuid4().hex[:8]}"
    file = workload.folder / f"{name}.txt"
    config = {"connector.class": "FileStreamSink", "file": file, "topics": topic, **CONVERTERS["string"]}
    contestant.create(name, config)
    producer = Producer({**workload.client, "linger.ms": 0})
    samples: list[float] = []

    def one() -> float:
        size = file.stat().st_size if file.exists() else 0
        started = time.monotonic()
        producer.produce(topic, b"a line")
        producer.poll(0)
        while not file.exists() or file.stat().st_size == size:
            _check(contestant, started)
            time.sleep(0.0002)
        return (time.monotonic() - started) * 1000

    for pause_s in _pauses(SINK_LINES, 0.005, 0.03):
        samples.append(one())
        time.sleep(pause_s)
    producer.flush()
    contestant.delete(name)
    return _latency(contestant, "sink", samples[10:])


def through_source(contestant: Contestant, workload: Workload) -> Latency:
    """From before the line is written to the moment a consumer has it. Java's connector looks once a second."""
    topic, name = workload.new_topic(), f"latency-{uuid.uuid4().hex[:8]}"
    file = workload.folder / f"{name}.txt"
    file.touch()
    config = {"connector.class": "FileStreamSource", "file": file, "topic": topic, **CONVERTERS["string"]}
    contestant.create(name, config)
    consumer = Consumer({**workload.client, "group.id": name})
    consumer.assign([TopicPartition(topic, 0, 0)])
    samples: list[float] = []

    def one() -> float:
        started = time.monotonic()
        with file.open("a") as out:
            out.write("a line\n")
        while (message := consumer.poll(0.1)) is None or message.error():
            _check(contestant, started)
        return (time.monotonic() - started) * 1000

    for pause_s in _pauses(SOURCE_LINES, 0, JAVA_LOOKS_EVERY_S):
        samples.append(one())
        time.sleep(pause_s)
    consumer.close()
    contestant.delete(name)
    return _latency(contestant, "source", samples[3:])


def _pauses(count: int, least_s: float, most_s: float) -> Iterable[float]:
    """Uneven, so that no sample keeps step with the other side's own clock; the same for each contestant."""
    chance = random.Random(2)
    return [chance.uniform(least_s, most_s) for _ in range(count)]


def _check(contestant: Contestant, started: float) -> None:
    if time.monotonic() - started > DEADLINE_S:
        raise TimeoutError(f"{contestant.name}: no line in {DEADLINE_S} s, see {contestant.worker.log}")


def _latency(contestant: Contestant, kind: str, samples: list[float]) -> Latency:
    hundredths = statistics.quantiles(samples, n=100, method="inclusive")
    return Latency(contestant.name, kind, hundredths[49], hundredths[98])
