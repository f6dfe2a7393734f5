"""The text of a value that `parse_string` reads back: JSON-like inside containers, bare at the top."""

from __future__ import annotations

import base64
import datetime
import decimal
from collections.abc import Mapping
from typing import Any

from isthmus.errors import DataError
from isthmus.instant import Instant
from isthmus.logical import epoch_ms
from isthmus.number_text import decimal_text
from isthmus.numbers import java_class
from isthmus.schema import Schema
from isthmus.struct import Struct
from isthmus.text import number_text, to_text
from isthmus.values.temporal import format_temporal


def convert_to_string(schema: Schema | None, value: Any) -> str | None:
    """The text of a value; a string is its own text, bytes are shown in base64. DataError for a class Connect has not."""
    if value is None or isinstance(value, str):
        return value
    return _text(schema, value, lambda text: text)


def _text(schema: Schema | None, value: Any, quoted: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(quoted(value))
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return number_text(value, schema)
    if isinstance(value, decimal.Decimal):
        return decimal_text(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return str(quoted(base64.b64encode(value).decode()))
    if isinstance(value, datetime.date | datetime.time | Instant):
        return format_temporal(epoch_ms(value))
    return _container_text(schema, value)


def _container_text(schema: Schema | None, value: Any) -> str:
    if isinstance(value, list | tuple):
        inner = schema.value_schema if schema is not None and schema.type is Schema.Type.ARRAY else None
        return f"[{','.join([_text(inner, element, _quoted) for element in value])}]"
    if isinstance(value, Mapping):
        keys, values = None, None
        if schema is not None and schema.type is Schema.Type.MAP:
            keys, values = schema.key_schema, schema.value_schema
        entries = [f"{_text(keys, key, _quoted)}:{_text(values, item, _quoted)}" for key, item in value.items()]
        return f"{{{','.join(entries)}}}"
    if isinstance(value, Struct):
        fields = [
            f"{_quoted(field.name)}:{_text(field.schema, value[field.name], _quoted)}" for field in value.schema.fields
        ]
        return f"{{{','.join(fields)}}}"
    raise DataError(f"Failed to serialize unexpected value type {java_class(value)}: {to_text(value)}")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
