"""Decimal numbers in Java's syntax and Java's conversions of them."""

from __future__ import annotations

import decimal
import math
import re
import struct
from typing import Final

from isthmus.numbers import DIGIT, to_float32

_SYNTAX: Final = re.compile(rf"[+-]?(?:{DIGIT}+\.?{DIGIT}*|\.{DIGIT}+)(?:[eE]([+-]?{DIGIT}+))?")
_HALFWAY: Final = 1 << 28  # what is cut off when a double becomes a float: 29 bits, and this is half of them


def parse_decimal(text: str) -> decimal.Decimal | None:
    """The number with the scale its text gives it, or None when it is none. Digits may be of any script."""
    match = _SYNTAX.fullmatch(text)
    if match is None:
        return None
    exponent = (match[1] or "0").lstrip("+-").lstrip("0")
    if len(exponent) > 10:
        return None
    number = decimal.Decimal(text)
    scale = number.as_tuple().exponent
    fits = isinstance(scale, int) and -(1 << 31) <= -scale < 1 << 31 and int(exponent or 0) < 1 << 31
    if not fits:
        return None
    return number if number else number.copy_abs()  # Java has no negative zero here


def decimal_to_float32(number: decimal.Decimal) -> float:
    """The nearest number of single precision; by way of a double it could be rounded twice, and to its neighbour."""
    double = float(number)
    if math.isfinite(double) and struct.unpack("<q", struct.pack("<d", double))[0] & (2 * _HALFWAY - 1) == _HALFWAY:
        exact = decimal.Decimal(double)
        if exact != number:
            double = math.nextafter(double, math.inf if number > exact else -math.inf)
    return to_float32(double)
