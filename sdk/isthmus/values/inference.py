"""Schemas found from values: of a value without one, and in common of several."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from isthmus.errors import SchemaBuilderError
from isthmus.numbers import Float32, Int8, Int16, Int32, Int64
from isthmus.schema import Schema
from isthmus.struct import Struct

_SCHEMAS: Final[dict[Schema.Type, Schema]] = {
    type: Schema(type) for type in Schema.Type if type not in (Schema.Type.ARRAY, Schema.Type.MAP, Schema.Type.STRUCT)
}
_NUMBERS: Final = (
    Schema.Type.INT8,
    Schema.Type.INT16,
    Schema.Type.INT32,
    Schema.Type.INT64,
    Schema.Type.FLOAT32,
    Schema.Type.FLOAT64,
)
_TAGS: Final[dict[Schema.Type, Any]] = {
    Schema.Type.INT8: Int8,
    Schema.Type.INT16: Int16,
    Schema.Type.INT32: Int32,
    Schema.Type.INT64: Int64,
    Schema.Type.FLOAT32: Float32,
}


def infer_schema(value: Any) -> Schema | None:
    """The schema of a value without one; None for dates, decimals, empty or mixed containers.

    SchemaBuilderError for a container of nothing but None, as Kafka Connect has it.
    """
    if isinstance(value, Struct):
        return value.schema
    if isinstance(value, list | tuple):
        inner = _types_of(value)
        return None if inner is None else Schema(Schema.Type.ARRAY, value_schema=_schema_of_one(inner))
    if isinstance(value, Mapping):
        keys, values = _types_of(value.keys()), _types_of(value.values())
        if keys is None or values is None:
            return None
        return Schema(Schema.Type.MAP, key_schema=_schema_of_one(keys), value_schema=_schema_of_one(values))
    found = Schema.type_of(value)
    return None if found is None else _SCHEMAS[found]


def _types_of(values: Collection[Any]) -> set[Schema.Type | None] | None:
    """The one type that all values have, and None if None is among them; or None when there is no such type."""
    types: set[Schema.Type | None] = set()
    for value in values:
        schema = None if value is None else infer_schema(value)
        if value is not None and schema is None:
            return None
        types.add(None if schema is None else schema.type)
        if len(types - {None}) > 1:
            return None
    return types or None


def _schema_of_one(types: set[Schema.Type | None]) -> Schema:
    [type] = types - {None} or [None]
    if type is None:
        raise SchemaBuilderError("type cannot be null")
    return Schema(type, is_optional=None in types)


def common_schema(schemas: Iterable[Schema]) -> Schema | None:
    """The schema that values of all these schemas can be converted to: the widest number, or the last of one type."""
    common: Schema | None = None
    for schema in schemas:
        common = schema if common is None else _merged(common, schema)
        if common is None:
            return None
    return common


def _merged(left: Schema, right: Schema) -> Schema | None:
    if left.type is right.type:
        return right
    if left.type not in _NUMBERS or right.type not in _NUMBERS:
        return None
    return left if _NUMBERS.index(left.type) > _NUMBERS.index(right.type) else right


def tagged(schema: Schema | None, value: Any) -> Any:
    """A value that is about to lose its schema, each number in it marked with the width the schema gave."""
    if schema is None or value is None:
        return value
    if schema.type is Schema.Type.ARRAY:
        return type(value)(tagged(schema.value_schema, element) for element in value)
    if schema.type is Schema.Type.MAP:
        keys, values = schema.key_schema, schema.value_schema
        return type(value)((tagged(keys, key), tagged(values, item)) for key, item in value.items())
    tag = _TAGS.get(schema.type)
    return tag(value) if tag is not None and type(value) in (int, float) else value
