"""Struct: a value made of named fields (Kafka Connect's Struct)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from isthmus.equality import same_value
from isthmus.errors import DataError
from isthmus.numbers import java_class
from isthmus.schema import Field, Schema, StructBase
from isthmus.text import to_text

T = TypeVar("T")


class Struct(StructBase):
    """Values for the fields of a struct schema, each checked when it is put in.

    `Struct(SCHEMA, clock="a", number=1)`, then `s["clock"]`, `s["number"] = 2`, `s.put("clock", "b")` (chains). A field
    that was not set, or set to None, reads as its default. `validate()` checks that nothing required is missing.
    """

    # The values by field name, those only that were set: a dict is what `**values` and decoders bring anyhow.
    __slots__ = ("_values",)

    def __init__(self, schema: Schema, /, **values: Any) -> None:
        if schema.type is not Schema.Type.STRUCT:
            raise DataError(f"Not a struct schema: {schema}")
        self.schema = schema
        self._values = values
        schemas = schema._schemas_by_name
        try:
            for name, value in values.items():
                field_schema = schemas[name]
                cls = type(value)
                if cls in field_schema._plain_classes or (
                    cls is int and field_schema._lowest <= value <= field_schema._highest
                ):
                    continue
                Schema.validate_value(field_schema, value, name)
        except KeyError as error:
            raise _unknown(error.args[0]) from None

    @classmethod
    def of_checked(cls, schema: Schema, values: dict[str, Any]) -> Struct:
        """A Struct over a dict as it is, for decoders that made its values by the schema and give the dict away."""
        struct = cls.__new__(cls)
        struct.schema = schema
        struct._values = values
        return struct

    @property
    def stored_values(self) -> dict[str, Any]:
        """The values that were set, by field name, for encoders that go through them all. Not to be changed."""
        return self._values

    def __getitem__(self, name: str) -> Any:
        value = self._values.get(name)
        return self._field(name).schema.default_value if value is None else value

    get = __getitem__

    def get_without_default(self, name: str) -> Any:
        self._field(name)
        return self._values.get(name)

    def __setitem__(self, name: str, value: object) -> None:
        self.put(name, value)

    def put(self, name: str, value: object) -> Struct:
        """Set a field. DataError when the schema has no such field or the value does not fit it."""
        schema = self._field(name).schema
        if type(value) not in schema._plain_classes:
            Schema.validate_value(schema, value, name)
        self._values[name] = value
        return self

    def validate(self) -> None:
        """Raise DataError unless every field holds a value its schema accepts; one left out needs a default."""
        for field in self.schema.fields:
            value = self._values.get(field.name)
            if value is None and field.schema.default_value is not None:
                continue
            Schema.validate_value(field.schema, value, field.name)

    def get_int8(self, name: str) -> int | None:
        return self._of_type(name, Schema.Type.INT8, int)

    def get_int16(self, name: str) -> int | None:
        return self._of_type(name, Schema.Type.INT16, int)

    def get_int32(self, name: str) -> int | None:
        return self._of_type(name, Schema.Type.INT32, int)

    def get_int64(self, name: str) -> int | None:
        return self._of_type(name, Schema.Type.INT64, int)

    def get_float32(self, name: str) -> float | None:
        return self._of_type(name, Schema.Type.FLOAT32, float)

    def get_float64(self, name: str) -> float | None:
        return self._of_type(name, Schema.Type.FLOAT64, float)

    def get_boolean(self, name: str) -> bool | None:
        return self._of_type(name, Schema.Type.BOOLEAN, bool)

    def get_string(self, name: str) -> str | None:
        return self._of_type(name, Schema.Type.STRING, str)

    def get_bytes(self, name: str) -> bytes | None:
        value = self._of_type(name, Schema.Type.BYTES, object)
        if value is None or isinstance(value, bytes):
            return value
        if isinstance(value, bytearray | memoryview):
            return bytes(value)
        raise DataError(f"Field '{name}' holds {java_class(value)}")

    def get_array(self, name: str) -> Sequence[Any] | None:
        return self._of_type(name, Schema.Type.ARRAY, Sequence)  # type: ignore[type-abstract]  # only for isinstance

    def get_map(self, name: str) -> Mapping[Any, Any] | None:
        return self._of_type(name, Schema.Type.MAP, Mapping)  # type: ignore[type-abstract]  # only for isinstance

    def get_struct(self, name: str) -> Struct | None:
        return self._of_type(name, Schema.Type.STRUCT, Struct)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Struct):
            return NotImplemented
        return self.schema == other.schema and all(
            same_value(self._values.get(field.name), other._values.get(field.name)) for field in self.schema.fields
        )

    def __hash__(self) -> int:
        return hash((self.schema, str(self)))

    def __copy__(self) -> Struct:
        return Struct.of_checked(self.schema, self._values.copy())

    def __str__(self) -> str:
        values = self._values
        shown = [
            f"{field.name}={to_text(values[field.name], field.schema)}"
            for field in self.schema.fields
            if values.get(field.name) is not None
        ]
        return f"Struct{{{','.join(shown)}}}"

    __repr__ = __str__

    def _of_type(self, name: str, type: Schema.Type, cls: type[T]) -> T | None:
        """The stored value: no default steps in. A logical type has a base type, too, but no value of its class."""
        if self._field(name).schema.type is not type:
            raise DataError(f"Field '{name}' is not of type {type}")
        value = self._values.get(name)
        if value is not None and not isinstance(value, cls):
            raise DataError(f"Field '{name}' holds {java_class(value)}")
        return value

    def _field(self, name: str) -> Field:
        field = self.schema._fields_by_name.get(name)
        if field is None:
            raise _unknown(name)
        return field


def _unknown(name: str) -> DataError:
    return DataError(f"{name} is not a valid field name")
