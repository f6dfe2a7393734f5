"""UTF-8 as Java reads it: malformed bytes become U+FFFD, in Java's number."""

from __future__ import annotations

from typing import Final

_REPLACEMENT: Final = "\ufffd"


def decode_utf8(data: bytes) -> str:
    """The text; never raises. Well-formed input costs one call of the codec."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "".join(_pieces(data))


def _pieces(data: bytes) -> list[str]:
    pieces: list[str] = []
    position = 0
    while True:
        rest = data[position:]
        try:
            return [*pieces, rest.decode()]
        except UnicodeDecodeError as error:
            pieces += [rest[: error.start].decode(), _REPLACEMENT]
            position += error.start + _malformed_length(rest, error)


def _malformed_length(data: bytes, error: UnicodeDecodeError) -> int:
    """How many bytes one U+FFFD stands for: as in Python, but an encoded surrogate counts as one whole."""
    start = error.start
    if data[start] == 0xED and b"\xa0" <= data[start + 1 : start + 2] <= b"\xbf":
        return 3 if b"\x80" <= data[start + 2 : start + 3] <= b"\xbf" else 2
    return error.end - start
