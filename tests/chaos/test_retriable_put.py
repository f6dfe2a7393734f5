"""A sink task that cannot or will not go on: no record is lost, and none is skipped by a commit."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import Kafka
from tests.obedient_connectors import ObedientConnector, obedient_sink
from tests.topics import committed_offsets, write_records
from tests.waiting import wait_for

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]


class Scene:
    """A topic, a sink that has read its first record, and a way to write more."""

    def __init__(self, kafka: Kafka, topic: str, sink: ObedientConnector) -> None:
        self.bootstrap = kafka.bootstrap
        self.topic = topic
        self.sink = sink

    def write(self, *numbers: int) -> None:
        write_records(self.bootstrap, self.topic, [str(number) for number in numbers])

    def wait_for_taken(self, numbers: list[int]) -> None:
        wait_for(lambda: self.sink.taken() == numbers, what=f"{numbers} put, and nothing else")

    def wait_for_committed(self, offset: int) -> None:
        wait_for(lambda: self.committed == offset, what=f"offset {offset} committed")

    @property
    def committed(self) -> int:
        return committed_offsets(self.bootstrap, f"connect-{self.sink.name}", self.topic)[0]


@pytest.fixture
def scene(
    shared_worker: IsthmusWorker,
    kafka: Kafka,
    tmp_path: Path,
    new_topic: Callable[..., str],
    topic_name: Callable[[], str],
) -> Iterator[Scene]:
    topic = new_topic()
    made = Scene(kafka, topic, obedient_sink(shared_worker, topic_name(), tmp_path, topic))
    made.write(0)
    made.wait_for_taken([0])
    yield made
    made.sink.delete()


def values_of(call: dict[str, Any]) -> list[Any]:
    return [value for *_, value in call["records"]]


def test_a_put_that_raises_a_retriable_error_gets_the_same_records_until_it_takes_them(scene: Scene) -> None:
    scene.wait_for_committed(1)
    scene.sink.order("put", "retriable 5")
    scene.write(1, 2, 3)
    wait_for(lambda: len(scene.sink.calls("refused")) >= 2, what="a second try")
    scene.write(4, 5)  # nothing new may come before the batch is taken
    scene.wait_for_taken([0, 1, 2, 3, 4, 5])
    refused = [values_of(call) for call in scene.sink.calls("refused")]
    taken_then = values_of(next(call for call in scene.sink.calls("put") if 1 in values_of(call)))
    assert len(refused) == 5
    assert refused == [taken_then] * 5
    scene.wait_for_committed(6)
    assert scene.sink.task_status()["state"] == "RUNNING"


def test_nothing_is_committed_of_records_that_are_not_taken(scene: Scene) -> None:
    scene.wait_for_committed(1)
    scene.sink.order("put", "retriable 100000")
    scene.write(1)
    # The interval of commits is 200 ms and the back-off 20 ms, so several commits fall into this time.
    wait_for(lambda: len(scene.sink.calls("refused")) > 40, what="many tries")
    assert scene.sink.calls("flush")
    assert scene.committed == 1

    def is_taken_without_the_order() -> bool:
        # The task writes the order anew with each refusal, so one removal may fall between its reading and its writing.
        (scene.sink.folder / "put").unlink(missing_ok=True)
        return scene.sink.taken() == [0, 1]

    wait_for(is_taken_without_the_order, what="the record")
    scene.wait_for_committed(2)


def test_a_failed_flush_has_the_records_put_again(scene: Scene) -> None:
    scene.wait_for_committed(1)
    scene.sink.order("put", "then flush raise 1")
    scene.write(1)
    scene.wait_for_taken([0, 1, 1])
    scene.wait_for_committed(2)
    assert scene.sink.task_status()["state"] == "RUNNING"
    assert "Offset commit failed, rewinding to last committed offsets" in scene.sink.worker.log_text()


def test_a_failed_pre_commit_has_the_records_put_again(scene: Scene) -> None:
    scene.wait_for_committed(1)
    scene.sink.order("put", "then pre_commit raise 1")
    scene.write(1)
    scene.wait_for_taken([0, 1, 1])
    scene.wait_for_committed(2)
    scene.sink.order("put", "then pre_commit raise 1")
    scene.write(2)
    wait_for(lambda: scene.sink.taken()[-2:] == [2, 2], what="the second record again")
    scene.wait_for_committed(3)


def test_offsets_that_a_task_holds_back_are_delivered_again_after_a_restart(scene: Scene) -> None:
    scene.wait_for_committed(1)
    scene.sink.order("put", "commit-up-to 2")
    scene.write(1)
    scene.write(2, 3)
    scene.wait_for_taken([0, 1, 2, 3])
    scene.wait_for_committed(2)
    scene.sink.restart_task()
    scene.wait_for_taken([0, 1, 2, 3, 2, 3])


def test_a_task_goes_back_to_the_offset_it_asks_for(scene: Scene) -> None:
    scene.write(1, 2)
    scene.wait_for_taken([0, 1, 2])
    scene.sink.order("idle", "seek 1")
    scene.wait_for_taken([0, 1, 2, 1, 2])
    scene.sink.order("idle", "seek 0")
    scene.wait_for_taken([0, 1, 2, 1, 2, 0, 1, 2])


def test_the_offset_asked_for_in_open_is_where_the_task_starts(scene: Scene) -> None:
    scene.write(1, 2)
    scene.wait_for_taken([0, 1, 2])
    scene.wait_for_committed(3)
    scene.sink.order("open", "seek 1")
    scene.sink.restart_task()
    scene.wait_for_taken([0, 1, 2, 1, 2])


def test_partitions_that_the_task_pauses_wait_until_it_resumes_them(scene: Scene) -> None:
    scene.sink.order("idle", "pause")
    wait_for(lambda: scene.sink.has_obeyed("idle"), what="the pause")
    flushes = len(scene.sink.calls("flush"))
    scene.write(1)
    wait_for(lambda: len(scene.sink.calls("flush")) > flushes + 2, what="some time to pass")
    assert scene.sink.taken() == [0]
    scene.sink.order("idle", "resume")
    scene.wait_for_taken([0, 1])


def test_a_paused_connector_takes_nothing_and_goes_on_where_it_was(scene: Scene) -> None:
    worker = scene.sink.worker
    worker.put(f"/connectors/{scene.sink.name}/pause")
    scene.sink.wait_for("PAUSED")
    flushes = len(scene.sink.calls("flush"))
    scene.write(1, 2)
    wait_for(lambda: len(scene.sink.calls("flush")) > flushes + 2, what="some time to pass")
    assert scene.sink.taken() == [0]
    worker.put(f"/connectors/{scene.sink.name}/resume")
    scene.sink.wait_for("RUNNING")
    scene.wait_for_taken([0, 1, 2])


def test_a_put_that_raises_anything_else_fails_the_task_and_keeps_what_was_taken(scene: Scene) -> None:
    scene.write(1)
    scene.wait_for_taken([0, 1])
    scene.sink.order("put", "raise 1")
    scene.write(2)
    trace = scene.sink.wait_for("FAILED")["trace"]
    assert "Exiting WorkerSinkTask due to unrecoverable exception." in trace
    assert "Caused by: ValueError: as ordered" in trace
    scene.wait_for_committed(2)
    scene.sink.restart_task()
    scene.wait_for_taken([0, 1, 2])


def test_partitions_are_opened_flushed_and_closed_in_order(scene: Scene) -> None:
    scene.wait_for_committed(1)
    scene.write(1)
    scene.wait_for_taken([0, 1])
    scene.sink.worker.put(f"/connectors/{scene.sink.name}/stop")
    wait_for(lambda: scene.sink.calls("stop"), what="the stop")
    calls = [call["call"] for call in scene.sink.journal()]
    assert [name for name, _ in itertools.groupby(calls) if name not in ("put", "flush")] == [
        "start",
        "open",
        "close",
        "stop",
    ]
    assert calls[-3:] == ["flush", "close", "stop"]
    assert scene.committed == 2


def test_two_tasks_share_the_partitions_and_lose_nothing_while_they_move(
    shared_worker: IsthmusWorker,
    kafka: Kafka,
    tmp_path: Path,
    new_topic: Callable[..., str],
    topic_name: Callable[[], str],
) -> None:
    topic = new_topic(partitions=4)
    sink = obedient_sink(
        shared_worker, topic_name(), tmp_path, topic, tasks_max=2, consumer_override_session_timeout_ms=6000
    )
    sink.wait_for("RUNNING", task=1)
    written: list[int] = []

    def write(count: int) -> None:
        for _ in range(count):
            number = len(written)
            write_records(kafka.bootstrap, topic, [str(number)], partition=number % 4)
            written.append(number)

    def taken_by(task: int) -> set[int]:
        return set(sink.taken(task))

    write(20)
    wait_for(lambda: taken_by(0) | taken_by(1) == set(written), what="all records")
    wait_for(lambda: len(assigned(sink, 0)) == len(assigned(sink, 1)) == 2, what="two partitions for each task")

    sink.order("put", "SIGKILL", task=1)
    write(20)
    sink.wait_for("FAILED", task=1)
    wait_for(lambda: taken_by(0) | taken_by(1) == set(written), 25, what="all records, with one task left")
    assert len(assigned(sink, 0)) == 4
    sink.restart_task(1)
    wait_for(lambda: len(assigned(sink, 0)) == len(assigned(sink, 1)) == 2, 20, what="two partitions for each task")
    write(20)
    wait_for(lambda: taken_by(0) | taken_by(1) == set(written), what="all records, with both tasks")
    for task in (0, 1):
        assert_owner_took_them(sink.journal(task))
    sink.delete()


def assigned(sink: ObedientConnector, task: int) -> set[int]:
    """The partitions that the task has open, from its journal."""
    return set().union(*list(open_partitions(sink.journal(task)))[-1:])


def open_partitions(journal: list[dict[str, Any]]) -> Iterator[set[int]]:
    """After each call."""
    current: set[int] = set()
    for call in journal:
        if call["call"] == "start":
            current = set()
        elif call["call"] in ("open", "close"):
            numbers = {number for _topic, number in call["partitions"]}
            current = current | numbers if call["call"] == "open" else current - numbers
        yield current


def assert_owner_took_them(journal: list[dict[str, Any]]) -> None:
    for call, current in zip(journal, open_partitions(journal), strict=True):
        if call["call"] == "put":
            assert {partition for _topic, partition, *_ in call["records"]} <= current
