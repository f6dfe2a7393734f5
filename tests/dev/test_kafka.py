"""The development Kafka itself: what the other tests rest on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Message, Producer
from confluent_kafka.admin import AdminClient

from dev.kafka import PLAIN_PASSWORD, PLAIN_USER, SCRAM_PASSWORD, SCRAM_USER, Kafka, KafkaBroker
from dev.process import ServerFailedError
from tests.process_tree import is_alive
from tests.waiting import wait_for

pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def secure_broker() -> Iterator[KafkaBroker]:
    with KafkaBroker(secure=True, properties={"auto.create.topics.enable": "false"}) as broker:
        yield broker


def write_and_read(topic: str, settings: dict[str, Any]) -> bytes | None:
    producer = Producer(settings)
    producer.produce(topic, b"a line")
    assert producer.flush(30) == 0
    consumer = Consumer({**settings, "group.id": topic, "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    message: Message = wait_for(lambda: consumer.poll(1), what="the record")
    consumer.close()
    return message.value()


def sasl_settings(broker: KafkaBroker, mechanism: str, user: str, password: str) -> dict[str, Any]:
    return {
        "bootstrap.servers": broker.sasl_bootstrap,
        "security.protocol": "SASL_SSL",
        "ssl.ca.location": str(broker.certificates.ca),
        "sasl.mechanism": mechanism,
        "sasl.username": user,
        "sasl.password": password,
        "log_level": 0,
    }


def topic_names(settings: dict[str, Any], timeout_s: float = 30) -> set[str]:
    return set(AdminClient(settings).list_topics(timeout=timeout_s).topics)


def test_a_record_comes_back(kafka: Kafka, new_topic: Callable[..., str]) -> None:
    assert write_and_read(new_topic(), {"bootstrap.servers": kafka.bootstrap}) == b"a line"


def test_a_topic_has_the_settings_it_was_made_with(kafka: Kafka, new_topic: Callable[..., str]) -> None:
    name = new_topic(partitions=3, cleanup_policy="compact")
    topic = AdminClient({"bootstrap.servers": kafka.bootstrap}).list_topics(name, timeout=30).topics[name]
    assert len(topic.partitions) == 3


@pytest.mark.parametrize(
    ("mechanism", "user", "password"),
    [
        ("SCRAM-SHA-256", SCRAM_USER, SCRAM_PASSWORD),
        ("SCRAM-SHA-512", SCRAM_USER, SCRAM_PASSWORD),
        ("PLAIN", PLAIN_USER, PLAIN_PASSWORD),
    ],
)
def test_users_log_in_over_tls(secure_broker: KafkaBroker, mechanism: str, user: str, password: str) -> None:
    assert topic_names(sasl_settings(secure_broker, mechanism, user, password)) is not None


def test_a_wrong_password_is_refused(secure_broker: KafkaBroker) -> None:
    settings = sasl_settings(secure_broker, "SCRAM-SHA-512", SCRAM_USER, "wrong")
    with pytest.raises(KafkaException):
        topic_names(settings, timeout_s=3)


def test_a_client_certificate_opens_the_tls_listener(secure_broker: KafkaBroker) -> None:
    files = secure_broker.certificates
    settings = {
        "bootstrap.servers": secure_broker.ssl_bootstrap,
        "security.protocol": "SSL",
        "ssl.ca.location": str(files.ca),
        "log_level": 0,
    }
    client = {
        "ssl.key.location": str(files.client_key),
        "ssl.certificate.location": str(files.client_certificate),
    }
    assert topic_names({**settings, **client}) is not None
    with pytest.raises(KafkaException):
        topic_names(settings, timeout_s=3)


def test_extra_properties_reach_the_broker(secure_broker: KafkaBroker) -> None:
    settings = sasl_settings(secure_broker, "PLAIN", PLAIN_USER, PLAIN_PASSWORD)
    producer = Producer({**settings, "message.timeout.ms": 3000, "allow.auto.create.topics": True})
    errors: list[object] = []
    producer.produce("never-made", b"x", on_delivery=lambda error, _: errors.append(error))
    producer.flush(30)
    assert errors[0] is not None
    assert "never-made" not in topic_names(settings)


def test_a_broker_comes_back_on_its_port_with_its_data() -> None:
    with KafkaBroker() as broker:
        settings = {"bootstrap.servers": broker.bootstrap}
        producer = Producer(settings)
        producer.produce("kept", b"a line")
        assert producer.flush(30) == 0
        broker.stop()
        assert not broker.is_running
        broker.start()
        assert "kept" in topic_names(settings)


def test_a_paused_broker_answers_again_after_resume() -> None:
    with KafkaBroker() as broker:
        settings = {"bootstrap.servers": broker.bootstrap, "log_level": 0}
        broker.pause()
        with pytest.raises(KafkaException):
            topic_names(settings, timeout_s=1)
        broker.resume()
        assert topic_names(settings) is not None


def test_a_broker_that_cannot_start_shows_why() -> None:
    broker = KafkaBroker(properties={"log.retention.ms": "soon"})
    with pytest.raises(ServerFailedError, match="log\\.retention\\.ms"):
        broker.start()
    broker.close()


def test_a_port_that_is_taken_is_told_and_nothing_is_left(kafka: Kafka, tmp_path: Path) -> None:
    port = kafka.bootstrap.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "dev.kafka", "--port", port],
        env={**os.environ, "TMPDIR": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"port {port} is in use by another program; python -m dev.kafka --port N\n"
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_of_a_broker_that_did_not_start() -> None:
    broker = KafkaBroker(properties={"log.retention.ms": "soon"})
    with pytest.raises(ServerFailedError), broker:
        pytest.fail("it has started")
    assert not broker.folder.exists()


def test_nothing_is_left_of_a_closed_broker() -> None:
    broker = KafkaBroker()
    broker.start()
    pid = broker.pid
    broker.close()
    assert not broker.folder.exists()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a parent-death signal")
def test_a_broker_dies_with_the_process_that_started_it() -> None:
    script = (
        "from dev.kafka import KafkaBroker; b = KafkaBroker(); b.start(); print(b.pid, b.folder, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid, folder = parent.stdout.readline().split()
        parent.send_signal(signal.SIGKILL)
    wait_for(lambda: not is_alive(int(pid)), 10, what="the broker's end")
    subprocess.run(["rm", "-r", folder], check=True)
