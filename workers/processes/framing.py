"""Frames on the control sockets: a 4-byte big-endian length, then one JSON object.

Used on both ends of every socketpair between the worker, its fork server and its plug-in processes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

_LENGTH = struct.Struct(">I")

_MAX_BYTES = 256 << 20

Message = dict[str, Any]


def encode(message: Mapping[str, Any]) -> bytes:
    """One frame. Raises TypeError when the message holds what JSON cannot."""
    body = orjson.dumps(message, option=orjson.OPT_NON_STR_KEYS)
    return _LENGTH.pack(len(body)) + body


class FrameBuffer:
    """Collects the bytes of a stream and yields the messages that are complete."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, chunk: bytes) -> Iterator[Message]:
        self._bytes += chunk
        while len(self._bytes) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._bytes)
            if length > _MAX_BYTES:
                raise ValueError(f"A frame of {length} bytes is none of ours")
            end = _LENGTH.size + length
            if len(self._bytes) < end:
                return
            body = bytes(self._bytes[_LENGTH.size : end])
            del self._bytes[:end]
            yield orjson.loads(body)
