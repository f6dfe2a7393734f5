"""Numbers that carry their width, for data without a schema; and the Java class name a value has in error texts.

Kafka Connect tells Byte from Long where Python has one `int`. A schema gives the width, so with a schema plain `int` and
`float` are the normal form. Where there is no schema a plain `int` means INT64 and a plain `float` FLOAT64; any other
width is said with one of the classes here. A tagged number fits only the schema type it names.
"""

from __future__ import annotations

import datetime
import decimal
import struct
import uuid
from typing import ClassVar, Final


class _Integer(int):
    """An `int` of a fixed width; a number outside that width is refused with OverflowError."""

    __slots__ = ()
    bits: ClassVar[int]

    def __new__(cls, value: int = 0) -> _Integer:
        number = super().__new__(cls, value)
        if not -(1 << (cls.bits - 1)) <= number < 1 << (cls.bits - 1):
            raise OverflowError(f"{number} does not fit {cls.__name__}")
        return number

    def __repr__(self) -> str:
        return f"{type(self).__name__}({int(self)})"

    def __str__(self) -> str:
        return int.__repr__(self)


class Int8(_Integer):
    """A number of 8 bits: Java's Byte."""

    __slots__ = ()
    bits = 8


class Int16(_Integer):
    """A number of 16 bits: Java's Short."""

    __slots__ = ()
    bits = 16


class Int32(_Integer):
    """A number of 32 bits: Java's Integer."""

    __slots__ = ()
    bits = 32


class Int64(_Integer):
    """A number of 64 bits: Java's Long. A plain `int` means the same where there is no schema."""

    __slots__ = ()
    bits = 64


class BigInteger(int):
    """A whole number without limit. A plain `int` beyond 64 bits means the same; no schema type takes it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"BigInteger({int(self)})"

    def __str__(self) -> str:
        return int.__repr__(self)


class Float32(float):
    """A number of single precision, rounded when made: Java's Float."""

    __slots__ = ()

    def __new__(cls, value: float = 0.0) -> Float32:
        return super().__new__(cls, to_float32(value))

    def __repr__(self) -> str:
        return f"Float32({float(self)!r})"


class Float64(float):
    """A number of double precision: Java's Double. A plain `float` means the same where there is no schema."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Float64({float(self)!r})"


INT64_MIN: Final = -(1 << 63)
INT64_MAX: Final = (1 << 63) - 1
DIGIT: Final = r"(?:(?![\U00010000-\U0010FFFF])\d)"
"""A decimal digit in a regular expression as Java reads one: of any script, but of a single UTF-16 unit."""
_SINGLE: Final = struct.Struct("<f")


def to_float32(value: float) -> float:
    """The nearest number of single precision; one too large becomes infinite."""
    try:
        rounded: float = _SINGLE.unpack(_SINGLE.pack(value))[0]
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    return rounded


def wrap(number: int, bits: int) -> int:
    """The lowest `bits` of a number, read as a signed integer, as a Java cast does."""
    number &= (1 << bits) - 1
    return number - (1 << bits) if number >> (bits - 1) else number


_JAVA_CLASSES: Final[dict[type, str]] = {
    Int8: "java.lang.Byte",
    Int16: "java.lang.Short",
    Int32: "java.lang.Integer",
    Int64: "java.lang.Long",
    BigInteger: "java.math.BigInteger",
    Float32: "java.lang.Float",
    Float64: "java.lang.Double",
    float: "java.lang.Double",
    bool: "java.lang.Boolean",
    str: "java.lang.String",
    bytes: "[B",
    bytearray: "[B",
    memoryview: "java.nio.HeapByteBuffer",
    list: "java.util.ArrayList",
    tuple: "java.util.ArrayList",
    dict: "java.util.LinkedHashMap",
    set: "java.util.LinkedHashSet",
    frozenset: "java.util.LinkedHashSet",
    decimal.Decimal: "java.math.BigDecimal",
    datetime.date: "java.util.Date",
    datetime.time: "java.util.Date",
    datetime.datetime: "java.util.Date",
    uuid.UUID: "java.util.UUID",
}


def java_class(value: object) -> str:
    """The full name of the Java class a value corresponds to, for error texts: "java.lang.Long", "[B".

    A class may give its own as attribute `java_name`; one that corresponds to nothing keeps its Python name.
    """
    cls = type(value)
    if isinstance(value, int) and cls is int:
        return "java.lang.Long" if INT64_MIN <= value <= INT64_MAX else "java.math.BigInteger"
    for base in cls.__mro__:
        name = _JAVA_CLASSES.get(base) or vars(base).get("java_name")
        if name is not None:
            return str(name)
        if base is int:
            return "java.lang.Long"
    return cls.__name__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def range_note(value: object, lowest: int, highest: int) -> str:
    """What a refusal adds to Java's words when a plain `int`, which fits any width it is in the range of, is not in it."""
    is_outside = type(value) is int and not lowest <= value <= highest
    return f" ({value} is not within {lowest} to {highest})" if is_outside else ""
