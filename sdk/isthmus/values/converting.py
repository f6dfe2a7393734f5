"""Converts a value to a type, from whatever can be understood as that type.

`schema` is the schema of the given value, None where it has none. DataError where nothing can be made of the value.
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from isthmus.civil_time import MS_PER_DAY
from isthmus.errors import DataError
from isthmus.instant import Instant
from isthmus.logical import (
    Date,
    DateValue,
    Decimal,
    Time,
    Timestamp,
    TimestampValue,
    TimeValue,
    date_value,
    epoch_ms,
    time_value,
    timestamp_value,
)
from isthmus.number_text import float64_text
from isthmus.numbers import INT64_MAX, INT64_MIN, java_class, to_float32, wrap
from isthmus.schema import Schema
from isthmus.struct import Struct
from isthmus.text import to_text
from isthmus.values.decimals import parse_decimal
from isthmus.values.inference import tagged
from isthmus.values.parsing import parse_string

_TEMPORAL: Final = (datetime.date, datetime.time, Instant)
_STORED: Final[dict[str | None, Callable[[Schema, Any], int]]] = {
    Date.LOGICAL_NAME: Date.from_logical,
    Time.LOGICAL_NAME: Time.from_logical,
    Timestamp.LOGICAL_NAME: Timestamp.from_logical,
}
_NULL_TEXT: Final = "Unable to convert a null value to a schema that requires a value"


def convert_to_boolean(schema: Schema | None, value: Any) -> bool | None:
    """A boolean as it is, the texts `true` and `false`, or whether a number is other than 0."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        parsed = parse_string(value).value
        if isinstance(parsed, bool):
            return parsed
    return _to_long(schema, value) != 0


def convert_to_byte(schema: Schema | None, value: Any) -> int | None:
    return None if value is None else wrap(_to_long(schema, value), 8)


def convert_to_short(schema: Schema | None, value: Any) -> int | None:
    return None if value is None else wrap(_to_long(schema, value), 16)


def convert_to_integer(schema: Schema | None, value: Any) -> int | None:
    return None if value is None else wrap(_to_long(schema, value), 32)


def convert_to_long(schema: Schema | None, value: Any) -> int | None:
    """A number without its fraction; the date and time types as the number their schema stores."""
    return None if value is None else _to_long(schema, value)


def convert_to_float(schema: Schema | None, value: Any) -> float | None:
    return None if value is None else to_float32(_to_double(schema, value))


def convert_to_double(schema: Schema | None, value: Any) -> float | None:
    return None if value is None else _to_double(schema, value)


def convert_to_list(schema: Schema | None, value: Any) -> Sequence[Any]:
    """A list as it is, or the one a text stands for."""
    found = _parsed(value)
    if isinstance(found, list | tuple):
        return found
    raise _unconvertible(found, "Schema{ARRAY}")


def convert_to_map(schema: Schema | None, value: Any) -> Mapping[Any, Any]:
    """A map as it is, or the one a text stands for."""
    found = _parsed(value)
    if isinstance(found, Mapping):
        return found
    raise _unconvertible(found, "Schema{MAP}")


def convert_to_struct(schema: Schema | None, value: Any) -> Struct:
    if value is None:
        raise DataError(_NULL_TEXT)
    if isinstance(value, Struct):
        return value
    raise _unconvertible(value, "Schema{STRUCT}")


def convert_to_date(schema: Schema | None, value: Any) -> DateValue:
    """A date as it is; the day of a timestamp; a number of days; or what of these a text stands for."""
    found = _parsed(value)
    if isinstance(found, _TEMPORAL):
        if schema is None or schema.name == Date.LOGICAL_NAME:
            return date_value(epoch_ms(found))
        if schema.name == Timestamp.LOGICAL_NAME:
            ms = epoch_ms(found)
            days = ms // MS_PER_DAY if ms >= 0 else -(-ms // MS_PER_DAY)  # Java cuts off towards zero
            return Date.to_logical(Date.SCHEMA, wrap(days, 32))
    return Date.to_logical(Date.SCHEMA, wrap(_to_long(schema, found), 32))


def convert_to_time(schema: Schema | None, value: Any) -> TimeValue:
    """A time as it is; the time of day of a timestamp; milliseconds since midnight; or what of these a text is."""
    found = _parsed(value)
    if isinstance(found, _TEMPORAL):
        if schema is None or schema.name == Time.LOGICAL_NAME:
            return time_value(epoch_ms(found))
        if schema.name == Timestamp.LOGICAL_NAME:
            return Time.to_logical(Time.SCHEMA, epoch_ms(found) % MS_PER_DAY)
    return Time.to_logical(Time.SCHEMA, wrap(_to_long(schema, found), 32))


def convert_to_timestamp(schema: Schema | None, value: Any) -> TimestampValue:
    """A timestamp as it is; a date or a time of 1970-01-01; milliseconds since then; or what of these a text is."""
    found = _parsed(value)
    if isinstance(found, _TEMPORAL):
        if schema is None:
            return timestamp_value(epoch_ms(found))
        if schema.name == Date.LOGICAL_NAME:
            return timestamp_value(_to_long(schema, found) * MS_PER_DAY)
    return Timestamp.to_logical(Timestamp.SCHEMA, _to_long(schema, found))


def convert_to_decimal(schema: Schema | None, value: Any, scale: int) -> decimal.Decimal:
    """A decimal as it is, whatever its scale; bytes as the unscaled number of this scale; numbers by way of a double."""
    if value is None:
        raise DataError(_NULL_TEXT)
    if isinstance(value, decimal.Decimal):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return Decimal.to_logical(Decimal.schema(scale), bytes(value))
    text = float64_text(_to_double(schema, value)) if _is_number(value) else value
    number = parse_decimal(text) if isinstance(text, str) else None
    if number is None:
        raise _unconvertible(value, str(Decimal.schema(scale)))
    return number


def _parsed(value: Any) -> Any:
    """The value, or the one a text stands for. DataError when there is none."""
    found = tagged(*parse_string(value)) if isinstance(value, str) else value
    if found is None:
        raise DataError(_NULL_TEXT)
    return found


def _to_long(schema: Schema | None, value: Any) -> int:
    """A number of 64 bits, as Java's conversions give it: fractions cut off, floats clamped, integers wrapped."""
    if _is_number(value):
        return _number_to_long(value)
    if isinstance(value, str) and (number := parse_decimal(value)) is not None:
        return _number_to_long(number)
    if isinstance(value, _TEMPORAL) and schema is not None and schema.name in _STORED:
        return _STORED[schema.name](schema, value)
    raise _unconvertible(value, "a number" if schema is None else str(schema))


def _number_to_long(number: Any) -> int:
    if isinstance(number, float):
        if math.isnan(number):
            return 0
        return max(min(int(number), INT64_MAX), INT64_MIN) if math.isfinite(number) else _limit(number)
    if isinstance(number, decimal.Decimal):
        exponent = number.as_tuple().exponent
        # Beyond these exponents nothing is left of the number in 64 bits, and writing it out could take forever.
        if number.adjusted() < 0 or int(exponent) >= 64:
            return 0
    return wrap(int(number), 64)


def _limit(number: float) -> int:
    return INT64_MAX if number > 0 else INT64_MIN


def _to_double(schema: Schema | None, value: Any) -> float:
    number: Any = parse_decimal(value) if isinstance(value, str) else value
    if not _is_number(number):
        return float(_to_long(schema, value))
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | decimal.Decimal) and not isinstance(value, bool)


def _unconvertible(value: Any, target: str) -> DataError:
    return DataError(f"Unable to convert {to_text(value)} (class {java_class(value)}) to {target}")
