"""A cache that forgets what was not used for longest (Kafka's LRUCache)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")


class LruCache(Generic[KeyT, ValueT]):
    """Holds at most `max_size` entries; none when that is not positive."""

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._entries: dict[KeyT, ValueT] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: KeyT) -> ValueT | None:
        try:
            value = self._entries.pop(key)
        except KeyError:
            return None
        self._entries[key] = value  # a dict keeps its order: the last one is the one used last
        return value

    def put(self, key: KeyT, value: ValueT) -> None:
        self._entries[key] = value
        if len(self._entries) > self._max_size:
            del self._entries[next(iter(self._entries))]
