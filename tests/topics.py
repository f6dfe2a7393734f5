"""What is in a topic, and what is put into it, seen with a plain client."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from confluent_kafka import Consumer, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from tests.waiting import wait_for

QUIET = {"log_level": 2}


def read_topic(bootstrap: str, topic: str) -> list[Message]:
    """All records that are in the topic now, partition by partition, in order of their offsets; none when there is no such topic."""
    if topic not in AdminClient({"bootstrap.servers": bootstrap, **QUIET}).list_topics(timeout=10).topics:
        return []
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reader", "enable.auto.commit": False, **QUIET})
    try:
        partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        return [message for number in partitions for message in _read_partition(consumer, topic, number)]
    finally:
        consumer.close()


def read_values(bootstrap: str, topic: str) -> list[Any]:
    """The values of all records, taken as JSON."""
    return [json.loads(message.value() or b"null") for message in read_topic(bootstrap, topic)]


def write_records(
    bootstrap: str,
    topic: str,
    values: Iterable[bytes | str | None],
    *,
    key: bytes | str | None = None,
    partition: int = -1,
    headers: Sequence[tuple[str, bytes]] = (),
) -> None:
    """Returns when Kafka has them all."""
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 0, **QUIET})
    for value in values:
        producer.produce(topic, value, key, partition, headers=list(headers))
    assert producer.flush(30) == 0


def committed_offsets(bootstrap: str, group: str, topic: str, partitions: int = 1) -> list[int]:
    """Offsets of a consumer group by partition; below 0 where there is none."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False, **QUIET})
    try:
        wanted = [TopicPartition(topic, number) for number in range(partitions)]
        return [item.offset for item in consumer.committed(wanted, timeout=10)]
    finally:
        consumer.close()


def _read_partition(consumer: Consumer, topic: str, number: int) -> list[Message]:
    low, high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)
    if low == high:
        return []
    consumer.assign([TopicPartition(topic, number, low)])
    messages: list[Message] = []

    def is_read() -> bool:
        messages.extend(message for message in consumer.consume(10_000, 0.1) if message.error() is None)
        return bool(messages) and (messages[-1].offset() or 0) >= high - 1

    wait_for(is_read, 30, what=f"all records of {topic}-{number}")
    return messages
