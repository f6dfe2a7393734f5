"""What a Kafka client says besides its results: log lines and errors that come on a thread of librdkafka's.

Every client of ours is made with `client_logger` as its logger and a `ClientErrors` as its `error_cb`. Neither passes on
settings, so no secret can get into a line.
"""

from __future__ import annotations

import logging
import re
import threading
from typing import Final

from confluent_kafka import KafkaError

from isthmus.errors import ConnectError

LOGGER_NAME: Final = "org.apache.kafka.clients"

# Connections come and go while brokers restart; the client tries again by itself, so nothing of it is an error yet.
_HIGHEST_LEVEL: Final = logging.WARNING
_SILENCE_S: Final = 30.0
_REMEMBERED: Final = 100
_TLS_REFUSALS: Final = ("certificate", "alert unknown ca", "alert handshake failure", "alert protocol version")
_NUMBERS: Final = re.compile(r"#producer-\d+|#consumer-\d+|\d+ms|\d+ identical")


class _Damped(logging.Filter):
    """librdkafka calls each broken connection an error and says so at every attempt: to a worker it is a warning, and
    once in a while is enough.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        if record.levelno > _HIGHEST_LEVEL:
            record.levelno, record.levelname = _HIGHEST_LEVEL, logging.getLevelName(_HIGHEST_LEVEL)
        # The same but for its times and counts is the same.
        text = _NUMBERS.sub("", record.getMessage().partition(" (after ")[0])
        if record.created - self._said.get(text, -_SILENCE_S) < _SILENCE_S:
            return False
        if len(self._said) >= _REMEMBERED:
            self._said.clear()
        self._said[text] = record.created
        return True


def client_logger() -> logging.Logger:
    """The logger to make a client with (`Producer(settings, logger=client_logger())`): its level is set as that of
    Kafka's clients is set in Java.
    """
    logger = logging.getLogger(LOGGER_NAME)
    if not any(isinstance(one, _Damped) for one in logger.filters):
        logger.addFilter(_Damped())
    return logger


class AuthenticationError(ConnectError):
    """A broker refuses the login, or client and broker cannot agree on TLS. Trying again does not help."""

    java_name = "org.apache.kafka.common.errors.AuthenticationException"


class SaslAuthenticationError(AuthenticationError):
    java_name = "org.apache.kafka.common.errors.SaslAuthenticationException"


class SslAuthenticationError(AuthenticationError):
    java_name = "org.apache.kafka.common.errors.SslAuthenticationException"


class ClientErrors:
    """An `error_cb` that keeps what a client cannot get over by itself, for the loop that uses the client.

    librdkafka goes on trying with a wrong password for ever. Java's clients raise, which makes a task FAILED, and so does
    a loop that calls `raise_fatal` now and then. Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fatal: ConnectError | None = None
        self._latest: str | None = None

    def __call__(self, error: KafkaError) -> None:
        with self._lock:
            if error.code() != KafkaError._ALL_BROKERS_DOWN:  # which follows on the error that says why
                self._latest = error.str()
            self._fatal = self._fatal or fatal_error(error)

    @property
    def latest(self) -> str | None:
        """The text of the last error of any kind, to say why nothing works."""
        return self._latest

    @property
    def fatal(self) -> ConnectError | None:
        """The first error that no waiting mends."""
        return self._fatal

    def raise_fatal(self) -> None:
        if self._fatal is not None:
            raise self._fatal


def fatal_error(error: KafkaError) -> ConnectError | None:
    """The error of ours for one of librdkafka's that no waiting mends; None for the others."""
    text = error.str()
    if error.code() in (KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED):
        return SaslAuthenticationError(text)
    # What a broken connection says in the middle of a handshake has these codes too, and is not the end.
    if error.code() in (KafkaError._SSL, KafkaError._TRANSPORT) and any(sign in text for sign in _TLS_REFUSALS):
        return SslAuthenticationError(text)
    if error.fatal():
        return ConnectError(text)
    return None
