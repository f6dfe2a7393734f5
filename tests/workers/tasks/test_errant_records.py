"""Records that a sink task reports: which message they were, and that nothing is committed past a lost report."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, cast

import pytest
from confluent_kafka import Message

from isthmus import ConnectError, SinkRecord, TopicPartition
from workers.processes.counters import Counters
from workers.tasks.control import TaskControl
from workers.tasks.conversion import ConverterSet
from workers.tasks.error_handler import ErrorHandler, ErrorPolicy, ErrorReport
from workers.tasks.recorder import Recorder
from workers.tasks.reporters import ErrantRecords
from workers.tasks.task_metrics import SINK_COUNTERS

NO_CONVERTERS = cast(ConverterSet, None)  # not needed for records of the present batch


class Heard:
    """A reporter with one future for all reports."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.future: Future[Any] = Future()

    def report(self, report: ErrorReport) -> Future[Any]:
        self.messages.append(report.original)
        return self.future


def errant_records(heard: Heard) -> ErrantRecords:
    recorder = Recorder(Counters(SINK_COUNTERS))
    errors: ErrorHandler[Any] = ErrorHandler(ErrorPolicy(tolerates_all=True), TaskControl(), recorder, [heard])
    return ErrantRecords(errors, NO_CONVERTERS, None)


def message(offset: int) -> Any:
    return Message(topic="t", partition=0, offset=offset, value=b"%d" % offset)


def record(offset: int) -> SinkRecord:
    return SinkRecord("changed", 7, None, None, None, None, offset, None, original_topic="t", original_kafka_partition=0,
                      original_kafka_offset=offset)  # fmt: skip


def test_the_message_of_a_record_is_found_in_the_present_batch() -> None:
    heard = Heard()
    records = errant_records(heard)
    records.remember([message(offset) for offset in range(3)])
    records.report(record(1), ValueError("bad"))

    records.remember([message(offset) for offset in range(3, 6)])
    records.report(record(5), ValueError("bad"))

    assert [found.value() for found in heard.messages] == [b"1", b"5"]


def test_a_report_that_failed_keeps_its_partition_from_being_committed_at_every_try() -> None:
    heard = Heard()
    records = errant_records(heard)
    records.remember([message(0)])
    records.report(record(0), ValueError("bad"))
    heard.future.set_exception(OSError("the queue is gone"))

    for _ in ("commit", "close"):
        with pytest.raises(ConnectError):
            records.wait_for({TopicPartition("t", 0)})
    records.wait_for({TopicPartition("t", 1)})
