"""The order in which Java's HashMap iterates over strings, needed since offset keys are compared byte by byte.

A Java connector's partition is usually a HashMap, so its JSON members stand in that order in files and topics that a Java
worker has written.
"""

from __future__ import annotations

from collections.abc import Iterable

_INITIAL_CAPACITY = 16
_TREEIFY_LENGTH = 8
_MIN_TREEIFY_CAPACITY = 64


def string_hash(text: str) -> int:
    """Java's String.hashCode, as an unsigned 32-bit number: a polynomial of 31 over UTF-16 units."""
    units = text.encode("utf-16-be", "surrogatepass")
    result = 0
    for position in range(0, len(units), 2):
        result = (31 * result + (units[position] << 8 | units[position + 1])) & 0xFFFFFFFF
    return result


def iteration_order(keys: Iterable[str]) -> list[str]:
    """The distinct keys in the order of a HashMap into which they were put one by one.

    A bucket of more than eight keys with the same hash in a large map becomes a tree in Java; its order is not modelled.
    """
    spread = {key: _spread(string_hash(key)) for key in keys}
    capacity = _final_capacity(list(spread.values()))
    return sorted(spread, key=lambda key: spread[key] & (capacity - 1))


def _spread(number: int) -> int:
    return number ^ (number >> 16)


def _final_capacity(spread: list[int]) -> int:
    capacity = _INITIAL_CAPACITY
    for count, number in enumerate(spread):
        in_bucket = sum(1 for other in spread[:count] if (other ^ number) & (capacity - 1) == 0)
        if in_bucket >= _TREEIFY_LENGTH and capacity < _MIN_TREEIFY_CAPACITY:
            capacity *= 2
        if count + 1 > capacity * 3 // 4:
            capacity *= 2
    return capacity
