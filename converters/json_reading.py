"""From JSON trees to Connect's values (JsonConverter.convertToConnect): a function for each schema, made once.

Trees are what the decoders of `json_documents` give: dict, list, str, bool, None, numbers as int and float, or as int
and Decimal where the digits matter; MISSING is what an empty document holds. Connect is lenient: a value of the wrong
JSON type mostly becomes 0, False or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from converters.jackson import MISSING
from converters.json_scalars import (
    LOGICAL_READERS,
    Reader,
    integer_reader,
    node_type,
    read_boolean,
    read_bytes,
    read_float32,
    read_float64,
    read_string,
)
from isthmus import DataError, Field, Schema, Struct, logical
from isthmus.java_hash_map import iteration_order
from isthmus.keys import as_key
from isthmus.numbers import INT64_MAX, INT64_MIN, wrap

Type = Schema.Type


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
    """The function that turns a JSON tree into a value of this schema. It raises DataError for one it cannot take.

    It looks first for what is there nearly always; null and the leniencies come after.
    """
    if schema is None:
        return schemaless_reader(settings.orders)
    if schema.name in LOGICAL_READERS:
        return _or_null(LOGICAL_READERS[schema.name](schema), schema, settings)
    read = _or_null(_TYPES[schema.type](schema, settings), schema, settings)
    if schema.type in _PASSING:
        return _passing_reader(_PASSING[schema.type], read)
    return _quick_integer_reader(_BITS[schema.type], read) if schema.type in _BITS else read


def _or_null(read: Reader, schema: Schema, settings: ReadSettings) -> Reader:
    """The reader, with the schema's answer to null."""
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


def _passing_reader(cls: type, read_other: Reader) -> Reader:
    return lambda tree: tree if type(tree) is cls else read_other(tree)


def _quick_integer_reader(bits: int, read_other: Reader) -> Reader:
    lowest, highest = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    return lambda tree: tree if type(tree) is int and lowest <= tree <= highest else read_other(tree)


def schemaless_reader(orders: MapOrders) -> Reader:
    """Whole numbers become INT64, others FLOAT64, objects maps, arrays lists."""
    order = orders.order

    def read(tree: Any) -> Any:
        cls = type(tree)
        if cls in _SCHEMALESS_ITSELF:
            return tree
        if cls is dict:  # the most frequent members are told here already, which spares their calls
            return {name: m if type(m := tree[name]) in _SCHEMALESS_ITSELF else read(m) for name in order(tree)}
        if cls is list:
            return [m if type(m) in _SCHEMALESS_ITSELF else read(m) for m in tree]
        if cls is int:
            return tree if INT64_MIN <= tree <= INT64_MAX else wrap(tree, 64)
        return None if tree is MISSING else float(tree) or 0.0

    return read


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
            try:
                return {name: read_value(tree[name]) for name in order(tree)}
            except DataError:
                for item in tree.values():  # of several errors Connect tells that of the first in the document
                    read_value(item)
                raise
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
    """Makes the source of one expression for the dict of values and compiles it: looping over the fields for each
    document costs more than twice as much.
    """
    scope: dict[str, Any] = {f"read_{f.index}": _field_reader(f, settings) for f in schema.fields}
    members = [f"{f.name!r}: {_member_source(f, settings)}" for f in schema.fields]
    exec(f"def read_members(get):\n    return {{{', '.join(members)}}}", scope)  # names are quoted by repr
    read_members: Callable[[Callable[[str], Any]], dict[str, Any]] = scope["read_members"]

    def read(tree: Any) -> Struct:
        if isinstance(tree, dict):
            return Struct.of_checked(schema, read_members(tree.get))
        raise DataError(f"Structs should be encoded as JSON objects, but found {node_type(tree)}")

    return read


def _member_source(field: Field, settings: ReadSettings) -> str:
    """Source of a field's value: what the decoder made where that is the value already, otherwise what is read from it."""
    schema = field.schema
    get, read = f"get({field.name!r})", f"read_{field.index}"
    if schema.name in LOGICAL_READERS or schema.type not in _ITSELF:
        return f"{read}({get})"
    is_null_itself = schema.is_optional and (schema.default_value is None or not settings.replace_null)
    test = f"type(m := {get}) is {_ITSELF[schema.type]}"
    return f"m if {test}{' or m is None' if is_null_itself else ''} else {read}(m)"


def _field_reader(field: Field, settings: ReadSettings) -> Reader:
    """The reader of a field, with the check that a struct makes where leniency may leave something out."""
    name, schema = field.name, field.schema
    read = reader_for(schema, settings)
    if not _may_lack_something(schema):
        return read

    def read_and_check(tree: Any) -> Any:
        value = read(tree)
        Schema.validate_value(schema, value, name)
        return value

    return read_and_check


def _may_lack_something(schema: Schema | None) -> bool:
    """Whether a text or bytes may be missing that a struct would not go without; inner structs look for themselves."""
    if schema is None or schema.name in LOGICAL_READERS:
        return False
    if schema.type is Type.MAP:
        return _may_lack_something(schema.key_schema) or _may_lack_something(schema.value_schema)
    if schema.type is Type.ARRAY:
        return _may_lack_something(schema.value_schema)
    return schema.type in (Type.STRING, Type.BYTES) and not schema.is_optional


_SCHEMALESS_ITSELF: Final = frozenset({str, bool, type(None)})
_BITS: Final = {Type.INT8: 8, Type.INT16: 16, Type.INT32: 32, Type.INT64: 64}
_ITSELF: Final = {
    Type.STRING: "str",
    Type.BOOLEAN: "bool",
    Type.FLOAT64: "float and m != 0",  # zero may be a negative one, which Java does not have here
    **{type_: f"int and {-(1 << (bits - 1))} <= m < {1 << (bits - 1)}" for type_, bits in _BITS.items()},
}
_PASSING: Final[dict[Type, type]] = {Type.STRING: str, Type.BOOLEAN: bool}
_TYPES: Final[dict[Type, Callable[[Schema, ReadSettings], Reader]]] = {
    **dict.fromkeys(_BITS, lambda schema, settings: integer_reader(_BITS[schema.type])),
    Type.FLOAT32: lambda schema, settings: read_float32,
    Type.FLOAT64: lambda schema, settings: read_float64,
    Type.BOOLEAN: lambda schema, settings: read_boolean,
    Type.STRING: lambda schema, settings: read_string,
    Type.BYTES: lambda schema, settings: read_bytes,
    Type.ARRAY: _array_reader,
    Type.MAP: _map_reader,
    Type.STRUCT: _struct_reader,
}
