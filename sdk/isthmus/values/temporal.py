"""Dates, times and timestamps as text, read as leniently as Java reads them."""

from __future__ import annotations

import re
from typing import Final

from isthmus.civil_time import MS_PER_DAY, Civil, to_civil, to_epoch_ms
from isthmus.logical import Date, Time, Timestamp, date_value, time_value, timestamp_value
from isthmus.numbers import DIGIT, wrap
from isthmus.schema_and_value import SchemaAndValue

# A number field takes blanks, a sign, as many digits as there are (of any script) and even an exponent.
_NUMBER: Final = rf"[ \t]*(-?{DIGIT}+(?:E-?{DIGIT}+)?)"
_DATE: Final = rf"{_NUMBER}-{_NUMBER}-{_NUMBER}"
_TIME: Final = rf"{_NUMBER}:{_NUMBER}:{_NUMBER}\.{_NUMBER}Z"
_DATE_TEXT: Final = re.compile(_DATE)
_TIME_TEXT: Final = re.compile(_TIME)
_TIMESTAMP_TEXT: Final = re.compile(rf"{_DATE}T{_TIME}")


def parse_temporal(text: str) -> SchemaAndValue | None:
    """A date, time or timestamp, told by the length of the text alone; what follows its last field is ignored."""
    text = text.replace("\\:", ":")
    length = len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
    if length == 10 and (match := _DATE_TEXT.match(text)):
        year, month, day = map(_number, match.groups())
        return SchemaAndValue(Date.SCHEMA, date_value(to_epoch_ms(Civil(year, month, day, 0, 0, 0, 0))))
    if length == 13 and (match := _TIME_TEXT.match(text)):
        hour, minute, second, ms = map(_number, match.groups())
        return SchemaAndValue(Time.SCHEMA, time_value(to_epoch_ms(Civil(1970, 1, 1, hour, minute, second, ms))))
    if length == 24 and (match := _TIMESTAMP_TEXT.match(text)):
        year, month, day, hour, minute, second, ms = map(_number, match.groups())
        moment = to_epoch_ms(Civil(year, month, day, hour, minute, second, ms))
        return SchemaAndValue(Timestamp.SCHEMA, timestamp_value(moment))
    return None


def _number(text: str) -> int:
    digits, _, exponent = text.partition("E")
    if not exponent:
        return wrap(int(digits), 32)
    return max(min(int(int(digits) * 10.0 ** min(int(exponent), 30)), (1 << 31) - 1), -(1 << 31))


def format_temporal(ms: int) -> str:
    """A point in time as time, date or timestamp, whichever it looks like: up to the end of 1970-01-01 as a time.

    It is shown in the default time zone, and yet with the Z of UTC.
    """
    civil = to_civil(ms)
    date = f"{civil.year_of_era:04}-{civil.month:02}-{civil.day:02}"
    if ms >= MS_PER_DAY and ms % MS_PER_DAY == 0:
        return date
    time = f"{civil.hour:02}:{civil.minute:02}:{civil.second:02}.{civil.millisecond:03}Z"
    return time if ms < MS_PER_DAY else f"{date}T{time}"
