"""Runs one sink task: consume, converters, transformations, put, offset commits. Answers to Connect's WorkerSinkTask.

Everything here runs on the main thread of the task's process, also the rebalance callbacks, which the consumer makes inside `poll`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from confluent_kafka import KafkaError, KafkaException

from isthmus import ConnectError, RetriableError, SinkRecord, SinkTask, TopicPartition
from isthmus.plugin import class_name
from workers.tasks.control import TaskStoppingError
from workers.tasks.conversion import IncomingConversion
from workers.tasks.messages import Message
from workers.tasks.reporters import ErrantRecords
from workers.tasks.sink_consumer import SinkConsumer, Subscription
from workers.tasks.sink_context import SinkContext
from workers.tasks.sink_offsets import Commit, Offsets, SinkOffsets
from workers.tasks.task_services import TaskServices
from workers.tasks.transformation_chain import TransformationChain

log = logging.getLogger(__name__)


class SinkSettings(NamedTuple):
    """What the runtime itself needs to know of a sink task's configuration."""

    connector: str
    task_config: dict[str, str]
    consumer: dict[str, Any]
    max_poll_records: int
    api_timeout_s: float
    metadata_refresh_s: float
    topics: Sequence[str]
    topics_regex: str | None
    offset_flush_interval_s: float
    offset_flush_timeout_s: float


class SinkTaskRunner:
    """One life of a sink task: `run` returns when it was asked to stop and raises when the task fails."""

    def __init__(
        self,
        task: SinkTask,
        context: SinkContext,
        settings: SinkSettings,
        services: TaskServices,
        errant_records: ErrantRecords,
    ) -> None:
        self._task = task
        self._context = context
        self._settings = settings
        self._converters = services.converters
        self._conversion = IncomingConversion(services.converters, services.errors)
        self._transformations: TransformationChain[SinkRecord] = services.transformations
        self._active_topics = services.active_topics
        self._control = services.control
        self._recorder = services.recorder
        self._errant_records = errant_records
        self._offsets = SinkOffsets()
        self._batch: Sequence[SinkRecord] = ()
        self._is_redelivering = False
        self._is_paused = False
        self._pause_changes = 0
        self._next_commit = 0.0
        self._last_commit: Commit | None = None  # not answered yet
        self._is_committing = False
        self._sequence = 0

    def run(self, on_running: Callable[[], None], on_paused: Callable[[], None]) -> None:
        """`on_running` and `on_paused` publish the status. Raises what makes the task FAILED."""
        self._on_running, self._on_paused = on_running, on_paused
        settings = self._settings
        self._consumer = SinkConsumer(
            settings.consumer,
            Subscription(settings.topics, settings.topics_regex, settings.metadata_refresh_s),
            settings.max_poll_records,
            settings.api_timeout_s,
            self,
            self._committed,
        )
        try:
            self._task.initialize(self._context)
            self._task.start(settings.task_config)
            self._loop()
        finally:
            self._stop_task()
            self._close()

    def _loop(self) -> None:
        self._next_commit = time.monotonic() + self._settings.offset_flush_interval_s
        self._on_running()
        try:
            while not self._control.is_stopping:
                self._iterate()
        except TaskStoppingError:
            log.debug("Stopping with records that were not put; they will be read again")
        finally:
            # Also when the task fails: what earlier puts took is committed, and only that.
            self._close_partitions(list(self._offsets.current))

    def _iterate(self) -> None:
        # Before user code is called: an order that comes while that runs must end the wait for records.
        changes = self._control.changes
        now = time.monotonic()
        self._commit_when_due(now)
        self._rewind(self._context.take_offsets())
        self._follow_pauses()
        messages = self._poll(now, changes)
        if messages:
            self._convert(messages)
        self._put()

    # --- polling ------------------------------------------------------------------------------------------------------------

    def _poll(self, now: float, changes: int) -> list[Message]:
        timeout_s = max(self._next_commit - now, 0.0)
        asked_ms = self._context.take_timeout_ms()
        if asked_ms is not None and asked_ms > 0:
            timeout_s = min(timeout_s, asked_ms / 1000)
        return self._consumer.poll(
            timeout_s,
            lambda: (
                self._control.is_stopping
                or self._control.changes != changes
                or self._context.pause_changes != self._pause_changes
            ),
        )

    def _convert(self, messages: Sequence[Message]) -> None:
        """Makes the batch. Every record read counts as such, dropped or not, once the batch has been put."""
        self._recorder.add("sink-record-read-total", len(messages))
        self._errant_records.remember(messages)
        incoming = self._conversion.convert(messages, self._offsets.current)
        for topic in {partition.topic for partition in incoming.next_offsets} - self._active_topics.known:
            self._active_topics.add(topic)
        records = self._transformations.apply_batch(incoming.records)
        self._batch = [*self._batch, *records] if self._batch else records
        self._offsets.read(incoming.next_offsets)

    def _put(self) -> None:
        started = time.monotonic()
        batch = self._batch
        try:
            self._task.put(batch)
        except RetriableError as error:
            log.error("%s. The same records are put again.", error, exc_info=error)
            self._redeliver()
            return
        except Exception as error:
            raise ConnectError("Exiting WorkerSinkTask due to unrecoverable exception.") from error
        self._recorder.batch(len(batch), time.monotonic() - started)
        self._recorder.add("sink-record-send-total", len(batch))
        self._errant_records.raise_refused()
        self._offsets.put_succeeded()
        self._batch = ()
        if self._is_redelivering:
            self._is_redelivering = False
            self._apply_pauses()

    def _redeliver(self) -> None:
        """Nothing else comes until the task has taken this batch."""
        if not self._is_redelivering:
            self._is_redelivering = True
            self._consumer.pause(self._offsets.current)

    # --- pausing ------------------------------------------------------------------------------------------------------------

    def _follow_pauses(self) -> None:
        """Obeys the worker's pause and resume, and the task's own."""
        if self._control.is_paused != self._is_paused:
            self._is_paused = self._control.is_paused
            self._apply_pauses()
            if self._is_paused:
                self._on_paused()
                self._context.request_commit()
            else:
                self._on_running()
        elif self._context.pause_changes != self._pause_changes:
            self._apply_pauses()

    def _apply_pauses(self) -> None:
        self._pause_changes = self._context.pause_changes
        assigned = set(self._offsets.current)
        paused = assigned if self._is_paused or self._is_redelivering else assigned & self._context.paused
        self._consumer.pause(paused)
        self._consumer.resume(assigned - paused)

    def _rewind(self, wanted: Mapping[TopicPartition, int]) -> None:
        """Goes on elsewhere, as the task has asked by `context.offset`."""
        for partition, offset in wanted.items():
            if partition not in self._offsets.current:
                log.warning(
                    "Offset %s of %s was asked for, which is not assigned to this task; ignored", offset, partition
                )
                continue
            self._consumer.seek(partition, offset)
            self._offsets.rewind(partition, offset)

    # --- committing ---------------------------------------------------------------------------------------------------------

    def _commit_when_due(self, now: float) -> None:
        timeout_s = self._settings.offset_flush_timeout_s
        if self._is_committing and self._last_commit is not None and now >= self._last_commit.started + timeout_s:
            log.warning("Commit of offsets timed out")
            self._is_committing = False
            self._recorder.offset_commit(timeout_s, succeeded=False)
        if not self._is_committing and (self._context.take_commit_request() or now >= self._next_commit):
            self._next_commit = now + self._settings.offset_flush_interval_s
            self._commit(now)

    def _commit(self, now: float) -> None:
        considered = self._offsets.of(self._offsets.current)
        if not considered:
            return
        self._sequence += 1
        self._last_commit = None
        self._recorder.put("offset-commit-seq-no", self._sequence)
        if not self._errant_records.wait_for(considered):
            log.warning("Offsets are not committed yet: Kafka has not acknowledged all dead letters")
            self._recorder.offset_commit(time.monotonic() - now, succeeded=False)
            return
        try:
            wanted = self._task.pre_commit(dict(considered))
        except Exception:
            log.exception("Offset commit failed, rewinding to last committed offsets")
            self._rewind_to_committed()
            self._recorder.offset_commit(time.monotonic() - now, succeeded=False)
            return
        offsets = self._offsets.to_commit(considered, wanted)
        if not offsets:
            self._recorder.offset_commit(time.monotonic() - now, succeeded=True)
            return
        self._last_commit = Commit(offsets, now)
        self._is_committing = True
        self._consumer.commit_async(offsets)

    def _committed(self, error: KafkaError | None, answer: Mapping[TopicPartition, int]) -> None:
        """Called inside a poll. The answer to any commit but the last is too late to count."""
        commit = self._last_commit
        if commit is None or not commit.is_answered_by(answer):
            self._recorder.add("offset-commit-skip-total")
            return
        self._last_commit, self._is_committing = None, False
        if error is None:
            self._offsets.committed.update(
                (partition, offset)
                for partition, offset in commit.offsets.items()
                if partition in self._offsets.current
            )
        else:
            log.error("Offsets could not be committed: %s", error.str())
        self._recorder.offset_commit(time.monotonic() - commit.started, succeeded=error is None)

    def _rewind_to_committed(self) -> None:
        """Everything since the last commit comes again."""
        self._batch = ()
        for partition, offset in self._offsets.rewind_to_committed().items():
            self._consumer.seek(partition, offset.offset)
        if self._is_redelivering:
            self._is_redelivering = False
            self._apply_pauses()

    def _close_partitions(self, partitions: Sequence[TopicPartition]) -> None:
        """pre_commit, close, commit: in this order, so that `close` may rely on what was flushed."""
        considered = self._offsets.of(partitions)
        if not considered:
            return
        started = time.monotonic()
        # An older commit that Kafka has not answered yet counts no more, whenever its answer comes.
        self._sequence += 1
        self._last_commit, self._is_committing = None, False
        offsets: Offsets = {}
        try:
            are_reported = self._errant_records.wait_for(considered)
            wanted = self._task.pre_commit(dict(considered))
            if are_reported:
                offsets = self._offsets.to_commit(considered, wanted)
        except Exception:
            log.warning("Offset commit failed during close", exc_info=True)
        self._task.close(list(considered))
        if offsets:
            self._commit_sync(offsets, started)

    def _commit_sync(self, offsets: Offsets, started: float) -> None:
        try:
            self._consumer.commit_sync(offsets)
        except KafkaException as error:
            log.error("Offsets could not be committed: %s", error)
            self._recorder.offset_commit(time.monotonic() - started, succeeded=False)
            return
        self._offsets.committed.update(offsets)
        self._recorder.offset_commit(time.monotonic() - started, succeeded=True)

    # --- rebalances: called by the consumer inside poll -----------------------------------------------------------------------

    def assigning(self, positions: Mapping[TopicPartition, int]) -> Mapping[TopicPartition, int]:
        self._offsets.assign(positions)
        self._context.assign(set(self._offsets.current))
        self._recorder.put("partition-count", len(self._offsets.current))
        if positions:
            self._task.open(list(positions))
        asked = self._context.take_offsets()
        self._offsets.assign({partition: offset for partition, offset in asked.items() if partition in positions})
        self._rewind({partition: offset for partition, offset in asked.items() if partition not in positions})
        return {partition: asked.get(partition, offset) for partition, offset in positions.items()}

    def assigned(self) -> None:
        self._is_redelivering = self._is_redelivering and bool(self._batch)
        self._apply_pauses()

    def revoked(self, partitions: Sequence[TopicPartition]) -> None:
        try:
            self._close_partitions(partitions)
        finally:
            self._forget(partitions)

    def lost(self, partitions: Sequence[TopicPartition]) -> None:
        try:
            self._task.close(list(partitions))
        finally:
            self._errant_records.cancel(partitions)
            self._forget(partitions)

    def _forget(self, partitions: Collection[TopicPartition]) -> None:
        self._offsets.forget(partitions)
        self._context.assign(set(self._offsets.current))
        gone = set(partitions)
        self._batch = [
            record for record in self._batch if TopicPartition(record.topic, record.kafka_partition) not in gone
        ]
        self._recorder.put("partition-count", len(self._offsets.current))

    # --- the end --------------------------------------------------------------------------------------------------------------

    def _stop_task(self) -> None:
        try:
            self._task.stop()
        except Exception:
            log.warning("Could not stop task %s", class_name(type(self._task)), exc_info=True)

    def _close(self) -> None:
        self._consumer.close()
        self._errant_records.close()
        self._transformations.close()
        self._converters.close()
