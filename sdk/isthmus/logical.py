"""Logical types: a meaning given to a base type by the schema's name (Kafka Connect's Decimal, Date, Time, Timestamp).

In records the values are Python's own: `decimal.Decimal`, `datetime.date`, `datetime.time` and aware `datetime.datetime`
in UTC (a naive one is taken as UTC). Java has one class for the last three, so a datetime is accepted for Date and Time
too, and is what such a value becomes where `date` or `time` cannot hold it; an Instant where nothing can. Times are
exact to the millisecond; what is finer is dropped.

Converters use `from_logical` and `to_logical` to go between the value and its base type.
"""

from __future__ import annotations

import datetime
import decimal
import re
from typing import Final

from isthmus.civil_time import MS_PER_DAY
from isthmus.errors import DataError
from isthmus.instant import Instant
from isthmus.numbers import DIGIT, wrap
from isthmus.schema import Schema
from isthmus.schema_builder import SchemaBuilder

__all__ = ["Date", "Decimal", "Instant", "Time", "Timestamp", "date_value", "epoch_ms", "time_value", "timestamp_value"]

# Arithmetic in the caller's context would round to its precision.
_EXACT: Final = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
_SCALE: Final = re.compile(rf"[+-]?{DIGIT}{{1,1000}}")  # Python takes blanks and underscores, too
_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_EPOCH_ORDINAL: Final = datetime.date(1970, 1, 1).toordinal()
_FIRST_MS: Final = -62_135_596_800_000  # 0001-01-01T00:00:00.000Z
_LAST_MS: Final = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z

DateValue = datetime.date | datetime.datetime | Instant
TimeValue = datetime.time | datetime.datetime | Instant
TimestampValue = datetime.datetime | Instant


class Decimal:
    """Exact decimal numbers: BYTES with the parameter `scale`, the unscaled number in two's complement, big-endian."""

    LOGICAL_NAME: Final = "org.apache.kafka.connect.data.Decimal"
    SCALE_FIELD: Final = "scale"

    @staticmethod
    def builder(scale: int) -> SchemaBuilder:
        return SchemaBuilder.bytes().name(Decimal.LOGICAL_NAME).parameter(Decimal.SCALE_FIELD, str(scale)).version(1)

    @staticmethod
    def schema(scale: int) -> Schema:
        return Decimal.builder(scale).build()

    @staticmethod
    def from_logical(schema: Schema, value: decimal.Decimal) -> bytes:
        """The bytes of the unscaled number. DataError when the value's scale is not the schema's."""
        schema_scale, exponent = Decimal.scale(schema), value.as_tuple().exponent
        if not isinstance(exponent, int):
            raise DataError(f"Decimal value has to be a finite number but is {value}.")
        if schema_scale != -exponent:
            raise DataError(
                "Decimal value has mismatching scale for given Decimal schema. "
                f"Schema has scale {schema_scale}, value has scale {-exponent}."
            )
        unscaled = int(value.scaleb(schema_scale, _EXACT))
        length = (unscaled if unscaled >= 0 else ~unscaled).bit_length() // 8 + 1
        return unscaled.to_bytes(length, "big", signed=True)

    @staticmethod
    def to_logical(schema: Schema, value: bytes) -> decimal.Decimal:
        scale = Decimal.scale(schema)
        if not value:
            raise DataError("Zero length BigInteger")
        return decimal.Decimal(int.from_bytes(value, "big", signed=True)).scaleb(-scale, _EXACT)

    @staticmethod
    def scale(schema: Schema) -> int:
        """The scale a Decimal schema has among its parameters."""
        text = (schema.parameters or {}).get(Decimal.SCALE_FIELD)
        if text is None:
            raise DataError("Invalid Decimal schema: scale parameter not found.")
        scale = int(text) if _SCALE.fullmatch(text) else None
        if scale is None or wrap(scale, 32) != scale:
            raise DataError("Invalid scale parameter found in Decimal schema: ") from ValueError(
                f"{text!r} is not an integer of 32 bits"
            )
        return scale


class Date:
    """A day: INT32, days since 1970-01-01."""

    LOGICAL_NAME: Final = "org.apache.kafka.connect.data.Date"
    SCHEMA: Schema

    @staticmethod
    def builder() -> SchemaBuilder:
        return SchemaBuilder.int32().name(Date.LOGICAL_NAME).version(1)

    @staticmethod
    def from_logical(schema: Schema, value: DateValue) -> int:
        """Days since 1970-01-01. DataError when the value has a time of day."""
        _check_name(schema, Date.LOGICAL_NAME, "Date")
        if type(value) is datetime.date:
            return value.toordinal() - _EPOCH_ORDINAL
        days, time_of_day_ms = divmod(epoch_ms(value), MS_PER_DAY)
        if time_of_day_ms:
            raise DataError("Kafka Connect Date type should not have any time fields set to non-zero values.")
        return wrap(days, 32)

    @staticmethod
    def to_logical(schema: Schema, value: int) -> DateValue:
        _check_name(schema, Date.LOGICAL_NAME, "Date")
        return date_value(value * MS_PER_DAY)


class Time:
    """A time of day: INT32, milliseconds since midnight."""

    LOGICAL_NAME: Final = "org.apache.kafka.connect.data.Time"
    SCHEMA: Schema

    @staticmethod
    def builder() -> SchemaBuilder:
        return SchemaBuilder.int32().name(Time.LOGICAL_NAME).version(1)

    @staticmethod
    def from_logical(schema: Schema, value: TimeValue) -> int:
        """Milliseconds since midnight. DataError when the value is on another day than 1970-01-01."""
        _check_name(schema, Time.LOGICAL_NAME, "Time")
        time_of_day_ms = epoch_ms(value)
        if not 0 <= time_of_day_ms <= MS_PER_DAY:
            raise DataError("Kafka Connect Time type should not have any date fields set to non-zero values.")
        return time_of_day_ms

    @staticmethod
    def to_logical(schema: Schema, value: int) -> TimeValue:
        _check_name(schema, Time.LOGICAL_NAME, "Date")  # Connect words it so
        if not 0 <= value <= MS_PER_DAY:
            raise DataError(
                "Time values must use number of milliseconds greater than 0 and less than 86400000",
            )
        return time_value(value)


class Timestamp:
    """A point in time: INT64, milliseconds since 1970-01-01T00:00:00Z."""

    LOGICAL_NAME: Final = "org.apache.kafka.connect.data.Timestamp"
    SCHEMA: Schema

    @staticmethod
    def builder() -> SchemaBuilder:
        return SchemaBuilder.int64().name(Timestamp.LOGICAL_NAME).version(1)

    @staticmethod
    def from_logical(schema: Schema, value: TimestampValue) -> int:
        _check_name(schema, Timestamp.LOGICAL_NAME, "Timestamp")
        return epoch_ms(value)

    @staticmethod
    def to_logical(schema: Schema, value: int) -> TimestampValue:
        _check_name(schema, Timestamp.LOGICAL_NAME, "Timestamp")
        return timestamp_value(value)


Date.SCHEMA = Date.builder().build()
Time.SCHEMA = Time.builder().build()
Timestamp.SCHEMA = Timestamp.builder().build()


def epoch_ms(value: datetime.date | datetime.time | datetime.datetime | Instant) -> int:
    """Milliseconds since 1970-01-01T00:00:00Z of any temporal value; of a `time`, those since midnight."""
    if isinstance(value, datetime.datetime):
        since = (value if value.tzinfo else value.replace(tzinfo=datetime.UTC)) - _EPOCH
        return since.days * MS_PER_DAY + since.seconds * 1000 + since.microseconds // 1000
    if isinstance(value, datetime.date):
        return (value.toordinal() - _EPOCH_ORDINAL) * MS_PER_DAY
    if isinstance(value, datetime.time):
        return ((value.hour * 60 + value.minute) * 60 + value.second) * 1000 + value.microsecond // 1000
    return value.epoch_ms


def timestamp_value(ms: int) -> TimestampValue:
    """The point in time as a datetime in UTC, or an Instant when its year is beyond 1 to 9999."""
    if _FIRST_MS <= ms <= _LAST_MS:
        return _EPOCH + datetime.timedelta(milliseconds=ms)
    return Instant(ms)


def date_value(ms: int) -> DateValue:
    """The midnight in UTC as a `date`; any other point in time as `timestamp_value` gives it."""
    if ms % MS_PER_DAY or not _FIRST_MS <= ms <= _LAST_MS:
        return timestamp_value(ms)
    return datetime.date.fromordinal(_EPOCH_ORDINAL + ms // MS_PER_DAY)


def time_value(ms: int) -> TimeValue:
    """Milliseconds within the first day as a `time`; any other point in time as `timestamp_value` gives it."""
    if not 0 <= ms < MS_PER_DAY:
        return timestamp_value(ms)
    seconds, milliseconds = divmod(ms, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return datetime.time(hour, minute, second, milliseconds * 1000)


def _check_name(schema: Schema, name: str, called: str) -> None:
    if schema.name != name:
        raise DataError(f"Requested conversion of {called} object but the schema does not match.")
