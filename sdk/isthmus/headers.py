"""Record headers (Kafka Connect's Headers and Header)."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from isthmus.errors import DataError
from isthmus.logical import Date, DateValue, Decimal, Time, Timestamp, TimestampValue, TimeValue
from isthmus.schema import Schema
from isthmus.struct import Struct
from isthmus.text import to_text


class Header(msgspec.Struct, frozen=True):
    """A header: a key, and a value with its schema (None where there is none). Keys may repeat in a record."""

    key: str
    schema: Schema | None
    value: Any

    def rename(self, key: str) -> Header:
        return Header(key, self.schema, self.value)

    def with_value(self, schema: Schema | None, value: Any) -> Header:
        return Header(self.key, schema, value)

    def __str__(self) -> str:
        return f"ConnectHeader(key={self.key}, value={to_text(self.value, self.schema)}, schema={to_text(self.schema)})"


HeaderTransform = Callable[[Header], Header | None]


class ConnectHeaders(list[Header]):
    """The headers of one record, in order: a list with Kafka Connect's methods, which return the headers themselves."""

    __slots__ = ()

    def add(self, key: str, value: Any, schema: Schema | None = None) -> ConnectHeaders:
        """Append a header. DataError when the value does not fit the schema."""
        if schema is None and isinstance(value, Struct):
            schema = value.schema
        _check_fits(schema, value)
        return self._add(key, schema, value)

    def add_string(self, key: str, value: str | None) -> ConnectHeaders:
        return self._add(key, Schema.OPTIONAL_STRING_SCHEMA if value is None else Schema.STRING_SCHEMA, value)

    def add_bytes(self, key: str, value: bytes | None) -> ConnectHeaders:
        return self._add(key, Schema.OPTIONAL_BYTES_SCHEMA if value is None else Schema.BYTES_SCHEMA, value)

    def add_boolean(self, key: str, value: bool) -> ConnectHeaders:
        return self._add(key, Schema.BOOLEAN_SCHEMA, value)

    def add_byte(self, key: str, value: int) -> ConnectHeaders:
        return self._add(key, Schema.INT8_SCHEMA, value)

    def add_short(self, key: str, value: int) -> ConnectHeaders:
        return self._add(key, Schema.INT16_SCHEMA, value)

    def add_int(self, key: str, value: int) -> ConnectHeaders:
        return self._add(key, Schema.INT32_SCHEMA, value)

    def add_long(self, key: str, value: int) -> ConnectHeaders:
        return self._add(key, Schema.INT64_SCHEMA, value)

    def add_float(self, key: str, value: float) -> ConnectHeaders:
        return self._add(key, Schema.FLOAT32_SCHEMA, value)

    def add_double(self, key: str, value: float) -> ConnectHeaders:
        return self._add(key, Schema.FLOAT64_SCHEMA, value)

    def add_list(self, key: str, value: list[Any] | None, schema: Schema) -> ConnectHeaders:
        return self._add_container(key, value, schema, Schema.Type.ARRAY)

    def add_map(self, key: str, value: Mapping[Any, Any] | None, schema: Schema) -> ConnectHeaders:
        return self._add_container(key, value, schema, Schema.Type.MAP)

    def add_struct(self, key: str, value: Struct | None) -> ConnectHeaders:
        return self._add(key, None if value is None else value.schema, value)

    def add_decimal(self, key: str, value: decimal.Decimal | None) -> ConnectHeaders:
        if value is None:
            return self._add(key, None, None)
        exponent = value.as_tuple().exponent
        schema = Decimal.schema(-exponent if isinstance(exponent, int) else 0)
        Decimal.from_logical(schema, value)
        return self._add(key, schema, value)

    def add_date(self, key: str, value: DateValue | None) -> ConnectHeaders:
        if value is not None:
            Date.from_logical(Date.SCHEMA, value)
        return self._add(key, Date.SCHEMA, value)

    def add_time(self, key: str, value: TimeValue | None) -> ConnectHeaders:
        if value is not None:
            Time.from_logical(Time.SCHEMA, value)
        return self._add(key, Time.SCHEMA, value)

    def add_timestamp(self, key: str, value: TimestampValue | None) -> ConnectHeaders:
        return self._add(key, Timestamp.SCHEMA, value)

    def last_with_name(self, key: str) -> Header | None:
        return next((header for header in reversed(self) if header.key == key), None)

    def all_with_name(self, key: str) -> list[Header]:
        return [header for header in self if header.key == key]

    def remove(self, key: str) -> ConnectHeaders:  # type: ignore[override]  # Connect's meaning of the name, not list's
        """Remove all headers of that key."""
        self[:] = [header for header in self if header.key != key]
        return self

    def retain_latest(self, key: str | None = None) -> ConnectHeaders:
        """Keep only the last header of that key; without a key, the last one of each."""
        last = {header.key: position for position, header in enumerate(self)}
        self[:] = [
            header
            for position, header in enumerate(self)
            if (key is not None and header.key != key) or last[header.key] == position
        ]
        return self

    def apply(self, transform: HeaderTransform, key: str | None = None) -> ConnectHeaders:
        """Replace each header (of that key) by what the function makes of it; None removes it."""
        applied = (transform(header) if key is None or header.key == key else header for header in self)
        self[:] = [header for header in applied if header is not None]
        return self

    def duplicate(self) -> ConnectHeaders:
        return ConnectHeaders(self)

    copy = duplicate

    def __str__(self) -> str:
        shown = ", ".join(map(str, self))
        return f"ConnectHeaders(headers=[{shown}])" if self else "ConnectHeaders(headers=)"

    def _add(self, key: str, schema: Schema | None, value: Any) -> ConnectHeaders:
        if key is None:
            raise TypeError("a header needs a key")
        self.append(Header(key, schema, value))
        return self

    def _add_container(self, key: str, value: Any, schema: Schema, type: Schema.Type) -> ConnectHeaders:
        if value is None:
            return self._add(key, None, None)
        if schema.type is not type:
            raise DataError(f"Expecting {type} but instead found {schema.type}")
        return self._add(key, schema, value)


def _check_fits(schema: Schema | None, value: Any) -> None:
    if schema is None or (value is None and schema.is_optional):
        return
    if value is None:
        raise DataError(f"A null value requires an optional schema but was {schema}")
    # Under the name of a logical type a header may hold the base type's value as well.
    if not schema.accepts(value) and not Schema(schema.type).accepts(value):
        raise DataError(f"The value {to_text(value)} is not compatible with the schema {schema}")
