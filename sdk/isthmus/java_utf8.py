"""UTF-8 as Java reads it: malformed bytes become U+FFFD, in Java's number."""

from __future__ import annotations

import codecs
from typing import Final

_AS_JAVA: Final = "isthmus.java_replace"


def decode_utf8(data: bytes) -> str:
    """The text; never raises. Well-formed input costs one call of the codec."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("utf-8", _AS_JAVA)


def _replacement(error: UnicodeError) -> tuple[str, int]:
    """What stands for malformed bytes, and where to go on."""
    assert isinstance(error, UnicodeDecodeError), "registered for decoding only"
    return "\ufffd", error.start + _malformed_length(error.object, error)


def _malformed_length(data: bytes, error: UnicodeDecodeError) -> int:
    """How many bytes one U+FFFD stands for: as in Python, but an encoded surrogate counts as one whole."""
    start = error.start
    if data[start] == 0xED and b"\xa0" <= data[start + 1 : start + 2] <= b"\xbf":
        return 3 if b"\x80" <= data[start + 2 : start + 3] <= b"\xbf" else 2
    return error.end - start


codecs.register_error(_AS_JAVA, _replacement)
