"""The order in which Java's HashMap iterates over its keys.

Kafka Connect reads maps into HashMaps, and what is written from them later stands in that order.
"""

from __future__ import annotations

import datetime
import decimal
import struct
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final, TypeVar

from isthmus.instant import Instant
from isthmus.logical import epoch_ms
from isthmus.numbers import Float32
from isthmus.schema import Schema

KeyT = TypeVar("KeyT", bound=Hashable)

_INITIAL_CAPACITY: Final = 16
_TREEIFY_LENGTH: Final = 8
_MIN_TREEIFY_CAPACITY: Final = 64
_MASK_32: Final = 0xFFFFFFFF
_MASK_64: Final = 0xFFFFFFFFFFFFFFFF
_SHORT_TYPES: Final = (Schema.Type.INT8, Schema.Type.INT16, Schema.Type.INT32)


def iteration_order(keys: Iterable[KeyT], schema: Schema | None = None) -> list[KeyT]:
    """The distinct keys in the order of a HashMap into which they were put one by one; `schema` is that of the keys.

    A bucket of more than eight keys with the same hash in a large map becomes a tree in Java; its order is not modelled.
    """
    spread = {key: _spread(hash_code(key, schema)) for key in keys}
    capacity = _final_capacity(list(spread.values()))
    return sorted(spread, key=lambda key: spread[key] & (capacity - 1))


def hash_code(value: Any, schema: Schema | None = None) -> int:
    """Java's hashCode of the value, as an unsigned number of 32 bits; 0 for what has none that could be known."""
    if value is None:
        return 0
    if isinstance(value, str):
        return string_hash(value)
    if isinstance(value, bool):
        return 1231 if value else 1237
    if isinstance(value, int):
        is_short = schema is not None and schema.type in _SHORT_TYPES
        return value & _MASK_32 if is_short else _long_hash(value)
    if isinstance(value, float):
        return _float_hash(value, schema)
    if isinstance(value, decimal.Decimal):
        return _decimal_hash(value)
    if isinstance(value, datetime.date | datetime.time | Instant):
        return _long_hash(epoch_ms(value))
    return _container_hash(value, schema)


def string_hash(text: str) -> int:
    """Java's String.hashCode, as an unsigned number of 32 bits: a polynomial of 31 over UTF-16 units."""
    if text.isascii():
        units: Iterable[int] = text.encode()
    else:
        encoded = text.encode("utf-16-be", "surrogatepass")
        units = struct.unpack(f">{len(encoded) // 2}H", encoded)
    result = 0
    for unit in units:
        result = (31 * result + unit) & _MASK_32
    return result


def _long_hash(number: int) -> int:
    unsigned = number & _MASK_64
    return (unsigned ^ (unsigned >> 32)) & _MASK_32


def _float_hash(number: float, schema: Schema | None) -> int:
    if isinstance(number, Float32) or (schema is not None and schema.type is Schema.Type.FLOAT32):
        return int.from_bytes(struct.pack(">f", number), "big")
    return _long_hash(int.from_bytes(struct.pack(">d", number), "big"))


def _decimal_hash(number: decimal.Decimal) -> int:
    sign, digits, exponent = number.as_tuple()
    magnitude = int("".join(map(str, digits)))
    scale = -exponent if isinstance(exponent, int) else 0
    if magnitude < 1 << 63:  # a small one is kept in a long: its halves are hashed as two digits of base 2^32
        result = (31 * (magnitude >> 32) + (magnitude & _MASK_32)) & _MASK_32
        return (31 * (-result if sign else result) + scale) & _MASK_32
    return (31 * (_magnitude_hash(magnitude) * (-1 if sign else 1)) + scale) & _MASK_32


def _magnitude_hash(magnitude: int) -> int:
    result = 0
    for unit in struct.iter_unpack(">I", magnitude.to_bytes((magnitude.bit_length() + 31) // 32 * 4, "big")):
        result = (31 * result + unit[0]) & _MASK_32
    return result


def _container_hash(value: Any, schema: Schema | None) -> int:
    if isinstance(value, Mapping):
        keys, values = (schema.key_schema, schema.value_schema) if schema is not None else (None, None)
        return sum(hash_code(key, keys) ^ hash_code(item, values) for key, item in value.items()) & _MASK_32
    if isinstance(value, list | tuple):
        elements = schema.value_schema if schema is not None else None
        result = 1
        for element in value:
            result = (31 * result + hash_code(element, elements)) & _MASK_32
        return result
    return 0


def _spread(number: int) -> int:
    return number ^ (number >> 16)


def _final_capacity(spread: list[int]) -> int:
    capacity = _INITIAL_CAPACITY
    for count, number in enumerate(spread):
        if capacity < _MIN_TREEIFY_CAPACITY and count >= _TREEIFY_LENGTH:
            in_bucket = sum(1 for other in spread[:count] if (other ^ number) & (capacity - 1) == 0)
            if in_bucket >= _TREEIFY_LENGTH:
                capacity *= 2
        if count + 1 > capacity * 3 // 4:
            capacity *= 2
    return capacity
