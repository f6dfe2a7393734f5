"""ByteArrayConverter: bytes as they are (org.apache.kafka.connect.converters)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any, Final

from converters.any_role_converter import AnyRoleConverter
from isthmus import ConnectHeaders, DataError, Schema, SchemaAndValue
from isthmus.numbers import java_class

_SCHEMA: Final = Schema.OPTIONAL_BYTES_SCHEMA


class ByteArrayConverter(AnyRoleConverter):
    """Passes bytes through and refuses everything else."""

    class_names = ("org.apache.kafka.connect.converters.ByteArrayConverter",)

    def configure(self, configs: Mapping[str, Any], is_key: bool | None = None) -> None:
        """There is nothing to configure, and as in Kafka Connect nothing is looked at."""

    def from_connect_data(
        self, topic: str, schema: Schema | None, value: Any, headers: ConnectHeaders | None = None
    ) -> bytes | None:
        if schema is not None and schema.type is not Schema.Type.BYTES:
            raise DataError(f"Invalid schema type for ByteArrayConverter: {schema.type}")
        if value is None or type(value) is bytes:
            return value
        if isinstance(value, bytes | bytearray | memoryview):
            return bytes(value)
        raise DataError(f"ByteArrayConverter is not compatible with objects of type class {java_class(value)}")

    def to_connect_data(self, topic: str, data: bytes | None, headers: ConnectHeaders | None = None) -> SchemaAndValue:
        return SchemaAndValue(_SCHEMA, data)

    def to_connect_batch(
        self, topic: str, raw: Sequence[bytes | None], headers: Sequence[ConnectHeaders] | None = None
    ) -> Sequence[tuple[Schema | None, Any]]:
        return list(zip(repeat(_SCHEMA), raw))
