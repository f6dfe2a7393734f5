"""SIGKILL of the whole worker at random moments under load: nothing is lost, nothing is left behind."""

from __future__ import annotations

import itertools
import json
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import Kafka
from tests.conftest import PLUGINS
from tests.process_tree import marked, new_mark, processes_with
from tests.topics import read_topic
from tests.waiting import wait_for
from workers.storage.java_map_file import load_map

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

ROUNDS = 5
FILES = 2
LINES_A_SECOND = 3000
LONGEST_LIFE_S = 1.5
"""How long a worker lives at most after its REST API answers; connectors run some 0.2 s after that."""
STRING_CONVERTER = "org.apache.kafka.connect.storage.StringConverter"


class Writer:
    """Appends numbered lines to a file on a thread of its own until it is stopped."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def has_written(self, count: int) -> bool:
        return self.count >= count

    def stop(self) -> int:
        """The number of lines in the file."""
        self._ended.set()
        self._thread.join()
        return self.count

    def _run(self) -> None:
        with self.path.open("a") as file:
            while not self._ended.wait(0.01):
                numbers = range(self.count, self.count + LINES_A_SECOND // 100)
                file.write("".join(f"{number} {'x' * 80}\n" for number in numbers))
                file.flush()
                self.count = numbers.stop


@pytest.fixture
def writers(tmp_path: Path) -> Iterator[list[Writer]]:
    running = [Writer(tmp_path / f"in-{number}.txt") for number in range(FILES)]
    yield running
    for writer in running:
        writer.stop()


def test_every_line_arrives_in_order_whenever_the_worker_is_killed(
    kafka: Kafka, tmp_path: Path, new_topic: Callable[..., str], topic_name: Callable[[], str], writers: list[Writer]
) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    topics = [new_topic() for _ in writers]
    journal = tmp_path / "orders" / "journal"
    journal.parent.mkdir()
    mark = new_mark()
    worker = IsthmusWorker.standalone(
        kafka.bootstrap,
        tmp_path / "worker",
        {
            "plugin.path": PLUGINS,
            "offset.flush.interval.ms": 50,
            "key.converter": STRING_CONVERTER,
            "value.converter": STRING_CONVERTER,
        },
        [
            *(file_source(writer, topic) for writer, topic in zip(writers, topics, strict=True)),
            {
                "name": topic_name(),
                "connector.class": "obedient.ObedientSink",
                "topics": ",".join(topics),
                "orders": journal.parent,
                "consumer.override.session.timeout.ms": 6000,
            },
        ],
        env=marked(mark),
    )
    offsets = tmp_path / "worker" / "offsets"

    for _ in range(ROUNDS):
        worker.start()
        moment = writers[0].count + chance.randrange(int(LINES_A_SECOND * LONGEST_LIFE_S))
        wait_for(partial(writers[0].has_written, moment), what="the moment")
        worker.kill()
        wait_for(lambda: not processes_with(mark), 3, what="the end of all processes")
        assert_is_whole(offsets)
    counts = [writer.stop() for writer in writers]
    worker.start()

    for topic, count in zip(topics, counts, strict=True):
        assert_no_gap(wait_for_numbers(partial(numbers_in, kafka, topic), count), count)
        assert_no_gap(wait_for_numbers(partial(numbers_taken, journal, topic), count), count)
    assert worker.stop() == 0
    wait_for(lambda: not processes_with(mark), 3, what="the end of all processes")
    positions = {json.loads(value)["position"] for value in load_map(offsets.read_bytes()).values() if value}
    assert positions == {writer.path.stat().st_size for writer in writers}
    assert [path.name for path in offsets.parent.iterdir() if "offsets" in path.name] == ["offsets"]


def file_source(writer: Writer, topic: str) -> dict[str, object]:
    name = writer.path.stem
    return {"name": name, "connector.class": "FileStreamSource", "file": writer.path, "topic": topic}


def assert_is_whole(offsets: Path) -> None:
    """Reading a damaged file raises."""
    if offsets.exists():
        load_map(offsets.read_bytes())


def numbers_in(kafka: Kafka, topic: str) -> list[int]:
    return [int((message.value() or b"").split()[0]) for message in read_topic(kafka.bootstrap, topic)]


def numbers_taken(journal: Path, topic: str) -> list[int]:
    calls = map(json.loads, journal.read_text().splitlines()) if journal.exists() else ()
    records = (record for call in calls if call["call"] == "put" for record in call["records"])
    return [int(value.split()[0]) for name, _partition, _offset, value in records if name == topic]


def wait_for_numbers(numbers: Callable[[], list[int]], count: int) -> list[int]:
    return wait_for(lambda: n if (n := numbers()) and n[-1] == count - 1 else None, 60, every_s=0.3, what="all lines")


def assert_no_gap(numbers: Sequence[int], count: int) -> None:
    """Every number is there, and each one follows its predecessor or comes again after a restart."""
    assert numbers[0] == 0
    jumps = [(a, b) for a, b in itertools.pairwise(numbers) if b > a + 1]
    assert not jumps, f"lines are missing between {jumps[:5]}"
    assert set(numbers) == set(range(count))
