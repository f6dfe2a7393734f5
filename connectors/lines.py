"""Cuts a stream of UTF-8 into lines as FileStreamSourceTask of Kafka Connect does.

Lines end at `\\n`, `\\r\\n`, or `\\r` when something else follows; nothing else ends one, and the last line waits for its
terminator. Positions count UTF-16 units including terminators: what Java takes for characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from isthmus.java_utf8 import decode_utf8

_LINE: Final = re.compile("[^\r\n]*(?:\r\n|\n|\r)")
JAVA_BUFFER: Final = 1024


class LineCutter:
    """Takes bytes as they come, gives complete lines, each with the position behind it."""

    def __init__(self, position: int) -> None:
        self.position = position  # behind the last line that was taken
        self._cut_position = position  # behind the last line that is ready
        self._unfinished = bytearray()
        self._lines: list[str] = []
        self._ends: list[int] = []

    def __len__(self) -> int:
        """How many complete lines are ready."""
        return len(self._lines)

    def feed(self, data: bytes) -> None:
        # Neither terminator is ever a part of another character in UTF-8, so bytes are cut first and decoded then.
        if b"\r" in data or b"\r" in self._unfinished:
            self._feed_any(data)
            return
        last = data.rfind(b"\n")
        if last < 0:
            self._unfinished += data
            return
        text = decode_utf8(bytes(self._unfinished) + data[:last] if self._unfinished else data[:last])
        self._unfinished = bytearray(data[last + 1 :])
        lines = text.split("\n")
        self._add(lines, map(len if _is_within_bmp(text) else _utf_16_length, lines))

    def _feed_any(self, data: bytes) -> None:
        self._unfinished += data
        # A carriage return at the very end may be the first half of a terminator.
        end = 1 + max(self._unfinished.rfind(b"\n"), self._unfinished.rfind(b"\r", 0, -1))
        text = decode_utf8(bytes(self._unfinished[:end]))
        del self._unfinished[:end]
        length = len if _is_within_bmp(text) else _utf_16_length
        raw = text.removesuffix("\n").split("\n")
        lines = [line.removesuffix("\r") for line in raw]
        if text.endswith("\r") or "\r" in "\n".join(lines):  # some of them stand alone, or more than one in a row
            whole = _LINE.findall(text)
            lines, raw = [line.rstrip("\r\n") for line in whole], [line[:-1] for line in whole]
        if text:
            self._add(lines, map(length, raw))

    def _add(self, lines: list[str], lengths: Iterable[int]) -> None:
        """`lengths` leave out one character of each line's terminator."""
        position = self._cut_position
        self._ends += [position := position + length + 1 for length in lengths]
        self._cut_position = position
        self._lines += lines

    def take(self, count: int) -> tuple[list[str], list[int]]:
        """The next lines, at most `count`, and the positions behind them."""
        lines, ends = self._lines[:count], self._ends[:count]
        del self._lines[:count], self._ends[:count]
        if ends:
            self.position = ends[-1]
        return lines, ends

    def is_rest_within(self, position: int) -> bool:
        """Whether everything that was fed and not taken lies before that position."""
        return self._cut_position + _utf_16_length(decode_utf8(bytes(self._unfinished))) <= position


def end_of_java_buffer(start: int, ends: list[int], size: int) -> tuple[int, int]:
    """How far Java has read when it has just filled a batch with lines that start and end there; and the buffer's size.

    It reads into a buffer that it fills from the first unfinished line on: 1024 characters at first, and twice as many
    as often as needed for a line to fit.
    """
    begin, before = start, start
    for end in ends:
        while end > begin + size:
            if before == begin:
                size *= 2
            begin = before
        before = end
    return begin + size, size


def _is_within_bmp(text: str) -> bool:
    return text.isascii() or len(text.encode("utf-16-le")) == 2 * len(text)


def _utf_16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
