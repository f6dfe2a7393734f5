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
from isthmus.number_text import decimal_text, float32_text, float64_text
from isthmus.numbers import Float32, Float64
from isthmus.schema import Schema

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAY_OF_THE_EPOCH: Final = 3
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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
    if isinstance(value, Float32):
        return float32_text(value)
    is_single = schema is not None and schema.type is Schema.Type.FLOAT32 and not isinstance(value, Float64)
    return float32_text(value) if is_single else float64_text(value)


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
