"""Contexts for connectors and tasks in unit tests: they keep what they are asked, for the test to look at."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from isthmus.errors import DataError, IllegalWorkerStateError
from isthmus.metrics import PluginMetrics
from isthmus.numbers import java_class
from isthmus.records import SinkRecord, TopicPartition
from isthmus.task import OffsetStorageReader, TransactionContext

_TASK_TAGS = {"connector": "test", "task": "0"}


class MemoryOffsets:
    """A store of source offsets that treats them as the real one does: they pass through JSON."""

    def __init__(self, offsets: Iterable[tuple[Mapping[str, Any], Mapping[str, Any] | None]] = ()) -> None:
        self._stored: dict[str, dict[str, Any] | None] = {}
        for partition, offset in offsets:
            self.put(partition, offset)

    def put(self, partition: Mapping[str, Any], offset: Mapping[str, Any] | None) -> None:
        """Commits an offset. DataError when partition or offset cannot be stored."""
        stored = None if offset is None else json.loads(_as_json(offset))
        self._stored[_as_json(partition)] = stored

    def offset(self, partition: Mapping[str, Any]) -> dict[str, Any] | None:
        stored = self._stored.get(_as_json(partition))
        return None if stored is None else dict(stored)

    def offsets(self, partitions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
        return [self.offset(partition) for partition in partitions]

    def all(self) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
        return [(json.loads(partition), offset) for partition, offset in self._stored.items()]


class ConnectorContextDouble:
    """`requested_reconfigurations` counts, `errors` has what was raised."""

    def __init__(self, offsets: MemoryOffsets | None = None) -> None:
        self.offset_storage_reader: OffsetStorageReader = offsets or MemoryOffsets()
        self.plugin_metrics = PluginMetrics({"connector": "test"})
        self.requested_reconfigurations = 0
        self.errors: list[BaseException] = []

    def request_task_reconfiguration(self) -> None:
        self.requested_reconfigurations += 1

    def raise_error(self, error: BaseException) -> None:
        self.errors.append(error)


class SourceTaskContextDouble:
    def __init__(self, configs: Mapping[str, str], offsets: MemoryOffsets) -> None:
        self.configs: Mapping[str, str] = dict(configs)
        self.offset_storage_reader: OffsetStorageReader = offsets
        self.transaction_context: TransactionContext | None = None
        self.plugin_metrics = PluginMetrics(_TASK_TAGS)


class CollectedErrants:
    """An errant record reporter: `records` has what was reported, as (record, error)."""

    def __init__(self) -> None:
        self.records: list[tuple[SinkRecord, BaseException]] = []

    def report(self, record: SinkRecord, error: BaseException) -> Future[None]:
        self.records.append((record, error))
        written: Future[None] = Future()
        written.set_result(None)
        return written


class SinkTaskContextDouble:
    """`rewinds` has the offsets asked for, `paused` the paused partitions, `timeout_ms` and `has_requested_commit` the rest.

    With `reports_errants=False` there is no errant record reporter, as without a dead letter queue.
    """

    def __init__(self, configs: Mapping[str, str], *, reports_errants: bool = True) -> None:
        self.configs: Mapping[str, str] = dict(configs)
        self.plugin_metrics = PluginMetrics(_TASK_TAGS)
        self.is_open = False
        self.rewinds: dict[TopicPartition, int] = {}
        self.paused: set[TopicPartition] = set()
        self.timeout_ms: int | None = None
        self.has_requested_commit = False
        self.errants = CollectedErrants()
        self.errant_record_reporter = self.errants if reports_errants else None
        self._assigned: set[TopicPartition] = set()

    @property
    def assignment(self) -> set[TopicPartition]:
        self._check_open("look up partition assignment")
        return set(self._assigned)

    def assign(self, partitions: Iterable[TopicPartition]) -> None:
        """For the runner: what the task consumes from now on."""
        self._assigned = set(partitions)
        self.paused &= self._assigned
        self.is_open = True

    def offset(self, partition: TopicPartition | Mapping[TopicPartition, int], offset: int | None = None) -> None:
        if isinstance(partition, Mapping):
            self.rewinds.update(partition)
        else:
            assert offset is not None, "offset(partition, offset) needs the offset"
            self.rewinds[partition] = offset

    def timeout(self, timeout_ms: int) -> None:
        self.timeout_ms = timeout_ms

    def pause(self, *partitions: TopicPartition) -> None:
        self._check_open("pause consumption")
        self._check_assigned(partitions, "pause")
        self.paused.update(partitions)

    def resume(self, *partitions: TopicPartition) -> None:
        self._check_open("resume consumption")
        self._check_assigned(partitions, "resume")
        self.paused.difference_update(partitions)

    def request_commit(self) -> None:
        self.has_requested_commit = True

    def _check_open(self, purpose: str) -> None:
        if not self.is_open:
            raise IllegalWorkerStateError(f"SinkTaskContext may not be used to {purpose} until the task is initialized")

    def _check_assigned(self, partitions: Sequence[TopicPartition], verb: str) -> None:
        if not self._assigned.issuperset(partitions):
            raise IllegalWorkerStateError(
                f"SinkTasks may not {verb} partitions that are not currently assigned to them."
            )


def _as_json(mapping: object) -> str:
    if not isinstance(mapping, Mapping):
        raise DataError("Offsets must be specified as a Map")
    for name, value in mapping.items():
        if not isinstance(name, str):
            raise DataError("Offsets may only use String keys")
        is_primitive = value is None or isinstance(value, str | bool | int | float | bytes | bytearray | memoryview)
        if not is_primitive or java_class(value) == "java.math.BigInteger":
            raise DataError(
                f"Offsets may only contain primitive types as values, but field {name} contains {java_class(value)}"
            )
    return json.dumps(dict(mapping), sort_keys=True, default=lambda value: base64.b64encode(value).decode())
