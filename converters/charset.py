"""Character sets under Java's names and with Java's replacements, for StringConverter."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from converters.errors import SerializationError
from isthmus.java_utf8 import decode_utf8

_JAVA_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-+.:_]*")
_NOT_IN_JAVA: Final = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7", "utf-8-sig"}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Charset(NamedTuple):
    encode: Callable[[str], bytes]
    decode: Callable[[bytes], str]
    is_utf_8: bool = False


def charset(name: str) -> Charset:
    """The character set of that Java name. SerializationError when there is none."""
    codec = _codec_name(name)
    if codec == "utf-8":
        return Charset(lambda text: text.encode("utf-8", "replace"), decode_utf8, is_utf_8=True)
    if codec == "utf-16":
        return Charset(_encode_utf_16, _decoder("utf-16-be", "utf-16-le"))
    if codec.startswith("utf-16"):
        return Charset(lambda text: _whole(text).encode(codec), lambda data: data.decode(codec, "replace"))
    if codec.startswith("utf-32"):
        first, other = ("utf-32-be", "utf-32-le") if codec == "utf-32" else (codec, codec)
        return Charset(lambda text: _whole(text).encode(first), _decoder(first, other))
    return Charset(lambda text: text.encode(codec, "replace"), lambda data: data.decode(codec, "replace"))


def _codec_name(name: str) -> str:
    try:
        if not _JAVA_NAME.fullmatch(name) or (codec := codecs.lookup(name).name) in _NOT_IN_JAVA:
            raise LookupError(name)
        "".encode(name)  # the registry also has codecs from bytes to bytes, such as "hex": those fail here
    except LookupError as error:
        raise SerializationError(f"Unsupported encoding {name}") from error
    return codec


def _whole(text: str) -> str:
    """Half a surrogate pair cannot be encoded; these encodings have a character to say so, where others have `?`."""
    return _SURROGATE.sub("\ufffd", text)


def _encode_utf_16(text: str) -> bytes:
    """With a byte order mark, big end first, as Java writes it."""
    return codecs.BOM_UTF16_BE + _whole(text).encode("utf-16-be") if text else b""


def _decoder(first: str, other: str) -> Callable[[bytes], str]:
    """Reads `first`, or `other` when there is its byte order mark; the mark is left out."""
    mark = "\ufeff".encode(other)
    return lambda data: data.decode(other if data.startswith(mark) else first, "replace").removeprefix("\ufeff")
