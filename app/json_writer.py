r"""Writes JSON byte for byte as Jackson does: compact, UTF-8, characters beyond the Basic Multilingual Plane as two escapes.

Differences to the standard encoder that a client could see: `\uD83D\uDE00` instead of four bytes of UTF-8, and upper-case
digits in the escapes of control characters.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Response

_BEYOND_BMP = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")
_ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|.)")


def dump_json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if "\\u" in text:
        text = _ESCAPE.sub(_upper_case_digits, text)
    if not text.isascii():
        text = _BEYOND_BMP.sub(_surrogates, text)
    return text.encode()


def json_response(value: Any, status: int = 200) -> Response:
    return Response(dump_json(value), status, content_type="application/json")


def empty_response(status: int) -> Response:
    """An answer without body and without Content-Type."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response


def _upper_case_digits(match: re.Match[str]) -> str:
    escape = match.group(1)
    return f"\\u{escape[1:].upper()}" if len(escape) > 1 else match.group()


def _surrogates(match: re.Match[str]) -> str:
    raw = match.group().encode("utf-16-be", "surrogatepass").hex().upper()
    return "".join(f"\\u{raw[start : start + 4]}" for start in range(0, len(raw), 4))
