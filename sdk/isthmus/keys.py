"""Map keys that Python's dict would refuse: Kafka Connect allows any value as the key of a MAP."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, cast


class FrozenMap(dict[Any, Any]):
    """A map that is a key of another map; it is not to be changed any more."""

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override]  # dict says it has none
        return hash(frozenset(self.items()))


def as_key(value: Any) -> Hashable:
    """The value in a form that can be a dict's key: a list as a tuple, a map as a FrozenMap, a byte array as bytes."""
    if isinstance(value, list | tuple):
        return tuple(map(as_key, value))
    if isinstance(value, dict):
        return FrozenMap({as_key(key): as_key(item) for key, item in value.items()})
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    return cast("Hashable", value)
