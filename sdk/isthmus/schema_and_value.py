"""A value together with its schema: what converters return and text parsing yields (Connect's SchemaAndValue)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any, ClassVar, NamedTuple, overload

from isthmus.schema import Schema


class _Pair(NamedTuple):
    schema: Schema | None
    value: Any


class SchemaAndValue(_Pair):
    """A schema (None where there is none) and a value."""

    __slots__ = ()
    NULL: ClassVar[SchemaAndValue]  # a NamedTuple itself cannot have it: hence the base class


SchemaAndValue.NULL = SchemaAndValue(None, None)


class SchemaAndValues(Sequence[tuple["Schema | None", Any]]):
    """Values that all have the one schema, as a sequence of pairs: what `Converter.to_connect_batch` may return to spare
    the making of a pair for each value.
    """

    __slots__ = ("schema", "values")

    def __init__(self, schema: Schema | None, values: Sequence[Any]) -> None:
        self.schema = schema
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[tuple[Schema | None, Any]]:
        return zip(repeat(self.schema), self.values, strict=False)  # repeat has no end

    @overload
    def __getitem__(self, index: int) -> tuple[Schema | None, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[Schema | None, Any]]: ...
    def __getitem__(self, index: int | slice) -> tuple[Schema | None, Any] | Sequence[tuple[Schema | None, Any]]:
        if isinstance(index, slice):
            return SchemaAndValues(self.schema, self.values[index])
        return self.schema, self.values[index]
