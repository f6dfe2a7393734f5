"""From Connect's values to JSON trees (JsonConverter.convertToJson): a function for each schema, made once.

The trees are what `json_text.to_json` takes: dict, list, str, int, float, bool, None, and fragments for the numbers
that Java writes in another way than orjson.
"""

from __future__ import annotations

import datetime
import decimal
from binascii import b2a_base64
from collections.abc import Callable, Mapping, Set
from typing import Any, Final, NamedTuple

import orjson

from isthmus import DataError, Float32, Float64, Int8, Int16, Int32, Int64, Schema, Struct, logical
from isthmus.logical import Instant
from isthmus.number_text import decimal_text, float32_text, float64_text
from isthmus.numbers import INT64_MAX, INT64_MIN, BigInteger, java_class, range_note, to_float32

Writer = Callable[[Any], Any]
Type = Schema.Type


class WriteSettings(NamedTuple):
    numeric_decimals: bool
    replace_null: bool


def writer_for(schema: Schema | None, settings: WriteSettings) -> Writer:
    """The function that turns a value of this schema into a JSON tree. It raises DataError for one that does not fit."""
    if schema is None:
        return _write_schemaless
    write = _logical_writer(schema, settings) or _TYPES[schema.type](schema, settings)

    def write_or_null(value: Any) -> Any:
        if value is not None:
            return write(value)
        if schema.default_value is not None and settings.replace_null:
            return write(schema.default_value)
        if schema.is_optional:
            return None
        raise DataError("Conversion error: null value for field that is required and has no default value")

    return write_or_null


def _misfit(type_name: object, value: object) -> DataError:
    return DataError(f"Invalid type for {type_name}: class {java_class(value)}")


def _integer_writer(type_: Type, tag: type, bits: int) -> Callable[[Schema, WriteSettings], Writer]:
    lowest, highest = -(1 << (bits - 1)), (1 << (bits - 1)) - 1

    def write(value: Any) -> Any:
        if (type(value) is int and lowest <= value <= highest) or isinstance(value, tag):
            return value
        raise DataError(f"{_misfit(type_, value)}{range_note(value, lowest, highest)}")

    return lambda schema, settings: write


def _float32_writer(schema: Schema, settings: WriteSettings) -> Writer:
    def write(value: Any) -> orjson.Fragment:
        if type(value) is float or isinstance(value, Float32):
            return _fragment(float32_text(value))
        raise _misfit(Type.FLOAT32, value)

    return write


def _float64_writer(schema: Schema, settings: WriteSettings) -> Writer:
    return _write_float64


def _write_float64(value: Any) -> Any:
    if type(value) is float:
        # Between these bounds Java and orjson write the same text; beyond, Java goes over to `1.0E7`.
        if 1e-3 <= value < 1e7 or -1e7 < value <= -1e-3 or value == 0.0:
            return value
    elif not isinstance(value, Float64):
        raise _misfit(Type.FLOAT64, value)
    return _fragment(float64_text(value))


def _fragment(text: str) -> orjson.Fragment:
    """A number in Java's text. NaN and the infinities become strings."""
    return orjson.Fragment(f'"{text}"' if text[-1] in "yN" else text)


def _passing_writer(type_: Type, cls: type) -> Callable[[Schema, WriteSettings], Writer]:
    def write(value: Any) -> Any:
        if isinstance(value, cls):
            return value
        raise _misfit(type_, value)

    return lambda schema, settings: write


def _bytes_writer(schema: Schema, settings: WriteSettings) -> Writer:
    return _write_bytes


def _write_bytes(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return b2a_base64(value, newline=False).decode()
    raise DataError(f"Invalid type for bytes type: class {java_class(value)}")


def _array_writer(schema: Schema, settings: WriteSettings) -> Writer:
    write_element = writer_for(schema.value_schema, settings)

    def write(value: Any) -> list[Any]:
        if isinstance(value, list | tuple | Set):
            return [write_element(element) for element in value]
        raise _misfit(Type.ARRAY, value)

    return write


def _map_writer(schema: Schema, settings: WriteSettings) -> Writer:
    write_key = writer_for(schema.key_schema, settings)
    write_value = writer_for(schema.value_schema, settings)
    is_object = schema.key_schema is not None and schema.key_schema.type is Type.STRING

    def write(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _misfit(Type.MAP, value)
        if is_object:
            return {_member_name(write_key(key)): write_value(item) for key, item in value.items()}
        return [[write_key(key), write_value(item)] for key, item in value.items()]

    return write


def _member_name(key: Any) -> str:
    return key if isinstance(key, str) else "null" if key is None else str(key)


def _struct_writer(schema: Schema, settings: WriteSettings) -> Writer:
    names = [field.name for field in schema.fields]
    writers = {field.name: writer_for(field.schema, settings) for field in schema.fields}
    # A Struct has checked its values, so what JSON has in the same form is taken as it is, null where it is allowed.
    to_convert = [(f.name, writers[f.name]) for f in schema.fields if not _is_its_own_tree(f.schema)]
    null_matters = [f.name for f in schema.fields if not f.schema.is_optional or f.schema.default_value is not None]

    def write(value: Any) -> dict[str, Any]:
        if not isinstance(value, Struct):
            raise _misfit(Type.STRUCT, value)
        if value.schema is not schema and value.schema != schema:
            raise DataError("Mismatching schema.")
        values = value.stored_values
        tree = values.copy() if list(values) == names else {name: values.get(name) for name in names}
        for name in null_matters:
            if tree[name] is None:
                tree[name] = writers[name](None)
        for name, write_field in to_convert:
            if (field_value := values.get(name)) is not None:
                tree[name] = write_field(field_value)
        return tree

    return write


def _is_its_own_tree(schema: Schema) -> bool:
    return schema.name not in _LOGICAL_NAMES and schema.type in _OWN_TREES


_OWN_TREES: Final = (Type.INT8, Type.INT16, Type.INT32, Type.INT64, Type.BOOLEAN, Type.STRING)
_TYPES: Final[dict[Type, Callable[[Schema, WriteSettings], Writer]]] = {
    Type.INT8: _integer_writer(Type.INT8, Int8, 8),
    Type.INT16: _integer_writer(Type.INT16, Int16, 16),
    Type.INT32: _integer_writer(Type.INT32, Int32, 32),
    Type.INT64: _integer_writer(Type.INT64, Int64, 64),
    Type.FLOAT32: _float32_writer,
    Type.FLOAT64: _float64_writer,
    Type.BOOLEAN: _passing_writer(Type.BOOLEAN, bool),
    Type.STRING: _passing_writer(Type.STRING, str),
    Type.BYTES: _bytes_writer,
    Type.ARRAY: _array_writer,
    Type.MAP: _map_writer,
    Type.STRUCT: _struct_writer,
}


def _logical_writer(schema: Schema, settings: WriteSettings) -> Writer | None:
    if schema.name == logical.Decimal.LOGICAL_NAME:
        return _decimal_writer(schema, settings)
    if schema.name not in _TEMPORAL:
        return None
    called, from_logical = _TEMPORAL[schema.name]

    def write(value: Any) -> int:
        if isinstance(value, _JAVA_DATES):
            return from_logical(schema, value)
        raise DataError(f"Invalid type for {called}, expected Date but was class {java_class(value)}")

    return write


_JAVA_DATES: Final = (datetime.date, datetime.time, Instant)
_TEMPORAL: Final[dict[str | None, tuple[str, Callable[[Schema, Any], int]]]] = {
    logical.Date.LOGICAL_NAME: ("Date", logical.Date.from_logical),
    logical.Time.LOGICAL_NAME: ("Time", logical.Time.from_logical),
    logical.Timestamp.LOGICAL_NAME: ("Timestamp", logical.Timestamp.from_logical),
}


_LOGICAL_NAMES: Final = {logical.Decimal.LOGICAL_NAME, *_TEMPORAL}


def _decimal_writer(schema: Schema, settings: WriteSettings) -> Writer:
    def write(value: Any) -> Any:
        if not isinstance(value, decimal.Decimal):
            raise DataError(f"Invalid type for Decimal, expected BigDecimal but was class {java_class(value)}")
        if settings.numeric_decimals and value.is_finite():
            return orjson.Fragment(decimal_text(value))
        return b2a_base64(logical.Decimal.from_logical(schema, value), newline=False).decode()

    return write


def _write_schemaless(value: Any) -> Any:
    write = _SCHEMALESS.get(type(value))
    if write is not None:
        return write(value)
    for cls, write in _SCHEMALESS.items():
        if isinstance(value, cls) and not isinstance(value, BigInteger):
            return write(value)
    if isinstance(value, Mapping):
        return _write_mapping(value)
    raise DataError(f"Java class class {java_class(value)} does not have corresponding schema type.")


def _itself(value: Any) -> Any:
    return value


def _write_integer(value: int) -> int:
    if INT64_MIN <= value <= INT64_MAX:
        return value
    raise DataError(f"Java class class {java_class(value)} does not have corresponding schema type.")


def _write_float32(value: float) -> orjson.Fragment:
    return _fragment(float32_text(to_float32(value)))


def _write_list(value: Any) -> list[Any]:
    return [_write_schemaless(element) for element in value]


def _write_mapping(value: Mapping[Any, Any]) -> Any:
    if all(isinstance(key, str) for key in value):
        return {key: _write_schemaless(item) for key, item in value.items()}
    return [[_write_schemaless(key), _write_schemaless(item)] for key, item in value.items()]


def _refuse_struct(value: Struct) -> Any:
    raise DataError("Mismatching schema.")


_SCHEMALESS: Final[dict[type, Writer]] = {
    str: _itself,
    type(None): _itself,
    bool: _itself,
    int: _write_integer,
    float: _write_float64,
    dict: _write_mapping,
    list: _write_list,
    tuple: _write_list,
    bytes: _write_bytes,
    bytearray: _write_bytes,
    memoryview: _write_bytes,
    Int8: _itself,
    Int16: _itself,
    Int32: _itself,
    Int64: _itself,
    Float32: _write_float32,
    Float64: _write_float64,
    Struct: _refuse_struct,
}
