"""The producer of a source task where Kafka does not take what it is given."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from confluent_kafka import KafkaError
from confluent_kafka.admin import AdminClient, NewTopic

from dev.kafka import Kafka, KafkaBroker
from dev.process import free_port
from isthmus import ConnectError, SourceRecord
from tests.waiting import wait_for
from workers.tasks.control import TaskControl, TaskStoppingError
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
def control() -> Iterator[TaskControl]:
    control = TaskControl()
    yield control
    control.stop()  # whatever still waits in a thread


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


@pytest.fixture(scope="module")
def strict_kafka() -> Iterator[KafkaBroker]:
    """A broker that makes no topics by itself."""
    with KafkaBroker(properties={"auto.create.topics.enable": "false"}) as broker:
        yield broker


def impatient(kafka: Kafka, control: TaskControl) -> RecordProducer:
    """With a client that gives up at once on a topic that is not there."""
    return RecordProducer({"bootstrap.servers": kafka.bootstrap, "topic.metadata.propagation.max.ms": 1}, control)


def test_a_topic_that_is_not_there_is_waited_for(
    strict_kafka: KafkaBroker, control: TaskControl, caplog: pytest.LogCaptureFixture
) -> None:
    producer = impatient(strict_kafka, control)
    waiting = ThreadPoolExecutor(1).submit(producer.await_topic, "late")
    wait_for(lambda: "The task waits for topic 'late': Broker: Unknown topic or partition" in caplog.text)
    assert not waiting.done()

    create_topic(strict_kafka, "late")
    waiting.result(30)

    producer.send(1, batch("late", b"value"))
    assert producer.flush(30)
    producer.raise_error()


def test_the_wait_for_a_topic_is_limited_by_max_block_ms(strict_kafka: KafkaBroker, control: TaskControl) -> None:
    settings = {"bootstrap.servers": strict_kafka.bootstrap, "topic.metadata.propagation.max.ms": 1}
    producer = RecordProducer(settings, control, max_block_s=0.2)

    producer.await_topic("never")

    with pytest.raises(ConnectError, match="Unrecoverable exception"):
        producer.send(1, batch("never", b"value"))


def test_the_wait_for_room_is_limited_by_max_block_ms(control: TaskControl) -> None:
    settings = {"bootstrap.servers": f"localhost:{free_port()}", "log_level": 0, "queue.buffering.max.messages": 1}
    producer = RecordProducer(settings, control, max_block_s=0.2)

    with pytest.raises(ConnectError, match="Unrecoverable exception from producer send callback") as caught:
        producer.send(1, batch("any", b"first", b"second"))

    assert isinstance(caught.value.__cause__, BufferError)
    producer.purge()


def test_the_wait_for_a_topic_ends_when_the_task_stops_also_in_an_outage(control: TaskControl) -> None:
    producer = RecordProducer({"bootstrap.servers": f"localhost:{free_port()}", "log_level": 0}, control)
    waiting = ThreadPoolExecutor(1).submit(producer.await_topic, "any")

    control.stop()

    with pytest.raises(TaskStoppingError):
        waiting.result(30)


@pytest.mark.kafka
def test_a_name_that_no_topic_can_have_is_not_waited_for(kafka: Kafka, control: TaskControl) -> None:
    impatient(kafka, control).await_topic(NO_TOPIC_NAME)


@pytest.mark.kafka
def test_a_topic_that_the_broker_makes_by_itself_is_there(
    kafka: Kafka, control: TaskControl, topic_name: Callable[[], str]
) -> None:
    topic = topic_name()
    producer = impatient(kafka, control)

    producer.await_topic(topic)

    producer.send(1, batch(topic, b"value"))
    assert producer.flush(30)
    producer.raise_error()


def create_topic(kafka: Kafka, topic: str) -> None:
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap, "log_level": 2})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(30)
