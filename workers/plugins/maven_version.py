"""Compares versions of plug-ins as Maven does, which is what Kafka Connect goes by.

Numbers count by value (1.9 < 1.10), absent ones as 0 (1 = 1.0). alpha, beta, milestone, rc and snapshot come before the
plain version, any other word after it. Answers to Maven's DefaultArtifactVersion.
"""

from __future__ import annotations

import re
from functools import lru_cache, total_ordering
from itertools import zip_longest
from typing import Final, TypeAlias

_TOKEN: Final = re.compile(r"[0-9]+|[.-]|[^0-9.-]+")
_QUALIFIERS: Final = ("alpha", "beta", "milestone", "rc", "snapshot", "", "sp")
_SHORT: Final = {"a": "alpha", "b": "beta", "m": "milestone"}  # when a number follows
_SAME: Final = {"ga": "", "final": "", "release": "", "cr": "rc"}

# A number is its length and its digits: those of any length compare by value.
_Number: TypeAlias = tuple[int, str]
# What follows a dash, or the change from digits to letters or back, is a list of its own, the last item of the one before.
_Item: TypeAlias = "_Number | str | list[_Item]"


@total_ordering
class MavenVersion:  # noqa: PLW1641  # nobody keeps versions in sets, and equal ones may differ in their items
    """A version, of any text. Equal are 1.0 and 1.0.0, too."""

    __slots__ = ("_items", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._items = _parsed(text.lower())

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MavenVersion) and _compared(self._items, other._items) == 0

    def __lt__(self, other: MavenVersion) -> bool:
        return _compared(self._items, other._items) < 0


@lru_cache(maxsize=256)  # the same few versions are compared again and again
def _parsed(text: str) -> list[_Item]:
    root: list[_Item] = []
    current, before = root, "."
    tokens = _TOKEN.findall(text)
    for token, after in zip_longest(tokens, tokens[1:], fillvalue=""):
        if token in (".", "-"):
            if before in (".", "-"):
                current.append(_number("0"))
            if token == "-":
                current = _nested(current)
        elif token.isdecimal():
            current.append(_number(token))
            if after not in ("", ".", "-"):
                current = _nested(current)
        else:
            is_numbered = after.isdecimal()
            if current and (is_numbered or not after):
                current = _nested(current)
            current.append(_qualifier(token, is_numbered))
            if is_numbered:
                current = _nested(current)
        before = token
    return _trimmed(root)


def _nested(items: list[_Item]) -> list[_Item]:
    inner: list[_Item] = []
    items.append(inner)
    return inner


def _number(digits: str) -> _Number:
    significant = digits.lstrip("0")
    return len(significant), significant


def _qualifier(word: str, is_numbered: bool) -> str:
    full = _SHORT.get(word, word) if is_numbered else word
    return _SAME.get(full, full)


def _trimmed(items: list[_Item]) -> list[_Item]:
    """Without what means nothing at the end of each list: zeros, words for the plain version, empty lists."""
    tail = [inner for inner in (_trimmed(item) for item in items if isinstance(item, list)) if inner]
    own = [item for item in items if not isinstance(item, list)]
    while own and own[-1] in ((0, ""), ""):
        own.pop()
    return [*own, *tail]


def _compared(left: _Item | None, right: _Item | None) -> int:
    """Negative, 0 or positive. None is what the shorter version lacks: it counts as 0, or as the plain version."""
    if (left is None or isinstance(left, list)) and (right is None or isinstance(right, list)):
        pairs = zip_longest(left or (), right or ())
        return next((result for pair in pairs if (result := _compared(*pair))), 0)
    a, b = _rank(left, right), _rank(right, left)
    return (a > b) - (a < b)


def _rank(item: _Item | None, other: _Item | None) -> tuple[int, int, str]:
    """A word comes before a list, a list before a number."""
    if item is None:
        item = (0, "") if isinstance(other, tuple) else ""
    if isinstance(item, tuple):
        return (2, *item)
    if isinstance(item, list):
        return 1, 0, ""
    known = item in _QUALIFIERS
    return 0, _QUALIFIERS.index(item) if known else len(_QUALIFIERS), "" if known else item
