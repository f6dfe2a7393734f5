"""Runs a sink task in a unit test, without Kafka."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

import msgspec

from isthmus.headers import ConnectHeaders
from isthmus.records import OffsetAndMetadata, SinkRecord, TimestampType, TopicPartition
from isthmus.schema import Schema
from isthmus.task import SinkTask
from isthmus.testing.contexts import SinkTaskContextDouble

_DEFAULT_PARTITION = TopicPartition("topic", 0)


class SinkTaskRunner:
    """Initialises, starts and opens a task on entry, closes and stops it on exit; between, the test puts records.

    with SinkTaskRunner(TickSinkTask, {"file": path}) as task:
        task.put([task.record("first"), task.record("second")])
        assert task.commit() == {TopicPartition("topic", 0): 2}
    """

    def __init__(
        self,
        task_class: type[SinkTask],
        props: Mapping[str, str],
        partitions: Iterable[TopicPartition] = (_DEFAULT_PARTITION,),
        *,
        reports_errants: bool = True,
    ) -> None:
        self.task = task_class()
        self.context = SinkTaskContextDouble(props, reports_errants=reports_errants)
        self.committed: dict[TopicPartition, int] = {}
        self._first_partitions = list(partitions)
        self._assigned: list[TopicPartition] = []
        self._positions: dict[TopicPartition, int] = {}
        self._made: dict[TopicPartition, int] = {}

    def __enter__(self) -> SinkTaskRunner:
        self.task.initialize(self.context)
        try:
            self.task.start(self.context.configs)
            self.assign(self._first_partitions)
        except BaseException:
            self.task.stop()
            raise
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.revoke(self._assigned)
        finally:
            self.task.stop()

    def assign(self, partitions: Iterable[TopicPartition]) -> None:
        """Further partitions are assigned: `open`, unless there are none."""
        added = [partition for partition in partitions if partition not in self._assigned]
        self._assigned += added
        self.context.assign(self._assigned)
        if added:
            self.task.open(added)

    def revoke(self, partitions: Iterable[TopicPartition]) -> None:
        """Partitions go: `pre_commit`, then `close`, then the commit."""
        leaving = list(partitions)
        positions = {partition: at for partition, at in self._positions.items() if partition in leaving}
        if positions:
            self._commit(positions)
        self._assigned = [partition for partition in self._assigned if partition not in leaving]
        self._positions = {p: at for p, at in self._positions.items() if p not in leaving}
        if leaving:
            self.task.close(leaving)
        self.context.assign(self._assigned)

    def record(
        self,
        value: Any,
        *,
        value_schema: Schema | None = None,
        key: Any = None,
        key_schema: Schema | None = None,
        partition: TopicPartition = _DEFAULT_PARTITION,
        timestamp: int | None = None,
        headers: ConnectHeaders | None = None,
    ) -> SinkRecord:
        """Makes the next record of a partition; offsets count up from 0."""
        offset = self._made.get(partition, 0)
        self._made[partition] = offset + 1
        return SinkRecord(
            topic=partition.topic,
            kafka_partition=partition.partition,
            key_schema=key_schema,
            key=key,
            value_schema=value_schema,
            value=value,
            kafka_offset=offset,
            timestamp=timestamp,
            timestamp_type=TimestampType.NO_TIMESTAMP_TYPE if timestamp is None else TimestampType.CREATE_TIME,
            headers=headers or ConnectHeaders(),
            original_topic=partition.topic,
            original_kafka_partition=partition.partition,
            original_kafka_offset=offset,
        )

    def put(self, records: Sequence[SinkRecord] = ()) -> None:
        """One call of `put`. What it raises comes through, and the records then do not count as taken."""
        delivered = [_with_origin(record) for record in records]
        self.task.put(delivered)
        for record in delivered:
            assert record.original_topic is not None
            assert record.original_kafka_partition is not None
            assert record.original_kafka_offset is not None
            partition = TopicPartition(record.original_topic, record.original_kafka_partition)
            self._positions[partition] = record.original_kafka_offset + 1

    def commit(self) -> dict[TopicPartition, int]:
        """One call of `pre_commit`; gives (and adds to `committed`) what the runtime would commit of its answer."""
        return self._commit(self._positions)

    def _commit(self, positions: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
        self.context.has_requested_commit = False
        answer = self.task.pre_commit({partition: OffsetAndMetadata(at) for partition, at in positions.items()})
        accepted = {
            partition: found.offset
            for partition, found in answer.items()
            if partition in positions and found.offset <= positions[partition]
        }
        self.committed.update(accepted)
        return accepted


def _with_origin(record: SinkRecord) -> SinkRecord:
    if record.original_topic is not None:
        return record
    return msgspec.structs.replace(
        record,
        original_topic=record.topic,
        original_kafka_partition=record.kafka_partition,
        original_kafka_offset=record.kafka_offset,
    )
