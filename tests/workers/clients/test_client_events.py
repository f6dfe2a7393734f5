from __future__ import annotations

import logging

import pytest
from confluent_kafka import KafkaError

from isthmus import java_class_name
from workers.clients.client_events import AuthenticationError, ClientErrors, client_logger, fatal_error
from workers.clients.cluster import lookup_cluster_id
from workers.clients.translation import translate
from workers.errors import StartError


def test_a_refused_login_is_the_end_and_a_lost_connection_is_not() -> None:
    errors = ClientErrors()
    errors(KafkaError(KafkaError._TRANSPORT, "broken pipe"))
    errors.raise_fatal()
    errors(KafkaError(KafkaError._ALL_BROKERS_DOWN, "1/1 brokers are down"))
    assert errors.latest == "broken pipe"
    errors(KafkaError(KafkaError._AUTHENTICATION, "wrong password"))
    errors(KafkaError(KafkaError._ALL_BROKERS_DOWN, "1/1 brokers are down"))
    with pytest.raises(AuthenticationError, match="wrong password") as caught:
        errors.raise_fatal()
    assert java_class_name(caught.value) == "org.apache.kafka.common.errors.SaslAuthenticationException"


@pytest.mark.parametrize(
    ("code", "text", "is_fatal"),
    [
        (KafkaError._SSL, "SSL handshake failed: certificate verify failed: broker certificate not verified", True),
        (KafkaError._TRANSPORT, "Receive failed: SSL routines::tlsv13 alert certificate required", True),
        (KafkaError._SSL, "SSL handshake failed: SSL routines::sslv3 alert handshake failure", True),
        (
            KafkaError._TRANSPORT,
            "SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener?",
            False,
        ),
        (KafkaError._TRANSPORT, "Receive failed: Connection reset by peer", False),
    ],
)
def test_tls_that_cannot_be_agreed_on_is_the_end_and_a_broken_connection_is_not(
    code: int, text: str, is_fatal: bool
) -> None:
    assert (fatal_error(KafkaError(code, text)) is not None) == is_fatal


def test_what_librdkafka_calls_an_error_is_a_warning_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    client_logger().error("FAIL localhost:1: refused")
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_the_same_failure_is_logged_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    logger = client_logger()
    for number in range(5):
        logger.error("FAIL [rdkafka#producer-%s] localhost:2: refused (after %sms in state CONNECT)", number, number)
    logger.error("FAIL [rdkafka#producer-1] localhost:3: refused (after 0ms in state CONNECT)")
    later = logger.makeRecord(logger.name, logging.ERROR, "f", 1, "FAIL localhost:4", (), None)
    logger.handle(later)
    later.created += 31
    logger.handle(later)
    assert len(caplog.records) == 4


def test_an_unreachable_cluster_ends_a_start_in_bounded_time_with_its_address() -> None:
    settings = translate({"bootstrap.servers": "localhost:1"}, "admin")
    with pytest.raises(StartError, match=r"Failed to connect to and describe Kafka cluster\..*localhost:1.*refused"):
        lookup_cluster_id(settings, timeout_s=1)
