"""Runs a source task in a unit test, without Kafka."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

from isthmus.answers import ensure_batch, ensure_records
from isthmus.errors import DataError
from isthmus.records import RecordMetadata, SourceRecord
from isthmus.schema import Schema
from isthmus.task import SourceTask
from isthmus.testing.contexts import MemoryOffsets, SourceTaskContextDouble


class SourceTaskRunner:
    """Initialises and starts a task on entry, stops it on exit; between, the test polls and acknowledges.

        with SourceTaskRunner(TickSourceTask, {"topic": "ticks"}) as task:
            records = task.poll_until(3)
            task.acknowledge(records)

    `offsets` are those an earlier run committed, as pairs or as the `MemoryOffsets` of another runner.
    """

    def __init__(
        self,
        task_class: type[SourceTask],
        props: Mapping[str, str],
        offsets: MemoryOffsets | Iterable[tuple[Mapping[str, Any], Mapping[str, Any] | None]] = (),
    ) -> None:
        self.task = task_class()
        self.offsets = offsets if isinstance(offsets, MemoryOffsets) else MemoryOffsets(offsets)
        self.context = SourceTaskContextDouble(props, self.offsets)
        self._next_kafka_offset = 0

    def __enter__(self) -> SourceTaskRunner:
        self.task.initialize(self.context)
        try:
            self.task.start(self.context.configs)
        except BaseException:
            self.task.stop()
            raise
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.task.stop()

    def poll(self) -> list[SourceRecord]:
        """One call of `poll`; no records are an empty list. What it raises comes through.

        What a worker would not take is refused here as well: ConnectError for anything but a list of SourceRecord,
        DataError for a record without a topic, for keys, values and headers that do not fit their schemas, and for a
        partition or offset that cannot be stored.
        """
        batch = self.task.poll()
        ensure_batch(self.task, batch)
        records = list(batch or ())
        ensure_records(self.task, records)
        for record in records:
            _ensure_usable(record)
        return records

    def poll_until(self, count: int, deadline_s: float = 10.0) -> list[SourceRecord]:
        """Polls until there are `count` records at least; AssertionError when there are fewer by the deadline."""
        end = time.monotonic() + deadline_s
        records: list[SourceRecord] = []
        while len(records) < count:
            assert time.monotonic() < end, f"{len(records)} of {count} records came within {deadline_s} s"
            records += self.poll()
        return records

    def acknowledge(self, records: Iterable[SourceRecord]) -> None:
        """Kafka has these records, in this order: `commit_record` for each, offsets into the store, then `commit`."""
        for record in records:
            self.task.commit_record(record, self._metadata(record))
            if record.source_partition is not None:
                self.offsets.put(record.source_partition, record.source_offset)
        self.task.commit()

    def drop(self, records: Iterable[SourceRecord]) -> None:
        """These records will never be written: a transformation filtered them, or their error was tolerated."""
        for record in records:
            self.task.commit_record(record, None)

    def _metadata(self, record: SourceRecord) -> RecordMetadata:
        offset, self._next_kafka_offset = self._next_kafka_offset, self._next_kafka_offset + 1
        return RecordMetadata(record.topic, record.kafka_partition or 0, offset, record.timestamp)


def _ensure_usable(record: SourceRecord) -> None:
    topic: Any = record.topic  # nothing has checked its type yet
    if not isinstance(topic, str) or not topic:
        raise DataError(f"A record needs a topic, but has {topic!r}: {record}")
    _ensure_fits("key", record.key_schema, record.key)
    _ensure_fits("value", record.value_schema, record.value)
    for header in record.headers:
        _ensure_fits(f"header '{header.key}'", header.schema, header.value)
    if record.source_partition is not None:
        # A store of its own: this one finds out whether they can be stored, no more.
        MemoryOffsets([(record.source_partition, record.source_offset)])


def _ensure_fits(what: str, schema: Schema | None, value: object) -> None:
    """None stands for the default, where there is one."""
    if schema is None or (value is None and schema.default_value is not None):
        return
    try:
        schema.validate(value)
    except DataError as error:
        raise DataError(f"The {what} of a record does not fit its schema: {error}") from error
