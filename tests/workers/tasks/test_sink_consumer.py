"""The consumer of a sink at the moments when a simple loop would go wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError

from dev.kafka import Kafka
from dev.process import free_port
from isthmus import OffsetAndMetadata, TopicPartition
from tests.topics import write_records
from tests.waiting import wait_for
from workers.tasks.messages import Message
from workers.tasks.sink_consumer import SinkConsumer, Subscription


class Assignment:
    """A listener that knows what is assigned."""

    def __init__(self) -> None:
        self.partitions: set[TopicPartition] = set()
        self.losses = 0

    def assigning(self, positions: Mapping[TopicPartition, int]) -> Mapping[TopicPartition, int]:
        self.partitions |= set(positions)
        return positions

    def assigned(self) -> None: ...

    def revoked(self, partitions: Sequence[TopicPartition]) -> None:
        self.partitions -= set(partitions)
        self.losses += 1

    lost = revoked


class SlowConsumer(SinkConsumer):
    """Takes its time between the first record and the others, so that rebalances come in between."""

    def _raise_error(self) -> None:
        time.sleep(0.02)
        super()._raise_error()


def ignore_answer(error: KafkaError | None, offsets: Mapping[TopicPartition, int]) -> None:
    """For tests that commit nothing."""


def partition_of(message: Message) -> TopicPartition:
    return TopicPartition(message.topic() or "", message.partition() or 0)


def settings(bootstrap: str, group: str) -> dict[str, Any]:
    return {
        "bootstrap.servers": bootstrap,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "partition.assignment.strategy": "range",
        "log_level": 0,
    }


def test_an_outage_while_topics_are_listed_is_waited_for() -> None:
    nowhere = settings(f"localhost:{free_port()}", "nobody")
    subscription = Subscription([], "some.*", 300)
    consumer = SinkConsumer(nowhere, subscription, 500, 1, Assignment(), ignore_answer)

    assert consumer.poll(0, lambda: False) == []

    consumer.close()


@pytest.mark.kafka
def test_the_answer_to_a_commit_names_its_offsets_also_when_kafka_refuses_them(
    kafka: Kafka, new_topic: Callable[..., str]
) -> None:
    topic = new_topic(partitions=2)
    answers: list[tuple[int | None, Mapping[TopicPartition, int]]] = []
    assignment = Assignment()
    consumer = SinkConsumer(
        settings(kafka.bootstrap, f"group-{topic}"),
        Subscription([topic], None, 300),
        50,
        30,
        assignment,
        lambda error, offsets: answers.append((error.code() if error else None, offsets)),
    )
    first, second = TopicPartition(topic, 0), TopicPartition(topic, 1)
    too_long = "x" * 5000

    def has_answers(count: int) -> bool:
        consumer.poll(0.1, lambda: False)
        return len(answers) >= count

    try:
        wait_for(lambda: consumer.poll(0.1, lambda: False) or assignment.partitions, what="partitions")
        consumer.commit_async({first: OffsetAndMetadata(3), second: OffsetAndMetadata(4)})
        wait_for(lambda: has_answers(1), every_s=0, what="an answer")
        consumer.commit_async({first: OffsetAndMetadata(5, too_long)})
        wait_for(lambda: has_answers(2), every_s=0, what="another answer")
    finally:
        consumer.close()
    assert answers == [
        (None, {first: 3, second: 4}),
        (KafkaError.OFFSET_METADATA_TOO_LARGE, {first: 5}),
    ]


@pytest.mark.kafka
def test_no_record_of_a_partition_comes_after_it_was_revoked(kafka: Kafka, new_topic: Callable[..., str]) -> None:
    topic = new_topic(partitions=4)
    assignment = Assignment()
    given = settings(kafka.bootstrap, f"group-{topic}")
    consumer = SlowConsumer(given, Subscription([topic], None, 300), 50, 30, assignment, ignore_answer)
    over = threading.Event()
    others = [
        threading.Thread(target=work, args=(over,)) for work in (_writer(kafka, topic), _comer_and_goer(given, topic))
    ]
    for other in others:
        other.start()
    strays: list[Message] = []

    def has_lost_often() -> bool:
        strays.extend(m for m in consumer.poll(0.1, lambda: False) if partition_of(m) not in assignment.partitions)
        return assignment.losses >= 6

    try:
        wait_for(has_lost_often, 90, every_s=0, what="rebalances")
    finally:
        over.set()
        for other in others:
            other.join()
        consumer.close()
    assert not strays


def _writer(kafka: Kafka, topic: str) -> Callable[[threading.Event], None]:
    def write(over: threading.Event) -> None:
        while not over.is_set():
            for partition in range(4):
                write_records(kafka.bootstrap, topic, ["x"] * 50, partition=partition)

    return write


def _comer_and_goer(given: dict[str, Any], topic: str) -> Callable[[threading.Event], None]:
    def come_and_go(over: threading.Event) -> None:
        while not over.is_set():
            consumer = Consumer(given)
            consumer.subscribe([topic])
            while not over.is_set() and consumer.poll(0.1) is None:
                pass
            consumer.close()

    return come_and_go
