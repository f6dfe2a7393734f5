from __future__ import annotations

import datetime
import decimal

import pytest

from isthmus import DataError, Schema, SchemaBuilder, logical
from isthmus.logical import Date, Decimal, Instant, Time, Timestamp


@pytest.mark.parametrize(
    ("text", "scale", "content"),
    [("0", 0, b"\x00"), ("1.28", 2, b"\x00\x80"), ("-1.28", 2, b"\x80"), ("1E+3", -3, b"\x01"), ("0.001", 3, b"\x01")],
)
def test_a_decimal_is_its_unscaled_number_in_bytes(text: str, scale: int, content: bytes) -> None:
    schema, value = Decimal.schema(scale), decimal.Decimal(text)

    assert Decimal.from_logical(schema, value) == content
    assert Decimal.to_logical(schema, content).as_tuple() == value.as_tuple()


def test_a_decimal_keeps_all_its_digits() -> None:
    value = decimal.Decimal("1." + "7" * 5000)

    assert Decimal.to_logical(Decimal.schema(5000), Decimal.from_logical(Decimal.schema(5000), value)) == value


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (Decimal.schema(1), "Schema has scale 1, value has scale 2"),
        (Schema.BYTES_SCHEMA, "scale parameter not found"),
        *(
            (SchemaBuilder.bytes().parameter("scale", text).build(), "Invalid scale parameter")
            for text in ("x", "", " 2", "1_0", "2.0", "2147483648", "-" + "9" * 5000)
        ),
    ],
)
def test_a_decimal_of_another_scale_is_refused(schema: Schema, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Decimal.from_logical(schema, decimal.Decimal("1.50"))


def test_a_number_that_is_not_finite_is_no_decimal() -> None:
    with pytest.raises(DataError, match="finite"):
        Decimal.from_logical(Decimal.schema(0), decimal.Decimal("NaN"))


def test_dates_count_days() -> None:
    assert Date.from_logical(Date.SCHEMA, datetime.date(1970, 1, 11)) == 10
    assert Date.to_logical(Date.SCHEMA, -1) == datetime.date(1969, 12, 31)


def test_a_date_may_be_given_as_a_midnight_but_no_other_time() -> None:
    midnight = datetime.datetime(1970, 1, 2, tzinfo=datetime.UTC)

    assert Date.from_logical(Date.SCHEMA, midnight) == 1
    with pytest.raises(DataError, match="should not have any time fields"):
        Date.from_logical(Date.SCHEMA, midnight.replace(hour=1))


def test_times_count_milliseconds_since_midnight() -> None:
    assert Time.from_logical(Time.SCHEMA, datetime.time(1, 2, 3, 4999)) == 3_723_004
    assert Time.to_logical(Time.SCHEMA, 3_723_004) == datetime.time(1, 2, 3, 4000)


def test_the_end_of_the_day_is_a_time_that_only_a_datetime_can_hold() -> None:
    end = Time.to_logical(Time.SCHEMA, 86_400_000)

    assert end == datetime.datetime(1970, 1, 2, tzinfo=datetime.UTC)
    assert Time.from_logical(Time.SCHEMA, end) == 86_400_000
    with pytest.raises(DataError, match="less than 86400000"):
        Time.to_logical(Time.SCHEMA, 86_400_001)


def test_timestamps_are_in_utc_and_a_naive_one_is_taken_as_such() -> None:
    paris = datetime.timezone(datetime.timedelta(hours=1))
    naive = datetime.datetime(1970, 1, 1, 0, 0, 1)  # noqa: DTZ001  # what this test is about

    assert Timestamp.from_logical(Timestamp.SCHEMA, datetime.datetime(1970, 1, 1, 1, 0, 1, tzinfo=paris)) == 1000
    assert Timestamp.from_logical(Timestamp.SCHEMA, naive) == 1000
    assert Timestamp.to_logical(Timestamp.SCHEMA, 1) == datetime.datetime(1970, 1, 1, 0, 0, 0, 1000, datetime.UTC)


@pytest.mark.parametrize("ms", [2**63 - 1, -(2**63), 253_402_300_800_000, -62_135_596_800_001])
def test_moments_beyond_what_a_datetime_can_hold_are_instants(ms: int) -> None:
    value = Timestamp.to_logical(Timestamp.SCHEMA, ms)

    assert value == Instant(ms)
    assert Timestamp.from_logical(Timestamp.SCHEMA, value) == ms


@pytest.mark.parametrize("ms", [-62_135_596_800_000, -1, 0, 253_402_300_799_999])
def test_moments_within_are_datetimes(ms: int) -> None:
    value = Timestamp.to_logical(Timestamp.SCHEMA, ms)

    assert isinstance(value, datetime.datetime)
    assert logical.epoch_ms(value) == ms


@pytest.mark.parametrize("conversion", [Date.to_logical, Time.to_logical, Timestamp.to_logical])
def test_a_schema_of_another_name_is_refused(conversion: object) -> None:
    assert callable(conversion)
    with pytest.raises(DataError, match="the schema does not match"):
        conversion(Schema.INT32_SCHEMA, 0)
