"""A value together with its schema: what converters return and text parsing yields (Connect's SchemaAndValue)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

if TYPE_CHECKING:
    from isthmus.schema import Schema


class SchemaAndValue(NamedTuple):
    schema: Schema | None
    value: Any

    NULL: ClassVar[SchemaAndValue]


SchemaAndValue.NULL = SchemaAndValue(None, None)
