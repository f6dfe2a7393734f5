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

_CONTROL_ESCAPE: Final = b"\\u00"
_ASTRAL_LEADS: Final = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")
# The escape of a control character; or any other escape, so that an escaped backslash is not taken for half of one.
_ESCAPE: Final = re.compile(rb"\\u00[01][0-9a-f]|\\.")
_SURROGATE: Final = re.compile("([\ud800-\udfff])")


def to_json(tree: Any) -> bytes:
    """The bytes for a tree of dict, list, str, int, float, bool, None and orjson.Fragment."""
    return _as_jackson(_dumps(tree))


def to_json_batch(trees: Sequence[Any], prefix: bytes, suffix: bytes) -> list[bytes]:
    """The same for many, each between prefix and suffix; looked at together for what Jackson writes otherwise."""
    try:
        # orjson returns a buffer cut down from a kilobyte. Keeping hundreds of them spreads them over many pages, which
        # costs more than the writing; what is kept is a copy of the right size.
        if prefix:
            written = [prefix + orjson.dumps(tree) + suffix for tree in trees]
        else:
            written = [orjson.dumps(tree, None, orjson.OPT_APPEND_NEWLINE)[:-1] for tree in trees]
    except TypeError:
        return [prefix + to_json(tree) + suffix for tree in trees]
    return written if _is_as_jackson(b"".join(written)) else list(map(_as_jackson, written))


def _is_as_jackson(written: bytes) -> bool:
    if not written.isascii() and any(lead in written for lead in _ASTRAL_LEADS):
        return False
    return b"\\" not in written or _CONTROL_ESCAPE not in written  # to look for one byte is many times quicker


def _as_jackson(written: bytes) -> bytes:
    if not written.isascii():
        for lead in _ASTRAL_LEADS:
            if lead in written:
                written = _escape_pairs(written, lead)
    return _ESCAPE.sub(_upper_case, written) if _CONTROL_ESCAPE in written else written


def _escape_pairs(written: bytes, lead: bytes) -> bytes:
    """Four bytes of UTF-8, the first of them `lead`, become two escapes each."""
    before, *after = written.split(lead)
    return before + b"".join([_pair_escape(lead + rest[:3]) + rest[3:] for rest in after])


def _pair_escape(character: bytes) -> bytes:
    beyond = ord(character.decode()) - 0x10000
    return b"\\u%X\\u%X" % (0xD800 + (beyond >> 10), 0xDC00 + (beyond & 0x3FF))


def _upper_case(match: re.Match[bytes]) -> bytes:
    escape = match[0]
    return b"\\u" + escape[2:].upper() if len(escape) > 2 else escape


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
