"""Converters: between Connect's data and the bytes in Kafka (Connect's Converter and HeaderConverter).

Authors write the form for one value; the runtime calls the form for a batch, whose default loops. Override the batch
form when a batch can be done cheaper; it has to give what the other form gives.

A converter is configured once and then used by one thread of one task process. It must not keep what depends on the
order of records, since after an error the same record may be given to it again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from isthmus.config_def import ConfigDef
from isthmus.plugin import Plugin
from isthmus.schema_and_value import SchemaAndValue

if TYPE_CHECKING:
    from isthmus.headers import ConnectHeaders
    from isthmus.records import SinkRecord, SourceRecord
    from isthmus.schema import Schema


class ConverterType(Enum):
    """What a converter is used for; the runtime puts it into the configuration as `converter.type`."""

    KEY = "key"
    VALUE = "value"
    HEADER = "header"

    def __str__(self) -> str:
        return self.value


class ConverterConfig:
    """The key every converter's declaration starts with."""

    TYPE_CONFIG: ClassVar[str] = "converter.type"

    @classmethod
    def new_config_def(cls) -> ConfigDef:
        return ConfigDef().define(
            cls.TYPE_CONFIG,
            ConfigDef.Type.STRING,
            validator=ConfigDef.ValidString.in_(*(str(kind) for kind in ConverterType)),
            importance=ConfigDef.Importance.LOW,
            documentation="What the converter is used for: key, value or header.",
        )


class Converter(Plugin, ABC):
    """Converts record keys and values. One instance for the keys and one for the values of each task."""

    def config(self) -> ConfigDef:
        """Declares the configuration, keys without prefix. Called during validation on instances that are not
        configured. Must not block. Raising is reported as an error of the converter's key.
        """
        return ConfigDef()

    def configure(self, configs: Mapping[str, Any], is_key: bool) -> None:
        """Called once before anything else, with the keys below `key.converter.` or `value.converter.` without that
        prefix, and `converter.type`. May block for a moment. Raising makes the task FAILED. The default does nothing.
        """

    @abstractmethod
    def from_connect_data(
        self, topic: str, schema: Schema | None, value: Any, headers: ConnectHeaders | None = None
    ) -> bytes | None:
        """To bytes, for a source; None becomes a null key or value in Kafka. It may add to `headers`.

        Called for each record, after the transformations. DataError (or any other error) goes by `errors.tolerance`;
        RetriableError is tried again within `errors.retry.timeout`. Blocking holds up the task.
        """

    @abstractmethod
    def to_connect_data(self, topic: str, data: bytes | None, headers: ConnectHeaders | None = None) -> SchemaAndValue:
        """From bytes, for a sink; called for each record, also with None, before the transformations. `headers` are
        the record's raw ones, values as bytes. Errors as for `from_connect_data`.
        """

    def from_connect_batch(self, records: Sequence[SourceRecord | SinkRecord], is_key: bool) -> list[bytes | None]:
        """What the runtime calls: the keys or the values of a batch of records.

        When it raises, the batch is converted again record by record to find the one at fault.
        """
        convert = self.from_connect_data
        if is_key:
            return [convert(r.topic, r.key_schema, r.key, r.headers) for r in records]
        return [convert(r.topic, r.value_schema, r.value, r.headers) for r in records]

    def to_connect_batch(
        self, topic: str, raw: Sequence[bytes | None], headers: Sequence[ConnectHeaders] | None = None
    ) -> Sequence[tuple[Schema | None, Any]]:
        """What the runtime calls: the keys or the values of records of one topic, as pairs of schema and value.

        When it raises, the batch is converted again record by record to find the one at fault.
        """
        convert = self.to_connect_data
        if headers is None:
            return [convert(topic, data) for data in raw]
        return [convert(topic, data, own) for data, own in zip(raw, headers, strict=True)]

    def close(self) -> None:
        """Called once when the task ends. Raising is only logged. The default does nothing."""


class HeaderConverter(Plugin, ABC):
    """Converts the values of record headers. One instance for each task."""

    def config(self) -> ConfigDef:
        """As `Converter.config`."""
        return ConfigDef()

    def configure(self, configs: Mapping[str, Any]) -> None:
        """As `Converter.configure`, with the keys below `header.converter.`."""

    @abstractmethod
    def from_connect_header(self, topic: str, header_key: str, schema: Schema | None, value: Any) -> bytes | None:
        """To bytes, for a source; called for each header. Errors as in `Converter.from_connect_data`."""

    @abstractmethod
    def to_connect_header(self, topic: str, header_key: str, value: bytes | None) -> SchemaAndValue:
        """From bytes, for a sink; called for each header. Errors as in `Converter.from_connect_data`."""

    def close(self) -> None:
        """As `Converter.close`."""
