"""Schemas: immutable descriptions of values, and the check that a value fits one (Kafka Connect's ConnectSchema)."""

from __future__ import annotations

import datetime
import decimal
import enum
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Final

import msgspec

from isthmus.equality import same_value
from isthmus.errors import DataError
from isthmus.instant import Instant
from isthmus.numbers import BigInteger, Float32, Float64, Int8, Int16, Int32, Int64, java_class, range_note


class Field(msgspec.Struct, frozen=True):
    """A named place in a struct schema; `index` counts from 0 in the order of definition."""

    name: str
    index: int
    schema: Schema

    def __str__(self) -> str:
        return f"Field{{name={self.name}, index={self.index}, schema={self.schema}}}"


class StructBase(ABC):
    """What validation has to know of a Struct: it stands here so that struct.py can build on this module."""

    __slots__ = ("schema",)
    java_name: ClassVar[str] = "org.apache.kafka.connect.data.Struct"

    schema: Schema

    @abstractmethod
    def validate(self) -> None:
        """Raise DataError unless every field holds a value its schema accepts."""


class Schema:
    """What a value is: its type, whether it may be None, its default, and for structs, arrays and maps what is inside.

    Made by SchemaBuilder or taken from the constants (`Schema.INT32_SCHEMA`). Immutable, so it may be shared between
    threads and serve as a cache key; `==` looks at identity first and at every attribute otherwise.

    Attributes: `type`, `is_optional`, `default_value`, `name`, `version`, `doc`, `parameters` (dict or None), and, where
    the type has them, `fields` (tuple of Field), `key_schema`, `value_schema` (also the element schema of an array).
    Asking another type for one of the last three raises DataError.
    """

    __slots__ = (
        "_fields_by_name",
        "_hash",
        "_highest",
        "_lowest",
        "_plain_classes",
        "_schemas_by_name",
        "default_value",
        "doc",
        "fields",
        "is_optional",
        "key_schema",
        "name",
        "parameters",
        "type",
        "value_schema",
        "version",
    )

    class Type(enum.Enum):
        """The twelve types of Kafka Connect."""

        INT8 = "int8"
        INT16 = "int16"
        INT32 = "int32"
        INT64 = "int64"
        FLOAT32 = "float32"
        FLOAT64 = "float64"
        BOOLEAN = "boolean"
        STRING = "string"
        BYTES = "bytes"
        ARRAY = "array"
        MAP = "map"
        STRUCT = "struct"

        @property
        def is_primitive(self) -> bool:
            return self not in (Schema.Type.ARRAY, Schema.Type.MAP, Schema.Type.STRUCT)

        def __str__(self) -> str:
            return self.name

        # Members are singletons: hashing by identity is several times cheaper than the enum's own hash of the name.
        __hash__ = object.__hash__

    type: Type
    is_optional: bool
    default_value: Any
    name: str | None
    version: int | None
    doc: str | None
    parameters: dict[str, str] | None
    fields: tuple[Field, ...]
    key_schema: Schema | None
    value_schema: Schema | None
    _fields_by_name: dict[str, Field]
    _schemas_by_name: dict[str, Schema]
    _plain_classes: frozenset[Any]  # a value of exactly one of these classes fits, no further look needed (see Struct)
    _lowest: int  # so does a plain `int` within these bounds, which are an empty range for every other type
    _highest: int
    _hash: int | None

    INT8_SCHEMA: ClassVar[Schema]
    INT16_SCHEMA: ClassVar[Schema]
    INT32_SCHEMA: ClassVar[Schema]
    INT64_SCHEMA: ClassVar[Schema]
    FLOAT32_SCHEMA: ClassVar[Schema]
    FLOAT64_SCHEMA: ClassVar[Schema]
    BOOLEAN_SCHEMA: ClassVar[Schema]
    STRING_SCHEMA: ClassVar[Schema]
    BYTES_SCHEMA: ClassVar[Schema]
    OPTIONAL_INT8_SCHEMA: ClassVar[Schema]
    OPTIONAL_INT16_SCHEMA: ClassVar[Schema]
    OPTIONAL_INT32_SCHEMA: ClassVar[Schema]
    OPTIONAL_INT64_SCHEMA: ClassVar[Schema]
    OPTIONAL_FLOAT32_SCHEMA: ClassVar[Schema]
    OPTIONAL_FLOAT64_SCHEMA: ClassVar[Schema]
    OPTIONAL_BOOLEAN_SCHEMA: ClassVar[Schema]
    OPTIONAL_STRING_SCHEMA: ClassVar[Schema]
    OPTIONAL_BYTES_SCHEMA: ClassVar[Schema]

    def __init__(
        self,
        type: Type,
        is_optional: bool = False,
        default_value: object = None,
        name: str | None = None,
        version: int | None = None,
        doc: str | None = None,
        parameters: Mapping[str, str] | None = None,
        fields: Sequence[Field] = (),
        key_schema: Schema | None = None,
        value_schema: Schema | None = None,
    ) -> None:
        put = partial(object.__setattr__, self)
        put("type", type)
        put("is_optional", is_optional)
        put("default_value", default_value)
        put("name", name)
        put("version", version)
        put("doc", doc)
        put("parameters", None if parameters is None else dict(parameters))
        # What a type does not have stays unset: reading it ends in __getattr__, and reading the rest costs nothing.
        if type is Schema.Type.STRUCT:
            put("fields", tuple(fields))
            put("_fields_by_name", {field.name: field for field in fields})
            put("_schemas_by_name", {field.name: field.schema for field in fields})
        elif type is Schema.Type.MAP:
            put("key_schema", key_schema)
            put("value_schema", value_schema)
        elif type is Schema.Type.ARRAY:
            put("value_schema", value_schema)
        is_logical = name in _LOGICAL_CLASSES
        lowest, highest = _EMPTY_RANGE if is_logical else _INTEGER_RANGES.get(type, _EMPTY_RANGE)
        put("_lowest", lowest)
        put("_highest", highest)
        put("_plain_classes", frozenset(_LOGICAL_CLASSES[name] if is_logical and name else _PLAIN_CLASSES[type]))
        put("_hash", None)

    def field(self, name: str) -> Field | None:
        """The field of that name, or None. DataError when this is no struct schema."""
        if self.type is not Schema.Type.STRUCT:
            raise DataError("Cannot look up fields on non-struct type")
        return self._fields_by_name.get(name)

    def accepts(self, value: Any) -> bool:
        """Whether a value other than None is of a class this schema takes; containers are not looked into."""
        if type(value) in self._plain_classes:
            return True
        classes = _LOGICAL_CLASSES.get(self.name) or _CONTAINER_CLASSES.get(self.type)
        return _fits_primitive(self, value) if classes is None else isinstance(value, classes)

    def validate(self, value: object) -> None:
        """Raise DataError unless the value fits this schema, looking into containers."""
        _validate(self, value, "value")

    @staticmethod
    def validate_value(schema: Schema, value: object, name: str | None = None) -> None:
        """Raise DataError unless the value fits the schema; the text names the field when `name` is given."""
        _validate(schema, value, "value" if name is None else f'field: "{name}"')

    @staticmethod
    def type_of(value: object) -> Schema.Type | None:
        """The type of a value without a schema; None where no schema type answers to it, as for dates and decimals."""
        for cls in type(value).__mro__:
            if cls in _TYPES_BY_CLASS:
                return _TYPES_BY_CLASS[cls]
        return None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Schema is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Schema is immutable")

    def __getattr__(self, name: str) -> Any:
        if name in _NOT_ON_EVERY_TYPE:
            raise DataError(_NOT_ON_EVERY_TYPE[name])
        raise AttributeError(f"'Schema' object has no attribute {name!r}")

    def __copy__(self) -> Schema:
        return self

    def __deepcopy__(self, memo: object) -> Schema:
        return self

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Schema):
            return NotImplemented
        return (
            self.type is other.type
            and self.is_optional == other.is_optional
            and self.name == other.name
            and self.version == other.version
            and self.doc == other.doc
            and self.parameters == other.parameters
            and same_value(self.default_value, other.default_value)
            and _parts(self) == _parts(other)
        )

    def __hash__(self) -> int:
        if self._hash is None:
            identity = (self.type, self.is_optional, self.name, self.version, self.doc, _parts(self))
            object.__setattr__(self, "_hash", hash(identity))
        return self._hash or 0

    def __str__(self) -> str:
        return f"Schema{{{self.type}}}" if self.name is None else f"Schema{{{self.name}:{self.type}}}"

    __repr__ = __str__


_Type = Schema.Type
_EMPTY_RANGE: Final = (1, 0)
_INTEGER_RANGES: Final = {
    _Type.INT8: (-(1 << 7), (1 << 7) - 1),
    _Type.INT16: (-(1 << 15), (1 << 15) - 1),
    _Type.INT32: (-(1 << 31), (1 << 31) - 1),
    _Type.INT64: (-(1 << 63), (1 << 63) - 1),
}
_INTEGER_TAGS: Final[dict[Any, _Type | None]] = {
    Int8: _Type.INT8,
    Int16: _Type.INT16,
    Int32: _Type.INT32,
    Int64: _Type.INT64,
    BigInteger: None,  # of no type at all
}
_PLAIN_CLASSES: Final[dict[_Type, tuple[Any, ...]]] = {
    _Type.INT8: (Int8,),
    _Type.INT16: (Int16,),
    _Type.INT32: (Int32,),
    _Type.INT64: (Int64,),
    _Type.FLOAT32: (float, Float32),
    _Type.FLOAT64: (float, Float64),
    _Type.BOOLEAN: (bool,),
    _Type.STRING: (str,),
    _Type.BYTES: (bytes, bytearray, memoryview),
    _Type.ARRAY: (),
    _Type.MAP: (),
    _Type.STRUCT: (),
}
# A schema of one of these names takes these classes whatever its type is.
_LOGICAL_CLASSES: Final[dict[str | None, tuple[Any, ...]]] = {
    "org.apache.kafka.connect.data.Decimal": (decimal.Decimal,),
    "org.apache.kafka.connect.data.Date": (datetime.date, datetime.datetime, Instant),
    "org.apache.kafka.connect.data.Time": (datetime.time, datetime.datetime, Instant),
    "org.apache.kafka.connect.data.Timestamp": (datetime.datetime, Instant),
}
_CONTAINER_CLASSES: Final[dict[_Type, tuple[Any, ...]]] = {
    _Type.ARRAY: (list, tuple),
    _Type.MAP: (Mapping,),
    _Type.STRUCT: (StructBase,),
}
_TYPES_BY_CLASS: Final[dict[Any, Schema.Type | None]] = {
    **{cls: type for type, classes in (_PLAIN_CLASSES | _CONTAINER_CLASSES).items() for cls in classes},
    dict: _Type.MAP,  # in front of Mapping, which is no base of dict in its __mro__
    float: _Type.FLOAT64,
    int: _Type.INT64,
    BigInteger: None,
}
_NOT_ON_EVERY_TYPE: Final = {
    "fields": "Cannot list fields on non-struct type",
    "key_schema": "Cannot look up key schema on non-map type",
    "value_schema": "Cannot look up value schema on non-array and non-map type",
}


def _parts(schema: Schema) -> tuple[object, ...]:
    if schema.type is _Type.STRUCT:
        return schema.fields
    if schema.type is _Type.MAP:
        return (schema.key_schema, schema.value_schema)
    return (schema.value_schema,) if schema.type is _Type.ARRAY else ()


def _validate(schema: Schema, value: Any, location: str) -> None:
    cls = type(value)
    if cls in schema._plain_classes or (cls is int and schema._lowest <= value <= schema._highest):
        return
    if value is None:
        if schema.is_optional:
            return
        raise DataError(f"Invalid value: null used for required {location}, schema type: {schema.type}")
    if not schema.accepts(value):
        name = "" if schema.name is None else f' "{schema.name}"'
        found = java_class(value)
        note = range_note(value, schema._lowest, schema._highest) if schema._lowest <= schema._highest else ""
        raise DataError(
            f"Invalid Java object for schema{name} with type {schema.type}: class {found} for {location}{note}"
        )
    if schema.type is _Type.STRUCT:
        _validate_struct(schema, value)
    elif schema.type is _Type.ARRAY:
        _validate_array(schema, value, location)
    elif schema.type is _Type.MAP:
        _validate_map(schema, value, location)


def _fits_primitive(schema: Schema, value: Any) -> bool:
    """Whether a value fits that is not of one of the schema's plain classes: plain `int`, subclasses, wrong ones."""
    if isinstance(value, bool | Float32 | Float64):
        return False
    if isinstance(value, int):
        tag = next((_INTEGER_TAGS[cls] for cls in type(value).__mro__ if cls in _INTEGER_TAGS), schema.type)
        return tag is schema.type and schema._lowest <= value <= schema._highest
    return isinstance(value, tuple(schema._plain_classes))


def _validate_struct(schema: Schema, value: StructBase) -> None:
    if value.schema != schema:
        raise DataError("Struct schemas do not match.")
    value.validate()


def _validate_array(schema: Schema, values: Sequence[Any], location: str) -> None:
    location = f"element of array {location}"
    element_schema = _not_none(schema.value_schema, location)
    plain, lowest, highest = element_schema._plain_classes, element_schema._lowest, element_schema._highest
    for element in values:
        cls = type(element)
        if cls not in plain and not (cls is int and lowest <= element <= highest):
            _validate(element_schema, element, location)


def _validate_map(schema: Schema, values: Mapping[Any, Any], location: str) -> None:
    key_location, value_location = f"key of map {location}", f"value of map {location}"
    key_schema = _not_none(schema.key_schema, key_location)
    value_schema = _not_none(schema.value_schema, value_location)
    for key, value in values.items():
        _validate(key_schema, key, key_location)
        _validate(value_schema, value, value_location)


def _not_none(schema: Schema | None, location: str) -> Schema:
    if schema is None:
        raise DataError(f"No schema defined for {location}")
    return schema


Schema.INT8_SCHEMA = Schema(_Type.INT8)
Schema.INT16_SCHEMA = Schema(_Type.INT16)
Schema.INT32_SCHEMA = Schema(_Type.INT32)
Schema.INT64_SCHEMA = Schema(_Type.INT64)
Schema.FLOAT32_SCHEMA = Schema(_Type.FLOAT32)
Schema.FLOAT64_SCHEMA = Schema(_Type.FLOAT64)
Schema.BOOLEAN_SCHEMA = Schema(_Type.BOOLEAN)
Schema.STRING_SCHEMA = Schema(_Type.STRING)
Schema.BYTES_SCHEMA = Schema(_Type.BYTES)
Schema.OPTIONAL_INT8_SCHEMA = Schema(_Type.INT8, is_optional=True)
Schema.OPTIONAL_INT16_SCHEMA = Schema(_Type.INT16, is_optional=True)
Schema.OPTIONAL_INT32_SCHEMA = Schema(_Type.INT32, is_optional=True)
Schema.OPTIONAL_INT64_SCHEMA = Schema(_Type.INT64, is_optional=True)
Schema.OPTIONAL_FLOAT32_SCHEMA = Schema(_Type.FLOAT32, is_optional=True)
Schema.OPTIONAL_FLOAT64_SCHEMA = Schema(_Type.FLOAT64, is_optional=True)
Schema.OPTIONAL_BOOLEAN_SCHEMA = Schema(_Type.BOOLEAN, is_optional=True)
Schema.OPTIONAL_STRING_SCHEMA = Schema(_Type.STRING, is_optional=True)
Schema.OPTIONAL_BYTES_SCHEMA = Schema(_Type.BYTES, is_optional=True)
