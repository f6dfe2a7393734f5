"""Runs one source task: poll, transformations, converters, topic creation, Kafka. Answers to Connect's WorkerSourceTask.

Everything here runs on the main thread of the task's process; the offset committer has a thread of its own and shares the send lock.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from confluent_kafka import KafkaException

from isthmus import RecordMetadata, RetriableError, SourceRecord, SourceTask, SourceTaskContext
from isthmus.answers import ensure_batch, ensure_records
from isthmus.plugin import class_name
from workers.processes.channel import Channel
from workers.tasks.control import TaskStoppingError
from workers.tasks.conversion import Outgoing, OutgoingConversion
from workers.tasks.error_handler import ErrorReport, Stage
from workers.tasks.record_producer import RecordProducer
from workers.tasks.source_offsets import OffsetCommitter, PendingOffsets
from workers.tasks.task_services import TaskServices
from workers.tasks.topic_creation import TopicCreator
from workers.tasks.transformation_chain import TransformationChain

log = logging.getLogger(__name__)

_PAUSED_SLICE_S = 1.0
_CLASS_NAME = "org.apache.kafka.connect.runtime.WorkerSourceTask"


class SourceSettings(NamedTuple):
    """What the runtime itself needs to know of a source task's configuration."""

    connector: str
    task_config: dict[str, str]
    producer: dict[str, Any]
    max_block_s: float
    offset_flush_interval_s: float
    offset_flush_timeout_s: float


class SourceTaskRunner:
    """One life of a source task: `run` returns when it was asked to stop and raises when the task fails."""

    def __init__(
        self,
        task: SourceTask,
        context: SourceTaskContext,
        settings: SourceSettings,
        services: TaskServices,
        topic_creator: TopicCreator,
        channel: Channel,
    ) -> None:
        self._task = task
        self._context = context
        self._settings = settings
        self._converters = services.converters
        self._conversion = OutgoingConversion(services.converters, services.errors)
        self._transformations: TransformationChain[SourceRecord] = services.transformations
        self._errors = services.errors
        self._active_topics = services.active_topics
        self._control = services.control
        self._recorder = services.recorder
        self._topic_creator = topic_creator
        self._channel = channel
        self._send_lock = threading.Lock()
        self._pending = PendingOffsets()
        self._has_committed = threading.Event()
        # A task that does not override commit_record is spared the bookkeeping per record.
        self._tells_records = type(task).commit_record is not SourceTask.commit_record
        self._finished: deque[tuple[SourceRecord, RecordMetadata | None]] = deque()
        # A transformation may fail on what is no record, and where errors are tolerated that would pass for a bad record.
        self._looks_at_all = services.errors.policy.tolerates_all and not services.transformations.is_empty
        self._sent = 0
        self._batch_number = 0

    def run(self, on_running: Callable[[], None], on_paused: Callable[[], None]) -> None:
        """`on_running` and `on_paused` publish the status. Raises what makes the task FAILED."""
        self._producer = RecordProducer(
            self._settings.producer,
            self._control,
            max_block_s=self._settings.max_block_s,
            on_failed=self._delivery_failed if self._errors.policy.tolerates_all else None,
            on_acknowledged=self._acknowledged if self._tells_records else None,
        )
        committer = self._committer()
        try:
            self._run_task(committer, on_running, on_paused)
        finally:
            self._close()

    def _run_task(
        self, committer: OffsetCommitter, on_running: Callable[[], None], on_paused: Callable[[], None]
    ) -> None:
        try:
            self._task.initialize(self._context)
            self._task.start(self._settings.task_config)
            on_running()
            committer.start()
            try:
                self._loop(on_running, on_paused)
            except TaskStoppingError:
                log.debug("Stopping with a batch that was not sent; it will be read again")
            finally:
                committer.finish()
                self._tell_task()
        finally:
            self._stop_task()

    def _loop(self, on_running: Callable[[], None], on_paused: Callable[[], None]) -> None:
        while not self._control.is_stopping:
            if self._control.is_paused:
                on_paused()
                while self._control.wait_while_paused(_PAUSED_SLICE_S):
                    self._producer.raise_error()
                    self._count_outstanding()
                    self._tell_task()
                if not self._control.is_stopping:
                    on_running()
                continue
            self._producer.raise_error()
            self._count_outstanding()
            self._tell_task()
            batch = self._poll()
            if batch:
                self._send_records(batch)

    def _poll(self) -> list[SourceRecord] | None:
        started = time.monotonic()
        try:
            batch = self._task.poll()
        except RetriableError as error:
            log.warning("%s failed to poll records and is asked again: %s", class_name(type(self._task)), error)
            return None
        ensure_batch(self._task, batch)
        if batch is not None:
            if self._looks_at_all:
                ensure_records(self._task, batch)
            self._recorder.batch(len(batch), time.monotonic() - started)
            self._recorder.add("source-record-poll-total", len(batch))
        return batch

    def _send_records(self, batch: list[SourceRecord]) -> None:
        try:
            self._send(batch)
        except Exception:
            # Anything may be in the list; it is looked at here only, since a good batch must not pay for the bad one.
            ensure_records(self._task, batch)
            raise

    def _send(self, batch: Sequence[SourceRecord]) -> None:
        outgoing = self._prepare(batch)
        for topic in {record.topic for record in outgoing.records} - self._active_topics.known:
            self._topic_creator.ensure(topic)
            self._producer.await_topic(topic)
            self._active_topics.add(topic)
        with self._send_lock:
            self._batch_number += 1
            self._producer.send(self._batch_number, outgoing)
            self._pending.track(self._batch_number, outgoing.records)
        self._sent += len(outgoing.records)
        self._recorder.raise_to("source-record-active-count-max", self._count_outstanding())

    def _count_outstanding(self) -> int:
        """Also between polls that bring nothing: what was sent before is acknowledged in the meantime."""
        outstanding = self._producer.outstanding
        self._recorder.put("source-record-write-total", self._sent - outstanding)
        self._recorder.put("source-record-active-count", outstanding)
        return outstanding

    def _prepare(self, batch: Sequence[SourceRecord]) -> Outgoing:
        """Transforms and converts. What is dropped on the way leaves no offset of its own."""
        if not self._tells_records:
            return self._conversion.convert(self._transformations.apply_batch(batch))
        return self._prepare_followed(batch)

    def _prepare_followed(self, batch: Sequence[SourceRecord]) -> Outgoing:
        """For a task with `commit_record`: it hears of each record that it gave, also of those that were dropped."""
        originals: dict[int, SourceRecord] = {}
        transformed: list[SourceRecord] = []
        for record in batch:
            result = self._transformations.apply(record)
            if result is None:
                self._finished.append((record, None))
            else:
                originals[id(result)] = record
                transformed.append(result)
        outgoing = self._conversion.convert(transformed)
        sent = {id(record) for record in outgoing.records}
        self._finished.extend((originals[id(record)], None) for record in transformed if id(record) not in sent)
        return outgoing._replace(originals=[originals[id(record)] for record in outgoing.records])

    # --- what the task hears: on its main thread, between polls -----------------------------------------------------------

    def _tell_task(self) -> None:
        while self._finished:
            record, metadata = self._finished.popleft()
            try:
                self._task.commit_record(record, metadata)
            except Exception:
                log.exception("Exception thrown while calling task.commit_record()")
        if self._has_committed.is_set():
            self._has_committed.clear()
            try:
                self._task.commit()
            except Exception:
                log.exception("Exception thrown while calling task.commit()")

    def _acknowledged(self, record: SourceRecord, metadata: RecordMetadata) -> None:
        self._finished.append((record, metadata))

    def _delivery_failed(self, record: SourceRecord, error: KafkaException) -> None:
        """Kafka refused a record and errors.tolerance=all: reported, and then done with."""
        self._errors.report(ErrorReport(Stage.KAFKA_PRODUCE, _CLASS_NAME, record, error))
        self._recorder.add("total-records-skipped")
        self._finished.append((record, None))

    # --- the end ----------------------------------------------------------------------------------------------------------

    def _stop_task(self) -> None:
        try:
            self._task.stop()
        except Exception:
            log.exception("%s could not be stopped", class_name(type(self._task)))

    def _close(self) -> None:
        self._producer.purge()
        self._topic_creator.close()
        self._transformations.close()
        self._converters.close()

    def _committer(self) -> OffsetCommitter:
        return OffsetCommitter(
            self._channel,
            self._settings.connector,
            self._producer,
            self._pending,
            self._send_lock,
            self._control,
            self._recorder,
            interval_s=self._settings.offset_flush_interval_s,
            timeout_s=self._settings.offset_flush_timeout_s,
            on_committed=self._has_committed.set,
        )
