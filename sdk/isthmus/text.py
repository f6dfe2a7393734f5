"""The text form of values as Java's `toString` gives it.

StringConverter and FileStreamSink write it, error texts quote it. (The text form that can be read back is another one:
see the package `values`.)
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Mapping, Set
from typing import Any, Final

from isthmus.civil_time import MS_PER_DAY, default_zone, offset_ms, to_civil, zone_name
from isthmus.instant import Instant
from isthmus.logical import epoch_ms
from isthmus.numbers import Float32, to_float32
from isthmus.schema import Schema

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAY_OF_THE_EPOCH: Final = 3
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SINGLE_DIGITS: Final = 6  # texts of so many digits are all different in single precision, so that none is shorter
_NOT_FINITE: Final = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}


def to_text(value: Any, schema: Schema | None = None) -> str:
    """The text of any value. The schema matters for one thing: a plain `float` may be of single precision."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value, schema)
    if isinstance(value, decimal.Decimal):
        return decimal_text(value)
    if isinstance(value, Mapping):
        return _map_text(value, schema)
    if isinstance(value, list | tuple | Set):
        element_schema = schema.value_schema if schema is not None and schema.type is Schema.Type.ARRAY else None
        return f"[{', '.join([to_text(element, element_schema) for element in value])}]"
    if isinstance(value, memoryview):
        return f"java.nio.HeapByteBuffer[pos=0 lim={value.nbytes} cap={value.nbytes}]"
    if isinstance(value, bytes | bytearray):
        return f"[B@{id(value) & 0xFFFFFFFF:x}"  # as meaningless as in Java, where users know it by this look
    if isinstance(value, datetime.date | datetime.time | Instant):
        return _date_text(epoch_ms(value))
    return str(value)


def number_text(value: float, schema: Schema | None = None) -> str:
    """A float as Java's Float or Double shows it: `1.0`, `1.0E10`, `NaN`."""
    is_single = isinstance(value, Float32) or (schema is not None and schema.type is Schema.Type.FLOAT32)
    return float32_text(value) if is_single else float64_text(value)


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


def _map_text(value: Mapping[Any, Any], schema: Schema | None) -> str:
    keys, values = (None, None)
    if schema is not None and schema.type is Schema.Type.MAP:
        keys, values = schema.key_schema, schema.value_schema
    return f"{{{', '.join([f'{to_text(key, keys)}={to_text(item, values)}' for key, item in value.items()])}}}"


def _date_text(ms: int) -> str:
    civil = to_civil(ms)
    weekday = _WEEKDAYS[((ms + offset_ms(ms, default_zone())) // MS_PER_DAY + _WEEKDAY_OF_THE_EPOCH) % 7]
    clock = f"{civil.hour:02}:{civil.minute:02}:{civil.second:02}"
    return f"{weekday} {_MONTHS[civil.month - 1]} {civil.day:02} {clock} {zone_name(ms)} {civil.year_of_era}"
