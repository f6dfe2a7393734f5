"""The text of single numbers as Java's `toString` gives it."""

from __future__ import annotations

import decimal
from typing import Any, Final

from isthmus.numbers import to_float32

_SINGLE_DIGITS: Final = 6  # texts of so many digits are all different in single precision, so that none is shorter
_NOT_FINITE: Final = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}


def float64_text(value: float) -> str:
    """The shortest text, of two digits at least, that reads back as this number of double precision."""
    text = float.__repr__(value)
    if text in _NOT_FINITE:
        return _NOT_FINITE[text]
    magnitude = abs(value)
    if 1e-3 <= magnitude < 1e7 or not magnitude:
        return text
    if "e" not in text:
        digits = len(text.replace(".", "").strip("-0"))
        text = f"{value:.{digits - 1}e}"
    return _scientific(value, text, float)


def float32_text(value: float) -> str:
    """The shortest text, of two digits at least, that reads back as this number of single precision."""
    single = to_float32(value)
    text = float.__repr__(single)
    if text in _NOT_FINITE:
        return _NOT_FINITE[text]
    is_plain = 1e-3 <= abs(single) < 1e7 or not single
    if is_plain and len(text.strip("-0").replace(".", "")) <= _SINGLE_DIGITS:
        return text
    scientific = next(text for digits in range(9) if to_float32(float(text := f"{single:.{digits}e}")) == single)
    if is_plain:
        plain = f"{decimal.Decimal(scientific):f}"
        return plain if "." in plain else f"{plain}.0"
    return _scientific(single, scientific, to_float32)


def _scientific(value: float, text: str, read: Any) -> str:
    """Java's way to write a number in scientific notation, from Python's."""
    mantissa, exponent = text.split("e")
    if "." not in mantissa:
        # Where one digit is enough Java looks among those of two for the nearest: 4.9E-324, not 5.0E-324.
        nearest = f"{value:.1e}"
        mantissa, exponent = nearest.split("e") if read(float(nearest)) == value else (f"{mantissa}.0", exponent)
    return f"{mantissa}E{int(exponent)}"


def decimal_text(value: decimal.Decimal) -> str:
    """A decimal number as it was given, scale kept: `1.50`, `1E+3`."""
    return str(value if value else value.copy_abs())
