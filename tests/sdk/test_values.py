from __future__ import annotations

import datetime
import decimal
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from isthmus import (
    DataError,
    Float32,
    Int8,
    Schema,
    SchemaAndValue,
    SchemaBuilder,
    SchemaBuilderError,
    Struct,
    logical,
    values,
)
from isthmus.civil_time import TIME_ZONE


@contextmanager
def time_zone(name: str) -> Iterator[None]:
    token = TIME_ZONE.set(zoneinfo.ZoneInfo(name))
    try:
        yield
    finally:
        TIME_ZONE.reset(token)


@pytest.mark.parametrize(
    ("text", "schema", "value"),
    [
        ("", Schema.STRING_SCHEMA, ""),
        (" true ", Schema.BOOLEAN_SCHEMA, True),
        ("TRUE", Schema.STRING_SCHEMA, "TRUE"),
        ("127", Schema.INT8_SCHEMA, 127),
        ("-129", Schema.INT16_SCHEMA, -129),
        ("32768", Schema.INT32_SCHEMA, 32768),
        ("9223372036854775807", Schema.INT64_SCHEMA, 2**63 - 1),
        ("9223372036854775808", logical.Decimal.schema(0), decimal.Decimal(2**63)),
        ("1.50e2", Schema.INT16_SCHEMA, 150),
        ("0.5", Schema.FLOAT32_SCHEMA, 0.5),
        ("3.4e39", Schema.FLOAT64_SCHEMA, 3.4e39),
        ("1e400", logical.Decimal.schema(-400), decimal.Decimal("1e400")),
        ("1,000", Schema.INT8_SCHEMA, 1),
        ("1L", Schema.STRING_SCHEMA, "1L"),
        ("-", Schema.STRING_SCHEMA, "-"),
        ("a,b", Schema.STRING_SCHEMA, "a,b"),
        ("[1, 300]", SchemaBuilder.array(Schema.INT16_SCHEMA).build(), [1, 300]),
        ("[1,2]x", SchemaBuilder.array(Schema.INT8_SCHEMA).build(), [1, 2]),
        ("[1,null]", Schema.STRING_SCHEMA, "[1,null]"),
        ("[a]", Schema.STRING_SCHEMA, "[a]"),
        ('{"a":1,}', SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT8_SCHEMA).build(), {"a": 1}),
        ('{"a":', Schema.STRING_SCHEMA, '{"a":'),
        (r'["a\"b"]', SchemaBuilder.array(Schema.STRING_SCHEMA).build(), [r"a\"b"]),
    ],
)
def test_the_type_of_a_text_is_guessed(text: str, schema: Schema, value: Any) -> None:
    with time_zone("UTC"):
        assert values.parse_string(text) == SchemaAndValue(schema, value)


@pytest.mark.parametrize("text", [None, "null", " null "])
def test_null_has_neither_value_nor_schema(text: str | None) -> None:
    assert values.parse_string(text) == SchemaAndValue.NULL


def test_elements_without_a_common_schema_tell_their_width_themselves() -> None:
    schema, value = values.parse_string('[1,"a",[0.5]]')

    assert schema == Schema(Schema.Type.ARRAY)
    assert (type(value[0]), value[1], type(value[2][0])) == (Int8, "a", Float32)


def test_keys_of_any_kind_are_possible() -> None:
    assert values.parse_string("{[1]:2}").value == {(1,): 2}
    assert list(values.parse_string("{{1:2}:3}").value) == [{1: 2}]


@pytest.mark.parametrize(
    ("zone", "text", "schema", "value"),
    [
        ("UTC", "2024-01-02", logical.Date.SCHEMA, datetime.date(2024, 1, 2)),
        ("UTC", "2024-13-45", logical.Date.SCHEMA, datetime.date(2025, 2, 14)),
        ("UTC", "03:04:05.678Z", logical.Time.SCHEMA, datetime.time(3, 4, 5, 678000)),
        (
            "UTC",
            "2024-01-02T03:04:05.678Z",
            logical.Timestamp.SCHEMA,
            datetime.datetime(2024, 1, 2, 3, 4, 5, 678000, datetime.UTC),
        ),
        (
            "America/New_York",
            "2024-01-02",
            logical.Date.SCHEMA,
            datetime.datetime(2024, 1, 2, 5, tzinfo=datetime.UTC),
        ),
        (
            "America/New_York",  # half past two did not exist on this day
            "2024-03-10T02:30:00.000Z",
            logical.Timestamp.SCHEMA,
            datetime.datetime(2024, 3, 10, 7, 30, tzinfo=datetime.UTC),
        ),
        (
            "America/New_York",  # half past one came twice on this day
            "2024-11-03T01:30:00.000Z",
            logical.Timestamp.SCHEMA,
            datetime.datetime(2024, 11, 3, 6, 30, tzinfo=datetime.UTC),
        ),
    ],
)
def test_dates_and_times_are_read_by_the_clock_of_the_default_zone(
    zone: str, text: str, schema: Schema, value: Any
) -> None:
    with time_zone(zone):
        assert values.parse_string(text) == SchemaAndValue(schema, value)


def test_the_zone_is_that_of_the_process_unless_another_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    assert values.convert_to_string(None, datetime.datetime(2024, 1, 2, 1, tzinfo=datetime.UTC)) == (
        "2024-01-02T06:30:00.000Z"
    )
    monkeypatch.setenv("TZ", "No/Where")
    assert values.convert_to_string(None, datetime.date(2024, 1, 2)) == "2024-01-02"


def test_brackets_without_end_are_text_however_many() -> None:
    text = "[" * 100_000

    assert values.parse_string(text) == SchemaAndValue(Schema.STRING_SCHEMA, text)


def test_what_was_written_is_read_back() -> None:
    given = {"a\\b": [1, True, "x y", None], "c": {}}

    text = values.convert_to_string(None, given)

    assert text == r'{"a\\b":[1,true,"x y",null],"c":{}}'
    assert values.parse_string(text).value == {r"a\\b": [1, True, "x y", None], "c": {}}


@pytest.mark.parametrize(
    ("schema", "value", "text"),
    [
        (None, "x", "x"),
        (None, None, None),
        (None, b"\x01", "AQ=="),
        (None, [b"\x01"], '["AQ=="]'),
        (None, 1e10, "1.0E10"),
        (Schema.FLOAT32_SCHEMA, float(Float32(0.1)), "0.1"),
        (None, decimal.Decimal("1E+3"), "1E+3"),
        (logical.Time.SCHEMA, datetime.time(1, 2, 3), "01:02:03.000Z"),
        (logical.Date.SCHEMA, datetime.date(1582, 10, 4), "00:00:00.000Z"),
    ],
)
def test_values_are_written_as_text(schema: Schema | None, value: Any, text: str | None) -> None:
    with time_zone("UTC"):
        assert values.convert_to_string(schema, value) == text


def test_a_struct_is_written_with_its_defaults() -> None:
    schema = SchemaBuilder.struct().field("a", SchemaBuilder.int8().default_value(7)).build()

    assert values.convert_to_string(schema, Struct(schema)) == '{"a":7}'


def test_a_class_that_connect_does_not_know_has_no_text() -> None:
    with pytest.raises(DataError, match=r"Failed to serialize unexpected value type java\.util\.LinkedHashSet"):
        values.convert_to_string(None, {1})


def test_numbers_are_converted_as_java_casts_them() -> None:
    assert values.convert_to_byte(None, 300) == 44
    assert values.convert_to_integer(None, 1e20) == -1
    assert values.convert_to_long(None, 1e20) == 2**63 - 1
    assert values.convert_to_long(None, float("nan")) == 0
    assert values.convert_to_short(None, "-1.9") == -1
    assert values.convert_to_long(None, decimal.Decimal("1e1000000000")) == 0
    assert values.convert_to_float(None, 0.1) == Float32(0.1)
    assert values.convert_to_double(None, "1e400") == float("inf")
    assert values.convert_to_decimal(None, 1, scale=0) == decimal.Decimal("1.0")


def test_booleans_are_made_of_their_texts_and_of_numbers() -> None:
    assert values.convert_to_boolean(None, "true") is True
    assert values.convert_to_boolean(None, "0.5") is False
    assert values.convert_to_boolean(None, 2) is True
    with pytest.raises(DataError, match=r"Unable to convert yes \(class java\.lang\.String\) to a number"):
        values.convert_to_boolean(None, "yes")


def test_dates_are_made_of_texts_numbers_and_each_other() -> None:
    moment = datetime.datetime(2024, 1, 2, 3, tzinfo=datetime.UTC)

    assert values.convert_to_date(logical.Timestamp.SCHEMA, moment) == datetime.date(2024, 1, 2)
    assert values.convert_to_time(logical.Timestamp.SCHEMA, moment) == datetime.time(3)
    assert values.convert_to_timestamp(logical.Date.SCHEMA, datetime.date(1970, 1, 2)) == datetime.datetime(
        1970, 1, 2, tzinfo=datetime.UTC
    )
    assert values.convert_to_date(None, 10) == datetime.date(1970, 1, 11)
    with time_zone("UTC"):
        assert values.convert_to_date(None, "2024-01-02") == datetime.date(2024, 1, 2)


def test_lists_and_maps_are_made_of_texts() -> None:
    assert values.convert_to_list(None, "[1,2]") == [1, 2]
    assert values.convert_to_map(None, '{"a":1}') == {"a": 1}
    with pytest.raises(DataError, match=r"Unable to convert 7 \(class java\.lang\.Byte\) to Schema\{ARRAY\}"):
        values.convert_to_list(None, "7")
    with pytest.raises(DataError, match="Unable to convert a null value"):
        values.convert_to_struct(None, None)


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (5, Schema.INT64_SCHEMA),
        (Int8(5), Schema.INT8_SCHEMA),
        ("x", Schema.STRING_SCHEMA),
        (["a", None], SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).build()),
        ({"a": 1.5}, SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.FLOAT64_SCHEMA).build()),
        (["a", 1], None),
        ([], None),
        (decimal.Decimal(1), None),
    ],
)
def test_the_schema_of_a_value_is_inferred(value: Any, schema: Schema | None) -> None:
    assert values.infer_schema(value) == schema


@pytest.mark.parametrize("value", [[None], {"a": None}, {None: 1}, [[None, None]]])
def test_nothing_but_none_in_a_container_has_no_type(value: Any) -> None:
    with pytest.raises(SchemaBuilderError, match="type cannot be null"):
        values.infer_schema(value)


def test_none_beside_what_has_no_schema_is_no_error() -> None:
    assert values.infer_schema({None: decimal.Decimal(1)}) is None


@pytest.mark.parametrize("text", ["1\U0001d7d8", "1.\U0001d7d8", "-\U0001d7d8", "1969-12-\U0001d7d81T23:59:59.99Z"])
def test_digits_beyond_the_basic_plane_make_no_number(text: str) -> None:
    assert values.parse_string(text) == SchemaAndValue(Schema.STRING_SCHEMA, text)


def test_a_later_entry_of_the_same_key_takes_the_place_of_an_earlier_one() -> None:
    assert values.parse_string('{"a":null,"a":1}') == SchemaAndValue(
        SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT8_SCHEMA).build(), {"a": 1}
    )


@pytest.mark.parametrize(
    ("zone", "ms", "text"),
    [
        ("Europe/Paris", -2_208_032_948_316, "01:40:12.684Z"),  # Paris mean time, nine minutes ahead of UTC
        ("Europe/Paris", -2_300_000_000_000, "16:06:40.000Z"),  # before 1900 today's standard time
        ("America/New_York", 253_402_300_800_001 + 180 * 86_400_000, "10000-06-28T20:00:00.001Z"),
        ("Asia/Kolkata", -62_135_596_800_000 - 86_400_000, "05:30:00.000Z"),
    ],
)
def test_far_away_moments_are_shown_by_the_rules_of_the_zone(zone: str, ms: int, text: str) -> None:
    with time_zone(zone):
        assert values.convert_to_string(None, logical.timestamp_value(ms)) == text


def test_overflowing_fields_of_a_julian_date_stay_in_that_calendar() -> None:
    with time_zone("UTC"):
        parsed = values.parse_string("1581-45-50").value

    assert logical.epoch_ms(parsed) == -12_154_838_400_000
