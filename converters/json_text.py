"""JSON bytes as Jackson writes them.

orjson does the work; it differs from Jackson in the escapes of characters beyond U+FFFF and of control characters, and
refuses half surrogate pairs. Both are seen in its output (or in its error) and put right there, so that ordinary text
costs one look at the bytes. Numbers that the two write differently come here as fragments, in Java's text already.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import orjson

_SEPARATOR: Final = "\x01"
_WRITTEN_SEPARATOR: Final = b"\\u0001"
_CONTROL_ESCAPE: Final = b"\\u00"
_ASTRAL_LEADS: Final = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")
# A control character's escape, any other escape (so that an escaped backslash hides nothing), four bytes of UTF-8.
_WRITTEN_OTHERWISE: Final = re.compile(rb"\\u00[01][0-9a-f]|\\.|[\xf0-\xf4]...", re.DOTALL)
_SURROGATE: Final = re.compile("([\ud800-\udfff])")


def to_json(tree: Any) -> bytes:
    """The bytes for a tree of dict, list, str, int, float, bool, None and orjson.Fragment."""
    return _as_jackson(_dumps(tree))


def to_json_batch(trees: Sequence[Any]) -> list[bytes]:
    """The same for many, looked at once for what Jackson writes otherwise."""
    try:
        written = list(map(orjson.dumps, trees))
    except TypeError:
        return [to_json(tree) for tree in trees]
    if _is_as_jackson(b"\n".join(written)):
        return written
    return [_as_jackson(data) for data in written]


def texts_to_json(texts: Sequence[str], prefix: bytes, suffix: bytes) -> list[bytes] | None:
    """Each text as a JSON string between prefix and suffix; None when the quick way is not open, TypeError included.

    All texts are written as one, with a separator that JSON writes as an escape; then the escape is exchanged for what
    stands between two records. JSON has no bare line feed, so one serves to cut the records apart again.
    """
    try:
        written = orjson.dumps(_SEPARATOR.join(texts))
    except TypeError:
        return None
    # Any other escape of this kind (or what looks like one) is a text that wants a closer look.
    if written.count(_CONTROL_ESCAPE) != len(texts) - 1 or not (written.isascii() or _is_within_bmp(written)):
        return None
    between = b'"' + suffix + b"\n" + prefix + b'"'
    return (prefix + written.replace(_WRITTEN_SEPARATOR, between) + suffix).split(b"\n")


def _is_as_jackson(written: bytes) -> bool:
    return _CONTROL_ESCAPE not in written and (written.isascii() or _is_within_bmp(written))


def _is_within_bmp(written: bytes) -> bool:
    return not any(lead in written for lead in _ASTRAL_LEADS)


def _as_jackson(written: bytes) -> bytes:
    return written if _is_as_jackson(written) else _WRITTEN_OTHERWISE.sub(_rewrite, written)


def _rewrite(match: re.Match[bytes]) -> bytes:
    found = match[0]
    if found[0] != 0x5C:
        high_and_low = found.decode().encode("utf-16-be").hex().upper().encode()
        return b"\\u" + high_and_low[:4] + b"\\u" + high_and_low[4:]
    return b"\\u" + found[2:].upper() if len(found) > 2 else found


def _dumps(tree: Any) -> bytes:
    try:
        return orjson.dumps(tree)
    except TypeError:
        # Half a surrogate pair somewhere inside, or deeper than orjson goes: piece by piece.
        if isinstance(tree, dict):
            return b"{" + b",".join([_dumps(key) + b":" + _dumps(value) for key, value in tree.items()]) + b"}"
        if isinstance(tree, list):
            return b"[" + b",".join(map(_dumps, tree)) + b"]"
        if isinstance(tree, str):
            return b'"' + b"".join(map(_half_or_text, _SURROGATE.split(tree))) + b'"'
        raise


def _half_or_text(piece: str) -> bytes:
    return f"\\u{ord(piece):X}".encode() if _SURROGATE.fullmatch(piece) else orjson.dumps(piece)[1:-1]


def json_to_texts(raw: Sequence[bytes | None], prefix: bytes, suffix: bytes) -> list[str] | None:
    """The inverse of `texts_to_json`: the texts when every document is a JSON string between prefix and suffix.

    None when that is not so, or not certain: then each document has to be looked at by itself.
    """
    first, last = prefix + b'"', b'"' + suffix
    try:
        joined = b"\n".join(raw)  # type: ignore[arg-type]  # None: see below
    except TypeError:
        return None  # a null among them
    between = last + b"\n" + first
    if not joined.startswith(first) or not joined.endswith(last) or _WRITTEN_SEPARATOR in joined:
        return None
    one = b'"' + joined[len(first) : -len(last)].replace(between, _WRITTEN_SEPARATOR) + b'"'
    try:
        # A line feed that is left over, a quote inside, anything unfinished: not one string any more, thus an error.
        texts: list[str] = orjson.loads(one).split(_SEPARATOR)
    except orjson.JSONDecodeError:
        return None
    # An escape cut in two by a separator swallows it, which shows in the number.
    return texts if len(texts) == len(raw) else None
