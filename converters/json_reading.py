"""From JSON trees to Connect's values (JsonConverter.convertToConnect): a function for each schema, made once.

Trees are what the decoders of `json_documents` give: dict, list, str, bool, None, numbers as int and float, or as int
and Decimal where the digits matter; MISSING is what an empty document holds. Connect is lenient: a value of the wrong
JSON type mostly becomes 0, False or None.
"""

from __future__ import annotations

import binascii
import decimal
import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from converters.jackson import MISSING
from isthmus import DataError, Schema, Struct, logical
from isthmus.java_hash_map import iteration_order
from isthmus.keys import as_key
from isthmus.numbers import INT64_MAX, INT64_MIN, wrap
from isthmus.values.decimals import decimal_to_float32

Reader = Callable[[Any], Any]
Type = Schema.Type

_BASE64_QUADS: Final = re.compile(r"(?:[\x00- ]*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==))*[\x00- ]*")
_INT32_MAX: Final = (1 << 31) - 1


class NeedsDigitsError(Exception):
    """A float does not say enough; the document has to be read again with exact numbers. Never leaves the converter."""


class MapOrders:
    """Orders of map keys, kept since the same members come again and again. One instance for each converter."""

    _MAX_SIZE: Final = 1000

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}

    def order(self, members: dict[str, Any]) -> Iterable[str]:
        """The members' names as Java's HashMap gives them, into which Connect reads a JSON object."""
        if len(members) < 2:
            return members
        names = tuple(members)
        order = self._known.get(names)
        if order is None:
            if len(self._known) >= self._MAX_SIZE:
                self._known.clear()  # names that are data: keeping them does not help
            order = self._known[names] = tuple(iteration_order(names))
        return order


class ReadSettings(NamedTuple):
    replace_null: bool
    orders: MapOrders


def needs_digits(schema: Schema | None) -> bool:
    """Whether values of this schema can only be read from numbers as they were written."""
    if schema is None:
        return False
    if schema.type is Type.STRUCT:
        return any(needs_digits(field.schema) for field in schema.fields)
    if schema.type is Type.MAP:
        return needs_digits(schema.key_schema) or needs_digits(schema.value_schema)
    if schema.type is Type.ARRAY:
        return needs_digits(schema.value_schema)
    return schema.type is Type.FLOAT32 or schema.name == logical.Decimal.LOGICAL_NAME


def reader_for(schema: Schema | None, settings: ReadSettings) -> Reader:
    """The function that turns a JSON tree into a value of this schema. It raises DataError for one it cannot take."""
    if schema is None:
        return schemaless_reader(settings.orders)
    read = _logical_reader(schema) or _TYPES[schema.type](schema, settings)
    type_ = schema.type
    if schema.default_value is not None and settings.replace_null:
        stand_in, is_null_allowed = schema.default_value, True
    else:
        stand_in, is_null_allowed = None, schema.is_optional

    def read_or_null(tree: Any) -> Any:
        if tree is not None:
            return read(tree)
        if is_null_allowed:
            return stand_in
        raise DataError(f"Invalid null value for required {type_} field")

    return read_or_null


def schemaless_reader(orders: MapOrders) -> Reader:
    """Whole numbers become INT64, others FLOAT64, objects maps, arrays lists."""

    def read(tree: Any) -> Any:
        cls = type(tree)
        if cls is str or cls is bool or tree is None:
            return tree
        if cls is int:
            return tree if INT64_MIN <= tree <= INT64_MAX else wrap(tree, 64)
        if cls is dict:
            return {name: read(tree[name]) for name in orders.order(tree)}
        if cls is list:
            return [read(element) for element in tree]
        return None if tree is MISSING else float(tree) or 0.0

    return read


def node_type(tree: Any) -> str:
    """Jackson's name for a kind of JSON value, for error texts."""
    if isinstance(tree, bool):
        return "BOOLEAN"
    return next(
        (name for cls, name in _NODE_TYPES.items() if isinstance(tree, cls)), "NULL" if tree is None else "MISSING"
    )


_NODE_TYPES: Final[dict[Any, str]] = {
    int | float | decimal.Decimal: "NUMBER",
    str: "STRING",
    list: "ARRAY",
    dict: "OBJECT",
}


def _integer_reader(bits: int) -> Callable[[Schema, ReadSettings], Reader]:
    lowest, highest = -(1 << (bits - 1)), (1 << (bits - 1)) - 1

    def read(tree: Any) -> int:
        if type(tree) is int:
            return tree if lowest <= tree <= highest else wrap(tree, bits)
        if isinstance(tree, float):
            raise NeedsDigitsError
        return wrap(_whole_part(tree), bits) if isinstance(tree, decimal.Decimal) else 0

    return lambda schema, settings: read


def _whole_part(number: decimal.Decimal) -> int:
    """A number without its fraction; what is a multiple of 2^64 anyhow becomes 0 and not an endless row of digits."""
    exponent = number.as_tuple().exponent
    return 0 if isinstance(exponent, int) and exponent >= 64 else int(number)


def _read_float32(tree: Any) -> float:
    if isinstance(tree, float):
        raise NeedsDigitsError
    if isinstance(tree, bool) or not isinstance(tree, int | decimal.Decimal):
        return 0.0
    return decimal_to_float32(decimal.Decimal(tree)) or 0.0


def _read_float64(tree: Any) -> float:
    if isinstance(tree, bool):
        return 0.0
    if isinstance(tree, int):
        try:
            return float(tree)
        except OverflowError:
            return float("inf") if tree > 0 else float("-inf")
    return (float(tree) or 0.0) if isinstance(tree, float | decimal.Decimal) else 0.0


def _read_boolean(tree: Any) -> bool:
    return tree is True


def _read_string(tree: Any) -> str | None:
    return tree if isinstance(tree, str) else None


def _read_bytes(tree: Any) -> bytes | None:
    if not isinstance(tree, str):
        return None
    try:
        return from_base64(tree)
    except ValueError as error:
        raise DataError("Invalid bytes field") from error


def from_base64(text: str) -> bytes:
    """As Jackson reads it: padding required, blanks only between groups of four. ValueError otherwise."""
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        if not _BASE64_QUADS.fullmatch(text):
            raise
    quads = re.findall(r"[A-Za-z0-9+/=]{4}", text)
    return b"".join(map(binascii.a2b_base64, quads))


def _array_reader(schema: Schema, settings: ReadSettings) -> Reader:
    read_element = reader_for(schema.value_schema, settings)

    def read(tree: Any) -> list[Any]:
        if isinstance(tree, dict):
            tree = tree.values()
        elif not isinstance(tree, list):
            return []
        return [read_element(element) for element in tree]

    return read


def _map_reader(schema: Schema, settings: ReadSettings) -> Reader:
    read_key = reader_for(schema.key_schema, settings)
    read_value = reader_for(schema.value_schema, settings)
    key_schema, order = schema.key_schema, settings.orders.order

    def read_object(tree: Any) -> dict[Any, Any]:
        if isinstance(tree, dict):
            return {name: read_value(tree[name]) for name in order(tree)}
        raise DataError(f"Maps with string fields should be encoded as JSON objects, but found {node_type(tree)}")

    def read_pairs(tree: Any) -> dict[Any, Any]:
        if not isinstance(tree, list):
            found = node_type(tree)
            raise DataError(f"Maps with non-string fields should be encoded as JSON array of tuples, but found {found}")
        pairs = {as_key(read_key(key)): read_value(item) for key, item in map(_pair, tree)}
        return {key: pairs[key] for key in iteration_order(pairs, key_schema)}

    is_object = key_schema is None or key_schema.type is Type.STRING
    return read_object if is_object else read_pairs


def _pair(entry: Any) -> list[Any]:
    if not isinstance(entry, list):
        raise DataError(f"Found invalid map entry instead of array tuple: {node_type(entry)}")
    if len(entry) != 2:
        raise DataError(f"Found invalid map entry, expected length 2 but found :{len(entry)}")
    return entry


def _struct_reader(schema: Schema, settings: ReadSettings) -> Reader:
    fields = [(field.name, reader_for(field.schema, settings)) for field in schema.fields]
    # Leniency turns these into None where the schema may not allow it; any other value fits its field by the way it
    # was made.
    doubtful = [
        (field.name, field.schema)
        for field in schema.fields
        if not field.schema.is_optional and field.schema.type in (Type.STRING, Type.BYTES)
    ]

    def read(tree: Any) -> Struct:
        if not isinstance(tree, dict):
            raise DataError(f"Structs should be encoded as JSON objects, but found {node_type(tree)}")
        get = tree.get
        values = {name: read_field(get(name)) for name, read_field in fields}
        for name, field_schema in doubtful:
            if values[name] is None:
                Schema.validate_value(field_schema, None, name)
        return Struct.of_checked(schema, values)

    return read


_TYPES: Final[dict[Type, Callable[[Schema, ReadSettings], Reader]]] = {
    Type.INT8: _integer_reader(8),
    Type.INT16: _integer_reader(16),
    Type.INT32: _integer_reader(32),
    Type.INT64: _integer_reader(64),
    Type.FLOAT32: lambda schema, settings: _read_float32,
    Type.FLOAT64: lambda schema, settings: _read_float64,
    Type.BOOLEAN: lambda schema, settings: _read_boolean,
    Type.STRING: lambda schema, settings: _read_string,
    Type.BYTES: lambda schema, settings: _read_bytes,
    Type.ARRAY: _array_reader,
    Type.MAP: _map_reader,
    Type.STRUCT: _struct_reader,
}


def _logical_reader(schema: Schema) -> Reader | None:
    return _LOGICAL[schema.name](schema) if schema.name in _LOGICAL else None


def _decimal_reader(schema: Schema) -> Reader:
    def read(tree: Any) -> decimal.Decimal:
        if isinstance(tree, float):
            raise NeedsDigitsError
        if isinstance(tree, int | decimal.Decimal) and not isinstance(tree, bool):
            return decimal.Decimal(tree)
        if not isinstance(tree, str):
            found = node_type(tree)
            raise DataError(
                f"Invalid type for Decimal, underlying representation should be numeric or bytes but was {found}"
            )
        try:
            if schema.parameters is None:
                raise ValueError("the schema has no scale parameter")
            return logical.Decimal.to_logical(schema, from_base64(tree))
        except (ValueError, DataError) as error:
            raise DataError("Invalid bytes for Decimal field") from error

    return read


def _days_or_time_reader(called: str, to_logical: Callable[[Schema, int], Any]) -> Callable[[Schema], Reader]:
    def reader(schema: Schema) -> Reader:
        def read(tree: Any) -> Any:
            if type(tree) is int and -_INT32_MAX - 1 <= tree <= _INT32_MAX:
                return to_logical(schema, tree)
            found = node_type(tree)
            raise DataError(f"Invalid type for {called}, underlying representation should be integer but was {found}")

        return read

    return reader


def _timestamp_reader(schema: Schema) -> Reader:
    def read(tree: Any) -> Any:
        if type(tree) is int:
            return logical.Timestamp.to_logical(schema, wrap(tree, 64))
        found = node_type(tree)
        raise DataError(f"Invalid type for Timestamp, underlying representation should be integral but was {found}")

    return read


_LOGICAL: Final[dict[str | None, Callable[[Schema], Reader]]] = {
    logical.Decimal.LOGICAL_NAME: _decimal_reader,
    logical.Date.LOGICAL_NAME: _days_or_time_reader("Date", logical.Date.to_logical),
    logical.Time.LOGICAL_NAME: _days_or_time_reader("Time", logical.Time.to_logical),
    logical.Timestamp.LOGICAL_NAME: _timestamp_reader,
}
