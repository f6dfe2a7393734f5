"""Records between connectors and Kafka (Kafka Connect's SourceRecord and SinkRecord), and what else names a place in a topic.

Records are immutable and cheap to make: give the arguments by position where it matters. A transformation makes a new
one with `new_record`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, TypeVar

import msgspec

from isthmus.headers import ConnectHeaders
from isthmus.schema import Schema
from isthmus.text import to_text

if TYPE_CHECKING:
    from typing import Unpack

RecordT = TypeVar("RecordT", bound="ConnectRecord")


class TopicPartition(NamedTuple):
    """A partition of a topic; shown as Kafka shows it, `topic-0`."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}-{self.partition}"


class OffsetAndMetadata(NamedTuple):
    """A consumer's position in a partition, as it is committed."""

    offset: int
    metadata: str = ""


class RecordMetadata(NamedTuple):
    """Where and with which timestamp Kafka stored a record that a source task gave."""

    topic: str
    partition: int
    offset: int
    timestamp: int | None


class TimestampType(enum.Enum):
    """What the timestamp of a record in Kafka says."""

    NO_TIMESTAMP_TYPE = "NoTimestampType"
    CREATE_TIME = "CreateTime"
    LOG_APPEND_TIME = "LogAppendTime"

    def __str__(self) -> str:
        return self.value


class RecordChanges(TypedDict, total=False):
    """The attributes `new_record` can replace."""

    topic: str
    kafka_partition: int | None
    key_schema: Schema | None
    key: Any
    value_schema: Schema | None
    value: Any
    timestamp: int | None
    headers: ConnectHeaders


class ConnectRecord(msgspec.Struct, frozen=True):
    """What source and sink records have in common: topic, partition, key, value, their schemas, timestamp, headers."""

    if TYPE_CHECKING:  # The attributes themselves belong to the subclasses, each of which has its own order of them.

        @property
        def topic(self) -> str: ...
        @property
        def kafka_partition(self) -> int | None: ...
        @property
        def key_schema(self) -> Schema | None: ...
        @property
        def key(self) -> Any: ...
        @property
        def value_schema(self) -> Schema | None: ...
        @property
        def value(self) -> Any: ...
        @property
        def timestamp(self) -> int | None: ...
        @property
        def headers(self) -> ConnectHeaders: ...

    def new_record(self: RecordT, **changes: Unpack[RecordChanges]) -> RecordT:
        """The same record with the given attributes replaced; headers are copied when they are not among them."""
        if "headers" not in changes:
            changes["headers"] = ConnectHeaders(self.headers)
        return msgspec.structs.replace(self, **changes)

    def _common_text(self) -> str:
        return (
            f"ConnectRecord{{topic='{self.topic}', kafkaPartition={to_text(self.kafka_partition)}, "
            f"key={to_text(self.key, self.key_schema)}, keySchema={to_text(self.key_schema)}, "
            f"value={to_text(self.value, self.value_schema)}, valueSchema={to_text(self.value_schema)}, "
            f"timestamp={to_text(self.timestamp)}, headers={self.headers}}}"
        )


class SourceRecord(ConnectRecord, frozen=True):
    """A record a source task hands to the runtime.

    `source_partition` and `source_offset` say where it comes from: the offset last delivered to Kafka for a source
    partition is what the task finds again in its offset storage reader after a restart.
    """

    source_partition: Mapping[str, Any] | None
    source_offset: Mapping[str, Any] | None
    topic: str
    kafka_partition: int | None = None
    key_schema: Schema | None = None
    key: Any = None
    value_schema: Schema | None = None
    value: Any = None
    timestamp: int | None = None
    headers: ConnectHeaders = msgspec.field(default_factory=ConnectHeaders)

    def __str__(self) -> str:
        return (
            f"SourceRecord{{sourcePartition={to_text(self.source_partition)}, "
            f"sourceOffset={to_text(self.source_offset)}}} {self._common_text()}"
        )


class SinkRecord(ConnectRecord, frozen=True):
    """A record from Kafka for a sink task. The `original_...` tell where it was before transformations changed that."""

    topic: str
    kafka_partition: int
    key_schema: Schema | None
    key: Any
    value_schema: Schema | None
    value: Any
    kafka_offset: int
    timestamp: int | None = None
    timestamp_type: TimestampType = TimestampType.NO_TIMESTAMP_TYPE
    headers: ConnectHeaders = msgspec.field(default_factory=ConnectHeaders)
    original_topic: str | None = None
    original_kafka_partition: int | None = None
    original_kafka_offset: int | None = None

    def __str__(self) -> str:
        return (
            f"SinkRecord{{kafkaOffset={self.kafka_offset}, timestampType={self.timestamp_type}, "
            f"originalTopic={to_text(self.original_topic)}, "
            f"originalKafkaPartition={to_text(self.original_kafka_partition)}, "
            f"originalKafkaOffset={to_text(self.original_kafka_offset)}}} {self._common_text()}"
        )
