"""`make demo`: a real Kafka, a standalone worker, and lines on their way from test.txt to a topic to test.sink.txt.

In a terminal it stays up until Ctrl-C. Without one, or with DEMO_ONCE=1, it checks that all arrived and exits with 0,
or says what failed and exits with 1. All files are in the folder demo/ of the checkout.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import NoReturn

import requests
from confluent_kafka import Consumer, KafkaException, TopicPartition

from dev.isthmus_worker import ROOT
from dev.jars import KAFKA_VERSION
from dev.kafka import GivenKafka, Kafka, KafkaBroker
from dev.process import ServerFailedError, ServerProcess, port_or_free

FOLDER = ROOT / "demo"
TOPIC = "connect-test"
CONNECTORS = ("local-file-source", "local-file-sink")
DEADLINE_S = 60
LINES = ("A line in a file", "becomes a record in a topic", "and a line in a file again.")


class DemoFailedError(Exception):
    """A step did not do what it should; the text says which and where to look."""


class Demo:
    """The steps in their order; each says in a line what it did."""

    def __init__(self, kafka: Kafka) -> None:
        self.kafka = kafka
        self.port = port_or_free(8083)
        self.url = f"http://localhost:{self.port}"
        self.source, self.sink = FOLDER / "test.txt", FOLDER / "test.sink.txt"
        self.worker = self._worker()
        self.topic = TopicTail(kafka.bootstrap)

    def run(self) -> None:
        self._write_first_line()
        self._start_worker()
        self._await_running()
        self._append_and_follow()

    def stay(self) -> None:
        """Shows whatever arrives until Ctrl-C, or until the worker ends by itself."""
        show(f"""
Go on by hand, in another terminal:
    echo "hello" >> {self.source.relative_to(ROOT)}
    cat {self.sink.relative_to(ROOT)}
    curl "{self.url}/connectors?expand=status"
    curl -X PUT {self.url}/connectors/local-file-sink/pause        (and .../resume)
Logs: {self.worker.log.relative_to(ROOT)}{self._broker_log()}. Ctrl-C stops everything.
""")
        seen = len(self._sink_lines())
        while self.worker.is_running:
            for value in self.topic.read(0.2):
                show(f"  topic {TOPIC}: {value}")
            for line in self._sink_lines()[seen:]:
                show(f"  {self.sink.name}: {line}")
                seen += 1
        raise DemoFailedError(f"the worker ended by itself with status {self.worker.exit_status}")

    def _worker(self) -> ServerProcess:
        sample = ROOT / "config"
        for name in ("connect-file-source.properties", "connect-file-sink.properties"):
            shutil.copy(sample / name, FOLDER)
        changed = {
            "bootstrap.servers": self.kafka.bootstrap,
            "offset.storage.file.filename": str(FOLDER / "connect.offsets"),
            **({} if self.port == 8083 else {"listeners": self.url}),
        }
        lines = (sample / "connect-standalone.properties").read_text().splitlines()
        kept = [line for line in lines if line.split("=")[0] not in changed]
        kept += ["", "# For the demo", *(f"{key}={value}" for key, value in changed.items())]
        (FOLDER / "connect-standalone.properties").write_text("\n".join(kept) + "\n")
        command = [str(ROOT / "bin/connect-standalone"), "connect-standalone.properties"]
        command += ["connect-file-source.properties", "connect-file-sink.properties"]
        return ServerProcess("worker", command, FOLDER / "worker.log", self._answers, cwd=FOLDER)

    def _answers(self) -> bool:
        return requests.get(f"{self.url}/connectors", timeout=2).status_code == 200

    def _write_first_line(self) -> None:
        self.source.write_text(f"{LINES[0]}\n")
        step(f"wrote a line to {self.source.relative_to(ROOT)}; property files as in config/ are beside it")

    def _start_worker(self) -> None:
        step(f"starting the worker: bin/connect-standalone {' '.join(self.worker.argv[1:])}")
        seconds = self.worker.start(DEADLINE_S)
        show(f"    REST answers at {self.url} after {seconds:.1f} s; log: {self.worker.log.relative_to(ROOT)}")

    def _await_running(self) -> None:
        running = {name: ["RUNNING", "RUNNING"] for name in CONNECTORS}
        self._await(lambda: {name: self._states(name) for name in CONNECTORS} == running, "both connectors to run")
        for name in CONNECTORS:
            connector, task = self._states(name)
            step(f"{name}: {connector}, its task: {task}  (GET {self.url}/connectors/{name}/status)")

    def _states(self, connector: str) -> list[str]:
        status = requests.get(f"{self.url}/connectors/{connector}/status", timeout=5).json()
        return [status["connector"]["state"], *(task["state"] for task in status["tasks"])]

    def _append_and_follow(self) -> None:
        with self.source.open("a") as file:
            file.writelines(f"{line}\n" for line in LINES[1:])
        step(f"appended {len(LINES) - 1} more lines")
        arrived: list[str] = []

        def all_in_topic() -> bool:
            arrived.extend(self.topic.read(0.2))
            return len(arrived) >= len(LINES)

        self._await(all_in_topic, f"{len(LINES)} records in the topic {TOPIC}")
        for value in arrived:
            step(f"topic {TOPIC}: {value}")
        self._await(lambda: tuple(self._sink_lines()[-len(LINES) :]) == LINES, f"the lines in {self.sink.name}")
        for line in self._sink_lines()[-len(LINES) :]:
            step(f"{self.sink.relative_to(ROOT)}: {line}")

    def _sink_lines(self) -> list[str]:
        return self.sink.read_text().splitlines() if self.sink.exists() else []

    def _await(self, condition: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + DEADLINE_S
        while True:
            with contextlib.suppress(
                requests.RequestException, KeyError, ValueError
            ):  # an answer of a worker on its way up
                if condition():
                    return
            if not self.worker.is_running:
                raise DemoFailedError(f"waited for {what}, but the worker ended with {self.worker.exit_status}")
            if time.monotonic() > end:
                raise DemoFailedError(f"waited {DEADLINE_S} s for {what}")
            time.sleep(0.05)

    def _broker_log(self) -> str:
        return f", {self.kafka.log.relative_to(ROOT)}" if isinstance(self.kafka, KafkaBroker) else ""


class TopicTail:
    """The records that are written to the topic from now on."""

    def __init__(self, bootstrap: str) -> None:
        settings = {"bootstrap.servers": bootstrap, "group.id": "demo", "log_level": 2}
        # A topic that is made in the meantime is noticed soon.
        self._consumer = Consumer({**settings, "topic.metadata.refresh.interval.ms": 500})
        partition = TopicPartition(TOPIC, 0, 0)
        with contextlib.suppress(KafkaException):  # no such topic yet: then everything in it is new
            partition.offset = self._consumer.get_watermark_offsets(TopicPartition(TOPIC, 0), timeout=5)[1]
        self._consumer.assign([partition])

    def read(self, timeout_s: float) -> list[str]:
        messages = self._consumer.consume(100, timeout_s)
        return [(message.value() or b"").decode() for message in messages if not message.error()]


step_numbers = itertools.count(1)


def show(text: str) -> None:
    print(text, flush=True)


def step(text: str) -> None:
    show(f"{next(step_numbers):2}. {text}")


@contextlib.contextmanager
def demo_kafka() -> Iterator[Kafka]:
    if given := os.environ.get("BOOTSTRAP_SERVERS"):
        step(f"using the Kafka at {given} (BOOTSTRAP_SERVERS)")
        yield GivenKafka(given)
        return
    step(f"starting Apache Kafka {KAFKA_VERSION} (the first time it is downloaded)")
    broker = KafkaBroker(port=port_or_free(9092), folder=FOLDER / "kafka")
    try:
        broker.start()
        show(f"    Kafka answers at {broker.bootstrap}; log: {broker.log.relative_to(ROOT)}")
        yield broker
    finally:
        broker.close()


def fresh_folder() -> None:
    """The demo's own files from last time are removed, nothing else."""
    FOLDER.mkdir(exist_ok=True)
    shutil.rmtree(FOLDER / "kafka", ignore_errors=True)
    (FOLDER / "kafka").mkdir()
    for name in ("test.txt", "test.sink.txt", "connect.offsets", "worker.log"):
        (FOLDER / name).unlink(missing_ok=True)


def main() -> int:
    once = bool(os.environ.get("DEMO_ONCE")) or not (sys.stdin.isatty() and sys.stdout.isatty())
    signal.signal(signal.SIGTERM, interrupted)
    fresh_folder()
    demo: Demo | None = None
    try:
        with demo_kafka() as kafka:
            demo = Demo(kafka)
            try:
                demo.run()
                if not once:
                    demo.stay()
                step("all lines arrived")
            finally:
                demo.worker.stop()
        show(f"Stopped. The files stay in {FOLDER.relative_to(ROOT)}/.")
    except (DemoFailedError, ServerFailedError) as error:
        show(f"\nFAILED: {error}")
        if demo and isinstance(error, DemoFailedError):
            show(f"The end of {demo.worker.log.relative_to(ROOT)}:\n{demo.worker.log_tail(40)}")
        return 1
    except KeyboardInterrupt:
        show("\nStopped.")
        return 0 if not once else 1
    return 0


def interrupted(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
