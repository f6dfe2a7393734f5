"""The Kafka consumer of a sink task: subscription, batches, rebalances, positions, commits.

Used on the task's main thread only; the callbacks run on it too, inside `poll`. Offsets are those of the original Kafka partitions.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from confluent_kafka import OFFSET_INVALID, Consumer, KafkaError, KafkaException
from confluent_kafka import TopicPartition as KafkaPartition

from isthmus import ConnectError, OffsetAndMetadata, TopicPartition
from workers.clients.client_events import ClientErrors, client_logger
from workers.tasks.messages import Message, error_of, partition_of, topic_of

log = logging.getLogger(__name__)

POLL_SLICE_S = 0.1
"""librdkafka's poll cannot be woken from outside, so a wait is cut in slices in which the loop looks at its orders."""

_METADATA_TIMEOUT_S = 3.0
_METADATA_RETRY_S = 1.0
_CLOSE_TIMEOUT_S = 1.0
_FATAL = frozenset(
    {
        KafkaError._AUTHENTICATION,
        KafkaError.SASL_AUTHENTICATION_FAILED,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError._AUTO_OFFSET_RESET,
        KafkaError.UNSUPPORTED_SASL_MECHANISM,
        KafkaError.FENCED_INSTANCE_ID,
    }
)

Offsets = Mapping[TopicPartition, OffsetAndMetadata]


class RebalanceListener(Protocol):
    """Told inside `poll` which partitions came and went. What it raises is kept and raised by that poll."""

    def assigning(self, positions: Mapping[TopicPartition, int]) -> Mapping[TopicPartition, int]:
        """Before the consumer starts with them; returns where each partition shall really go on."""

    def assigned(self) -> None:
        """The consumer has started with them."""

    def revoked(self, partitions: Sequence[TopicPartition]) -> None: ...

    def lost(self, partitions: Sequence[TopicPartition]) -> None: ...


class Subscription:
    """Topics by name or by a regular expression that has to match the whole name (`topics`, `topics.regex`)."""

    def __init__(self, topics: Sequence[str], regex: str | None, refresh_s: float) -> None:
        self._pattern = re.compile(regex) if regex else None
        self._topics = list(topics)
        self._refresh_s = refresh_s
        self._next_refresh = 0.0

    def changed_topics(self, consumer: Consumer, now: float) -> list[str] | None:
        """The topics to subscribe to when they differ from those subscribed before. Asks Kafka now and then when there is a regex."""
        if self._pattern is None:
            changed, self._next_refresh = self._next_refresh == 0, 1.0
            return self._topics if changed else None
        if now < self._next_refresh:
            return None
        try:
            known = consumer.list_topics(timeout=_METADATA_TIMEOUT_S).topics
        except KafkaException as error:
            # An outage costs time only; what is already subscribed to goes on.
            log.warning("Topics for %s could not be listed: %s", self._pattern.pattern, error.args[0].str())
            self._next_refresh = now + _METADATA_RETRY_S
            return None
        self._next_refresh = now + self._refresh_s
        matching = sorted(topic for topic in known if self._pattern.fullmatch(topic))
        if matching == self._topics:
            return None
        self._topics = matching
        return matching


class SinkConsumer:
    """Wraps one consumer. `listener` hears of rebalances, `on_committed(error, offsets)` of asynchronous commits.

    Their answers may come in another order, and more than one may be under way; the offsets tell which it is.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        subscription: Subscription,
        max_poll_records: int,
        api_timeout_s: float,
        listener: RebalanceListener,
        on_committed: Callable[[KafkaError | None, Mapping[TopicPartition, int]], None],
    ) -> None:
        self._subscription = subscription
        self._max_poll_records = max_poll_records
        self._api_timeout_s = api_timeout_s
        self._listener = listener
        self._on_committed = on_committed
        self._error: Exception | None = None
        self._gone: set[TopicPartition] = set()
        self._started: dict[TopicPartition, int] = {}
        self._resets_to_latest = settings.get("auto.offset.reset") in ("latest", "largest", "end")
        self._may_reset = settings.get("auto.offset.reset") not in ("error", None)
        self._is_cooperative = "cooperative" in str(settings.get("partition.assignment.strategy", ""))
        self._client_errors = ClientErrors()
        self._consumer = Consumer(
            {**settings, "on_commit": self._commit_done, "error_cb": self._client_errors}, logger=client_logger()
        )
        self._is_closed = False

    def poll(self, timeout_s: float, is_woken: Callable[[], bool]) -> list[Message]:
        """The next records: at most `max.poll.records`, none when `timeout_s` has passed or `is_woken()`.

        Returns with the first records that are there. Raises ConnectError for what Java's consumer raises, and what the listener raised.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            now = time.monotonic()
            self._subscribe(now)
            first = self._consumer.poll(min(max(deadline - now, 0), POLL_SLICE_S))
            self._raise_error()
            if first is not None:
                self._gone.clear()
                self._started.clear()
                # poll, then what is there already: waits for one record only, and costs no more than a large consume.
                messages = [first, *self._consumer.consume(self._max_poll_records - 1, 0)]
                self._raise_error()
                if self._gone:  # a rebalance came between the two
                    messages = self._without_gone(messages)
                return _without_errors(messages) if any(map(error_of, messages)) else messages
            if time.monotonic() >= deadline or is_woken():
                return []

    def _without_gone(self, messages: Sequence[Message]) -> list[Message]:
        """Whoever has the partitions now that went away reads these records again.

        That may be this consumer itself; then records from before and after the rebalance may stand side by side, and it starts again.
        """
        for partition in self._gone & self._started.keys():
            try:
                self.seek(partition, self._started[partition])
            except KafkaException as error:
                if error.args[0].code() != KafkaError._STATE:
                    raise
                # Reading has not started yet, so nothing was read.
        return [message for message in messages if _partition(message) not in self._gone]

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        if kafka_partitions := _to_kafka(partitions):
            self._consumer.pause(kafka_partitions)

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        if kafka_partitions := _to_kafka(partitions):
            self._consumer.resume(kafka_partitions)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._consumer.seek(KafkaPartition(partition.topic, partition.partition, offset))

    def commit_async(self, offsets: Offsets) -> None:
        """The result comes to `on_committed` during a later poll."""
        self._consumer.commit(offsets=_with_offsets(offsets), asynchronous=True)

    def commit_sync(self, offsets: Offsets) -> None:
        """Blocks until Kafka has the offsets. Raises KafkaException when it refuses any of them."""
        for partition in self._consumer.commit(offsets=_with_offsets(offsets), asynchronous=False) or []:
            if partition.error is not None:
                raise KafkaException(partition.error)

    def close(self) -> None:
        """Leaves the group, and does not wait long for it: offsets are committed before, and the process ends anyway.

        While the group is being rebalanced librdkafka's farewell is stuck behind its request to join, for as long as other
        members take, and closing would use up the whole time of a graceful stop.
        """
        self._is_closed = True
        closing = threading.Thread(target=self._consumer.close, name="consumer-close", daemon=True)
        closing.start()
        closing.join(_CLOSE_TIMEOUT_S)
        if closing.is_alive():
            log.info("The consumer could not leave its group within %s s", _CLOSE_TIMEOUT_S)

    def _subscribe(self, now: float) -> None:
        topics = self._subscription.changed_topics(self._consumer, now)
        if topics:
            self._consumer.subscribe(topics, on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._lost)

    # --- callbacks of the client, inside poll and close ---------------------------------------------------------------------

    def _assigned(self, consumer: Consumer, partitions: list[KafkaPartition]) -> None:
        if self._is_closed or self._error is not None:  # nothing will be read of them any more
            return
        try:
            positions = self._listener.assigning(self._positions(partitions))
            self._started.update(positions)
            assigned = [KafkaPartition(tp.topic, tp.partition, offset) for tp, offset in positions.items()]
            if self._is_cooperative:
                consumer.incremental_assign(assigned)
            else:
                consumer.assign(assigned)
            self._listener.assigned()
        except Exception as error:  # noqa: BLE001  # raised by the poll that this callback is part of
            self._error = error

    def _revoked(self, consumer: Consumer, partitions: list[KafkaPartition]) -> None:
        self._leave(consumer, partitions, self._listener.revoked)

    def _lost(self, consumer: Consumer, partitions: list[KafkaPartition]) -> None:
        self._leave(consumer, partitions, self._listener.lost)

    def _leave(
        self, consumer: Consumer, partitions: list[KafkaPartition], tell: Callable[[Sequence[TopicPartition]], None]
    ) -> None:
        if not self._is_closed:
            left = [TopicPartition(p.topic, p.partition) for p in partitions]
            self._gone.update(left)
            try:
                tell(left)
            except Exception as error:  # noqa: BLE001  # raised by the poll that this callback is part of
                self._error = self._error or error
        if self._is_cooperative:
            consumer.incremental_unassign(partitions)
        else:
            consumer.unassign()

    def _commit_done(self, error: KafkaError | None, partitions: list[KafkaPartition]) -> None:
        refused = next((partition.error for partition in partitions if partition.error is not None), None)
        offsets = {TopicPartition(partition.topic, partition.partition): partition.offset for partition in partitions}
        self._on_committed(error or refused, offsets)

    def _raise_error(self) -> None:
        self._client_errors.raise_fatal()
        if self._error is not None:
            error, self._error = self._error, None
            if isinstance(error, KafkaException):
                raise ConnectError(f"The consumer cannot go on: {error.args[0].str()}") from error
            raise error

    def _positions(self, partitions: Sequence[KafkaPartition]) -> dict[TopicPartition, int]:
        """Where each partition goes on: the committed offset, or what auto.offset.reset says."""
        committed = self._consumer.committed(list(partitions), timeout=self._api_timeout_s) if partitions else []
        return {TopicPartition(p.topic, p.partition): self._position(p) for p in committed}

    def _position(self, committed: KafkaPartition) -> int:
        if committed.error is not None:
            raise KafkaException(committed.error)
        if committed.offset != OFFSET_INVALID:
            return committed.offset
        where = f"{committed.topic}-{committed.partition}"
        if not self._may_reset:
            raise ConnectError(
                f"Undefined offset with no reset policy for partition {where}: set auto.offset.reset or an offset"
            )
        low, high = self._consumer.get_watermark_offsets(committed, timeout=self._api_timeout_s)
        return high if self._resets_to_latest else low


def _without_errors(messages: Sequence[Message]) -> list[Message]:
    """Records only. Events of the client among them are logged, or raised when the task cannot go on."""
    for message in messages:
        error = message.error()
        if error is None:
            continue
        if error.code() in _FATAL or error.fatal():
            raise ConnectError(f"The consumer cannot go on: {error.str()}") from KafkaException(error)
        log.warning("%s", error.str())
    return [message for message in messages if message.error() is None]


def _partition(message: Message) -> TopicPartition:
    return TopicPartition(topic_of(message), partition_of(message))


def _to_kafka(partitions: Iterable[TopicPartition]) -> list[KafkaPartition]:
    return [KafkaPartition(partition.topic, partition.partition) for partition in partitions]


def _with_offsets(offsets: Offsets) -> list[KafkaPartition]:
    return [
        KafkaPartition(partition.topic, partition.partition, item.offset, metadata=item.metadata)
        for partition, item in offsets.items()
    ]
