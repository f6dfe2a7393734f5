"""The producer of a source task where Kafka does not take what it is given."""

from __future__ import annotations

import logging

import pytest
from confluent_kafka import KafkaError

from dev.kafka import Kafka
from isthmus import ConnectError, SourceRecord
from workers.tasks.control import TaskControl
from workers.tasks.conversion import Outgoing
from workers.tasks.record_producer import RecordProducer

NO_TOPIC_NAME = "no topic"


def batch(topic: str, *values: bytes) -> Outgoing:
    records = [SourceRecord({}, {}, topic, value=value) for value in values]
    return Outgoing(records, [None] * len(values), values, None)


@pytest.fixture
def producer(kafka: Kafka, control: TaskControl) -> RecordProducer:
    return RecordProducer({"bootstrap.servers": kafka.bootstrap, "queue.buffering.max.messages": 1}, control)


@pytest.fixture
def control() -> TaskControl:
    return TaskControl()


@pytest.mark.kafka
def test_a_record_that_is_refused_when_there_is_room_for_it_fails_the_task_with_connects_text(
    producer: RecordProducer, caplog: pytest.LogCaptureFixture
) -> None:
    """The second record waits for the first, and by then it is known that there can be no such topic."""
    with pytest.raises(ConnectError, match="Unrecoverable exception trying to send") as caught:
        producer.send(1, batch(NO_TOPIC_NAME, b"first", b"second"))

    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.args[0].code() == KafkaError._UNKNOWN_TOPIC
    assert f"Failed to send record to topic '{NO_TOPIC_NAME}'" in caplog.text


@pytest.mark.kafka
def test_the_first_record_that_kafka_refuses_fails_the_task_and_its_topic_is_logged(
    producer: RecordProducer, caplog: pytest.LogCaptureFixture
) -> None:
    producer.send(1, batch(NO_TOPIC_NAME, b"only"))
    assert producer.flush(30)

    with pytest.raises(ConnectError, match="Unrecoverable exception from producer send callback"):
        producer.raise_error()
    assert [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR] == [
        f"Failed to send record to topic '{NO_TOPIC_NAME}': Broker: Invalid topic"
    ]
