"""JSON as Jackson reads it, for the documents that stricter and quicker decoders refuse.

Beyond the standard Jackson (as Kafka Connect sets it up) takes leading zeros, half surrogate pairs, overlong UTF-8,
UTF-16, UTF-32 and a byte order mark, and does not look at what follows the first value. Numbers come as int and Decimal.
"""

from __future__ import annotations

import codecs
import decimal
import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # the string scanner of the standard library
from typing import Any, Final

from isthmus.values.decimals import parse_decimal

_NUMBER: Final = re.compile(r"-?0*([0-9]+)(?:\.([0-9]+))?(?:[eE][+-]?([0-9]+))?")
_BLANKS: Final = re.compile(r"[ \t\n\r]*")
_WORD: Final = re.compile(r"[\w\x7f-\U0010ffff]*")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LITERALS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
MISSING: Final = object()  # in place of a value, for a document without any
_MAX_DEPTH: Final = 1000
MAX_DIGITS: Final = 1000
_OVERLONG: Final = "isthmus.jackson"
_TOO_LONG: Final = re.compile(rb"[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]")


def parse(data: bytes) -> Any:
    """The first value of the document; MISSING when there is nothing but blanks. ValueError when it is not JSON."""
    text, is_whole, is_utf_8 = _decode(data)
    parser = _Parser(text, is_utf_8)
    start = parser.skip_blanks(0)
    if start == len(text) and is_whole:
        return MISSING
    try:
        value, end = parser.value(start, 0)
    except RecursionError as error:
        raise ValueError("the document is nested too deeply") from error
    if end == len(text) and not is_whole and text[end - 1] not in '"]}':
        raise ValueError(f"malformed bytes at character {end}")
    if text[start] in "-0123456789" and text[end : end + 1] not in ("", " ", "\t", "\n", "\r"):
        raise ValueError(f"space expected after the number, at character {end}")
    return value


def _decode(data: bytes) -> tuple[str, bool, bool]:
    """The text, whether it is all, and whether it is UTF-8; malformed bytes end it, which does not matter behind the
    first value.
    """
    mark, encoding = b"", _encoding_by_zeros(data)
    if len(data) >= 4:  # in shorter documents Jackson looks for no mark
        mark, encoding = next((pair for pair in _MARKS if data.startswith(pair[0])), (mark, encoding))
    is_whole = True
    try:
        text = data.decode(encoding, _OVERLONG)
    except UnicodeDecodeError as error:
        text, is_whole = data[: error.start].decode(encoding, _OVERLONG), False
    return text[bool(mark) :], is_whole, encoding == "utf-8"


def _read_overlong(error: UnicodeError) -> tuple[str, int]:
    """Jackson takes a character in more bytes of UTF-8 than needed, as Java itself writes NUL (C0 80).

    Given as an escape: whatever it is, it belongs to a string. The error itself for all that is wrong otherwise.
    """
    assert isinstance(error, UnicodeDecodeError), "registered for decoding only"
    match = _TOO_LONG.match(error.object, error.start) if error.encoding == "utf-8" else None
    if match is None:
        raise error
    code = (match[0][-2] & 0x1F) << 6 | match[0][-1] & 0x3F
    return f"\\u{code:04x}", match.end()


codecs.register_error(_OVERLONG, _read_overlong)
_MARKS: Final = (
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF8, "utf-8"),
)


def _encoding_by_zeros(data: bytes) -> str:
    """JSON starts with ASCII, so the zeros among the first bytes tell the encoding."""
    zeros = [not byte for byte in data[:4]]
    if len(zeros) == 4 and zeros[:3] == [True, True, True]:
        return "utf-32-be"
    if len(zeros) == 4 and zeros[1:] == [True, True, True]:
        return "utf-32-le"
    if zeros[:2] == [True, False]:
        return "utf-16-be"
    return "utf-16-le" if zeros[:2] == [False, True] else "utf-8"


class _Parser:
    """Each method takes a position and returns a value with the position behind it."""

    def __init__(self, text: str, is_utf_8: bool) -> None:
        self._text = text
        self._is_utf_8 = is_utf_8

    def skip_blanks(self, at: int) -> int:
        match = _BLANKS.match(self._text, at)
        return match.end() if match else at

    def value(self, at: int, depth: int) -> tuple[Any, int]:
        first = self._text[at : at + 1]
        if first == '"':
            text, end = scanstring(self._text, at + 1, True)
            return text, end
        if first in ("{", "["):
            if depth >= _MAX_DEPTH:
                raise ValueError("the document is nested too deeply")
            return self._object(at + 1, depth + 1) if first == "{" else self._array(at + 1, depth + 1)
        number = _NUMBER.match(self._text, at)
        return (_number(number), self._number_end(number)) if number else self._literal(at)

    def _number_end(self, number: re.Match[str]) -> int:
        end = number.end()
        if self._text[end : end + 1] in (".", "e", "E"):
            raise ValueError(f"not a number, at character {end}")
        return end

    def _literal(self, at: int) -> tuple[Any, int]:
        word = _WORD.match(self._text, at)
        if word is None or word[0] not in _LITERALS:
            raise ValueError(f"a value is expected at character {at}")
        return _LITERALS[word[0]], word.end()

    def _array(self, at: int, depth: int) -> tuple[list[Any], int]:
        elements: list[Any] = []
        at = self.skip_blanks(at)
        if self._text[at : at + 1] == "]":
            return elements, at + 1
        while True:
            element, at = self.value(self.skip_blanks(at), depth)
            elements.append(element)
            at, is_last = self._comma_or("]", at)
            if is_last:
                return elements, at

    def _object(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        members: dict[str, Any] = {}
        at = self.skip_blanks(at)
        if self._text[at : at + 1] == "}":
            return members, at + 1
        while True:
            at = self._expect('"', self.skip_blanks(at))
            name, at = scanstring(self._text, at, True)
            if self._is_utf_8 and _SURROGATE.search(name):  # Jackson takes it in other encodings and in values only
                raise ValueError(f"half a surrogate pair in a name, at character {at}")
            at = self._expect(":", self.skip_blanks(at))
            members[name], at = self.value(self.skip_blanks(at), depth)
            at, is_last = self._comma_or("}", at)
            if is_last:
                return members, at

    def _comma_or(self, closing: str, at: int) -> tuple[int, bool]:
        at = self.skip_blanks(at)
        if self._text[at : at + 1] == closing:
            return at + 1, True
        return self._expect(",", at), False

    def _expect(self, character: str, at: int) -> int:
        if self._text[at : at + 1] != character:
            raise ValueError(f"{character} expected at character {at}")
        return at + 1


def _number(match: re.Match[str]) -> int | decimal.Decimal:
    """ValueError for one that Jackson finds too long, or whose exponent is too great for Java's BigDecimal."""
    whole, fraction, exponent = match.groups("")
    if len(whole) + len(fraction) + len(exponent) > MAX_DIGITS:
        raise ValueError(f"more than {MAX_DIGITS} digits, at character {match.start()}")
    if not fraction and not exponent:
        return int(match[0])
    number = parse_decimal(match[0])
    if number is None:
        raise ValueError(f"too great an exponent, at character {match.start()}")
    return number
