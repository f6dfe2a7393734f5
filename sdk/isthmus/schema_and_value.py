"""A value together with its schema: what converters return and text parsing yields (Connect's SchemaAndValue)."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from isthmus.schema import Schema


class _Pair(NamedTuple):
    schema: Schema | None
    value: Any


class SchemaAndValue(_Pair):
    """A schema (None where there is none) and a value."""

    __slots__ = ()
    NULL: ClassVar[SchemaAndValue]  # a NamedTuple itself cannot have it: hence the base class


SchemaAndValue.NULL = SchemaAndValue(None, None)
