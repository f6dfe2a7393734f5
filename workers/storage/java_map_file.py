"""Java's serialised form of HashMap<byte[], byte[]>: what Connect's standalone worker keeps its offsets in.

The reader takes every legal encoding of such a map (back-references, long block data, any capacity) and nothing else: no
other class is ever looked at, as in Kafka 4.4's allow-list. The writer makes the bytes the JVM makes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeVar

_MAGIC = b"\xac\xed\x00\x05"
_NULL, _REFERENCE, _CLASS_DESC, _OBJECT, _ARRAY = 0x70, 0x71, 0x72, 0x73, 0x75
_BLOCK_DATA, _END_BLOCK_DATA, _BLOCK_DATA_LONG = 0x77, 0x78, 0x7A
_BASE_HANDLE: Final = 0x7E0000
_HASH_MAP = "java.util.HashMap"
_BYTE_ARRAY = "[B"
_SERIAL_NUMBERS = {_HASH_MAP: 0x0507DAC1C31660D1, _BYTE_ARRAY: 0xACF317F8060854E0}
_PRIMITIVE_BYTES = {"B": 1, "C": 2, "D": 8, "F": 4, "I": 4, "J": 8, "S": 2, "Z": 1}

_MAP_HEADER = (
    _MAGIC + b"sr\x00\x11java.util.HashMap\x05\x07\xda\xc1\xc3\x16`\xd1\x03\x00\x02F\x00\nloadFactorI\x00\tthresholdxp"
)
_FIRST_ARRAY = b"ur\x00\x02[B\xac\xf3\x17\xf8\x06\x08T\xe0\x02\x00\x00xp"
_NEXT_ARRAY = b"uq\x00~\x00\x02"
_LOAD_FACTOR = struct.pack(">f", 0.75)

JavaMap = dict[bytes, bytes | None]


class JavaMapError(ValueError):
    """The bytes are not a whole serialised HashMap of byte arrays; the text says what was met instead, and where."""


def dump_map(entries: Mapping[bytes, bytes | None]) -> bytes:
    """The map as Java's ObjectOutputStream writes it."""
    capacity = _capacity(len(entries))
    threshold = capacity * 3 // 4 if entries else 0
    parts = [_MAP_HEADER, _LOAD_FACTOR, struct.pack(">ibbii", threshold, _BLOCK_DATA, 8, capacity, len(entries))]
    array_head = _FIRST_ARRAY
    for key, value in entries.items():
        parts += [array_head, struct.pack(">i", len(key)), key]
        array_head = _NEXT_ARRAY
        parts += [b"p"] if value is None else [array_head, struct.pack(">i", len(value)), value]
    return b"".join((*parts, b"x"))


def load_map(data: bytes) -> JavaMap:
    """Reads what dump_map or a JVM wrote. Raises JavaMapError for anything else, truncated data included."""
    return _Reader(data).read_map()


def _capacity(size: int) -> int:
    capacity = 16
    while size > capacity * 3 // 4:
        capacity *= 2
    return capacity


T = TypeVar("T")


class _ClassDesc(NamedTuple):
    name: str
    fields: tuple[str, ...]


class _Reader:
    """A cursor over the stream, with the table of handles that back-references mean."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._handles: list[Any] = []

    def read_map(self) -> JavaMap:
        if self._take(4) != _MAGIC:
            raise JavaMapError("it does not begin as a Java object stream")
        self._expect(_OBJECT, "an object")
        desc = self._class_desc()
        if desc.name != _HASH_MAP:
            raise JavaMapError(f"Expected HashMap but found class {desc.name}")
        self._handles.append(None)
        for signature in desc.fields:
            self._take(_PRIMITIVE_BYTES[signature])
        size = self._size_block()
        entries: JavaMap = {}
        for _ in range(size):
            key = self._bytes_or_null()
            if key is None:
                raise self._error("a key is null")
            entries[key] = self._bytes_or_null()
        self._expect(_END_BLOCK_DATA, "the end of the map")
        if self._position != len(self._data):
            raise self._error("more data follows the map")
        return entries

    def _size_block(self) -> int:
        """The block with capacity and number of entries."""
        tag = self._tag()
        length = self._int() if tag == _BLOCK_DATA_LONG else self._take(1)[0]
        if tag not in (_BLOCK_DATA, _BLOCK_DATA_LONG) or length != 8:
            raise self._error("the size of the map was expected")
        self._int()
        size = self._int()
        if size < 0:
            raise self._error(f"{size} entries")
        return size

    def _bytes_or_null(self) -> bytes | None:
        tag = self._tag()
        if tag == _NULL:
            return None
        if tag == _REFERENCE:
            return self._referenced(bytes)
        if tag != _ARRAY:
            raise self._error("a byte array was expected")
        desc = self._class_desc()
        if desc.name != _BYTE_ARRAY:
            raise JavaMapError(f"Expected byte arrays but found class {desc.name}")
        slot = len(self._handles)
        self._handles.append(None)
        array = self._take(self._int())
        self._handles[slot] = array
        return array

    def _class_desc(self) -> _ClassDesc:
        tag = self._tag()
        if tag == _REFERENCE:
            return self._referenced(_ClassDesc)
        if tag != _CLASS_DESC:
            raise self._error("a class was expected")
        name = self._text()
        serial_number = struct.unpack(">Q", self._take(8))[0]
        if name not in _SERIAL_NUMBERS:
            wanted = "HashMap" if not self._handles else "byte arrays"
            raise JavaMapError(f"Expected {wanted} but found class {name}")
        if serial_number != _SERIAL_NUMBERS[name]:
            raise self._error(f"class {name} of an unknown version")
        slot = len(self._handles)
        self._handles.append(None)
        self._take(1)  # flags: fixed by the class
        fields = tuple(self._field() for _ in range(self._short()))
        self._expect(_END_BLOCK_DATA, "the end of the class")
        self._expect(_NULL, "no super class")
        desc = _ClassDesc(name, fields)
        self._handles[slot] = desc
        return desc

    def _field(self) -> str:
        signature = chr(self._take(1)[0])
        self._text()
        if signature not in _PRIMITIVE_BYTES:
            raise self._error("a field that HashMap does not have")
        return signature

    def _referenced(self, kind: type[T]) -> T:
        number = self._int() - _BASE_HANDLE
        found = self._handles[number] if 0 <= number < len(self._handles) else None
        if not isinstance(found, kind):
            raise self._error("a reference to nothing")
        return found

    # ---- primitives ----------------------------------------------------------------------------------------------

    def _tag(self) -> int:
        return self._take(1)[0]

    def _expect(self, tag: int, what: str) -> None:
        if self._tag() != tag:
            raise self._error(f"{what} was expected")

    def _short(self) -> int:
        return int.from_bytes(self._take(2))

    def _int(self) -> int:
        return int.from_bytes(self._take(4), signed=True)

    def _text(self) -> str:
        return self._take(self._short()).decode("utf-8", "replace")

    def _take(self, count: int) -> bytes:
        taken = self._data[self._position : self._position + count]
        if count < 0 or len(taken) < count:
            raise JavaMapError(f"it ends early, {len(self._data)} bytes are not all of it")
        self._position += count
        return taken

    def _error(self, what: str) -> JavaMapError:
        return JavaMapError(f"{what} at byte {self._position}")
