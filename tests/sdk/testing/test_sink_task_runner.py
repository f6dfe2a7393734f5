"""The runner of sink tasks does what the runtime does, in its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from isthmus import (
    ConnectError,
    IllegalWorkerStateError,
    OffsetAndMetadata,
    RetriableError,
    SinkRecord,
    SinkTask,
    TopicPartition,
)
from isthmus.testing import SinkTaskContextDouble, SinkTaskRunner

FIRST, SECOND = TopicPartition("topic", 0), TopicPartition("topic", 1)


class Diary(SinkTask):
    """Writes down what is called."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.answer: dict[TopicPartition, OffsetAndMetadata] | None = None
        self.trouble: Exception | None = None

    def start(self, props: Mapping[str, str]) -> None:
        self.calls.append("start")

    def open(self, partitions: Sequence[TopicPartition]) -> None:
        self.calls.append(f"open {' '.join(map(str, partitions))}")

    def put(self, records: Sequence[SinkRecord]) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.calls.append(f"put {[record.value for record in records]}")

    def flush(self, current_offsets: Mapping[TopicPartition, OffsetAndMetadata]) -> None:
        self.calls.append(f"flush { {str(tp): at.offset for tp, at in current_offsets.items()} }")

    def pre_commit(
        self, current_offsets: Mapping[TopicPartition, OffsetAndMetadata]
    ) -> Mapping[TopicPartition, OffsetAndMetadata]:
        default = super().pre_commit(current_offsets)
        return default if self.answer is None else self.answer

    def close(self, partitions: Sequence[TopicPartition]) -> None:
        self.calls.append(f"close {' '.join(map(str, partitions))}")

    def stop(self) -> None:
        self.calls.append("stop")


def diary(runner: SinkTaskRunner) -> Diary:
    assert isinstance(runner.task, Diary)
    return runner.task


def test_a_task_is_opened_fed_flushed_closed_and_stopped() -> None:
    with SinkTaskRunner(Diary, {}) as runner:
        runner.put([runner.record("a"), runner.record("b")])
    assert diary(runner).calls == [
        "start", "open topic-0", "put ['a', 'b']", "flush {'topic-0': 2}", "close topic-0", "stop",
    ]  # fmt: skip
    assert runner.committed == {FIRST: 2}


def test_without_partitions_nothing_is_opened_or_closed() -> None:
    with SinkTaskRunner(Diary, {}, partitions=()) as runner:
        runner.put()
    assert diary(runner).calls == ["start", "put []", "stop"]


def test_records_that_put_refused_are_not_committed() -> None:
    with SinkTaskRunner(Diary, {}) as runner:
        diary(runner).trouble = RetriableError("later")
        with pytest.raises(RetriableError):
            runner.put([runner.record("a")])
        assert runner.commit() == {}


def test_a_task_may_commit_less_but_not_more_than_it_was_given() -> None:
    with SinkTaskRunner(Diary, {}, partitions=(FIRST, SECOND)) as runner:
        runner.put([runner.record("a"), runner.record("b"), runner.record("c", partition=SECOND)])
        diary(runner).answer = {FIRST: OffsetAndMetadata(1), SECOND: OffsetAndMetadata(9)}
        assert runner.commit() == {FIRST: 1}


def test_what_a_task_asks_of_its_context_is_kept_for_the_test() -> None:
    with SinkTaskRunner(Diary, {}) as runner:
        context = runner.task.context
        context.offset(FIRST, 7)
        context.offset({SECOND: 8})
        context.timeout(100)
        context.pause(FIRST)
        assert runner.context.rewinds == {FIRST: 7, SECOND: 8}
        assert (runner.context.timeout_ms, runner.context.paused) == (100, {FIRST})
        context.resume(FIRST)
        assert runner.context.paused == set()


def test_a_commit_answers_the_request_for_one() -> None:
    with SinkTaskRunner(Diary, {}) as runner:
        runner.task.context.request_commit()
        runner.commit()
        assert not runner.context.has_requested_commit


def test_partitions_of_others_cannot_be_paused() -> None:
    with SinkTaskRunner(Diary, {}) as runner, pytest.raises(IllegalWorkerStateError, match="may not pause partitions"):
        runner.task.context.pause(SECOND)


def test_the_assignment_is_not_known_before_the_first_open() -> None:
    with pytest.raises(IllegalWorkerStateError, match="until the task is initialized"):
        _ = SinkTaskContextDouble({}).assignment


def test_reported_records_are_kept_for_the_test() -> None:
    with SinkTaskRunner(Diary, {}) as runner:
        reporter = runner.task.context.errant_record_reporter
        assert reporter is not None
        record, error = runner.record("bad"), ConnectError("cannot")
        assert reporter.report(record, error).result(timeout=0) is None
        assert runner.context.errants.records == [(record, error)]


def test_without_a_dead_letter_queue_there_is_no_reporter() -> None:
    with SinkTaskRunner(Diary, {}, reports_errants=False) as runner:
        assert runner.task.context.errant_record_reporter is None


def test_a_failing_test_is_not_hidden_by_the_closing() -> None:
    with pytest.raises(ZeroDivisionError), SinkTaskRunner(Diary, {}) as runner:
        _ = 1 / 0
    assert diary(runner).calls == ["start", "open topic-0", "stop"]


def test_records_made_by_the_test_know_where_they_come_from() -> None:
    with SinkTaskRunner(Diary, {}) as runner:
        runner.record("a")
        record = runner.record("b", timestamp=5)
    assert (record.kafka_offset, record.original_topic, record.original_kafka_offset) == (1, "topic", 1)
    assert str(record.timestamp_type) == "CreateTime"
