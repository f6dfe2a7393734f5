"""Puts schemas together step by step (Kafka Connect's SchemaBuilder)."""

from __future__ import annotations

from collections.abc import Mapping

from isthmus.equality import same_value
from isthmus.errors import DataError, SchemaBuilderError
from isthmus.schema import Field, Schema


class SchemaBuilder:
    """Start with a type, chain what else is to be said, end with `build()`.

    `SchemaBuilder.struct().name("tick").field("clock", Schema.STRING_SCHEMA).build()`. Each attribute may be set once.
    Wherever a schema is expected a builder may be given; it is built at that moment.
    """

    __slots__ = (
        "_default_value",
        "_doc",
        "_fields",
        "_key_schema",
        "_name",
        "_optional",
        "_parameters",
        "_type",
        "_value_schema",
        "_version",
    )

    def __init__(self, type: Schema.Type) -> None:
        if not isinstance(type, Schema.Type):
            raise SchemaBuilderError("type cannot be null")
        self._type = type
        self._optional: bool | None = None
        self._default_value: object = None
        self._name: str | None = None
        self._version: int | None = None
        self._doc: str | None = None
        self._parameters: dict[str, str] | None = None
        self._fields: dict[str, Field] = {}
        self._key_schema: Schema | None = None
        self._value_schema: Schema | None = None

    def optional(self) -> SchemaBuilder:
        """None is a value."""
        self._set_once("optional", True)
        return self

    def required(self) -> SchemaBuilder:
        """None is no value; this is so anyhow, said explicitly."""
        self._set_once("optional", False)
        return self

    def default_value(self, value: object) -> SchemaBuilder:
        """What stands in for a missing value. It has to fit what the builder was told up to now."""
        self._check_unset("default_value", value, "default")
        try:
            self.build().validate(value)
        except DataError as error:
            raise SchemaBuilderError("Invalid default value") from error
        self._default_value = value
        return self

    def name(self, name: str) -> SchemaBuilder:
        self._set_once("name", name)
        return self

    def version(self, version: int) -> SchemaBuilder:
        self._set_once("version", version)
        return self

    def doc(self, doc: str) -> SchemaBuilder:
        self._set_once("doc", doc)
        return self

    def parameter(self, key: str, value: str) -> SchemaBuilder:
        return self.parameters({key: value})

    def parameters(self, parameters: Mapping[str, str]) -> SchemaBuilder:
        if parameters:
            self._parameters = {**(self._parameters or {}), **parameters}
        return self

    def field(self, name: str, schema: Schema | SchemaBuilder) -> SchemaBuilder:
        """Append a field to a struct."""
        if self._type is not Schema.Type.STRUCT:
            raise SchemaBuilderError(f"Cannot create fields on type {self._type}")
        if not name:
            raise SchemaBuilderError("fieldName cannot be null.")
        if schema is None:
            raise SchemaBuilderError(f"fieldSchema for field {name} cannot be null.")
        if name in self._fields:
            raise SchemaBuilderError(f"Cannot create field because of field name duplication {name}")
        self._fields[name] = Field(name, len(self._fields), _built(schema))
        return self

    def build(self) -> Schema:
        """The schema as it was described up to now; the builder may go on afterwards."""
        return Schema(
            self._type,
            bool(self._optional),
            self._default_value,
            self._name,
            self._version,
            self._doc,
            self._parameters,
            tuple(self._fields.values()),
            self._key_schema,
            self._value_schema,
        )

    def _set_once(self, attribute: str, value: object) -> None:
        self._check_unset(attribute, value, attribute)
        setattr(self, f"_{attribute}", value)

    def _check_unset(self, attribute: str, value: object, shown_as: str) -> None:
        """The same value again does no harm."""
        present = getattr(self, f"_{attribute}")
        if present is not None and not same_value(present, value):
            raise SchemaBuilderError(f"Invalid SchemaBuilder call: {shown_as} has already been set.")

    @staticmethod
    def array(value_schema: Schema | SchemaBuilder) -> SchemaBuilder:
        if value_schema is None:
            raise SchemaBuilderError("valueSchema cannot be null.")
        builder = SchemaBuilder(Schema.Type.ARRAY)
        builder._value_schema = _built(value_schema)
        return builder

    @staticmethod
    def map(key_schema: Schema | SchemaBuilder, value_schema: Schema | SchemaBuilder) -> SchemaBuilder:
        if key_schema is None:
            raise SchemaBuilderError("keySchema cannot be null.")
        if value_schema is None:
            raise SchemaBuilderError("valueSchema cannot be null.")
        builder = SchemaBuilder(Schema.Type.MAP)
        builder._key_schema = _built(key_schema)
        builder._value_schema = _built(value_schema)
        return builder

    @staticmethod
    def struct() -> SchemaBuilder:
        return SchemaBuilder(Schema.Type.STRUCT)

    @staticmethod
    def int8() -> SchemaBuilder:
        return SchemaBuilder(Schema.Type.INT8)

    @staticmethod
    def int16() -> SchemaBuilder:
        return SchemaBuilder(Schema.Type.INT16)

    @staticmethod
    def int32() -> SchemaBuilder:
        return SchemaBuilder(Schema.Type.INT32)

    @staticmethod
    def int64() -> SchemaBuilder:
        return SchemaBuilder(Schema.Type.INT64)

    @staticmethod
    def float32() -> SchemaBuilder:
        return SchemaBuilder(Schema.Type.FLOAT32)

    @staticmethod
    def float64() -> SchemaBuilder:
        return SchemaBuilder(Schema.Type.FLOAT64)

    @staticmethod
    def bool() -> SchemaBuilder:
        return SchemaBuilder(Schema.Type.BOOLEAN)

    @staticmethod
    def string() -> SchemaBuilder:
        return SchemaBuilder(Schema.Type.STRING)

    @staticmethod
    def bytes() -> SchemaBuilder:
        return SchemaBuilder(Schema.Type.BYTES)

    @staticmethod
    def type(type: Schema.Type) -> SchemaBuilder:
        return SchemaBuilder(type)


def _built(schema: Schema | SchemaBuilder) -> Schema:
    return schema.build() if isinstance(schema, SchemaBuilder) else schema
