"""Where failed records are reported: the log and, for sinks, the dead letter queue.

Used on the task's main thread; errant records of a sink task may come from any of its threads.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple, cast

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as KafkaMessage
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from isthmus import ConnectError, SinkRecord, TopicPartition
from isthmus.errors import format_trace, java_class_name
from workers.clients.client_events import ClientErrors, client_logger
from workers.tasks.control import TaskControl, TaskStoppingError
from workers.tasks.conversion import ConverterSet
from workers.tasks.error_handler import ErrorHandler, ErrorReport, Stage
from workers.tasks.messages import Message, RawHeaders, headers_of, offset_of, partition_of, timestamp_of, topic_of
from workers.tasks.recorder import Recorder

log = logging.getLogger(__name__)

_ADMIN_TIMEOUT_S = 30.0
_FLUSH_TIMEOUT_S = 5.0
_ROOM_WAIT_S = 0.02
_TIMESTAMP_TYPES = {1: "CreateTime", 2: "LogAppendTime"}
_SINK_TASK_CLASS = "org.apache.kafka.connect.sink.SinkTask"


class LogReporter:
    """`errors.log.enable`: one line at ERROR for each failed record, with its content only when that is wanted."""

    def __init__(self, task: str, recorder: Recorder, *, includes_messages: bool) -> None:
        self._task = task
        self._recorder = recorder
        self._includes_messages = includes_messages

    def report(self, report: ErrorReport) -> None:
        record = self._record(report.original) if self._includes_messages else ""
        log.error(
            "Error encountered in task %s. Executing stage '%s' with class '%s'%s.",
            self._task,
            report.stage.value,
            report.class_name,
            record,
            exc_info=report.error,
        )
        self._recorder.add("total-errors-logged")

    def _record(self, original: Any) -> str:
        if not isinstance(original, KafkaMessage):
            return f", where source record is = {original}"
        kind, timestamp = original.timestamp()
        when = f", timestamp={timestamp}, timestampType={_TIMESTAMP_TYPES[kind]}" if kind else ""
        where = f"topic='{original.topic()}', partition={original.partition()}, offset={original.offset()}"
        return f", where consumed record is {{{where}{when}}}"


class DeadLetterQueue:
    """`errors.deadletterqueue.topic.name`: the failed records, as they were consumed, with headers that say why."""

    def __init__(
        self,
        topic: str,
        producer_settings: Mapping[str, Any],
        connector: str,
        task: int,
        recorder: Recorder,
        control: TaskControl,
        *,
        has_context_headers: bool,
    ) -> None:
        self._topic = topic
        self._connector = connector
        self._task_number = task
        self._recorder = recorder
        self._control = control
        self._has_context_headers = has_context_headers
        self._client_errors = ClientErrors()
        self._producer = Producer({**producer_settings, "error_cb": self._client_errors}, logger=client_logger())

    def report(self, report: ErrorReport) -> Future[None]:
        """Sends the record; the future ends when Kafka has it, or with the reason why not.

        Raises TaskStoppingError when the task stops while it waits for room, ConnectError when Kafka refuses the log-in.
        """
        self._recorder.add("deadletterqueue-produce-requests")
        message: Message = report.original
        headers: RawHeaders = list(headers_of(message) or ())
        if self._has_context_headers:
            headers += self._context_headers(message, report)
        future: Future[None] = Future()

        def delivered(error: KafkaError | None, _message: Message) -> None:
            if error is None:
                future.set_result(None)
            else:
                self._failed(error)
                future.set_exception(KafkaException(error))

        try:
            self._produce(message, headers, delivered)
        except KafkaException as error:  # the client itself refuses it, for example as too large with its headers
            self._failed(error.args[0])
            future.set_exception(error)
        self._producer.poll(0)
        return future

    def flush(self, timeout_s: float) -> bool:
        """Waits until Kafka has answered for every dead letter; False when some are still outstanding after `timeout_s`."""
        return self._producer.flush(timeout_s) == 0

    def _produce(
        self, message: Message, headers: RawHeaders, delivered: Callable[[KafkaError | None, Message], None]
    ) -> None:
        """Waits while the client's buffer is full, as Java's producer does."""
        kind, timestamp = timestamp_of(message)
        while True:
            try:
                self._producer.produce(
                    self._topic,
                    message.value(),
                    message.key(),
                    on_delivery=delivered,
                    timestamp=timestamp if kind else 0,
                    headers=cast(Any, headers),
                )
            except BufferError:
                if self._control.is_stopping:
                    raise TaskStoppingError from None
                self._producer.poll(_ROOM_WAIT_S)
                self._client_errors.raise_fatal()
            else:
                return

    def _failed(self, error: KafkaError) -> None:
        log.error("Could not produce message to dead letter queue. topic=%s: %s", self._topic, error.str())
        self._recorder.add("deadletterqueue-produce-failures")

    def _context_headers(self, message: Message, report: ErrorReport) -> RawHeaders:
        error = report.error
        values = {
            "topic": message.topic(),
            "partition": message.partition(),
            "offset": message.offset(),
            "connector.name": self._connector,
            "task.id": self._task_number,
            "stage": report.stage.value,
            "class.name": report.class_name,
            "exception.class.name": java_class_name(error),
            "exception.message": str(error) or None,
            "exception.stacktrace": format_trace(error),
        }
        return [
            (f"__connect.errors.{name}", None if value is None else str(value).encode(errors="backslashreplace"))
            for name, value in values.items()
        ]


def create_dead_letter_topic(topic: str, replication_factor: int, admin_settings: Mapping[str, Any]) -> None:
    """Makes sure that the queue's topic exists. Raises ConnectError when it cannot be."""
    try:
        admin = AdminClient(dict(admin_settings), logger=client_logger())
        if topic in admin.list_topics(timeout=_ADMIN_TIMEOUT_S).topics:
            return
        log.error("Topic %s doesn't exist. Will attempt to create topic.", topic)
        admin.create_topics([NewTopic(topic, 1, replication_factor)], request_timeout=_ADMIN_TIMEOUT_S)[topic].result()
    except KafkaException as error:
        if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
            raise ConnectError(f"Could not initialize dead letter queue with topic={topic}") from error


_Place = tuple[str, int | None, int | None]  # topic, partition, offset


class _Pending(NamedTuple):
    partition: TopicPartition
    future: Future[Any]


class ErrantRecords:
    """Connect's ErrantRecordReporter: records that the sink task itself could not digest. Any thread of the task."""

    def __init__(self, errors: ErrorHandler[Any], converters: ConverterSet, queue: DeadLetterQueue | None) -> None:
        self._errors = errors
        self._converters = converters
        self._queue = queue
        self._lock = threading.Lock()
        self._pending: list[_Pending] = []
        self._refused: BaseException | None = None
        self._messages: Sequence[Message] = ()
        self._by_place: dict[_Place, Message] = {}

    def remember(self, messages: Sequence[Message]) -> None:
        """The messages of the batch that the task gets next, so that reports carry them as they were consumed."""
        with self._lock:
            self._messages, self._by_place = messages, {}

    def report(self, record: SinkRecord, error: BaseException) -> Future[None]:
        """Raises ConnectError when errors.tolerance=none; the task then fails even if it swallows that."""
        message = self._as_message(record)
        futures = self._errors.report(ErrorReport(Stage.TASK_PUT, _SINK_TASK_CLASS, message, error))
        if not self._errors.policy.tolerates_all:
            self._refused = error
            raise ConnectError("Tolerance exceeded in error handler") from error
        partition = TopicPartition(record.original_topic or record.topic, _number(record.original_kafka_partition))
        with self._lock:
            self._pending += [_Pending(partition, future) for future in futures]
        return _all_done(futures)

    def message_of(self, record: SinkRecord) -> Message:
        """The consumed message that a record of the present batch was made from, for reports of failed transformations."""
        return self._as_message(record)

    def raise_refused(self) -> None:
        """After each put: an error that was reported and not tolerated fails the task."""
        if self._refused is not None:
            raise ConnectError("Tolerance exceeded in error handler") from self._refused

    def wait_for(self, partitions: Collection[TopicPartition]) -> bool:
        """Before offsets of these partitions are committed: dead letters have to be in Kafka, of all stages.

        False when Kafka has not answered yet, so that nothing is to be committed now. Raises ConnectError when a report
        that the task itself has made could not be written.
        """
        if self._queue is not None and not self._queue.flush(_FLUSH_TIMEOUT_S):
            return False
        with self._lock:
            waiting = [item for item in self._pending if item.partition in partitions]
            self._pending = [item for item in self._pending if item.partition not in partitions]
        for item in waiting:
            try:
                item.future.result(0)
            except Exception as error:
                with self._lock:  # the task fails, and must not commit past these records when it closes either
                    self._pending += waiting
                raise ConnectError("Failed to wait for the reports of errant records") from error
        return True

    def cancel(self, partitions: Collection[TopicPartition]) -> None:
        """Partitions went to another task; it will meet the same records."""
        with self._lock:
            self._pending = [item for item in self._pending if item.partition not in partitions]

    def close(self) -> None:
        if self._queue is not None:
            self._queue.flush(_FLUSH_TIMEOUT_S)

    def _as_message(self, record: SinkRecord) -> Message:
        """The record as it was consumed; one of an earlier batch is made again with the task's converters."""
        topic = record.original_topic or record.topic
        consumed = self._consumed((topic, record.original_kafka_partition, record.original_kafka_offset))
        if consumed is not None:
            return consumed
        converters = self._converters
        return Message(
            topic=topic,
            partition=_number(record.original_kafka_partition),
            offset=_number(record.original_kafka_offset),
            key=converters.key.from_connect_data(topic, record.key_schema, record.key),
            value=converters.value.from_connect_data(topic, record.value_schema, record.value),
            headers=[
                (header.key, converters.header.from_connect_header(topic, header.key, header.schema, header.value))
                for header in record.headers
            ],
            timestamp=(0, 0) if record.timestamp is None else (1, record.timestamp),
        )

    def _consumed(self, place: _Place) -> Message | None:
        with self._lock:
            if not self._by_place:  # made for the first report of a batch: most batches have none
                places = zip(*(map(part, self._messages) for part in (topic_of, partition_of, offset_of)), strict=True)
                self._by_place = dict(zip(places, self._messages, strict=True))
            return self._by_place.get(place)


def _number(value: int | None) -> int:
    return -1 if value is None else value


def _all_done(futures: list[Future[Any]]) -> Future[None]:
    """One future for several; for none it is done."""
    if futures:
        return futures[0]
    done: Future[None] = Future()
    done.set_result(None)
    return done
