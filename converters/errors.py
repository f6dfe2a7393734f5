"""Errors of the built-in converters.

ConnectError
 └── SerializationError    bytes or text cannot be read or written; mostly the cause of a DataError
"""

from __future__ import annotations

from typing import ClassVar

from isthmus import ConnectError


class SerializationError(ConnectError):
    """What Kafka's own (de)serialisers raise."""

    java_name: ClassVar[str] = "org.apache.kafka.common.errors.SerializationException"
