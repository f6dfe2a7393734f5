"""Reads a value of one schema as a value of another, later or earlier one (Kafka Connect's SchemaProjector)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from isthmus.errors import SchemaProjectorError
from isthmus.java_hash_map import iteration_order
from isthmus.keys import as_key
from isthmus.numbers import to_float32
from isthmus.schema import Schema
from isthmus.struct import Struct
from isthmus.text import to_text

_Type = Schema.Type
_PROMOTION: Final = (_Type.INT8, _Type.INT16, _Type.INT32, _Type.INT64, _Type.FLOAT32, _Type.FLOAT64)


class SchemaProjector:
    """Projects values between compatible schemas: numbers widen, fields come and go with defaults."""

    @staticmethod
    def project(source: Schema, value: Any, target: Schema) -> Any:
        """The value as the target schema has it. SchemaProjectorError when the schemas are not compatible."""
        _check_compatible(source, target)
        if source.is_optional and not target.is_optional:
            if target.default_value is None:
                raise SchemaProjectorError(
                    "Writer schema is optional, however, target schema does not provide a default value."
                )
            if value is None:
                return target.default_value
        return None if value is None else _project(source, value, target)


def _check_compatible(source: Schema, target: Schema) -> None:
    if source.type is not target.type and not _is_promotable(source, target):
        raise SchemaProjectorError(f"Schema type mismatch. source type: {source.type} and target type: {target.type}")
    if source.name != target.name:
        raise SchemaProjectorError(
            f"Schema name mismatch. source name: {to_text(source.name)} and target name: {to_text(target.name)}"
        )
    if source.parameters != target.parameters:
        raise SchemaProjectorError(
            f"Schema parameters not equal. source parameters: {to_text(source.parameters)} "
            f"and target parameters: {to_text(target.parameters)}"
        )


def _is_promotable(source: Schema, target: Schema) -> bool:
    if source.type not in _PROMOTION or target.type not in _PROMOTION:
        return False
    return _PROMOTION.index(source.type) <= _PROMOTION.index(target.type)


def _project(source: Schema, value: Any, target: Schema) -> Any:
    if target.type is _Type.STRUCT:
        return _project_struct(source, value, target)
    if target.type is _Type.ARRAY:
        return [SchemaProjector.project(_inner(source), entry, _inner(target)) for entry in value]
    if target.type is _Type.MAP:
        return _project_map(source, value, target)
    if target.type in _PROMOTION and isinstance(value, int | float) and not isinstance(value, bool):
        return _promote(value, target.type)
    return value


def _project_struct(source: Schema, value: Struct, target: Schema) -> Struct:
    projected = Struct(target)
    for field in target.fields:
        name, target_schema = field.name, field.schema
        source_field = source.field(name)
        if source_field is not None:
            try:
                projected.put(name, SchemaProjector.project(source_field.schema, value[name], target_schema))
            except SchemaProjectorError as error:
                raise SchemaProjectorError(f"Error projecting {name}") from error
        elif target_schema.is_optional:
            continue
        elif target_schema.default_value is not None:
            projected.put(name, target_schema.default_value)
        else:
            raise SchemaProjectorError(f"Required field `{name}` is missing from source schema: {source}")
    return projected


def _project_map(source: Schema, value: Mapping[Any, Any], target: Schema) -> dict[Any, Any]:
    source_key, target_key = source.key_schema, target.key_schema
    if source_key is None or target_key is None:
        raise SchemaProjectorError("A map without a key schema cannot be projected")
    projected = {
        as_key(SchemaProjector.project(source_key, key, target_key)): SchemaProjector.project(
            _inner(source), entry, _inner(target)
        )
        for key, entry in value.items()
    }
    return {key: projected[key] for key in iteration_order(projected, target_key)}  # Connect fills a HashMap


def _inner(schema: Schema) -> Schema:
    if schema.value_schema is None:
        raise SchemaProjectorError(f"{schema} has no schema for what is inside")
    return schema.value_schema


def _promote(value: int | float, target: Schema.Type) -> int | float:
    if target is _Type.FLOAT64:
        return float(value)
    return to_float32(value) if target is _Type.FLOAT32 else int(value)
