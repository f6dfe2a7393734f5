"""Sends the records of a source task, and knows whether Kafka has acknowledged all of them.

Measurements behind the shape (one produce loop per batch, positional arguments, reports of errors only, flush at the offset commit) are
described in docs/decisions. Used on the task's main thread, and by the offset committer under the task's send lock.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer

from isthmus import ConnectError, RecordMetadata, SourceRecord
from workers.clients.client_events import ClientErrors, client_logger
from workers.tasks.control import TaskControl, TaskStoppingError
from workers.tasks.conversion import Outgoing
from workers.tasks.messages import Message, key_of, offset_of, partition_of, timestamp_of, topic_of, value_of

log = logging.getLogger(__name__)

_ROOM_WAIT_S = 0.02
_FLUSH_SLICE_S = 0.5
_METADATA_TIMEOUT_S = 1.0
# A topic that the broker makes because it is asked for is there at once; one that somebody has to make is not.
_QUICK_RETRIES = 10
_QUICK_RETRY_S = 0.1
_RETRY_S = 1.0

OnFailed = Callable[[SourceRecord, KafkaException], None]
OnAcknowledged = Callable[[SourceRecord, RecordMetadata], None]


class SentBatch:
    """A batch on its way to Kafka. The client calls `refused` for records that Kafka did not take, and only for those."""

    __slots__ = ("_on_refused", "batch", "number")

    def __init__(
        self, number: int, batch: Outgoing, on_refused: Callable[[SentBatch, KafkaError, Message], None]
    ) -> None:
        self.number = number
        self.batch = batch
        self._on_refused = on_refused

    def refused(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self._on_refused(self, error, message)

    def record_of(self, message: Message) -> SourceRecord:
        """The record as `poll` returned it; the client only tells what it sent."""
        return _record_of(self.batch, topic_of(message), key_of(message), value_of(message))


class RecordProducer:
    """A Kafka producer for one source task.

    `on_failed` (errors.tolerance=all) is told of each record that Kafka refused, which then counts as done; without it the first
    refusal is kept in `error`. `on_acknowledged` is told of each record; only tasks that override `commit_record` pay for it.
    `max_block_s` limits each wait for a topic and for room.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        control: TaskControl,
        *,
        max_block_s: float = math.inf,
        on_failed: OnFailed | None = None,
        on_acknowledged: OnAcknowledged | None = None,
    ) -> None:
        self._control = control
        self._max_block_s = max_block_s
        self._on_failed = on_failed
        self._on_acknowledged = on_acknowledged
        self.error: KafkaException | None = None
        self.first_failed: float = float("inf")
        """Number of the first batch of which Kafka refused a record: all before it are acknowledged once nothing is outstanding."""
        self._client_errors = ClientErrors()
        self._producer = Producer(
            {**settings, "delivery.report.only.error": on_acknowledged is None, "error_cb": self._client_errors},
            logger=client_logger(),
        )

    @property
    def outstanding(self) -> int:
        """Records that Kafka has neither acknowledged nor refused yet."""
        return len(self._producer)

    def raise_error(self) -> None:
        """Raises ConnectError when a record could not be delivered, so that the task fails instead of losing it."""
        self._producer.poll(0)
        self._client_errors.raise_fatal()
        if self.error is not None:
            raise ConnectError("Unrecoverable exception from producer send callback") from self.error

    def await_topic(self, topic: str) -> None:
        """Blocks until the topic exists, as Java's producer does; asking makes a broker create it that creates topics by itself.

        Called before the first record to a topic: librdkafka's own wait ends after 35 minutes, with the records that waited. After
        `max_block_s` they are left to that. Raises TaskStoppingError when the task stops meanwhile, ConnectError as `raise_error`.
        """
        deadline = time.monotonic() + self._max_block_s
        retries = 0
        while (trouble := self._trouble_with(topic)) is not None and time.monotonic() < deadline:
            self.raise_error()
            retries += 1
            if retries == _QUICK_RETRIES:
                log.warning("The task waits for topic '%s': %s", topic, trouble.str())
            if self._control.wait_for_stop(_QUICK_RETRY_S if retries < _QUICK_RETRIES else _RETRY_S):
                raise TaskStoppingError

    def _trouble_with(self, topic: str) -> KafkaError | None:
        """Why it is not known that the topic exists. What else may be wrong with it, records that are sent to it will tell."""
        try:
            error = self._producer.list_topics(topic, _METADATA_TIMEOUT_S).topics[topic].error
        except KafkaException as no_answer:
            reason: KafkaError = no_answer.args[0]
            return reason
        return error if error is not None and error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART else None

    def send(self, number: int, batch: Outgoing) -> None:
        """Hands a batch to the client; waits while its buffer is full. Raises TaskStoppingError when the task stops meanwhile."""
        produce = self._producer.produce
        for item in zip(*self._columns(number, batch), strict=True):
            try:
                produce(*item)
            except BufferError:
                self._produce_when_there_is_room(batch, item)
            except KafkaException as error:
                self._not_taken(batch, item, error)
        self._producer.poll(0)

    def flush(self, timeout_s: float) -> bool:
        """Waits until Kafka has answered for every record; False when some are still outstanding after `timeout_s`."""
        return self._producer.flush(max(timeout_s, 0.0)) == 0

    def drain(self, is_over: Callable[[], bool]) -> bool:
        """Waits without a limit of its own until Kafka has answered for every record, or `is_over()`, or no waiting helps."""
        while not self.flush(_FLUSH_SLICE_S):
            if is_over() or self._client_errors.fatal is not None:
                return False
        return True

    def purge(self) -> None:
        """Gives up what is outstanding, so that closing does not wait for a broker that does not answer."""
        self._on_failed = None  # Kafka has not refused these; they are read again
        self._producer.purge()
        self._producer.poll(0)

    def _columns(self, number: int, batch: Outgoing) -> Sequence[Sequence[Any]]:
        """The arguments of produce() by column: topic, value, key, partition, callback, its alias, timestamp, headers."""
        records = batch.records
        count = len(records)
        partitions = [-1 if record.kafka_partition is None else record.kafka_partition for record in records]
        timestamps = [record.timestamp or 0 for record in records]
        if min(timestamps, default=0) < 0:
            timestamps = [_checked_timestamp(timestamp) for timestamp in timestamps]
        sent = SentBatch(number, batch, self._refused)
        callbacks: Sequence[Any] = [sent.refused] * count
        if self._on_acknowledged is not None:
            callbacks = [partial(self._delivered, sent, record) for record in batch.originals or records]
        topics = [record.topic for record in records]
        nothing = [None] * count
        return topics, batch.values, batch.keys, partitions, callbacks, nothing, timestamps, batch.headers or nothing

    def _produce_when_there_is_room(self, batch: Outgoing, item: tuple[Any, ...]) -> None:
        deadline = time.monotonic() + self._max_block_s
        while True:
            if self._control.is_stopping:
                raise TaskStoppingError
            self._producer.poll(_ROOM_WAIT_S)
            self._client_errors.raise_fatal()
            try:
                self._producer.produce(*item)
            except BufferError as error:
                if time.monotonic() < deadline:
                    continue
                log.error("Failed to send record to topic '%s': no room within max.block.ms", item[0])
                raise ConnectError("Unrecoverable exception from producer send callback") from error
            except KafkaException as error:
                self._not_taken(batch, item, error)
            return

    def _not_taken(self, batch: Outgoing, item: tuple[Any, ...], error: KafkaException) -> None:
        """The client itself refuses a record. One that is too large is refused by Kafka in Java's eyes."""
        topic, value, key, *_ = item
        if error.args[0].code() != KafkaError.MSG_SIZE_TOO_LARGE or self._on_failed is None:
            log.error("Failed to send record to topic '%s': %s", topic, error.args[0].str())
            raise ConnectError("Unrecoverable exception trying to send") from error
        self._on_failed(_record_of(batch, topic, key, value), error)

    def _refused(self, sent: SentBatch, error: KafkaError, message: Message) -> None:
        if self._on_failed is not None:
            self._on_failed(sent.record_of(message), KafkaException(error))
            return
        self.first_failed = min(self.first_failed, sent.number)
        if self.error is None:
            log.error("Failed to send record to topic '%s': %s", topic_of(message), error.str())
            self.error = KafkaException(error)

    def _delivered(self, sent: SentBatch, record: SourceRecord, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self._refused(sent, error, message)
        elif self._on_acknowledged is not None:
            _kind, timestamp = timestamp_of(message)
            metadata = RecordMetadata(topic_of(message), partition_of(message), offset_of(message), timestamp)
            self._on_acknowledged(record, metadata)


def _record_of(batch: Outgoing, topic: str, key: bytes | None, value: bytes | None) -> SourceRecord:
    """The record as `poll` returned it that was converted to this."""
    sent = zip((record.topic for record in batch.records), batch.keys, batch.values, strict=True)
    originals = batch.originals or batch.records
    return next(original for original, item in zip(originals, sent, strict=True) if item == (topic, key, value))


def _checked_timestamp(timestamp: int) -> int:
    if timestamp == -1:
        return 0
    if timestamp < 0:
        raise ConnectError(f"Invalid record timestamp {timestamp}")
    return timestamp
