"""Base class of the stores of source offsets, and the map they keep them in. Connect: OffsetBackingStore."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workers.storage.offset_codec import canonical, decode_key


class OffsetStore(ABC):
    """Keeps serialised offsets by serialised key (workers.storage.offset_codec). Every method may be called from any
    thread and may block.
    """

    @abstractmethod
    def start(self) -> None:
        """Reads what is there. Called once before anything else. Raises StartError when it cannot be read."""

    @abstractmethod
    def stop(self) -> None:
        """Lets go of what `start` took. Everything that `set` accepted is durable already."""

    @abstractmethod
    def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values of these keys, in their order, as of now: whatever was set before the call is seen.

        A key also finds an entry whose JSON members stand in another order.
        """

    @abstractmethod
    def set(self, entries: Mapping[bytes, bytes | None]) -> None:
        """Makes all entries durable, None removes one; returns when that is done. Raises when any could not be written,
        and the caller then tries all of them again."""

    @abstractmethod
    def partitions(self, connector: str) -> list[dict[str, Any]]:
        """The source partitions of a connector that have an offset."""


class OffsetMap:
    """Entries in memory. Not thread-safe: its store locks."""

    def __init__(self, entries: Mapping[bytes, bytes | None] | None = None) -> None:
        self.entries: dict[bytes, bytes | None] = {}
        self._same: dict[str, bytes] = {}
        self.update(entries or {})

    def copy(self) -> OffsetMap:
        """Another map with the same entries; no key is looked at."""
        copied = OffsetMap()
        copied.entries, copied._same = dict(self.entries), dict(self._same)
        return copied

    def get(self, key: bytes) -> bytes | None:
        return self.entries.get(self._known(key))

    def update(self, entries: Mapping[bytes, bytes | None]) -> None:
        for key, value in entries.items():
            known = self._known(key)
            self.entries[known] = value
            if (meaning := canonical(known)) is not None:
                self._same.setdefault(meaning, known)

    def partitions(self, connector: str) -> Iterator[dict[str, Any]]:
        """Partitions that have an offset, each once."""
        for key, value in self.entries.items():
            if value is None or (parsed := decode_key(key)) is None:
                continue
            is_first = self._same.get(canonical(key) or "") == key
            if parsed.connector == connector and parsed.partition is not None and is_first:
                yield parsed.partition

    def _known(self, key: bytes) -> bytes:
        """The key under which this partition is kept already: the bytes a Java worker used stay in use."""
        if key in self.entries:
            return key
        return self._same.get(canonical(key) or "", key)
