"""BooleanConverter: one byte, 1 or 0 (org.apache.kafka.connect.converters)."""

from __future__ import annotations

from typing import Any, Final

from converters.any_role_converter import AnyRoleConverter
from converters.errors import SerializationError
from isthmus import ConnectHeaders, DataError, Schema, SchemaAndValue
from isthmus.numbers import java_class

_SCHEMA: Final = Schema.OPTIONAL_BOOLEAN_SCHEMA
_VALUES: Final = {b"\x00": False, b"\x01": True}


class BooleanConverter(AnyRoleConverter):
    """Writes a boolean as one byte."""

    class_names = ("org.apache.kafka.connect.converters.BooleanConverter",)

    def from_connect_data(
        self, topic: str, schema: Schema | None, value: Any, headers: ConnectHeaders | None = None
    ) -> bytes | None:
        if schema is not None and schema.type is not Schema.Type.BOOLEAN:
            raise DataError(f"Invalid schema type for BooleanConverter: {schema.type}")
        if value is None:
            return None
        if not isinstance(value, bool):
            raise DataError(f"BooleanConverter is not compatible with objects of type class {java_class(value)}")
        return b"\x01" if value else b"\x00"

    def to_connect_data(self, topic: str, data: bytes | None, headers: ConnectHeaders | None = None) -> SchemaAndValue:
        if data is None:
            return SchemaAndValue(_SCHEMA, None)
        if data not in _VALUES:
            raise DataError("Failed to deserialize boolean: ") from _what_is_wrong(data)
        return SchemaAndValue(_SCHEMA, _VALUES[data])


def _what_is_wrong(data: bytes) -> SerializationError:
    if len(data) != 1:
        return SerializationError("Size of data received by BooleanDeserializer is not 1")
    signed = int.from_bytes(data, signed=True)
    return SerializationError(f"Unexpected byte received by BooleanDeserializer: {signed}")
