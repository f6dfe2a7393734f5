"""The records of one `SinkTask.put`, made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

from isthmus.records import SinkRecord


class SinkBatch(Sequence[SinkRecord]):
    """What the runtime gives to `put`: a sequence of records like any other.

    A task that needs nothing but the values takes `values` and spares the making of a record object for each of them,
    which is a fifth of the whole cost of a simple sink. Used on the task's main thread only.
    """

    __slots__ = ("_made", "_make", "values")

    def __init__(self, values: Sequence[Any], make: Callable[[], Sequence[SinkRecord]]) -> None:
        """`make` gives the records, as many as there are values and in their order; it is called once, if at all."""
        self.values = values
        self._make = make
        self._made: Sequence[SinkRecord] | None = None

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[SinkRecord]:
        return iter(self._records())

    @overload
    def __getitem__(self, index: int) -> SinkRecord: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[SinkRecord]: ...
    def __getitem__(self, index: int | slice) -> SinkRecord | Sequence[SinkRecord]:
        return self._records()[index]

    def _records(self) -> Sequence[SinkRecord]:
        if self._made is None:
            self._made = self._make()
        return self._made
