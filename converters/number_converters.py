"""Converters of one number each, big end first: ShortConverter, IntegerConverter, LongConverter, FloatConverter,
DoubleConverter (org.apache.kafka.connect.converters).
"""

from __future__ import annotations

import struct
from typing import Any, ClassVar

from converters.any_role_converter import AnyRoleConverter
from converters.errors import SerializationError
from isthmus import ConnectHeaders, DataError, Float32, Float64, Int16, Int32, Int64, Schema, SchemaAndValue
from isthmus.numbers import java_class, to_float32


class _NumberConverter(AnyRoleConverter):
    """What the five share. A number has to be exactly of the converter's type.

    A plain `int` or `float` is of the type its schema says; without such a schema it is an INT64 or a FLOAT64.
    """

    type_name: ClassVar[str]
    deserializer: ClassVar[str]
    layout: ClassVar[struct.Struct]
    tag: ClassVar[type]
    plain: ClassVar[type]
    schema: ClassVar[Schema]

    def from_connect_data(
        self, topic: str, schema: Schema | None, value: Any, headers: ConnectHeaders | None = None
    ) -> bytes | None:
        if value is None:
            return None
        if not self._fits(schema, value):
            raise DataError(f"Failed to serialize to {self.type_name} (was class {java_class(value)}): ")
        return self.layout.pack(to_float32(value) if self.tag is Float32 else value)

    def to_connect_data(self, topic: str, data: bytes | None, headers: ConnectHeaders | None = None) -> SchemaAndValue:
        if data is None:
            return SchemaAndValue(self.schema, None)
        if len(data) != self.layout.size:
            text = f"Size of data received by {self.deserializer} is not {self.layout.size}"
            raise DataError(f"Failed to deserialize {self.type_name}: ") from SerializationError(text)
        return SchemaAndValue(self.schema, self.layout.unpack(data)[0])

    def _fits(self, schema: Schema | None, value: object) -> bool:
        if type(value) is not self.plain:
            return isinstance(value, self.tag)
        meant = _PLAIN_TYPES[self.plain].get(schema.type if schema is not None else None, _WIDEST[self.plain])
        if meant is not self.schema.type:
            return False
        return self.plain is float or -(1 << (8 * self.layout.size - 1)) <= value < 1 << (8 * self.layout.size - 1)  # type: ignore[operator]  # it is an int


class ShortConverter(_NumberConverter):
    class_names = ("org.apache.kafka.connect.converters.ShortConverter",)
    type_name = "short"
    deserializer = "ShortDeserializer"
    layout = struct.Struct(">h")
    tag, plain = Int16, int
    schema = Schema.OPTIONAL_INT16_SCHEMA


class IntegerConverter(_NumberConverter):
    class_names = ("org.apache.kafka.connect.converters.IntegerConverter",)
    type_name = "integer"
    deserializer = "IntegerDeserializer"
    layout = struct.Struct(">i")
    tag, plain = Int32, int
    schema = Schema.OPTIONAL_INT32_SCHEMA


class LongConverter(_NumberConverter):
    class_names = ("org.apache.kafka.connect.converters.LongConverter",)
    type_name = "long"
    deserializer = "LongDeserializer"
    layout = struct.Struct(">q")
    tag, plain = Int64, int
    schema = Schema.OPTIONAL_INT64_SCHEMA


class FloatConverter(_NumberConverter):
    class_names = ("org.apache.kafka.connect.converters.FloatConverter",)
    type_name = "float"
    deserializer = "Deserializer"  # so it is in Kafka's text
    layout = struct.Struct(">f")
    tag, plain = Float32, float
    schema = Schema.OPTIONAL_FLOAT32_SCHEMA


class DoubleConverter(_NumberConverter):
    class_names = ("org.apache.kafka.connect.converters.DoubleConverter",)
    type_name = "double"
    deserializer = "Deserializer"
    layout = struct.Struct(">d")
    tag, plain = Float64, float
    schema = Schema.OPTIONAL_FLOAT64_SCHEMA


_PLAIN_TYPES: dict[type, dict[Schema.Type | None, Schema.Type]] = {
    int: {kind: kind for kind in (Schema.Type.INT8, Schema.Type.INT16, Schema.Type.INT32)},
    float: {Schema.Type.FLOAT32: Schema.Type.FLOAT32},
}
_WIDEST: dict[type, Schema.Type] = {int: Schema.Type.INT64, float: Schema.Type.FLOAT64}
